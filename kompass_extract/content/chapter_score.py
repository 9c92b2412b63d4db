"""The score of each area's chapter: which of a chapter's numbers it is.

Every number from 0 to 100 that stands in a chapter outside of sentences is a candidate.  A linear model weighs the
words around it, its size, its place, what the area's score table sums to, and how the other chapters of the report
print theirs.  Its probabilities are the doubt.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kompass_extract.content.numbers import NumberKind, NumberReading, looks_numeric, read_words
from kompass_extract.content.score_words import OF, POINTS
from kompass_extract.model.document import BlockKind, Form, LabelledBlock, Word
from kompass_extract.model.geometry import union
from kompass_extract.model.readings import Place
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.taxonomy import Taxonomy

WEIGHTS: Mapping[str, float] = {
    "bias": -2.5,
    "word before": 3.0,
    "word after": 3.0,
    "header": 3.5,
    "near header": 2.5,
    "size": 3.0,
    "alone": 1.5,
    "of 100": 1.5,
    "heading": 0.5,
    "long": -2.0,
    "average": -3.0,
    "table total": 2.0,
    "near table total": 0.8,
    "other than total": -0.7,
    "habit": 2.0,
}
"""Log odds of each feature against there being no score."""

SURE = 0.85  # probability from which on nobody is asked
LONGEST = 14  # words of a line that may hold the score
NEAR_HEADER = 2  # blocks after the word for it
FEW_WORDS = 4  # `Områdets poäng: 66`
HEADED_WORDS = 5
ROUNDED = 0.51  # by which a total with decimals differs from the printed score
CLOSE = 2.5  # by which reports differ from themselves
LARGEST = 2.5  # times the body's letters, beyond which size says nothing more
HIGHEST = 100
SCORE_ROLE = "score"  # of a header, in the taxonomy

_AVERAGE = re.compile(r"^(?:medel|genomsnitt|snitt)", re.IGNORECASE)
_NUMBER = re.compile(r"^\(?(\d{1,3})(?:(?:/|av)(\d{1,3}))?[).,:p]*$")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_UNREAD_KINDS = frozenset({BlockKind.SCORE_TABLE})


@dataclass(frozen=True, slots=True)
class ScoreReading:
    """A chapter's score as read, 0..100, with where it stands."""

    reading: NumberReading
    place: Place
    doubts: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreCandidate:
    """A number that may be a chapter's score, and what speaks for it; ``style`` is how it is printed."""

    value: int
    words: tuple[Word, ...]
    labelled: LabelledBlock
    features: Mapping[str, float]
    style: tuple[str, ...]

    def points(self, extra: Mapping[str, float]) -> float:
        """Log odds with what other chapters and tables add."""
        return sum(WEIGHTS[name] * value for name, value in {**self.features, **extra}.items()) + WEIGHTS["bias"]


def choose_scores(
    candidates: Mapping[int, Sequence[ScoreCandidate]], totals: Mapping[int, float]
) -> dict[int, ScoreReading]:
    """The score of each chapter that prints one; ``totals`` are those of the score tables, by area."""
    first = {number: _best(found, totals.get(number), Counter()) for number, found in candidates.items()}
    habit = Counter(one.style for one in first.values() if one is not None)
    chosen = {}
    for number, found in candidates.items():
        best = _best(found, totals.get(number), habit)
        if best is not None:
            chosen[number] = _reading(best, found, totals.get(number), habit)
    return chosen


def _best(
    found: Sequence[ScoreCandidate], total: float | None, habit: Counter[tuple[str, ...]]
) -> ScoreCandidate | None:
    best = max(found, key=lambda one: one.points(around(one, total, habit)), default=None)
    return best if best is not None and best.points(around(best, total, habit)) > 0 else None


def around(one: ScoreCandidate, total: float | None, habit: Counter[tuple[str, ...]]) -> dict[str, float]:
    """The features that the area's table and the other chapters give."""
    chapters = sum(habit.values())
    features = {"habit": habit[one.style] / chapters if chapters > 1 else 0.0}
    if total is not None:
        off = abs(one.value - total)
        features["table total" if off <= ROUNDED else "near table total" if off <= CLOSE else "other than total"] = 1.0
    return features


def _reading(
    best: ScoreCandidate, found: Sequence[ScoreCandidate], total: float | None, habit: Counter[tuple[str, ...]]
) -> ScoreReading:
    odds = {id(one): math.exp(min(50.0, one.points(around(one, total, habit)))) for one in found}
    rivals = [one for one in found if one.value != best.value]
    whole = 1.0 + odds[id(best)] + sum(odds[id(one)] for one in rivals)
    doubts: list[Reason] = []
    if odds[id(best)] / whole < SURE:
        likely = {str(one.value) for one in rivals if odds[id(one)] > (1 - SURE) * odds[id(best)]}
        doubts = [reason("rival-chapter-score", raw=str(value)) for value in sorted(likely)]
        doubts = doubts or [reason("little-shows-score")]
    if total is not None and abs(best.value - total) > CLOSE:
        doubts.append(reason("table-sums-to", value=f"{total:g}"))
    block = best.labelled.block
    place = Place(block.page, union(word.box for word in best.words), (block.id,))
    return ScoreReading(read_words(best.words, NumberKind.POINTS), place, tuple(doubts))


