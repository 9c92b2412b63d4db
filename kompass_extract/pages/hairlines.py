"""Hairlines of a copier's glass taken out: thin straight lines down the page that run through letters.

A table's rule is as thin and straight, but runs through no letter.  Where a letter touches a hairline the line stays,
so that the letter is whole, but no longer one with all others on the line.
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
ROWS = 4  # of the page that are one where strokes are put together
COLUMNS_PX = 9  # that a short line takes up where it leans
THICKEST_PT = 1.6  # an upright stroke of a title is thicker
LONG_SHARE = 0.05  # of the page's height that a hairline is long: three lines of text
COVERED_SHARE = 0.4  # of its length that is seen, not hidden by letters that it crosses
STEEPEST = 0.035  # of its height that a line goes to the side: 2 degrees
STRAIGHT_PX = 1.5  # by which its strokes lie off a straight line, at most on average
BESIDE_PX = 2  # beside a line, where what touches it shows
CROSSED_PT = (2.5, 14.0)  # height of a letter that a line crosses; a table's rules are thinner, its dark heads higher
LEAST_CROSSED = (3, 5)  # letters that a short and a long hairline run through; rules of score tables touch up to 3
PT_PER_LETTER = 40.0  # length of a line to each of these letters, as far as it is short
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
        if len(line.xs) >= WHOLE_SHARE * len(ink) or _is_crossing(ink, line, unit)
    ]
    if not lines:
        return even
    page = even.copy()
    for line in lines:
        _erase(page, ink, line)
    return page


def _thin_lines(ink: Gray, unit: float) -> list[_Hairline]:
    """Straight upright lines of little thickness over much of the page."""
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
    """Strokes with each ``ROWS`` rows made one."""
    height, width = strokes.shape
    padded = np.zeros((-(-height // ROWS), ROWS, width), dtype=np.uint8)
    padded.reshape(-1, width)[:height] = strokes
    return np.asarray(padded.max(axis=1), dtype=np.uint8)


def _straight(strokes: Gray, groups: Labels, number: int, place: list[int], unit: float) -> _Hairline | None:
    """The line through a group of strokes; None where they are too few, thick or crooked.

    ``groups`` and ``place`` are of the page with each ``ROWS`` rows made one.
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
    """By row of the line, whether there is ink to its left, and to its right, within ``reach`` pixels."""
    rows = line.top + np.arange(len(line.xs))
    found = []
    for side in (-1, 1):
        places = [side * (line.half + step) for step in range(1, reach + 1)]
        beside = [ink[rows, np.clip(line.xs + place, 0, ink.shape[1] - 1)] for place in places]
        found.append(np.asarray(np.any(beside, axis=0), dtype=np.bool_))
    return found[0], found[1]


def _is_crossing(ink: Gray, line: _Hairline, unit: float) -> bool:
    """Whether a line runs through as many letters as text of its length has."""
    short, long = LEAST_CROSSED
    return _letters_crossed(ink, line, unit) >= min(max(short, len(line.xs) / unit / PT_PER_LETTER), long)


def _letters_crossed(ink: Gray, line: _Hairline, unit: float) -> int:
    """How many letters a line runs through: by their height, and by ink on both sides; text may touch a rule on one."""
    left, right = _touched(ink, line, BESIDE_PX)
    steps = np.flatnonzero(np.diff(np.concatenate([[False], left | right, [False]]).astype(np.int8)))
    return sum(
        CROSSED_PT[0] * unit <= end - start <= CROSSED_PT[1] * unit
        and bool(left[start:end].any() and right[start:end].any())
        for start, end in zip(steps[::2].tolist(), steps[1::2].tolist(), strict=True)
    )


def _erase(page: Gray, ink: Gray, line: _Hairline) -> None:
    """Make a line paper but where a letter touches it, which may go through it; with its soft edges."""
    left, right = _touched(ink, line, 1)
    rows = line.top + np.flatnonzero(~(left | right))
    xs = line.xs[rows - line.top]
    for step in range(-line.half - 1, line.half + 2):
        columns = np.clip(xs + step, 0, page.shape[1] - 1)
        page[rows, columns] = PAPER
