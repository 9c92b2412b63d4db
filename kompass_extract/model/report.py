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


def _value(**limits: float | str) -> dict[str, Any]:
    """Limits of a Field's value for the schema; a value outside of them is kept and doubted, not refused."""
    return {"properties": {"value": limits}}


UP_TO_100, UP_TO_800 = _value(minimum=0, maximum=100), _value(minimum=0, maximum=800)
FROM_0: dict[str, Any] = {"minimum": 0}
"""Bounds of plain values for the schema, as those that follow: a null passes, and files are read all the same."""
FROM_1: dict[str, Any] = {"minimum": 1}
AREAS: dict[str, Any] = {"minimum": 1, "maximum": 8}
HEX_256: dict[str, Any] = {"pattern": "^[0-9a-f]{64}$"}
MOMENT: dict[str, Any] = {"format": "date-time"}
THIS_FORMAT: dict[str, Any] = {"pattern": r"^2\.\d+$"}
YEARS, MONTH = _value(minimum=1990, maximum=2100), _value(pattern=r"^\d{4}-\d{2}$")


class Model(BaseModel):
    """Frozen; a name in a file that this version does not know (``$schema``, a later addition) is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Evidence(Model):
    """A place on a page where the value stands."""

    page: PageNumber
    bbox: BBox


class Review(Model):
    """What a reviewer decided about a field."""

    action: Literal["accepted", "corrected", "rejected"] = Constrained(
        description="What the reviewer did with the value."
    )
    by: str = Constrained(description="The reviewer's name.")
    at: str = Constrained(description="When, in UTC (ISO 8601).", json_schema_extra=MOMENT)
    original: str | int | float | None = Constrained(
        description="The value before the decision; null where there was none."
    )


class Alternative(Model):
    """Another reading that the evidence allows."""

    value: str | int | float = Constrained(description="The other value.")
    confidence: Probability = Constrained(description="Probability that it is right, 0 to 1.")


class Field(Model, Generic[Value]):
    """The unit of extraction and of review."""

    model_config = ConfigDict(json_schema_extra={"description": "A value: the unit of extraction and of review."})

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
    """A person who made the evaluation."""

    name: TextField = Constrained(description="The evaluator's name.")
    affiliation: TextField = Constrained(description="The organisation or town that the evaluator comes from.")


class SourceInfo(Model):
    """The file that the report was read from."""

    file_name: str = Constrained(description="The file's name.")
    sha256: str = Constrained(description="SHA-256 of the file's bytes, in hex.", json_schema_extra=HEX_256)
    kind: Literal["scanned", "born_digital", "mixed", "text"] = Constrained(
        description="How its pages came to be: from a scanner, from a program, both, or plain text."
    )
    pages: int = Constrained(description="Number of pages; 0 for plain text without pages.", json_schema_extra=FROM_0)


class OcrInfo(Model):
    """How scanned pages were recognised."""

    engine: str = Constrained(description="The OCR engine that read the lines.")
    version: str = Constrained(description="Its version.")
    languages: str = Constrained(description="Its language models, as in 'swe'.")
    dpi: int = Constrained(
        description="Resolution that pages were read at, in dots per inch.", json_schema_extra=FROM_0
    )
    second_reader: str | None = Constrained(
        default=None, description="The second recogniser and its version; null where none looked."
    )


class PipelineInfo(Model):
    """What made the report; ``fingerprint`` is the archive's for all of it, None of a report outside of an archive."""

    version: str = Constrained(description="Version of kompass-extract.")
    created_at: str = Constrained(description="When the report was made, in UTC (ISO 8601).", json_schema_extra=MOMENT)
    ocr: OcrInfo | None = Constrained(description="How pages were recognised; null for plain text.")
    models: dict[str, str] = Constrained(description="SHA-256 of each model file, by name.")
    fingerprint: Annotated[str, Constrained(pattern="^[0-9a-f]{64}$")] | None = Constrained(
        default=None,
        description="The archive's fingerprint of program, models and engines; null outside of an archive.",
    )


