"""The words, lines and blocks that a Field was read from, by the ids of its blocks."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kompass_extract.model.document import Block, BlockKind, LabelledBlock, Line, Page, Word
from kompass_extract.model.geometry import Box, overlap
from kompass_extract.model.pointers import AnyField

_SLACK = 1.5  # points around a place: boxes are written with two digits
_KEY_LENGTH = 10  # letters by which a line is known in the text that it is part of
_SAME_EDGE = 3.0  # letter heights within which lines begin at one edge of a column
_RUNNING = frozenset({BlockKind.NARRATIVE, BlockKind.SCORE_TABLE})
_TEXTS = frozenset({BlockKind.STRENGTH, BlockKind.IMPROVEMENT, BlockKind.RUBRIC, BlockKind.NARRATIVE})
_NO_TEXT = frozenset({BlockKind.PAGE_FURNITURE, BlockKind.FIGURE})
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class LineOfBlock:
    """A line with its block and page."""

    line: Line
    labelled: LabelledBlock

    @property
    def page(self) -> int:
        return self.labelled.block.page


@dataclass(frozen=True, slots=True)
class FieldSource:
    """What a Field was read from, in reading order; empty where it has no place."""

    lines: tuple[LineOfBlock, ...]

    @property
    def words(self) -> list[Word]:
        return [word for placed in self.lines for word in placed.line.words]

    @property
    def blocks(self) -> list[LabelledBlock]:
        return list({placed.labelled.block.id: placed.labelled for placed in self.lines}.values())

    @property
    def pages(self) -> list[int]:
        return sorted({placed.page for placed in self.lines})


class PlaceIndex:
    """All lines of a document by page."""

    def __init__(self, blocks: Sequence[LabelledBlock], pages: Sequence[Page]) -> None:
        self.pages = {page.number: page for page in pages}
        self._order = {labelled.block.id: place for place, labelled in enumerate(blocks)}
        self._running = [place for place, labelled in enumerate(blocks) if labelled.kind in _RUNNING]
        self._of = {one.block.id: [LineOfBlock(line, one) for line in one.block.lines] for one in blocks}
        self._lines: dict[int, list[LineOfBlock]] = {}
        for labelled in blocks:
            self._lines.setdefault(labelled.block.page, []).extend(self._of[labelled.block.id])

    def separated(self, before: FieldSource, after: FieldSource) -> bool:
        """Whether running text or a table of scores stands between two texts in reading order."""
        if not before.lines or not after.lines:
            return False
        end, start = (self._order[s.lines[i].labelled.block.id] for s, i in ((before, -1), (after, 0)))
        return bisect(self._running, end) < bisect(self._running, start)

    def order(self, field: AnyField) -> int:
        """Where a text ends in the order of reading; -1 where it stands nowhere."""
        lines = self.text_source(field).lines
        return self._order[lines[-1].labelled.block.id] if lines else -1

    def follows(self, field: AnyField, other: AnyField) -> bool:
        """Whether a text begins after another in the order of reading."""
        lines = self.text_source(field).lines
        return bool(lines) and self._order[lines[0].labelled.block.id] > self.order(other) >= 0

    def lowest(self, block: Block) -> bool:
        """Whether no text stands below a block on its page."""
        return not any(
            other.labelled.block.id != block.id
            and other.line.box.y0 >= block.box.y1 - _SLACK
            and overlap(other.line.box.x0, other.line.box.x1, block.box.x0, block.box.x1) > 0
            and other.labelled.kind not in _NO_TEXT
            for other in self._lines.get(block.page, ())
        )

    def text_source(self, field: AnyField) -> FieldSource:
        """The lines of a text: those of its blocks that begin with a part of it, which the words around it do not."""
        body = letters(f"{field.value or ''} {field.raw or ''}")
        lines = (one for block in field.blocks for one in self._of.get(block, ()))
        return FieldSource(tuple(one for one in lines if _begins_in(one.line, body)))

    def number_words(self, field: AnyField) -> list[Word]:
        """The words at the places of a number."""
        places = [Box(*place.bbox).grown(_SLACK) for place in field.evidence if place.bbox is not None]
        words = [word for block in field.blocks for placed in self._of.get(block, ()) for word in placed.line.words]
        return [word for word in words if any(_holds(box, word.box) for box in places)]


class RightEdges:
    """How far the lines of a column reach, per page: the longest of its lines that begin where a line does."""

    def __init__(self, blocks: Sequence[LabelledBlock]) -> None:
        self._ends: dict[tuple[int, bool, int], list[tuple[float, float]]] = {}
        for labelled in blocks:
            if labelled.kind in _TEXTS:
                ends = self._ends.setdefault(_column_of(labelled), [])
                ends.extend((line.box.x0, line.box.x1) for line in labelled.block.lines)

    def __call__(self, labelled: LabelledBlock, line: Line) -> float:
        slack = _SAME_EDGE * labelled.block.size
        ends = [x1 for x0, x1 in self._ends.get(_column_of(labelled), ()) if abs(x0 - line.box.x0) <= slack]
        return max([line.box.x1, *ends])


def _column_of(labelled: LabelledBlock) -> tuple[int, bool, int]:
    """The page, whether it is running text, and the column of a block: what is set to one width."""
    column = labelled.block.column
    return labelled.block.page, labelled.kind is BlockKind.NARRATIVE, column.index if column is not None else -1


@lru_cache(maxsize=50_000)
def letters(text: str) -> str:
    """The letters and digits of a text in lower case, without anything between them."""
    return _NOT_LETTERS.sub("", text).casefold()


def _begins_in(line: Line, body: str) -> bool:
    key = letters(line.text)[:_KEY_LENGTH]
    return bool(key) and key in body


def _holds(box: Box, inner: Box) -> bool:
    return box.x0 <= inner.center_x <= box.x1 and box.y0 <= inner.center_y <= box.y1
