"""Strips seen one by one: which stand beside each other, and which are two, a label or a score with its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from kompass_extract.model.document import Line, Word
from kompass_extract.model.geometry import Box, union
from kompass_extract.taxonomy.headers import ITEM_HEADS, header_role
from kompass_extract.words.page_reader import ReadStrip

SAME_LINE_SHARE = 0.35  # of the lower strip's height
LARGER_LETTERS = 1.25  # a line with letters this much larger than the zone's is a heading after it
MUCH_LARGER = 1.5  # a score's letters against those of a line, descenders included
LABEL_GAP_EM = 0.75  # a word space after a heading's number is 0.3 to 0.5
TITLE_GAP_EM = 1.5  # between a list's title and the list beside it
SAME_START_EM = 0.2  # between the left edges of lines that begin a column
LEAST_STARTS = 4  # such lines of a page
MOST_TITLE_WORDS = 4
SCORE = re.compile(r"^\d{1,3}$")
_ROW_NUMBER = re.compile(r"^\d{1,2}[.,](?:\d{1,2})?$")
_POINTS = r"\d{1,3}(?:[.,]\d{1,2})?"
_WITH_WORDS = re.compile(rf"^{_POINTS}(?:av|/|\()?(?:{_POINTS}\)?)?(?:p\.?|poäng)?$")
"""`15 av 20`, `9,5 (15)`, `12 poäng`"""
_HAS_DIGIT = re.compile(r"\d")


def without_large_number(strip: ReadStrip, em: float) -> list[ReadStrip]:
    """A number in much larger letters at a line's end, a score in the column beside, is a strip of its own."""
    *words, last = strip.line.words
    if not words or not SCORE.match(last.text) or last.box.x0 - words[-1].box.x1 < LABEL_GAP_EM * em:
        return [strip]
    usual = median(word.box.height for word in words)
    if last.box.height < MUCH_LARGER * usual:
        return [strip]
    number = replace(strip, line=Line(last.box, (last,)), letter_height=last.box.height, baseline=last.box.y1)
    height = min(strip.letter_height, max(0.5 * strip.letter_height, usual))
    rest = replace(strip, line=strip.line.part(words, union(w.box for w in words)), letter_height=height)
    return [rest, number]


def without_title(strip: ReadStrip, others: Sequence[ReadStrip], em: float) -> list[ReadStrip]:
    """The title of a list beside text on its line is a strip of its own.

    It stands left or right of the text and well apart from it, or left of where many lines of the page begin.
    """
    words = strip.line.words
    most = min(MOST_TITLE_WORDS, len(words) - 1)
    for place in (*range(1, most + 1), *range(len(words) - most, len(words))):
        gap = words[place].box.x0 - words[place - 1].box.x1
        parts = (words[:place], words[place:])
        if not any(len(part) <= most and _is_list_title(part) for part in parts):
            continue
        if gap >= TITLE_GAP_EM * em or (_is_list_title(parts[0]) and _begins_lines(words[place].box.x0, others, em)):
            return split_at(strip, (words[place - 1].box.x1 + gap / 2,))
    return [strip]


def _begins_lines(x: float, strips: Sequence[ReadStrip], em: float) -> bool:
    return sum(abs(other.line.box.x0 - x) <= SAME_START_EM * em for other in strips) >= LEAST_STARTS


def _is_list_title(words: Sequence[Word]) -> bool:
    return header_role(" ".join(word.text for word in words)) in ITEM_HEADS


def without_label(strip: ReadStrip, others: Sequence[ReadStrip], em: float) -> list[ReadStrip]:
    """A row number that stands well apart from the text after it is a strip of its own, a heading's number is not."""
    words = strip.line.words
    if not _is_labelled(strip) or words[1].box.x0 - words[0].box.x1 < LABEL_GAP_EM * em:
        return [strip]
    if strip.letter_height > LARGER_LETTERS * em or not _is_row(strip, others, em):
        return [strip]
    middle = (words[0].box.x1 + words[1].box.x0) / 2
    return split_at(strip, (middle,))


def _is_labelled(strip: ReadStrip) -> bool:
    words = strip.line.words
    return len(words) >= 2 and strip.line.bullet is None and _ROW_NUMBER.match(words[0].text) is not None


def _is_row(strip: ReadStrip, others: Sequence[ReadStrip], em: float) -> bool:
    """Whether the line has cells to its right, or other lines have their numbers where it has its own."""
    return any(beside(strip, other) for other in others) or any(
        other is not strip
        and abs(other.line.box.x0 - strip.line.box.x0) < 0.5 * em
        and (_is_labelled(other) or _ROW_NUMBER.match(other.line.text) is not None)
        for other in others
    )


def beside(a: ReadStrip, b: ReadStrip) -> bool:
    """Whether two strips stand on one line, apart from each other."""
    p, q = a.line.box, b.line.box
    shared = min(p.y1, q.y1) - max(p.y0, q.y0)
    apart = p.x1 <= q.x0 + 0.5 or q.x1 <= p.x0 + 0.5
    return apart and shared > SAME_LINE_SHARE * min(p.height, q.height)


def split_at(strip: ReadStrip, edges: Sequence[float]) -> list[ReadStrip]:
    """The strip cut at the edges that fall between its words; a column head may stand close to the next one."""
    line = strip.line
    cuts = [edge for edge in edges if line.box.x0 < edge < line.box.x1]
    if not cuts:
        return [strip]
    groups: dict[int, list[Word]] = {}
    for word in line.words:
        groups.setdefault(sum(cut < word.box.center_x for cut in cuts), []).append(word)
    parts = []
    for _, words in sorted(groups.items()):
        frame = union(word.box for word in words)
        box = Box(frame.x0, line.box.y0, frame.x1, line.box.y1)
        parts.append(replace(strip, line=line.part(words, box)))
    return parts


def may_be_number_cell(text: str) -> bool:
    """True if a cell is a number or may be a misread one: few signs, a digit among them.

    The layout asks this of cells, whatever the number is; ``content.numbers`` asks of words which values they can have.
    """
    plain = text.replace(" ", "")
    if _WITH_WORDS.match(plain):
        return True
    return len(plain) <= 6 and bool(_HAS_DIGIT.search(plain)) and sum(c.isalpha() for c in plain) <= 1
