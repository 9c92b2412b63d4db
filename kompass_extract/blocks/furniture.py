"""What is not of the report's text: running headers and footers, page numbers, dirt, and the words of charts.

A line near the top or bottom edge is furniture when it says the same on other pages (numbers apart) and the
pages seldom have other text at that height, or when it is a page number.  A header of a list that page breaks
often put first on its page says the same there, too, but stands where other pages have text of all kinds; a list's
title alone on its line is never a running header.  Short strips close to graphics are the words of a chart, and
so is a caption that counts them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from kompass_extract.blocks.page_numbers import page_number
from kompass_extract.blocks.parts import beside, may_be_number_cell
from kompass_extract.model.geometry import Box
from kompass_extract.taxonomy.headers import ITEM_HEADS, HeaderRole, header_role
from kompass_extract.words.page_reader import PageReading, ReadStrip

EDGE_SHARE = 0.105  # of the page's longer side, at the top and at the bottom
SAME_TEXT = 82.0  # rapidfuzz ratio, so that a misread header is still the same
SAME_PLACE_PT = 14.0  # scans shift pages by this much
LEAST_REPEATS = 3
FURNITURE_BAND_SHARE = 0.5  # of the pages with a line at one height, those on which it is a repeated one
CHART_REACH_EM = 5.0
CHART_LABEL_EM = 26.0  # longer strips near graphics are text
NOTE_RULE_SHARE = 0.5  # of the text's width, the most of a rule above footnotes
NOTE_LETTERS = 0.92  # of the page's letters, the most of a footnote's
NOTE_SPACE_EM = 1.3  # white above footnotes that have no rule
MOST_NOTE_LINES = 8
SPANNING_SHARE = 0.1  # of the text's width, by which a head may be shorter
LARGEST_NUMBER_EM = 1.8  # a page number's height; a chapter's score is mostly larger
HIGHEST_HEAD_EM = 14.0  # a table's head of three rows, one with a large number; charts are higher, their bars wordless
HIGHEST_MARK_EM = 2.0  # of a list's marks
BADGE_EM = 1.25  # height of a number in a ring from which on it is a score
HIGHEST_BADGE = 8.0  # of the number's height, that of the ring or box around it
OWN_LETTER_PT = 1.0  # by which a letter's component may stand out of its text's box
OWN_LETTER_SHARE = 1.3  # of the height of capitals, the most of a letter, accent or descender included
DIRT_HEIGHT_EM = 0.36
DIRT_CONFIDENCE = 0.6
CUT_OFF = frozenset("ÅÄÖ")  # what a text layer says of a line of which only the marks above letters are left

MISREAD_CHARACTERS = 12  # of a page number with its total
_BADGE = re.compile(r"^\d{1,3}(?:\s*(?:/|av)\s*100)?(?:\s*p(?:oäng)?\.?)?$")
_DIGITS = re.compile(r"\d+")
_NOTE = re.compile(r"^(?:\d{1,2}(?![\d.,%])|\*)\s*\S")
_NUMBERED_NOTE = re.compile(r"^\(?\d{1,2}[.)]?\s+[^\W\d]\w+\s")
_CAPTION = re.compile(r"^(?:Figur|Diagram|Bild|Tabell)\s+\d{1,2}\s?[.:]\s")
_WORD = re.compile(r"[^\W\d_]{3}")


@dataclass(frozen=True, slots=True)
class Sorted:
    """A page's strips, told apart."""

    text: tuple[ReadStrip, ...]
    furniture: tuple[ReadStrip, ...]
    figure: tuple[ReadStrip, ...]


def sort_strips(pages: Sequence[PageReading]) -> list[Sorted]:
    """For each page its text, furniture and figure strips; dirt is left out."""
    edges = [
        [s for s in page.strips if _at_edge(s, page) and not _is_title(s) and not _is_in_row(s, page)] for page in pages
    ]
    repeated = [[strip for strip in edge if _repeats(strip, index, edges)] for index, edge in enumerate(edges)]
    sorted_pages = []
    for index, page in enumerate(pages):
        furniture = [
            strip
            for strip in edges[index]
            if _is_page_number(strip, edges[index], repeated[index], page)
            or _stands_as(strip, index, repeated)
            or (
                any(strip is other for other in repeated[index])
                and _outside_text(strip, edges, repeated)
                and not _begins_note(strip, page, repeated[index])
            )
        ]
        furniture += _footnotes(page, furniture)
        rest = [strip for strip in page.strips if strip not in furniture and not _is_dirt(strip, page)]
        drawings = _drawings(page) if rest else []
        figure = [s for s in rest if _CAPTION.match(s.line.text) or _in_chart(s, drawings, page.em)]
        taken = set(map(id, figure))
        text = tuple(strip for strip in rest if id(strip) not in taken)
        sorted_pages.append(Sorted(text, tuple(furniture), tuple(figure)))
    return sorted_pages


