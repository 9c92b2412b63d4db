"""Correct misread words of scanned pages, and keep the raw reading.

Numbers, short words, words cut at a line end and words of a text layer are never changed.  An unsure
proposal becomes an alternative and changes nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from kompass_extract.model.document import PageKind, Word
from kompass_extract.model.geometry import overlap
from kompass_extract.repair import OddWord, Proposal, Repair, Repairer
from kompass_extract.repair.stray_signs import parted, with_likely_signs
from kompass_extract.words.page_reader import PageReading, ReadStrip

SUREST = 0.9  # confidence of a replaced word, as if two recognisers differ
LINE_ABOVE = 4.0  # cap heights: most distance between the tops of two lines of one text
LEAST_UNKNOWN, UNKNOWN_ON_THIN = 5, 0.4  # least letters, and most confidence, of unlisted words on a thin copy
LEAST_READ = 0.3  # a reading of lower confidence is noise or a picture, not a word with one wrong letter
_BARE = re.compile(r"(?P<before>[^\w]*)(?P<word>[^\W\d_]+)(?P<after>[^\w]*)")
_STOPS = (".", "!", "?")
_HYPHENS = ("-", "\u00ad", "‐")


@dataclass(frozen=True, slots=True)
class _WordPlace:
    """The position of a word: page, line segment and word, all from 0."""

    page: int
    strip: int
    word: int


def with_likely_words(pages: Sequence[PageReading], repairer: Repairer) -> list[PageReading]:
    """Replace misread words of the pages if the correction is sure; else lower their confidence."""
    pages = _with_dots(pages, repairer)
    pages = [_with_likely_signs(page, repairer) if page.kind is PageKind.SCANNED else page for page in pages]
    places: list[list[_WordPlace]] = []
    lines: list[list[OddWord]] = []
    for number, page in enumerate(pages):
        if page.kind is not PageKind.SCANNED:
            continue
        beside = _StripsByHeight(page.strips)
        for index, strip in enumerate(page.strips):
            words = strip.line.words
            places.append([_WordPlace(number, index, place) for place in range(len(words))])
            cut = bool(words) and words[0].text[0].islower() and beside.may_follow_cut(strip)
            opens = [place == 0 or words[place - 1].text.endswith(_STOPS) for place in range(len(words))]
            lines.append(
                [_odd(word, after_cut=cut and place == 0, opens=opens[place]) for place, word in enumerate(words)]
            )
    found = {places[one.line][one.place]: one for one in repairer.misread(lines)}
    return [_page(page, number, found) for number, page in enumerate(pages)] if found else pages


class _StripsByHeight:
    """A page's line segments sorted by height, to find those near another quickly."""

    def __init__(self, strips: Sequence[ReadStrip]) -> None:
        self._strips = sorted(strips, key=lambda strip: strip.line.box.y0)
        self._tops = [strip.line.box.y0 for strip in self._strips]

    def below(self, strip: ReadStrip) -> str:
        """Return the text of the line directly below that begins under this one; empty if it begins with a bullet."""
        top = strip.line.box.y0
        under = self._within(strip, bisect_right(self._tops, top), bisect_right(self._tops, top + _reach(strip)))
        nearest = next(under, None)
        return nearest.line.text if nearest is not None and nearest.line.bullet is None else ""

    def may_follow_cut(self, strip: ReadStrip) -> bool:
        """Tell whether a line may begin with the rest of a word: the line above ends with a hyphen, or is missing."""
        top = strip.line.box.y0
        above = [*self._within(strip, bisect_left(self._tops, top - _reach(strip)), bisect_left(self._tops, top))]
        return not above or any(one.line.words and one.line.words[-1].text.endswith(_HYPHENS) for one in above)

    def _within(self, strip: ReadStrip, start: int, end: int) -> Iterator[ReadStrip]:
        """Yield the segments from ``start`` to ``end`` that are above or below this one, from the top."""
        box = strip.line.box
        for other in self._strips[start:end]:
            if overlap(box.x0, box.x1, other.line.box.x0, other.line.box.x1) > 0:
                yield other


def _reach(strip: ReadStrip) -> float:
    """Return the most distance in points between the tops of two lines of one text."""
    return LINE_ABOVE * max(strip.letter_height, 1.0)


def _with_likely_signs(page: PageReading, repairer: Repairer) -> PageReading:
    """Return the page without the signs that noise made in and between its words."""
    lines = _StripsByHeight(page.strips)
    strips = []
    for strip in page.strips:
        words = with_likely_signs(strip.line.words, repairer.cost, lines.below(strip))
        words = _with_like_words(words, repairer)
        strips.append(replace(strip, line=replace(strip.line, words=words)) if words != strip.line.words else strip)
    return replace(page, strips=tuple(strips)) if tuple(strips) != page.strips else page


def _with_dots(pages: Sequence[PageReading], repairer: Repairer) -> list[PageReading]:
    """Return the pages with the dots and rings that a thin copy lost."""
    lines = [[strip.line.text for strip in page.strips] if page.kind is PageKind.SCANNED else () for page in pages]
    return [
        _with_repairs(page, repairs, repairer) if any(repairs) else page
        for page, repairs in zip(pages, repairer.restore_dots(lines), strict=True)
    ]


