"""Misread words of scanned pages: the likely word in their place, the reader's own kept beside it.

Numbers, short words, words cut at a line's end and words of a text layer are never touched.  A proposal that is
not sure is told as an alternative and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kompass_extract.model.document import PageKind, Word
from kompass_extract.repair import OddWord, Proposal, Repairer
from kompass_extract.words.page_reader import PageReading

SUREST = 0.9  # confidence of a word that was put in another's place, as where two readers differ
LEAST_READ = 0.3  # a reading below this is scribble or a picture, not a word with one wrong letter
_BARE = re.compile(r"(?P<before>[^\w]*)(?P<word>[^\W\d_]+)(?P<after>[^\w]*)")
_HYPHENS = ("-", "\u00ad", "‐")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a word stands: page, strip and word, all from 0."""

    page: int
    strip: int
    word: int


def with_likely_words(pages: Sequence[PageReading], repairer: Repairer) -> list[PageReading]:
    """The pages with misread words replaced where that is sure, and doubted where it is not."""
    places: list[list[_Place]] = []
    lines: list[list[OddWord]] = []
    for number, page in enumerate(pages):
        if page.kind is not PageKind.SCANNED:
            continue
        cut = any(strip.line.words and strip.line.words[-1].text.endswith(_HYPHENS) for strip in page.strips)
        for index, strip in enumerate(page.strips):
            words = strip.line.words
            places.append([_Place(number, index, place) for place in range(len(words))])
            lines.append([_odd(word, place, after_cut=cut and place == 0) for place, word in enumerate(words)])
    found = {places[one.line][one.place]: one for one in repairer.misread(lines)}
    return [_page(page, number, found) for number, page in enumerate(pages)] if found else list(pages)


def _odd(word: Word, place: int, *, after_cut: bool) -> OddWord:
    """The word as the proposals want it; ``after_cut`` says that it may be the rest of a word cut by a hyphen."""
    match = _BARE.fullmatch(word.text)
    if match is None:
        return OddWord(word.text.lower(), asked=False)
    text = match["word"]
    plain = text.islower() or text.isupper() or text[1:].islower()
    whole = not word.text.endswith(_HYPHENS) and not (after_cut and text[0].islower())
    asked = plain and whole and word.confidence >= LEAST_READ
    return OddWord(text.lower(), asked, name_like=place > 0 and text[0].isupper() and not text.isupper())


def _page(page: PageReading, number: int, found: dict[_Place, Proposal]) -> PageReading:
    strips = []
    for index, strip in enumerate(page.strips):
        words = tuple(
            _replaced(word, found.get(_Place(number, index, place))) for place, word in enumerate(strip.line.words)
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