def edge_numbers(page: PageReading) -> list[int]:
    """The page numbers at a page's upper and lower edge, each once."""
    found = [page_number(strip.line.text) for strip in page.strips if _at_edge(strip, page)]
    return sorted({number for number in found if number is not None})


def _at_edge(strip: ReadStrip, page: PageReading) -> bool:
    box, margin = strip.line.box, EDGE_SHARE * max(page.height, page.width)
    return box.y1 <= margin or box.y0 >= page.height - margin


def _is_title(strip: ReadStrip) -> bool:
    """Whether the strip is the title of a list of items, as each slide of a presentation may have at the same place."""
    return header_role(strip.line.text) in ITEM_HEADS


def _is_in_row(strip: ReadStrip, page: PageReading) -> bool:
    """Whether the strip is one of several numbers on a line, as in the row of a table at the head of its page."""
    numbers = (other for other in page.strips if other is not strip and may_be_number_cell(other.line.text))
    return may_be_number_cell(strip.line.text) and any(beside(strip, other) for other in numbers)


def _key(strip: ReadStrip) -> str:
    return _DIGITS.sub("#", strip.line.text.casefold())


def _level(strip: ReadStrip, other: ReadStrip) -> bool:
    """Whether two strips of different pages stand at one height."""
    return abs(other.line.box.center_y - strip.line.box.center_y) < SAME_PLACE_PT


def _repeats(strip: ReadStrip, index: int, edges: Sequence[Sequence[ReadStrip]]) -> bool:
    """Whether the strip says the same at the same height on enough pages."""
    key = _key(strip)
    others = (other for place, edge in enumerate(edges) if place != index for other in edge)
    repeats = sum(_level(strip, other) and fuzz.ratio(key, _key(other)) >= SAME_TEXT for other in others)
    return repeats >= LEAST_REPEATS - 1


def _outside_text(
    strip: ReadStrip, edges: Sequence[Sequence[ReadStrip]], repeated: Sequence[Sequence[ReadStrip]]
) -> bool:
    """Whether most pages with a line at the strip's height have a repeated one there: no text goes that far."""
    there = [any(_level(strip, other) for other in edge) for edge in edges]
    same = [any(_level(strip, other) for other in edge) for edge in repeated]
    return sum(same) >= FURNITURE_BAND_SHARE * sum(there)


def _begins_note(strip: ReadStrip, page: PageReading, repeated: Sequence[ReadStrip]) -> bool:
    """Whether a number stands left of text that does not repeat: footnotes may begin at one height on many pages."""
    return page_number(strip.line.text) is not None and any(
        other.line.box.x0 > strip.line.box.x1 and beside(strip, other) and not any(other is known for known in repeated)
        for other in page.strips
    )


def _stands_as(strip: ReadStrip, index: int, repeated: Sequence[Sequence[ReadStrip]]) -> bool:
    """Whether a short strip stands just where other pages have a running header or number: one that was misread."""
    if len(strip.line.text) > MISREAD_CHARACTERS or strip.line.bullet is not None:
        return False
    box = strip.line.box
    same = [
        any(_level(strip, other) and abs(other.line.box.x1 - box.x1) < box.height for other in page)
        for place, page in enumerate(repeated)
        if place != index
    ]
    return sum(same) >= max(LEAST_REPEATS, FURNITURE_BAND_SHARE * len(same))


def _is_page_number(
    strip: ReadStrip, edge: Sequence[ReadStrip], repeated: Sequence[ReadStrip], page: PageReading
) -> bool:
    """A number outermost on the page, alone on its line but for running headers: a table's last row is not."""
    number = page_number(strip.line.text) is not None and strip.line.bullet is None
    if not number or strip.letter_height > LARGEST_NUMBER_EM * page.em or not _outermost(strip, edge, page):
        return False
    others = [other for other in page.strips if other is not strip and not any(other is known for known in repeated)]
    box = strip.line.box
    return not any(other.line.box.y0 < box.center_y < other.line.box.y1 for other in others)


