"""Words of a scan that no list has, read again by the shapes of their letters ("styming" for "styrning").

Only words that are Swedish neither as they stand nor by their parts are looked at.  What is proposed is one
letter of like shape away.  It is sure where it fits its neighbours without a rival and is a word that the
document has more often than the odd one, or a common word that is no name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kompass_extract.repair.candidates import WordCandidate, compounds, whole_words
from kompass_extract.repair.channel import Channel
from kompass_extract.repair.decode import Slot, WordChoice, choose
from kompass_extract.repair.language import START, UNKNOWN
from kompass_extract.repair.lexicon import knows
from kompass_extract.repair.model_file import Letters
from kompass_extract.repair.trie import ALPHABET
from kompass_extract.repair.vocabulary import with_document
from kompass_extract.repair.word_readings import reading

SHORTEST = 5  # letters; shorter unknown words are abbreviations and names more often than misreadings
KEPT = 0.02  # nats for a letter that was read right
LIKE = 4.5  # nats for a letter, or two, of like shape
COSTLIEST = 6.0  # nats; one such letter
LEAST_SHARE = 0.95  # a proposal less probable than this among its rivals is not sure
COMMON = 12.0  # nats; of 310,000 words of other Swedish none of 50,000 printed ones was changed with this limit
UNLISTED = 20.0  # nats, for words around the odd one that no text has
CANDIDATES = 6  # kept per word
_ALIKE = (  # as read > as printed, in Tesseract's Swedish readings of worn scans
    "é>e è>e ê>e á>a à>a å>a ä>a ö>o a>å a>ä o>ö å>ä ä>å i>l l>i t>l l>t c>e e>c e>é u>n n>u h>b b>h f>t t>f "
    "v>y y>v i>t t>i r>t s>e o>e a>e q>g g>q j>i rn>m ni>m in>m iri>n ri>n ii>n ii>u li>h cl>d vv>w ti>n"
)
_TWO_FOR_ONE = (("m", "rn"), ("d", "cl"), ("w", "tr"), ("v", "tr"))  # as read, as printed


@dataclass(frozen=True, slots=True)
class OddWord:
    """A word as read: its letters in lower case, whether it may be asked about, whether it looks like a name."""

    letters: str
    asked: bool
    name_like: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the word at ``place`` of line ``line`` (both from 0) may have been.

    ``confidence`` (0..1) is its probability among the readings of like shape, ``alternatives`` are the others.
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
        self._slots: dict[tuple[str, bool], Slot] = {}

    def proposals(self, lines: Sequence[Sequence[OddWord]]) -> Iterator[Proposal]:
        """For a document's lines in reading order: what the words asked about may have been."""
        places = [(number, place, word) for number, line in enumerate(lines) for place, word in enumerate(line)]
        slots = [self._slot(word) for _, _, word in places]
        if all(len(slot) == 1 for slot in slots):
            return
        counts = Counter(word.letters for _, _, word in places)
        language = self._letters.language
        start = language.ids.get(START, UNKNOWN), language.kinds.of(START)
        choices = choose(with_document(slots), language, start)
        for (number, place, word), choice in zip(places, choices, strict=True):
            if choice.others:
                yield self._proposal(number, place, word, choice, counts)

    def _proposal(self, line: int, place: int, word: OddWord, choice: WordChoice, counts: Counter[str]) -> Proposal:
        shares = {choice.reading: choice.probability, **dict(choice.others)}
        ranked = sorted((one for one in shares if one.text != word.letters), key=lambda one: -shares[one])
        best = ranked[0]
        share = shares[best] / sum(shares[one] for one in ranked) if shares[best] > 0 else 0.0
        at_home = counts[best.text] > counts[word.letters]
        common = best.word >= 0 and best.single < COMMON and not word.name_like
        sure = share >= LEAST_SHARE and (at_home or common)
        return Proposal(line, place, best.text, round(share, 4), sure, tuple(one.text for one in ranked[1:3]))

    def _slot(self, word: OddWord) -> Slot:
        key = word.letters, word.asked
        if key not in self._slots:
            letters, text = self._letters, word.letters
            number = letters.language.ids.get(text, UNKNOWN)
            single = letters.language.single[number] if number >= 0 else UNLISTED
            as_read = reading(letters, text, 0.0, single, number, number)
            others = self._candidates(text) if word.asked and self._is_unknown(text) else []
            found = [
                reading(letters, one.text, one.channel, one.single, letters.language.ids.get(one.text, UNKNOWN),
                        letters.language.ids.get(one.head, UNKNOWN))
                for one in others
            ]  # fmt: skip
            self._slots[key] = (*found, as_read)
        return self._slots[key]

    def _is_unknown(self, word: str) -> bool:
        letters = self._letters
        listed = word in letters.language.ids or word in letters.foreign
        return len(word) >= SHORTEST and word.isalpha() and not listed and not knows(letters.trie, word)

    def _candidates(self, word: str) -> list[WordCandidate]:
        found: dict[str, WordCandidate] = {}
        trie = self._letters.trie
        for text, extra in [(word, 0.0), *((text, LIKE) for text in _widened(word))]:
            for one in (*whole_words(text, self._channel, trie), *compounds(text, self._channel, trie)):
                cost = one.channel + extra
                if cost <= COSTLIEST and (one.text not in found or cost < found[one.text].channel):
                    found[one.text] = WordCandidate(one.text, cost, one.single, one.head)
        return sorted(found.values(), key=lambda one: one.cost)[:CANDIDATES] if word not in found else []


def shapes() -> Channel:
    """The channel of letters by their shape."""
    rows: dict[str, dict[str, float]] = {letter: {letter: KEPT} for letter in ALPHABET}
    for pair in _ALIKE.split():
        piece, letter = pair.split(">")
        rows.setdefault(piece, {})[letter] = LIKE
    return Channel({piece: sorted(row.items(), key=lambda entry: entry[1]) for piece, row in rows.items()})


def _widened(word: str) -> Iterator[str]:
    """The word with one letter taken for the two that it may have been."""
    for one, two in _TWO_FOR_ONE:
        at = word.find(one)
        while at >= 0:
            yield word[:at] + two + word[at + 1 :]
            at = word.find(one, at + 1)
