"""Define the results of a repair, which keep the raw text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Repair:
    """One change: ``raw`` at [start, end) of raw line ``line`` (from 1) becomes ``restored``.

    ``confidence`` (0..1) is the probability that ``restored`` is what was printed; ``alternatives`` are
    other readings with theirs, likeliest first.  A ``doubtful`` repair needs review.
    """

    line: int
    start: int
    end: int
    raw: str
    restored: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class RepairedLine:
    """A line with its repairs, left to right."""

    raw: str
    text: str
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class RepairedText:
    """A text with its repairs, top to bottom; it has as many lines as the raw text."""

    text: str
    repairs: tuple[Repair, ...]
