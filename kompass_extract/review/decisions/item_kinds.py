"""What a place of the report is, told from its JSON pointer: a chapter's score, a strength, a row's max points."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from kompass_extract.model.report import Report
from kompass_extract.review.decisions.decision import ListName


class FieldKind(StrEnum):
    """Kinds of fields, and what else can be decided about."""

    MUNICIPALITY = "municipality"
    MUNICIPALITY_CODE = "municipality_code"
    TITLE = "title"
    YEAR = "year"
    EVALUATION_DATE = "evaluation_date"
    EDITION = "edition"
    TOTAL = "total"
    EVALUATOR_NAME = "evaluator_name"
    EVALUATOR_AFFILIATION = "evaluator_affiliation"
    AREA_NAME = "area_name"
    SCORE = "score"
    RUBRIC = "rubric"
    SECTION_HEADING = "section_heading"
    PARAGRAPH = "paragraph"
    STRENGTH = "strength"
    IMPROVEMENT = "improvement"
    TABLE_HEADING = "table_heading"
    QUESTION = "question"
    ACHIEVED = "achieved"
    MAX = "max"
    PERCENT = "percent"
    TOTAL_ACHIEVED = "total_achieved"
    TOTAL_MAX = "total_max"
    TOTAL_PERCENT = "total_percent"
    OVERVIEW_LABEL = "overview_label"
    OVERVIEW = "overview"
    BLOCK = "block"
    ROW = "row"
    FINDING = "finding"
    OTHER = "other"


LIST_KINDS: dict[ListName, FieldKind] = {
    "strengths": FieldKind.STRENGTH,
    "improvements": FieldKind.IMPROVEMENT,
    "rubrics": FieldKind.RUBRIC,
    "narrative": FieldKind.PARAGRAPH,
    "rows": FieldKind.ROW,
}
"""What an item of each list is."""

SCORES = frozenset(
    {
        FieldKind.SCORE,
        FieldKind.ACHIEVED,
        FieldKind.MAX,
        FieldKind.PERCENT,
        FieldKind.TOTAL_ACHIEVED,
        FieldKind.TOTAL_MAX,
        FieldKind.TOTAL_PERCENT,
        FieldKind.TOTAL,
        FieldKind.OVERVIEW,
    }
)
"""Numbers of the report's tables."""

IN_TABLE = frozenset(
    {FieldKind.QUESTION, FieldKind.TABLE_HEADING, FieldKind.ROW, *SCORES} - {FieldKind.TOTAL, FieldKind.OVERVIEW}
)
"""What is judged beside a whole score table."""

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^/report/evaluators/\d+/(name|affiliation)$"), r"evaluator_\1"),
    (re.compile(r"^/report/(\w+)$"), r"\1"),
    (re.compile(r"^/areas/\d+/name$"), "area_name"),
    (re.compile(r"^/areas/\d+/score$"), "score"),
    (re.compile(r"^/areas/\d+/(strength|improvement|rubric)s/\d+$"), r"\1"),
    (re.compile(r"^/areas/\d+/narrative/\d+/heading$"), "section_heading"),
    (re.compile(r"^/areas/\d+/narrative/\d+/paragraphs/\d+$"), "paragraph"),
    (re.compile(r"^/areas/\d+/score_table/heading$"), "table_heading"),
    (re.compile(r"^/areas/\d+/score_table/rows/\d+$"), "row"),
    (re.compile(r"^/areas/\d+/score_table/rows/\d+/(question|achieved|max|percent)$"), r"\1"),
    (re.compile(r"^/areas/\d+/score_table/total/(achieved|max|percent)$"), r"total_\1"),
    (re.compile(r"^/area_scores_overview/\d+/label$"), "overview_label"),
    (re.compile(r"^/area_scores_overview/\d+/values/[^/]*$"), "overview"),
    (re.compile(r"^/blocks/\d+$"), "block"),
    (re.compile(r"^/checks/"), "finding"),
)
_KINDS = {kind.value: kind for kind in FieldKind}


@lru_cache(maxsize=20_000)
def kind_of(pointer: str) -> FieldKind:
    """The kind of what stands at a JSON pointer of a report."""
    for pattern, kind in _PATTERNS:
        found = pattern.match(pointer)
        if found:
            return _KINDS.get(found.expand(kind), FieldKind.OTHER)
    return FieldKind.OTHER


def area_of(pointer: str, report: Report) -> int | None:
    """The number of the area, 1..8, that a pointer lies in; None outside of the areas."""
    _, first, *rest = (*pointer.split("/"), "", "")[:4]
    index = int(rest[0]) if rest and rest[0].isdigit() else -1
    if first == "areas" and 0 <= index < len(report.areas):
        return report.areas[index].number
    if first == "area_scores_overview" and 0 <= index < len(report.area_scores_overview):
        return report.area_scores_overview[index].number
    if first == "blocks" and 0 <= index < len(report.blocks):
        return report.blocks[index].area
    return None


def label_of(pointer: str, report: Report) -> str | None:
    """What tells a field from others of its kind and area: a row's number, the head of an overview's column."""
    row = re.match(r"^/areas/(\d+)/score_table/rows/(\d+)", pointer)
    if row:
        return report.areas[int(row[1])].score_table.rows[int(row[2])].number
    column = re.match(r"^/area_scores_overview/\d+/values/([^/]*)$", pointer)
    if column:
        return column[1].replace("~1", "/").replace("~0", "~")
    order = re.match(r"^/report/evaluators/(\d+)/", pointer)
    return order[1] if order else None
