"""What two places have in common: boxes on a page, or lines of a text file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from kompass_extract.model.field_values import BBox
from kompass_extract.model.geometry import Box, intersection


class HasPlace(Protocol):
    """Something with a place: an ``Evidence`` or a block of the report."""

    @property
    def page(self) -> int: ...
    @property
    def bbox(self) -> BBox | None: ...
    @property
    def line(self) -> int | None: ...
    @property
    def last_line(self) -> int | None: ...


def boxes_on(page: int, places: Iterable[HasPlace]) -> tuple[Box, ...]:
    """The boxes of those ``places`` that have one on a page, in points."""
    return tuple(Box(*place.bbox) for place in places if place.page == page and place.bbox is not None)


def lines_of(place: HasPlace) -> range:
    """The lines of the text file that a place takes, from 1; none of a place on a page."""
    return range(0) if place.line is None else range(place.line, (place.last_line or place.line) + 1)


def is_comparable(one: HasPlace, other: HasPlace) -> bool:
    """Whether both places are boxes or both are lines; earlier versions gave boxes to texts."""
    return (one.bbox is None) == (other.bbox is None) and (one.line is None) == (other.line is None)


def size(place: HasPlace) -> float:
    """The area of a box in square points, or a number of lines."""
    return Box(*place.bbox).area if place.bbox is not None else float(len(lines_of(place)))


def common(one: HasPlace, other: HasPlace) -> float:
    """What two places share, in the unit of ``size``."""
    if one.page != other.page:
        return 0.0
    if one.bbox is not None and other.bbox is not None:
        return intersection(Box(*one.bbox), Box(*other.bbox))
    mine, others = lines_of(one), lines_of(other)
    return float(max(0, min(mine.stop, others.stop) - max(mine.start, others.start)))


def share_of_smaller(one: HasPlace, other: HasPlace) -> float:
    """The share of the smaller of two places, 0..1, that lies in the other."""
    smaller = min(size(one), size(other))
    return common(one, other) / smaller if smaller else 0.0


def depth(place: HasPlace, height: float, lines: range) -> float:
    """How far down its page a place begins, 0..1: of a page of ``height`` points, or one with ``lines`` of a text."""
    if place.bbox is not None:
        return place.bbox[1] / height if height else 0.0
    return ((place.line or 0) - lines.start) / len(lines) if lines else 0.0


def start(place: HasPlace) -> tuple[int, float]:
    """Where a place begins, to be compared with others of one report: its page, and its top or its line."""
    return place.page, place.bbox[1] if place.bbox is not None else float(place.line or 0)
