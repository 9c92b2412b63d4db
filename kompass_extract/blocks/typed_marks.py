"""List marks that stand in the text: numbers, letters, dashes, plus signs, arrows, and what a reader made of a picture.

A report shows its own marks: a sign is one where it begins several lines at one indent, a number where its successor
follows below it, a letter read from a dot where other lines have dots.  No list of signs is kept, only of signs that
sentences begin with.  A mark is taken out of its line's words and becomes the line's bullet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import pairwise

from kompass_extract.blocks.parts import beside, may_be_number_cell
from kompass_extract.model.document import Line, Word
from kompass_extract.model.geometry import Box
from kompass_extract.words.page_reader import PageReading, ReadStrip

# Lengths in cap heights.
REACH = 6.0  # from a mark to its text
SAME_INDENT = 0.5  # between the left edges of marks of one list
SAME_TEXT = 0.6  # between the left edges of their texts
HEADLINE = 1.2  # letters from this height on are a heading's
LARGE_NUMBER = 1.4  # height of a score's digits against the letters beside it
LEAST_SIGNS = 2  # lines at one indent that begin with a sign
LEAST_LETTERS = 3  # the same for single letters, which may be initials
LEAST_SHARE = 0.2  # of the lines at that indent that begin with a sign, where its texts begin with capitals
MOST_LINES = 0.5  # the same where they do not: dashes in prose have less
LEAST_BARE = 3  # numbers without a sign after them that follow each other: a line may begin with a number
LEAST_LISTS = 2  # numbered lists of a report from which on a lone "1." is a mark
LONGEST_MARK = 2  # characters: "»", "e-"

_ORDINAL = re.compile(r"^(\(?)(\d{1,2}|[a-zA-Z])([.)]|\.\))$")
_BARE = re.compile(r"^[1-9]\d?$")  # as in a ring, or before a wide space
_BARE_STYLE = "1"
_GLUED = re.compile(
    r"^(?:(\d{1,2}[.)]|[a-z]\)|[^\w\s\"'”’“„»«(\[§%&/.,:;…<]{1,2})(?=[A-ZÅÄÖ][a-zåäö])"
    r"|([\u2190-\u21ff\u25a0-\u2bff\uf000-\uf0ff])(?=[^\W\d_]))"  # arrows, shapes, ticks: no word begins with one
)
_BEGINS_TEXT = frozenset("\"'”’“„«(§%&/…[<")  # signs that sentences begin with
_WORDS_OF_ONE_LETTER = frozenset("iIåÅöÖàaAéÈ")
_HAS_PAGE_NUMBER = re.compile(r"[.…\s]\d{1,3}$")


class _Kind(Enum):
    ORDINAL = auto()  # has a successor
    SIGN = auto()  # neither letter nor digit
    LETTER = auto()  # a single letter that is no word, or a sign that sentences begin with: a misread mark


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A strip that may begin with a mark; ``lone`` is the mark's own strip where a gap parts it from the text."""

    page: int
    strip: int
    lone: int | None
    sign: str
    kind: _Kind
    style: str  # of an ordinal: what stands around it
    value: int  # of an ordinal
    mark: Box
    text_x: float
    baseline: float
    rest: tuple[Word, ...]

    @property
    def x0(self) -> float:
        return self.mark.x0


def take_typed_marks(pages: Sequence[PageReading], names: Callable[[str], bool]) -> tuple[PageReading, ...]:
    """The pages with each typed mark as the bullet of its line; ``names``: whether a numbered line is a heading."""
    candidates = [list(_candidates(index, page)) for index, page in enumerate(pages)]
    groups = [
        group
        for page, found in zip(pages, candidates, strict=True)
        for group in _by_indent(found, SAME_INDENT * page.em)
    ]
    taken = _ordinals(groups, pages, names)
    taken |= _signs(groups, pages)
    chosen: list[dict[int, _Candidate]] = [{} for _ in pages]
    for candidate in taken:
        chosen[candidate.page][candidate.strip] = candidate
    return tuple(_marked(page, found) for page, found in zip(pages, chosen, strict=True))


def _marked(page: PageReading, found: dict[int, _Candidate]) -> PageReading:
    if not found:
        return page
    gone = {candidate.lone for candidate in found.values()}
    strips = [
        _with_mark(strip, found[index]) if index in found else strip
        for index, strip in enumerate(page.strips)
        if index not in gone
    ]
    return replace(page, strips=tuple(strips))


def _with_mark(strip: ReadStrip, candidate: _Candidate) -> ReadStrip:
    box = replace(strip.line.box, x0=candidate.text_x)
    return replace(strip, line=Line(box, candidate.rest, candidate.mark, candidate.sign))


