"""Tables written with tabs or pipes: lists of strengths and improvements, score tables, lists of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kompass_extract.document import Column, Form
from kompass_extract.taxonomy import HeaderRole, Taxonomy
from kompass_extract.textfile.markup import HAS_LIST, Fragment, fragments
from kompass_extract.textfile.pieces import LIST_ROLES, TABLE_ROLES, Context, Piece
from kompass_extract.textfile.source import SourceLine

_RULE = re.compile(r"^\s*:?[-–—_=]{2,}:?\s*$")
_NUMBER = re.compile(r"^\W*\d{1,3}\s*%?\W*$")
_PIPES = re.compile(r"^\s*\|.*\|\s*$")
_COLUMN_ROLES = frozenset({HeaderRole.ACHIEVED, HeaderRole.MAX, HeaderRole.PERCENT})

Cells = tuple[str, ...]


def is_table_line(text: str) -> bool:
    """Whether the line is a table's row: cells between tabs or pipes, or a cell's list markup."""
    return (
        "\t" in text.strip()
        or text.endswith("\t")
        or bool(_PIPES.match(text))
        or bool(HAS_LIST.match(text) and "<" in text)
    )


def table_pieces(lines: Sequence[SourceLine], context: Context, taxonomy: Taxonomy) -> tuple[list[Piece], Context]:
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
    heads = any(sum(taxonomy.header_role(cell) in _COLUMN_ROLES for cell in row if cell) >= 2 for row in rows)
    return numeric >= 2 or heads


def _is_list_row(cells: Cells, taxonomy: Taxonomy) -> bool:
    return any(HAS_LIST.search(cell) or taxonomy.header_role(cell) in TABLE_ROLES for cell in cells if cell)


def _grid_row(line: SourceLine, cells: Cells) -> Piece:
    filled = tuple((column, (cell,)) for column, cell in enumerate(cells) if cell)
    text = tuple(cell for cell in cells if cell)
    return Piece(Form.ROW, text, line.number, cells=filled, blanks=line.blanks, page_start=line.page_start)


def _joined(line: SourceLine, cells: Cells) -> Piece:
    text = (" ".join(cell for cell in cells if cell),)
    return Piece(Form.PARAGRAPH, text, line.number, blanks=line.blanks, page_start=line.page_start)


def _list_table(
    rows: Sequence[tuple[SourceLine, Cells]], context: Context, taxonomy: Taxonomy
) -> tuple[list[Piece], Context]:
    count = max(max((i + 1 for i, cell in enumerate(cells) if cell), default=1) for _, cells in rows)
    pieces: list[Piece] = []
    first = True
    context = context.with_region()
    for line, cells in rows:
        width = max(count, len(context.headers)) if count > 1 else 1
        continued = first and not any(taxonomy.header_role(cell) in TABLE_ROLES for cell in cells if cell)
        headers = list(context.headers) + [""] * (width - len(context.headers))
        for column, cell in enumerate(cells[:width]):
            parts = fragments(cell)
            role = taxonomy.header_role(parts[0].text) if parts and not parts[0].item else None
            if parts and role in TABLE_ROLES:
                headers[column] = parts[0].text
                place = Column(f"t{context.regions}", column, width) if width > 1 else None
                pieces.append(_cell_piece(line, parts[0], place, "", Form.PARAGRAPH, beside=column > 0))
                parts = parts[1:]
            pieces.extend(
                _cell(line, parts, Column(f"t{context.regions}", column, width), headers[column], continued, taxonomy)
            )
        context = context.with_columns(tuple(headers))
        first = False
    return pieces, context


def _cell(
    line: SourceLine, parts: Sequence[Fragment], place: Column, header: str, continued: bool, taxonomy: Taxonomy
) -> list[Piece]:
    role = taxonomy.header_role(header) if header else None
    pieces: list[Piece] = []
    for index, part in enumerate(parts):
        rest = (
            continued
            and index == 0
            and bool(header)
            and (not part.item or part.text[:1].islower() or part.text[:1] == "(")
        )
        form = Form.ITEM if part.item or (role in LIST_ROLES and not _NUMBER.match(part.text)) else Form.PARAGRAPH
        piece = _cell_piece(
            line, part, place if place.count > 1 else None, header, form, beside=place.index > 0 and index == 0
        )
        pieces.append(replace(piece, continues=rest and form is Form.ITEM))
    return pieces


def _cell_piece(
    line: SourceLine, part: Fragment, place: Column | None, header: str, form: Form, *, beside: bool
) -> Piece:
    return Piece(
        form,
        part.lines,
        line.number,
        column=place,
        header=header,
        bulleted=part.item,
        blanks=0 if beside else line.blanks,
        page_start=line.page_start and not beside,
        beside=beside,
    )
