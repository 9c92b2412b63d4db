"""Decide whether a line was read without Swedish letters, by the evidence of its words and of adjacent lines.

A word with å, ä or ö is evidence of good text; a word that becomes much likelier once å, ä or ö is restored
is evidence of damage; words of English or Norwegian that Swedish lacks indicate a foreign line, which is kept
unchanged.  Each state spans many lines (a page, a document, a quotation), so a Markov chain models the lines.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LIMIT = 5.0  # nats; no single word counts more
CHANGE = 0.0002  # probability that damage begins or ends from one line to the next: less than once in three reports
CHANGE_OF_LANGUAGE = 0.02  # probability that a foreign passage begins or ends there
BEFORE = 0.2  # probability of damage before anything is read
FOREIGN_BEFORE = 0.01  # probability of a foreign text before anything is read
NEVER = -1e6  # nats; rules a state out


@dataclass(frozen=True, slots=True)
class LineEvidence:
    """Log odds (nats) of a line against being good Swedish: for damaged Swedish, and for a foreign language."""

    damaged: float
    foreign: float


_Three = tuple[float, float, float]  # good, damaged, foreign
_START = (math.log(1 - BEFORE - FOREIGN_BEFORE), math.log(BEFORE), math.log(FOREIGN_BEFORE))


def damaged_lines(evidence: Sequence[LineEvidence], *, good: bool = True) -> list[float]:
    """Return P(damaged) for each line, by the forward-backward algorithm; ``good`` False rules good Swedish out."""
    seen = [(0.0 if good else NEVER, line.damaged, line.foreign) for line in evidence]
    ahead: _Three = (0.0, 0.0, 0.0)
    behind: list[_Three] = []
    for line in reversed(seen):
        behind.append(ahead)
        ahead = _moved(_times(line, ahead))
    behind.reverse()
    shares = []
    before = _START
    for line, after in zip(seen, behind, strict=True):
        here = _times(before, line)
        shares.append(_share(_times(here, after)))
        before = _moved(here)
    return shares


def _times(a: _Three, b: _Three) -> _Three:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def _moved(state: _Three) -> _Three:
    """Advance by one line; the transitions are symmetric, so this also serves the backward pass."""
    good, damaged, foreign = state
    stay = math.log(1 - CHANGE - CHANGE_OF_LANGUAGE)
    change, language = math.log(CHANGE), math.log(CHANGE_OF_LANGUAGE)
    at_home = math.log(1 - 2 * CHANGE_OF_LANGUAGE)
    return (
        _sum(good + stay, damaged + change, foreign + language),
        _sum(damaged + stay, good + change, foreign + language),
        _sum(foreign + at_home, good + language, damaged + language),
    )


def _sum(*values: float) -> float:
    most = max(values)
    return most + math.log(sum(math.exp(value - most) for value in values))


def _share(state: _Three) -> float:
    """Return the share of the damaged state."""
    return math.exp(state[1] - _sum(*state))
