"""Restore Swedish letters in the text of an English OCR model.

Order of evidence: is the line damaged at all; which words may each piece have been (error model and lexicon);
which of them follow one another (language model).  Undamaged lines, numbers, addresses and words without a better
reading are unchanged; a word that was kept or changed with doubt is marked as doubtful.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from kompass_extract import resources
from kompass_extract.repair.case import cased, openings
from kompass_extract.repair.damage import LineEvidence, damaged_lines
from kompass_extract.repair.decode import Slot, WordChoice, choose
from kompass_extract.repair.foreign_letters import with_own_letters
from kompass_extract.repair.language import START, UNKNOWN
from kompass_extract.repair.lexicon import knows
from kompass_extract.repair.like_words import LikeWord, LikeWords
from kompass_extract.repair.lost_dots import FEW, DotCount, DotCounter, dots_channel
from kompass_extract.repair.lost_letters import LostLetters, Restored
from kompass_extract.repair.marks import MarkHabits, habits, mark_changes
from kompass_extract.repair.model_file import Letters, read
from kompass_extract.repair.similar_shapes import Misreadings, OddWord, Proposal
from kompass_extract.repair.tokens import Sort, Token, as_context, tokens
from kompass_extract.repair.values import Repair, RepairedLine, RepairedText
from kompass_extract.repair.vocabulary import with_document
from kompass_extract.repair.word_readings import Readings, has_digit_inside

MODEL = "letters.npz"
SURE = 0.9  # a less probable repair is flagged for review
STRANGE = 0.5  # probability of a damaged line's word that keeps a digit among its letters or stays unknown
LEAST_UNKNOWN = 4  # letters of a word that the lexicon should contain
SURE_OF_DIGIT = 0.9  # a lone 1 becomes "i" only when as probable as this
MARK_CONFIDENCE = 0.97  # share of changed marks that were right in the aligned text
LONGEST_ACRONYM = 3  # letters; in capitals or between stops such words are kept as read, as no list has them all
SMALLEST_SHARE = 0.001  # less probable alternatives are not reported


@dataclass(frozen=True, slots=True)
class _TokenPlace:
    """A token of line ``number`` (from 0), whether a sentence opens there, and its readings.

    ``damaged`` states that its line was read without Swedish letters.
    """

    number: int
    token: Token
    opens: bool
    slot: Slot
    damaged: bool


class Repairer:
    """Repairs text with one loaded model; reusable, and caches the readings of words."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._readings = Readings(letters)
        self._start = letters.language.ids.get(START, UNKNOWN), letters.language.kinds.of(START)

    def repair_text(self, text: str) -> RepairedText:
        """Restore the text line by line; line ends are unchanged."""
        done = self.repair_lines(text.split("\n"))
        repairs = tuple(repair for line in done for repair in line.repairs)
        return RepairedText("\n".join(line.text for line in done), repairs)

    def repair_lines(self, lines: Sequence[str], *, damaged: bool | None = None) -> list[RepairedLine]:
        """Restore lines, given in reading order; an empty line ends a paragraph.

        ``damaged`` states that all (True) or none (False) were read without Swedish letters; None judges
        each line by itself and its neighbours.
        """
        pieces = [tokens(line) for line in lines]
        if damaged is False:
            wrong = [False] * len(lines)
        else:
            evidence = [self._evidence(line) for line in pieces]
            wrong = [share > 0.5 for share in damaged_lines(evidence, good=damaged is None)]
        if not any(wrong):
            return [RepairedLine(line, line) for line in lines]
        repairs = self._word_repairs(lines, pieces, wrong)
        style = habits(lines)
        return [
            _applied(number, line, repairs[number], style if wrong[number] else None)
            for number, line in enumerate(lines)
        ]

    def misread(self, lines: Sequence[Sequence[OddWord]]) -> Iterator[Proposal]:
        """Propose what odd words of a scanned document's lines may have been; see ``similar_shapes``."""
        return self._misreadings.proposals(lines)

    def restore_dots(self, pages: Sequence[Sequence[str]]) -> list[list[list[Repair]]]:
        """Return, by page and line, repairs of words that lost their dots; none on pages that have theirs."""
        pieces = [[tokens(line) for line in lines] for lines in pages]
        counts = [self._dot_counter.counted(_words_of(page)) for page in pieces]
        whole = sum(counts, DotCount()).share
        return [
            self._with_share(lines, page, whole if count.lost + count.kept < FEW else count.share)
            for lines, page, count in zip(pages, pieces, counts, strict=True)
        ]

    def _with_share(self, lines: Sequence[str], pieces: Sequence[Sequence[Token]], share: float) -> list[list[Repair]]:
        """Return the repairs of each line if a dotted letter lost its dots with this probability."""
        if not share:
            return [[] for _ in lines]
        thin = Repairer(replace(self._letters, channel=dots_channel(share)))
        return thin._word_repairs(lines, pieces, [True] * len(lines))

    @cached_property
    def _dot_counter(self) -> DotCounter:
        return DotCounter(self._letters.trie, lambda word: self._misreadings.own_cost(word) is not None)

    def with_own_letters(self, lines: Sequence[str]) -> list[str]:
        """Replace foreign signs in the lines by their Swedish letters; see ``foreign_letters``."""
        return with_own_letters(lines, self.knows)

    def restore_lost(self, lines: Sequence[str]) -> tuple[list[str], list[Restored]]:
        """Return the lines without invalid bytes, and each word that had one; see ``lost_letters``."""
        return LostLetters(self._letters).restore(lines)

    @cached_property
    def _misreadings(self) -> Misreadings:
        return Misreadings(self._letters)

    def knows(self, word: str) -> bool:
        """Tell whether the word, in any case, is Swedish: a listed form, or a compound of listed parts."""
        word = word.lower()
        return word in self._letters.language.ids or knows(self._letters.trie, word)

    def cost(self, word: str) -> float | None:
        """Return -ln of the word's probability, in any case, in Swedish text (nats); None if it is not Swedish."""
        return self._misreadings.own_cost(word.lower())

    def usual_words_near(self, word: str) -> tuple[str, ...]:
        """Return usual words at edit distance one from a lower-case word, likeliest first."""
        return self._misreadings.usual_words_near(word)

    def likelier_words(self, text: str) -> Iterator[LikeWord]:
        """Yield usual words of a text for which a usual word of similar shape is likelier; see ``like_words``."""
        return self._like_words.likelier(text)

    @cached_property
    def _like_words(self) -> LikeWords:
        return LikeWords(self._letters, self._misreadings.candidates)

    def _evidence(self, line: Sequence[Token]) -> LineEvidence:
        return self._readings.evidence([token.text.lower() for token in line if token.sort is Sort.WORD])

    def _word_repairs(
        self, lines: Sequence[str], pieces: Sequence[Sequence[Token]], wrong: Sequence[bool]
    ) -> list[list[Repair]]:
        """Return the repairs of each line's words, left to right, including words kept with doubt."""
        places: list[_TokenPlace | None] = []
        opens = iter(openings(lines, pieces))
        for number, line in enumerate(lines):
            if not line.strip():
                places.append(None)
            places.extend(
                _TokenPlace(number, token, next(opens), slot, wrong[number])
                for token, slot in zip(pieces[number], self._slots(pieces[number], wrong[number]), strict=True)
            )
        blank = self._readings.fixed(START)
        slots = with_document([blank if place is None else place.slot for place in places])
        repairs: list[list[Repair]] = [[] for _ in lines]
        for place, choice in zip(places, choose(slots, self._letters.language, self._start), strict=True):
            repair = self._repair(place, choice) if place is not None else None
            if place is not None and repair is not None:
                repairs[place.number].append(repair)
        return repairs

    def _is_unknown(self, place: _TokenPlace) -> bool:
        """Tell whether a word is neither a name nor Swedish."""
        text = place.token.text
        plain = text.islower() or (place.opens and text[1:].islower())
        return len(text) >= LEAST_UNKNOWN and plain and text.isalpha() and not self.knows(text)

    def _slots(self, line: Sequence[Token], wrong: bool) -> list[Slot]:
        words = [token.text.lower() for token in line if token.sort is Sort.WORD]
        foreign = self._readings.foreign_phrases(words) if wrong else frozenset()
        numbers = sum(token.sort is Sort.NUMBER for token in line)
        slots: list[Slot] = []
        seen = 0
        for place, token in enumerate(line):
            if token.sort is not Sort.WORD:
                lone = wrong and token.text == "1" and numbers == 1 and _between_words(line, place)
                slots.append(self._readings.one_or_i() if lone else self._readings.fixed(as_context(token)))
                continue
            kept = not wrong or _is_short_form(line, place) or seen in foreign
            if kept or (_is_name_like(line, place) and self._readings.is_foreign(words[seen])):
                slots.append((self._readings.as_read(words[seen]),))
            else:
                slots.append(self._readings.of(words[seen]))
            seen += 1
        return slots

    def _repair(self, place: _TokenPlace, choice: WordChoice) -> Repair | None:
        """Return the repair of a choice, or a word kept with doubt; None if a word is unchanged."""
        raw = place.token.text
        as_read = raw.lower() if place.token.sort is Sort.WORD else as_context(place.token)
        kept = choice.reading.text == as_read
        if place.token.sort is Sort.NUMBER and (kept or choice.probability < SURE_OF_DIGIT):
            return None
        strange = kept and place.damaged and (has_digit_inside(as_read) or self._is_unknown(place))
        if kept and choice.probability >= SURE and not strange:
            return None

        def told(text: str) -> str:
            if text == as_read:
                return raw
            return cased(raw, text, opens_sentence=place.opens, name=self._readings.keeps_capital(text, raw))

        text = told(choice.reading.text)
        if text == raw and not kept:
            return None
        confidence = round(min(choice.probability, STRANGE if strange else 1.0), 4)
        others = tuple((told(o.text), round(share, 4)) for o, share in choice.others if share >= SMALLEST_SHARE)
        span = place.token.start, place.token.end
        return Repair(place.number + 1, *span, raw, text, confidence, others, confidence < SURE)


