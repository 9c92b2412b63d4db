"""Find the candidates of one word as read, and its evidence of damage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kompass_extract.repair.candidates import compounds, whole_words
from kompass_extract.repair.channel import RESTORED_LETTERS
from kompass_extract.repair.damage import LIMIT, LineEvidence
from kompass_extract.repair.decode import PossibleWord, Slot
from kompass_extract.repair.language import NUMBER, UNKNOWN
from kompass_extract.repair.lexicon import lists
from kompass_extract.repair.model_file import Letters
from kompass_extract.repair.trie import NATS_PER_STEP, NO_WORD

UNKNOWN_WORD = 10.0  # nats for an unlisted word,
UNKNOWN_LETTER = 2.2  # and nats for each of its letters
MIXED = 4.0  # nats for a printed digit among letters
NO_LETTER = 6.0  # nats for a printed piece of signs and digits
FOREIGN = 6.0  # nats for being English or Norwegian rather than Swedish
AS_READ = 0.1  # nats for an undamaged listed word
CONTEXT = 10.0  # nats; no context can rescue a reading this much worse by itself
GOOD_CHANNEL = 6.0  # nats; a whole word found with less damage is not tried as a compound
GOOD_WORD = 18.0  # nats, damage and word together
REMEMBERED = 200_000  # distinct words cached between calls
FREQUENT = 11.0  # nats; lost letters are searched in words at least this likely
LISTED = 4.0  # nats by which a listed word must be less likely than its repair to be evidence of damage
GAIN = 8.0  # nats; no single word counts more for a foreign phrase
FOREIGN_RUN = 12.0  # nats by which consecutive words must be likelier foreign than Swedish to be kept
COMPOUND_AS_READ = 1.0  # nats in favour of a compound as read, as harm weighs more than a miss
LOST_LETTER = 6.0  # nats, if the aligned text has no such loss
SHORTEST_NAME = 4  # letters of a name that may begin a longer word ("Åmålsmagasinet")
COMMON = 7.5  # nats; words this likely ("är", "även") lose a capital misread in mid-sentence
ONE_FOR_I = 4.5  # nats for "i" read as "1": about one in a hundred in the Åmål report
NUMBER_ONE = 2.5  # nats for a number to be 1


@dataclass(frozen=True, slots=True)
class _ReadWord:
    """A word's candidates; its log odds for damage and for a foreign line; its cost as damaged Swedish (nats)."""

    slot: Slot
    damaged: float
    foreign: float
    cost: float


_DIGIT_INSIDE = re.compile(r"[a-zåäöé]\d+[a-zåäöé]|^i\d|^\d{1,2}(?:[a-zåäöé]{2}|[nrs]$)")
"""A digit among small letters, or before some: "5:e", "1b", "co2" and "f9" are printed, "l6n" and "14ra" are not."""


def has_digit_inside(word: str) -> bool:
    """Tell whether a lower-case word has a digit in place of a letter."""
    return _DIGIT_INSIDE.search(word) is not None


