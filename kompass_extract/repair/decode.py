"""The likeliest sequence of words over a text, and how likely each word is given its neighbours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kompass_extract.repair.language import Language


@dataclass(frozen=True, slots=True)
class Reading:
    """A word that may stand at a place: ``cost`` of the damage, ``single`` of the word alone (nats).

    ``word`` is its id as a follower, ``head`` as a predecessor (the last part of a compound); -1 unknown.
    """

    text: str
    cost: float
    single: float
    word: int
    head: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen reading with its probability, and the others with theirs, likeliest first."""

    reading: Reading
    probability: float
    others: tuple[tuple[Reading, float], ...] = ()


Slot = tuple[Reading, ...]


def choose(slots: Sequence[Slot], language: Language, start: int) -> list[Choice]:
    """One choice per slot; ``start`` is the id of what stands before the first."""
    best = _best_path(slots, language, start)
    choices: list[Choice] = []
    before = start
    for place, slot in enumerate(slots):
        chosen = slot[best[place]]
        if len(slot) == 1:
            choices.append(Choice(chosen, 1.0))
        else:
            after = slots[place + 1][best[place + 1]] if place + 1 < len(slots) else None
            choices.append(_weighed(slot, chosen, before, after, language))
        before = chosen.head
    return choices


def _best_path(slots: Sequence[Slot], language: Language, start: int) -> list[int]:
    """The index of the best reading per slot (Viterbi)."""
    pairs, backoff = language.pairs, language.backoff
    previous: list[tuple[float, int]] = [(0.0, start)]
    backs: list[list[int]] = []
    for slot in slots:
        current: list[tuple[float, int]] = []
        back: list[int] = []
        for reading in slot:
            word, single = reading.word, reading.single
            lowest, origin = math.inf, 0
            for index, (so_far, before) in enumerate(previous):
                if before < 0:
                    total = so_far + single
                else:
                    seen = pairs.get(before << 20 | word) if word >= 0 else None
                    total = so_far + (backoff[before] + single if seen is None else seen)
                if total < lowest:
                    lowest, origin = total, index
            current.append((lowest + reading.cost, reading.head))
            back.append(origin)
        backs.append(back)
        previous = current
    path = [0] * len(slots)
    index = min(range(len(previous)), key=lambda i: previous[i][0])
    for place in range(len(slots) - 1, -1, -1):
        path[place] = index
        index = backs[place][index]
    return path


def _weighed(slot: Slot, chosen: Reading, before: int, after: Reading | None, language: Language) -> Choice:
    """Probabilities of a slot's readings with the neighbours held fixed."""
    costs = []
    for reading in slot:
        cost = reading.cost + language.cost(before, reading.word, reading.single)
        if after is not None:
            cost += language.cost(reading.head, after.word, after.single)
        costs.append(cost)
    least = min(costs)
    weights = [math.exp(least - cost) for cost in costs]
    total = sum(weights)
    shares = sorted(((w / total, i) for i, w in enumerate(weights)), reverse=True)
    others = tuple((slot[i], share) for share, i in shares if slot[i] is not chosen)
    return Choice(chosen, weights[slot.index(chosen)] / total, others)
