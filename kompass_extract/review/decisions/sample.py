"""A random sample of fields that nobody doubts, and what it says about silent errors.

Which fields are in the sample depends on nothing but the document, the field's address and a seed, so that the same
ones are asked about by every process and after every restart.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass

from kompass_extract.review.decisions.decision import Action, Address, Decision

CERTAINTY = 1.959964
"""Standard deviations on each side that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Rate:
    """``errors`` among ``checked``; ``low`` and ``high`` bound the rate with 95 % certainty, each 0..1."""

    checked: int
    errors: int
    low: float
    high: float

    @property
    def rate(self) -> float | None:
        """The share of errors, None where nothing was checked."""
        return self.errors / self.checked if self.checked else None


def draw(sha256: str, address: Address, seed: str) -> float:
    """A number of 0 to below 1 that belongs to a field; below the sampling rate it is in the sample."""
    digest = hashlib.sha256(f"{seed}:{sha256}:{address}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def silent_errors(decisions: Iterable[Decision]) -> Rate:
    """How often a person found a sampled field wrong; of each place the latest of ``decisions`` counts."""
    latest = {(one.report, one.pointer): one for one in sorted(decisions, key=lambda one: one.order) if one.sampled}
    wrong = sum(_wrong(one) for one in latest.values())
    return wilson(wrong, len(latest))


def _wrong(decision: Decision) -> bool:
    if decision.action is Action.ACCEPT:
        return decision.after != decision.reading
    return decision.action is not Action.CORRECT or decision.after != decision.reading


def wilson(errors: int, checked: int) -> Rate:
    """The rate with Wilson's interval, which holds for few cases and for rates near 0 too."""
    if checked == 0:
        return Rate(0, 0, 0.0, 1.0)
    share, square = errors / checked, CERTAINTY**2
    spread = CERTAINTY * math.sqrt(share * (1 - share) / checked + square / (4 * checked**2))
    center, scale = share + square / (2 * checked), 1 + square / checked
    low = 0.0 if errors == 0 else max(0.0, (center - spread) / scale)
    return Rate(checked, errors, low, 1.0 if errors == checked else min(1.0, (center + spread) / scale))
