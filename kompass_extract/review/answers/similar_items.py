"""More like this: passages that say something near to a given one, by TF-IDF over stems.

The index proposes passages that share the given one's most telling words; scikit-learn orders them by the cosine of
their TF-IDF vectors, with each word's rarity taken from the whole archive.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from kompass_extract.errors import UsageError
from kompass_extract.review.answers.answer_values import Choice, Hit, PassageChoice
from kompass_extract.review.answers.passage_index import Candidate, Chosen, PassageIndex, PassageRow
from kompass_extract.review.answers.swedish_words import STOP_WORDS
from kompass_extract.review.answers.text_search import chosen_by, hit_of

TELLING_WORDS = 12  # words of the given passage that propose others
PROPOSED = 400  # passages that are compared
_KEY_PARTS = 4


def similar(index: PassageIndex, key: str, *, reports: Choice, passages: PassageChoice, limit: int) -> list[Hit]:
    """Return the passages nearest to the one of this key, in other reports, nearest first; UsageError."""
    given = _passage(index, key)
    rarity = _rarity(index, given["stems"].split())
    telling = [one for one, _ in sorted(rarity.items(), key=lambda pair: (-pair[1], pair[0]))[:TELLING_WORDS]]
    if not telling:
        return []
    condition, values = chosen_by(reports, passages)
    others = f"{condition} AND p.report_id <> ?" if condition else "p.report_id <> ?"
    found = _proposed(index, telling, (others, [*values, given["report_id"]]))
    if not found:
        return []
    near = _cosines(index, [given["stems"], *(stems for _, _, stems in found)])
    pairs = zip(near, found, strict=True)
    ranked = sorted((-cosine, number) for cosine, (number, _, _) in pairs if cosine > 0)[:limit]
    rows = {row["id"]: row for row in index.rows([number for _, number in ranked])}
    return [hit_of(rows[number], -cosine, set(telling)) for cosine, number in ranked if number in rows]


def _passage(index: PassageIndex, key: str) -> PassageRow:
    parts = key.split("/")
    place = parts[-1].split(".")
    if len(parts) != _KEY_PARTS or not parts[1].isdigit() or not all(one.isdigit() for one in place):
        raise UsageError(f"{key!r} names no item. Write report/area/kind/number, such as sala-2023/3/improvement/2.")
    section = int(place[0]) if len(place) > 1 else None
    row = index.find(parts[0], int(parts[1]), parts[2], (section, int(place[-1])))
    if row is None:
        raise UsageError(f"The archive has no item {key}.")
    return row


def _rarity(index: PassageIndex, stems: Sequence[str]) -> dict[str, float]:
    """Return each stem's weight in the given passage: how often it is there, times how rare it is in the archive."""
    counts = Counter(one for one in stems if one not in STOP_WORDS)
    total, known = index.size(), index.counts(list(counts)) if counts else {}
    return {one: count * _idf(total, known[one]) for one, count in counts.items() if one in known}


def _idf(total: int, passages: int) -> float:
    return math.log((1 + total) / (1 + passages)) + 1


def _proposed(index: PassageIndex, telling: Sequence[str], chosen: Chosen) -> list[Candidate]:
    found: dict[int, Candidate] = {}
    for size in (4, 2, 1):  # the most telling words together first: a word alone is in too many passages
        for first in range(0, len(telling) - size + 1, size):
            terms = [[(one,)] for one in telling[first : first + size]]
            most = PROPOSED // TELLING_WORDS * size
            found.update((one[0], one) for one in index.matched(terms, chosen, every_term=True, limit=most))
        if len(found) >= PROPOSED:
            break
    return list(found.values())


def _cosines(index: PassageIndex, texts: Sequence[str]) -> list[float]:
    """Return how near each text but the first is to the first, 0 to 1."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.preprocessing import normalize

    counter = CountVectorizer(analyzer=str.split)
    counts = counter.fit_transform(texts)
    stems = [str(one) for one in counter.get_feature_names_out()]
    total, known = index.size(), index.counts(stems)
    rarity = [0.0 if one in STOP_WORDS else _idf(total, known.get(one, 0)) for one in stems]
    vectors = normalize(counts.multiply(np.array(rarity)).tocsr())
    near: list[float] = (vectors[1:] @ vectors[0].T).toarray().ravel().tolist()
    return near
