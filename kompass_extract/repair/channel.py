"""Model the errors of the OCR: the probability of the piece that was read, given the intended letter.

The table is estimated from aligned words.  A piece has 0 to 3 characters ("é" for "ä", "ii" for "ä", nothing
for a lost letter); all pieces are lower case, since case is decided separately.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kompass_extract.repair.trie import CODES

MAX_PIECE = 3  # characters; longer pieces do not occur in the aligned text
RESTORED_LETTERS = "åäö"
COMMON_READING = 0.003  # share of a letter's readings from which a reading may be half of a doubled one
UNRELATED = 8.0  # nats, plus 3 for each letter; a costlier pair is not one misread word
ROUNDS = 3  # of alignment, each with the costs of the previous one
SMOOTHING = 0.3  # pseudo-count of every reading
UNSEEN = 0.3  # share of the probability of doubled readings given to unseen ones
POOLED = 0.03  # share of an accented letter's readings taken from all three, which look alike
LOOKALIKES = {  # letters that a sign may replace by its shape alone, without evidence in aligned text
    "1": "lit", "!": "lit", "|": "lit", "0": "oö", "6": "öo", "5": "s", "8": "b", "3": "ä", "4": "äå", "9": "g",
    "&": "äåö", "#": "äå", "@": "åäö", "{": "f", "[": "l", "€": "eé", "£": "f", "$": "s", "§": "s",
    "¢": "c", "©": "ö", "°": "å",
}  # fmt: skip
BY_SHAPE = 0.0005  # probability of such a reading
IMPOSSIBLE = 50.0  # nats; beyond any real reading

Pair = tuple[str, str]  # (as read, intended), both lower case


@dataclass(frozen=True)
class Channel:
    """Readings of pieces: ``readings[piece]`` lists (intended letter, cost); cost is -ln P(piece | letter)."""

    readings: Mapping[str, Sequence[tuple[str, float]]]

    @cached_property
    def steps(self) -> dict[str, list[tuple[str, int, float]]]:
        """Return the readings with each letter's code in the trie, without the empty piece."""
        return {
            piece: [(letter, CODES[letter], cost) for letter, cost in rows]
            for piece, rows in self.readings.items()
            if piece
        }


def learn(pairs: Iterable[Pair]) -> dict[tuple[str, str], float]:
    """Estimate P(piece | letter) as {(piece, letter): probability} from word pairs, by repeated best alignment."""
    counted = Counter(pair for pair in pairs if pair[1])
    costs: dict[tuple[str, str], float] = {}
    counts: dict[str, Counter[str]] = {}
    for _ in range(ROUNDS):
        counts = defaultdict(Counter)
        for (raw, intended), times in counted.items():
            cost, steps = _align(raw, intended, costs)
            if cost >= IMPOSSIBLE or cost > UNRELATED + 3.0 * len(intended):
                continue
            for piece, letter in steps:
                counts[letter][piece] += times
        costs = {
            (piece, letter): -math.log((times + SMOOTHING) / (sum(row.values()) + SMOOTHING * (len(row) + 1)))
            for letter, row in counts.items()
            for piece, times in row.items()
        }
    return {key: math.exp(-cost) for key, cost in costs.items()}


def with_double_readings(learned: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Add probability for unseen doubled readings ("oé" for "ö"): both halves are readings of the same letter."""
    widened = dict(learned)
    for letter in RESTORED_LETTERS:
        row = {piece: share for (piece, of), share in learned.items() if of == letter}
        single = {piece: share for piece, share in row.items() if len(piece) == 1 and share >= COMMON_READING}
        doubled = sum(share for piece, share in row.items() if len(piece) == 2)
        if not doubled:
            continue
        for first, one in single.items():
            for second, two in single.items():
                known = widened.get((first + second, letter), 0.0)
                widened[first + second, letter] = (1 - UNSEEN) * known + UNSEEN * doubled * one * two
    return widened


def with_lookalikes(learned: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Add probability for readings that the aligned text happens to lack, by other accented letters and by shape."""
    widened = dict(learned)
    pieces = {piece for piece, of in learned if of in RESTORED_LETTERS and piece not in RESTORED_LETTERS}
    for piece in sorted(pieces):
        pooled = sum(learned.get((piece, letter), 0.0) for letter in RESTORED_LETTERS) / len(RESTORED_LETTERS)
        for letter in RESTORED_LETTERS:
            widened[piece, letter] = (1 - POOLED) * learned.get((piece, letter), 0.0) + POOLED * pooled
    for sign, letters in LOOKALIKES.items():
        for letter in letters:
            widened[sign, letter] = max(widened.get((sign, letter), 0.0), BY_SHAPE)
    return widened


def _first_cost(piece: str, letter: str) -> float:
    """Return the initial cost: accented letters are often misread, the others seldom."""
    if piece == letter:
        return 0.05
    if letter in RESTORED_LETTERS:
        return (6.0, 1.5, 3.0, 5.0)[len(piece)]
    return (7.0, 5.0, 8.0, 12.0)[len(piece)]


def _align(raw: str, intended: str, costs: Mapping[tuple[str, str], float]) -> tuple[float, list[Pair]]:
    """Find the cheapest split of ``raw`` into one piece per intended letter: (cost, [(piece, letter)])."""
    width = len(raw) + 1
    best = [[IMPOSSIBLE * 10] * width for _ in range(len(intended) + 1)]
    back = [[0] * width for _ in range(len(intended) + 1)]
    best[0][0] = 0.0
    for row, letter in enumerate(intended):
        for start in range(width):
            so_far = best[row][start]
            if so_far >= IMPOSSIBLE:
                continue
            for length in range(min(MAX_PIECE, width - 1 - start) + 1):
                piece = raw[start : start + length]
                step = costs.get((piece, letter))
                if step is None:
                    step = _first_cost(piece, letter) + (2.0 if costs else 0.0)
                if so_far + step < best[row + 1][start + length]:
                    best[row + 1][start + length] = so_far + step
                    back[row + 1][start + length] = length
    steps: list[Pair] = []
    end = len(raw)
    if best[-1][end] < IMPOSSIBLE:
        for row in range(len(intended), 0, -1):
            length = back[row][end]
            steps.append((raw[end - length : end], intended[row - 1]))
            end -= length
    return best[-1][len(raw)], steps[::-1]
