"""Tables written with tabs or pipes: lists of strengths and improvements, score tables, lists of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kompass_extract.blocks.plain_text.markup import HAS_LIST, MarkupFragment, by_lines, fragments
from kompass_extract.blocks.plain_text.pieces import LIST_ROLES, TABLE_ROLES, TextContext, TextPiece
from kompass_extract.blocks.plain_text.source_lines import SourceLine
from kompass_extract.model.document import Column, Form
from kompass_extract.taxonomy import Taxonomy
from kompass_extract.taxonomy.headers import NUMBER_HEADS

_RULE = re.compile(r"^\s*:?[-–—_=]{2,}:?\s*$")
_NUMBER = re.compile(r"^\W*+\d{1,3}(?:\s*+%)?\W*+$")
_PIPES = re.compile(r"^\s*\|.*\|\s*$")

Cells = tuple[str, ...]


def is_table_line(text: str) -> bool:
    """Whether the line is a table's row: cells between tabs or pipes, or a cell's list markup."""
    return (
        "\t" in text.strip()
        or text.endswith("\t")
        or bool(_PIPES.match(text))
        or bool(HAS_LIST.match(text) and "<" in text)
    )


def table_pieces(
    lines: Sequence[SourceLine], context: TextContext, taxonomy: Taxonomy
) -> tuple[list[TextPiece], TextContext]:
    """The pieces of one run of table lines, and the context after it."""
    rows = [(line, _cells(line.text)) for line in lines]
    rows = [(line, cells) for line, cells in rows if any(cells) and not all(not c or _RULE.match(c) for c in cells)]
    if not rows:
        return [], context
    if _is_grid([cells for _, cells in rows], taxonomy):
        context = replace(context.with_region(), headers=(), header="", role=None)
        return [_grid_row(line, cells) for line, cells in rows], context
    if any(_is_list_row(cells, taxonomy) for _, cells in rows) or context.headers:
        return _list_table(rows, context, taxonomy)
    pieces = [_joined(line, cells) for line, cells in rows]
    return pieces, replace(context, headers=(), header="", role=None)


def _cells(text: str) -> Cells:
    if _PIPES.match(text) and "\t" not in text:
        return tuple(cell.strip() for cell in text.strip().strip("|").split("|"))
    return tuple(cell.strip() for cell in text.split("\t"))


def _is_grid(rows: Sequence[Cells], taxonomy: Taxonomy) -> bool:
    """Several rows with two number cells, or a row that heads such columns."""
    numeric = sum(sum(bool(_NUMBER.match(cell)) for cell in row) >= 2 for row in rows)
    heads = any(sum(taxonomy.header_role(cell) in NUMBER_HEADS for cell in row if cell) >= 2 for row in rows)
    return numeric >= 2 or heads


def _is_list_row(cells: Cells, taxonomy: Taxonomy) -> bool:
    return any(HAS_LIST.search(cell) or taxonomy.header_role(cell) in TABLE_ROLES for cell in cells if cell)


def _grid_row(line: SourceLine, cells: Cells) -> TextPiece:
    filled = tuple((column, (cell,)) for column, cell in enumerate(cells) if cell)
    text = tuple(cell for cell in cells if cell)
    return TextPiece(Form.ROW, text, (line.span,), cells=filled, blanks=line.blanks, page_start=line.page_start)


def _joined(line: SourceLine, cells: Cells) -> TextPiece:
    text = (" ".join(cell for cell in cells if cell),)
    return TextPiece(Form.PARAGRAPH, text, (line.span,), blanks=line.blanks, page_start=line.page_start)


def _list_table(
    rows: Sequence[tuple[SourceLine, Cells]], context: TextContext, taxonomy: Taxonomy
) -> tuple[list[TextPiece], TextContext]:
    count = max(max((i + 1 for i, cell in enumerate(cells) if cell), default=1) for _, cells in rows)
    pieces: list[TextPiece] = []
    context = context.with_region()
    cut = True  # the row goes on with the table before a page break
    for line, cells in rows:
        width = max(count, len(context.headers)) if count > 1 else 1
        headers = list(context.headers) + [""] * (width - len(context.headers))
        bulleted = set(context.bulleted)
        headed = any(taxonomy.header_role(cell) in TABLE_ROLES for cell in cells if cell)
        if headed and not _repeats(cells, context.headers, taxonomy):
            cut, bulleted = False, set()
        for column, cell in enumerate(cells[:width]):
            parts = fragments(cell)
            place = Column(f"t{context.regions}", column, width)
            role = taxonomy.header_role(parts[0].text) if parts and not parts[0].item else None
            if parts and role in TABLE_ROLES:
                headers[column] = parts[0].text
                pieces.append(_cell_piece(line, parts[0], place, "", Form.PARAGRAPH, beside=column > 0))
                parts = parts[1:]
            rest = _is_rest(parts, headers[column], cut=cut, below_bullets=column in bulleted)
            pieces.extend(_cell(line, parts, place, headers[column], rest, taxonomy))
            bulleted.update([column] if any(part.item for part in parts) else [])
        cut = cut and headed
        context = replace(context.with_columns(tuple(headers)), bulleted=frozenset(bulleted))
    return pieces, context


def _repeats(cells: Cells, headers: Sequence[str], taxonomy: Taxonomy) -> bool:
    """Whether a header row is that of the table before once more."""
    roles = [taxonomy.header_role(cell) for cell in cells if cell]
    return bool(headers) and roles == [taxonomy.header_role(header) for header in headers if header]


def _is_rest(parts: Sequence[MarkupFragment], header: str, *, cut: bool, below_bullets: bool) -> bool:
    """Whether a cell begins with the rest of the item above it: text without a bullet, or one cut by the page."""
    if not parts or not header:
        return False
    lower = parts[0].text[:1].islower() or parts[0].text[:1] == "("
    return lower and cut if parts[0].item else lower or below_bullets


def _cell(
    line: SourceLine, parts: Sequence[MarkupFragment], place: Column, header: str, rest: bool, taxonomy: Taxonomy
) -> list[TextPiece]:
    """The pieces of a cell; ``rest`` says that the first goes on with the item above."""
    listed = bool(header) and taxonomy.header_role(header) in LIST_ROLES
    if listed:
        parts = [one for part in parts for one in by_lines(part)]
    pieces: list[TextPiece] = []
    for index, part in enumerate(parts):
        form = Form.ITEM if part.item or (listed and not _NUMBER.match(part.text)) else Form.PARAGRAPH
        piece = _cell_piece(line, part, place, header, form, beside=place.index > 0 and index == 0)
        pieces.append(replace(piece, continues=rest and index == 0 and form is Form.ITEM))
    return pieces


def _cell_piece(
    line: SourceLine, part: MarkupFragment, place: Column, header: str, form: Form, *, beside: bool
) -> TextPiece:
    return TextPiece(
        form,
        part.lines,
        (line.span,),
        column=place if place.count > 1 else None,
        header=header,
        bulleted=part.item,
        blanks=0 if beside else line.blanks,
        page_start=line.page_start and not beside,
        beside=beside,
    )
