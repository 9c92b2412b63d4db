"""The pages of a file as the pages of its report: spreads cut, repeats left out, a reversed order put right.

Inside, the pages of a report count from 1 in reading order.  ``Arranged.origins`` says for each of them on which page
of the file it lies and where, and what the report JSON states is put back on the file's pages by it.  A file in order,
with one page to a sheet and none twice, comes out as it was.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import count

from rapidfuzz import fuzz

from kompass_extract.blocks.furniture import edge_numbers
from kompass_extract.blocks.spreads import Half, halves, is_spread_file
from kompass_extract.model.document import FilePage, Origin, PageKind, PageRole, Word
from kompass_extract.words.page_reader import PageReading

LEAST_TEXT = 200  # characters of a page that can be known again; shorter ones may be alike
SAME_PAGE = 96.0  # rapidfuzz ratio of two born-digital readings of one page; two tables of one form have 80 at most
SAME_SCANNED = 90.0  # of two readings of one page scanned twice
DOUBTED = 0.5  # confidence of a number that two readings of one page have differently
LEAST_NUMBERED = 3  # pages with printed numbers that can show an order
NUMBERED_SHARE = 0.6  # of the pages, those with a printed number where single pages are put elsewhere


@dataclass(frozen=True, slots=True)
class Arranged:
    """The report's pages in reading order, numbered from 1, where each lies, and the file's pages in their order.

    ``origins`` and ``file_pages`` are empty where the report's pages are the file's, one by one.
    """

    pages: tuple[PageReading, ...]
    origins: tuple[Origin, ...] = ()
    file_pages: tuple[FilePage, ...] = ()


def arrange(readings: Sequence[PageReading]) -> Arranged:
    """The report's pages out of those of the file."""
    cut = _cut(readings)
    same = _repeats([half.reading for half in cut])
    for drop, keep in same.items():
        cut[keep] = replace(cut[keep], reading=_doubted(cut[keep].reading, cut[drop].reading))
    kept = [half for index, half in enumerate(cut) if index not in same]
    order = _reading_order([half.reading for half in kept])
    if len(cut) == len(kept) == len(readings) and order == sorted(order):
        return Arranged(tuple(readings))
    moved = {kept[index].reading.number for place, index in enumerate(order) if place != index}
    repeated = {cut[index].reading.number: cut[first].reading.number for index, first in same.items()}
    used = {half.reading.number for half in kept}
    roles: dict[int, tuple[PageRole, int | None]] = {}
    for page in readings:
        role = PageRole.MOVED if page.number in moved else PageRole.PAGE
        parts = [half for half in cut if half.reading.number == page.number]
        if len(parts) > 1 or any(half.reading.width < page.width for half in parts):
            role = PageRole.SPREAD
        again = repeated.get(page.number) if page.number not in used else None
        roles[page.number] = (role, None) if again is None else (PageRole.REPEAT, again)
    return Arranged(
        tuple(replace(kept[index].reading, number=place) for place, index in enumerate(order, start=1)),
        tuple(Origin(kept[index].reading.number, kept[index].x) for index in order),
        tuple(_file_page(page, *roles[page.number]) for page in readings),
    )


def _file_page(page: PageReading, role: PageRole, same_as: int | None) -> FilePage:
    return FilePage(
        page.number, page.width, page.height, page.rotation, page.skew, page.kind, page.decision, role, same_as
    )


def _cut(readings: Sequence[PageReading]) -> list[Half]:
    if not is_spread_file(readings):
        return [Half(page, 0.0) for page in readings]
    return [half for page in readings for half in halves(page)]


