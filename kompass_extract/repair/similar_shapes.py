"""Propose words for odd words of a scan by the shapes of their letters ("styrning" for "styming", "och" for "öch").

Two kinds of words are odd: those that are Swedish neither as written nor by their parts, and listed words
that are far rarer than a word of similar shape.  A proposal is one letter of similar shape away, or two
common words without the space between them.  It is sure if it fits its neighbours without a rival and either
occurs in the document more often than the odd word, or is a common word and no name.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kompass_extract.repair.candidates import WordCandidate, compounds, whole_words
from kompass_extract.repair.channel import Channel
from kompass_extract.repair.decode import PossibleWord, Slot, WordChoice, choose
from kompass_extract.repair.language import START, UNKNOWN
from kompass_extract.repair.lexicon import knows
from kompass_extract.repair.model_file import Letters
from kompass_extract.repair.trie import ALPHABET, NATS_PER_STEP, NO_WORD
from kompass_extract.repair.vocabulary import with_document
from kompass_extract.repair.word_readings import reading

SHORTEST = 5  # letters; shorter unknown words are abbreviations and names more often than misreadings
KEPT = 0.02  # nats for a correctly read letter
LIKE = 4.5  # nats for a letter, or two, of similar shape
COSTLIEST = 6.0  # nats; one such letter
LEAST_SHARE = 0.95  # a proposal less probable than this among its rivals is not sure
RARE = 10.0  # nats; a listed word less likely than this may be a misread one of similar shape,
RARER = 3.0  # nats; if that one is likelier by this much, including the cost of the letters,
USUAL = 10.5  # nats; and is as likely as this
SURE_OF_RARE = 0.98  # probability, against the word as read, from which on a listed word is replaced
MOST_MISREAD, MISREAD_SHARE = 2, 0.05  # most occurrences of a misread listed word, or their share of the usual word's
SHORT_USUAL = 6.5  # nats; the same for unknown words shorter than ``SHORTEST``, which are mostly abbreviations
COMPOUND = 22.0  # nats for an unlisted compound; the parts of most printed ones cost less in sum
SHORTEST_PART = 2  # letters of either of two words read as one, except "i"
SHORTEST_OF_TWO = 4  # letters of two words read as one
RAREST = 15.0  # nats; a listed word rarer than this may be two common ones
PART_OF_TWO = 8.5  # nats; two words read as one must both be this likely
COMMON = 12.0  # nats; of 310,000 words of other Swedish none of 50,000 printed ones was changed with this limit
UNLISTED = 20.0  # nats for words around the odd one that occur in no text
CANDIDATES = 6  # kept per word
_ALIKE = (  # as read > as printed, in Tesseract's Swedish readings of worn scans
    "é>e è>e ê>e á>a à>a å>a ä>a ö>o a>å a>ä o>ö å>ä ä>å i>l l>i t>l l>t c>e e>c e>é u>n n>u h>b b>h f>t t>f "
    "v>y y>v i>t t>i r>t s>e o>e a>e q>g g>q j>i rn>m ni>m in>m iri>n ri>n ii>n ii>u li>h cl>d vv>w ti>n "
    "h>n n>h i>f ri>n rh>m tl>d"
)
_LETTERS = "abcdefghijklmnopqrstuvwxyzåäöé"
_TWO_FOR_ONE = (
    ("m", "rn"),
    ("d", "cl"),
    ("w", "tr"),
    ("v", "tr"),
    ("w", "vv"),
    ("t", "tt"),
    ("l", "ll"),
    ("h", "li"),
)  # as read, as printed


@dataclass(frozen=True, slots=True)
class OddWord:
    """A word as read: its lower-case letters, whether it may be flagged, whether it looks like a name."""

    letters: str
    asked: bool
    name_like: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the word at ``place`` of line ``line`` (both from 0) may have been.

    ``confidence`` (0..1) is its probability among the readings of similar shape, ``alternatives`` are the others.
    """

    line: int
    place: int
    text: str
    confidence: float
    sure: bool
    alternatives: tuple[str, ...]


