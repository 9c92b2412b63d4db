"""Choose what a second recogniser reads, and merge both readings.

Agreement of two recognisers that err differently is the best evidence there is; if they disagree, both readings
are kept.  The second recogniser is better at numbers and signs (it knows %), the first at Swedish prose.
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

COLUMN_SPACE = 0.8  # of a digit's height: the least gap between two numbers; digits of one number have 0.3
_LONE_NUMBER = re.compile(r"^[(\[]?\d{1,3}(?:,\d{1,2})?$")
_PERCENT_AS_NUMBER = re.compile(r"^\d{1,2}[)\].,;:]*$")
_AFTER_PERCENT = ")].,;:"
SURE_OF_PERCENT = 0.8  # confidence of a % that only the second recogniser reads: low enough for a review flag
LONGEST_SIGN = 3  # characters that the first recogniser, which has no %, reads instead of one


@dataclass(frozen=True, slots=True)
class Look:
    """What to read a second time: a whole line segment, or its word number ``word``."""

    strip: int
    word: int | None = None


def looks_wanted(strip: int, width_em: float, words: Sequence[Word], settings: ReadingSettings) -> list[Look]:
    """Choose second readings: all of a short segment, which may be a number, or the doubtful words of a longer one."""
    if not words or (width_em <= settings.short_strip_em and not _plain_word(words, settings)):
        return [Look(strip)]
    return [
        Look(strip, index)
        for index, word in enumerate(words)
        if word.confidence < settings.doubtful_word or _may_be_percent(words, index)
    ]


def _may_be_percent(words: Sequence[Word], index: int) -> bool:
    """Tell whether a number directly follows another: the first recogniser, which has no %, reads a % as digits."""
    after = index > 0 and _LONE_NUMBER.match(words[index - 1].text) is not None
    return after and _PERCENT_AS_NUMBER.match(words[index].text) is not None


def _plain_word(words: Sequence[Word], settings: ReadingSettings) -> bool:
    """Tell whether the words are letters only, read with confidence: the end of a paragraph or a heading, no number."""
    letters = "".join(word.text for word in words)
    sure = min(word.confidence for word in words) >= settings.sure_word
    return sure and len(letters) >= 4 and not any(sign.isdigit() for sign in letters)


def merge_word(first: Word, second: RecognisedCell, knows: Knows | None = None) -> Word:
    """Merge two readings of a word: raise the confidence if they agree, else keep the other as an alternative.

    The second reading is preferred if only it is a Swedish word, or if it is a % that the first recogniser read
    as a number; the first reading is then kept in ``raw``.
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
    """Tell whether a text is one Swedish word, apart from punctuation around it."""
    bare = text.strip(_AROUND_WORDS)
    return len(bare) >= 3 and bare.replace("-", "").isalpha() and all(knows(part) for part in bare.split("-") if part)


_AROUND_WORDS = "\"'”’“.,;:!?()[]"


def merge_readings(
    first: tuple[Word, ...], second: RecognisedCell, box: Box, settings: ReadingSettings
) -> tuple[Word, ...]:
    """Merge two readings of a segment; every word that differs keeps the other reading as an alternative."""
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
    """Return both numbers of a segment if the second recogniser reads them without a space; else none."""
    if len(first) != 2 or "".join(word.text for word in first) != second.text or not second.text.isdigit():
        return ()
    left, right = first
    if right.box.x0 - left.box.x1 < COLUMN_SPACE * min(left.box.height, right.box.height):
        return ()
    return tuple(replace(word, confidence=1 - (1 - word.confidence) * (1 - 0.8 * second.weakest)) for word in first)


def _number(first: tuple[Word, ...], joined: str, second: RecognisedCell, box: Box, settings: ReadingSettings) -> Word:
    """Merge a number cell: the second reading, its confidence limited by its weakest digit and the first reading."""
    least = min(word.confidence for word in first)
    if _same_number(joined, second.text):
        agreed = 1 - (1 - second.weakest) * (1 - 0.5 * least)
        return Word(second.text, box, min(0.999, agreed), raw=joined if joined != second.text else None)
    if second.weakest >= settings.sure_cell:
        return Word(second.text, box, second.weakest * 0.98, (joined,), raw=joined)
    return Word(second.text, box, second.weakest * 0.7, (joined,), raw=joined)


def _same_number(first: str, second: str) -> bool:
    """Tell whether both readings have the same digits; the first recogniser has no % and reads other signs."""
    plain = second.replace(" ", "")
    if plain.endswith("%"):
        digits = plain[:-1]
        return first.replace(" ", "").startswith(digits) and len(first.replace(" ", "")) <= len(digits) + 2
    return first.replace(" ", "").removesuffix(".") == plain.removesuffix(".")  # a dot after a number is often noise


def _merge_words(first: tuple[Word, ...], second: RecognisedCell) -> tuple[Word, ...]:
    """Return the first recogniser's words: confirmed ones gain confidence, others keep the second reading."""
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
