"""What checks need beside the values, and how two numbers that should be one are judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from kompass_extract.content.numbers import NumberKind, neighbours
from kompass_extract.model.report import NumberField

Status = Literal["ok", "warning", "failed"]
AREAS = 8
AREA_POINTS = 100
SUM_TOLERANCE = 2
"""Points by which rounded rows may miss their rounded total (see the domain's rounding rules)."""
READ_WELL = 0.95
"""Drafted confidence, 0..1, from which on a number is not misread for one that looks unlike it."""

AUTHORS_GAP = 2
"""Points by which reports differ from themselves (66 in a chapter, 67 in its table); more is another number."""

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
    """Status of two numbers that should be one; what a person decided may be far from the other."""
    if one.value == other.value or _one_is_rounded(one, other):
        return "ok"
    decided = one.review is not None or other.review is not None
    sure = _sure(one, context) and _sure(other, context) and (decided or _gap(one, other) <= AUTHORS_GAP)
    if sure or _rounded_apart(one, other):
        return "warning"
    return "failed"


def _one_is_rounded(one: NumberField, other: NumberField) -> bool:
    """Whether one number is printed with decimals and the other without."""
    if one.value is None or other.value is None:
        return False
    decimals = [value for value in (one.value, other.value) if value != int(value)]
    return len(decimals) == 1 and abs(one.value - other.value) <= HALF


HALF = 0.5
"""Points by which a rounded number is from its own decimals at most."""


def _gap(one: NumberField, other: NumberField) -> float:
    return abs(one.value - other.value) if one.value is not None and other.value is not None else 0.0


def _rounded_apart(one: NumberField, other: NumberField) -> bool:
    """Whether two numbers that nobody doubts differ by one as roundings do, and not as one misread for the other."""
    if one.value is None or other.value is None or one.needs_review or other.needs_review:
        return False
    if min(one.confidence, other.confidence) < READ_WELL:
        return False
    alike = neighbours(int(one.value), NumberKind.POINTS)
    return abs(one.value - other.value) == 1 and other.value not in alike


def _sure(field: NumberField, context: CheckContext) -> bool:
    return field.confidence >= context.sure and not field.needs_review
