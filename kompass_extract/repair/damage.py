"""Whether a line was read without Swedish letters: each word's evidence, and what the lines around it say.

A word with å, ä or ö speaks for good text; a word that becomes much likelier once å, ä or ö is put back
speaks against.  Damage comes in stretches (a page, a document), so the lines are judged as a chain.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

LIMIT = 5.0  # nats; no single word says more than this
CHANGE = 0.02  # probability that damage begins or ends from one line to the next
BEFORE = 0.2  # probability of damage before anything is read


def damaged_lines(evidence: Sequence[float]) -> list[float]:
    """P(damaged) per line from the log odds of each line's words, by forward and backward sums."""
    stay, move = math.log(1 - CHANGE), math.log(CHANGE)
    forward: list[tuple[float, float]] = []
    good, bad = math.log(1 - BEFORE), math.log(BEFORE)
    for odds in evidence:
        if forward:
            good, bad = _sum(good + stay, bad + move), _sum(bad + stay, good + move)
        bad += odds
        forward.append((good, bad))
    result = [0.0] * len(evidence)
    good = bad = 0.0
    for place in range(len(evidence) - 1, -1, -1):
        ahead_good, ahead_bad = forward[place]
        result[place] = _share(ahead_bad + bad - ahead_good - good)
        bad += evidence[place]
        good, bad = _sum(good + stay, bad + move), _sum(bad + stay, good + move)
    return result


def damaged_text(evidence: Sequence[float]) -> float:
    """P(damaged) of a text as a whole."""
    return _share(sum(evidence) + math.log(BEFORE / (1 - BEFORE)))


def _share(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, odds))))


def _sum(a: float, b: float) -> float:
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))
