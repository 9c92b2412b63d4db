"""What the archive's pages ask of the index: coverage, a municipality, a concept, the values behind the filters.

A value that waits for review is given with its mark and enters no mean, quartile or rank.
"""

from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from kompass_extract.errors import UsageError
from kompass_extract.model.tidy_rows import Cell
from kompass_extract.review.answers.view_values import (
    AreaPoint,
    ConceptEntry,
    ConceptPoint,
    ConceptView,
    Coverage,
    MunicipalityReports,
    PassageEntry,
    PlaceView,
    ReportEntry,
    Spread,
)

NOTHING = Spread(0, 0, None, None, None, None)
LATEST = 8  # reports on the first page
_AFTER_Z = str.maketrans("åäö", "{|}")
BEST = 12  # values of a concept that are shown as good examples
STRENGTHS_EACH = 3  # shown of each of them
PLACE_KEY = "coalesce(nullif(municipality_code, ''), report_id)"
"""Key of a municipality's page: its code; a report without one has a page of its own."""
_OTHERS = "report_id NOT IN (SELECT report_id FROM reports WHERE NOT counts)"
"""Leaves out other readings of an evaluation that a report stands for."""
_ENTRY = (
    f"SELECT report_id, {PLACE_KEY} AS place, municipality, municipality_code, county, year, edition, total, "
    "total_needs_review, municipality_needs_review OR year_needs_review OR edition_needs_review AS head, "
    "review_status, open_fields, fields, counts FROM reports"
)
_POINT = (
    f"SELECT report_id, {PLACE_KEY} AS place, municipality, year, edition, area, concept, question, score, max, page, "
    "needs_review OR max_needs_review AS unsure, "
    "(SELECT count(*) FROM questions b WHERE b.report_id = q.report_id AND b.area = q.area AND b.rowid <= q.rowid) "
    "AS place_in_table FROM questions q"
)


def coverage(connection: sqlite3.Connection) -> Coverage:
    """Count reports by county and year, and what of their values waits for a person."""
    head = connection.execute(
        f"SELECT count(*), count(DISTINCT {PLACE_KEY}), coalesce(sum(review_status = 'reviewed'), 0), "
        "coalesce(sum(fields), 0), coalesce(sum(open_fields), 0) FROM reports WHERE counts"
    ).fetchone()
    items = int(connection.execute(f"SELECT count(*) FROM items WHERE {_OTHERS}").fetchone()[0])
    counted = connection.execute("SELECT county, year, count(*) FROM reports WHERE counts GROUP BY county, year")
    latest = connection.execute(f"{_ENTRY} WHERE counts ORDER BY year DESC, municipality LIMIT ?", (LATEST,))
    reports, municipalities, reviewed, values, waiting = map(int, head)
    return Coverage(
        reports=reports, places=municipalities, reviewed=reviewed, values=values, waiting=waiting, items=items,
        by_county={(row[0], row[1]): int(row[2]) for row in counted},
        latest=tuple(map(_entry, latest)),
    )  # fmt: skip


def places(connection: sqlite3.Connection) -> tuple[MunicipalityReports, ...]:
    """Return all municipalities by name, each with its reports, newest first."""
    found: dict[str, list[ReportEntry]] = {}
    for row in connection.execute(f"{_ENTRY} ORDER BY year DESC, counts DESC, report_id DESC"):
        found.setdefault(row["place"], []).append(_entry(row))
    return tuple(sorted((_place(key, rows) for key, rows in found.items()), key=lambda one: _letters(one.name)))


def entry(connection: sqlite3.Connection, report_id: str) -> ReportEntry:
    """Return one report's entry; UsageError where there is none."""
    row = connection.execute(f"{_ENTRY} WHERE report_id = ?", (report_id,)).fetchone()
    if row is None:
        raise UsageError(f"The archive has no report {report_id}.")
    return _entry(row)