def find_candidates(blocks: Sequence[LabelledBlock], roles: Taxonomy, body: float) -> Iterator[ScoreCandidate]:
    """All numbers of a chapter that may be its score."""
    since = NEAR_HEADER + 1
    newest = max((_head_year(labelled.block.header) for labelled in blocks), default=0)
    for labelled in blocks:
        block = labelled.block
        headed = _heads_score(block.header, roles) and _head_year(block.header) in (0, newest)
        if labelled.kind not in _UNREAD_KINDS or block.form is not Form.ROW or _is_merged(labelled):
            for words in _lines(labelled):
                yield from _in_line(words, labelled, headed, since, body)
        heads = [block.text] if block.form is not Form.ROW else [cell.text for cell in block.cells]
        since = 0 if any(str(roles.header_role(text)) == SCORE_ROLE for text in heads) else since + 1


def _heads_score(header: str | None, roles: Taxonomy) -> bool:
    """Whether a header announces the score: `Poäng`, `Poäng 2024`."""
    return bool(header) and str(roles.header_role(_YEAR.sub("", header or "").strip())) == SCORE_ROLE


def _head_year(header: str | None) -> int:
    """The year in a header, 0 for none: beside the score of an earlier year the newest is the report's own."""
    found = _YEAR.search(header or "")
    return int(found[0]) if found is not None else 0


def _is_merged(labelled: LabelledBlock) -> bool:
    """Whether a row of a table is one cell over all columns: `Områdets poäng: 70`.  A total has the maximum too."""
    words = [word.text for cell in labelled.block.cells for line in cell.lines for word in line.words]
    numbers = sum(looks_numeric(word) for word in words)
    return len(words) <= HEADED_WORDS and numbers <= 1 and any(POINTS.search(word) for word in words)


def _lines(labelled: LabelledBlock) -> Iterator[tuple[Word, ...]]:
    """A block's words as they may hold a score: the whole of a short block, else line by line."""
    block = labelled.block
    words = tuple(word for line in block.lines for word in line.words)
    if len(words) <= LONGEST:
        yield words
    elif block.form is not Form.ITEM:
        yield from (line.words for line in block.lines)


def _points_in(word: Word) -> int | None:
    """The number that a word is; of one with letters read for digits (`6O`) the likeliest."""
    number = _NUMBER.match(word.text)
    if number is not None:
        return int(number[1])
    if not looks_numeric(word.text) or not any(map(str.isdigit, word.text)):
        return None
    return read_words([word], NumberKind.POINTS).best


def _in_line(
    words: Sequence[Word], labelled: LabelledBlock, headed: bool, since: int, body: float
) -> Iterator[ScoreCandidate]:
    block = labelled.block
    texts = [word.text for word in words]
    points = [index for index, text in enumerate(texts) if POINTS.search(text)]
    average = any(_AVERAGE.search(text) for text in texts)
    for index, word in enumerate(words):
        number, value = _NUMBER.match(word.text), _points_in(word)
        if value is None or value > HIGHEST:
            continue
        if index and texts[index - 1].casefold() in OF:
            continue  # the most that there is
        others = [text for place, text in enumerate(texts) if place not in (index, *points)]
        alone = all(looks_numeric(text) or not any(map(str.isalpha, text)) or text.casefold() in OF for text in others)
        alone = alone or (bool(points) and index == len(texts) - 1 and len(texts) <= FEW_WORDS)
        next_ = [text.casefold().strip("().") for text in texts[index + 1 : index + 3]]
        of_100 = (number is not None and number[2] == "100") or next_ in (["av", "100"], ["/", "100"])
        if labelled.kind is BlockKind.HEADING and index <= 1 and value == labelled.area and points:
            continue  # the area's number in its heading
        before, after = any(place < index for place in points), any(place > index for place in points)
        size = max(word.box.height / 1.4, block.size if alone else 0.0) / body
        big = min(LARGEST, max(0.0, size - 1.15))
        near = since <= NEAR_HEADER and alone
        if block.form in (Form.FURNITURE, Form.FIGURE) and not (points or of_100):
            continue
        if not (before or after or headed or near or big > 0 or of_100):
            continue
        features = {
            "word before": float(before and len(texts) <= LONGEST),
            "word after": float(after and not before),
            "header": float(headed and alone),
            "near header": float(near and not headed),
            "size": big if alone or points else big / 2,
            "alone": float(alone),
            "of 100": float(of_100 or next_[:1] == ["100"]),
            "heading": float(labelled.kind is BlockKind.HEADING),
            "long": float(len(texts) > HEADED_WORDS),
            "average": float(average),
        }
        style = (
            "headed" if headed else "near" if near else "before" if before else "after" if after else "size",
            str(block.form), "big" if big > 0.2 else "small", "alone" if alone else "words",
        )  # fmt: skip
        own = replace(word, text=number[1]) if number is not None and number[2] else word
        yield ScoreCandidate(value, (own,), labelled, features, style)
