"""What goes on after a page break: tables of text with their columns and headers, and texts cut in two.

A table of two columns at the foot of a page goes on at the head of the next when text there keeps to the same
columns; its header, if not repeated, is carried over.  The first text of a column is the rest of the last one
before the break when its list mark is missing where the others have theirs, or when the sentence goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kompass_extract.document import Block, Column, Form, Page
from kompass_extract.geometry import union

COLUMN_SHIFT_PT = 16.0  # columns of a table move by less from page to page, scans included
FOOT_SHARE = 0.55  # a table that goes on reaches below this share of its page
HEAD_SHARE = 0.35  # and begins above this share on the next
_ENDS = (".", "?", "!", ":", "…")


@dataclass(frozen=True, slots=True)
class _OpenTable:
    """The columns of a side-by-side text at the foot of a page: x-range, header and last block of each."""

    region: str
    spans: tuple[tuple[float, float], ...]
    headers: tuple[str, ...]
    lasts: tuple[Block | None, ...]
    bulleted: tuple[bool, ...]


def mark_continuations(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages with headers carried over, columns recognised again and ``continues`` set."""
    result: list[Page] = []
    table: _OpenTable | None = None
    last_text: Block | None = None
    for page in pages:
        blocks = list(page.blocks)
        if table is not None:
            blocks = _carry_over(blocks, table, page.height)
        blocks = _continue_text(blocks, last_text)
        result.append(replace(page, blocks=tuple(blocks)))
        body = _body(blocks)
        if body:
            table = _open_table(body, page.height)
            last_text = body[-1] if body[-1].column is None and body[-1].form is Form.PARAGRAPH else None
    return tuple(result)


def _body(blocks: Sequence[Block]) -> list[Block]:
    return [block for block in blocks if block.form not in (Form.FURNITURE, Form.FIGURE)]


def _open_table(body: Sequence[Block], height: float) -> _OpenTable | None:
    """The table that may go on on the next page, None when the page ends with something else."""
    lowest = max(body, key=lambda block: block.box.y1)
    if (
        lowest.column is None
        or lowest.column.count < 2
        or lowest.form is Form.ROW
        or lowest.box.y1 < FOOT_SHARE * height
    ):
        return None
    region = lowest.column.region
    columns: list[list[Block]] = [
        [b for b in body if b.column is not None and b.column.region == region and b.column.index == index]
        for index in range(lowest.column.count)
    ]
    if any(not column for column in columns):
        return None
    frames = [union(b.box for b in column) for column in columns]
    headers = tuple(
        next((b.header for b in column if b.header), column[0].text if len(column) == 1 else "") for column in columns
    )
    return _OpenTable(
        region,
        tuple((frame.x0, frame.x1) for frame in frames),
        headers,
        tuple(column[-1] for column in columns),
        tuple(any(b.bulleted for b in column) for column in columns),
    )


def _carry_over(blocks: list[Block], table: _OpenTable, height: float) -> list[Block]:
    """Give the first blocks of the page the table's columns and headers when they keep to them."""
    body = _body(blocks)
    if not body or body[0].box.y0 > HEAD_SHARE * height or body[0].form is Form.ROW or _stands_out(body[0], table):
        return blocks
    members = _members(body, table)
    if not members:
        return blocks
    repeated = _repeats_headers(members, table)
    seen: set[int] = set()
    changed: dict[str, Block] = {}
    for block, index in members:
        if repeated and index not in seen and not block.bulleted:
            seen.add(index)
            changed[block.id] = replace(block, column=Column(table.region, index, len(table.spans)))
            if block.text.casefold() == table.headers[index].casefold() or not block.header:
                continue
        header = block.header or table.headers[index]
        first = index not in seen or (repeated and block.id not in changed and not _earlier(changed, index, table))
        seen.add(index)
        goes_on = first and _is_rest(block, table.lasts[index], table.bulleted[index])
        changed[block.id] = replace(
            block, column=Column(table.region, index, len(table.spans)), header=header, continues=goes_on
        )
    return [changed.get(block.id, block) for block in blocks]


def _stands_out(block: Block, table: _OpenTable) -> bool:
    """A heading: larger or bolder than the table's texts, and not one of its headers again."""
    lasts = [last for last in table.lasts if last is not None]
    if not lasts or any(block.text.casefold() == header.casefold() for header in table.headers):
        return False
    size, weight = max(last.size for last in lasts), max(last.weight for last in lasts)
    return not block.bulleted and (
        block.size > 1.2 * size or (block.size > 1.02 * size and block.weight > 1.25 * weight)
    )


def _earlier(changed: dict[str, Block], index: int, table: _OpenTable) -> bool:
    """Whether a text of this column, other than its header, was met before on the page."""
    return any(
        block.column is not None and block.column.index == index and block.text != table.headers[index]
        for block in changed.values()
    )


def _members(body: Sequence[Block], table: _OpenTable) -> list[tuple[Block, int]]:
    """Blocks from the top of the page that keep to one of the table's columns, with its index."""
    members = []
    region = body[0].column.region if body[0].column is not None else None
    for block in body:
        same_region = block.column is not None and block.column.region == region
        index = _column_of(block, table)
        if block.form is Form.ROW or index is None or not (same_region or (region is None and block.column is None)):
            break
        members.append((block, index))
    return members


def _column_of(block: Block, table: _OpenTable) -> int | None:
    for index, (x0, x1) in enumerate(table.spans):
        limit = table.spans[index + 1][0] if index + 1 < len(table.spans) else x1 + 3 * COLUMN_SHIFT_PT
        if x0 - COLUMN_SHIFT_PT <= block.box.x0 and block.box.x1 <= max(limit, x1 + COLUMN_SHIFT_PT):
            return index
    return None


def _repeats_headers(members: Sequence[tuple[Block, int]], table: _OpenTable) -> bool:
    firsts: dict[int, Block] = {}
    for block, index in members:
        firsts.setdefault(index, block)
    return any(
        block.text.casefold() == table.headers[index].casefold() and bool(block.text) for index, block in firsts.items()
    )


def _is_rest(block: Block, last: Block | None, bulleted: bool) -> bool:
    """Whether a column's first text after the break is the rest of its last before it."""
    if last is None or block.bulleted:
        return False
    if bulleted:
        return True
    return _sentence_goes_on(last, block)


def _sentence_goes_on(last: Block, block: Block) -> bool:
    begin = block.text[:1]
    if not begin:
        return False
    open_end = not last.text.rstrip().rstrip('”")').endswith(_ENDS)
    return begin.islower() or (open_end and last.text.rstrip().endswith(("-", ",", "/")))


def _continue_text(blocks: list[Block], last: Block | None) -> list[Block]:
    """Mark the first running text of the page when it is the rest of the page before's last one."""
    if last is None:
        return blocks
    for position, block in enumerate(blocks):
        if block.form in (Form.FURNITURE, Form.FIGURE):
            continue
        if block.form is Form.PARAGRAPH and block.column is None and _is_rest_of_text(last, block):
            blocks[position] = replace(block, continues=True)
        break
    return blocks


def _is_rest_of_text(last: Block, block: Block) -> bool:
    if abs(last.size - block.size) > 0.12 * last.size:
        return False
    if _sentence_goes_on(last, block):
        return True
    open_end = not last.text.rstrip().rstrip('”")').endswith(_ENDS)
    return open_end and len(last.lines) >= 2 and abs(last.weight - block.weight) < 0.3