class Readings:
    """Finds and caches the readings of words under one model."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._known: dict[str, _ReadWord] = {}
        self._shortened = _less_a_letter(letters)
        self._fixed: dict[str, Slot] = {}

    def of(self, raw: str) -> Slot:
        """Return the readings of a lower-case word, including the word itself."""
        return self._look_up(raw).slot

    def evidence(self, words: Sequence[str]) -> LineEvidence:
        """Return the evidence of a line of lower-case words; words of a foreign phrase are no evidence of damage."""
        phrases = self.foreign_phrases(words)
        known = [self._look_up(word) for word in words]
        damaged = sum(word.damaged for place, word in enumerate(known) if place not in phrases)
        return LineEvidence(damaged, sum(word.foreign for word in known))

    def foreign_phrases(self, words: Sequence[str]) -> frozenset[int]:
        """Return the indices of two or more consecutive words likelier English or Norwegian than damaged Swedish."""
        found: set[int] = set()
        start, gain, best, end = 0, 0.0, 0.0, 0
        for place, word in enumerate([*words, ""]):
            foreign = self._letters.foreign.get(word)
            if foreign is not None:
                gain += min(GAIN, self._look_up(word).cost - foreign)
                if gain > best:
                    best, end = gain, place + 1
            if foreign is None or gain <= 0:
                if best >= FOREIGN_RUN and end - start > 1:
                    found.update(range(start, end))
                start, gain, best, end = place + 1, 0.0, 0.0, place + 1
        return frozenset(found)

    def is_foreign(self, word: str) -> bool:
        """Tell whether a lower-case word is English or Norwegian, and not Swedish with or without its dots."""
        return word in self._letters.foreign and not lists(self._letters.trie, word)

    def keeps_capital(self, text: str, raw: str) -> bool:
        """Tell whether a restored word that was read with a capital keeps it in mid-sentence, as names do."""
        names = self._letters.names
        if any(text[:end] in names for end in range(SHORTEST_NAME, len(text) + 1)):
            return True
        word = self._letters.language.ids.get(text, UNKNOWN)
        common = word >= 0 and self._letters.language.single[word] < COMMON
        return raw[0] == "A" and not common

    def fixed(self, kind: str) -> Slot:
        """Return the one reading of a mark or number."""
        if kind not in self._fixed:
            word = self._letters.language.ids.get(kind, UNKNOWN)
            self._fixed[kind] = (reading(self._letters, kind, 0.0, 3.0, word, word),)
        return self._fixed[kind]

    def one_or_i(self) -> Slot:
        """Return the readings of the digit 1, which may have been the word "i"."""
        language = self._letters.language
        word = language.ids.get("i", UNKNOWN)
        number = language.ids.get(NUMBER, UNKNOWN)
        one = reading(self._letters, NUMBER, NUMBER_ONE, 3.0, number, number)
        return (one, reading(self._letters, "i", ONE_FOR_I, language.single[word], word, word))

    def as_read(self, raw: str) -> PossibleWord:
        """Return the word as read."""
        language, trie = self._letters.language, self._letters.trie
        word = language.ids.get(raw, UNKNOWN)
        if word >= 0:
            return reading(self._letters, raw, AS_READ, language.single[word], word, word)
        node = trie.find(raw)
        if node and trie.word[node] != NO_WORD:
            return reading(self._letters, raw, AS_READ, trie.word[node] * NATS_PER_STEP, UNKNOWN, UNKNOWN)
        unknown = UNKNOWN_WORD + UNKNOWN_LETTER * len(raw) + (0.0 if any(map(str.isalpha, raw)) else NO_LETTER)
        unknown += MIXED if has_digit_inside(raw) else 0.0
        if self.is_foreign(raw):
            unknown = min(unknown, self._letters.foreign[raw] + FOREIGN)
        return reading(self._letters, raw, 0.0, unknown, UNKNOWN, UNKNOWN)

    def _look_up(self, raw: str) -> _ReadWord:
        known = self._known.get(raw)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[raw] = self._find(raw)
        return known

    def _find(self, raw: str) -> _ReadWord:
        as_read = self.as_read(raw)
        foreign = max(-LIMIT, min(LIMIT, as_read.single - self._as_foreign(raw)))
        if any(letter in RESTORED_LETTERS for letter in raw):
            return _ReadWord((as_read,), -LIMIT, foreign, as_read.single)
        letters = sum(letter.isalpha() for letter in raw)
        if len(raw) < 2 or (letters < 2 < len(raw) and not raw[-1].isalpha()):
            return _ReadWord((as_read,), 0.0, 0.0, as_read.single)
        readings = {raw: as_read}
        for other in [*self._in_lexicon(raw), *self._shortened.get(raw, ())]:
            known = readings.get(other.text)
            if known is None or other.cost + other.single < known.cost + known.single:
                readings[other.text] = other
        least = min(other.cost + other.single for other in readings.values())
        slot = tuple(other for other in readings.values() if other.cost + other.single < least + CONTEXT)
        odds = as_read.single - least
        if as_read.cost:  # a listed word may be right: "har", "val"
            odds = max(0.0, odds - LISTED)
        return _ReadWord(slot, min(LIMIT, odds), foreign, least)

    def _as_foreign(self, raw: str) -> float:
        """Return -ln P(word) in English or Norwegian text."""
        return self._letters.foreign.get(raw, UNKNOWN_WORD + UNKNOWN_LETTER * len(raw))

    def _in_lexicon(self, raw: str) -> list[PossibleWord]:
        channel, trie = self._letters.channel, self._letters.trie
        found = whole_words(raw, channel, trie)
        if not found or found[0].channel > GOOD_CHANNEL or found[0].cost > GOOD_WORD:
            found += compounds(raw, channel, trie)
        ids, single = self._letters.language.ids, self._letters.language.single
        readings = []
        for candidate in found:
            word = ids.get(candidate.text, UNKNOWN)
            head = word if word >= 0 else ids.get(candidate.head, UNKNOWN)
            alone = single[word] if word >= 0 else candidate.single
            if candidate.text == raw and word < 0:
                alone -= COMPOUND_AS_READ
            readings.append(reading(self._letters, candidate.text, candidate.channel, alone, word, head))
        return readings


def reading(letters: Letters, text: str, cost: float, single: float, word: int, head: int) -> PossibleWord:
    """Return the reading with its kind."""
    kinds = letters.language.kinds
    kind = kinds.of(text)
    return PossibleWord(text, cost, single, word, head, kind, single - kinds.single[kind])


def _less_a_letter(letters: Letters) -> dict[str, list[PossibleWord]]:
    """Map the remains of frequent words without one å, ä or ö to these words."""
    lost = dict(letters.channel.readings.get("", ()))
    shortened: dict[str, list[PossibleWord]] = {}
    for text, word in letters.language.ids.items():
        single = letters.language.single[word]
        if single > FREQUENT or len(text) < 3:
            continue
        for letter in RESTORED_LETTERS:
            if letter in text:
                cost = lost.get(letter, LOST_LETTER)
                found = reading(letters, text, cost, single, word, word)
                place = text.find(letter)
                while place >= 0:
                    shortened.setdefault(text[:place] + text[place + 1 :], []).append(found)
                    place = text.find(letter, place + 1)
    return shortened
