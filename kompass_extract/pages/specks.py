"""Dirt between the letters of a line: dots where no sign of Swedish print has one.

A dot over a letter is its own, one on the baseline after a letter is a full stop, two above each other are a colon.
What floats in the white between letters, or hangs below them, is dirt, and so is a dot before the line.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Lengths in em, the height of the body text's capitals.
LETTER_EM = 0.28  # the lowest letter or sign that tells where the line stands
DOT_EM = 0.22  # the largest dot that may be dirt: a full stop has 0.13 to 0.2
LEAST_LETTERS = 5
NEAR = 3  # letters on either side whose feet tell the baseline at a dot
BESIDE_EM = 0.08  # by which a letter's dot may reach beyond it
BELOW_EM, FOOT_EM = -0.16, 0.18  # from the baseline to a dot's middle: below, dirt; up to here, a full stop
COLON_EM = 0.12
STOP_GAP_EM = 0.45  # from a letter to its full stop
LEADER_EM = 1.5  # between the dots that lead to a page number

Boxes = NDArray[np.float64]


def may_be_strays(boxes: Boxes, em: float) -> NDArray[np.bool_]:
    """Which components are small enough for ``strays`` to call them dirt."""
    sides = boxes[:, 2:] - boxes[:, :2]
    return np.asarray((sides[:, 1] < LETTER_EM * em) & (sides.max(axis=1) < DOT_EM * em), dtype=np.bool_)


def strays(boxes: Boxes, em: float) -> NDArray[np.bool_]:
    """Which components of one line, as rows (x0, y0, x1, y1) in pixels, are dirt."""
    sides = boxes[:, 2:] - boxes[:, :2]
    letters = sides[:, 1] >= LETTER_EM * em
    if letters.sum() >= LEAST_LETTERS:
        em = min(em, float(np.partition(sides[letters, 1], -LEAST_LETTERS // 2)[-LEAST_LETTERS // 2]))  # small print
    dots = ~letters & (sides.max(axis=1) < DOT_EM * em)
    found = np.zeros(len(boxes), dtype=np.bool_)
    if letters.sum() < LEAST_LETTERS or not dots.any():
        return found
    bodies = boxes[letters]
    bodies = bodies[np.argsort(bodies[:, 0])]
    found[dots] = _floating(boxes[dots], bodies, em)
    return found


def _floating(dots: Boxes, bodies: Boxes, em: float) -> list[bool]:
    """Which dots float; ``bodies`` are the line's letters from left to right.

    Plain numbers: most lines have a few dots, and most dots stand over a letter, which is seen first.
    """
    letters = bodies.tolist()
    lefts = [letter[0] for letter in letters]
    places = [_place(dot, letters, lefts) for dot in dots.tolist()]
    beside = sorted(places)
    found = []
    for x, height, after in places:
        low, on_foot = height < BELOW_EM * em, BELOW_EM * em <= height <= FOOT_EM * em
        kept = not low and _over_letter(x, after, letters, BESIDE_EM * em)
        if not low and not kept:
            first = bisect_left(beside, (x - LEADER_EM * em,))
            last = bisect_right(beside, (x + LEADER_EM * em, math.inf))
            near = [(abs(x - other[0]), abs(height - other[1])) for other in beside[first:last]]
            if on_foot:
                ends = after > 0 and x - max(letters[place][2] for place in _before(after)) < STOP_GAP_EM * em
                kept = ends or sum(apart < LEADER_EM * em and level < COLON_EM * em for apart, level in near) > 1
            else:
                kept = any(apart < COLON_EM * em and level > FOOT_EM * em for apart, level in near)
        found.append(not kept)
    return found


def _place(
    dot: Sequence[float], letters: Sequence[Sequence[float]], lefts: Sequence[float]
) -> tuple[float, float, int]:
    """A dot's middle, its height over the baseline, and the number of letters that begin before it."""
    x, y = (dot[0] + dot[2]) / 2, (dot[1] + dot[3]) / 2
    after = bisect_left(lefts, x)
    return x, _baseline(after, letters) - y, after


def _before(after: int) -> tuple[int, int]:
    """The two letters before a place."""
    return max(after - 1, 0), max(after - 2, 0)


def _over_letter(x: float, after: int, letters: Sequence[Sequence[float]], reach: float) -> bool:
    """Whether a letter reaches to the middle of a dot or nearly so."""
    if after < len(letters) and letters[after][0] - reach <= x:
        return True
    return after > 0 and any(letters[place][2] + reach >= x for place in _before(after))


def _baseline(after: int, letters: Sequence[Sequence[float]]) -> float:
    """The y on which the letters around a place stand; ``after`` is the first letter to its right."""
    first = min(max(after - NEAR, 0), max(0, len(letters) - 2 * NEAR))
    feet = sorted(letters[min(first + step, len(letters) - 1)][3] for step in range(2 * NEAR))
    return feet[NEAR - 1]  # less than half of them reach below it