class ReportInfo(Model):
    """What the report says about itself as a whole."""

    municipality: TextField = Constrained(description="The municipality's name, as the register has it.")
    municipality_code: TextField = Constrained(description="The municipality's code of four digits (SCB).")
    title: TextField = Constrained(description="The report's title, as printed.")
    year: YearField = Constrained(description="Year of publication.", json_schema_extra=YEARS)
    evaluation_date: TextField = Constrained(
        description="Month of the evaluation, as in 2018-12.", json_schema_extra=MONTH
    )
    edition: TextField = Constrained(description="Edition of the instrument: 2010, 2016 or 2020.")
    total: NumberField = Constrained(
        description="Points of all areas together, as printed.", json_schema_extra=UP_TO_800
    )
    evaluators: list[Evaluator] = Constrained(description="Who made the evaluation.")


class NarrativeSection(Model):
    """A part of an area's running text."""

    heading: TextField = Constrained(description="The section's heading; its value is null for text before the first.")
    paragraphs: list[TextField] = Constrained(description="Its paragraphs, in reading order.")


class ScoreRow(Model):
    """A question with its points."""

    number: str = Constrained(description="The question's number, as in 3.2.")
    question: TextField = Constrained(description="The question, as printed.")
    question_id: str | None = Constrained(
        description="The question in the taxonomy, as in '2016/3.2'; null where none matches."
    )
    concept: str | None = Constrained(
        description="Id of the concept that the question asks about in every edition; null where not known."
    )
    match_score: Probability = Constrained(
        description="How well the printed question matches that of the taxonomy, 0 to 1."
    )
    runner_up: str | None = Constrained(
        default=None, description="The question that matches second best; null where none comes near."
    )
    achieved: NumberField = Constrained(description="Points achieved.", json_schema_extra=UP_TO_100)
    max: NumberField = Constrained(description="Points that can be achieved.", json_schema_extra=UP_TO_100)
    percent: NumberField = Constrained(
        description="Points achieved, in percent of those that can be.", json_schema_extra=UP_TO_100
    )

    @property
    def found(self) -> bool:
        """Whether anything of the row was read, or put in by a reviewer."""
        return any(field.value is not None for field in (self.question, self.achieved, self.max, self.percent))


class ScoreTotal(Model):
    """The last row of an area's table."""

    achieved: NumberField = Constrained(description="Points achieved in the area.", json_schema_extra=UP_TO_100)
    max: NumberField = Constrained(
        description="Points that can be achieved in the area, mostly 100.", json_schema_extra=UP_TO_100
    )
    percent: NumberField = Constrained(description="Points achieved, in percent.", json_schema_extra=UP_TO_100)


class ScoreTable(Model):
    """An area's table of questions and points."""

    heading: TextField = Constrained(description="The table's heading.")
    rows: list[ScoreRow] = Constrained(description="One row per question.")
    total: ScoreTotal = Constrained(description="The table's last row.")

    @property
    def found(self) -> bool:
        """Whether any of its rows was read, or put in by a reviewer."""
        return any(row.found for row in self.rows)


class Area(Model):
    """A chapter of the report: one of the areas of the instrument."""

    number: Annotated[int, Constrained(ge=1, le=8)] = Constrained(description="Number of the area, 1 to 8.")
    area_id: str | None = Constrained(
        description="The area in the taxonomy, as in '2016/3'; null where the edition is not known."
    )
    name: TextField = Constrained(description="The area's name, as printed.")
    score: NumberField = Constrained(
        description="Points of the area, as printed in its chapter.", json_schema_extra=UP_TO_100
    )
    rubrics: list[TextField] = Constrained(
        description="What the evaluation looks for, as printed at the start of the chapter."
    )
    narrative: list[NarrativeSection] = Constrained(description="Running text, by section.")
    strengths: list[TextField] = Constrained(description="Items of the list of strengths.")
    improvements: list[TextField] = Constrained(description="Items of the list of improvements.")
    score_table: ScoreTable = Constrained(description="The area's table of questions and points.")

    @property
    def found(self) -> bool:
        """Whether anything of the area was read, or put in by a reviewer."""
        texts = (*self.rubrics, *self.narrative, *self.strengths, *self.improvements)
        values = (self.name.value, self.score.value, self.score_table.heading.value)
        return bool(texts) or any(value is not None for value in values) or self.score_table.found


