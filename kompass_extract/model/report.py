"""The report JSON: the models that write it, and that publish its JSON Schema.

Names are a contract with those who read the files.  Fields may be added; ``SCHEMA_VERSION`` then rises in
its minor number.  Boxes are ``[x0, y0, x1, y1]`` in PDF points on the upright page, pages count from 1.
Files of schema 1 are read: what they lack is filled in by ``schema1``.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, field_validator, model_validator
from pydantic import Field as Constrained

from kompass_extract.model.reasons import Param, Reason
from kompass_extract.model.schema1 import check_of_schema1, reasons_of_schema1

SCHEMA_VERSION = "2.0"

Value = TypeVar("Value")
Probability = Annotated[float, Constrained(ge=0.0, le=1.0)]
PageNumber = Annotated[int, Constrained(ge=1, description="Page of the source, from 1.")]
BBox = Annotated[
    tuple[float, float, float, float],
    Constrained(description="[x0, y0, x1, y1] in PDF points from the top left corner of the upright page."),
]
BlockKindName = Literal[
    "strength",
    "improvement",
    "narrative",
    "score_table",
    "heading",
    "rubric",
    "front_matter",
    "figure",
    "page_furniture",
]


class Model(BaseModel):
    """Frozen; a name in a file that this version does not know (``$schema``, a later addition) is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Evidence(Model):
    """A place on a page where the value stands."""

    page: PageNumber
    bbox: BBox


class Review(Model):
    """What a reviewer decided about a field."""

    action: Literal["accepted", "corrected", "rejected"]
    by: str
    at: str
    original: str | int | float | None


class Alternative(Model):
    """Another reading that the evidence allows."""

    value: str | int | float
    confidence: Probability


class Field(Model, Generic[Value]):
    """The unit of extraction and of review."""

    value: Value | None = Constrained(description="The value; null where it is missing or could not be read.")
    confidence: Probability = Constrained(description="Calibrated probability that value is right, 0 to 1.")
    needs_review: bool = Constrained(description="Whether a person should look at the value.")
    reasons: list[Reason] = Constrained(default=[], description="Why it is flagged, and what was done to it.")
    raw: str | None = Constrained(default=None, description="The text as read, before repair; null where it is value.")
    evidence: list[Evidence] = Constrained(default=[], description="Where the value stands.")
    blocks: list[str] = Constrained(default=[], description="Ids of the blocks that the value came from.")
    alternatives: list[Alternative] = Constrained(default=[], description="Other readings, likeliest first.")
    review: Review | None = Constrained(default=None, description="What a reviewer decided; null before.")

    @field_validator("reasons", mode="before")
    @classmethod
    def _read_schema1(cls, value: object) -> object:
        """Make reasons of the sentences that schema 1 held."""
        return reasons_of_schema1(value)


TextField = Field[str]
Number = int | float
"""Points or percent: whole, or with the decimals that are printed."""
NumberField = Field[Number]
YearField = Field[int]


class Evaluator(Model):
    name: TextField
    affiliation: TextField


class SourceInfo(Model):
    file_name: str
    sha256: str
    kind: Literal["scanned", "born_digital", "mixed", "text"]
    pages: int


class OcrInfo(Model):
    engine: str
    version: str
    languages: str
    dpi: int
    second_reader: str | None = None


class PipelineInfo(Model):
    """What made the report; ``fingerprint`` is the archive's for all of it, None of a report outside of an archive."""

    version: str
    created_at: str
    ocr: OcrInfo | None
    models: dict[str, str]
    fingerprint: Annotated[str, Constrained(pattern="^[0-9a-f]{64}$")] | None = None


class ReportInfo(Model):
    municipality: TextField
    municipality_code: TextField
    title: TextField
    year: YearField
    evaluation_date: TextField
    edition: TextField
    total: NumberField
    evaluators: list[Evaluator]


class NarrativeSection(Model):
    heading: TextField
    paragraphs: list[TextField]


class ScoreRow(Model):
    number: str
    question: TextField
    question_id: str | None
    concept: str | None
    match_score: Probability
    runner_up: str | None = None
    achieved: NumberField
    max: NumberField
    percent: NumberField

    @property
    def found(self) -> bool:
        """Whether anything of the row was read, or put in by a reviewer."""
        return any(field.value is not None for field in (self.question, self.achieved, self.max, self.percent))


class ScoreTotal(Model):
    achieved: NumberField
    max: NumberField
    percent: NumberField


