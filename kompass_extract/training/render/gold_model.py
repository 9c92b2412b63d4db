"""The gold label file as frozen models: what a report prints, without where it stands."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class GoldModel(BaseModel):
    """Frozen; label files carry notes for people besides, which are not read."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Evaluator(GoldModel):
    name: str
    affiliation: str


class Section(GoldModel):
    heading: str
    paragraphs: tuple[str, ...]


class Row(GoldModel):
    """One question, its points as printed; ``percent`` is None where the report has no such column."""

    number: str
    question: str
    achieved: int | float
    max: int
    percent: int | None


class Total(GoldModel):
    achieved: int | float
    max: int
    percent: int | None


class ScoreTable(GoldModel):
    heading: str
    rows: tuple[Row, ...]
    total: Total


class Area(GoldModel):
    """``printed_score`` is the chapter's own score, which may differ from the total of the score table."""

    number: int
    name: str
    printed_score: int
    rubrics: tuple[str, ...]
    narrative: tuple[Section, ...]
    strengths: tuple[str, ...]
    improvements: tuple[str, ...]
    score_table: ScoreTable


class OverviewRow(GoldModel):
    number: int | None
    label: str
    values: dict[str, int]


class Discrepancy(GoldModel):
    where: str
    what: str


class GoldReport(GoldModel):
    """A labelled report; ``source_report`` names the one report whose texts a composed one was made of."""

    id: str
    municipality: str
    municipality_code: str
    title: str
    published_year: int
    evaluation_date: str
    edition: str
    evaluators: tuple[Evaluator, ...]
    front_matter: tuple[str, ...]
    area_scores_overview: tuple[OverviewRow, ...] = ()
    areas: tuple[Area, ...]
    discrepancies: tuple[Discrepancy, ...] = ()
    source_report: str = ""
    evaluator_line: str = ""


def read_gold(path: Path) -> GoldReport:
    """The label file at ``path``; pydantic's ValidationError when it is not one."""
    return GoldReport.model_validate_json(path.read_text(encoding="utf-8"))


def write_gold(report: GoldReport, path: Path) -> None:
    """Write ``report`` as a label file: UTF-8, readable, stable order."""
    path.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
