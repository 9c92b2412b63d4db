"""The labelled reports, as ``gold/*.json`` has them (conventions: ``gold/GUIDELINES.md``)."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from kompass_extract.errors import UnreadableFileError
from kompass_extract.model.report import Number


class GoldModel(BaseModel):
    """Frozen; further keys are remarks for people and are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class GoldEvaluator(GoldModel):
    name: str
    affiliation: str | None = None


class GoldSection(GoldModel):
    heading: str | None = None
    paragraphs: list[str] = []


class GoldRow(GoldModel):
    number: str
    question: str
    achieved: Number | None
    max: Number | None
    percent: Number | None = None


class GoldTotal(GoldModel):
    achieved: Number | None = None
    max: Number | None = None
    percent: Number | None = None


class GoldTable(GoldModel):
    heading: str | None = None
    rows: list[GoldRow] = []
    total: GoldTotal = GoldTotal()


class GoldOverviewRow(GoldModel):
    number: int | None
    label: str
    values: dict[str, Number | None]


class GoldArea(GoldModel):
    number: int
    name: str
    printed_score: Number | None = None
    rubrics: list[str] = []
    narrative: list[GoldSection] = []
    strengths: list[str] = []
    improvements: list[str] = []
    score_table: GoldTable = GoldTable()


class GoldReport(GoldModel):
    """One report as a person read it; ``evaluation_date`` is ``YYYY-MM``."""

    id: str
    municipality: str
    municipality_code: str
    title: str
    published_year: int
    evaluation_date: str | None = None
    edition: str
    evaluators: list[GoldEvaluator] = []
    front_matter: list[str] = []
    area_scores_overview: list[GoldOverviewRow] = []
    areas: list[GoldArea]


def load_gold(path: Path) -> GoldReport:
    """Read one label file; UnreadableFileError says what is wrong with it."""
    try:
        return GoldReport.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UnreadableFileError(f"{path} could not be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = "/".join(str(part) for part in first["loc"])
        raise UnreadableFileError(f"{path} is not a gold label file: {first['msg']} at /{place}.") from error
