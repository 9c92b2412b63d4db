"""What a block's own words say, read with spaCy's Swedish tokenizer, sentence splitter and stop words.

A header can be misread, lost or left on the page before; the words of an item stay.  Items of improvement
lists open with imperatives and comparatives, strengths state what there is; narrative runs in sentences.
Letters are folded for comparison only: å, ä and ö lose their marks, as bad text layers lose them anyway.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rapidfuzz import fuzz

from kompass_extract.labels.swedish_language import swedish

HEAD_CHARACTERS = 280  # what tells the kinds apart stands at a block's start; the rest only costs time
TAIL_CHARACTERS = 40
TOKENS = 30  # words counted one by one
GRAM = 4  # letters; survives one misread letter per word
GRAM_SPAN = 28  # letters from the start cut to grams

WORD_WEIGHT = 0.4  # against layout features; at 1 the model learns one town's subjects, at 0.15 too little
LIKENESS = 85.0  # percent; one misread letter in seven
LIKENESS_LETTERS = 6  # shorter words are too near to others

Feature = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Cues:
    """Folded phrases that speak for one of the two lists."""

    improvement_openers: tuple[str, ...]
    improvement_words: tuple[str, ...]
    strength_words: tuple[str, ...]
    overview_headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordSignals:
    """A block's words: folded, without punctuation; counts are of its first ``HEAD_CHARACTERS``."""

    words: tuple[str, ...]
    sentences: tuple[int, ...]  # where each begins among the words
    numbers: int
    stop_share: float
    ends_sentence: bool
    capitals: float


@lru_cache(maxsize=20_000)
def cue_key(text: str) -> str:
    """Lower case without diacritics, each digit as 0."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join("0" if char.isdigit() else char for char in plain if not unicodedata.combining(char))


@lru_cache(maxsize=1)
def load_cues() -> Cues:
    """The phrases of ``cues.json``."""
    data = json.loads(files("kompass_extract.labels").joinpath("cues.json").read_text("utf-8"))
    return Cues(**{name: tuple(cue_key(phrase) for phrase in phrases) for name, phrases in data.items()})


def read_texts(texts: list[str]) -> Iterator[WordSignals]:
    """One reading per text, in order."""
    heads = [text[:HEAD_CHARACTERS] for text in texts]
    for text, doc in zip(texts, swedish().pipe(heads), strict=True):
        words = [token for token in doc if not token.is_punct and not token.is_space]
        places = {token.i: place for place, token in enumerate(words)}
        firsts = (next((places[token.i] for token in sentence if token.i in places), None) for sentence in doc.sents)
        stops = sum(token.is_stop for token in words)
        letters = [char for char in text[:HEAD_CHARACTERS] if char.isalpha()]
        yield WordSignals(
            words=tuple(cue_key(token.text) for token in words),
            sentences=tuple(first for first in firsts if first is not None),
            numbers=sum(token.like_num for token in words),
            stop_share=stops / len(words) if words else 0.0,
            ends_sentence=text[-TAIL_CHARACTERS:].rstrip(" ”\"')").endswith((".", "?", "!")),
            capitals=sum(char.isupper() for char in letters) / len(letters) if letters else 0.0,
        )


def _contains(words: str, phrases: tuple[str, ...]) -> int:
    return sum(f" {phrase} " in words for phrase in phrases)


def word_features(reading: WordSignals) -> Iterator[Feature]:
    """The words themselves, for hashing; values are 0..1."""
    words = reading.words[:TOKENS]
    weight = WORD_WEIGHT / max(1.0, len(words)) ** 0.5
    for word in sorted(set(words)):
        yield f"w={word}", weight
    for place, word in enumerate(words[:2]):
        yield f"first{place}={word[:5]}", WORD_WEIGHT
        yield f"ending{place}={word[-2:]}", WORD_WEIGHT / 2
        yield f"ending{place}={word[-3:]}", WORD_WEIGHT / 2
    head = " ".join(words)[:GRAM_SPAN]
    for start in range(len(head) - GRAM + 1):
        yield f"g={head[start : start + GRAM]}", WORD_WEIGHT / 3


def opens_as_improvement(reading: WordSignals, start: int) -> bool:
    """Whether a sentence that begins at word ``start`` asks for something, a misread letter aside."""
    words = reading.words[start : start + 3]
    if not words:
        return False
    joined, first = f"{' '.join(words)} ", words[0]
    openers = load_cues().improvement_openers
    if any(joined.startswith(f"{phrase} ") for phrase in openers):
        return True
    return len(first) >= LIKENESS_LETTERS and any(
        len(phrase) >= LIKENESS_LETTERS and phrase[-1] == first[-1] and fuzz.ratio(phrase, first) >= LIKENESS
        for phrase in openers
    )


def shape_features(reading: WordSignals) -> Iterator[Feature]:
    """Counts and shares that do not depend on a vocabulary of one report; values are 0..1."""
    cues = load_cues()
    joined = f" {' '.join(reading.words)} "
    count = len(reading.words)
    yield "opens as improvement", float(opens_as_improvement(reading, 0))
    yield "goes on as improvement", float(any(opens_as_improvement(reading, start) for start in reading.sentences[1:]))
    yield "improvement words", min(1.0, _contains(joined, cues.improvement_words) / 2)
    yield "strength words", min(1.0, _contains(joined, cues.strength_words) / 3)
    yield "words", min(1.0, count / 40)
    yield "few words", float(count <= 3)
    yield "some words", float(3 < count <= 12)
    yield "many words", float(count > 30)
    yield "one sentence", float(len(reading.sentences) == 1)
    yield "sentences", min(1.0, max(0, len(reading.sentences) - 1) / 3)
    yield "numbers", min(1.0, reading.numbers / max(1, count))
    yield "only numbers", float(count > 0 and reading.numbers == count)
    yield "stop words", reading.stop_share
    yield "ends a sentence", float(reading.ends_sentence)
    yield "capitals", reading.capitals