class ScoreTable(Model):
    heading: TextField
    rows: list[ScoreRow]
    total: ScoreTotal

    @property
    def found(self) -> bool:
        """Whether any of its rows was read, or put in by a reviewer."""
        return any(row.found for row in self.rows)


class Area(Model):
    number: Annotated[int, Constrained(ge=1, le=8)]
    area_id: str | None
    name: TextField
    score: NumberField
    rubrics: list[TextField]
    narrative: list[NarrativeSection]
    strengths: list[TextField]
    improvements: list[TextField]
    score_table: ScoreTable

    @property
    def found(self) -> bool:
        """Whether anything of the area was read, or put in by a reviewer."""
        texts = (*self.rubrics, *self.narrative, *self.strengths, *self.improvements)
        values = (self.name.value, self.score.value, self.score_table.heading.value)
        return bool(texts) or any(value is not None for value in values) or self.score_table.found


class OverviewRow(Model):
    """A row of chapter 2's table of area scores over several evaluations; ``number`` None is the total."""

    number: int | None
    label: TextField
    values: dict[str, NumberField]


class BlockInfo(Model):
    id: str
    page: int
    bbox: tuple[float, float, float, float]
    kind: BlockKindName
    confidence: Probability
    area: int | None
    text: str


class PageInfo(Model):
    number: int
    width: float
    height: float
    rotation: Literal[0, 90, 180, 270]
    skew: float = 0.0
    kind: Literal["scanned", "born_digital", "text"]
    ocr_confidence: Probability
    decision: str = ""
    failure: str | None = None
    role: Literal["page", "spread", "repeat", "moved"] = "page"
    same_as: int | None = None


class Check(Model):
    """One test of the report against itself or the edition."""

    id: str = Constrained(description="Which test it is.")
    area: int | None = Constrained(description="The area that it is about; null for the whole report.")
    status: Literal["ok", "warning", "failed"]
    code: str = Constrained(default="", description="What it found: a key of the catalogue of reasons.")
    params: dict[str, Param] = Constrained(default_factory=dict, description="The values of its message, by name.")
    message: str = Constrained(default="", description="The English sentence made from code and params.")
    fields: list[str] = Constrained(description="JSON pointers (RFC 6901) of what it names.")

    @model_validator(mode="before")
    @classmethod
    def _read_schema1(cls, data: Any) -> Any:
        """Find the code of a message that schema 1 held."""
        return check_of_schema1(data)

    @classmethod
    def of(cls, id: str, area: int | None, status: str, found: Reason, fields: list[str]) -> Check:
        """Make a check from what it found."""
        return cls.model_validate(
            {
                "id": id,
                "area": area,
                "status": status,
                "code": found.code,
                "params": found.params,
                "message": found.text,
                "fields": fields,
            }
        )

    @property
    def found(self) -> Reason:
        """What the check found, as a reason that fails where the check does."""
        severity = {"failed": "error", "warning": "doubt"}.get(self.status, "note")
        return Reason.model_validate(
            {"code": self.code, "severity": severity, "params": self.params, "text": self.message}
        )


class ReviewState(Model):
    status: Literal["pending", "in_review", "reviewed"]
    open: int
    total: int


class Report(Model):
    """A whole report, as its JSON file holds it."""

    schema_version: str = SCHEMA_VERSION
    report_id: str
    source: SourceInfo
    pipeline: PipelineInfo
    report: ReportInfo
    areas: list[Area]
    area_scores_overview: list[OverviewRow] = []
    blocks: list[BlockInfo]
    pages: list[PageInfo]
    checks: list[Check]
    review: ReviewState

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """Return the report as JSON text, and write it to ``path`` where one is given (UTF-8).

        Raises OSError where the file cannot be written.
        """
        text = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    @classmethod
    def from_json(cls, source: str | bytes | os.PathLike[str]) -> Report:
        """Read a report from a JSON file's path, or from its text or bytes.

        Raises OSError where the file cannot be read and ``pydantic.ValidationError`` where it is no report.
        """
        if isinstance(source, str) and source.lstrip().startswith("{"):
            return cls.model_validate_json(source)
        return cls.model_validate_json(source if isinstance(source, bytes) else Path(source).read_bytes())

    def rows(self, table: str) -> list[dict[str, str | int | float | bool | None]]:
        """Return one tidy table: ``reports``, ``areas``, ``questions``, ``items``, ``paragraphs``, ``evaluators`` or
        ``checks``.

        Each row holds the report's municipality, code, county, year and edition, then the values, their confidence and
        their place.  The columns are documented in docs/data.md.  Raises ValueError for another name.
        """
        from kompass_extract.model.tidy_rows import rows

        return rows(self, table)
