"""The lines of a text report as its file has them, beside what was read from them.

A report says of each block which lines it was read from.  Those of earlier versions gave it a box that was invented;
they keep the repaired text of their blocks, so that the lines of each are found again in the file by likeness, in the
order of the file.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from rapidfuzz import fuzz

from kompass_extract.blocks.plain_text.source_lines import read_source
from kompass_extract.errors import NoPagesError, UnreadableFileError
from kompass_extract.model.evidence_places import lines_of
from kompass_extract.model.geometry import Box, intersection
from kompass_extract.model.report import BlockInfo, Evidence

AHEAD, BEHIND = 4_000, 600
"""Characters from the end of the block before in which a block is looked for."""
LEAST_ALIKE = 60.0
"""Likeness, 0..100, from which a part of the file is what a block was read from."""
KEPT = 16
"""Files in memory."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of the file, ``number`` counted from 1, and the boxes of the blocks that were read from it.

    ``boxes`` is empty for a report that gives lines.
    """

    number: int
    text: str
    boxes: tuple[Box, ...]
    kind: str | None
    area: int | None

    def is_at(self, place: Evidence) -> bool:
        """Whether a place is this line, or lies on a block that was read from it."""
        if place.bbox is None:
            return self.number in lines_of(place)
        return any(intersection(box, Box(*place.bbox)) > 0 for box in self.boxes)


def lines_of_page(path: Path, blocks: Sequence[BlockInfo], page: int) -> tuple[TextLine, ...]:
    """The lines of a text's page: from its first block to the first of the next page.

    There are none where the file cannot be read.
    """
    try:
        lines, numbers, found = _found(path, blocks)
    except (UnreadableFileError, NoPagesError):
        return ()
    first = [span.start for block, span in zip(blocks, found, strict=True) if block.page == page and span]
    after = [span.start for block, span in zip(blocks, found, strict=True) if block.page > page and span]
    if not first:
        return ()
    start, end = min(first), max(min(after, default=len(lines)), max(first) + 1)
    start = 0 if page == min(block.page for block in blocks) else start
    own: dict[int, list[BlockInfo]] = {}
    for block, span in zip(blocks, found, strict=True):
        for number in span if block.page == page else ():
            own.setdefault(number, []).append(block)
    return tuple(_line(numbers[index], lines[index], own.get(index, [])) for index in range(start, end))


def _found(path: Path, blocks: Sequence[BlockInfo]) -> tuple[tuple[str, ...], tuple[int, ...], tuple[range, ...]]:
    """The file's lines, their numbers in it, and per block the places of its lines; UnreadableFileError."""
    lines, numbers = _read(path)
    if any(block.line is not None for block in blocks):
        spans = [lines_of(block) for block in blocks]
        return (
            lines,
            numbers,
            tuple(range(bisect_left(numbers, span.start), bisect_right(numbers, span.stop - 1)) for span in spans),
        )
    return lines, numbers, _aligned(path, tuple(block.text for block in blocks))


@lru_cache(maxsize=KEPT)
def _read(path: Path) -> tuple[tuple[str, ...], tuple[int, ...]]:
    source = read_source(path)
    return source.raw, source.numbers


def _line(number: int, text: str, blocks: Sequence[BlockInfo]) -> TextLine:
    kind = blocks[0].kind if blocks else None
    area = next((block.area for block in blocks if block.area), None)
    boxes = tuple(Box(*block.bbox) for block in blocks if block.bbox is not None)
    return TextLine(number, text.strip("\f\r"), boxes, kind, area)


@lru_cache(maxsize=KEPT)
def _aligned(path: Path, texts: tuple[str, ...]) -> tuple[range, ...]:
    """Per block the places of the lines that it was read from; none where they are not found."""
    lines = _read(path)[0]
    whole = "\n".join(lines)
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    found, cursor = [], 0
    for text in texts:
        span = _span(whole, text, cursor)
        if span is None:
            found.append(range(0))
            continue
        cursor = max(cursor, span[1])
        found.append(range(bisect_right(starts, span[0]) - 1, bisect_right(starts, max(span[0], span[1] - 1))))
    return tuple(found)


def _span(whole: str, text: str, cursor: int) -> tuple[int, int] | None:
    """Where a text stands in the whole, near the cursor."""
    start = max(0, cursor - BEHIND)
    end = cursor + AHEAD + 2 * len(text)
    exact = whole.find(text, cursor, end) if text else -1
    if exact >= 0:
        return exact, exact + len(text)
    window = whole[start:end]
    if not text.strip() or not window.strip():
        return None
    best = fuzz.partial_ratio_alignment(text, window, score_cutoff=LEAST_ALIKE)
    if best is None or best.dest_end <= best.dest_start:
        return None
    return start + best.dest_start, start + best.dest_end
