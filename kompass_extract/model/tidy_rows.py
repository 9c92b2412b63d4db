"""A report as tidy tables: one row an area, question, item, paragraph, evaluator or check.

Names and order of the columns are a contract (``TABLES_VERSION``, docs/data.md): columns are added at the end of a
table and never renamed.  Each row begins with the columns in ``HEAD``.  A row that stands for one Field has the
columns in ``PROVENANCE``, which say how sure the value is, who decided it, and where it stands; those that came later
stand at the end.  Every value has its doubt beside it; ``report_needs_review`` is that of the columns in ``HEAD``.
``tables.toml`` describes each column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kompass_extract.model.counties import county_of
from kompass_extract.model.report import Area, Field, Report

TABLES_VERSION = "1.3"

Cell = str | int | float | bool | None
Row = dict[str, Cell]

HEAD = ("report_id", "municipality", "municipality_code", "county", "year", "edition")
PROVENANCE = (
    "confidence", "needs_review", "decision", "decided_by", "decided_at", "machine_value",
    "page", "x0", "y0", "x1", "y1",
)  # fmt: skip
PLACES = ("line",)
"""Columns of tables version 1.3, which stand behind those of version 1.2."""
DOUBTS = ("title_needs_review", "evaluation_date_needs_review", "name_needs_review", "heading_needs_review")
"""Columns of tables version 1.2, which stand behind those of version 1.1."""


def rows(report: Report, table: str, *, source_address: str | None = None) -> list[Row]:
    """Return the rows of one table; every row has the same keys.  ValueError for an unknown table.

    ``source_address`` is the web address that the report's file was fetched from, where an archive knows it.
    """
    if table not in _TABLES:
        raise ValueError(f"{table!r} is no table. Choose one of {', '.join(_TABLES)}.")
    head = _head(report)
    tail: Row = {"program_version": report.pipeline.version, "source_address": source_address}
    if table == "reports":
        alone: Row = {"evaluation": report.report_id, "counts": True}  # an archive knows of other readings
        tail = {"source_address": source_address, **alone}  # its program version stands further ahead since 1.0
    doubted: Row = {"report_needs_review": _head_doubted(report)}
    return [
        {**head, **_without_later(row), **tail, **_chosen(row, DOUBTS), **doubted, **_chosen(row, PLACES)}
        for row in _TABLES[table](report)
    ]


def _head_doubted(report: Report) -> bool:
    """Whether what every row says of its report waits for review."""
    info = report.report
    return any(one.needs_review for one in (info.municipality, info.municipality_code, info.year, info.edition))


def _without_later(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in (*DOUBTS, *PLACES)}


def _chosen(row: Row, names: tuple[str, ...]) -> Row:
    return {name: row[name] for name in names if name in row}


def _head(report: Report) -> Row:
    info = report.report
    code = info.municipality_code.value
    return {
        "report_id": report.report_id,
        "municipality": info.municipality.value,
        "municipality_code": code,
        "county": county_of(code),
        "year": info.year.value,
        "edition": info.edition.value,
    }


def _provenance(field: Field[Any]) -> Row:
    """Say how sure a value is, who decided it, and the first place where it stands (points on the page, or a line)."""
    place = field.evidence[0] if field.evidence else None
    x0, y0, x1, y1 = (place.bbox if place is not None else None) or (None, None, None, None)
    review = field.review
    return {
        "confidence": field.confidence,
        "needs_review": field.needs_review,
        "decision": review.action if review else None,
        "decided_by": review.by if review else None,
        "decided_at": review.at if review else None,
        "machine_value": review.original if review else field.value,
        "page": place.page if place else None,
        "x0": x0, "y0": y0, "x1": x1, "y1": y1,
        "line": place.line if place else None,
    }  # fmt: skip


def _asked(field: Field[Any]) -> bool:
    """Return whether a value was flagged for review, or a person decided about it without that."""
    return field.needs_review or field.review is not None


def _reports(report: Report) -> Iterator[Row]:
    info, source = report.report, report.source
    yield {
        "title": info.title.value,
        "evaluation_date": info.evaluation_date.value,
        "total": info.total.value,
        "pages": source.pages,
        "source_kind": source.kind,
        "file_name": source.file_name,
        "sha256": source.sha256,
        "program_version": report.pipeline.version,
        "review_status": report.review.status,
        "open_fields": report.review.open,
        "fields": report.review.total,
        "municipality_needs_review": info.municipality.needs_review,
        "year_needs_review": info.year.needs_review,
        "edition_needs_review": info.edition.needs_review,
        "total_needs_review": info.total.needs_review,
        "title_needs_review": info.title.needs_review,
        "evaluation_date_needs_review": info.evaluation_date.needs_review,
    }


def _areas(report: Report) -> Iterator[Row]:
    for area in report.areas:
        total = area.score_table.total
        yield {
            **_area(area),
            "name": area.name.value,
            "score": area.score.value,
            "table_score": total.achieved.value,
            "table_max": total.max.value,
            "table_percent": total.percent.value,
            **_provenance(area.score),
            "table_score_needs_review": total.achieved.needs_review,
            "table_max_needs_review": total.max.needs_review,
            "table_percent_needs_review": total.percent.needs_review,
            "asked": _asked(area.score),
            "name_needs_review": area.name.needs_review,
        }


def _questions(report: Report) -> Iterator[Row]:
    for area in report.areas:
        for row in area.score_table.rows:
            yield {
                **_area(area),
                "number": row.number,
                "question": row.question.value,
                "question_id": row.question_id,
                "concept": row.concept,
                "match_score": row.match_score,
                "score": row.achieved.value,
                "max": row.max.value,
                "percent": row.percent.value,
                "max_needs_review": row.max.needs_review,
                "percent_needs_review": row.percent.needs_review,
                **_provenance(row.achieved),
                "question_needs_review": row.question.needs_review,
                "asked": _asked(row.achieved),
            }


def _items(report: Report) -> Iterator[Row]:
    for area in report.areas:
        for kind, items in (("strength", area.strengths), ("improvement", area.improvements)):
            for position, item in enumerate(items, start=1):
                yield {
                    **_area(area),
                    "kind": kind,
                    "position": position,
                    "text": item.value,
                    **_provenance(item),
                    "asked": _asked(item),
                }


def _paragraphs(report: Report) -> Iterator[Row]:
    for area in report.areas:
        for section, part in enumerate(area.narrative, start=1):
            for position, paragraph in enumerate(part.paragraphs, start=1):
                yield {
                    **_area(area),
                    "section": section,
                    "heading": part.heading.value,
                    "position": position,
                    "text": paragraph.value,
                    **_provenance(paragraph),
                    "asked": _asked(paragraph),
                    "heading_needs_review": part.heading.needs_review,
                }


def _evaluators(report: Report) -> Iterator[Row]:
    for position, evaluator in enumerate(report.report.evaluators, start=1):
        yield {
            "position": position,
            "name": evaluator.name.value,
            "affiliation": evaluator.affiliation.value,
            **_provenance(evaluator.name),
            "affiliation_needs_review": evaluator.affiliation.needs_review,
            "asked": _asked(evaluator.name),
        }


def _checks(report: Report) -> Iterator[Row]:
    for check in report.checks:
        yield {
            "area": check.area,
            "check": check.id,
            "status": check.status,
            "message": check.message,
            "fields": " ".join(check.fields),
        }


def _area(area: Area) -> Row:
    return {"area": area.number, "area_id": area.area_id}


_TABLES: dict[str, Callable[[Report], Iterator[Row]]] = {
    "reports": _reports,
    "areas": _areas,
    "questions": _questions,
    "items": _items,
    "paragraphs": _paragraphs,
    "evaluators": _evaluators,
    "checks": _checks,
}
TABLES: tuple[str, ...] = tuple(_TABLES)
