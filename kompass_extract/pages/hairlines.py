"""Remove hairlines of a copier's glass: thin straight lines down the page that run through letters.

A table's rule is as thin and straight, but runs through no letter.  The hairline is kept where a letter touches it,
so that the letter stays whole, but the line no longer connects all letters along it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kompass_extract.pages.components import Gray, Labels, ink_of

STROKE_PT = 11.0  # upright strokes shorter than this are letters' stems
GAP_PT = 1.5  # bridged within a stroke
BREAK_PT = 60.0  # bridged between the strokes of one line
ROWS = 4  # of the page that are merged into one to join strokes
COLUMNS_PX = 9  # columns summed to find a short line, which may lean
THICKEST_PT = 1.6  # an upright stroke of a title is thicker
LONG_SHARE = 0.05  # least length of a hairline, of the page's height: three lines of text
COVERED_SHARE = 0.4  # least visible part of its length, not hidden by letters that it crosses
STEEPEST = 0.035  # most lean of a line, of its height: 2 degrees
STRAIGHT_PX = 1.5  # most average distance of its strokes from a straight line
BESIDE_PX = 2  # beside a line, where touching ink is searched
CROSSED_PT = (2.5, 14.0)  # height of a letter that a line crosses; a table's rules are thinner, its dark heads higher
LEAST_CROSSED = (3, 5)  # letters that a short and a long hairline run through; rules of score tables touch up to 3
PT_PER_LETTER = 40.0  # of a line's length for each letter that it must cross, between these two numbers
WHOLE_SHARE = 0.97  # of the image's height: a line as long is not printed, since print leaves a margin
PAPER = 255


@dataclass(frozen=True, slots=True)
class _Hairline:
    """A line in pixels: first and last row, x at each row between, and half its width."""

    top: int
    xs: NDArray[np.intp]
    half: int


def without_hairlines(even: Gray, dpi: int) -> Gray:
    """Remove the hairlines that run through the page's text; ``even`` is the result of ``even_background``."""
    unit = dpi / 72
    ink = ink_of(even)
    lines = [
        line
        for line in _thin_lines(ink, unit)
        if len(line.xs) >= WHOLE_SHARE * len(ink) or _is_crossing(ink, line, unit)
    ]
    if not lines:
        return even
    page = even.copy()
    for line in lines:
        _erase(page, ink, line)
    return page


def _thin_lines(ink: Gray, unit: float) -> list[_Hairline]:
    """Find long, thin, straight vertical lines."""
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((max(3, round(GAP_PT * unit)), 1), np.uint8))
    upright = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((round(STROKE_PT * unit), 1), np.uint8))
    columns = np.convolve(upright.sum(axis=0, dtype=np.float64), np.ones(COLUMNS_PX), mode="same")
    if columns.max() < COVERED_SHARE * LONG_SHARE * ink.shape[0]:
        return []
    across = np.ones((1, int(THICKEST_PT * unit) + 1), np.uint8)
    thin = cv2.subtract(upright, cv2.morphologyEx(upright, cv2.MORPH_OPEN, across))
    strokes = np.asarray(thin, dtype=np.uint8)
    coarse = _coarse(strokes)
    whole = cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, np.ones((round(BREAK_PT * unit / ROWS), 3), np.uint8))
    _, found, stats, _ = cv2.connectedComponentsWithStats(whole, connectivity=8)
    groups: Labels = np.asarray(found, dtype=np.int32)
    lines = []
    for number in np.flatnonzero(stats[:, cv2.CC_STAT_HEIGHT] * ROWS >= LONG_SHARE * ink.shape[0]).tolist():
        if number and (line := _straight(strokes, groups, number, stats[number].tolist(), unit)) is not None:
            lines.append(line)
    return lines


def _coarse(strokes: Gray) -> Gray:
    """Merge each ``ROWS`` rows of the strokes into one."""
    height, width = strokes.shape
    padded = np.zeros((-(-height // ROWS), ROWS, width), dtype=np.uint8)
    padded.reshape(-1, width)[:height] = strokes
    return np.asarray(padded.max(axis=1), dtype=np.uint8)


def _straight(strokes: Gray, groups: Labels, number: int, place: list[int], unit: float) -> _Hairline | None:
    """Fit a line through a group of strokes; None if they are too few, too thick or not straight.

    ``groups`` and ``place`` refer to the page with each ``ROWS`` rows merged into one.
    """
    x, y, w, h = place[0], place[1] * ROWS, place[2], place[3] * ROWS
    if w > STEEPEST * h + THICKEST_PT * unit:
        return None
    part = strokes[y : y + h, x : x + w]
    own = np.repeat(groups[place[1] : place[1] + place[3], x : x + w] == number, ROWS, axis=0)[: len(part)]
    rows, columns = np.nonzero((part > 0) & own)
    h, covered = len(part), len(np.unique(rows))
    if covered < COVERED_SHARE * h:
        return None
    slope, start = np.polyfit(rows, columns, 1)
    off = columns - slope * rows - start
    thick = len(rows) / covered
    if thick > THICKEST_PT * unit or float(np.abs(off).mean()) > STRAIGHT_PX + thick / 4:
        return None
    xs = np.rint(start + slope * np.arange(h)).astype(np.intp) + x
    return _Hairline(y, xs, max(1, round(thick / 2)))


def _touched(ink: Gray, line: _Hairline, reach: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Test each row of the line for ink within ``reach`` pixels to its left, and to its right."""
    rows = line.top + np.arange(len(line.xs))
    found = []
    for side in (-1, 1):
        places = [side * (line.half + step) for step in range(1, reach + 1)]
        beside = [ink[rows, np.clip(line.xs + place, 0, ink.shape[1] - 1)] for place in places]
        found.append(np.asarray(np.any(beside, axis=0), dtype=np.bool_))
    return found[0], found[1]


def _is_crossing(ink: Gray, line: _Hairline, unit: float) -> bool:
    """Tell whether a line runs through as many letters as text of its length has."""
    short, long = LEAST_CROSSED
    return _letters_crossed(ink, line, unit) >= min(max(short, len(line.xs) / unit / PT_PER_LETTER), long)


def _letters_crossed(ink: Gray, line: _Hairline, unit: float) -> int:
    """Count the letters that a line crosses: of letter height, with ink on both sides; text may touch a rule on one."""
    left, right = _touched(ink, line, BESIDE_PX)
    steps = np.flatnonzero(np.diff(np.concatenate([[False], left | right, [False]]).astype(np.int8)))
    return sum(
        CROSSED_PT[0] * unit <= end - start <= CROSSED_PT[1] * unit
        and bool(left[start:end].any() and right[start:end].any())
        for start, end in zip(steps[::2].tolist(), steps[1::2].tolist(), strict=True)
    )


def _erase(page: Gray, ink: Gray, line: _Hairline) -> None:
    """Erase a line and its soft edges, except where a letter touches it and may cross it."""
    left, right = _touched(ink, line, 1)
    rows = line.top + np.flatnonzero(~(left | right))
    xs = line.xs[rows - line.top]
    for step in range(-line.half - 1, line.half + 2):
        columns = np.clip(xs + step, 0, page.shape[1] - 1)
        page[rows, columns] = PAPER
