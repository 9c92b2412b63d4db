"""The gold reports as this package needs them: every labelled string with its kind and area."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from kompass_extract.model.document import BlockKind

CHAPTER = re.compile(r"^\d\.?\s+\S")
CONTENTS_ENTRY = re.compile(r"\S[\s.]+\d{1,2}$")
FRONT_SECTIONS = frozenset(
    {"Innehåll", "Utvärderingen", "Sammanfattning av resultat", "Jämförelser", "Sammanfattande kommentarer"}
)


class _LabelFile(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class SectionStrings(_LabelFile):
    heading: str | None
    paragraphs: tuple[str, ...]


class RowStrings(_LabelFile):
    number: str
    question: str
    achieved: int | float | None = None
    max: int | float | None = None
    percent: int | None = None


class TotalStrings(_LabelFile):
    achieved: int | float | None = None
    max: int | float | None = None
    percent: int | None = None


class TableStrings(_LabelFile):
    heading: str
    rows: tuple[RowStrings, ...]
    total: TotalStrings


class AreaStrings(_LabelFile):
    number: int
    name: str
    printed_score: int | None
    rubrics: tuple[str, ...]
    narrative: tuple[SectionStrings, ...]
    strengths: tuple[str, ...]
    improvements: tuple[str, ...]
    score_table: TableStrings


class OverviewStrings(_LabelFile):
    number: int | None
    label: str
    values: dict[str, int | None]


class EvaluatorStrings(_LabelFile):
    name: str
    affiliation: str


class ReportStrings(_LabelFile):
    """A labelled report; ``municipality`` is what training is split by."""

    id: str
    municipality: str
    title: str
    published_year: int
    edition: str
    evaluators: tuple[EvaluatorStrings, ...]
    front_matter: tuple[str, ...]
    area_scores_overview: tuple[OverviewStrings, ...]
    areas: tuple[AreaStrings, ...]
    source_report: str | None = None  # of a rendered report: the gold report whose texts it uses


def report_files(gold_dir: Path) -> list[Path]:
    """The labelled reports among the JSON files of the folder, which also holds figures about them."""
    return [path for path in sorted(gold_dir.glob("*.json")) if "areas" in _content(path)]


def load_gold(gold_dir: Path) -> tuple[ReportStrings, ...]:
    """All labelled reports of the folder in order of name."""
    return tuple(read_gold(path) for path in report_files(gold_dir))


def read_gold(path: Path) -> ReportStrings:
    """One labelled report."""
    return ReportStrings.model_validate(_content(path))


def _content(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def is_contents_entry(text: str) -> bool:
    """Whether a front matter string is a line of the list of contents."""
    return bool(CONTENTS_ENTRY.search(text)) and len(text) < 120


def is_front_heading(text: str) -> bool:
    """Whether a front matter string is the heading of a chapter or of one of its sections."""
    return text in FRONT_SECTIONS or bool(CHAPTER.match(text) and not is_contents_entry(text))


def labelled_strings(report: ReportStrings) -> Iterator[tuple[str, BlockKind, int | None]]:
    """Every string of the report with its kind and area, in the order of the gold file."""
    yield report.title, BlockKind.FRONT_MATTER, None
    for text in report.front_matter:
        heading = is_front_heading(text)
        yield text, BlockKind.HEADING if heading else BlockKind.FRONT_MATTER, None
    for row in report.area_scores_overview:
        values = " ".join(str(value) for value in row.values.values())
        yield f"{row.number or ''} {row.label} {values}".strip(), BlockKind.SCORE_TABLE, None
    for area in report.areas:
        yield from _area_strings(area)


def _area_strings(area: AreaStrings) -> Iterator[tuple[str, BlockKind, int | None]]:
    number = area.number
    yield f"Område {number} {area.name}", BlockKind.HEADING, number
    for word in ("Rubriker", "Poäng", "Utvärderade delområden", "Styrkor", "Förbättringsmöjligheter"):
        yield word, BlockKind.HEADING, number
    for text in area.rubrics:
        yield text, BlockKind.RUBRIC, number
    for section in area.narrative:
        if section.heading:
            yield section.heading, BlockKind.HEADING, number
        for text in section.paragraphs:
            yield text, BlockKind.NARRATIVE, number
    for text in area.strengths:
        yield text, BlockKind.STRENGTH, number
    for text in area.improvements:
        yield text, BlockKind.IMPROVEMENT, number
    yield from _table_strings(area)


def _table_strings(area: AreaStrings) -> Iterator[tuple[str, BlockKind, int | None]]:
    table = area.score_table
    yield f"{area.number}. {table.heading} Uppnått Max Procent", BlockKind.SCORE_TABLE, area.number
    for row in table.rows:
        percent = "" if row.percent is None else f" {row.percent}%"
        yield f"{row.number} {row.question} {row.achieved} {row.max}{percent}", BlockKind.SCORE_TABLE, area.number
