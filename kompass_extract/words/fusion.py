"""Two readers, one text: what is read twice, and what becomes of it when the readings differ.

Two readers that err differently and agree are the best evidence there is; where they differ, both readings
are kept.  The second reader is better at numbers and signs (it knows %), the first at Swedish prose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from kompass_extract.model.document import Knows, Word
from kompass_extract.model.geometry import Box
from kompass_extract.settings import ReadingSettings
from kompass_extract.words.engines.base import RecognisedCell

_NUMBER = re.compile(r"^\(?\d{1,4}(?:[.,]\d{1,2})?\.?\s?%?\)?$")

COLUMN_SPACE = 0.8  # of a digit's height: the least white between two numbers; digits of one have 0.3
_LONE_NUMBER = re.compile(r"^[(\[]?\d{1,3}(?:,\d{1,2})?$")
_PERCENT_AS_NUMBER = re.compile(r"^\d{1,2}[)\].,;:]*$")
_AFTER_PERCENT = ")].,;:"
SURE_OF_PERCENT = 0.8  # confidence of a % that the second reader saw in a number: so little that a person is asked
LONGEST_SIGN = 3  # characters that the first reader, which has no %, makes of one


@dataclass(frozen=True, slots=True)
class Look:
    """What to read a second time: a whole strip, or its word number ``word``."""

    strip: int
    word: int | None = None


def looks_wanted(strip: int, width_em: float, words: Sequence[Word], settings: ReadingSettings) -> list[Look]:
    """A short strip may be a number and is read again whole; of a longer one its doubtful words are."""
    if not words or (width_em <= settings.short_strip_em and not _plain_word(words, settings)):
        return [Look(strip)]
    return [
        Look(strip, index)
        for index, word in enumerate(words)
        if word.confidence < settings.doubtful_word or _may_be_percent(words, index)
    ]


def _may_be_percent(words: Sequence[Word], index: int) -> bool:
    """Whether a number stands right after another, where the first reader, which has no %, makes numbers of one."""
    after = index > 0 and _LONE_NUMBER.match(words[index - 1].text) is not None
    return after and _PERCENT_AS_NUMBER.match(words[index].text) is not None


def _plain_word(words: Sequence[Word], settings: ReadingSettings) -> bool:
    """Letters alone, surely read: the end of a paragraph or a heading, and no number."""
    letters = "".join(word.text for word in words)
    sure = min(word.confidence for word in words) >= settings.sure_word
    return sure and len(letters) >= 4 and not any(sign.isdigit() for sign in letters)


def merge_word(first: Word, second: RecognisedCell, knows: Knows | None = None) -> Word:
    """A word read twice: surer where both agree, else with the other reading as an alternative.

    The second reading is preferred where it alone is a Swedish word, and where it is a % that the first reader took
    for a number; the first then stays as ``raw``.
    """
    if not second.text or second.text == first.text:
        agreed = 1 - (1 - first.confidence) * (1 - 0.8 * second.confidence) if second.text else first.confidence
        return replace(first, confidence=agreed)
    if second.text.rstrip(_AFTER_PERCENT) == "%" and _PERCENT_AS_NUMBER.match(first.text):
        sure = min(second.confidence, SURE_OF_PERCENT)
        return replace(first, text=second.text, confidence=sure, alternatives=(first.text,), raw=first.text)
    if knows is not None and _is_word(second.text, knows) and not _is_word(first.text, knows):
        sure = min(second.confidence, 0.9)
        return replace(first, text=second.text, confidence=sure, alternatives=(first.text,), raw=first.text)
    return replace(first, alternatives=(*first.alternatives, second.text))


def _is_word(text: str, knows: Knows) -> bool:
    """One Swedish word, with the signs a sentence puts around it."""
    bare = text.strip(_AROUND_WORDS)
    return len(bare) >= 3 and bare.replace("-", "").isalpha() and all(knows(part) for part in bare.split("-") if part)


_AROUND_WORDS = "\"'”’“.,;:!?()[]"


def merge_readings(
    first: tuple[Word, ...], second: RecognisedCell, box: Box, settings: ReadingSettings
) -> tuple[Word, ...]:
    """One reading of a strip out of two; every word that differs keeps the other as an alternative."""
    if not second.text:
        return first
    if not first:
        return (Word(second.text, box, second.confidence * 0.6),)
    joined = " ".join(word.text for word in first)
    if second.text == "%" and len(joined) <= LONGEST_SIGN:
        return (Word(second.text, box, second.confidence, raw=joined),)
    if _NUMBER.match(second.text) and len(first) <= 2 and len(joined) <= 7:
        return _two_numbers(first, second) or (_number(first, joined, second, box, settings),)
    return _merge_words(first, second)


def _two_numbers(first: tuple[Word, ...], second: RecognisedCell) -> tuple[Word, ...]:
    """Both numbers of a strip in which the second reader saw no space; none where it saw one number or another."""
    if len(first) != 2 or "".join(word.text for word in first) != second.text or not second.text.isdigit():
        return ()
    left, right = first
    if right.box.x0 - left.box.x1 < COLUMN_SPACE * min(left.box.height, right.box.height):
        return ()
    return tuple(replace(word, confidence=1 - (1 - word.confidence) * (1 - 0.8 * second.weakest)) for word in first)


def _number(first: tuple[Word, ...], joined: str, second: RecognisedCell, box: Box, settings: ReadingSettings) -> Word:
    """A number cell: the second reader's text, as sure as its weakest digit and the first reader allow."""
    least = min(word.confidence for word in first)
    if _same_number(joined, second.text):
        agreed = 1 - (1 - second.weakest) * (1 - 0.5 * least)
        return Word(second.text, box, min(0.999, agreed), raw=joined if joined != second.text else None)
    if second.weakest >= settings.sure_cell:
        return Word(second.text, box, second.weakest * 0.98, (joined,), raw=joined)
    return Word(second.text, box, second.weakest * 0.7, (joined,), raw=joined)


def _same_number(first: str, second: str) -> bool:
    """Whether both mean the same digits; the first reader has no % and puts other signs there."""
    plain = second.replace(" ", "")
    if plain.endswith("%"):
        digits = plain[:-1]
        return first.replace(" ", "").startswith(digits) and len(first.replace(" ", "")) <= len(digits) + 2
    return first.replace(" ", "").removesuffix(".") == plain.removesuffix(".")  # a dot after a number is often dirt


def _merge_words(first: tuple[Word, ...], second: RecognisedCell) -> tuple[Word, ...]:
    """Words of the first reader; those the second confirms gain, those it reads otherwise keep its reading."""
    ours, theirs = [word.text for word in first], second.text.split()
    merged = list(first)
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "equal":
            for index in range(a0, a1):
                word = merged[index]
                merged[index] = replace(word, confidence=1 - (1 - word.confidence) * (1 - 0.8 * second.confidence))
        elif tag == "replace" and a1 - a0 == b1 - b0:
            for index, other in zip(range(a0, a1), theirs[b0:b1], strict=True):
                merged[index] = replace(merged[index], alternatives=(*merged[index].alternatives, other))
        elif tag == "replace":
            for index in range(a0, a1):
                other = " ".join(theirs[b0:b1])
                merged[index] = replace(merged[index], alternatives=(*merged[index].alternatives, other))
    return tuple(merged)
