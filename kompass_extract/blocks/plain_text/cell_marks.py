"""The list marks that a file has in its table cells, told by where they stand: right behind a tag that opens a list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from kompass_extract.blocks.plain_text.source_lines import SourceLine

MIN_LISTS = 3  # lists that open with a sign that is a mark
BULLET = "•"
_OPENS_LIST = re.compile(r"<\s*+(?:[uo]l|li)\b[^<>]*+>", re.IGNORECASE)
_FIRST = re.compile(r"<\s*+(?:[uo]l|li)\b[^<>]*+>\s*+([^\w\s<>\"'”“(«•]|o(?=\s+[A-ZÅÄÖ]))\s*+(?=\S)", re.IGNORECASE)
_DASHES = frozenset("-–—")


def with_bullets_in_cells(lines: Sequence[SourceLine]) -> list[SourceLine]:
    """The lines, with a bullet for each mark within a cell's list."""
    counts = Counter(mark for line in lines if "<" in line.text for mark in _FIRST.findall(line.text))
    marks = [mark for mark, count in counts.items() if count >= MIN_LISTS]
    if not marks:
        return list(lines)
    pattern = re.compile("|".join(map(_places, marks)))
    return [
        replace(line, text=pattern.sub(BULLET, line.text)) if _OPENS_LIST.search(line.text) else line for line in lines
    ]


def _places(mark: str) -> str:
    """Where a sign is a list mark: a dash before a capital, a letter by itself, any other sign also behind a word."""
    sign = re.escape(mark)
    if mark in _DASHES:
        return rf"{sign}(?=\s+[A-ZÅÄÖ])|(?<=>){sign}(?=\s)"
    if mark.isalpha():
        return rf"(?:(?<=\s)|(?<=>)){sign}(?=\s+[A-ZÅÄÖ])"
    return rf"{sign}(?=\s|[A-ZÅÄÖ])"
