"""For one word as read: what it may have been, and whether it speaks for damage."""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.repair.candidates import compounds, whole_words
from kompass_extract.repair.channel import RESTORED_LETTERS
from kompass_extract.repair.damage import LIMIT
from kompass_extract.repair.decode import Reading, Slot
from kompass_extract.repair.language import NUMBER, UNKNOWN
from kompass_extract.repair.store import Letters
from kompass_extract.repair.trie import NATS_PER_STEP, NO_WORD

UNKNOWN_WORD = 10.0  # nats for being a word that no list has,
UNKNOWN_LETTER = 2.2  # and nats for each of its letters
NO_LETTER = 6.0  # nats for a piece of signs and digits to have been printed so
FOREIGN = 6.0  # nats for being English or Norwegian rather than Swedish
AS_READ = 0.1  # nats for a listed word to have come through unharmed
CONTEXT = 10.0  # nats; no context brings back a reading this much worse on its own
GOOD_CHANNEL = 6.0  # nats; a whole word reached with less damage is not tried as a compound
GOOD_WORD = 18.0  # nats, damage and word together
REMEMBERED = 200_000  # distinct words kept between calls
FREQUENT = 11.0  # nats; a lost letter is looked for in words at least this likely
LISTED = 4.0  # nats by which a listed word must be less likely than its repair to speak for damage at all
FOREIGN_WORDS = 5  # words that Swedish lacks make a line foreign
FOREIGN_SHARE = 0.35  # when they are this share of it too; no damaged line of the gold texts has even three
COMPOUND_AS_READ = 1.0  # nats in favour of a compound that stands there already, as harm weighs more than a miss
LOST_LETTER = 6.0  # nats, where the aligned text has no such loss
SHORTEST_NAME = 4  # letters of a name that may begin a longer word ("Åmålsmagasinet")
COMMON = 7.5  # nats; words this likely ("är", "även") lose a capital misread in mid-sentence
ONE_FOR_I = 4.5  # nats for "i" read as "1": about one in a hundred in the Åmål report
NUMBER_ONE = 2.5  # nats for a number to be 1


class Readings:
    """Finds and remembers the readings of words under one model."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._known: dict[str, tuple[Slot, float]] = {}
        self._shortened = _less_a_letter(letters)

    def of(self, raw: str) -> Slot:
        """The readings of a lower-case word, the word itself among them."""
        return self._look_up(raw)[0]

    def evidence(self, words: Sequence[str]) -> float:
        """Log odds that a line of these lower-case words is damaged; words among foreign ones say nothing."""
        if self.is_foreign(words):
            return 0.0
        return sum(self._look_up(word)[1] for place, word in enumerate(words) if not self.among_foreign(words, place))

    def among_foreign(self, words: Sequence[str], place: int) -> bool:
        """Whether the word's neighbours on both sides in the line are foreign."""
        foreign = self._letters.foreign
        return 0 < place < len(words) - 1 and words[place - 1] in foreign and words[place + 1] in foreign

    def is_foreign(self, words: Sequence[str]) -> bool:
        """Whether a line of these lower-case words is English or Norwegian, by words that Swedish lacks."""
        found = sum(word in self._letters.foreign for word in words)
        return found >= FOREIGN_WORDS and found >= FOREIGN_SHARE * len(words)

    def keeps_capital(self, text: str, raw: str) -> bool:
        """Whether a restored word, read with a capital, has it in mid-sentence too, as names have."""
        names = self._letters.names
        if any(text[:end] in names for end in range(SHORTEST_NAME, len(text) + 1)):
            return True
        word = self._letters.language.ids.get(text, UNKNOWN)
        common = word >= 0 and self._letters.language.single[word] < COMMON
        return raw[0] == "A" and not common

    def fixed(self, kind: str) -> Slot:
        """A mark or number, which has one reading."""
        word = self._letters.language.ids.get(kind, UNKNOWN)
        return (Reading(kind, 0.0, 3.0, word, word),)

    def one_or_i(self) -> Slot:
        """The digit 1, which may have been the word "i"."""
        language = self._letters.language
        word = language.ids.get("i", UNKNOWN)
        number = language.ids.get(NUMBER, UNKNOWN)
        one = Reading(NUMBER, NUMBER_ONE, 3.0, number, number)
        return (one, Reading("i", ONE_FOR_I, language.single[word], word, word))

    def as_read(self, raw: str) -> Reading:
        """The word as it stands."""
        language, trie = self._letters.language, self._letters.trie
        word = language.ids.get(raw, UNKNOWN)
        if word >= 0:
            return Reading(raw, AS_READ, language.single[word], word, word)
        node = trie.find(raw)
        if node and trie.word[node] != NO_WORD:
            return Reading(raw, AS_READ, trie.word[node] * NATS_PER_STEP, UNKNOWN, UNKNOWN)
        unknown = UNKNOWN_WORD + UNKNOWN_LETTER * len(raw) + (0.0 if any(map(str.isalpha, raw)) else NO_LETTER)
        single = min(unknown, self._letters.foreign.get(raw, unknown) + FOREIGN)
        return Reading(raw, 0.0, single, UNKNOWN, UNKNOWN)

    def _look_up(self, raw: str) -> tuple[Slot, float]:
        known = self._known.get(raw)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[raw] = self._find(raw)
        return known

    def _find(self, raw: str) -> tuple[Slot, float]:
        as_read = self.as_read(raw)
        if any(letter in RESTORED_LETTERS for letter in raw):
            return (as_read,), -LIMIT
        letters = sum(letter.isalpha() for letter in raw)
        if len(raw) < 2 or (letters < 2 < len(raw)):
            return (as_read,), 0.0
        readings = {raw: as_read}
        for reading in [*self._in_lexicon(raw), *self._shortened.get(raw, ())]:
            known = readings.get(reading.text)
            if known is None or reading.cost + reading.single < known.cost + known.single:
                readings[reading.text] = reading
        least = min(reading.cost + reading.single for reading in readings.values())
        slot = tuple(reading for reading in readings.values() if reading.cost + reading.single < least + CONTEXT)
        odds = as_read.single - least
        if as_read.cost:  # a listed word may well be meant: "har", "val"
            odds = max(0.0, odds - LISTED)
        return slot, min(LIMIT, odds)

    def _in_lexicon(self, raw: str) -> list[Reading]:
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
            readings.append(Reading(candidate.text, candidate.channel, alone, word, head))
        return readings


def _less_a_letter(letters: Letters) -> dict[str, list[Reading]]:
    """Frequent words by what is left of them when an å, ä or ö is lost."""
    lost = dict(letters.channel.readings.get("", ()))
    shortened: dict[str, list[Reading]] = {}
    for text, word in letters.language.ids.items():
        single = letters.language.single[word]
        if single > FREQUENT or len(text) < 3:
            continue
        for letter in RESTORED_LETTERS:
            if letter in text:
                cost = lost.get(letter, LOST_LETTER)
                reading = Reading(text, cost, single, word, word)
                place = text.find(letter)
                while place >= 0:
                    shortened.setdefault(text[:place] + text[place + 1 :], []).append(reading)
                    place = text.find(letter, place + 1)
    return shortened
