"""The gold label file as frozen models: what a report prints, without where it stands."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class RenderedModel(BaseModel):
    """Frozen; label files carry notes for people besides, which are not read."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class RenderedEvaluator(RenderedModel):
    name: str
    affiliation: str


class RenderedSection(RenderedModel):
    heading: str
    paragraphs: tuple[str, ...]


class RenderedRow(RenderedModel):
    """One question, its points as printed; ``percent`` is None where the report has no such column."""

    number: str
    question: str
    achieved: int | float
    max: int
    percent: int | None


class Total(RenderedModel):
    achieved: int | float
    max: int
    percent: int | None


class RenderedTable(RenderedModel):
    heading: str
    rows: tuple[RenderedRow, ...]
    total: Total


class RenderedArea(RenderedModel):
    """``printed_score`` is the chapter's own score, which may differ from the total of the score table."""

    number: int
    name: str
    printed_score: int
    rubrics: tuple[str, ...]
    narrative: tuple[RenderedSection, ...]
    strengths: tuple[str, ...]
    improvements: tuple[str, ...]
    score_table: RenderedTable


class RenderedOverviewRow(RenderedModel):
    number: int | None
    label: str
    values: dict[str, int]


class RenderedDiscrepancy(RenderedModel):
    where: str
    what: str


class RenderedReport(RenderedModel):
    """A labelled report; ``source_report`` names the one report whose texts a composed one was made of."""

    id: str
    municipality: str
    municipality_code: str
    title: str
    published_year: int
    evaluation_date: str
    edition: str
    evaluators: tuple[RenderedEvaluator, ...]
    front_matter: tuple[str, ...]
    area_scores_overview: tuple[RenderedOverviewRow, ...] = ()
    areas: tuple[RenderedArea, ...]
    discrepancies: tuple[RenderedDiscrepancy, ...] = ()
    source_report: str = ""
    evaluator_line: str = ""


def read_gold(path: Path) -> RenderedReport:
    """The label file at ``path``; pydantic's ValidationError when it is not one."""
    return RenderedReport.model_validate_json(path.read_text(encoding="utf-8"))


def write_gold(report: RenderedReport, path: Path) -> None:
    """Write ``report`` as a label file: UTF-8, readable, stable order."""
    path.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
