"""Store a trie with word costs in flat arrays: small on disk, quick to load, and quick to walk."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ALPHABET = "abcdefghijklmnopqrstuvwxyzåäöéèêëáàâãçñóòôõíîïúùûüøæßýšžłćő"
CODES = {letter: code for code, letter in enumerate(ALPHABET, start=1)}
NO_WORD = 255  # a cost byte that means that no word ends here
NATS_PER_STEP = 0.1  # resolution of a cost byte; 254 steps reach 25 nats
ROOT = 1
Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Trie:
    """A double-array trie: the child of ``node`` under code c is ``base[node] + c`` if ``parent`` there is ``node``.

    ``word`` and ``first`` hold the cost of ending here as a word and as a first part of a compound,
    ``ahead`` the cheapest word cost at or below the node; all in steps of ``NATS_PER_STEP``.
    """

    base: array[int]
    parent: array[int]
    word: bytes
    first: bytes
    ahead: bytes

    def find(self, text: str) -> int:
        """Return the node reached by ``text``, or 0 if no word begins with it."""
        node = ROOT
        base, parent = self.base, self.parent
        for letter in text:
            code = CODES.get(letter)
            if code is None:
                return 0
            child = base[node] + code
            if parent[child] != node:
                return 0
            node = child
        return node


@dataclass(frozen=True)
class Tree:
    """A trie in arrays: ``base`` and ``parent`` as in ``Trie``, ``costs`` with the rows word, first, ahead."""

    base: Ints
    parent: Ints
    costs: Bytes


def plant(words: Mapping[str, float], first_parts: Mapping[str, float], room: Iterable[str] = ()) -> Tree:
    """Build a trie of words and first parts with costs in nats (0..25), and room for words that get costs later."""
    children, word, first = _linked(words, first_parts, room)
    order = _breadth_first(children)
    ahead = word.tolist()
    for node in reversed(order):
        for child in children[node].values():
            ahead[node] = min(ahead[node], ahead[child])
    return _packed(children, order, np.stack([word, first, np.array(ahead, dtype=np.uint8)]))


def walkable(tree: Tree) -> Trie:
    """Convert the trie to Python's own arrays, which a loop reads faster than NumPy's."""
    word, first, ahead = (row.tobytes() for row in tree.costs)
    base, parent = (array("i", row.astype(np.intc).tobytes()) for row in (tree.base, tree.parent))
    return Trie(base, parent, word, first, ahead)


def recosted(tree: Tree, words: Mapping[str, float]) -> Tree:
    """Replace the costs of these words (nats); all of them must have room in the trie."""
    costs = tree.costs.copy()
    word, ahead = costs[0], costs[2]
    for text, cost in words.items():
        step = min(254, max(0, round(cost / NATS_PER_STEP)))
        node = ROOT
        path = [node]
        for letter in text:
            node = int(tree.base[node]) + CODES[letter]
            if tree.parent[node] != path[-1]:
                raise KeyError(text)
            path.append(node)
        word[node] = step
        ahead[path] = np.minimum(ahead[path], step)
    return Tree(tree.base, tree.parent, costs)


def _linked(
    words: Mapping[str, float], first_parts: Mapping[str, float], room: Iterable[str]
) -> tuple[list[dict[int, int]], Bytes, Bytes]:
    children: list[dict[int, int]] = [{}]
    ends: tuple[dict[int, int], dict[int, int], dict[int, int]] = ({}, {}, {})
    none = dict.fromkeys(room, 0.0)
    for end, costs in zip(ends, (words, first_parts, none), strict=True):
        for text in sorted(costs):
            node = 0
            for letter in text:
                code = CODES[letter]
                child = children[node].get(code)
                if child is None:
                    child = len(children)
                    children[node][code] = child
                    children.append({})
                node = child
            end[node] = min(254, max(0, round(costs[text] / NATS_PER_STEP)))
    rows = []
    for end in ends[:2]:
        row = np.full(len(children), NO_WORD, dtype=np.uint8)
        row[list(end)] = list(end.values())
        rows.append(row)
    return children, rows[0], rows[1]


def _breadth_first(children: list[dict[int, int]]) -> list[int]:
    order = [0]
    for node in order:
        order.extend(children[node].values())
    return order


def _packed(children: list[dict[int, int]], order: list[int], costs: Bytes) -> Tree:
    """Places each node's children at the first offset where all their slots are free."""
    size = len(order) * 2 + len(ALPHABET) + 2
    base = np.zeros(size, dtype=np.int32)
    parent = np.zeros(size, dtype=np.int32)
    packed = np.full((costs.shape[0], size), NO_WORD, dtype=np.uint8)
    taken = bytearray(size + len(ALPHABET) + 2)
    place = {0: ROOT}
    taken[0] = taken[ROOT] = 1
    lowest = 2
    for node in order:
        here = place[node]
        packed[:, here] = costs[:, node]
        codes = sorted(children[node])
        if not codes:
            continue
        while taken[lowest]:
            lowest += 1
        slot = max(lowest, codes[0] + 1)
        if len(codes) > 1:  # a gap may be too crowded for siblings: do not search all of it for each
            slot = max(slot, lowest + codes[0])
        while taken[slot] or any(taken[slot - codes[0] + code] for code in codes[1:]):
            slot += 1
        base[here] = slot - codes[0]
        for code in codes:
            child = base[here] + code
            taken[child] = 1
            parent[child] = here
            place[children[node][code]] = int(child)
    used = max(place.values()) + len(ALPHABET) + 2
    return Tree(base[:used], parent[:used], packed[:, :used])
