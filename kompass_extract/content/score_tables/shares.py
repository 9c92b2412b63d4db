"""How the evidence is shared among the values that a table's numbers can have.

Every cell is a vector of 101 weights, one for each value 0..100.  The max points come first: the edition allows
few, and an area's sum to 100.  Then points and percent: two roundings of one score per row, rows that sum to
the total within their roundings, a total that is its own percent.  The weights of all joint readings are
summed exactly, the rows along a running sum.

Authors err too, so a disagreement only costs a reading the odds below and never forbids it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kompass_extract.content.numbers import NumberReading, rounded
from kompass_extract.content.score_tables.columns import rounding_gap
from kompass_extract.content.score_tables.table_values import CellReading, Numbers

Shares = NDArray[np.float64]
"""Weights of the values 0..100; sums to 1 unless said otherwise."""

AREA_POINTS = 100
VALUES = np.arange(AREA_POINTS + 1)
AUTHORS_ROW_ERROR = 0.01
"""Odds that a report prints points and percent that are no roundings of one score (none of 66 labelled rows)."""
AUTHORS_SUM_ERROR = 0.001
"""Odds that rows and total differ by more than rounding explains (none of 20 labelled tables)."""
OTHER_MAX = 0.002
"""Odds that a printed max is not the edition's (none of 102 labelled rows)."""
MAX_SUM_ERROR = 0.01
"""Odds that the max points of an area do not sum to 100."""
ODD_MAX = 0.05
"""Odds of a max that is no multiple of five up to 40, where the edition's are not known."""
ABOVE_MAX = 0.001
"""Odds of points above their max."""
CHAPTER_HINT = 3.0
"""How much likelier a total is that equals the chapter's score; reports differ from themselves here."""
UNTHOUGHT_OF = 0.1
"""Share of a cell's doubt that goes to values which no reading suggests."""


@dataclass(frozen=True, slots=True)
class RowShares:
    """The shares of one row's values; ``percent`` is None where the table has no such column."""

    achieved: Shares
    max: Shares
    percent: Shares | None


def prior(cell: CellReading) -> Shares:
    """The weights of a cell by itself: its candidates and a trace for all other values; even where none was read."""
    reading = cell.reading
    if reading is None or not reading.candidates:
        return np.full(AREA_POINTS + 1, 1 / (AREA_POINTS + 1))
    weights = np.zeros(AREA_POINTS + 1)
    for candidate in reading.candidates:
        weights[candidate.value] += candidate.weight
    if not reading.certain:
        weights += UNTHOUGHT_OF * max(0.001, 1 - reading.candidates[0].weight) / (AREA_POINTS + 1)
    return _normalised(weights)


def table_shares(
    rows: Sequence[Numbers],
    total: Numbers,
    fixed: Sequence[frozenset[int]],
    *,
    has_percent: bool,
    chapter_score: NumberReading | None,
) -> tuple[list[RowShares], RowShares]:
    """The shares of all values of the rows and of the total, each given all the evidence of the table."""
    maxima = max_shares([row.max for row in rows], fixed)
    pairs = [_Pair(row, int(np.argmax(limit)), has_percent) for row, limit in zip(rows, maxima, strict=True)]
    whole = _Pair(total, AREA_POINTS, has_percent, is_total=True)
    whole_weights = whole.points.copy()
    if chapter_score is not None and chapter_score.best is not None:
        whole_weights[chapter_score.best] *= CHAPTER_HINT
    odds, added = _sum_odds(len(rows)), _added_by_rounding([row.achieved for row in rows], total.achieved)
    sums_of_rows = np.arange(AREA_POINTS * len(rows) + 1) - added
    fit = np.array([whole_weights @ odds[np.abs(VALUES - value)] for value in sums_of_rows])
    points, sums = _marginals([pair.points for pair in pairs], lambda count: fit[:count])
    gaps = np.abs(np.arange(len(sums))[:, None] - added - VALUES[None, :])
    whole_points = _normalised(whole_weights * (sums @ odds[gaps]))
    found = [
        RowShares(own, limit, pair.percents(own) if has_percent else None)
        for own, limit, pair in zip(points, maxima, pairs, strict=True)
    ]
    return found, RowShares(whole_points, _total_max(total.max), whole.percents(whole_points) if has_percent else None)