class OverviewRow(Model):
    """A row of chapter 2's table of area scores over several evaluations; ``number`` None is the total."""

    number: int | None = Constrained(description="Number of the area; null for the total.")
    label: TextField = Constrained(description="The row's name, as printed.")
    values: dict[str, NumberField] = Constrained(description="Points by column, which is a year or a municipality.")


class BlockInfo(Model):
    """A block of text on a page."""

    id: str = Constrained(description="Id of the block within the report.")
    page: int = Constrained(description="Page of the source, from 1.", json_schema_extra=FROM_1)
    bbox: tuple[float, float, float, float] = Constrained(
        description="[x0, y0, x1, y1] in PDF points from the top left corner of the upright page."
    )
    kind: BlockKindName = Constrained(description="What the block is.")
    confidence: Probability = Constrained(description="Probability that kind is right, 0 to 1.")
    area: int | None = Constrained(
        description="Number of the area that the block stands in; null outside of all.", json_schema_extra=AREAS
    )
    text: str = Constrained(description="The block's text, after repair.")


class PageInfo(Model):
    """A page and how it was read."""

    number: int = Constrained(description="Page of the source, from 1.", json_schema_extra=FROM_1)
    width: float = Constrained(description="Width of the upright page in points.", json_schema_extra=FROM_0)
    height: float = Constrained(description="Height of the upright page in points.", json_schema_extra=FROM_0)
    rotation: Literal[0, 90, 180, 270] = Constrained(
        description="Degrees, clockwise, by which the page was turned upright."
    )
    skew: float = Constrained(default=0.0, description="Degrees by which it was levelled after that.")
    kind: Literal["scanned", "born_digital", "text"] = Constrained(description="How the page came to be.")
    ocr_confidence: Probability = Constrained(description="Mean confidence of the page's words, 0 to 1.")
    decision: str = Constrained(default="", description="Why the text layer was used, or why not.")
    failure: str | None = Constrained(default=None, description="Why the page could not be read; null where it was.")
    role: Literal["page", "spread", "repeat", "moved"] = Constrained(
        default="page",
        description="page: of the report; spread: half of a sheet; repeat: shown before, left out; moved: put back.",
    )
    same_as: int | None = Constrained(
        default=None, description="The page that it repeats; null where it repeats none.", json_schema_extra=FROM_1
    )


class Check(Model):
    """One test of the report against itself or the edition."""

    id: str = Constrained(description="Which test it is.")
    area: int | None = Constrained(
        description="The area that it is about; null for the whole report.", json_schema_extra=AREAS
    )
    status: Literal["ok", "warning", "failed"] = Constrained(
        description="ok: the test holds; warning: a person should look; failed: values contradict each other."
    )
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
    """How much of the report waits for a person."""

    status: Literal["pending", "in_review", "reviewed"] = Constrained(
        description="pending: nothing decided; in_review: some; reviewed: all."
    )
    open: int = Constrained(description="Fields that wait for a decision.", json_schema_extra=FROM_0)
    total: int = Constrained(description="Fields that are or were flagged.", json_schema_extra=FROM_0)


class Report(Model):
    """A whole report, as its JSON file holds it."""

    schema_version: str = Constrained(
        default=SCHEMA_VERSION,
        description="Version of this format: the minor number rises with additions.",
        json_schema_extra=THIS_FORMAT,
    )
    report_id: str = Constrained(description="Name of the report: the municipality in ASCII letters and the year.")
    source: SourceInfo = Constrained(description="The file that was read.")
    pipeline: PipelineInfo = Constrained(description="What made the report.")
    report: ReportInfo = Constrained(description="What the cover and the introduction say.")
    areas: list[Area] = Constrained(description="The areas of the instrument, in order.")
    area_scores_overview: list[OverviewRow] = Constrained(
        default=[], description="Rows of the table of area scores over several evaluations."
    )
    blocks: list[BlockInfo] = Constrained(description="Every text block, in reading order.")
    pages: list[PageInfo] = Constrained(description="Every page, with how it was read.")
    checks: list[Check] = Constrained(description="Tests of the report against itself and the edition.")
    review: ReviewState = Constrained(description="How far the review is.")

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
