"""Restore letters of words with a byte that is no character.

An invalid byte may be a letter of another encoding, half of an å, ä or ö, a sign in place of any letter, or noise
that was never printed.  A reading is accepted if it is Swedish; lexicon and neighbours decide between several.  Every
such word is flagged for review, however likely its reading is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from kompass_extract.repair.decode import PossibleWord, Slot, WordChoice, choose
from kompass_extract.repair.language import START, UNKNOWN
from kompass_extract.repair.lexicon import knows
from kompass_extract.repair.model_file import Letters
from kompass_extract.repair.word_readings import Readings

LOST = "\ufffd"
# A lone surrogate is a byte that was no character; U+FFFD is one that an earlier program had replaced.
_WRONG = re.compile("[\udc80-\udcff\ufffd]{1,3}")
_WORD = re.compile(r"\S+")
_CORE = re.compile(r"[^\W_](?:.*[^\W_])?")  # of a word, without the signs around it
_OPENING = (".", "!", "?", ":", "•", ">")  # ends before a capital: of a sentence, a bullet, a tag
_ALPHABET = "abcdefghijklmnopqrstuvwxyzåäöéü"
_SWEDISH = "åäöÅÄÖé"
_ESCAPE = 0xDC00  # of a byte, as a lone surrogate
_HALF = 0xC3  # first byte of å, ä and ö in UTF-8
_SECOND_HALF = range(0x80, 0xC0)
# Nats for a reading without evidence in the byte itself: no letter, one of å, ä and ö, any other.
_NOTHING, _DOTTED, _ANOTHER = 3.0, 4.0, 7.0
MOST_WRONG = 2  # in a word that can still be read
LONGEST = 60  # characters of such a word
SUREST = 0.8  # highest confidence in a restored letter
UNREAD = 0.3  # confidence in a word whose lost letter stays unknown
MOST_OTHERS = 3


@dataclass(frozen=True, slots=True)
class Restored:
    """Word ``place`` of line ``line`` (both from 0) after restoration, its confidence (0..1), and other readings."""

    line: int
    place: int
    text: str
    confidence: float
    alternatives: tuple[str, ...]


class LostLetters:
    """Reads words with invalid bytes under one model."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._readings = Readings(letters)

    def restore(self, lines: Sequence[str]) -> tuple[list[str], list[Restored]]:
        """Return the lines without invalid bytes, and each word that had one; unreadable ones get U+FFFD."""
        result, found = list(lines), []
        for number, line in enumerate(lines):
            if _WRONG.search(line):
                words = list(self._words(number, line))
                found.extend(words)
                result[number] = _with_words(line, {word.place: word.text for word in words})
        return result, found

    def _words(self, number: int, line: str) -> Iterator[Restored]:
        raw = _WORD.findall(line)
        texts = [self._texts(word) for word in raw]
        slots: list[Slot] = [
            tuple(self._reading(text, cost) for text, cost in readings.items()) for readings in texts
        ]  # fmt: skip
        language = self._letters.language
        start = language.ids.get(START, UNKNOWN), language.kinds.of(START)
        for place, choice in enumerate(choose(slots, language, start)):
            if _WRONG.search(raw[place]):
                opens = place == 0 or raw[place - 1].endswith(_OPENING)
                yield _restored(number, place, raw[place], choice, opens=opens)

    def _texts(self, word: str) -> dict[str, float]:
        """Return a word's candidates with the cost of their letters (nats); the word itself if nothing Swedish fits."""
        if not _WRONG.search(word):
            return {word: 0.0}
        known = {text: cost for text, cost in _variants(word).items() if self._is_swedish(text)}
        return known or {_WRONG.sub(LOST, word): 0.0}

    def _reading(self, word: str, cost: float) -> PossibleWord:
        # The name of a reading must distinguish it from the others of its slot, which may differ only in a capital.
        return replace(self._readings.as_read(_core(word).lower()), text=word, cost=cost)

    def _is_swedish(self, word: str) -> bool:
        core = _core(word).lower()
        parts = [part for part in re.split(r"[-/]", core) if part]
        return len(core) > 1 and all(
            part in self._letters.language.ids or knows(self._letters.trie, part) for part in parts
        )


def _restored(line: int, place: int, raw: str, choice: WordChoice, *, opens: bool) -> Restored:
    """Return the choice for a word; without another candidate the file's own text is the alternative.

    A lost first letter of a word that ``opens`` a sentence or an item was a capital.
    """
    text = choice.reading.text
    if opens and _WRONG.match(raw) and text[:1].islower():
        text = text[0].upper() + text[1:]
    if LOST in text:
        return Restored(line, place, text, UNREAD, (text.replace(LOST, ""),))
    others = tuple(other.text for other, _ in choice.others[:MOST_OTHERS])
    return Restored(line, place, text, min(SUREST, choice.probability), others or (_WRONG.sub(LOST, raw),))


def _variants(word: str) -> dict[str, float]:
    """Return the words that a word with invalid bytes may be, each with the cost of its letters (nats)."""
    wrong = list(_WRONG.finditer(word))
    if len(wrong) > MOST_WRONG or len(word) > LONGEST:
        return {}
    between = _WRONG.split(word)
    capital = word.isupper() and len(word) > 2
    found: dict[str, float] = {}
    for letters in product(*(_letters(match[0]).items() for match in wrong)):
        text = between[0] + "".join(letter + rest for (letter, _), rest in zip(letters, between[1:], strict=True))
        text = text.upper() if capital else text
        cost = sum(one for _, one in letters)
        if _core(text) and cost < found.get(text, float("inf")):
            found[text] = cost
    return found


def _letters(signs: str) -> dict[str, float]:
    """Return what consecutive invalid bytes may have been, with the cost of each (nats)."""
    found = dict.fromkeys(_ALPHABET, _ANOTHER) | dict.fromkeys(_SWEDISH, _DOTTED) | {"": _NOTHING}
    if LOST in signs:
        return found
    data = bytes(ord(sign) - _ESCAPE for sign in signs)
    if len(data) == 1 and data[0] in _SECOND_HALF:
        found[bytes((_HALF, data[0])).decode("utf-8")] = 0.0
    if data[0] == _HALF:
        found |= dict.fromkeys(_SWEDISH, 0.0)
    foreign = data.decode("cp1252", "replace")
    if len(foreign) == 1 and foreign in _SWEDISH + "ÉüÜ":
        found[foreign] = 0.0
    return found


def _core(word: str) -> str:
    match = _CORE.search(word)
    return match[0] if match else ""


def _with_words(line: str, texts: dict[int, str]) -> str:
    words = (texts.get(place, match[0]) for place, match in enumerate(_WORD.finditer(line)))
    return "".join(part for pair in zip(_WORD.split(line), (*words, ""), strict=True) for part in pair)
