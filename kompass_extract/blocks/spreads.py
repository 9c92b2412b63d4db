"""Two pages on one sheet: told by what both halves have alike, and cut apart at the gutter.

A landscape sheet holds two pages when nothing crosses its middle and its halves have the shape of a page.  That
alone could be a table in two columns; so some sheet of the file must show that its halves are pages: by two page
numbers that follow each other, or by the same running header at the same place of both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from kompass_extract.blocks.furniture import EDGE_SHARE
from kompass_extract.blocks.page_numbers import page_number
from kompass_extract.model.document import Line
from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Rule
from kompass_extract.words.page_reader import PageReading, ReadStrip

LANDSCAPE = 1.2  # width against height, at the least, of a sheet with two pages
HALF_SHAPE = (0.6, 0.82)  # width against height of a page: A4 has 0.71, letter 0.77
GUTTER_SHARE = 0.03  # of the sheet's width without text around its middle; two margins have 0.12 and more
SAME_TEXT = 85.0  # rapidfuzz ratio of a running header that both halves have
SAME_PLACE_SHARE = 0.02  # of the sheet's width, by which its places in both halves may differ
LEAST_HEADER = 6  # characters of a running header
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Half:
    """A page cut from a sheet: its reading, in its own coordinates, and where on the sheet it lies."""

    reading: PageReading
    x: float


def is_spread_file(pages: Sequence[PageReading]) -> bool:
    """Whether some sheet of the file shows that its halves are pages."""
    return any(_may_be_spread(page) and _shows_pages(page) for page in pages)


def halves(page: PageReading) -> tuple[Half, ...]:
    """The two pages of a sheet, left before right, of a file that has such; the page itself where it is none."""
    if not _may_be_spread(page):
        return (Half(page, 0.0),)
    middle = page.width / 2
    return tuple(
        half
        for half in (Half(_part(page, 0.0, middle), 0.0), Half(_part(page, middle, page.width), middle))
        if half.reading.strips or half.reading.graphics
    )


def _may_be_spread(page: PageReading) -> bool:
    shape = page.width / 2 / max(1.0, page.height)
    if page.width < LANDSCAPE * page.height or not HALF_SHAPE[0] <= shape <= HALF_SHAPE[1] or not page.strips:
        return False
    low, high = (page.width * (0.5 + side * GUTTER_SHARE / 2) for side in (-1, 1))
    boxes = [strip.line.box for strip in page.strips] + [rule.box for rule in page.rules if rule.horizontal]
    return not any(box.x0 < high and box.x1 > low for box in boxes)


def _shows_pages(page: PageReading) -> bool:
    """Page numbers that follow each other, or one running header twice."""
    middle = page.width / 2
    edge = [s for s in page.strips if _at_edge(s, page)]
    left, right = ([s for s in edge if (s.line.box.center_x < middle) is side] for side in (True, False))
    for one in left:
        for other in right:
            if abs(one.line.box.center_y - other.line.box.center_y) > one.letter_height:
                continue
            numbers = page_number(one.line.text), page_number(other.line.text)
            if numbers[0] is not None and numbers[1] == numbers[0] + 1:
                return True
            shift = abs(other.line.box.x0 - one.line.box.x0 - middle)
            if len(one.line.text) >= LEAST_HEADER and shift < SAME_PLACE_SHARE * page.width and _same(one, other):
                return True
    return False


def _at_edge(strip: ReadStrip, page: PageReading) -> bool:
    box = strip.line.box
    return box.y1 <= EDGE_SHARE * page.height or box.y0 >= (1 - EDGE_SHARE) * page.height


def _same(one: ReadStrip, other: ReadStrip) -> bool:
    texts = (_DIGITS.sub("#", strip.line.text.casefold()) for strip in (one, other))
    return fuzz.ratio(*texts) >= SAME_TEXT


def _part(page: PageReading, x0: float, x1: float) -> PageReading:
    """What of the page lies between two heights of its width, moved to the left edge."""
    strips = tuple(_moved(s, -x0) for s in page.strips if x0 <= s.line.box.center_x < x1)
    rules = tuple(Rule(_shifted(r.box, -x0), r.horizontal) for r in page.rules if x0 <= r.box.center_x < x1)
    graphics = tuple(_shifted(box, -x0) for box in page.graphics if x0 <= box.center_x < x1)
    return replace(page, width=x1 - x0, strips=strips, rules=rules, graphics=graphics)


def _moved(strip: ReadStrip, dx: float) -> ReadStrip:
    line = strip.line
    words = tuple(replace(word, box=_shifted(word.box, dx)) for word in line.words)
    bullet = None if line.bullet is None else _shifted(line.bullet, dx)
    return replace(strip, line=Line(_shifted(line.box, dx), words, bullet))


def _shifted(box: Box, dx: float) -> Box:
    return Box(box.x0 + dx, box.y0, box.x1 + dx, box.y1)
