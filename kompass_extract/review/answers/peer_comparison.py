"""A report beside others: each area and question among an edition, a county, a group, earlier or named reports.

Of several readings of an evaluation one counts, the best, or the report itself; named reports count as named.
Areas are compared within one edition alone, since an area of the same number is another thing in another edition.
Questions are compared by concept, as per cent of their maximum.  A value that waits for review enters no figure.
"""

from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kompass_extract.review.answers.answer_values import Caution, Compared, Comparison, Standing
from kompass_extract.review.answers.archive_measures import HUNDRED, ArchiveMeasure, Measures, quartiles
from kompass_extract.review.answers.archive_names import UnknownNameError, municipality_name

FEW = 5  # reports: a mean of fewer is named in the warnings
_AREAS = "SELECT report_id, edition, area, area_id, name AS label, score, needs_review FROM areas"
_QUESTIONS = (
    "SELECT report_id, edition, area, question_id, concept, question AS label, score, max, "
    "needs_review OR max_needs_review AS needs_review FROM questions"
)


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """Reports that another is compared with, itself among them, as a mask over the archive's reports."""

    name: str
    members: tuple[str, ...]
    mask: npt.NDArray[np.bool_]


Among = tuple[Sequence[PeerGroup], Measures]
"""The groups, and the measures of the archive's reports."""


def compare(
    connection: sqlite3.Connection,
    measures: Measures,
    report_id: str,
    *,
    groups: Mapping[str, Sequence[str]],
    named: Sequence[str],
) -> Comparison:
    """Compare a report with its peers; UnknownNameError for a report that is not there.

    ``groups`` are municipalities (names or codes) by the name of their group; those count that the report's
    municipality is in.  ``named`` are ids of further reports.
    """
    own = _report(connection, report_id)
    peers = _groups(_peers(measures, own, groups, named), measures.numbers)
    cautions = _edition_cautions(measures, own, peers)
    areas = _areas(connection, own, (peers, measures))
    questions, differing = _questions(connection, own, (peers, measures))
    cautions += [*differing, *_few(peers)] if peers else [Caution("alone")]
    return Comparison(
        report_id, own["municipality"], own["year"], own["edition"], areas, questions,
        tuple(dict.fromkeys(one.sentence for one in cautions)), tuple(dict.fromkeys(cautions)),
    )  # fmt: skip


