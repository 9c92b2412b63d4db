"""Puts Swedish letters back into text that an English reader made.

Order of evidence: is the line damaged at all; which words may each piece have been (channel and lexicon);
which of them follow one another (language).  Undamaged lines, numbers, addresses and what no reading is
better than come out as they went in.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kompass_extract import models
from kompass_extract.repair.candidates import candidates
from kompass_extract.repair.case import cased
from kompass_extract.repair.damage import LIMIT, damaged_lines, damaged_text
from kompass_extract.repair.decode import Choice, Reading, Slot, choose
from kompass_extract.repair.language import START, STOP, UNKNOWN
from kompass_extract.repair.marks import Habits, habits, mark_changes
from kompass_extract.repair.store import Letters, read
from kompass_extract.repair.tokens import Sort, Token, as_context, tokens
from kompass_extract.repair.trie import NATS_PER_STEP, NO_WORD
from kompass_extract.repair.values import Repair, RepairedLine, RepairedText

MODEL = "letters.npz"
SURE = 0.9  # a repair less probable than this goes to review
MARK_CONFIDENCE = 0.97  # share of changed marks that were right in the aligned text
UNKNOWN_WORD = 10.0  # nats for being a word that no list has,
UNKNOWN_LETTER = 2.2  # and nats for each of its letters
FOREIGN = 6.0  # nats for being English or Norwegian rather than Swedish
CONTEXT = 10.0  # nats; no context brings back a reading this much worse on its own
GOOD_CHANNEL = 6.0  # nats; a whole word reached with less damage is not tried as a compound
GOOD_WORD = 18.0  # nats, damage and word together
REMEMBERED = 200_000  # distinct words kept between calls
MAX_PASSES = 4


class Repairer:
    """Repairs text with one loaded model; safe to reuse, remembers words it has seen."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._slots: dict[str, tuple[Slot, float]] = {}
        ids = letters.language.ids
        self._start = ids.get(START, UNKNOWN)
        self._fixed = {mark: (Reading(mark, 0.0, 3.0, ids.get(mark, UNKNOWN), ids.get(mark, UNKNOWN)),)
                       for mark in (START, STOP, ",", "<n>")}

    def repair_text(self, text: str) -> RepairedText:
        """The text restored line for line; line ends stay as they are."""
        lines = text.split("\n")
        done = self.repair_lines(lines)
        repairs = tuple(repair for line in done for repair in line.repairs)
        return RepairedText("\n".join(line.text for line in done), repairs)

    def repair_lines(self, lines: Sequence[str], *, damaged: bool | None = None) -> list[RepairedLine]:
        """The lines restored, in reading order; an empty line ends a paragraph.

        ``damaged`` says that all (True) or none (False) were read without Swedish letters; None judges
        each line from itself and its neighbours.
        """
        if damaged is False:
            return [RepairedLine(line, line) for line in lines]
        pieces = [tokens(line) for line in lines]
        if damaged is None:
            wrong = [p > 0.5 for p in damaged_lines([self._evidence(line) for line in pieces])]
        else:
            wrong = [True] * len(lines)
        if not any(wrong):
            return [RepairedLine(line, line) for line in lines]
        changes = self._word_changes(lines, pieces, wrong)
        style = habits(lines)
        return [
            _applied(number, line, changes[number - 1], style if wrong[number - 1] else None)
            for number, line in enumerate(lines, start=1)
        ]

    def is_damaged(self, text: str) -> float:
        """The probability (0..1) that a reader without Swedish letters made this text."""
        return damaged_text([self._evidence(tokens(line)) for line in text.split("\n")])

    def knows(self, word: str) -> bool:
        """Whether the word, in any case, is Swedish: a listed form, or a compound of listed parts."""
        from kompass_extract.repair.lexicon import knows

        return knows(self._letters.trie, word.lower()) or word.lower() in self._letters.language.ids

    def _evidence(self, line: Sequence[Token]) -> float:
        """Log odds that the line is damaged, from its words."""
        return sum(self._slot(token.text.lower())[1] for token in line if token.sort is Sort.WORD)

    def _slot(self, raw: str) -> tuple[Slot, float]:
        """The readings of a lower-case word and what it says about damage (log odds)."""
        known = self._slots.get(raw)
        if known is None:
            if len(self._slots) >= REMEMBERED:
                self._slots.clear()
            known = self._slots[raw] = self._find(raw)
        return known

    def _find(self, raw: str) -> tuple[Slot, float]:
        as_read = self._as_read(raw)
        letters = sum(letter.isalpha() for letter in raw)
        if any(letter in "åäö" for letter in raw):
            return (as_read,), -LIMIT
        if len(raw) < 2 or (letters < 2 and len(raw) > 2):
            return (as_read,), 0.0
        letters_model = self._letters
        found = candidates(raw, letters_model.channel, letters_model.trie, compounds=False)
        if not found or found[0].channel > GOOD_CHANNEL or found[0].cost > GOOD_WORD:
            found += candidates(raw, letters_model.channel, letters_model.trie, compounds=True)
        ids, single = letters_model.language.ids, letters_model.language.single
        readings = {raw: as_read}
        for candidate in found:
            word = ids.get(candidate.text, UNKNOWN)
            head = word if word >= 0 else ids.get(candidate.head, UNKNOWN)
            alone = single[word] if word >= 0 else candidate.single
            reading = Reading(candidate.text, candidate.channel, alone, word, head)
            known = readings.get(candidate.text)
            if known is None or reading.cost + reading.single < known.cost + known.single:
                readings[candidate.text] = reading
        least = min(reading.cost + reading.single for reading in readings.values())
        slot = tuple(r for r in readings.values() if r.cost + r.single < least + CONTEXT)
        good = readings[raw].single
        return slot, max(-LIMIT, min(LIMIT, good - least))

    def _as_read(self, raw: str) -> Reading:
        language, trie = self._letters.language, self._letters.trie
        word = language.ids.get(raw, UNKNOWN)
        if word >= 0:
            return Reading(raw, 0.1, language.single[word], word, word)
        node = trie.find(raw)
        if node and trie.word[node] != NO_WORD:
            return Reading(raw, 0.1, trie.word[node] * NATS_PER_STEP, UNKNOWN, UNKNOWN)
        unknown = UNKNOWN_WORD + UNKNOWN_LETTER * len(raw)
        return Reading(raw, 0.0, min(unknown, self._letters.foreign.get(raw, unknown) + FOREIGN), UNKNOWN, UNKNOWN)

    def _word_changes(
        self, lines: Sequence[str], pieces: Sequence[Sequence[Token]], wrong: Sequence[bool]
    ) -> list[list[tuple[Token, str, Choice]]]:
        slots: list[Slot] = []
        places: list[tuple[int, Token] | None] = []
        for number, line in enumerate(lines):
            if not line.strip():
                slots.append(self._fixed[START])
                places.append(None)
            for token in pieces[number]:
                slots.append(self._context_slot(token, wrong[number]))
                places.append((number, token) if token.sort is Sort.WORD else None)
        changes: list[list[tuple[Token, str, Choice]]] = [[] for _ in lines]
        opens = True
        for place, choice in zip(places, choose(slots, self._letters.language, self._start), strict=True):
            if place is not None:
                number, token = place
                if choice.reading.text != token.text.lower():
                    text = cased(token.text, choice.reading.text, opens_sentence=opens)
                    changes[number].append((token, text, choice))
                opens = False
            else:
                opens = opens or choice.reading.text in (START, STOP)
        return changes

    def _context_slot(self, token: Token, wrong: bool) -> Slot:
        if token.sort is not Sort.WORD:
            return self._fixed[as_context(token)]
        raw = token.text.lower()
        return self._slot(raw)[0] if wrong else (self._as_read(raw),)


