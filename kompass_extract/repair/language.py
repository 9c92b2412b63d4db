"""Model the probability of a word after its predecessor: interpolated counts of municipal and general Swedish."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kompass_extract.repair import word_kinds
from kompass_extract.repair.word_kinds import NATS_PER_STEP, Kinds

START = "<s>"  # before the first word of a paragraph, item or heading
NUMBER = "<n>"
YEAR = "<y>"  # "2018", which follows "år" and seldom "är"
STOP = "."  # . ? ! and other sentence ends
PAUSE = ","  # other marks between words
UNKNOWN = -1
_SHIFT = 20  # bits of a word id in a pair key
MAX_VOCABULARY = 1 << _SHIFT


@dataclass(frozen=True)
class Language:
    """Costs in nats: ``single[id]``, ``pairs[before << 20 | id]``, and ``backoff[before]`` for unseen pairs.

    The ``kinds`` of its two words determine the cost of an unseen pair.
    """

    ids: Mapping[str, int]
    single: Sequence[float]
    pairs: Mapping[int, float]
    backoff: Sequence[float]
    kinds: Kinds

    def pair_cost(self, before: int, word: int) -> float | None:
        """Return -ln P(word | before) of two words by their ids, None for an unseen pair."""
        return self.pairs.get(before << _SHIFT | word) if before >= 0 and word >= 0 else None


@dataclass(frozen=True)
class Corpus:
    """Token sequences and the weight of their statistics in the mixture (0..1)."""

    sentences: Sequence[Sequence[str]]
    share: float


def estimate(
    corpora: Sequence[Corpus],
    single: Mapping[str, float],
    *,
    minimum: Sequence[int],
    general: Mapping[str, float] | None = None,
) -> Language:
    """Estimate a mixture of Witten-Bell smoothed pair models over the one-word costs ``single`` (nats).

    ``general`` are the costs of words that the texts lack, for the shares of kinds.
    ``minimum[k]`` is how often a pair must occur in corpus k to be kept.
    """
    own = word_kinds.names(
        (text for corpus in corpora for text in corpus.sentences), (START, NUMBER, YEAR, STOP, PAUSE)
    )
    kind_ids = {name: number for number, name in enumerate(own)}
    kind_single = word_kinds.shares(kind_ids, {**(general or {}), **single})
    table = word_kinds.follow([(corpus.sentences, corpus.share) for corpus in corpora], kind_ids, kind_single)
    vocabulary = sorted({word for corpus in corpora for text in corpus.sentences for word in text} & set(single))
    ids = {word: number for number, word in enumerate(vocabulary)}
    costs = [single[word] for word in vocabulary]
    seen: dict[int, float] = defaultdict(float)
    left = [0.0] * len(ids)
    for corpus, least in zip(corpora, minimum, strict=True):
        pairs, totals, different = _count(corpus.sentences, ids)
        for before in range(len(ids)):
            total = totals[before]
            left[before] += corpus.share * (different[before] / (total + different[before]) if total else 1.0)
        for key, times in pairs.items():
            before = key >> _SHIFT
            if times >= least:
                seen[key] += corpus.share * times / (totals[before] + different[before])
            else:
                left[before] += corpus.share * times / (totals[before] + different[before])
    mask = MAX_VOCABULARY - 1
    of = [word_kinds.kind_of(word, kind_ids) for word in vocabulary]
    kept = {}
    for key, share in seen.items():
        before, word = key >> _SHIFT, key & mask
        unseen = table[of[before] * len(own) + of[word]] * NATS_PER_STEP + costs[word] - kind_single[of[word]]
        kept[key] = -math.log(share + left[before] * math.exp(-unseen))
    return Language(
        ids, costs, kept, [-math.log(max(mass, 1e-4)) for mass in left], Kinds(kind_ids, kind_single, table)
    )


def _count(
    sentences: Iterable[Sequence[str]], ids: Mapping[str, int]
) -> tuple[Counter[int], Counter[int], Counter[int]]:
    """Count the pairs, and for each first word its pairs and its distinct pairs."""
    pairs: Counter[int] = Counter()
    for text in sentences:
        before = ids.get(START, UNKNOWN)
        for word in text:
            here = ids.get(word, UNKNOWN)
            if before >= 0 and here >= 0:
                pairs[before << _SHIFT | here] += 1
            before = here
    totals: Counter[int] = Counter()
    kinds: Counter[int] = Counter()
    for key, times in pairs.items():
        totals[key >> _SHIFT] += times
        kinds[key >> _SHIFT] += 1
    return pairs, totals, kinds