def _report(connection: sqlite3.Connection, report_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute("SELECT * FROM reports WHERE report_id = ?", (report_id,)).fetchone()
    if row is None:
        known = tuple(one[0] for one in connection.execute("SELECT report_id FROM reports ORDER BY report_id"))
        raise UnknownNameError("report", report_id, known, f"The archive has no report {report_id}.")
    return row


def _own_rows(connection: sqlite3.Connection, table: str, report_id: str) -> list[sqlite3.Row]:
    return connection.execute(f"{table} WHERE report_id = ? ORDER BY rowid", (report_id,)).fetchall()


def _peers(
    measures: Measures, own: sqlite3.Row, groups: Mapping[str, Sequence[str]], named: Sequence[str]
) -> dict[str, list[str]]:
    """Return the ids of each group's reports, the report itself among them.

    A group of it alone is left out, unless somebody asked for that group.
    """
    rows = measures.reports
    others = [row for row in rows if row["counts"] and row["evaluation"] != own["evaluation"]]
    found: dict[str, list[sqlite3.Row]] = {}
    if own["edition"]:
        found[f"edition {own['edition']}"] = [one for one in others if one["edition"] == own["edition"]]
    if own["county"]:
        found[str(own["county"])] = [one for one in others if one["county"] == own["county"]]
    for name, members in groups.items():
        member_of = {municipality_name(one) for one in members} | set(members)
        if _belongs(own, member_of):
            found[f"group {name}"] = [one for one in others if _belongs(one, member_of)]
    if own["municipality_code"] and own["year"]:
        found["earlier"] = [
            one
            for one in others
            if one["municipality_code"] == own["municipality_code"] and (one["year"] or own["year"]) < own["year"]
        ]
    known = {one["report_id"]: one for one in rows if one["report_id"] != own["report_id"]}
    for one in named:
        if one not in known and one != own["report_id"]:
            raise UnknownNameError("report", one, tuple(measures.numbers), f"The archive has no report {one}.")
    if named:
        found["named"] = [known[one] for one in dict.fromkeys(named) if one in known]
    asked = {f"group {name}" for name in groups}
    return {
        name: [own["report_id"], *(one["report_id"] for one in rows)]
        for name, rows in found.items()
        if rows or name in asked
    }


def _belongs(row: sqlite3.Row, members: set[str]) -> bool:
    return row["municipality"] in members or row["municipality_code"] in members


def _groups(peers: Mapping[str, Sequence[str]], numbers: Mapping[str, int]) -> list[PeerGroup]:
    groups = []
    for name, members in peers.items():
        mask = np.zeros(len(numbers), dtype=np.bool_)
        mask[[numbers[one] for one in members]] = True
        groups.append(PeerGroup(name, tuple(members), mask))
    return groups


def _areas(connection: sqlite3.Connection, own: sqlite3.Row, among: Among) -> tuple[Compared, ...]:
    rows = _own_rows(connection, _AREAS, own["report_id"])
    values = among[1].areas(own["edition"], [row["area"] for row in rows])
    return tuple(_compared("area", row, row["score"], _standings(row["area"], values, own, among)) for row in rows)


def _questions(
    connection: sqlite3.Connection, own: sqlite3.Row, among: Among
) -> tuple[tuple[Compared, ...], list[Caution]]:
    """Return the questions beside their groups, and where the most points differ within a group."""
    rows = _own_rows(connection, _QUESTIONS, own["report_id"])
    keyed = [(("concept" if row["concept"] else "question_id"), row) for row in rows]
    values: dict[object, ArchiveMeasure] = {}
    for key in ("concept", "question_id"):
        values |= among[1].questions(key, sorted({row[key] for column, row in keyed if column == key and row[key]}))
    cautions = [one for key, row in keyed if row[key] for one in _differing(row[key], values[row[key]], among[0])]
    made = []
    for key, row in keyed:
        share = HUNDRED * row["score"] / row["max"] if row["score"] is not None and row["max"] else None
        made.append(_compared("question", row, share, _standings(row[key], values, own, among)))
    return tuple(made), cautions


def _differing(key: object, found: ArchiveMeasure, groups: Sequence[PeerGroup]) -> Iterator[Caution]:
    for group in groups:
        counted = found.level[group.mask[found.reports] & found.sure]
        most = found.levels[np.bincount(counted, minlength=len(found.levels)) > 0]
        if len(most) > 1:
            yield Caution("max_differs", group.name, ", ".join(f"{point:g}" for point in most), str(key))


def _compared(measure: str, row: sqlite3.Row, value: float | None, standings: tuple[Standing, ...]) -> Compared:
    is_question = measure == "question"
    known_as, concept = (row["question_id"], row["concept"]) if is_question else (row["area_id"], None)
    unsure = value is None or bool(row["needs_review"])
    return Compared(measure, row["area"], known_as, concept, row["label"], value, unsure, standings)


def _standings(
    key: object, values: Mapping[object, ArchiveMeasure], own: sqlite3.Row, among: Among
) -> tuple[Standing, ...]:
    groups, measures = among
    found = values.get(key) if key else None
    if found is None:
        return tuple(Standing(one.name, 0, 0, None, None, None, None, None) for one in groups)
    mine = found.values[found.sure & (found.reports == measures.numbers[own["report_id"]])]
    return tuple(_standing(one, found, mine) for one in groups)


def _standing(group: PeerGroup, found: ArchiveMeasure, mine: npt.NDArray[np.float64]) -> Standing:
    within = group.mask[found.reports]
    sure = found.values[within & found.sure]
    left_out = int(within.sum()) - len(sure)
    if not len(sure):
        return Standing(group.name, 0, left_out, None, None, None, None, None)
    lower, median, upper = quartiles(sure)
    rank = 1 + len(sure) - int(np.searchsorted(sure, mine[0], side="right")) if len(mine) else None
    return Standing(group.name, len(sure), left_out, statistics.fmean(sure.tolist()), median, lower, upper, rank)


def _edition_cautions(measures: Measures, own: sqlite3.Row, groups: Sequence[PeerGroup]) -> list[Caution]:
    editions = {row["report_id"]: row["edition"] for row in measures.reports}
    cautions = []
    if not own["counts"]:
        cautions.append(Caution("other_reading", detail=own["evaluation"]))
    if own["edition"] is None:
        cautions.append(Caution("edition_unknown"))
    if own["edition_needs_review"] or own["municipality_needs_review"] or own["year_needs_review"]:
        cautions.append(Caution("head_waits"))
    for group in groups:
        other = sorted({editions[one] or "unknown" for one in group.members} - {own["edition"] or "unknown"})
        if other:
            cautions.append(Caution("other_editions", group.name, ", ".join(other)))
    return cautions


def _few(groups: Sequence[PeerGroup]) -> list[Caution]:
    return [Caution("few", one.name, str(len(one.members))) for one in groups if len(one.members) < FEW]
