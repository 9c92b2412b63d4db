"""Find the likeliest sequence of words of a text, and the probability of each word given its neighbours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kompass_extract.repair.language import Language
from kompass_extract.repair.word_kinds import NATS_PER_STEP


@dataclass(frozen=True, slots=True)
class PossibleWord:
    """A candidate word at a position: ``cost`` of the damage, ``single`` of the word alone (nats).

    ``word`` is its id as a follower, ``head`` as a predecessor (the last part of a compound); -1 unknown.
    ``kind`` is its kind, ``within`` its cost among words of the kind (nats).
    """

    text: str
    cost: float
    single: float
    word: int
    head: int
    kind: int
    within: float


@dataclass(frozen=True, slots=True)
class WordChoice:
    """The chosen reading with its probability, and the alternatives with theirs, likeliest first."""

    reading: PossibleWord
    probability: float
    others: tuple[tuple[PossibleWord, float], ...] = ()


Before = tuple[int, int]  # the id and the kind of a word before another, -1 where unknown
Slot = tuple[PossibleWord, ...]


def choose(slots: Sequence[Slot], language: Language, start: Before) -> list[WordChoice]:
    """Choose a reading for each slot; ``start`` is the word before the first."""
    best = _best_path(slots, language, start)
    choices: list[WordChoice] = []
    before = start
    for place, slot in enumerate(slots):
        chosen = slot[best[place]]
        if len(slot) == 1:
            choices.append(WordChoice(chosen, 1.0))
        else:
            after = slots[place + 1][best[place + 1]] if place + 1 < len(slots) else None
            choices.append(_weighed(slot, chosen, before, after, language))
        before = chosen.head, chosen.kind
    return choices


def following(before: Before, reading: PossibleWord, language: Language) -> float:
    """Return -ln P(reading | before), without the damage."""
    head, kind = before
    seen = language.pair_cost(head, reading.word)
    if seen is not None:
        return seen
    kinds = language.kinds
    unseen = kinds.table[kind * len(kinds.single) + reading.kind] * NATS_PER_STEP + reading.within
    return unseen + (language.backoff[head] if head >= 0 else 0.0)


def _best_path(slots: Sequence[Slot], language: Language, start: Before) -> list[int]:
    """Return the index of the best reading for each slot (Viterbi); ``following`` is inlined here for speed."""
    pairs, backoff, table, size = language.pairs, language.backoff, language.kinds.table, len(language.kinds.single)
    previous: list[tuple[float, int, int]] = [(0.0, start[0], start[1] * size)]
    backs: list[list[int]] = []
    for slot in slots:
        current: list[tuple[float, int, int]] = []
        back: list[int] = []
        for reading in slot:
            word, kind, within = reading.word, reading.kind, reading.within
            lowest, origin = math.inf, 0
            for index, (so_far, before, row) in enumerate(previous):
                seen = pairs.get(before << 20 | word) if word >= 0 <= before else None
                if seen is not None:
                    total = so_far + seen
                else:
                    total = so_far + table[row + kind] * NATS_PER_STEP + within
                    if before >= 0:
                        total += backoff[before]
                if total < lowest:
                    lowest, origin = total, index
            current.append((lowest + reading.cost, reading.head, reading.kind * size))
            back.append(origin)
        backs.append(back)
        previous = current
    path = [0] * len(slots)
    index = min(range(len(previous)), key=lambda i: previous[i][0])
    for place in range(len(slots) - 1, -1, -1):
        path[place] = index
        index = backs[place][index]
    return path


def _weighed(
    slot: Slot, chosen: PossibleWord, before: Before, after: PossibleWord | None, language: Language
) -> WordChoice:
    """Return the probabilities of a slot's readings with the neighbours held fixed."""
    costs = []
    for reading in slot:
        cost = reading.cost + following(before, reading, language)
        if after is not None:
            cost += following((reading.head, reading.kind), after, language)
        costs.append(cost)
    least = min(costs)
    weights = [math.exp(least - cost) for cost in costs]
    total = sum(weights)
    shares = sorted(((w / total, i) for i, w in enumerate(weights)), reverse=True)
    others = tuple((slot[i], share) for share, i in shares if slot[i] is not chosen)
    return WordChoice(chosen, weights[slot.index(chosen)] / total, others)