def place_view(
    connection: sqlite3.Connection, key: str, spreads: Callable[[str | None], Mapping[int, Spread]]
) -> PlaceView:
    """Return what a municipality's page shows; UsageError for a key that no report has."""
    rows = connection.execute(
        f"{_ENTRY} WHERE municipality_code = ? OR (report_id = ? AND {PLACE_KEY} = ?) "
        "ORDER BY year DESC, counts DESC, report_id DESC",
        (key, key, key),
    ).fetchall()
    if not rows:
        raise UsageError(f"The archive has no municipality {key}.")
    place = _place(key, [_entry(row) for row in rows])
    newest = place.evaluations[0]
    ids = [one.report_id for one in place.evaluations]
    found = connection.execute(
        f"{_POINT} WHERE concept IS NOT NULL AND report_id IN ({_marks(ids)}) ORDER BY year, report_id, rowid", ids
    )
    concepts: dict[str, list[ConceptPoint]] = {}
    for row in found:
        concepts.setdefault(row["concept"], []).append(_point(row))
    return PlaceView(
        place,
        tuple(area_points(connection, newest, spreads(newest.edition))),
        {name: tuple(points) for name, points in concepts.items()},
        tuple(passages(connection, newest.report_id)),
    )


def area_spreads(connection: sqlite3.Connection, edition: str | None) -> dict[int, Spread]:
    """Return the spread of each area's scores among the reports of an edition."""
    among: dict[int, list[tuple[float | None, bool]]] = {}
    for area, score, unsure in connection.execute(
        f"SELECT area, score, needs_review FROM areas INDEXED BY ix_areas_edition WHERE edition IS ? AND {_OTHERS}",
        (edition,),
    ):
        among.setdefault(area, []).append((score, bool(unsure)))
    return {area: spread(values) for area, values in among.items()}


def area_points(connection: sqlite3.Connection, report: ReportEntry, among: Mapping[int, Spread]) -> list[AreaPoint]:
    """Return a report's areas beside all reports of its edition, itself among them."""
    rows = connection.execute(
        "SELECT area, name, score, needs_review, page FROM areas WHERE report_id = ? ORDER BY rowid",
        (report.report_id,),
    )
    return [
        AreaPoint(report.report_id, row["area"], row["name"], row["score"],
                  bool(row["needs_review"]) or row["score"] is None, row["page"], among.get(row["area"], NOTHING))
        for row in rows
    ]  # fmt: skip


def passages(connection: sqlite3.Connection, report_id: str, area: int | None = None) -> list[PassageEntry]:
    """Return a report's strengths and improvement areas, of one area where it is given."""
    rows = connection.execute(
        "SELECT report_id, area, kind, position, text, needs_review, page FROM passages "
        "WHERE report_id = ? AND kind <> 'narrative' AND (? IS NULL OR area = ?) "
        "ORDER BY area, kind DESC, position",
        (report_id, area, area),
    )
    return [
        PassageEntry(f"{row[0]}/{row[1]}/{row[2]}/{row[3]}", row[1], row[2], row[4], bool(row[5]), row[6])
        for row in rows
    ]


def concepts(connection: sqlite3.Connection) -> list[ConceptEntry]:
    """Return every concept that a report has a value of, with its spread over all reports."""
    values: dict[str, list[tuple[float | None, bool]]] = {}
    for concept, score, most, unsure in connection.execute(
        "SELECT concept, score, max, needs_review OR max_needs_review "
        f"FROM questions INDEXED BY ix_questions_concept WHERE concept IS NOT NULL AND {_OTHERS}"
    ):
        values.setdefault(concept, []).append((_share(score, most), bool(unsure)))
    return [ConceptEntry(name, spread(many)) for name, many in values.items()]


