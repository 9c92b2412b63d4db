"""Use the document's own vocabulary: a word that certainly occurs elsewhere in it is likelier here too."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from kompass_extract.repair.decode import Slot

DOCUMENT_SHARE = 0.3  # weight of the word's frequency in the rest of the document


def with_document(slots: Sequence[Slot]) -> list[Slot]:
    """Lower each reading's cost by its expected frequency in the other slots of the text."""
    times = Counter(map(id, slots))
    kinds = {id(slot): slot for slot in slots}
    shares = {key: _shares(slot) for key, slot in kinds.items()}
    counts: dict[str, float] = defaultdict(float)
    for key, slot in kinds.items():
        for reading, share in zip(slot, shares[key], strict=True):
            counts[reading.text] += share * times[key]
    weighed = {
        key: _weighed(slot, shares[key], counts, len(slots)) if len(slot) > 1 else slot for key, slot in kinds.items()
    }
    return [weighed[id(slot)] for slot in slots]


def _shares(slot: Slot) -> list[float]:
    """Return the probability of each reading by itself."""
    least = min(reading.cost + reading.single for reading in slot)
    weights = [math.exp(least - reading.cost - reading.single) for reading in slot]
    total = sum(weights)
    return [weight / total for weight in weights]


def _weighed(slot: Slot, shares: Sequence[float], counts: dict[str, float], places: int) -> Slot:
    readings = []
    for reading, share in zip(slot, shares, strict=True):
        elsewhere = max(0.0, counts[reading.text] - share) / places
        readings.append(
            replace(reading, cost=reading.cost - math.log1p(DOCUMENT_SHARE * elsewhere * math.exp(reading.single)))
        )
    return tuple(readings)
