"""List marks at the beginning of a line, and what readers make of them.

Some marks are bullets wherever they stand.  Others are letters and digits (`a`, `2`, `O`) that a reader saw where a
round or square mark was printed: these are bullets only in a file's lists, and only where they come again and again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from kompass_extract.blocks.plain_text.source_lines import SourceLine

# List marks, and what readers make of them; a letter is one only before a capital.
_BULLET = re.compile(
    r"^(?:[•▪■●○◦‣▫►·»«=*®©¢°¤¥>\uf0b7\uf0a7][a-z0-9«»=*°]?|[§+e]|[\"”“](?=\s+[A-ZÅÄÖ])|[-–—](?=\s)|o(?=\s+[A-ZÅÄÖ]))\s+(?=\S)"
)
_LETTER_BULLET = re.compile(r"^e\s++(?![A-ZÅÄÖ0-9\[(])")
_SEEN_AS = re.compile(r"^([A-Za-z0-9])(?:\s+(?=[A-ZÅÄÖ0-9”\"(])|$)")
_WORDS = frozenset("IiÅåÖöÄä")
# A letter or digit that stands so often before the items of a file's lists is a mark.
MIN_MARKS = 4


def without_bullet(line: SourceLine, marks: frozenset[str] = frozenset()) -> tuple[SourceLine, bool]:
    """The line without its list mark, and whether it had one; ``marks`` are the letters that are marks here."""
    match = _BULLET.match(line.text)
    if match is not None and not _LETTER_BULLET.match(line.text):
        return replace(line, text=line.text[match.end() :]), True
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