def _outermost(strip: ReadStrip, edge: Sequence[ReadStrip], page: PageReading) -> bool:
    """No other text between the strip and the edge of the page."""
    box = strip.line.box
    if box.center_y < page.height / 2:
        return not any(other.line.box.y1 < box.y0 for other in edge if other.line.box.center_y < page.height / 2)
    return not any(other.line.box.y0 > box.y1 for other in edge if other.line.box.center_y > page.height / 2)


def _footnotes(page: PageReading, furniture: Sequence[ReadStrip]) -> list[ReadStrip]:
    """Notes in small letters at the foot of the page, below a short rule at the left; no table's rows."""
    text = [strip for strip in page.strips if strip not in furniture]
    if not text:
        return []
    left, right = min(s.line.box.x0 for s in text), max(s.line.box.x1 for s in text)
    for rule in page.rules:
        short = rule.horizontal and rule.box.width < NOTE_RULE_SHARE * (right - left)
        if not short or rule.box.y0 < page.height / 2 or abs(rule.box.x0 - left) > page.em:
            continue
        below = sorted((s for s in text if s.line.box.center_y > rule.box.y1), key=lambda s: s.baseline)
        lines = len({round(s.baseline / page.em) for s in below}) == len(below)
        if below and lines and _all_small(below, page.em) and _NOTE.match(below[0].line.text):
            return below
    return _notes_without_rule(text, page.em)


def _notes_without_rule(text: Sequence[ReadStrip], em: float) -> list[ReadStrip]:
    """The lowest lines of the page where they are small, begin with a number, and white parts them from the text."""
    ordered = sorted(text, key=lambda strip: strip.baseline)
    first = next((place for place, strip in enumerate(ordered) if _all_small(ordered[place:], em)), len(ordered))
    notes, above = ordered[first:], ordered[:first]
    if not notes or not above or notes[0].line.box.y0 - max(s.line.box.y1 for s in above) < NOTE_SPACE_EM * em:
        return []
    rows = [strip for strip in notes if page_number(strip.line.text) is None]
    apart = all(low.line.box.y0 > high.line.box.y0 + 0.5 * em for high, low in pairwise(rows))
    first_row = sorted((s for s in notes if s is notes[0] or beside(s, notes[0])), key=lambda s: s.line.box.x0)
    begun = " ".join([first_row[0].line.sign or "", *(strip.line.text for strip in first_row)]).strip()
    return notes if apart and len(notes) <= MOST_NOTE_LINES and _NUMBERED_NOTE.match(begun) else []


def _all_small(strips: Sequence[ReadStrip], em: float) -> bool:
    return all(strip.letter_height < NOTE_LETTERS * em for strip in strips)


def _is_dirt(strip: ReadStrip, page: PageReading) -> bool:
    """Marks too low for letters, or read as nothing with any confidence and no wider than a letter."""
    box, em = strip.line.box, page.em
    if box.height < DIRT_HEIGHT_EM * em and not any(
        c.isalnum() for c in strip.line.text if strip.line.confidence > 0.9
    ):
        return True
    if _is_cut_off(strip, page):
        return True
    signs = sum(c.isalnum() or c == "%" for c in strip.line.text)  # a percent sign heads a column or ended a cell
    if signs == 0 and len(strip.line.text) <= 2:
        return True
    edge = min(box.x0, page.width - box.x1, box.y0, page.height - box.y1) < 12
    return strip.line.confidence < DIRT_CONFIDENCE and (box.width < 0.8 * em or box.height < 0.55 * em or edge)


def _is_cut_off(strip: ReadStrip, page: PageReading) -> bool:
    """Rings and dots alone at the foot of the page: of a line of capitals that the page break cut off below them."""
    words = [word.text for word in strip.line.words]
    return _at_edge(strip, page) and strip.line.bullet is None and all(word in CUT_OFF for word in words)


def _drawings(page: PageReading) -> list[Box]:
    """The page's drawings that may be of a chart: as high and wide as letters, no table's frame and no list's mark."""
    return [
        graphic
        for graphic in page.graphics
        if min(graphic.width, graphic.height) >= page.em
        and not _is_frame(graphic, page)
        and not _is_list_mark(graphic, page)
    ]


