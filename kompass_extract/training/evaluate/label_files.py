"""A reviewed report as a label file: what people decided, in the format of ``gold/GUIDELINES.md``."""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.errors import UsageError
from kompass_extract.model.pointers import AnyField, fields
from kompass_extract.model.report import Area, Field, Report, ScoreRow
from kompass_extract.training.gold import (
    GoldArea,
    GoldEvaluator,
    GoldModel,
    GoldOverviewRow,
    GoldReport,
    GoldRow,
    GoldSection,
    GoldTable,
    GoldTotal,
)

FRONT = frozenset({"front_matter", "heading"})
"""Kinds of blocks outside of the areas whose text a label file has."""
NEEDED = ("municipality", "municipality_code", "title", "year", "edition")
"""What a labelled report must say of itself: it is found and split by these."""


class Correction(GoldModel):
    """A text that was read wrongly, and what is printed."""

    source: str
    printed: str


class Discrepancy(GoldModel):
    """Where the report disagrees with itself, and how."""

    where: str
    what: str


class Labels(GoldReport):
    """A whole label file."""

    corrections: tuple[Correction, ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()
    notes: tuple[str, ...] = ()
    source_text: str | None = None


def labels_of(report: Report, gold_id: str, source_text: str | None = None) -> Labels:
    """The labels that a reviewed report gives; UsageError where it is not reviewed, or lacks what labels must have."""
    if report.review.status != "reviewed":
        raise UsageError(f"{report.report_id} is not reviewed: decide what is open and sign it first.")
    info = report.report
    missing = [name for name in NEEDED if getattr(info, name).value is None]
    missing.extend(f"the name of area {area.number}" for area in report.areas if area.name.value is None)
    if missing:
        raise UsageError(f"{report.report_id} cannot be a gold report: it lacks {', '.join(missing)}.")
    return Labels(
        id=gold_id,
        municipality=_text(info.municipality),
        municipality_code=_text(info.municipality_code),
        title=_text(info.title),
        published_year=info.year.value or 0,
        evaluation_date=info.evaluation_date.value,
        edition=_text(info.edition),
        evaluators=[
            GoldEvaluator(name=one.name.value, affiliation=_text(one.affiliation))
            for one in info.evaluators
            if one.name.value
        ],
        front_matter=[block.text for block in report.blocks if block.area is None and block.kind in FRONT],
        area_scores_overview=[
            GoldOverviewRow(
                number=row.number,
                label=_text(row.label),
                values={head: field.value for head, field in row.values.items()},
            )
            for row in report.area_scores_overview
        ],
        areas=[_area(area) for area in report.areas],
        corrections=_corrections(report),
        discrepancies=_discrepancies(report),
        notes=(_note(report),),
        source_text=source_text,
    )


def _area(area: Area) -> GoldArea:
    table = area.score_table
    total = table.total
    return GoldArea(
        number=area.number,
        name=_text(area.name),
        printed_score=area.score.value,
        rubrics=_texts(area.rubrics),
        narrative=[
            GoldSection(heading=section.heading.value or None, paragraphs=_texts(section.paragraphs))
            for section in area.narrative
        ],
        strengths=_texts(area.strengths),
        improvements=_texts(area.improvements),
        score_table=GoldTable(
            heading=_text(table.heading),
            rows=[_row(row) for row in table.rows],
            total=GoldTotal(achieved=total.achieved.value, max=total.max.value, percent=total.percent.value),
        ),
    )


def _row(row: ScoreRow) -> GoldRow:
    return GoldRow(
        number=row.number,
        question=_text(row.question),
        achieved=row.achieved.value,
        max=row.max.value,
        percent=row.percent.value,
    )


def _text(field: Field[str]) -> str:
    return field.value or ""


def _texts(found: Sequence[Field[str]]) -> list[str]:
    """The texts that are there; what was rejected stands nowhere on the page."""
    return [field.value for field in found if field.value]


def _corrections(report: Report) -> tuple[Correction, ...]:
    return tuple(
        Correction(source=str(field.review.original), printed=str(field.value))
        for _, field in fields(report)
        if field.review is not None
        and field.review.action == "corrected"
        and isinstance(field.review.original, str)
        and isinstance(field.value, str)
    )


def _discrepancies(report: Report) -> tuple[Discrepancy, ...]:
    return tuple(
        Discrepancy(where=f"area {check.area}" if check.area is not None else "report", what=check.message)
        for check in report.checks
        if check.status != "ok"
    )


def _note(report: Report) -> str:
    """How much people checked: a value that was not flagged stands as it was read."""
    found: list[AnyField] = [field for _, field in fields(report)]
    people = sorted({field.review.by for field in found if field.review is not None})
    decided = sum(field.review is not None for field in found)
    return (
        f"Labels of a review by {', '.join(people) or 'nobody'}: {decided} of {len(found)} values were decided by "
        "people, the others stand as they were read without doubt."
    )
