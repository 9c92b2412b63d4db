"""Boxes on a page and the questions asked of them.

A ``Box`` is in PDF points (1/72 inch) from the top left corner of the upright page, x to the right and y downwards.
What is measured in a picture is a ``PixelBox``, so that a type checker keeps the two units apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Rectangle:
    """An axis-parallel rectangle; ``x1`` and ``y1`` lie outside of it."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def center_x(self) -> float:
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True, order=True)
class Box(_Rectangle):
    """A rectangle on a page, in points."""

    @property
    def center_y(self) -> float:
        return (self.y0 + self.y1) / 2

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    def in_pixels(self, pixels_per_point: float) -> PixelBox:
        """The same rectangle in a picture of the page: ``pixels_per_point`` is ``dpi / 72``."""
        sides = (side * pixels_per_point for side in (self.x0, self.y0, self.x1, self.y1))
        return PixelBox(*sides)

    def grown(self, dx: float, dy: float | None = None) -> Box:
        """The rectangle with ``dx`` added left and right and ``dy`` (default ``dx``) above and below."""
        dy = dx if dy is None else dy
        return Box(self.x0 - dx, self.y0 - dy, self.x1 + dx, self.y1 + dy)

    def rounded(self, digits: int = 2) -> list[float]:
        """As the report JSON writes it: ``[x0, y0, x1, y1]``."""
        return [round(value, digits) for value in (self.x0, self.y0, self.x1, self.y1)]


@dataclass(frozen=True, slots=True)
class PixelBox(_Rectangle):
    """A rectangle in a picture's pixels."""

    def scaled(self, factor: float) -> PixelBox:
        """The same rectangle in the picture made larger or smaller by ``factor``."""
        return PixelBox(self.x0 * factor, self.y0 * factor, self.x1 * factor, self.y1 * factor)

    def in_points(self, points_per_pixel: float) -> Box:
        """The same rectangle on the page: ``points_per_pixel`` is ``72 / dpi``."""
        sides = (side * points_per_pixel for side in (self.x0, self.y0, self.x1, self.y1))
        return Box(*sides)


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of ``boxes``; ValueError when there is none."""
    sides = [(box.x0, box.y0, box.x1, box.y1) for box in boxes]
    if not sides:
        raise ValueError("union of no boxes")
    x0, y0, x1, y1 = zip(*sides, strict=True)
    return Box(min(x0), min(y0), max(x1), max(y1))


def overlap(a0: float, a1: float, b0: float, b1: float) -> float:
    """The length that two intervals share, 0 when they are apart."""
    return max(0.0, min(a1, b1) - max(a0, b0))


def intersection(a: Box, b: Box) -> float:
    """The area that two boxes share, in square points."""
    return overlap(a.x0, a.x1, b.x0, b.x1) * overlap(a.y0, a.y1, b.y0, b.y1)