class Misreadings:
    """Proposes words for misread ones under one model."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._channel = shapes()
        self._slots: dict[tuple[str, bool, bool], Slot] = {}

    def proposals(self, lines: Sequence[Sequence[OddWord]]) -> Iterator[Proposal]:
        """Propose what the odd words of a document's lines, in reading order, may have been."""
        places = [(number, place, word) for number, line in enumerate(lines) for place, word in enumerate(line)]
        slots = [self._slot(word) for _, _, word in places]
        if all(len(slot) == 1 for slot in slots):
            return
        counts = Counter(word.letters for _, _, word in places)
        language = self._letters.language
        start = language.ids.get(START, UNKNOWN), language.kinds.of(START)
        choices = choose(with_document(slots), language, start)
        for (number, place, word), choice in zip(places, choices, strict=True):
            proposal = self._proposal(number, place, word, choice, counts) if choice.others else None
            if proposal is not None:
                yield proposal

    def _proposal(
        self, line: int, place: int, word: OddWord, choice: WordChoice, counts: Counter[str]
    ) -> Proposal | None:
        shares = {choice.reading: choice.probability, **dict(choice.others)}
        ranked = sorted((one for one in shares if one.text != word.letters), key=lambda one: -shares[one])
        best = ranked[0]
        listed = self.own_cost(word.letters) is not None
        if listed and shares[best] <= SURE_OF_RARE / 2:
            return None
        share = shares[best] / sum(shares[one] for one in ranked) if shares[best] > 0 else 0.0
        at_home = counts[best.text] > counts[word.letters]
        common = best.word >= 0 and best.single < COMMON and not word.name_like
        likely = share >= LEAST_SHARE and (not listed or shares[best] >= SURE_OF_RARE)
        term = listed and (counts[word.letters] > max(MOST_MISREAD, MISREAD_SHARE * counts[best.text]))
        another = len(word.letters) < SHORTEST - 1 and without_marks(word.letters) != without_marks(best.text)
        sure = likely and (at_home or common) and not term and not another
        return Proposal(line, place, best.text, round(share, 4), sure, tuple(one.text for one in ranked[1:3]))

    def _slot(self, word: OddWord) -> Slot:
        key = word.letters, word.asked, word.name_like
        if key not in self._slots:
            letters, text = self._letters, word.letters
            number = letters.language.ids.get(text, UNKNOWN)
            single = letters.language.single[number] if number >= 0 else UNLISTED
            others = self._others(word) if word.asked and len(text) > 1 and text.isalpha() else []
            if others:
                own = self.own_cost(text)
                single = single if own is None else min(single, own)
            self._slots[key] = (*others, reading(letters, text, 0.0, single, number, number))
        return self._slots[key]

    def _others(self, word: OddWord) -> list[PossibleWord]:
        """Return the candidates of an odd word; none for any other word."""
        letters, text = self._letters, word.letters
        own = self.own_cost(text)
        if own is not None and (own < RARE or word.name_like):
            return []
        found = self.candidates(text)
        if text in letters.foreign:
            found = [one for one in found if one.single <= SHORT_USUAL]
        elif own is not None:
            found = [one for one in found if one.single <= USUAL and one.cost + RARER <= own]
        elif len(text) < SHORTEST:
            found = [one for one in found if one.single <= SHORT_USUAL]
        if not found and (own is None or own >= RAREST) and len(text) >= SHORTEST_OF_TWO:
            return self._two_words(text)
        ids = letters.language.ids
        return [
            reading(letters, one.text, one.channel, one.single, ids.get(one.text, UNKNOWN), ids.get(one.head, UNKNOWN))
            for one in found
        ]

    def own_cost(self, word: str) -> float | None:
        """Return the cost of a word that is Swedish as written (nats), None for any other word."""
        letters = self._letters
        number = letters.language.ids.get(word, UNKNOWN)
        if number >= 0:
            return letters.language.single[number]
        node = letters.trie.find(word)
        if node and letters.trie.word[node] != NO_WORD:
            return letters.trie.word[node] * NATS_PER_STEP
        return COMPOUND if knows(letters.trie, word) else None

    def usual_words_near(self, word: str) -> tuple[str, ...]:
        """Return usual words at edit distance one from a lower-case word, likeliest first."""
        language = self._letters.language
        found = {
            one: language.single[number]
            for one in _one_letter_away(word)
            if (number := language.ids.get(one, UNKNOWN)) >= 0 and language.single[number] <= USUAL
        }
        return tuple(sorted(found, key=lambda one: (found[one], one)))

    def _two_words(self, word: str) -> list[PossibleWord]:
        """Return two common words that follow one another elsewhere and may lack a space here."""
        language = self._letters.language
        found = []
        first_end = 1 if word[0] == "i" else SHORTEST_PART
        last_start = len(word) - (1 if word[-1] == "i" else SHORTEST_PART)
        for place in range(first_end, last_start + 1):
            first, second = (language.ids.get(part, UNKNOWN) for part in (word[:place], word[place:]))
            pair = language.pair_cost(first, second)
            if pair is not None and max(language.single[first], language.single[second]) <= PART_OF_TWO:
                both = language.single[first] + pair
                found.append(reading(self._letters, f"{word[:place]} {word[place:]}", LIKE, both, first, second))
        return found

    def candidates(self, word: str) -> list[WordCandidate]:
        """Return the words that one or two letters of similar shape make of a lower-case word, likeliest first."""
        found: dict[str, WordCandidate] = {}
        trie = self._letters.trie
        for text, extra in [(word, 0.0), *((text, LIKE) for text in _widened(word))]:
            for one in (*whole_words(text, self._channel, trie), *compounds(text, self._channel, trie)):
                cost = one.channel + extra
                near = cost <= COSTLIEST and one.text != word
                if near and (one.text not in found or cost < found[one.text].channel):
                    found[one.text] = WordCandidate(one.text, cost, one.single, one.head)
        return sorted(found.values(), key=lambda one: one.cost)[:CANDIDATES]


def shapes() -> Channel:
    """Return the error model of letters by their shape."""
    rows: dict[str, dict[str, float]] = {letter: {letter: KEPT} for letter in ALPHABET}
    for pair in _ALIKE.split():
        piece, letter = pair.split(">")
        rows.setdefault(piece, {})[letter] = LIKE
    return Channel({piece: sorted(row.items(), key=lambda entry: entry[1]) for piece, row in rows.items()})


def _one_letter_away(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
        for letter in _LETTERS:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]


def without_marks(word: str) -> str:
    """Replace å, ä, ö and é by a, o and e."""
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))


def _widened(word: str) -> Iterator[str]:
    """Yield the word with one letter replaced by the two that it may have been."""
    for one, two in _TWO_FOR_ONE:
        at = word.find(one)
        while at >= 0:
            yield word[:at] + two + word[at + 1 :]
            at = word.find(one, at + 1)
