"""Find the candidate words for a damaged one.

The search walks the trie along the damaged word; at each position the error model lists the letters that the
piece there may have been.  If the trie has no whole word, compounds are tried: first parts, then a word.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from kompass_extract.repair.channel import MAX_PIECE, Channel
from kompass_extract.repair.trie import NATS_PER_STEP, NO_WORD, ROOT, Trie

BEAM = 24  # partial readings kept at a position
SPREAD = 9.0  # nats; a reading this much worse than the best at the same position is dropped
JOINT = 2.0  # nats for each seam of a compound
SHORTEST_HEAD = 3  # letters; shorter last parts join by chance
MAX_PARTS = 4
COSTLIEST_PARTS = 36.0  # nats for all first parts together
HEAD_AHEAD = 6.0  # nats; the least cost of the last part
LONGEST = 60  # letters; longer pieces are not words
KEPT = 6  # candidates returned


@dataclass(frozen=True, slots=True)
class WordCandidate:
    """A reading: ``channel`` and ``single`` are costs in nats, ``head`` is the word that represents it in context."""

    text: str
    channel: float
    single: float
    head: str

    @property
    def cost(self) -> float:
        return self.channel + self.single


_State = tuple[float, float, float, int, str, int]  # rank, channel, parts' cost, node, text, start of last part
_Steps = Sequence[tuple[str, int, float]]  # letter, its code in the trie, cost


class _StateColumn:
    """The states at one position of the word; those after a seam are ranked among themselves."""

    __slots__ = ("best", "states")

    def __init__(self) -> None:
        self.states: dict[int, _State] = {}
        self.best = [math.inf, math.inf]  # lowest rank within the first part, and after a seam

    def kept(self) -> list[_State]:
        whole, joined = self.best[0] + SPREAD, self.best[1] + SPREAD
        kept = [state for state in self.states.values() if state[0] <= (joined if state[5] else whole)]
        return kept if len(kept) <= BEAM else sorted(kept)[:BEAM]

    def put(self, state: _State) -> None:
        rank, _, _, node, _, start = state
        behind = 1 if start else 0
        if rank > self.best[behind] + SPREAD:
            return
        key = node << 8 | start
        known = self.states.get(key)
        if known is None or rank < known[0]:
            self.states[key] = state
            self.best[behind] = min(rank, self.best[behind])


def whole_words(raw: str, channel: Channel, trie: Trie) -> list[WordCandidate]:
    """Return the cheapest listed words that a lower-case word may have been, best first."""
    width = len(raw)
    if width > LONGEST:
        return []
    base, parent, ahead, table = trie.base, trie.parent, trie.ahead, channel.steps
    columns: list[dict[int, tuple[float, float, str]]] = [{} for _ in range(width + 1)]  # node: rank, channel, text
    columns[0][ROOT] = (0.0, 0.0, "")
    for place in range(width):
        column = columns[place]
        if not column:
            continue
        limit = min(column.values())[0] + SPREAD
        ends = range(place + 1, min(place + MAX_PIECE, width) + 1)
        ways = [(columns[end], table.get(raw[place:end])) for end in ends]
        for node, (rank, so_far, text) in column.items():
            if rank > limit:
                continue
            offset = base[node]
            for target, steps in ways:
                for letter, code, cost in steps or ():
                    child = offset + code
                    if parent[child] == node:
                        total = so_far + cost
                        reached = total + ahead[child] * NATS_PER_STEP
                        known = target.get(child)
                        if known is None or reached < known[0]:
                            target[child] = (reached, total, text + letter)
    word = trie.word
    found = [
        WordCandidate(text, total, word[node] * NATS_PER_STEP, text)
        for node, (_, total, text) in columns[width].items()
        if word[node] != NO_WORD
    ]
    return sorted(found, key=attrgetter("cost"))[:KEPT]


def compounds(raw: str, channel: Channel, trie: Trie) -> list[WordCandidate]:
    """Return the cheapest readings of a lower-case word as one or several listed parts, best first."""
    width = len(raw)
    if width > LONGEST:
        return []
    columns = [_StateColumn() for _ in range(width + 1)]
    columns[0].put((0.0, 0.0, 0.0, ROOT, "", 0))
    steps = channel.steps
    for place in range(width):
        if not columns[place].states:
            continue
        ends = range(place + 1, min(place + MAX_PIECE, width) + 1)
        ways = [(columns[end], steps.get(raw[place:end], ())) for end in ends]
        _advance(columns[place].kept(), ways, trie)
    return _finished(columns[width], trie)


def _advance(states: list[_State], ways: Sequence[tuple[_StateColumn, _Steps]], trie: Trie) -> None:
    base, parent, ahead, first = trie.base, trie.parent, trie.ahead, trie.first
    for _, so_far, parts, node, text, start in states:
        offset = base[node]
        for column, steps in ways:
            for letter, code, cost in steps:
                child = offset + code
                if parent[child] != node:
                    continue
                total = so_far + cost
                column.put((total + parts + ahead[child] * NATS_PER_STEP, total, parts, child, text + letter, start))
                if first[child] != NO_WORD:
                    joined = parts + first[child] * NATS_PER_STEP + JOINT
                    if joined < COSTLIEST_PARTS:
                        column.put((total + joined + HEAD_AHEAD, total, joined, ROOT, text + letter, len(text) + 1))


def _finished(column: _StateColumn, trie: Trie) -> list[WordCandidate]:
    found: dict[str, WordCandidate] = {}
    for _, total, parts, node, text, start in column.states.values():
        step = trie.word[node]
        if step == NO_WORD or (start and len(text) - start < SHORTEST_HEAD):
            continue
        candidate = WordCandidate(text, total, parts + step * NATS_PER_STEP, text[start:])
        if text not in found or candidate.cost < found[text].cost:
            found[text] = candidate
    return sorted(found.values(), key=attrgetter("cost"))[:KEPT]
