"""What stands in a table cell: its tags and inline bullets turned into list items and paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from kompass_extract.blocks.plain_text.sentences import is_open
from kompass_extract.model.text_forms import unescaped

_BREAK = re.compile(r"<\s*+br\s*+(?:/\s*+)?>", re.IGNORECASE)
_ITEM = re.compile(r"<\s*+li\b[^<>]*+>", re.IGNORECASE)
_LIST = re.compile(r"<\s*+[uo]l\b[^<>]*+>", re.IGNORECASE)
_END = re.compile(r"<\s*+(?:/\s*+)?(?:p|div|td|th|tr)\b[^<>]*+>|<\s*+/\s*+(?:li|ul|ol)\s*+>", re.IGNORECASE)
_OTHER_TAG = re.compile(r"</?[a-zA-Z][^<>]*+>")
_BULLET = re.compile(r"(?:(?<!\s)\s++)?+[•▪■●◦‣▫►\uf0b7\uf0a7]\s*+")
_DASH = re.compile(r"(?:^|(?<=[\n\x00\x01\x02]))[^\S\n]*+[-–*]\s++")
_MARK = re.compile("([\x00\x01\x02])")
# `…olika enheterAnvändning av…`: two items run together where the bullet between them was lost.
_GLUED = re.compile(r"(?<=[a-zåäö]{3})(?=[A-ZÅÄÖ][a-zåäö]{3,})")
MIN_WORDS_BEFORE_GLUE, MIN_WORDS_AFTER_GLUE = 4, 3
GLUE_WINDOW = 400  # characters in which these words are counted

_MARKDOWN_HEAD = re.compile(r"^#{1,6}\s+")
_MARKDOWN_BOLD = re.compile(r"\*\*(?=\S)(.{1,1000}?)(?<=\S)\*\*")
HAS_LIST = re.compile(r"<\s*(?:ul|ol|li|p)\b|[•▪■●◦‣►\uf0b7]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MarkupFragment:
    """A list item (``item``) or a paragraph of a cell, as its lines."""

    lines: tuple[str, ...]
    item: bool

    @property
    def text(self) -> str:
        return " ".join(self.lines)


def fragments(cell: str) -> list[MarkupFragment]:
    """The items and paragraphs of a cell in reading order; a list without bullets is one item, or the glued ones."""
    marked = _LIST.sub("\x02", _ITEM.sub("\x00", _END.sub("\x01", _BREAK.sub("\n", cell))))
    marked = unescaped(_OTHER_TAG.sub("", marked))
    marked = _DASH.sub("\x00", _BULLET.sub("\x00", marked))
    bullets = "\x00" in marked
    found: list[MarkupFragment] = []
    state = "\x01"
    for part in _MARK.split(marked):
        if part in {"\x00", "\x01", "\x02"}:
            state = part
            continue
        lines = tuple(line.strip() for line in part.split("\n") if line.strip())
        if not lines:
            continue
        item = state != "\x01"
        split = [lines] if bullets or not item else _unglued(lines)
        found.extend(MarkupFragment(piece, item) for piece in split)
    return found


def by_lines(fragment: MarkupFragment) -> list[MarkupFragment]:
    """The items of a list cell whose only marks are breaks: one begins with a capital behind a complete line.

    A line that is broken because it is full goes on, whatever letter the next one begins with.
    """
    width = max(len(line) for line in fragment.lines)
    items: list[list[str]] = [[fragment.lines[0]]]
    wrapped = any(line[:1].islower() for line in fragment.lines[1:])
    for before, line in pairwise(fragment.lines):
        full = wrapped and len(before) + 1 + len(line.split(maxsplit=1)[0]) > width
        if fragment.item or full or line[:1].islower() or is_open(before):
            items[-1].append(line)
        else:
            items.append([line])
    return [MarkupFragment(tuple(lines), fragment.item) for lines in items]


def plain(line: str) -> str:
    """A line of running text without Markdown's marks for headings and bold, and without stray tags."""
    line = _MARKDOWN_BOLD.sub(r"\1", _MARKDOWN_HEAD.sub("", line))
    return unescaped(_OTHER_TAG.sub("", line)).strip() if "<" in line or "&" in line else line.strip()


def _unglued(lines: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The items that stand in one another's way; the lines as they are where they are one item."""
    text = " ".join(lines)
    cuts = [0]
    for match in _GLUED.finditer(text):
        place = match.start()
        before = text[max(cuts[-1], place - GLUE_WINDOW) : place].split()
        if not before[-1][0].islower():
            continue  # SiteImprove, KommunKompassen
        after = text[place : place + GLUE_WINDOW].split()
        if len(before) >= MIN_WORDS_BEFORE_GLUE and len(after) >= MIN_WORDS_AFTER_GLUE:
            cuts.append(place)
    if len(cuts) == 1:
        return [lines]
    return [(text[start:end],) for start, end in pairwise([*cuts, len(text)])]
