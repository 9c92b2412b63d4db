"""What each page of the archive shows, and the same as rows: start, municipalities, one of them, concepts, compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from kompass_extract.model.counties import COUNTIES
from kompass_extract.model.tidy_rows import Row
from kompass_extract.review.answers import AnswerArchive
from kompass_extract.review.answers.answer_values import Compared, Comparison
from kompass_extract.review.answers.view_values import (
    ConceptPoint,
    Coverage,
    MunicipalityReports,
    PlaceView,
    ReportEntry,
    Spread,
)
from kompass_extract.web.browse.chart_shapes import columns, histogram, radar, trend
from kompass_extract.web.browse.concept_names import questions_of_concepts

SPARK_WIDTH, SPARK_HEIGHT = 120.0, 34.0
TREND_WIDTH, TREND_HEIGHT = 430.0, 170.0
MOST_PROPOSED = 600  # reports that a page holds for a field to choose from
LEVELS = 4  # shades of the table of coverage
_REPORT_COLUMNS = (
    "report_id", "municipality", "municipality_code", "county", "year", "edition", "total", "total_needs_review",
    "review_status", "open_fields",
)  # fmt: skip


Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class View:
    """A page: its template with what that needs; ``rows`` makes what its CSV holds."""

    template: str
    rows: Callable[[], Rows]
    content: Mapping[str, Any] = field(default_factory=dict)


def start_view(archive: AnswerArchive) -> View:
    """Coverage by year and county, and the newest reports."""
    found = archive.coverage()
    years = sorted({year for _, year in found.by_county if year is not None})
    counted: dict[int, int] = {}
    for (_, year), count in found.by_county.items():
        if year is not None:
            counted[year] = counted.get(year, 0) + count
    return View("start.html", lambda: _coverage_rows(found), {
        "found": found, "years": years, "counties": _counties(found), "counted": counted,
        "bars": columns([(str(year), counted.get(year, 0)) for year in _every(years)]),
        "level": _level(max(found.by_county.values(), default=1)),
    })  # fmt: skip


def places_view(archive: AnswerArchive) -> View:
    """All municipalities by their first letter."""
    places = archive.places()
    letters: dict[str, list[MunicipalityReports]] = {}
    for place in places:
        letters.setdefault((place.name or "?")[:1].upper(), []).append(place)
    return View("places.html", lambda: _entry_rows(places), {"letters": letters, "total": len(places)})


def place_view(archive: AnswerArchive, key: str) -> View:
    """One municipality: its newest areas beside the mean, its concepts over the years, its lists."""
    view = archive.place(key)
    newest = view.place.evaluations[0]
    shape = radar([(one.area, one.score, one.needs_review, one.among.mean) for one in view.areas])
    by_area = [
        (area, [[one for one in view.passages if one.area == area.area and one.kind == kind]
                for kind in ("strength", "improvement")])
        for area in view.areas
    ]  # fmt: skip
    return View("place.html", lambda: _place_rows(view), {
        "view": view, "place": view.place, "newest": newest, "radar": shape, "by_area": by_area,
        "development": _development(view), "left_out": sum(one.among.left_out for one in view.areas),
        "measured": [one.among.n for one in view.areas],
    })  # fmt: skip


def concepts_view(archive: AnswerArchive, names: Mapping[str, str]) -> View:
    """The concepts in the order of the newest edition's areas, with the spread of their values."""
    known = {one.concept: one.spread for one in archive.concepts()}
    asked = questions_of_concepts()
    rows: list[dict[str, Any]] = []
    for concept, questions in asked.items():
        spread = known.get(concept, Spread(0, 0, None, None, None, None))
        rows.append({
            "concept": concept, "name": names[concept], "area": questions[0][1].area,
            "editions": " ".join(sorted({edition for edition, _ in questions})), **_spread_row(spread),
        })  # fmt: skip
    rows.sort(key=lambda row: (row["editions"].split()[-1] != "2020", row["area"]))
    return View("concepts.html", lambda: rows, {"rows": rows})


def concept_view(archive: AnswerArchive, concept: str) -> View:
    """A concept: how the newest values are spread, how over the years, and the best with their strengths."""
    view = archive.concept(concept)
    years = [(year, spread.median, False) for year, spread in view.by_year]
    line = trend(years, width=TREND_WIDTH, height=TREND_HEIGHT, spreads=[spread for _, spread in view.by_year])
    ranked = sorted(view.latest, key=lambda one: (one.needs_review, -(one.share or 0.0), one.municipality or ""))
    return View("concept.html", lambda: [_point_row(one) for one in ranked], {
        "view": view, "bars": histogram([(one.share, one.needs_review) for one in view.latest]), "line": line,
        "asked": questions_of_concepts().get(concept, ()), "ranked": ranked,
        "reports_with": sum(1 for one in view.latest if one.share is not None),
    })  # fmt: skip


def compare_view(archive: AnswerArchive, report_id: str, named: Sequence[str]) -> View:
    """A report's areas and questions beside its groups."""
    entry = archive.report_entry(report_id)
    found = archive.compare(report_id, named=named)
    groups = [standing.group for standing in found.areas[0].standings] if found.areas else []
    return View("compare.html", lambda: _comparison_rows(found), {
        "entry": entry, "found": found, "groups": groups, "others": list(named),
        "question_places": _question_places(found), "reports": _reports_of(archive.places()),
    })  # fmt: skip