def concept_view(connection: sqlite3.Connection, concept: str) -> ConceptView:
    """Return a concept over the archive; UsageError where no report has a value of it."""
    # Each municipality's newest report is found in one pass over an index that holds all that is asked.
    rows = connection.execute(
        f"SELECT report_id, {PLACE_KEY} AS place, year, score, max, needs_review OR max_needs_review "
        f"FROM questions INDEXED BY ix_questions_concept WHERE concept = ? AND {_OTHERS}",
        (concept,),
    ).fetchall()
    if not rows:
        raise UsageError(f"The archive has no value of the concept {concept}.")
    newest: dict[str, tuple[int, str]] = {}
    years: dict[int, list[tuple[float | None, bool]]] = {}
    for report_id, place, year, score, most, unsure in rows:
        newest[place] = max(newest.get(place, (-1, "")), (year or 0, report_id))
        if year is not None:
            years.setdefault(year, []).append((_share(score, most), bool(unsure)))
    kept = {report_id for _, report_id in newest.values()}
    latest = tuple(_points_of(connection, concept, sorted(kept)))
    sure = sorted(
        (one for one in latest if one.share is not None and not one.needs_review),
        key=lambda one: (-(one.share or 0.0), -(one.year or 0), one.municipality or ""),
    )
    best = tuple((one, tuple(_strengths(connection, one))) for one in sure[:BEST])
    by_year = tuple((year, spread(many)) for year, many in sorted(years.items()))
    return ConceptView(concept, latest, spread((one.share, one.needs_review) for one in latest), by_year, best)


def facet_values(connection: sqlite3.Connection) -> dict[str, list[Cell]]:
    """Return which editions, counties and years there are reports of."""
    return {
        name: [row[0] for row in connection.execute(
            f"SELECT DISTINCT {name} FROM reports WHERE {name} IS NOT NULL ORDER BY {name}"
        )]
        for name in ("edition", "county", "year")
    }  # fmt: skip


def spread(values: Iterable[tuple[float | None, bool]]) -> Spread:
    """Return the figures of values given with whether they wait for review."""
    given = list(values)
    sure = [value for value, unsure in given if value is not None and not unsure]
    if not sure:
        return Spread(0, len(given), None, None, None, None)
    lower, median, upper = np.quantile(np.array(sure, dtype=np.float64), (0.25, 0.5, 0.75)).tolist()
    return Spread(len(sure), len(given) - len(sure), statistics.fmean(sure), lower, median, upper)


def _points_of(connection: sqlite3.Connection, concept: str, ids: Sequence[str]) -> Iterable[ConceptPoint]:
    found: dict[str, ConceptPoint] = {}
    for first in range(0, len(ids), 500):
        part = ids[first : first + 500]
        rows = connection.execute(
            f"{_POINT} WHERE concept = ? AND report_id IN ({_marks(part)}) ORDER BY report_id", [concept, *part]
        )
        for row in rows:
            found.setdefault(row["report_id"], _point(row))
    return found.values()


def _strengths(connection: sqlite3.Connection, point: ConceptPoint) -> list[PassageEntry]:
    found = passages(connection, point.report_id, point.area)
    return [one for one in found if one.kind == "strength" and not one.needs_review][:STRENGTHS_EACH]


def _entry(row: sqlite3.Row) -> ReportEntry:
    return ReportEntry(
        row["report_id"], row["place"], row["municipality"], row["municipality_code"], row["county"], row["year"],
        row["edition"], row["total"], bool(row["total_needs_review"]), bool(row["head"]), row["review_status"],
        row["open_fields"], row["fields"], bool(row["counts"]),
    )  # fmt: skip


def _place(key: str, rows: Sequence[ReportEntry]) -> MunicipalityReports:
    newest = rows[0]
    return MunicipalityReports(key, newest.municipality, newest.municipality_code, newest.county, tuple(rows))


def _point(row: sqlite3.Row) -> ConceptPoint:
    share = _share(row["score"], row["max"])
    return ConceptPoint(
        row["report_id"], row["place"], row["municipality"], row["year"], row["edition"], row["area"],
        row["place_in_table"], row["question"], row["score"], row["max"], share,
        bool(row["unsure"]) or share is None, row["page"],
    )  # fmt: skip


def _share(score: float | None, most: float | None) -> float | None:
    return 100.0 * score / most if score is not None and most else None


def _letters(name: str | None) -> tuple[bool, str]:
    """Order names as Swedish does: å, ä and ö after z."""
    return name is None, (name or "").lower().translate(_AFTER_Z)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
