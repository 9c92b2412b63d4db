"""Running headers and footers of a text: lines that come again at the edges of its pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from kompass_extract.taxonomy.fold import fold
from kompass_extract.textfile.source import SourceLine

# A line that stands first or last on at least this many pages, and on this share of them, is furniture.
MIN_PAGES, MIN_SHARE = 3, 0.3
EDGE_LINES = 2
_DIGITS = re.compile(r"\d+")


def split_furniture(
    lines: Sequence[SourceLine], means_something: Callable[[str], bool]
) -> tuple[list[SourceLine], list[SourceLine]]:
    """The text's lines, and its running headers and footers; none of these when the text has no page breaks.

    ``means_something`` keeps a line that comes again for a reason, such as the header of a table that goes on.
    """
    pages = _pages(lines)
    if len(pages) < MIN_PAGES:
        return list(lines), []
    edges = [{_key(line) for line in (*page[:EDGE_LINES], *page[-EDGE_LINES:])} for page in pages]
    counts = Counter(key for page in edges for key in page)
    repeated = {key for key, count in counts.items() if count >= max(MIN_PAGES, MIN_SHARE * len(pages)) and key}
    kept: list[SourceLine] = []
    furniture: list[SourceLine] = []
    for page in pages:
        starts = page[0].page_start
        for place, line in enumerate(page):
            if _is_edge(place, page) and _key(line) in repeated and not means_something(line.text):
                furniture.append(line)
            else:
                kept.append(replace(line, page_start=starts))
                starts = False
    return kept, furniture


def _pages(lines: Sequence[SourceLine]) -> list[list[SourceLine]]:
    pages: list[list[SourceLine]] = []
    for line in lines:
        if line.page_start or not pages:
            pages.append([])
        pages[-1].append(line)
    return pages


def _is_edge(place: int, page: Sequence[SourceLine]) -> bool:
    return place < EDGE_LINES or place >= len(page) - EDGE_LINES


def _key(line: SourceLine) -> str:
    """What two headers share: their words, not their page numbers; "" for list headers and bare numbers."""
    return _DIGITS.sub("", fold(line.text)).strip() if len(line.text) > 12 else ""
