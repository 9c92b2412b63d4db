"""The unit of the report JSON: a Field, which is a value with its confidence, reasons and places."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic import Field as Constrained

from kompass_extract.model.reasons import Reason
from kompass_extract.model.schema1 import reasons_of_schema1

Value = TypeVar("Value")
Probability = Annotated[float, Constrained(ge=0.0, le=1.0)]
PageNumber = Annotated[int, Constrained(ge=1, description="Page of the source, from 1.")]
BBox = Annotated[
    tuple[float, float, float, float],
    Constrained(description="[x0, y0, x1, y1] in PDF points from the top left corner of the upright page."),
]

FileLine = Annotated[int, Constrained(ge=1)] | None
"""A line of a text file, from 1; None on a page."""

FROM_0: dict[str, Any] = {"minimum": 0}
"""Bounds of plain values for the schema, as those that follow: a null passes, and files are read all the same."""
FROM_1: dict[str, Any] = {"minimum": 1}
AREAS: dict[str, Any] = {"minimum": 1, "maximum": 8}
HEX_256: dict[str, Any] = {"pattern": "^[0-9a-f]{64}$"}
MOMENT: dict[str, Any] = {"format": "date-time"}
THIS_FORMAT: dict[str, Any] = {"pattern": r"^2\.\d+$"}


class Model(BaseModel):
    """Frozen; a name in a file that this version does not know (``$schema``, a later addition) is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def is_none(value: object) -> bool:
    """Whether a value is None, and its key left out of the JSON."""
    return value is None


class Evidence(Model):
    """Where the value stands: a box on a page, or lines of a text file, which has no boxes."""

    page: PageNumber
    bbox: BBox | None = Constrained(description="Its box on the page; null of a text file.")
    line: FileLine = Constrained(
        default=None, exclude_if=is_none, description="First line of the text file, from 1; absent on a page."
    )
    last_line: FileLine = Constrained(
        default=None, exclude_if=is_none, description="Last line of the text file, from 1; absent on a page."
    )


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
