"""The report JSON: the models that write it, and that publish its JSON Schema.

Names are a contract with those who read the files.  Fields may be added; ``SCHEMA_VERSION`` then rises in
its minor number.  Boxes are ``[x0, y0, x1, y1]`` in PDF points on the upright page, pages count from 1.
Files of schema 1 are read: what they lack is filled in by ``schema1``.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field as Constrained
from pydantic import model_validator

from kompass_extract.model.field_values import (
    AREAS,
    FROM_0,
    THIS_FORMAT,
    Alternative,
    BBox,
    Evidence,
    Field,
    Model,
    Number,
    NumberField,
    PageNumber,
    Probability,
    Review,
    TextField,
    YearField,
)
from kompass_extract.model.reasons import Param, Reason
from kompass_extract.model.report_contents import (
    Area,
    Evaluator,
    NarrativeSection,
    OverviewRow,
    ReportInfo,
    ScoreRow,
    ScoreTable,
    ScoreTotal,
)
from kompass_extract.model.schema1 import check_of_schema1
from kompass_extract.model.source_info import BlockInfo, BlockKindName, OcrInfo, PageInfo, PipelineInfo, SourceInfo

__all__ = [
    "SCHEMA_VERSION",
    "Alternative",
    "Area",
    "BBox",
    "BlockInfo",
    "BlockKindName",
    "Check",
    "Evaluator",
    "Evidence",
    "Field",
    "Model",
    "NarrativeSection",
    "Number",
    "NumberField",
    "OcrInfo",
    "OverviewRow",
    "PageInfo",
    "PageNumber",
    "PipelineInfo",
    "Probability",
    "Report",
    "ReportInfo",
    "Review",
    "ReviewState",
    "ScoreRow",
    "ScoreTable",
    "ScoreTotal",
    "SourceInfo",
    "TextField",
    "YearField",
]

SCHEMA_VERSION = "2.0"


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
