"""Rows of a grid that stand on one printed line, made one row: layout parted their cells by small offsets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kompass_extract.model.document import Block, Form, LabelledBlock
from kompass_extract.model.geometry import overlap, union

SAME_LINE = 0.7
"""Share of the lower row's height, 0..1, that two rows of one printed line have in common."""


def joined_rows(blocks: Sequence[LabelledBlock]) -> list[LabelledBlock]:
    """The blocks with each two neighbouring rows of one printed line, in columns of their own, as one."""
    joined: list[LabelledBlock] = []
    for labelled in blocks:
        if joined and _is_same_line(joined[-1].block, labelled.block):
            joined[-1] = replace(joined[-1], block=_row(joined[-1].block, labelled.block))
        else:
            joined.append(labelled)
    return joined


def _is_same_line(first: Block, second: Block) -> bool:
    if not (first.form is second.form is Form.ROW) or first.page != second.page or not (first.cells and second.cells):
        return False
    columns = {cell.column for cell in first.cells} & {cell.column for cell in second.cells}
    regions = {block.column.region if block.column is not None else "" for block in (first, second)}
    shared = overlap(first.box.y0, first.box.y1, second.box.y0, second.box.y1)
    return not columns and len(regions) == 1 and shared > SAME_LINE * min(first.box.height, second.box.height)


def _row(first: Block, second: Block) -> Block:
    """One row of the cells of both; it keeps the first one's id and place in the grid."""
    cells = tuple(sorted((*first.cells, *second.cells), key=lambda cell: cell.column))
    lines = tuple(line for cell in cells for line in cell.lines)
    text = " ".join(cell.text for cell in cells)
    return replace(first, cells=cells, lines=lines, text=text, box=union((first.box, second.box)))
