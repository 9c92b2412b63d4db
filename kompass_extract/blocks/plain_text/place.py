"""Pieces to blocks on pages: the boxes that a text would have if it were typed.

They are for the stages that look at boxes; no box of a text is told to a user (``report.file_lines``), who gets the
lines of the file.

A line is 12 pt high and a character 6 pt wide; 90 characters fill a page's 540 pt between margins of 27.5 pt,
and a page holds 60 lines, or what stood between two form feeds.  Long lines of the file are wrapped.  A page
break falls between two blocks only.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.blocks.plain_text.pieces import TextPiece
from kompass_extract.model.document import Block, Cell, Form, Knows, Line, LineSpan, Page, PageKind, Word
from kompass_extract.model.geometry import Box, union

LINE_HEIGHT = 12.0  # points
CHARACTER_WIDTH = 6.0  # points
MARGIN = 27.5  # points, on all sides
CHARACTERS = 90  # of a full line
LINES = 60  # of a page
GUTTER = 2  # characters between columns
# The columns of a score table: number, question, achieved, max, percent; other grids get equal ones.
SCORE_COLUMNS = (6, 60, 8, 8, 8)
MAX_GRID_COLUMNS = 10
# A text file tells nothing about how surely its reader read.
TEXT_CONFIDENCE = 0.95
# Where it may have read across two columns, a text is nobody's until a person has looked.
MIXED_CONFIDENCE = 0.3
# Blank lines above a block beyond these tell nothing more.
MAX_BLANKS = 4

Width = tuple[int, int]  # first character, number of characters


@dataclass(frozen=True, slots=True)
class _Placed:
    block: Block
    bottom: int  # first free line under it


def pages(
    pieces: Sequence[TextPiece], knows: Knows | None, hyphenated: bool | None, numbers: Sequence[int]
) -> tuple[Page, ...]:
    """The pieces as blocks, in their order, on pages of kind TEXT; ``numbers`` are the file's numbers of the lines."""
    result: list[Page] = []
    blocks: list[Block] = []
    row = top = 0
    number = 1
    for piece in pieces:
        if piece.beside and blocks:
            start = top
        else:
            start = row + min(piece.blanks, MAX_BLANKS) if blocks else 0
            if blocks and (piece.page_start or start >= LINES):
                result.append(_page(number, blocks, row))
                number, blocks, row, start = number + 1, [], 0, 0
            top = start
        placed = _place(_in_file(piece, numbers), number, len(blocks) + 1, start, knows, hyphenated)
        row = max(row, placed.bottom)
        blocks.append(placed.block)
    if blocks:
        result.append(_page(number, blocks, row))
    return tuple(result)


def _in_file(piece: TextPiece, numbers: Sequence[int]) -> TextPiece:
    """The piece with the file's own numbers of its lines."""
    return replace(piece, spans=tuple((numbers[first - 1], numbers[last - 1]) for first, last in piece.spans))


def _page(number: int, blocks: Sequence[Block], rows: int) -> Page:
    return Page(
        number=number,
        width=CHARACTERS * CHARACTER_WIDTH + 2 * MARGIN,
        height=max(rows, LINES) * LINE_HEIGHT + 2 * MARGIN,
        rotation=0,
        skew=0.0,
        kind=PageKind.TEXT,
        ocr_confidence=TEXT_CONFIDENCE,
        decision="the text of the file",
        blocks=tuple(blocks),
    )


def _place(piece: TextPiece, page: int, index: int, row: int, knows: Knows | None, hyphenated: bool | None) -> _Placed:
    cells = _cells(piece, row) if piece.form is Form.ROW else ()
    if cells:
        lines = tuple(line for cell in cells for line in cell.lines)
        text = " ".join(join_lines(parts, knows, hyphenated=hyphenated) for _, parts in piece.cells)
    else:
        sure = MIXED_CONFIDENCE if piece.mixed else TEXT_CONFIDENCE
        lines = _lines(piece.lines, row, _width(piece), spans=_spans(piece), sure=sure)
        text = join_lines(piece.lines, knows, hyphenated=hyphenated)
    box = union(line.box for line in lines)
    block = Block(
        id=f"p{page}-b{index}",
        page=page,
        box=box,
        form=piece.form,
        lines=lines,
        text=text,
        column=piece.column,
        header=piece.header,
        cells=cells,
        bulleted=piece.bulleted,
        continues=piece.continues,
        gap=float(min(piece.blanks, MAX_BLANKS)),
    )
    return _Placed(block, round((box.y1 - MARGIN) / LINE_HEIGHT))


def _cells(piece: TextPiece, row: int) -> tuple[Cell, ...]:
    count = max((column for column, _ in piece.cells), default=0) + 1
    cells = []
    for column, parts in piece.cells:
        lines = _lines(parts, row, _grid_width(column, count), spans=[piece.span] * len(parts))
        cells.append(Cell(column, union(line.box for line in lines), lines))
    return tuple(cells)


def _grid_width(column: int, count: int) -> Width:
    if count <= len(SCORE_COLUMNS):
        return sum(SCORE_COLUMNS[:column]), SCORE_COLUMNS[column]
    width = CHARACTERS // min(count, MAX_GRID_COLUMNS)
    return min(column, MAX_GRID_COLUMNS - 1) * width, width


def _width(piece: TextPiece) -> Width:
    indent = GUTTER if piece.bulleted else 0
    if piece.column is None or piece.column.count < 2:
        return indent, CHARACTERS - indent
    width = CHARACTERS // piece.column.count
    return piece.column.index * width + indent, width - GUTTER - indent


def _spans(piece: TextPiece) -> Sequence[LineSpan]:
    """The lines of the file that each line of the piece stands on."""
    return piece.spans if len(piece.spans) == len(piece.lines) else [piece.span] * len(piece.lines)


def _lines(
    texts: Sequence[str], row: int, width: Width, *, spans: Sequence[LineSpan], sure: float = TEXT_CONFIDENCE
) -> tuple[Line, ...]:
    wrapped = [
        (part, span)
        for text, span in zip(texts, spans, strict=True)
        for part in textwrap.wrap(text, max(width[1], 4), break_long_words=False, break_on_hyphens=False)
    ]
    return tuple(_line(text, row + place, width[0], sure, span) for place, (text, span) in enumerate(wrapped))


def _line(text: str, row: int, start: int, sure: float, span: LineSpan) -> Line:
    y = MARGIN + row * LINE_HEIGHT
    words = []
    for word in text.split():
        x = MARGIN + start * CHARACTER_WIDTH
        box = Box(x, y, x + len(word) * CHARACTER_WIDTH, y + LINE_HEIGHT)
        words.append(Word(word, box, sure))
        start += len(word) + 1
    return Line(union(word.box for word in words), tuple(words), in_file=span)