def _with_repairs(page: PageReading, found: Sequence[Sequence[Repair]], repairer: Repairer) -> PageReading:
    """Restore the page's words that lost their dots; unlisted words stay in doubt, as they may have lost more."""
    strips = []
    for strip, repairs in zip(page.strips, found, strict=True):
        words = [_doubted(word, repairer) for word in _restored(strip.line.words, repairs)]
        strips.append(replace(strip, line=replace(strip.line, words=tuple(words))))
    return replace(page, strips=tuple(strips))


def _doubted(word: Word, repairer: Repairer) -> Word:
    """Lower the confidence of a long unlisted word."""
    match = _BARE.fullmatch(word.text)
    if match is None or len(match["word"]) < LEAST_UNKNOWN or repairer.knows(match["word"]):
        return word
    return replace(word, confidence=min(word.confidence, UNKNOWN_ON_THIN))


def _restored(words: tuple[Word, ...], repairs: Sequence[Repair]) -> tuple[Word, ...]:
    """Apply repairs to a line's words, the last first, so that positions stay valid."""
    starts = _starts(words)
    found = list(words)
    for repair in reversed(repairs):
        place = bisect_right(starts, repair.start) - 1
        word = found[place]
        if repair.end - starts[place] > len(words[place].text):
            continue
        before, after = word.text[: repair.start - starts[place]], word.text[repair.end - starts[place] :]
        others = [before + text + after for text in (repair.raw, *(text for text, _ in repair.alternatives))]
        text = before + repair.restored + after
        found[place] = replace(word, text=text, confidence=min(word.confidence, repair.confidence, SUREST),
                               alternatives=tuple(dict.fromkeys(one for one in others if one != text)),
                               raw=word.text if word.raw is None else word.raw)  # fmt: skip
    return tuple(found)


def _starts(words: Sequence[Word]) -> list[int]:
    """Return the start of each word in the line's text, and that of a following one."""
    return [0, *accumulate(len(word.text) + 1 for word in words)]


def _with_like_words(words: tuple[Word, ...], repairer: Repairer) -> tuple[Word, ...]:
    """Replace usual words of a line for which a word of similar shape is far likelier.

    The first and the last word are kept, since the line does not hold both their neighbours.
    """
    starts = _starts(words)
    found = list(words)
    for one in repairer.likelier_words(" ".join(word.text for word in words)):
        place = bisect_right(starts, one.start) - 1
        word = words[place]
        at = slice(one.start - starts[place], one.end - starts[place])
        if not one.is_sure or not 0 < place < len(words) - 1 or not word.text[at].islower():
            continue
        text = word.text[: at.start] + one.other + word.text[at.stop :]
        alternatives = tuple(dict.fromkeys((word.text, *word.alternatives)))
        found[place] = replace(word, text=text, confidence=min(word.confidence, SUREST), alternatives=alternatives,
                               raw=word.text if word.raw is None else word.raw)  # fmt: skip
    return tuple(found)


def _odd(word: Word, *, after_cut: bool, opens: bool) -> OddWord:
    """Describe a word for the search for proposals.

    ``after_cut``: it may be the rest of a hyphenated word; ``opens``: a line or sentence begins here.
    """
    match = _BARE.fullmatch(word.text)
    if match is None:
        return OddWord(word.text.lower(), asked=False)
    text = match["word"]
    plain = text.islower() or text.isupper() or text[1:].islower()
    whole = not word.text.endswith(_HYPHENS) and not (after_cut and text[0].islower())
    asked = plain and whole and word.confidence >= LEAST_READ
    return OddWord(text.lower(), asked, name_like=not opens and text[0].isupper() and not text.isupper())


def _page(page: PageReading, number: int, found: dict[_WordPlace, Proposal]) -> PageReading:
    strips = []
    for index, strip in enumerate(page.strips):
        words = tuple(
            part
            for place, word in enumerate(strip.line.words)
            for part in parted(_replaced(word, found.get(_WordPlace(number, index, place))))
        )
        strips.append(replace(strip, line=replace(strip.line, words=words)) if words != strip.line.words else strip)
    return replace(page, strips=tuple(strips))


def _replaced(word: Word, proposal: Proposal | None) -> Word:
    match = _BARE.fullmatch(word.text)
    if proposal is None or match is None:
        return word

    def told(text: str) -> str:
        raw = match["word"]
        cased = text.upper() if raw.isupper() else text.capitalize() if raw[0].isupper() else text
        return match["before"] + cased + match["after"]

    others = tuple(told(text) for text in proposal.alternatives)
    if proposal.sure:
        sure = min(word.confidence, proposal.confidence, SUREST)
        return replace(word, text=told(proposal.text), confidence=sure, alternatives=(word.text, *others),
                       raw=word.raw or word.text)  # fmt: skip
    alternatives = dict.fromkeys((*word.alternatives, told(proposal.text), *others))
    return replace(word, alternatives=tuple(alternatives))