def _candidates(index: int, page: PageReading) -> Iterator[_Candidate]:
    """All strips of a page whose first word may be a mark, or that stand behind a strip that may be one."""
    for place, strip in enumerate(page.strips):
        words = strip.line.words
        if strip.line.bullet is not None or not words or (len(words) > 1 and may_be_number_cell(strip.line.text)):
            continue
        if len(words) == 1 and (about := _judged(words[0].text)) is not None:
            target = _text_after(strip, page)
            if target is not None:
                other = page.strips[target]
                yield _Candidate(
                    index, target, place, words[0].text, *about, words[0].box, other.line.box.x0, other.baseline,
                    other.line.words,
                )  # fmt: skip
        elif len(words) > 1 and (about := _judged(words[0].text)) is not None:
            if words[1].box.x0 - words[0].box.x1 <= REACH * page.em and not _is_cell(strip, page):
                yield _Candidate(
                    index, place, None, words[0].text, *about, words[0].box, words[1].box.x0, strip.baseline, words[1:]
                )
        elif (glued := _GLUED.match(words[0].text)) is not None and (about := _judged(glued[0])) is not None:
            mark, rest = _cut(words[0], len(glued[0]))
            yield _Candidate(
                index, place, None, glued[0], *about, mark, rest.box.x0, strip.baseline, (rest, *words[1:])
            )


def _judged(text: str) -> tuple[_Kind, str, int] | None:
    """What kind of mark a word may be, the style and value of an ordinal; None for a word."""
    ordinal = _ORDINAL.match(text)
    if ordinal is not None:
        figure = ordinal[2]
        value = int(figure) if figure.isdigit() else ord(figure.casefold()) - ord("a") + 1
        style = ordinal[1] + ("1" if figure.isdigit() else "a" if figure.islower() else "A") + ordinal[3]
        return _Kind.ORDINAL, style, value
    if _BARE.match(text):
        return _Kind.ORDINAL, _BARE_STYLE, int(text)
    if len(text) > LONGEST_MARK or text in _WORDS_OF_ONE_LETTER or any(map(str.isdigit, text)):
        return None
    letters = sum(map(str.isalnum, text))
    if letters == 0 and not set(text) & _BEGINS_TEXT and any(sign not in ".,:;" for sign in text):
        return _Kind.SIGN, "", 0
    return (_Kind.LETTER, "", 0) if letters <= 1 else None


def _cut(word: Word, length: int) -> tuple[Box, Word]:
    """A mark that is glued to a word, and the word without it."""
    at = word.box.x0 + word.box.width * length / len(word.text)
    return replace(word.box, x1=at), replace(word, text=word.text[length:], box=replace(word.box, x0=at), raw=None)


def _text_after(lone: ReadStrip, page: PageReading) -> int | None:
    """The strip that a mark in a strip of its own stands before."""
    near = [
        (other.line.box.x0, index)
        for index, other in enumerate(page.strips)
        if other is not lone
        and 0 <= other.line.box.x0 - lone.line.box.x1 <= REACH * page.em
        and abs(other.baseline - lone.baseline) < 0.5 * page.em
    ]
    if not near:
        return None
    target = page.strips[min(near)[1]]
    plain = target.line.bullet is None and not may_be_number_cell(target.line.text) and not _is_cell(target, page)
    return min(near)[1] if plain else None


def _is_cell(strip: ReadStrip, page: PageReading) -> bool:
    """Whether numbers stand on the strip's right: its number is a table's, or its page's in the contents.

    A number in much larger letters is the chapter's score beside its lists.
    """
    if _HAS_PAGE_NUMBER.search(strip.line.text) and "..." in strip.line.text:
        return True
    return any(
        other.line.box.x0 > strip.line.box.x1
        and may_be_number_cell(other.line.text)
        and other.letter_height < LARGE_NUMBER * strip.letter_height
        and _ORDINAL.match(other.line.text) is None
        and beside(strip, other)
        for other in page.strips
    )


def _by_indent(found: Iterable[_Candidate], tolerance: float) -> list[list[_Candidate]]:
    """A page's candidates of one kind and indent, each group from top to bottom."""
    groups: list[list[_Candidate]] = []
    for candidate in sorted(found, key=lambda one: one.baseline):
        for group in groups:
            first = group[0]
            aligned = abs(first.x0 - candidate.x0) < tolerance or (
                first.kind is _Kind.ORDINAL and abs(first.mark.x1 - candidate.mark.x1) < tolerance
            )
            near = abs(first.text_x - candidate.text_x) < SAME_TEXT / SAME_INDENT * tolerance * 1.5
            if (first.kind, first.style) == (candidate.kind, candidate.style) and aligned and near:
                group.append(candidate)
                break
        else:
            groups.append([candidate])
    return groups


