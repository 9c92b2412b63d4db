"""What checks need beside the values, and how two numbers that should be one are judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from kompass_extract.content.numbers import NumberKind, neighbours
from kompass_extract.model.report import Field, NumberField

Status = Literal["ok", "warning", "failed"]
AREAS = 8
AREA_POINTS = 100
SUM_TOLERANCE = 2
"""Points by which rounded rows may miss their rounded total (see the domain's rounding rules)."""
READ_WELL = 0.95
"""Drafted confidence, 0..1, from which on a number is not misread for one that looks unlike it."""

Likeness = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What checks need beside the areas.

    ``max_points`` maps question numbers to the max points that the edition allows; ``questions`` area numbers
    to how many questions they may have; both empty for an edition whose questions are not known.  ``sure`` is
    the confidence from which on a number was read without doubt; ``likeness`` compares names, 0..1; ``year`` is
    the report's.
    """

    max_points: Mapping[str, frozenset[int]]
    questions: Mapping[int, frozenset[int]]
    sure: float
    likeness: Likeness
    year: int | None = None


def disagreement(one: NumberField, other: NumberField, context: CheckContext) -> Status:
    """Status of two numbers that should be one; a warning where the report disagrees with itself."""
    if one.value == other.value:
        return "ok"
    if (_sure(one, context) and _sure(other, context)) or _rounded_apart(one, other):
        return "warning"
    return "failed"


def _rounded_apart(one: NumberField, other: NumberField) -> bool:
    """Whether two numbers that nobody doubts differ by one as roundings do, and not as one misread for the other."""
    if one.value is None or other.value is None or one.needs_review or other.needs_review:
        return False
    if min(one.confidence, other.confidence) < READ_WELL:
        return False
    return abs(one.value - other.value) == 1 and other.value not in neighbours(one.value, NumberKind.POINTS)


def _sure(field: Field[int], context: CheckContext) -> bool:
    return field.confidence >= context.sure and not field.needs_review