def compare_start_view(archive: AnswerArchive) -> View:
    """The choice of a report to compare."""
    places = archive.places()
    return View("compare_start.html", lambda: _entry_rows(places), {
        "places": places, "reports": _reports_of(places),
    })  # fmt: skip


def _reports_of(places: Sequence[MunicipalityReports]) -> list[ReportEntry]:
    """Return the reports that a field proposes while somebody types; none where there are too many to send."""
    reports = [report for place in places for report in place.reports]
    return reports if len(reports) <= MOST_PROPOSED else []


def _counties(found: Coverage) -> list[str | None]:
    known = {county for county, _ in found.by_county}
    return [*(name for name in COUNTIES.values() if name in known), *([None] if None in known else [])]


def _every(years: Sequence[int]) -> range:
    return range(years[0], years[-1] + 1) if years else range(0)


def _level(most: int) -> Any:
    """Return what gives a count its shade, 0 for none to ``LEVELS`` for the most."""
    return lambda count: 0 if not count else max(1, -(-LEVELS * count // max(1, most)))


def _development(view: PlaceView) -> list[dict[str, Any]]:
    """Return the concepts that two or more of the reports have, each with a point a report, by area."""
    ids = [one.report_id for one in reversed(view.place.evaluations)]
    rows = []
    for concept, points in view.concepts.items():
        by_report = {one.report_id: one for one in points}
        if len(by_report) < 2:
            continue
        values = [(one.year or 0, one.share, one.needs_review) for one in points]
        rows.append({
            "concept": concept, "area": points[-1].area, "points": [by_report.get(one) for one in ids],
            "line": trend(values, width=SPARK_WIDTH, height=SPARK_HEIGHT), "change": _change(points),
        })  # fmt: skip
    return sorted(rows, key=lambda row: (row["area"], row["points"][-1].row if row["points"][-1] else 0))


def _change(points: Sequence[ConceptPoint]) -> float | None:
    """Return the change from the first to the last value, in points of per cent; None where one is not sure."""
    first, last = points[0], points[-1]
    if first.needs_review or last.needs_review or first.share is None or last.share is None:
        return None
    return last.share - first.share


def _question_places(found: Comparison) -> dict[int, int]:
    """Return the place in its score table of each question of the comparison, by its position there."""
    seen: dict[int, int] = {}
    places = {}
    for index, one in enumerate(found.questions):
        seen[one.area] = seen.get(one.area, 0) + 1
        places[index] = seen[one.area]
    return places


# The same as rows


def _coverage_rows(found: Coverage) -> list[Row]:
    counted = sorted(found.by_county.items(), key=lambda one: (one[0][0] or "", one[0][1] or 0))
    return [{"county": county, "year": year, "reports": count} for (county, year), count in counted]


def _entry_rows(places: Sequence[MunicipalityReports]) -> list[dict[str, Any]]:
    return [{name: getattr(one, name) for name in _REPORT_COLUMNS} for place in places for one in place.reports]


def _place_rows(view: PlaceView) -> list[dict[str, Any]]:
    """Return areas, then concepts, then lists, told apart by ``part``."""
    empty = dict.fromkeys(
        ("part", "report_id", "year", "edition", "area", "id", "label", "value", "needs_review", "n", "left_out",
         "mean", "lower_quartile", "median", "upper_quartile")
    )  # fmt: skip
    newest = view.place.evaluations[0]
    rows = [
        {**empty, "part": "area", "report_id": one.report_id, "year": newest.year, "edition": newest.edition,
         "area": one.area, "label": one.name, "value": one.score, "needs_review": one.needs_review,
         **_spread_row(one.among)}
        for one in view.areas
    ]  # fmt: skip
    rows += [
        {**empty, "part": "concept", "report_id": one.report_id, "year": one.year, "edition": one.edition,
         "area": one.area, "id": concept, "label": one.question, "value": one.share, "needs_review": one.needs_review}
        for concept, points in view.concepts.items() for one in points
    ]  # fmt: skip
    rows += [
        {**empty, "part": one.kind, "report_id": newest.report_id, "year": newest.year, "edition": newest.edition,
         "area": one.area, "id": one.key, "label": one.text, "needs_review": one.needs_review}
        for one in view.passages
    ]  # fmt: skip
    return rows


def _point_row(point: ConceptPoint) -> dict[str, Any]:
    values = asdict(point)
    return {**{name: value for name, value in values.items() if name not in ("place", "row")}}


def _spread_row(spread: Spread) -> dict[str, Any]:
    return {
        "n": spread.n, "left_out": spread.left_out, "mean": spread.mean, "lower_quartile": spread.lower,
        "median": spread.median, "upper_quartile": spread.upper,
    }  # fmt: skip


def _comparison_rows(found: Comparison) -> list[dict[str, Any]]:
    rows = []
    for one in (*found.areas, *found.questions):
        about = _compared_row(found, one)
        rows += [{**about, **asdict(standing)} for standing in one.standings] or [about]
    return rows


def _compared_row(found: Comparison, one: Compared) -> dict[str, Any]:
    return {
        "report_id": found.report_id, "measure": one.measure, "area": one.area, "id": one.id, "concept": one.concept,
        "label": one.label, "value": one.value, "needs_review": one.needs_review,
    }  # fmt: skip
