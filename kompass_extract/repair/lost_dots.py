"""Estimate how many of a page's dots and rings a thin copy lost ("mater" for "mäter", "for" for "för").

Words that are Swedish only with dots are compared with the letters that still have theirs.  If many are lost, any plain
letter may be a dotted one, in short and in listed words too, and the neighbouring words decide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kompass_extract.repair.candidates import compounds, whole_words
from kompass_extract.repair.channel import RESTORED_LETTERS, Channel
from kompass_extract.repair.trie import ALPHABET, Trie

DOTTED = {"a": "åä", "o": "ö"}
"""Letters by their remains without dots or ring."""
LEAST_LOST = 8
"""Letters with certainly lost dots from which on a page counts as having lost dots."""
FEW = 40
"""A page with fewer dotted letters, with or without dots, is judged by the whole scan: a cover has 5."""
SHARE_OF_LOST = (0.1, 0.9)
"""Least share of lost dots on a page, since OCR of worn scans loses 1 or 2 in 100; and the largest share
assumed, so that dots remain possible."""
SHORTEST_TELLING = 4
"""Least letters of a word that proves by itself that its dots are lost."""
COMMON = 12.0
"""Nats; only words this likely with their dots are evidence."""


@dataclass(frozen=True, slots=True)
class DotCount:
    """Counts of letters that certainly lost their dots, and of those that have them."""

    lost: int = 0
    kept: int = 0

    def __add__(self, other: DotCount) -> DotCount:
        return DotCount(self.lost + other.lost, self.kept + other.kept)

    @property
    def share(self) -> float:
        """Return the share of dotted letters that lost their dots; 0 if few words show it."""
        share = self.lost / max(1, self.lost + self.kept)
        return min(share, SHARE_OF_LOST[1]) if self.lost >= LEAST_LOST and share >= SHARE_OF_LOST[0] else 0.0


def dots_channel(share: float) -> Channel:
    """Return the error model of pages on which ``share`` of the dotted letters have lost their dots."""
    rows = {letter: [(letter, 0.0)] for letter in ALPHABET}
    for plain, dotted in DOTTED.items():
        rows[plain] += [(letter, -math.log(share)) for letter in dotted]
    return Channel(rows)


class DotCounter:
    """Counts lost dots; ``is_word`` tells whether a lower-case word is Swedish as written."""

    def __init__(self, trie: Trie, is_word: Callable[[str], bool]) -> None:
        self._trie = trie
        self._is_word = is_word
        self._channel = dots_channel(0.5)
        self._known: dict[str, int] = {}

    def counted(self, words: Iterable[str]) -> DotCount:
        """Count the dotted letters in a page's lower-case words."""
        found = list(words)
        return DotCount(sum(map(self._lost, found)), sum(sign in RESTORED_LETTERS for word in found for sign in word))

    def _lost(self, word: str) -> int:
        """Count the letters of a word that certainly lost their dots."""
        if word not in self._known:
            self._known[word] = self._count(word)
        return self._known[word]

    def _count(self, word: str) -> int:
        if len(word) < SHORTEST_TELLING or DOTTED.keys().isdisjoint(word) or self._is_word(word):
            return 0
        found = whole_words(word, self._channel, self._trie) or compounds(word, self._channel, self._trie)
        if not found or (found[0].head == found[0].text and found[0].single > COMMON):
            return 0
        return sum(a != b for a, b in zip(word, found[0].text, strict=True))
