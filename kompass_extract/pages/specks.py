"""Find noise between the letters of a line: dots where no character of Swedish print has one.

A dot over a letter belongs to it, one on the baseline after a letter is a full stop, two above each other are a colon.
A dot that floats between letters, hangs below them, or precedes the line is noise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Lengths in cap heights of the body text.
LETTER_EM = 0.28  # the lowest letter or sign that indicates the baseline
DOT_EM = 0.22  # the largest dot that may be noise: a full stop has 0.13 to 0.2
LEAST_LETTERS = 5
NEAR = 3  # letters on either side whose feet determine the baseline at a dot
BESIDE_EM = 0.08  # by which a letter's dot may reach beyond it
BELOW_EM, FOOT_EM = -0.16, 0.18  # from the baseline to a dot's middle: lower, noise; up to the second, a full stop
COLON_EM = 0.12
STOP_GAP_EM = 0.45  # from a letter to its full stop
LEAST_STOP_EM = 0.08  # the longer side of a thin copy's stop apart from its letter; a speck has 0.05 to 0.15
RISE_EM = 0.42  # from a letter's foot up to the middle of its stop: a g reaches below the line
POINT_REACH_EM, POINT_SIGNS = 2.2, 2  # reach around the point of a lone number, and its most signs on either side
COMMA_TAIL_EM = 0.12  # between a comma's dot and its tail if thin print separates them
LEADER_EM = 1.5  # between the dots that lead to a page number

Boxes = NDArray[np.float64]


def may_be_strays(boxes: Boxes, em: float) -> NDArray[np.bool_]:
    """Find components small enough for ``strays`` to classify as noise."""
    sides = boxes[:, 2:] - boxes[:, :2]
    return np.asarray((sides[:, 1] < LETTER_EM * em) & (sides.max(axis=1) < DOT_EM * em), dtype=np.bool_)


def strays(boxes: Boxes, em: float) -> NDArray[np.bool_]:
    """Find the noise among the components of one line; boxes are rows (x0, y0, x1, y1) in pixels."""
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


def are_stops(marks: Boxes, letters: Boxes, em: float) -> NDArray[np.bool_]:
    """Find small marks at the position of a letter's full stop or comma: shortly after its foot.

    Typefaces differ in the white before a stop: Computer Modern has 0.25 to 0.35 cap heights, most others 0.1.
    """
    found = np.zeros(len(marks), dtype=np.bool_)
    letters = letters[letters[:, 3] - letters[:, 1] >= LETTER_EM * em]
    letters = letters[np.argsort(letters[:, 2])]
    ends = letters[:, 2]
    sides = (marks[:, 2:] - marks[:, :2]).max(axis=1) if len(marks) else np.zeros(0)
    low = np.searchsorted(ends, marks[:, 0] - STOP_GAP_EM * em)
    high = np.searchsorted(ends, marks[:, 0], side="right")
    for index in np.flatnonzero((sides >= LEAST_STOP_EM * em) & (high > low)).tolist():
        rise = letters[low[index] : high[index], 3] - (marks[index, 1] + marks[index, 3]) / 2
        found[index] = bool(((rise >= BELOW_EM * em) & (rise <= RISE_EM * em)).any())
    return found


def are_points(marks: Boxes, letters: Boxes, em: float) -> NDArray[np.bool_]:
    """Find small marks that are the point of an isolated number, as 1.2: on the baseline, one or two signs a side."""
    found = np.zeros(len(marks), dtype=np.bool_)
    letters = letters[letters[:, 3] - letters[:, 1] >= LETTER_EM * em]
    letters = letters[np.argsort(letters[:, 0])]
    sides = (marks[:, 2:] - marks[:, :2]).max(axis=1) if len(marks) else np.zeros(0)
    low = np.searchsorted(letters[:, 0], marks[:, 0] - POINT_REACH_EM * em)
    high = np.searchsorted(letters[:, 0], marks[:, 2] + POINT_REACH_EM * em)
    for index in np.flatnonzero((sides >= LEAST_STOP_EM * em) & (high > low + 1)).tolist():
        x0, y0, x1, y1 = marks[index]
        near = letters[low[index] : high[index]]
        rise = near[:, 3] - (y0 + y1) / 2
        near = near[(rise >= BELOW_EM * em) & (rise <= FOOT_EM * em)]
        before, after = near[near[:, 2] <= x0], near[near[:, 0] >= x1]
        if 1 <= len(before) <= POINT_SIGNS and 1 <= len(after) <= POINT_SIGNS and len(before) + len(after) == len(near):
            found[index] = max(x0 - before[:, 2].max(), after[:, 0].min() - x1) <= STOP_GAP_EM * em
    return found


def _floating(dots: Boxes, bodies: Boxes, em: float) -> NDArray[np.bool_]:
    x, y = (dots[:, 0] + dots[:, 2]) / 2, (dots[:, 1] + dots[:, 3]) / 2
    after = np.searchsorted(bodies[:, 0], x)
    height = _baseline(after, bodies) - y
    reach = BESIDE_EM * em
    left = [bodies[np.maximum(after - step, 0)] for step in (1, 2)]
    right = bodies[np.minimum(after, len(bodies) - 1)]
    over = (right[:, 0] - reach <= x) & (after < len(bodies))
    for body in left:
        over |= (body[:, 2] + reach >= x) & (after > 0)
    apart = np.abs(x[:, None] - x[None, :])
    level = np.abs(height[:, None] - height[None, :])
    colon = ((apart < COLON_EM * em) & (level > FOOT_EM * em)).any(axis=1)
    leader = ((apart < LEADER_EM * em) & (level < COLON_EM * em)).sum(axis=1) > 1
    gap = x - np.maximum(left[0][:, 2], left[1][:, 2])
    stop = (after > 0) & (gap < STOP_GAP_EM * em)
    on_foot = (height >= BELOW_EM * em) & (height <= FOOT_EM * em)
    kept = np.where(on_foot, stop | leader | over, over | colon)
    over_tail = stop & on_foot & (height[None, :] > height[:, None]) & (apart < COLON_EM * em)
    white = dots[:, None, 1] - dots[None, :, 3]
    tail = (over_tail & (white <= COMMA_TAIL_EM * em)).any(axis=1)
    return np.asarray(~kept | (height < BELOW_EM * em), dtype=np.bool_) & ~tail


def _baseline(after: NDArray[np.intp], bodies: Boxes) -> NDArray[np.float64]:
    """Return the baseline y of the letters around a place; ``after`` is the first letter to its right."""
    first = np.clip(after - NEAR, 0, max(0, len(bodies) - 2 * NEAR))
    feet = np.sort(bodies[np.minimum(first[:, None] + np.arange(2 * NEAR), len(bodies) - 1), 3], axis=1)
    return np.asarray(feet[:, NEAR - 1], dtype=np.float64)  # less than half of them reach below it
