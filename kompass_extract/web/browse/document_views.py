"""The pages that show documents: a report to read, one of its pages, a single value, the search, the downloads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from kompass_extract.errors import UsageError
from kompass_extract.model.evidence_places import boxes_on, lines_of
from kompass_extract.model.report import Evidence, PageInfo, Report
from kompass_extract.model.tidy_columns import tables
from kompass_extract.review.answers import AnswerArchive
from kompass_extract.review.answers.answer_values import Choice, Hit, PassageChoice
from kompass_extract.review.answers.archive_names import UnknownNameError
from kompass_extract.review.answers.value_keys import KeyedField, keyed_field, keyed_fields
from kompass_extract.web.browse.archive_views import View
from kompass_extract.web.frame import crop

MOST_HITS = 200  # hits that the search orders, and that the filters' counts are of
HITS_A_PAGE = 20
TABLE_FILES = tuple(f"csv/{name}.csv" for name in tables())
PARQUET_FILES = tuple(f"parquet/{name}.parquet" for name in tables())
WHOLE_FILES = ("kompass.xlsx", "kompass.db", "metadata.json", "datapackage.json", "dcat.ttl")


@dataclass(frozen=True, slots=True)
class Cited:
    """A field as the pages show it: its whole key, its value, and whether that waits for a person."""

    key: str
    at: str
    value: Any
    unsure: bool
    page: int | None
    decided: bool


@dataclass(frozen=True, slots=True)
class SearchWish:
    """What is asked of the search, as it stands in an address."""

    query: str = ""
    like: str = ""
    kind: str = ""
    area: int | None = None
    concept: str = ""
    edition: str = ""
    county: str = ""
    year: int | None = None
    municipality: str = ""
    min_score: float | None = None
    page: int = 1

    @property
    def asked(self) -> dict[str, Any]:
        """The wish as the query of an address, without its page."""
        names = {"query": "q", "min_score": "min"}
        return {names.get(name, name): value for name, value in asdict(self).items() if name != "page"}


def report_view(archive: AnswerArchive, report_id: str) -> View:
    """A report as a document in which every value names its place."""
    report = archive.report(report_id)
    entry = archive.report_entry(report_id)
    cited = {one.pointer: _cited(report_id, one) for one in keyed_fields(report)}
    content = {"report": report, "entry": entry, "cited": cited, "waiting": _waiting(cited)}
    return View("report.html", lambda: _report_rows(report_id, report), content)


def page_view(archive: AnswerArchive, report_id: str, number: int) -> View:
    """A page of a report: its picture with a box for each value, and the values in the report's order."""
    report = archive.report(report_id)
    shown = _page_info(report, number)
    places = [
        (one, _cited(report_id, one), place)
        for one in keyed_fields(report) for place in one.field.evidence if place.page == number
    ]  # fmt: skip
    listed = {cited.key: (one, cited) for one, cited, _ in places}
    lines = archive.documents.text_lines(report, number) if shown.kind == "text" else ()
    starts = _starts(places, {line.number for line in lines})
    drawn = {cited.at for _, cited, place in places if place.bbox}.union(*starts.values())
    return View("page.html", lambda: _page_rows(places), {
        "report": report, "entry": archive.report_entry(report_id), "leaf": shown,
        "places": [(one, cited, place.bbox) for one, cited, place in places if place.bbox],
        "listed": list(listed.values()), "lines": lines, "starts": starts, "drawn": drawn,
    })  # fmt: skip


def _starts(places: Sequence[tuple[KeyedField, Cited, Evidence]], shown: Collection[int]) -> dict[int, list[str]]:
    """Return the values that begin on each line of a text's page, of those lines that are shown."""
    first: dict[str, int] = {}
    for _, cited, place in places:
        if place.line in shown and place.line is not None:
            first.setdefault(cited.at, place.line)
    starts: dict[int, list[str]] = {}
    for at, line in first.items():
        starts.setdefault(line, []).append(at)
    return starts


def _place(place: Evidence | None) -> dict[str, float | int | None]:
    """The columns of a place: its box, or the line of a text file."""
    sides = (place.bbox if place is not None else None) or (None, None, None, None)
    return {**dict(zip(("x0", "y0", "x1", "y1"), sides, strict=True)), "line": place.line if place else None}


def value_view(archive: AnswerArchive, report_id: str, key: str) -> View:
    """A single value with its place on the page: what a citation leads to."""
    report = archive.report(report_id)
    one = keyed_field(report, key)
    place = one.field.evidence[0] if one.field.evidence else None
    shown = _page_info(report, place.page) if place else None
    boxes = boxes_on(place.page, one.field.evidence) if place else ()
    lines = archive.documents.text_lines(report, shown.number) if shown and shown.kind == "text" else ()
    return View("value.html", lambda: [_value_row(report, one)], {
        "report": report, "entry": archive.report_entry(report_id), "one": one, "cited": _cited(report_id, one),
        "leaf": shown, "boxes": boxes, "lines": lines,
        "own_lines": {line for each in one.field.evidence for line in lines_of(each)},
        "view": crop(boxes, *shown.extent) if shown and shown.kind != "text" else None,
    })  # fmt: skip


