"""Separate small bullets from noise: dashes and dots in a column before the texts of a list.

On a poor scan a short dash is as small as a speck.  The other bullets of its list identify it: marks of one shape in a
column, each with white to its left and, at half height, the first letter of a line at one distance to its right.
Specks lie anywhere.  Its size and the text beside it identify a ring in pieces.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Lengths in cap heights of the body text.
LEAST_SIDE_EM = 0.12  # the longer side of a mark; specks of a scanner have 0.05 to 0.15
TEXT_GAP_EM = (0.25, 2.5)  # from a mark to its text
FREE_EM = 1.4  # of white to its left
LETTER_EM = 0.5  # the least height of the letter that begins the text; another dot or dash is lower
ALIKE_EM = 0.15  # most difference in place and size between marks of one list
SAME_TEXT_EM = 0.35  # most difference between the left edges of a list's texts; a J reaches to the left
MIDDLE = (0.25, 0.8)  # of the letter's height, from its top: the position of a dash or dot
LEAST_STEP_EM = 0.8  # between two marks of a list, from top to top
LEAST_FELLOWS = 2
PIECE_GAP_EM = 0.2  # between the pieces of one mark
MARK_EM = (0.25, 0.6)  # sides of a mark that may be in pieces; the column identifies smaller ones
MOST_PIECES = 600  # of a page; a page with more is full of noise

Boxes = NDArray[np.float64]


def in_columns(marks: Boxes, letters: Boxes, em: float) -> NDArray[np.bool_]:
    """Find the bullets among ``marks`` smaller than any letter; boxes are rows (x0, y0, x1, y1) in pixels."""
    found = np.zeros(len(marks), dtype=np.bool_)
    sides = (marks[:, 2:] - marks[:, :2]).max(axis=1) if len(marks) else np.zeros(0)
    large = np.flatnonzero(sides >= LEAST_SIDE_EM * em)
    letters = letters[letters[:, 3] - letters[:, 1] >= LETTER_EM * em]
    starts = [(item, start) for item in large.tolist() if (start := _text_start(marks[item], letters, em)) is not None]
    if len(starts) <= LEAST_FELLOWS:
        return found
    items = np.array([item for item, _ in starts])
    x0, y0, x1, y1 = marks[items].T
    text = np.array([start for _, start in starts])
    alike = _apart(y0) >= LEAST_STEP_EM * em
    for values in (x0, x1, y1 - y0):
        alike &= _apart(values) <= ALIKE_EM * em
    alike &= _apart(text) <= SAME_TEXT_EM * em
    found[items] = alike.sum(axis=1) >= LEAST_FELLOWS
    return found


def marks_in_pieces(pieces: Boxes, letters: Boxes, em: float) -> list[list[int]]:
    """Group those of ``pieces``, smaller than letters, that form one bullet, such as a ring broken by thin print.

    They are close together, no larger than a bullet, and text begins beside them.  A noisy page yields none.
    """
    if not 1 < len(pieces) <= MOST_PIECES:
        return []
    letters = letters[letters[:, 3] - letters[:, 1] >= LETTER_EM * em]
    x0, y0, x1, y1 = pieces.T
    across = np.maximum(x0[:, None] - x1[None, :], x0[None, :] - x1[:, None])
    down = np.maximum(y0[:, None] - y1[None, :], y0[None, :] - y1[:, None])
    near = np.maximum(across, down) <= PIECE_GAP_EM * em
    found, seen = [], np.zeros(len(pieces), dtype=np.bool_)
    for item in range(len(pieces)):
        if seen[item]:
            continue
        group = _group(near, item)
        seen |= group
        members = np.flatnonzero(group)
        box = np.concatenate([pieces[members, :2].min(axis=0), pieces[members, 2:].max(axis=0)])
        sides = box[2:] - box[:2]
        whole = sides.min() >= MARK_EM[0] * em and sides.max() <= MARK_EM[1] * em
        if len(members) > 1 and whole and _text_start(box, letters, em) is not None:
            found.append(members.tolist())
    return found


def _group(near: NDArray[np.bool_], item: int) -> NDArray[np.bool_]:
    """Return all pieces connected to ``item`` through a chain of near pieces."""
    group = np.asarray(near[item], dtype=np.bool_)
    while True:
        grown = np.asarray(near[group].any(axis=0), dtype=np.bool_)
        if (grown == group).all():
            return group
        group = grown


def _text_start(mark: NDArray[np.float64], letters: Boxes, em: float) -> float | None:
    """Return the left edge of the letter after a mark; None without such a letter, or for a mark amid a line."""
    x0, y0, x1, y1 = mark
    middle = (y0 + y1) / 2
    height = letters[:, 3] - letters[:, 1]
    level = (letters[:, 1] + MIDDLE[0] * height <= middle) & (middle <= letters[:, 1] + MIDDLE[1] * height)
    beside = letters[level]
    if ((beside[:, 2] > x0 - FREE_EM * em) & (beside[:, 0] < x1)).any():
        return None
    gaps = beside[:, 0] - x1
    gaps = gaps[gaps >= TEXT_GAP_EM[0] * em]
    if not len(gaps) or gaps.min() > TEXT_GAP_EM[1] * em:
        return None
    return float(x1 + gaps.min())


def _apart(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances between all pairs of values, (n, n)."""
    return np.abs(values[:, None] - values[None, :])