def _repeats(pages: Sequence[PageReading]) -> dict[int, int]:
    """Places of pages that say the same as another, with that one's place; the surer reading of both stays."""
    texts = [" ".join(strip.line.text for strip in page.strips) for page in pages]
    same: dict[int, int] = {}
    for later, text in enumerate(texts):
        for earlier in range(later):
            if earlier in same or min(len(text), len(texts[earlier])) < LEAST_TEXT:
                continue
            least = (
                SAME_PAGE if pages[later].kind is pages[earlier].kind and _is_digital(pages[later]) else SAME_SCANNED
            )
            if fuzz.ratio(text, texts[earlier], score_cutoff=least):
                better = _confidence(pages[later]) > _confidence(pages[earlier])
                drop, keep = (earlier, later) if better else (later, earlier)
                same[drop] = keep
                break
    return same


def _doubted(page: PageReading, other: PageReading) -> PageReading:
    """The page with what the other reading of it has otherwise beside its words, those with digits put in doubt."""
    ours = [word.text for strip in page.strips for word in strip.line.words]
    theirs = [word.text for strip in other.strips for word in strip.line.words]
    else_read: dict[int, str] = {}
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "replace" and a1 - a0 == b1 - b0:
            else_read |= dict(zip(range(a0, a1), theirs[b0:b1], strict=True))
    if not else_read:
        return page
    counter = count()
    strips = tuple(
        replace(s, line=replace(s.line, words=tuple(_beside(w, else_read.get(next(counter))) for w in s.line.words)))
        for s in page.strips
    )
    return replace(page, strips=strips)


def _beside(word: Word, other: str | None) -> Word:
    if other is None:
        return word
    digits = any(map(str.isdigit, word.text + other))
    sure = min(word.confidence, DOUBTED) if digits else word.confidence
    return replace(word, alternatives=(*word.alternatives, other), confidence=sure)


def _is_digital(page: PageReading) -> bool:
    return page.kind is PageKind.BORN_DIGITAL


def _confidence(page: PageReading) -> float:
    letters = sum(len(strip.line.text) for strip in page.strips)
    return sum(strip.line.confidence * len(strip.line.text) for strip in page.strips) / max(1, letters)


def _reading_order(pages: Sequence[PageReading]) -> list[int]:
    """Places in reading order: as they are, all reversed, or by their printed numbers."""
    here = list(range(len(pages)))
    numbers = _printed_numbers(pages)
    known = [(place, number) for place, number in enumerate(numbers) if number is not None]
    values = [number for _, number in known]
    if len(values) < LEAST_NUMBERED or len(set(values)) < len(values) or values == sorted(values):
        return here
    if values == sorted(values, reverse=True):
        return here[::-1]
    if len(known) < NUMBERED_SHARE * len(pages) or _without_misread(values) == sorted(_without_misread(values)):
        return here
    keys, last = [], -1.0
    for number in numbers:
        if number is None and int(last) == max(values):  # in a booklet the cover lies beside the last page
            last = -1.0
        last = float(number) if number is not None else last + 0.001
        keys.append(last)
    return sorted(here, key=lambda place: keys[place])


def _without_misread(values: Sequence[int]) -> list[int]:
    """The numbers but those out of order whose neighbours say what they must be: they were misread, not misplaced."""
    in_order = _longest_rise(values)
    kept = []
    for place, value in enumerate(values):
        around = values[place - 1] if place else None, values[place + 1] if place + 1 < len(values) else None
        between = around[0] is not None and around[1] is not None and around[1] - around[0] == 2
        if place in in_order or not between or (around[0] or 0) + 1 in values:
            kept.append(value)
    return kept


def _longest_rise(values: Sequence[int]) -> set[int]:
    """Places of a longest rising run of the numbers."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, value in enumerate(values):
        at = bisect_left(tails, value)
        tails[at:], ends[at:] = [value, *tails[at + 1 :]], [place, *ends[at + 1 :]]
        before.append(ends[at - 1] if at else -1)
    found, place = set(), ends[-1] if ends else -1
    while place >= 0:
        found.add(place)
        place = before[place]
    return found


def _printed_numbers(pages: Sequence[PageReading]) -> list[int | None]:
    """The number that each page has printed at its edge, None where it has none or several."""
    found = [edge_numbers(page) for page in pages]
    return [numbers[0] if len(numbers) == 1 else None for numbers in found]
