"""Classify words by their endings, to model what may follow an unseen word.

A frequent word is a kind of its own; the last letters of others determine their kind, since they show a word's form
("nästkommande", "löpande" before "år"; "är" before "knutna", "uppbyggda").
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

OWN_KIND = 400  # most frequent words of the texts that are kinds of their own
LEAST = 40  # times that an ending must occur in the texts to be a kind
ENDINGS = (3, 2)  # letters, longest first
OTHER = "-"  # the kind of words without any of these endings
TRUSTED = 0.4  # share of the table in the mixture with kinds alone; best of 0, 0.4, 0.7 and 1 on other Swedish texts
NATS_PER_STEP = 0.05  # resolution of the table; 255 steps reach 12.75 nats


@dataclass(frozen=True)
class Kinds:
    """Kinds' ``ids`` ("är", "-nde", "-"), ``single`` -ln P(kind), ``table[a * len(ids) + b]`` -ln P(b | a) in steps."""

    ids: Mapping[str, int]
    single: Sequence[float]
    table: bytes

    def of(self, word: str) -> int:
        """Return the kind of a lower-case word."""
        return kind_of(word, self.ids)


def kind_of(word: str, ids: Mapping[str, int]) -> int:
    """Return the id of a word's kind."""
    own = ids.get(word)
    if own is not None:
        return own
    for length in ENDINGS:
        if len(word) > length:
            ending = ids.get(OTHER + word[-length:])
            if ending is not None:
                return ending
    return ids[OTHER]


def names(sentences: Iterable[Sequence[str]], own: Iterable[str]) -> list[str]:
    """Return the kinds that these texts support; words of ``own`` are always kinds of their own."""
    counts = Counter(word for text in sentences for word in text)
    first = sorted(counts, key=lambda word: (-counts[word], word))[:OWN_KIND]
    alone = {*first, *own}
    endings: Counter[str] = Counter()
    for word, times in counts.items():
        if word not in alone:
            endings.update({OTHER + word[-length:]: times for length in ENDINGS if len(word) > length})
    return sorted({*alone, OTHER, *(ending for ending, times in endings.items() if times >= LEAST)})


def shares(ids: Mapping[str, int], words: Mapping[str, float]) -> list[float]:
    """Return -ln of each kind's share among words of these costs (nats)."""
    total = [1e-9] * len(ids)
    for word, cost in words.items():
        total[kind_of(word, ids)] += math.exp(-cost)
    return [-math.log(share) for share in total]


def follow(
    corpora: Sequence[tuple[Sequence[Sequence[str]], float]], ids: Mapping[str, int], single: Sequence[float]
) -> bytes:
    """Estimate the table of ``Kinds`` from texts with mixture weights, Witten-Bell smoothed over ``single``."""
    size = len(ids)
    base = np.exp(-np.array(single))
    base /= base.sum()
    mixed = np.zeros((size, size))
    for sentences, share in corpora:
        known = {word: kind_of(word, ids) for word in {word for text in sentences for word in text}}
        seen = Counter((known[a], known[b]) for text in sentences for a, b in pairwise(text))
        counts = np.zeros((size, size))
        for (before, after), times in seen.items():
            counts[before, after] = times
        total, distinct = counts.sum(axis=1, keepdims=True), (counts > 0).sum(axis=1, keepdims=True)
        mixed += share * np.where(total > 0, (counts + distinct * base) / np.maximum(total + distinct, 1), base)
    mixed = TRUSTED * mixed + (1 - TRUSTED) * base
    steps = np.clip(np.rint(-np.log(mixed) / NATS_PER_STEP), 0, 255)
    return bytes(steps.astype(np.uint8).tobytes())