def _ordinals(
    groups: Sequence[Sequence[_Candidate]], pages: Sequence[PageReading], names: Callable[[str], bool]
) -> set[_Candidate]:
    """Numbers and letters that others follow at their indent, and those that go on with such a list."""
    ordinal = [group for group in groups if group[0].kind is _Kind.ORDINAL]
    chains = [chain for group in ordinal for chain in _chains(group) if not _are_headings(chain, pages, names)]
    lists = [chain for chain in chains if _is_list(chain)]
    taken = {candidate for chain in lists for candidate in chain}
    for chain in chains:
        one = chain[0]
        if _is_list(chain):
            continue
        alike = [other for other in lists if other[0].style == one.style and _same_indent(other[0], one, pages)]
        goes_on = any(0 <= one.page - other[-1].page <= 1 and other[-1].value + 1 == one.value for other in alike)
        first = (one.value == 1 or len(chain) > 1) and sum(other[0].value == 1 for other in alike) >= LEAST_LISTS
        leads = any(0 <= other[0].page - one.page <= 1 and chain[-1].value + 1 == other[0].value for other in alike)
        if goes_on or first or leads:
            taken.update(chain)
            lists.append(chain)
    return taken


def _chains(group: Sequence[_Candidate]) -> list[list[_Candidate]]:
    """A group cut where a number is not the one after that above it."""
    chains = [[group[0]]]
    for above, below in pairwise(group):
        if below.value == above.value + 1:
            chains[-1].append(below)
        else:
            chains.append([below])
    return chains


def _is_list(chain: Sequence[_Candidate]) -> bool:
    """Whether numbers that follow each other are a list's by themselves."""
    if chain[0].style == _BARE_STYLE:
        return chain[0].value == 1 and len(chain) >= LEAST_BARE
    return len(chain) > 1


def _same_indent(a: _Candidate, b: _Candidate, pages: Sequence[PageReading]) -> bool:
    return abs(a.x0 - b.x0) < SAME_INDENT * pages[b.page].em


def _are_headings(chain: Sequence[_Candidate], pages: Sequence[PageReading], names: Callable[[str], bool]) -> bool:
    """Whether numbered lines are headings: larger or heavier than what stands between them, or names of areas."""
    page = pages[chain[0].page]
    strips = [page.strips[one.strip] for one in chain]
    named = sum(names(" ".join((one.sign, *(word.text for word in one.rest)))) for one in chain)
    if 2 * named >= len(chain) or all(strip.letter_height > HEADLINE * page.em for strip in strips):
        return True
    between = [
        strip
        for strip in page.strips
        if chain[0].baseline < strip.baseline < chain[-1].baseline and all(strip is not one for one in strips)
    ]
    light = min((strip.stroke for strip in strips), default=0.0)
    return bool(between) and all(strip.stroke * HEADLINE < light for strip in between)


def _signs(groups: Sequence[Sequence[_Candidate]], pages: Sequence[PageReading]) -> set[_Candidate]:
    """Signs that begin several lines at one indent, and those where other lines of the report have marks."""
    signs = [group for group in groups if group[0].kind is not _Kind.ORDINAL]
    known = [
        (strip.line.bullet.x0, strip.line.box.x0)
        for page in pages
        for strip in page.strips
        if strip.line.bullet is not None
    ]
    taken: set[_Candidate] = set()
    for group in signs:
        least = LEAST_SIGNS if group[0].kind is _Kind.SIGN else LEAST_LETTERS
        if len(group) >= least and _leads_lines(group, pages[group[0].page]):
            taken.update(group)
    known += [(one.x0, one.text_x) for one in taken]
    return taken | {
        one for group in signs for one in group if one not in taken and _among(one, known, pages[one.page].em)
    }


def _among(one: _Candidate, known: Sequence[tuple[float, float]], em: float) -> bool:
    return any(
        abs(mark - one.x0) < SAME_INDENT * em and abs(text - one.text_x) < SAME_TEXT * em for mark, text in known
    )


def _leads_lines(group: Sequence[_Candidate], page: PageReading) -> bool:
    """Whether enough of the lines at the group's indent, from its first to its last, begin with its signs."""
    top, bottom = group[0].baseline, group[-1].baseline
    own = {one.strip for one in group} | {one.lone for one in group}
    others = sum(
        top <= strip.baseline <= bottom and abs(strip.line.box.x0 - group[0].x0) < SAME_INDENT * page.em
        for index, strip in enumerate(page.strips)
        if index not in own and strip.line.bullet is None
    )
    share = len(group) / (len(group) + others)
    begin = sum(one.rest[0].text[:1].isupper() for one in group) / len(group)
    return share >= MOST_LINES or (share >= LEAST_SHARE and begin >= MOST_LINES)
