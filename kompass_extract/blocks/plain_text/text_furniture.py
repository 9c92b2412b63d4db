"""Running headers and footers of a text: lines that come again at the edges of its pages.

Where the file has form feeds, these tell the pages.  Where it has none, a line that comes again with a number
that rises from one time to the next is a page's edge, and the lines between two of them are a page.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from kompass_extract.blocks.plain_text.source_lines import SourceLine
from kompass_extract.taxonomy.fold import fold

# A line that stands first or last on at least this many pages, and on this share of them, is furniture.
MIN_PAGES, MIN_SHARE = 3, 0.3
EDGE_LINES = 2
# A line of running text does not come again; one this long or shorter, with a number that rises in at least this
# share of its returns, by as many pages at most, is a header or footer that counts the pages.  Captions of figures
# count too, but a report has three to five of these.
MAX_EDGE_CHARACTERS, MIN_RETURNS, MIN_RISING, MAX_STEP = 100, 6, 0.8, 3
_OF_ALL = re.compile(r"^\W*\d{1,3}\s*(?:\(|/|av|of)\s*\d{1,3}\W*$")  # 4 (25), 4/25
_DIGITS = re.compile(r"\d+")


def split_furniture(
    lines: Sequence[SourceLine], means_something: Callable[[str], bool]
) -> tuple[list[SourceLine], list[SourceLine]]:
    """The text's lines, and its running headers and footers; none of these when nothing tells the pages.

    ``means_something`` keeps a line that comes again for a reason, such as the header of a table that goes on.
    """
    counting = _counting(lines, means_something)
    furniture = [line for line in lines if line.number in counting]
    pages = _pages(_without(lines, counting))
    repeated = _repeated(pages)
    kept: list[SourceLine] = []
    for page in pages:
        starts = page[0].page_start
        for place, line in enumerate(page):
            if _is_edge(place, page) and _key(line) in repeated and not means_something(line.text):
                furniture.append(line)
            else:
                kept.append(replace(line, page_start=starts))
                starts = False
    return kept, sorted(furniture, key=lambda line: line.number)


def _counting(lines: Sequence[SourceLine], means_something: Callable[[str], bool]) -> frozenset[int]:
    """Numbers of the lines that come again with a page number that rises."""
    alike: dict[str, list[SourceLine]] = defaultdict(list)
    for line in lines:
        if len(line.text) <= MAX_EDGE_CHARACTERS and _DIGITS.search(line.text) and "\t" not in line.text:
            alike[_words(line)].append(line)
    return frozenset(
        line.number
        for words, some in alike.items()
        if (words or all(_OF_ALL.match(line.text) for line in some))
        and len(some) >= MIN_RETURNS
        and _rises(some)
        and not any(means_something(line.text) for line in some)
        for line in some
    )


def _rises(lines: Sequence[SourceLine]) -> bool:
    """Whether one of the lines' numbers, counted from the left or the right, rises from line to line by little."""
    numbers = [[int(digits[:4]) for digits in _DIGITS.findall(line.text)] for line in lines]
    fewest = min(map(len, numbers))
    for place in (*range(fewest), *range(-fewest, 0)):
        steps = [after[place] - before[place] for before, after in pairwise(numbers)]
        if sum(0 < step <= MAX_STEP for step in steps) >= MIN_RISING * len(steps):
            return True
    return False


def _without(lines: Sequence[SourceLine], counting: frozenset[int]) -> list[SourceLine]:
    """The other lines, those behind a page's edge as the first of a page."""
    kept: list[SourceLine] = []
    edge = False
    for line in lines:
        if line.number in counting:
            edge = True
        else:
            kept.append(replace(line, page_start=line.page_start or (edge and bool(kept))))
            edge = False
    return kept


def _repeated(pages: Sequence[Sequence[SourceLine]]) -> frozenset[str]:
    """What stands at the edges of many pages."""
    if len(pages) < MIN_PAGES:
        return frozenset()
    edges = [{_key(line) for line in (*page[:EDGE_LINES], *page[-EDGE_LINES:])} for page in pages]
    counts = Counter(key for page in edges for key in page)
    return frozenset(key for key, count in counts.items() if count >= max(MIN_PAGES, MIN_SHARE * len(pages)) and key)


def _pages(lines: Sequence[SourceLine]) -> list[list[SourceLine]]:
    pages: list[list[SourceLine]] = []
    for line in lines:
        if line.page_start or not pages:
            pages.append([])
        pages[-1].append(line)
    return pages


def _is_edge(place: int, page: Sequence[SourceLine]) -> bool:
    return place < EDGE_LINES or place >= len(page) - EDGE_LINES


def _words(line: SourceLine) -> str:
    return " ".join(_DIGITS.sub(" ", fold(line.text)).split())


def _key(line: SourceLine) -> str:
    """What two headers share: their words, not their page numbers; "" for list headers and bare numbers."""
    return _words(line) if len(line.text) > 12 else ""
