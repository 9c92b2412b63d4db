"""List marks at the beginning of a line, and what readers make of them.

Some marks are bullets wherever they stand.  Others are letters and digits (`a`, `2`, `O`) that a reader saw where a
round or square mark was printed: these are bullets only in a file's lists, and only where they come again and again.
Numbers and letters of an ordered list (`1.`, `2)`, `a)`) are bullets there where the next follows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from kompass_extract.blocks.plain_text.source_lines import SourceLine

# List marks, and what readers make of them; a letter is one only before a capital.
_BULLET = re.compile(
    r"^(?:[•▪■●○◦‣▫►·»«=*®©¢°¤¥>\uf0b7\uf0a7][a-z0-9«»=*°]?|[§+e]|[\"”“](?=\s+[A-ZÅÄÖ])|[-–—](?=\s)|o(?=\s+[A-ZÅÄÖ]))\s+(?=\S)"
)
_LETTER_BULLET = re.compile(r"^e\s++(?![A-ZÅÄÖ0-9\[(])")
_SEEN_AS = re.compile(r"^([A-Za-z0-9])(?:\s+(?=[A-ZÅÄÖ0-9”\"(])|$)")
_ORDINAL = re.compile(r"^(\(?(\d{1,2}|[a-z])[.)])\s+(?=\S)")
_SIGN = re.compile(r"^([^\w\s\"'”’“„«(\[§%&/.,:;…<])\s+(?=\S)")
_WORDS = frozenset("IiÅåÖöÄä")
# Pairs of a number and the next one, in a file's lists, from which on numbers are marks.
MIN_FOLLOWED = 2
# A letter or digit that stands so often before the items of a file's lists is a mark.
MIN_MARKS = 4


def without_bullet(line: SourceLine, marks: frozenset[str] = frozenset()) -> tuple[SourceLine, bool]:
    """The line without its list mark, and whether it had one; ``marks`` are the letters that are marks here."""
    match = _BULLET.match(line.text)
    if match is not None and not _LETTER_BULLET.match(line.text):
        return replace(line, text=line.text[match.end() :]), True
    typed = _ORDINAL.match(line.text) or _SIGN.match(line.text)
    if typed is not None and typed[1] in marks:
        return replace(line, text=line.text[typed.end() :]), True
    seen = _SEEN_AS.match(line.text)
    if seen is not None and seen[1] in marks and seen.end() < len(line.text):
        return replace(line, text=line.text[seen.end() :]), True
    return line, False


def is_bare_mark(text: str, marks: frozenset[str]) -> bool:
    """Whether a line holds a list mark and nothing else."""
    return text in marks or (len(text) == 1 and without_bullet(SourceLine(0, f"{text} A", 0, False))[1])


def letters_as_marks(lines: Iterable[SourceLine]) -> frozenset[str]:
    """The letters and digits that stand before many of ``lines``, which are those of a file's lists."""
    seen = (_SEEN_AS.match(line.text) for line in lines)
    counts = Counter(match[1] for match in seen if match is not None)
    return frozenset(letter for letter, count in counts.items() if count >= MIN_MARKS and letter not in _WORDS)


def typed_marks(lines: Sequence[SourceLine]) -> frozenset[str]:
    """The marks typed before ``lines``, which are those of a file's lists: signs that come again, `1.`, `2.`, `3.`."""
    signs = Counter(match[1] for line in lines if (match := _SIGN.match(line.text)) is not None)
    return _ordinals(lines) | {sign for sign, count in signs.items() if count >= MIN_MARKS}


def _ordinals(lines: Iterable[SourceLine]) -> frozenset[str]:
    """Numbers and letters of ordered lists: most of them have the next one after them."""
    found: dict[str, list[tuple[int, str]]] = {}
    for line in lines:
        match = _ORDINAL.match(line.text)
        if match is not None:
            figure = match[2]
            style = match[1].replace(figure, "1" if figure.isdigit() else "a")
            found.setdefault(style, []).append((int(figure) if figure.isdigit() else ord(figure), match[1]))
    marks: set[str] = set()
    for seen in found.values():
        followed = sum(after[0] == before[0] + 1 for before, after in pairwise(seen))
        if followed >= max(MIN_FOLLOWED, len(seen) / 2):
            marks.update(mark for _, mark in seen)
    return frozenset(marks)
