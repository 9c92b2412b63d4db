"""Signals of one text by itself: how its words were read, and whether its lines are one text.

The strongest of the latter is that lines are filled: a line that ends although the next word had room was ended on
purpose, so what follows is another text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from kompass_extract.content.joining import OPEN_END, SENTENCE_END
from kompass_extract.model.document import Knows, LabelledBlock, Line, PageKind, Word, mean_confidence
from kompass_extract.model.mojibake import same_text
from kompass_extract.model.readings import UNSURE_WORD
from kompass_extract.report.confidence.block_places import FieldSource, PlaceIndex, letters
from kompass_extract.report.confidence.evidence import FieldEvidence

TINY = 12  # letters below which a text is very short
EARLY_EM = 3.0  # letter heights of unused room from which on a line certainly ended on purpose
LEAST_ROOM = 0.6  # letter heights beyond the next word's width that count as room: boxes are not exact
SPACE = 0.35  # width of a space in letter heights
_SIGN = re.compile(r"^[^\w\"'”’“(«»§&/+%]+$")
_MIXED = re.compile(r"[^\W\d]\d|\d[^\W\d]|[|=\\~^_<>{}]")
_KNOWN_MIXED = re.compile(r"^\W*(?:\d+[a-zåäö]{1,2}|\d+[-–:]\w+|\d+\.\d+\w*|[A-ZÅÄÖ]+\d+|\w+@\S+|www\S+)\W*$")
_LETTER = re.compile(r"^[^\W\d_]$")
_WORDS_OF_ONE_LETTER = frozenset("iåöàIÅÖÀ")
_TWICE = re.compile(r"\b(\w{4,})\s+\1\b", re.IGNORECASE)
_PLAIN = re.compile(r"^[a-zåäöé]{4,}$")

RightEdge = Callable[[LabelledBlock, Line], float]


def read_signals(evidence: FieldEvidence, words: Sequence[Word], knows: Knows | None) -> FieldEvidence:
    """``evidence`` with what is known of the reading of its words; unchanged where there are none."""
    if not words:
        return evidence
    bare = [word.text.strip("\"'”’“.,;:!?()[]") for word in words]
    plain = [one for place, one in enumerate(bare) if _PLAIN.match(one if place else one.lower())]
    unknown = sum(not knows(word) for word in plain) if knows is not None else 0
    return replace(
        evidence,
        misread=_share(1 - mean_confidence(words)),
        weakest_word=_share(1 - min(word.confidence for word in words)),
        doubtful_words=sum(word.confidence < UNSURE_WORD for word in words) / len(words),
        two_readings=sum(bool(word.alternatives) for word in words) / len(words),
        unknown_words=unknown / len(plain) if plain else 0.0,
        odd_signs=sum(is_odd(word.text) for word in words) / len(words),
        repaired=float(any(word.raw is not None and not same_text(word.raw, word.text) for word in words)),
    )


def page_signals(evidence: FieldEvidence, page_numbers: Sequence[int], index: PlaceIndex) -> FieldEvidence:
    """``evidence`` with what is known of the pages it stands on."""
    pages = [index.pages[number] for number in page_numbers if number in index.pages]
    if not pages:
        return evidence
    return replace(
        evidence,
        page_doubt=_share(1 - min(page.ocr_confidence for page in pages)),
        scanned=float(any(page.kind is PageKind.SCANNED for page in pages)),
    )


def unity_signals(
    evidence: FieldEvidence, text: str, source: FieldSource, right: RightEdge, *, sentences: bool
) -> FieldEvidence:
    """``evidence`` with what its lines tell of being one text; ``sentences`` for running text."""
    early, low = _early_breaks(source, right)
    lines = [placed.line for placed in source.lines]
    ended = SENTENCE_END.search(text) if sentences else not OPEN_END.search(text)
    return replace(
        evidence,
        early_break=early,
        early_break_low=low,
        inner_mark=float(any(line.bullet is not None or begins_with_sign(line.text) for line in lines[1:])),
        first_mark=float(begins_with_sign(text)),
        open_end=float(not ended),
        joined=float(len(source.blocks) > 1),
        stop_break=float(_breaks_at_stop(source)),
        tiny=float(len(letters(text)) < TINY),
        repeated=float(_TWICE.search(text) is not None),
        label=max((_label_doubt(block) for block in source.blocks), default=0.0),
    )


def fills_line(before: FieldSource, after: FieldSource, right: RightEdge) -> bool:
    """Whether the last line of ``before`` had no room for the first word of ``after``: they may be one text."""
    if not before.lines or not after.lines or not after.lines[0].line.words:
        return False
    last, first = before.lines[-1], after.lines[0]
    return room_left(last.labelled, last.line, first.line.words[0], right) <= 0


def room_left(block: LabelledBlock, line: Line, following: Word, right: RightEdge) -> float:
    """Letter heights left on a line after the word ``following`` were put there; negative where it does not fit."""
    size = max(block.block.size, 1.0)
    return (right(block, line) - line.box.x1 - following.box.width) / size - SPACE


def begins_with_sign(text: str) -> bool:
    """Whether the first word is a sign that no sentence begins with: a list mark that was read as text."""
    head, _, rest = text.strip().partition(" ")
    return bool(rest) and _SIGN.match(head) is not None


def is_odd(word: str) -> bool:
    """A sign alone (dashes apart), a letter alone that is no word, or letters and digits mixed as no word has them."""
    if _SIGN.match(word):
        return word not in {"–", "-", "—", "…", "..."}
    if _LETTER.match(word):
        return word not in _WORDS_OF_ONE_LETTER
    return _MIXED.search(word) is not None and not _KNOWN_MIXED.match(word)


def twice(text: str) -> bool:
    """Whether a word stands twice running."""
    return _TWICE.search(text) is not None


def _early_breaks(source: FieldSource, right: RightEdge) -> tuple[float, float]:
    """The most room that was left unused before a capital and before a small letter, 0..1 of ``EARLY_EM``."""
    early = {False: 0.0, True: 0.0}
    for one, other in zip(source.lines, source.lines[1:], strict=False):
        if not other.line.words or other.line.box.y0 <= one.line.box.y0 or one.page != other.page:
            continue
        room = room_left(one.labelled, one.line, other.line.words[0], right)
        if room > LEAST_ROOM:
            low = not other.line.text.lstrip("\"'”’“(«")[:1].isupper()
            early[low] = max(early[low], min(1.0, room / EARLY_EM))
    return early[False], early[True]


def _breaks_at_stop(source: FieldSource) -> bool:
    """Whether a page or column ends inside of it with a full stop, so that nothing tells it from two texts."""
    return any(
        SENTENCE_END.search(one.line.text) is not None
        for one, other in pairwise(source.lines)
        if one.page != other.page or other.line.box.y1 <= one.line.box.y0
    )


def _label_doubt(block: LabelledBlock) -> float:
    return min(1.0, -math.log(max(block.confidence, 1e-3)) / 2)


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))