def search_view(archive: AnswerArchive, wish: SearchWish) -> View:
    """What the search answers, with how many of it each filter would leave."""
    hits: list[Hit] = []
    problem: UsageError | None = None
    try:
        hits = _hits(archive, wish)
    except UsageError as error:
        problem = error
    first = (wish.page - 1) * HITS_A_PAGE
    counts = {name: Counter(getattr(hit, name) for hit in hits) for name in ("kind", "area", "edition", "year")}
    return View("search.html", lambda: _hit_rows(hits), {
        "wish": wish, "hits": hits[first : first + HITS_A_PAGE], "total": len(hits), "problem": problem,
        "unknown": problem if isinstance(problem, UnknownNameError) else None,
        "most": MOST_HITS, "counts": counts, "facets": archive.facet_values(), "first": first,
        "more": len(hits) > first + HITS_A_PAGE, "pieces": pieces,
        "codes": {one.name: one.key for one in archive.places() if one.name},
    })  # fmt: skip


def data_view(archive: AnswerArchive, files: Collection[str]) -> View:
    """The files to take away, those of them that are there, and what their columns hold."""
    return View("data.html", _column_rows, {
        "tables": tables(), "found": archive.coverage(),
        "files": {
            name: [one for one in many if one in files]
            for name, many in (("csv", TABLE_FILES), ("parquet", PARQUET_FILES), ("whole", WHOLE_FILES))
        },
    })  # fmt: skip


def pieces(hit: Hit) -> list[tuple[str, bool]]:
    """Return a hit's snippet in pieces, each with whether it was searched for."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for start, end in hit.marks:
        parts += [(hit.snippet[at:start], False), (hit.snippet[start:end], True)]
        at = end
    return [one for one in (*parts, (hit.snippet[at:], False)) if one[0]]


def _report_rows(report_id: str, report: Report) -> list[dict[str, Any]]:
    return [
        {"key": f"{report_id}/{one.key}", "pointer": one.pointer, "area": one.area, "kind": one.kind,
         "value": one.field.value, "needs_review": one.field.needs_review, "confidence": one.field.confidence,
         "page": one.field.evidence[0].page if one.field.evidence else None}
        for one in keyed_fields(report)
    ]  # fmt: skip


def _page_rows(places: Sequence[tuple[KeyedField, Cited, Evidence]]) -> list[dict[str, Any]]:
    return [
        {"key": cited.key, "kind": one.kind, "value": cited.value, "needs_review": cited.unsure, **_place(place)}
        for one, cited, place in places
    ]


def _value_row(report: Report, one: KeyedField) -> dict[str, Any]:
    field = one.field
    place = field.evidence[0] if field.evidence else None
    return {
        "key": f"{report.report_id}/{one.key}", "pointer": one.pointer, "value": field.value,
        "needs_review": field.needs_review, "confidence": field.confidence,
        "decided_by": field.review.by if field.review else None,
        "decided_at": field.review.at if field.review else None,
        "machine_value": field.review.original if field.review else field.value,
        "page": place.page if place else None,
        **_place(place),
        "sha256": report.source.sha256, "program_version": report.pipeline.version,
    }  # fmt: skip


def _hit_rows(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    return [{one.name: getattr(hit, one.name) for one in fields(hit) if one.name != "marks"} for hit in hits]


def _column_rows() -> list[dict[str, Any]]:
    return [
        {"table": table.name, "column": column.name, "type": column.type, "description": column.description}
        for table in tables().values() for column in table.columns
    ]  # fmt: skip


def _hits(archive: AnswerArchive, wish: SearchWish) -> list[Hit]:
    reports = Choice(
        editions=(wish.edition,) if wish.edition else (), counties=(wish.county,) if wish.county else (),
        years=(wish.year,) if wish.year else (), municipalities=(wish.municipality,) if wish.municipality else (),
    )  # fmt: skip
    passages = PassageChoice(
        (wish.kind,) if wish.kind else (), (wish.area,) if wish.area else (), wish.concept or None, wish.min_score
    )
    if wish.like:
        return archive.like(wish.like, reports=reports, passages=passages, limit=MOST_HITS)
    if not wish.query.strip():
        return []
    return archive.search(wish.query, reports=reports, passages=passages, limit=MOST_HITS)


def _cited(report_id: str, one: KeyedField) -> Cited:
    page = one.field.evidence[0].page if one.field.evidence else None
    return Cited(
        f"{report_id}/{one.key}", one.key, one.field.value, one.field.needs_review, page, one.field.review is not None
    )


def _waiting(cited: Mapping[str, Cited]) -> int:
    return sum(one.unsure for one in cited.values())


def _page_info(report: Report, number: int) -> PageInfo:
    found = next((one for one in report.pages if one.number == number), None)
    if found is None:
        raise UsageError(f"The report {report.report_id} has no page {number}.")
    return found
