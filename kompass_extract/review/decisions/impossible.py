"""Values that no report can have: more points than the maximum, a year to come, a municipality that does not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from kompass_extract.model.pointers import AnyField
from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.model.report import Report
from kompass_extract.report.checks.place_checks import disagreement
from kompass_extract.review.decisions.item_kinds import FieldKind, kind_of
from kompass_extract.taxonomy import load_taxonomy

MOST_OF_AN_AREA = 100
"""Points that the questions of an area sum to, and percent."""
AREAS = 8
FIRST_YEAR = 2002
"""The instrument's first reports."""
_OF_HUNDRED = frozenset(
    {
        FieldKind.SCORE,
        FieldKind.MAX,
        FieldKind.PERCENT,
        FieldKind.TOTAL_ACHIEVED,
        FieldKind.TOTAL_MAX,
        FieldKind.TOTAL_PERCENT,
    }
)
_MAXIMA = {FieldKind.ACHIEVED: "max", FieldKind.TOTAL_ACHIEVED: "max"}
"""What the points of a row or total are compared with: the field of that name beside them."""


def impossible_values(report: Report) -> Iterator[tuple[str, Reason]]:
    """Every pointer whose value cannot be, with why."""
    known = dict(report_fields(report))
    for pointer in known:
        told = impossible(known, pointer)
        if told is not None:
            yield pointer, told


def impossible(known: Mapping[str, AnyField], pointer: str) -> Reason | None:
    """Say why the value at a pointer cannot be; None where it can. ``known`` are the report's fields by pointer."""
    kind, value = kind_of(pointer), known[pointer].value
    if isinstance(value, str):
        return _unregistered(kind, value)
    if value is None:
        return None
    most = _beside(known, pointer, _MAXIMA.get(kind))
    if most is not None and value > most:
        return reason("above-max", value=value, max=most)
    points = _beside(known, pointer, "achieved") if kind in (FieldKind.MAX, FieldKind.TOTAL_MAX) else None
    if points is not None and points > value:
        return reason("above-max", value=points, max=value)
    if kind in _OF_HUNDRED and value > MOST_OF_AN_AREA:
        return reason("above-hundred", value=value)
    if kind is FieldKind.TOTAL and value > AREAS * MOST_OF_AN_AREA:
        return reason("above-all-areas", value=value, max=AREAS * MOST_OF_AN_AREA)
    if kind is FieldKind.YEAR and not FIRST_YEAR <= value <= datetime.now(UTC).year + 1:
        return reason("year-impossible", value=value)
    return None


def _unregistered(kind: FieldKind, value: str) -> Reason | None:
    """Say that the register of municipalities lacks a name or a code."""
    register = load_taxonomy().municipalities
    if kind is FieldKind.MUNICIPALITY:
        return disagreement(value, None, register)
    return disagreement(None, value, register) if kind is FieldKind.MUNICIPALITY_CODE else None


def _beside(known: Mapping[str, AnyField], pointer: str, name: str | None) -> float | None:
    """The number of the field ``name`` that stands beside the one at ``pointer``."""
    field = known.get(f"{pointer.rpartition('/')[0]}/{name}") if name else None
    return field.value if field is not None and isinstance(field.value, int | float) else None
