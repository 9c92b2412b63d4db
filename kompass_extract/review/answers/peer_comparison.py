"""A report beside others: each area and question among an edition, a county, a group, earlier or named reports.

Areas are compared within one edition alone, since an area of the same number is another thing in another edition.
Questions are compared by concept, as per cent of their maximum.  A value that waits for review enters no figure.
"""

from __future__ import annotations

import csv
import sqlite3
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kompass_extract.errors import UsageError
from kompass_extract.review.answers.answer_values import Compared, Comparison, Standing
from kompass_extract.review.answers.choice_sql import municipality_name

FEW = 5  # reports: a mean of fewer is named in the warnings
_AREAS = "SELECT report_id, edition, area, area_id, name AS label, score, needs_review FROM areas"
_QUESTIONS = (
    "SELECT report_id, edition, area, question_id, concept, question AS label, score, max, "
    "needs_review OR max_needs_review AS needs_review FROM questions"
)


@dataclass(frozen=True, slots=True)
class PeerValue:
    """An area's score or a question's per cent; ``sure`` where it exists and does not wait for review."""

    report_id: str
    edition: str | None
    value: float | None
    sure: bool
    most: float | None


def compare(
    connection: sqlite3.Connection, report_id: str, *, groups: Mapping[str, Sequence[str]], named: Sequence[str]
) -> Comparison:
    """Compare a report with its peers; UsageError for a report that is not there.

    ``groups`` are municipalities (names or codes) by the name of their group; those count that the report's
    municipality is in.  ``named`` are ids of further reports.
    """
    own = _report(connection, report_id)
    peers = _peers(connection, own, groups, named)
    warnings = _edition_warnings(connection, own, peers)
    areas = [_area(connection, own, row, peers) for row in _own_rows(connection, _AREAS, report_id)]
    questions = [_question(connection, own, row, peers, warnings) for row in _own_rows(connection, _QUESTIONS, own[0])]
    warnings += _few(peers)
    return Comparison(
        report_id, own["municipality"], own["year"], own["edition"], tuple(areas), tuple(questions),
        tuple(dict.fromkeys(warnings)),
    )  # fmt: skip


def groups_from(path: Path) -> dict[str, list[str]]:
    """Read an operator's CSV with the columns ``group`` and ``municipality`` (a name or a code); UsageError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error}). Give a CSV file in UTF-8.") from error
    first = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ",")
    if not {"group", "municipality"} <= set(rows.fieldnames or ()):
        raise UsageError(f"{path} lacks the columns group and municipality. Name them in its first line.")
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault((row["group"] or "").strip(), []).append((row["municipality"] or "").strip())
    return groups


def _report(connection: sqlite3.Connection, report_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute("SELECT * FROM reports WHERE report_id = ?", (report_id,)).fetchone()
    if row is None:
        raise UsageError(f"The archive has no report {report_id}.")
    return row


def _own_rows(connection: sqlite3.Connection, table: str, report_id: str) -> list[sqlite3.Row]:
    return connection.execute(f"{table} WHERE report_id = ? ORDER BY rowid", (report_id,)).fetchall()


def _peers(
    connection: sqlite3.Connection, own: sqlite3.Row, groups: Mapping[str, Sequence[str]], named: Sequence[str]
) -> dict[str, list[str]]:
    """Return the ids of each group's reports, the report itself among them; a group of it alone is left out."""
    rows = connection.execute("SELECT report_id, municipality, municipality_code, county, year, edition FROM reports")
    others = [row for row in rows.fetchall() if row["report_id"] != own["report_id"]]
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
    known = {one["report_id"]: one for one in others}
    for one in named:
        if one not in known and one != own["report_id"]:
            raise UsageError(f"The archive has no report {one}.")
    if named:
        found["named"] = [known[one] for one in dict.fromkeys(named) if one in known]
    return {name: [own["report_id"], *(one["report_id"] for one in rows)] for name, rows in found.items() if rows}


def _belongs(row: sqlite3.Row, members: set[str]) -> bool:
    return row["municipality"] in members or row["municipality_code"] in members


def _area(
    connection: sqlite3.Connection, own: sqlite3.Row, row: sqlite3.Row, peers: Mapping[str, Sequence[str]]
) -> Compared:
    found = connection.execute(f"{_AREAS} WHERE area = ? AND edition IS ?", (row["area"], own["edition"]))
    values = [
        PeerValue(one["report_id"], one["edition"], one["score"], _sure(one["score"], one), None) for one in found
    ]
    return _compared(
        "area", row, row["area_id"], (row["score"], _sure(row["score"], row)), _standings(values, own, peers)
    )