def _words_of(lines: Iterable[Sequence[Token]]) -> Iterator[str]:
    return (token.text.lower() for line in lines for token in line if token.sort is Sort.WORD)


def _between_words(line: Sequence[Token], place: int) -> bool:
    """Tell whether there are words on both sides, the right one in lower case."""
    if not 0 < place < len(line) - 1:
        return False
    before, after = line[place - 1], line[place + 1]
    return before.sort is Sort.WORD and after.sort is Sort.WORD and after.text[0].islower()


def _is_short_form(line: Sequence[Token], place: int) -> bool:
    """Tell whether a word is part of an abbreviation with stops ("fr.o.m."), or a short one in capitals ("VR")."""
    token = line[place]
    if len(token.text) <= LONGEST_ACRONYM and token.text.isalpha() and token.text.isupper():
        return True
    after = line[place + 1 : place + 3]
    if len(token.text) > LONGEST_ACRONYM or len(after) < 2:
        return False
    stop, word = after
    return stop.text == "." and word.sort is Sort.WORD and token.end == stop.start and stop.end == word.start


def _is_name_like(line: Sequence[Token], place: int) -> bool:
    """Tell whether a word has a capital directly after another word: "Trade" in "en Fair Trade City"."""
    return place > 0 and line[place - 1].sort is Sort.WORD and line[place].text[0].isupper()


def _applied(number: int, line: str, words: Sequence[Repair], style: MarkHabits | None) -> RepairedLine:
    """Apply word repairs to a line (``number`` from 0) and, if it is damaged, repairs of its marks."""
    repairs = list(words)
    if style is not None:
        for change in mark_changes(line, style):
            if all(change.end <= word.start or change.start >= word.end for word in words):
                raw = line[change.start : change.end]
                repairs.append(Repair(number + 1, change.start, change.end, raw, change.restored, MARK_CONFIDENCE))
    repairs.sort(key=lambda repair: (repair.start, repair.end))
    text, end = "", 0
    for repair in repairs:
        text += line[end : repair.start] + repair.restored
        end = repair.end
    return RepairedLine(line, text + line[end:], tuple(repairs))


def load(path: Path | None = None) -> Repairer:
    """Load a repairer with the model in ``path``, by default the shipped one; raise ModelError if it is unusable."""
    file = path if path is not None else resources.path(MODEL)
    try:
        found = file.stat()
    except OSError:
        return Repairer(read(file))
    return Repairer(_kept(file, found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=1)
def _kept(file: Path, changed: int, size: int) -> Letters:
    """Cache the model of a file for all its users in this process; a rewritten file is read again."""
    return read(file)