def _added_by_rounding(rows: Sequence[CellReading], total: CellReading) -> int:
    """By how many points the sum grows, and the total does not, where decimals are counted as whole numbers."""
    kept = [cell.reading.decimal for cell in rows if cell.reading is not None and cell.reading.decimal is not None]
    whole = total.reading.decimal if total.reading is not None else None
    grown = sum(rounded(value) - value for value in kept)
    return round(grown - (rounded(whole) - whole if whole is not None else 0.0))


def max_shares(cells: Sequence[CellReading], fixed: Sequence[frozenset[int]]) -> list[Shares]:
    """The shares of the max points: what the edition allows (empty: not known), and that they sum to 100."""
    weights = [prior(cell) * _max_odds(allowed) for cell, allowed in zip(cells, fixed, strict=True)]
    shares, _ = _marginals(
        [_normalised(own) for own in weights],
        lambda count: np.where(np.arange(count) == AREA_POINTS, 1.0, MAX_SUM_ERROR),
    )
    return shares


def _max_odds(allowed: frozenset[int]) -> Shares:
    usual = np.isin(VALUES, list(allowed)) if allowed else (VALUES % 5 == 0) & (VALUES <= 40)
    odds = np.where(usual, 1.0, OTHER_MAX if allowed else ODD_MAX)
    odds[0] = 0.0
    return odds


def _total_max(cell: CellReading) -> Shares:
    return _normalised(prior(cell) * np.where(VALUES == AREA_POINTS, 1.0, OTHER_MAX))


class _Pair:
    """A row's points and percent below a given max, seen together."""

    def __init__(self, numbers: Numbers, most: int, has_percent: bool, *, is_total: bool = False) -> None:
        self._odds = _total_odds() if is_total else _row_odds(most)
        self._percents = prior(numbers.percent) if has_percent else None
        points = prior(numbers.achieved) * np.where(most >= VALUES, 1.0, ABOVE_MAX)
        self._support = self._odds @ self._percents if self._percents is not None else np.ones(AREA_POINTS + 1)
        self.points: Shares = _normalised(points * self._support)

    def percents(self, points: Shares) -> Shares:
        """The shares of the percentages, given those of the points."""
        assert self._percents is not None
        return _normalised(self._percents * ((points / self._support) @ self._odds))


@lru_cache(maxsize=64)
def _row_odds(most: int) -> Shares:
    """Odds of points (down) beside a percentage (across): 1 where both can be roundings of one score."""
    gap = np.abs(VALUES[:, None] - VALUES[None, :] * most / 100)
    return np.where(gap <= rounding_gap(most), 1.0, AUTHORS_ROW_ERROR)


@lru_cache(maxsize=1)
def _total_odds() -> Shares:
    """The same for a total of 100 points, whose percent is the same number or, rounded apart, its neighbour."""
    gap = np.abs(VALUES[:, None] - VALUES[None, :])
    return np.select([gap == 0, gap == 1], [1.0, 0.05], AUTHORS_ROW_ERROR)


def _sum_odds(rows: int) -> Shares:
    """How usual it is that rounded rows miss their rounded total by 0, 1, 2, … points, 1 for the commonest.

    The roundings are independent and even over one unit: their sum is nearly normal, variance (rows + 1) / 12.
    """
    gaps = np.arange(AREA_POINTS * (rows + 1) + 1)
    return np.maximum(AUTHORS_SUM_ERROR, np.exp(-(gaps**2) / (2 * (rows + 1) / 12)))


def _marginals(weights: Sequence[Shares], fit: Callable[[int], Shares]) -> tuple[list[Shares], Shares]:
    """The shares of each value given the odds ``fit(count)`` of the sums 0..count-1; the sums' weights without them."""
    ahead: list[Shares] = [np.ones(1)]
    for own in weights:
        ahead.append(np.convolve(ahead[-1], own))
    behind = fit(len(ahead[-1]))
    shares: list[Shares] = []
    for before, own in zip(reversed(ahead[:-1]), reversed(weights), strict=True):
        shares.append(_normalised(own * np.correlate(behind, before, "valid")))
        behind = np.correlate(behind, own, "valid")
    return shares[::-1], ahead[-1]


def _normalised(weights: Shares) -> Shares:
    total = weights.sum()
    return weights / total if total > 0 else weights