def _applied(
    number: int, line: str, words: Sequence[tuple[Token, str, Choice]], style: Habits | None
) -> RepairedLine:
    """The line with its repairs made; ``number`` counts from 1."""
    repairs = [_word_repair(number, token, text, choice) for token, text, choice in words]
    taken = [(repair.start, repair.end) for repair in repairs]
    if style is not None:
        for change in mark_changes(line, style):
            if all(change.end <= start or change.start >= end for start, end in taken):
                raw = line[change.start : change.end]
                repairs.append(Repair(number, change.start, change.end, raw, change.restored, MARK_CONFIDENCE))
    repairs.sort(key=lambda repair: (repair.start, repair.end))
    text, end = "", 0
    for repair in repairs:
        text += line[end : repair.start] + repair.restored
        end = repair.end
    return RepairedLine(line, text + line[end:], tuple(repairs))


def _word_repair(number: int, token: Token, text: str, choice: Choice) -> Repair:
    others = tuple(
        (cased(token.text, other.text, opens_sentence=text[:1].isupper()), round(share, 4))
        for other, share in choice.others
        if share >= 0.001
    )
    confidence = round(choice.probability, 4)
    return Repair(number, token.start, token.end, token.text, text, confidence, others, confidence < SURE)


def load(path: Path | None = None) -> Repairer:
    """A repairer with the model in ``path``, by default the one shipped; ModelError when it cannot be used."""
    return Repairer(read(path if path is not None else models.path(MODEL)))
