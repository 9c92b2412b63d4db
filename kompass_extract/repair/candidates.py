"""Which words may have stood where a damaged one stands now.

The letter tree is walked along the damaged word; at each place the channel says which letters the piece
there may have been.  What the tree has no whole word for is tried as a compound: first parts, then a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from kompass_extract.repair.channel import MAX_PIECE, Channel
from kompass_extract.repair.trie import CODES, NATS_PER_STEP, NO_WORD, ROOT, Trie

BEAM = 24  # partial readings kept at a place
SPREAD = 9.0  # nats; a reading this much worse than the best at the same place is given up
JOINT = 2.0  # nats for each seam of a compound
SHORTEST_HEAD = 3  # letters; shorter last parts join by chance
MAX_PARTS = 4
KEPT = 6  # candidates handed on


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reading: ``channel`` and ``single`` are costs in nats, ``head`` the word that stands in for it in context."""

    text: str
    channel: float
    single: float
    head: str

    @property
    def cost(self) -> float:
        return self.channel + self.single


_State = tuple[float, float, float, int, str, int]  # rank, channel, parts' cost, node, text, start of last part


def candidates(raw: str, channel: Channel, trie: Trie, *, compounds: bool) -> list[Candidate]:
    """The cheapest readings of a lower-case word, best first; with ``compounds`` also those made of parts."""
    width = len(raw)
    columns: list[dict[tuple[int, int], _State]] = [{} for _ in range(width + 1)]
    columns[0][ROOT, 0] = (0.0, 0.0, 0.0, ROOT, "", 0)
    for place in range(width):
        states = _pruned(columns[place])
        if not states:
            continue
        for length in range(1, min(MAX_PIECE, width - place) + 1):
            readings = channel.readings.get(raw[place : place + length])
            if readings:
                _advance(states, readings, columns[place + length], trie, compounds)
    return _finished(columns[width], trie)


def _pruned(column: dict[tuple[int, int], _State]) -> list[_State]:
    """The best states, those within a first part and those after a seam each among their own kind."""
    if len(column) == 1:
        return list(column.values())
    kept: list[_State] = []
    states = sorted(column.values())
    for group in ([s for s in states if not s[5]], [s for s in states if s[5]]):
        if group:
            limit = group[0][0] + SPREAD
            kept += [state for state in group[:BEAM] if state[0] <= limit]
    return kept


def _advance(
    states: list[_State],
    readings: Sequence[tuple[str, float]],
    column: dict[tuple[int, int], _State],
    trie: Trie,
    compounds: bool,
) -> None:
    base, parent, ahead, first = trie.base, trie.parent, trie.ahead, trie.first
    for _, so_far, parts, node, text, start in states:
        for letters, cost in readings:
            child = node
            for letter in letters:
                step = base[child] + CODES[letter]
                if parent[step] != child:
                    break
                child = step
            else:
                total = so_far + cost
                rank = total + parts + ahead[child] * NATS_PER_STEP
                known = column.get((child, start))
                if known is None or rank < known[0]:
                    column[child, start] = (rank, total, parts, child, text + letters, start)
                if compounds and first[child] != NO_WORD:
                    _seam(column, (total, parts + first[child] * NATS_PER_STEP + JOINT, text + letters), trie)


def _seam(column: dict[tuple[int, int], _State], part: tuple[float, float, str], trie: Trie) -> None:
    total, parts, text = part
    start = len(text)
    rank = total + parts + 6.0
    known = column.get((ROOT, start))
    if (known is None or rank < known[0]) and parts < MAX_PARTS * 9.0:
        column[ROOT, start] = (rank, total, parts, ROOT, text, start)


def _finished(column: dict[tuple[int, int], _State], trie: Trie) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for _, total, parts, node, text, start in column.values():
        step = trie.word[node]
        if step == NO_WORD or (start and len(text) - start < SHORTEST_HEAD):
            continue
        candidate = Candidate(text, total, parts + step * NATS_PER_STEP, text[start:])
        if text not in found or candidate.cost < found[text].cost:
            found[text] = candidate
    return sorted(found.values(), key=attrgetter("cost"))[:KEPT]