def _question(
    connection: sqlite3.Connection, own: sqlite3.Row, row: sqlite3.Row, peers: Mapping[str, Sequence[str]],
    warnings: list[str],
) -> Compared:  # fmt: skip
    column = "concept" if row["concept"] else "question_id"
    found: Iterable[sqlite3.Row] = ()
    if row[column]:
        found = connection.execute(f"{_QUESTIONS} WHERE {column} = ?", (row[column],)).fetchall()
    values = [_share(one) for one in found]
    for group, members in peers.items():
        within = set(members)
        most = {one.most for one in values if one.report_id in within and one.sure}
        if len(most) > 1:
            shown = ", ".join(f"{one:g}" for one in sorted(one for one in most if one is not None))
            warnings.append(
                f"{row[column]}: the most points differ in {group} ({shown}); per cent of the most are compared."
            )
    own_value = _share(row)
    standings = _standings(values, own, peers)
    return _compared("question", row, row["question_id"], (own_value.value, own_value.sure), standings)


def _share(row: sqlite3.Row) -> PeerValue:
    score, most = row["score"], row["max"]
    value = 100.0 * score / most if score is not None and most else None
    return PeerValue(row["report_id"], row["edition"], value, _sure(value, row), most)


def _sure(value: float | None, row: sqlite3.Row) -> bool:
    return value is not None and not row["needs_review"]


def _compared(
    measure: str,
    row: sqlite3.Row,
    known_as: str | None,
    own: tuple[float | None, bool],
    standings: tuple[Standing, ...],
) -> Compared:
    value, sure = own
    concept = row["concept"] if measure == "question" else None
    return Compared(measure, row["area"], known_as, concept, row["label"], value, not sure, standings)


def _standings(
    values: Sequence[PeerValue], own: sqlite3.Row, peers: Mapping[str, Sequence[str]]
) -> tuple[Standing, ...]:
    return tuple(_standing(name, values, own["report_id"], set(members)) for name, members in peers.items())


def _standing(name: str, values: Sequence[PeerValue], report_id: str, members: set[str]) -> Standing:
    within = [one for one in values if one.report_id in members]
    sure = [one.value for one in within if one.sure and one.value is not None]
    mine = [one.value for one in within if one.report_id == report_id and one.sure and one.value is not None]
    if not sure:
        return Standing(name, 0, len(within), None, None, None, None, None)
    lower, upper = _quartiles(sure)
    return Standing(
        group=name,
        n=len(sure),
        left_out=len(within) - len(sure),
        mean=statistics.fmean(sure),
        median=statistics.median(sure),
        lower_quartile=lower,
        upper_quartile=upper,
        rank=1 + sum(one > mine[0] for one in sure) if mine else None,
    )


def _quartiles(values: Sequence[float]) -> tuple[float, float]:
    """Return the quartiles as Excel's QUARTILE.INC, R's type 7 and pandas have them."""
    if len(values) == 1:
        return values[0], values[0]
    lower, _, upper = statistics.quantiles(values, n=4, method="inclusive")
    return lower, upper


def _edition_warnings(
    connection: sqlite3.Connection, own: sqlite3.Row, peers: Mapping[str, Sequence[str]]
) -> list[str]:
    editions = dict(connection.execute("SELECT report_id, edition FROM reports").fetchall())
    warnings = []
    if own["edition"] is None:
        warnings.append("The report's edition is not known; its areas are compared with reports of no known edition.")
    if own["edition_needs_review"] or own["municipality_needs_review"] or own["year_needs_review"]:
        warnings.append("The report's municipality, year or edition waits for review; its groups may be wrong.")
    for name, members in peers.items():
        other = sorted({editions[one] or "unknown" for one in members} - {own["edition"] or "unknown"})
        if other:
            warnings.append(
                f"{name}: holds reports of other editions ({', '.join(other)}). Their areas are left out, "
                "their questions are compared by concept."
            )
    return warnings


def _few(peers: Mapping[str, Sequence[str]]) -> list[str]:
    return [
        f"{name}: only {len(members)} reports; read its figures with care."
        for name, members in peers.items()
        if len(members) < FEW
    ]
