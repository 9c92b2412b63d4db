"""Hairlines of a copier's glass taken out: thin straight lines down the page that run through letters.

A table's rule is as thin and straight, but no letter touches it.  Where a letter touches a hairline the line stays, so
that the letter is whole, but no longer one with all others on the line.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kompass_extract.pages.components import Gray, ink_of

STROKE_PT = 16.0  # upright strokes shorter than this are letters' stems
GAP_PT = 1.5  # bridged within a stroke
BREAK_PT = 60.0  # bridged between the strokes of one line
THICKEST_PT = 1.6  # an upright stroke of a title is thicker
LONG_SHARE = 0.3  # of the page's height that the strokes of a hairline have together
STEEPEST = 0.035  # of its height that a line goes to the side: 2 degrees
STRAIGHT_PX = 1.5  # by which its strokes lie off a straight line, at most on average
BESIDE_PX = 2  # beside a line, where what touches it shows
TOUCHED_PT = (2.5, 14.0)  # height of a letter that touches a line; a table's rules are thinner, its dark heads higher
LEAST_TOUCHED = 4  # letters that touch a hairline
WHOLE_SHARE = 0.97  # of the picture's height that a line has which is none of the print, as nothing is printed there
PAPER = 255


@dataclass(frozen=True, slots=True)
class _Hairline:
    """The line in pixels: first and last row, x at each row between, and half its width."""

    top: int
    xs: NDArray[np.intp]
    half: int


def without_hairlines(even: Gray, dpi: int) -> Gray:
    """The page without the hairlines that run through its text; ``even`` as ``even_background`` gives it."""
    unit = dpi / 72
    ink = ink_of(even)
    lines = [
        line
        for line in _thin_lines(ink, unit)
        if len(line.xs) >= WHOLE_SHARE * len(ink) or _letters_touching(ink, line, unit) >= LEAST_TOUCHED
    ]
    if not lines:
        return even
    page = even.copy()
    for line in lines:
        _erase(page, ink, line)
    return page


def _thin_lines(ink: Gray, unit: float) -> list[_Hairline]:
    """Straight upright lines of little thickness over much of the page."""
    strokes = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((max(3, round(GAP_PT * unit)), 1), np.uint8))
    strokes = cv2.morphologyEx(strokes, cv2.MORPH_OPEN, np.ones((round(STROKE_PT * unit), 1), np.uint8))
    if not strokes.any():
        return []
    across = np.ones((1, int(THICKEST_PT * unit) + 1), np.uint8)
    strokes = cv2.subtract(strokes, cv2.morphologyEx(strokes, cv2.MORPH_OPEN, across))
    whole = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((round(BREAK_PT * unit), 3), np.uint8))
    _, groups, stats, _ = cv2.connectedComponentsWithStats(whole, connectivity=8)
    found = []
    for number in np.flatnonzero(stats[:, cv2.CC_STAT_HEIGHT] >= LONG_SHARE * ink.shape[0]).tolist():
        if number and (line := _straight(strokes, groups, number, stats[number].tolist(), unit)) is not None:
            found.append(line)
    return found


def _straight(strokes: Gray, groups: NDArray[np.int32], number: int, place: list[int], unit: float) -> _Hairline | None:
    """The line through a group of strokes; None where they are too few, thick or crooked."""
    x, y, w, h, _ = place
    if w > STEEPEST * h + THICKEST_PT * unit:
        return None
    part = np.s_[y : y + h, x : x + w]
    rows, columns = np.nonzero((strokes[part] > 0) & (groups[part] == number))
    covered = len(np.unique(rows))
    if covered < LONG_SHARE * strokes.shape[0]:
        return None
    slope, start = np.polyfit(rows, columns, 1)
    off = columns - slope * rows - start
    thick = len(rows) / covered
    if thick > THICKEST_PT * unit or float(np.abs(off).mean()) > STRAIGHT_PX + thick / 4:
        return None
    xs = np.rint(start + slope * np.arange(h)).astype(np.intp) + x
    return _Hairline(y, xs, max(1, round(thick / 2)))


def _touched(ink: Gray, line: _Hairline, reach: int) -> NDArray[np.bool_]:
    """By row of the line, whether there is ink beside it within ``reach`` pixels."""
    rows = line.top + np.arange(len(line.xs))
    places = [side * (line.half + step) for side in (-1, 1) for step in range(1, reach + 1)]
    return np.any([ink[rows, np.clip(line.xs + place, 0, ink.shape[1] - 1)] for place in places], axis=0)


def _letters_touching(ink: Gray, line: _Hairline, unit: float) -> int:
    """How many letters touch a line, by the height of what stands right beside it."""
    beside = _touched(ink, line, BESIDE_PX)
    steps = np.flatnonzero(np.diff(np.concatenate([[False], beside, [False]]).astype(np.int8)))
    heights = steps[1::2] - steps[::2]
    return int(((heights >= TOUCHED_PT[0] * unit) & (heights <= TOUCHED_PT[1] * unit)).sum())


def _erase(page: Gray, ink: Gray, line: _Hairline) -> None:
    """Make a line paper but where a letter touches it, which may go through it; with its soft edges."""
    rows = line.top + np.flatnonzero(~_touched(ink, line, 1))
    xs = line.xs[rows - line.top]
    for step in range(-line.half - 1, line.half + 2):
        columns = np.clip(xs + step, 0, page.shape[1] - 1)
        page[rows, columns] = PAPER
