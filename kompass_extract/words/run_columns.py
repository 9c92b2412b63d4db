"""Hold the text runs of a page in arrays, for queries about their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kompass_extract.pages.components import Rule, Run

COLUMN_GAP_EM = 3.2  # wider than any word space, justified or not

AT_ONCE = 256  # runs compared with all others at a time: two megabytes for a table of figures
MARK_EM, MARK_REACH_EM = 0.5, 0.35  # runs lower than this (a lone quote) match neighbours this far above or below


class RunPage:
    """The boxes of a page's text runs as arrays, for queries about their positions."""

    def __init__(self, runs: Sequence[Run], rules: Sequence[Rule], em: float) -> None:
        self.runs = runs
        self.lone_marks: frozenset[int] = frozenset()  # runs that consist of a bullet
        self.em = em
        self.boxes: NDArray[np.float64] = np.array([[r.box.x0, r.box.y0, r.box.x1, r.box.y1] for r in runs])
        self.walls = [rule.box for rule in rules if not rule.horizontal]

    def right_neighbour(self, item: int) -> int | None:
        """Return the next run on the same baseline, None at the line's end."""
        return self._right_neighbours[item]

    @cached_property
    def _right_neighbours(self) -> list[int | None]:
        found: list[int | None] = []
        for start in range(0, len(self.boxes), AT_ONCE):
            found.extend(self._right_of(self.boxes[start : start + AT_ONCE, :, None]))
        return found

    def _right_of(self, own: NDArray[np.float64]) -> list[int | None]:
        """Return the next run to the right of each box of ``own`` (n, 4, 1)."""
        x0, y0, x1, y1 = (own[:, side] for side in range(4))
        low = y1 - y0 < MARK_EM * self.em
        y0, y1 = np.where(low, y0 - MARK_REACH_EM * self.em, y0), np.where(low, y1 + MARK_REACH_EM * self.em, y1)
        left, top, _, foot = self.boxes.T
        shared = np.minimum(foot, y1) - np.maximum(top, y0)
        beside = (shared >= 0.4 * np.minimum(foot - top, y1 - y0)) & (left >= x1 - 0.3 * self.em) & (left > x0)
        nearest = np.where(beside, left, np.inf).argmin(axis=1)
        return [place if there else None for place, there in zip(nearest.tolist(), beside.any(axis=1), strict=True)]

    def begins(self, item: int) -> bool:
        """Tell whether no run is close to the left, so that this run begins a line of its column.  Bullets never do."""
        if item in self.lone_marks:
            return False
        x0, y0, _, y1 = self.boxes[item]
        shared = np.minimum(self.boxes[:, 3], y1) - np.maximum(self.boxes[:, 1], y0)
        left = (shared > 0.4 * (y1 - y0)) & (self.boxes[:, 2] <= x0 + 0.1)
        left &= self.boxes[:, 2] > x0 - COLUMN_GAP_EM * self.em
        return not bool(left.any())

    def line_gaps(self, item: int) -> list[float]:
        """Return the widths of all gaps between words on the line of a run, left to right."""
        _, y0, _, y1 = self.boxes[item]
        shared = np.minimum(self.boxes[:, 3], y1) - np.maximum(self.boxes[:, 1], y0)
        beside = np.flatnonzero(shared >= 0.5 * np.minimum(self.boxes[:, 3] - self.boxes[:, 1], y1 - y0))
        line = beside[np.argsort(self.boxes[beside, 0])]
        gaps = (self.boxes[line[1:], 0] - self.boxes[line[:-1], 2]).tolist()
        gaps.extend(b - a for index in line.tolist() for a, b in self.runs[index].gaps)
        return [float(gap) for gap in gaps if gap >= 0.2 * self.em]

    def word_gap(self, item: int) -> float:
        """Return the usual width of the word spaces on the line of a run, 0 for fewer than three."""
        spaces = [gap for gap in self.line_gaps(item) if 0.2 * self.em <= gap <= COLUMN_GAP_EM * self.em]
        return float(np.median(spaces)) if len(spaces) >= 3 else 0.0

    def wall_in(self, x0: float, x1: float, y0: float, y1: float) -> bool:
        middle = (y0 + y1) / 2
        return any(
            x0 - 1.5 <= wall.center_x <= x1 + 1.5 and wall.y0 - 1 <= middle <= wall.y1 + 1 for wall in self.walls
        )
