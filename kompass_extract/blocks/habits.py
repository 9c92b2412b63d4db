"""A report's own habits: what stands between lines of one text, and what between two texts.

First verdicts over the whole report are counted by distance, indent, room left, and ending before beginning.  The
logarithm of the ratio of both shares is evidence for the second verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kompass_extract.blocks.pair_features import BASE, Array

Bins = npt.NDArray[np.int64]

SMOOTH = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9.0  # neighbouring bins share what they count
PRIOR = 0.5  # pairs in every bin before any is counted
BEGINNINGS = 4  # values of the feature "begin"
LEFT_BINS = 48


@dataclass(frozen=True, slots=True)
class _Measure:
    """A feature that is counted in bins of ``step`` from ``low`` on."""

    feature: str
    low: float
    step: float
    bins: int

    def of(self, features: Array) -> Bins:
        values = features[:, BASE.index(self.feature)]
        found = np.floor((np.nan_to_num(values, nan=0.0) - self.low) / self.step)
        return np.where(np.isnan(values), -1, np.clip(found, 0, self.bins - 1)).astype(np.int64)


DISTANCE = _Measure("distance", 0.0, 0.1, 80)
INDENT = _Measure("indent_step", -8.0, 0.25, 64)
ROOM = _Measure("room", -4.0, 0.5, 40)
LEFT = _Measure("indent_below", 0.0, 0.25, LEFT_BINS)
TO_MARK = _Measure("to_mark_text", -6.0, 0.25, 48)


def _bins(features: Array) -> list[tuple[Bins, int, bool]]:
    """For each habit the bin of every pair (-1 for unknown), how many bins there are, whether they have an order."""
    begin, end = features[:, BASE.index("begin")], features[:, BASE.index("end")]
    words = (end * BEGINNINGS + begin).astype(np.int64)
    left = LEFT.of(features)
    marked = np.where(left < 0, -1, left + LEFT_BINS * (features[:, BASE.index("mark_below")] > 0))
    return [
        (DISTANCE.of(features), DISTANCE.bins, True),
        (INDENT.of(features), INDENT.bins, True),
        (ROOM.of(features), ROOM.bins, True),
        (words, 10 * BEGINNINGS, False),
        (marked, 2 * LEFT_BINS, False),
        (TO_MARK.of(features), TO_MARK.bins, True),
    ]


@dataclass(frozen=True, slots=True)
class Habits:
    """For each habit the evidence of its bins that a text goes on: log of the ratio of shares."""

    evidence: tuple[Array, ...]

    @classmethod
    def of(cls, features: Array, going_on: Array) -> Habits:
        """The habits that pairs with these ``BASE`` features and probabilities of one text show."""
        return cls(tuple(_evidence(bins, size, going_on, smooth) for bins, size, smooth in _bins(features)))

    def features(self, features: Array) -> Array:
        """The evidence for each pair, NaN where it does not have what is counted."""
        columns = [
            np.where(bins < 0, np.nan, evidence[np.maximum(bins, 0)])
            for (bins, _, _), evidence in zip(_bins(features), self.evidence, strict=True)
        ]
        return np.column_stack(columns)


def _evidence(bins: Bins, size: int, going_on: Array, smooth: bool) -> Array:
    known = bins >= 0
    same: Array = np.bincount(bins[known], weights=going_on[known], minlength=size).astype(np.float64)
    other: Array = np.bincount(bins[known], weights=1 - going_on[known], minlength=size).astype(np.float64)
    if smooth:
        same, other = np.convolve(same, SMOOTH, "same"), np.convolve(other, SMOOTH, "same")
    return np.asarray(np.log(_shares(same)) - np.log(_shares(other)))


def _shares(counts: Array) -> Array:
    return np.asarray((counts + PRIOR) / (counts.sum() + PRIOR * len(counts)))
