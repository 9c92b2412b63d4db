"""Where the lines of a block stand in the page's picture, and where their words begin and end.

The report keeps a block's box and text, not its lines.  They are found again by their ink: rows without any part the
lines, the widest gaps of a line part its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kompass_extract.model.geometry import Box

Bits = npt.NDArray[np.bool_]
Span = tuple[int, int]
POINTS_AN_INCH = 72
FLATTEST, LOW = 0.2, 0.45  # of the usual line's height: flatter is a rule or a speck; lower is the dots of a line
NEAR = 0.5  # of the usual line's height: a low band this near to another belongs to it
LEAST_RULE, THICKEST_RULE = 36.0, 6.0  # points: longer than a letter's stroke is a drawn line, thicker is a field
LEAST_CONTRAST = 40  # of 255 between ink and paper; a block with less shows nothing


@dataclass(frozen=True, slots=True)
class InkedLine:
    """A line's box, and the spans of its ink from left to right, in points."""

    box: Box
    spans: tuple[tuple[float, float], ...]


class PageInk:
    """The ink of a page's picture; ``picture`` is grey, ``dpi`` its resolution."""

    def __init__(self, picture: npt.NDArray[np.uint8], dpi: int) -> None:
        self._scale = dpi / POINTS_AN_INCH
        self._picture = _without_rules(picture, self._scale)

    @classmethod
    def of_jpeg(cls, jpeg: bytes, dpi: int) -> PageInk | None:
        """Return the ink of a picture, None where it cannot be opened."""
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
        return None if picture is None else cls(np.asarray(picture, np.uint8), dpi)

    def lines(self, box: Box, without: Sequence[Box] = ()) -> list[InkedLine]:
        """Return the lines within a box from top to bottom; ink within the boxes ``without`` is not looked at."""
        left, top, right, bottom = self._pixels(box)
        if right - left < 2 or bottom - top < 2:
            return []
        ink = _ink(self._picture[top:bottom, left:right])
        for other in without:
            x0, y0, x1, y1 = self._pixels(other)
            ink[max(0, y0 - top) : max(0, y1 - top), max(0, x0 - left) : max(0, x1 - left)] = False
        found = []
        for first, last in _bands(ink):
            spans = _runs(np.asarray(ink[first:last].any(axis=0)))
            if spans:
                points = tuple(((left + start) / self._scale, (left + end) / self._scale) for start, end in spans)
                place = Box(points[0][0], (top + first) / self._scale, points[-1][1], (top + last) / self._scale)
                found.append(InkedLine(place, points))
        return found

    def _pixels(self, box: Box) -> tuple[int, int, int, int]:
        high, wide = self._picture.shape
        sides = box.in_pixels(self._scale)
        left, top = max(0, int(sides.x0) - 1), max(0, int(sides.y0) - 1)
        return left, top, min(wide, int(sides.x1) + 2), min(high, int(sides.y1) + 2)


def _without_rules(picture: npt.NDArray[np.uint8], scale: float) -> npt.NDArray[np.uint8]:
    """Return the picture with paper where lines are drawn, such as those of a table."""
    _, ink = cv2.threshold(picture, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    drawn = np.zeros(picture.shape, np.bool_)
    for size in ((1, round(LEAST_RULE * scale)), (round(LEAST_RULE * scale), 1)):
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, size)
        drawn |= cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel) > 0
    filled = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((round(THICKEST_RULE * scale),) * 2, np.uint8)) > 0
    drawn &= ~filled  # a dark field is the ground of light letters, no line
    clean = picture.copy()
    clean[cv2.dilate(drawn.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = int(np.median(picture))
    return clean


def _ink(crop: npt.NDArray[np.uint8]) -> Bits:
    """Return where a crop has ink: the rarer of light and dark."""
    if int(crop.max()) - int(crop.min()) < LEAST_CONTRAST:
        return np.zeros(crop.shape, np.bool_)
    level, _ = cv2.threshold(crop, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark: Bits = crop <= level
    return ~dark if dark.mean() > 0.5 else dark


def _bands(ink: Bits) -> list[Span]:
    """Return the rows of each line; dots join the line that they are next to."""
    bands = _runs(np.asarray(ink.any(axis=1)))
    if not bands:
        return []
    usual = float(np.median([end - start for start, end in bands if end - start > 2] or [1]))
    joined: list[Span] = []
    for start, end in bands:
        near = bool(joined) and start - joined[-1][1] <= NEAR * usual
        if near and min(end - start, joined[-1][1] - joined[-1][0]) < LOW * usual:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [(start, end) for start, end in joined if end - start >= FLATTEST * usual]


def _runs(filled: Bits) -> list[Span]:
    """Return the beginnings and ends of the runs that are set."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], filled, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