def _in_chart(strip: ReadStrip, drawings: Sequence[Box], em: float) -> bool:
    """Whether a short strip stands by a drawing that is none of its letters; the title of a list is no chart's word."""
    box = strip.line.box
    if box.width > CHART_LABEL_EM * em or header_role(strip.line.text) in ITEM_HEADS:
        return False
    reach = CHART_REACH_EM * em
    for graphic in drawings:
        if _is_own_letter(graphic, strip):
            continue
        if _touches(box, graphic.grown(0.8 * em)):
            return True
        big = graphic.area > 40 * em**2
        if big and _touches(box, graphic.grown(reach)) and _is_label(strip):
            return True
    return False


def _is_frame(graphic: Box, page: PageReading) -> bool:
    """A drawing with lines of running text in it is their ground; so is one as low as a table's head that has words
    in it or is as wide as the page's text, its words being unread."""
    inside = [
        strip for strip in page.strips
        if graphic.x0 <= strip.line.box.x0 and strip.line.box.x1 <= graphic.x1
        and graphic.y0 <= strip.line.box.center_y <= graphic.y1
    ]  # fmt: skip
    if _is_badge(graphic, inside, page) or _is_score_box(inside):
        return True
    if graphic.height <= HIGHEST_HEAD_EM * page.em:
        return _spans_text(graphic, page) or any(_WORD.search(strip.line.text) for strip in inside)
    words = sum(len(strip.line.words) for strip in inside)
    return len(inside) >= 3 and words >= 3.0 * len(inside)


def _is_own_letter(graphic: Box, strip: ReadStrip) -> bool:
    """Whether a drawing is a letter of the strip: a score in large digits is as high as a drawing."""
    box = strip.line.box.grown(OWN_LETTER_PT)
    within = box.x0 <= graphic.x0 and graphic.x1 <= box.x1 and box.y0 <= graphic.y0 and graphic.y1 <= box.y1
    return within and graphic.height <= OWN_LETTER_SHARE * strip.letter_height


def _is_list_mark(graphic: Box, page: PageReading) -> bool:
    """Whether a drawing is the mark of a list: a square as high as capitals."""
    marks = (strip.line.bullet for strip in page.strips if strip.line.bullet is not None)
    return any(graphic.x0 - 1 <= mark.center_x <= graphic.x1 + 1 and _touches(graphic, mark) for mark in marks) and (
        graphic.width <= HIGHEST_MARK_EM * page.em and graphic.height <= HIGHEST_MARK_EM * page.em
    )


def _is_badge(graphic: Box, inside: Sequence[ReadStrip], page: PageReading) -> bool:
    """Whether a drawing is a ring or box around a large number, and nothing else: a score, no chart's label.

    The number stands in the middle between left and right; of a ring filled with a gradient only a part is found.
    """
    if len(inside) != 1 or _BADGE.match(inside[0].line.text) is None:
        return False
    box = inside[0].line.box
    within = graphic.y0 < box.y0 and box.y1 < graphic.y1
    large = inside[0].letter_height > BADGE_EM * page.em
    return (
        large
        and within
        and abs(box.center_x - graphic.center_x) < page.em
        and graphic.height <= HIGHEST_BADGE * inside[0].letter_height
    )


def _is_score_box(inside: Sequence[ReadStrip]) -> bool:
    """Whether a drawing holds a number and its head `Poäng`, and nothing else: a coloured box with the score."""
    numbers = [strip for strip in inside if _BADGE.match(strip.line.text)]
    heads = [strip for strip in inside if header_role(strip.line.text) is HeaderRole.SCORE]
    return len(inside) == 2 and len(numbers) == len(heads) == 1


def _spans_text(graphic: Box, page: PageReading) -> bool:
    """Whether a drawing goes from the page's leftmost text to the rightmost."""
    boxes = [strip.line.box for strip in page.strips]
    x0, x1 = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
    return graphic.x0 < x0 + page.em and graphic.x1 > x1 - SPANNING_SHARE * (x1 - x0)


def _is_label(strip: ReadStrip) -> bool:
    words = strip.line.words
    return len(words) <= 6 and strip.line.bullet is None and not strip.line.text.rstrip().endswith((".", ":", "?"))


def _touches(a: Box, b: Box) -> bool:
    return a.x0 < b.x1 and a.x1 > b.x0 and a.y0 < b.y1 and a.y1 > b.y0
