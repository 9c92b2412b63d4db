"""What goes on after a page break: tables of text with their columns and headers, and texts cut in two.

A table of two columns at the foot of a page goes on at the head of the next when text there keeps to the same
columns; its header, if not repeated, is carried over.  Whether the first text after the end of a page or column is the
rest of the last one before it, the line-pair model tells.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, takewhile
from statistics import median

from kompass_extract.blocks import GOES_ON
from kompass_extract.blocks.habits import Habits
from kompass_extract.blocks.line_pairs import LinePairs
from kompass_extract.blocks.pair_features import COLUMN_BREAK, PAGE_BREAK
from kompass_extract.blocks.pair_rows import PairRow, RowColumn
from kompass_extract.blocks.running_columns import columns_of, without_running_columns
from kompass_extract.blocks.side_boxes import after_their_text
from kompass_extract.model.document import Block, Column, Form, Page
from kompass_extract.model.geometry import union
from kompass_extract.taxonomy.headers import ITEM_HEADS, HeaderRole, header_role
from kompass_extract.taxonomy.headings import names_area

COLUMN_SHIFT_PT = 16.0  # columns of a table move by less from page to page, scans included
FOOT_SHARE = 0.55  # a table that goes on reaches below this share of its page
HEAD_SHARE = 0.35  # and begins above this share on the next
TITLED_SHIFT = 0.5  # cap heights by which the rest of a list may begin left of where it did on the page before
COLUMN_CAPS = 12.0  # cap heights by which a text begins left of another one that is in a column or cell of its own


@dataclass(frozen=True, slots=True)
class _OpenTable:
    """The columns of a side-by-side text at the foot of a page: x-range, header and blocks of each."""

    region: str
    spans: tuple[tuple[float, float], ...]
    headers: tuple[str, ...]
    columns: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class _Joiner:
    """Asks the model whether texts go on; ``foot`` is how far down text goes on the report's pages."""

    pairs: LinePairs
    habits: Habits
    foot: float

    def probability(self, before: Sequence[Block], after: Sequence[Block], kind: float) -> float | None:
        """How surely the last of ``before`` goes on with the first of ``after``; None where either has no lines."""
        one, other = _rows(before), _rows(after)
        if not one.rows or not other.rows:
            return None
        return self.pairs.over(one, other, kind, self.habits, foot=self.foot - before[-1].box.y1)

    def beside(self, before: Sequence[Block], after: Sequence[Block]) -> float:
        """The same on one page; 0 where either has no lines."""
        return self.probability(before, after, COLUMN_BREAK) or 0.0

    def joined(self, block: Block, before: Sequence[Block], after: Sequence[Block], kind: float) -> Block:
        """``block``, the first of the column ``after``, with the probability that it goes on the last of ``before``."""
        rest = self.probability(before, after, kind)
        if rest is None:
            return block
        return replace(block, rest=round(rest, 3), continues=rest >= GOES_ON)


def _rows(blocks: Sequence[Block]) -> RowColumn:
    """The lines of a column's blocks as the model sees them."""
    rows = [
        PairRow(
            text=line.text, x0=line.box.x0, x1=line.box.x1, baseline=line.box.y1, size=block.size, weight=block.weight,
            first_width=line.words[0].box.width if line.words else 0.0,
            mark=line.bullet.x0 if line.bullet is not None else math.nan,
        )
        for block in blocks
        for line in block.lines
    ]  # fmt: skip
    return RowColumn(
        tuple(rows),
        max((row.x1 for row in rows), default=0.0),
        max(3.0, median([block.size for block in blocks for _ in block.lines] or [3.0])),
    )


def mark_continuations(pages: Sequence[Page], pairs: LinePairs, habits: Habits) -> tuple[Page, ...]:
    """The pages with headers carried over, columns recognised again and ``continues`` set."""
    result: list[Page] = []
    table: _OpenTable | None = None
    text: list[Block] = []
    foot = max((block.box.y1 for page in pages for block in _body(page.blocks)), default=0.0)
    joiner = _Joiner(pairs, habits, foot)
    whole = [replace(page, blocks=tuple(after_their_text(page.blocks, joiner.beside))) for page in pages]
    joined = [replace(page, blocks=tuple(_join_columns(page.blocks, joiner))) for page in whole]
    for page in without_running_columns(joined):
        blocks = list(page.blocks)
        if table is not None:
            blocks = _carry_over(blocks, table, page.height, joiner)
        blocks = _continue_titled(blocks, result)
        blocks = _continue_text(blocks, text, joiner)
        result.append(replace(page, blocks=tuple(blocks)))
        body = _body(blocks)
        if body:
            table = _open_table(body, page.height)
            text = [] if body[-1].column is not None or body[-1].form is Form.ROW else _running(body)
    return tuple(result)


def _join_columns(blocks: Sequence[Block], joiner: _Joiner) -> list[Block]:
    """The blocks of a page, those that begin a column after another one of their zone asked whether they go on."""
    changed: dict[str, Block] = {}
    placed = (block for block in blocks if block.column is not None and block.form is not Form.ROW)
    for _, zone in groupby(placed, key=lambda block: block.column.region if block.column else ""):
        for before, after in pairwise(columns_of(zone)):
            changed[after[0].id] = joiner.joined(after[0], before, after, COLUMN_BREAK)
    return [changed.get(block.id, block) for block in blocks]


def _body(blocks: Sequence[Block]) -> list[Block]:
    return [block for block in blocks if block.form not in (Form.FURNITURE, Form.FIGURE)]


def _running(body: Sequence[Block]) -> list[Block]:
    return [block for block in body if block.column is None and block.form is not Form.ROW]


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
        tuple(map(tuple, columns)),
    )


def _carry_over(blocks: list[Block], table: _OpenTable, height: float, joiner: _Joiner) -> list[Block]:
    """Give the first blocks of the page the table's columns and headers when they keep to them."""
    body = _without_score(_body(blocks))
    if not body or body[0].box.y0 > HEAD_SHARE * height or body[0].form is Form.ROW or _stands_out(body[0], table):
        return blocks
    members = _members(body, table)
    if not members or any(_begins_list(block, table, index) for block, index in members):
        return blocks
    repeated = _repeats_headers(members, table)
    seen: set[int] = set()
    changed: dict[str, Block] = {}
    for block, index in members:
        if repeated and index not in seen and not block.bulleted:
            seen.add(index)
            changed[block.id] = replace(block, column=Column(table.region, index, len(table.spans)))
            if _is_header(block, table, index) or not block.header:
                continue
        header = block.header or table.headers[index]
        first = index not in seen or (repeated and block.id not in changed and not _earlier(changed, index, table))
        seen.add(index)
        placed = replace(
            block, column=Column(table.region, index, len(table.spans)), header=header, continues=False, rest=block.rest
        )
        if first:
            below = [other for other, column in members if column == index and other.box.y0 >= block.box.y0]
            placed = joiner.joined(placed, table.columns[index], below, PAGE_BREAK)
        changed[block.id] = placed
    return [changed.get(block.id, block) for block in blocks]


def _stands_out(block: Block, table: _OpenTable) -> bool:
    """A heading: larger or bolder than the table's texts, and not one of its headers again."""
    if any(_is_header(block, table, index) for index in range(len(table.headers))):
        return False
    lasts = [column[-1] for column in table.columns]
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
        heads = not block.bulleted and names_area(block.text)
        if (
            block.form is Form.ROW
            or index is None
            or heads
            or not (same_region or (region is None and block.column is None))
        ):
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
    return any(_is_header(block, table, index) for index, block in firsts.items())


def _is_header(block: Block, table: _OpenTable, index: int) -> bool:
    """Whether the block is the table's header of that column again, misread letters aside."""
    if not block.text:
        return False
    same = block.text.casefold() == table.headers[index].casefold()
    role = header_role(block.text)
    return same or (role is not None and role is header_role(table.headers[index]))


def _begins_list(block: Block, table: _OpenTable, index: int) -> bool:
    """Whether the block is the title of another list than the table's column has: the table does not go on."""
    return header_role(block.text) in ITEM_HEADS and not _is_header(block, table, index)


def _without_score(body: list[Block]) -> list[Block]:
    """The page's blocks from the first that is neither the chapter's score nor its header: both are repeated."""
    for position, block in enumerate(body):
        words = [word for word in block.text.split() if not word.isdigit()]
        if words and header_role(" ".join(words)) is not HeaderRole.SCORE:
            return body[position:]
    return []


def _continue_titled(blocks: list[Block], pages: Sequence[Page]) -> list[Block]:
    """Give the first blocks of the page the title that stands left of the list at the foot of the page before.

    They begin where its items do; a list whose title stands above it begins where all text does.
    """
    before = _body(pages[-1].blocks) if pages else []
    last = max(before, key=lambda block: block.box.y1, default=None)
    if last is None or last.column is not None or header_role(last.header) not in ITEM_HEADS:
        return blocks
    left = min(block.box.x0 for block in before if block.header == last.header)
    if not any(block.text == last.header and block.box.x1 <= left for block in before):
        return blocks
    body = _without_score(_body(blocks))
    rest = takewhile(lambda block: not block.header and block.box.x0 >= left - TITLED_SHIFT * block.size, body)
    titled = {block.id: replace(block, header=last.header) for block in rest if block.column is None}
    return [titled.get(block.id, block) for block in blocks]


def _continue_text(blocks: list[Block], before: Sequence[Block], joiner: _Joiner) -> list[Block]:
    """Mark the first text of the page when it is the rest of the page before's last one."""
    if not before:
        return blocks
    body = _body(blocks)
    if not body or body[0].column is not None or body[0].form is Form.ROW:
        return blocks
    above, below = _in_column_of_first(before[::-1])[::-1], _in_column_of_first(_running(body))
    first = joiner.joined(body[0], above, below, PAGE_BREAK)
    return [first if block is body[0] else block for block in blocks]


def _in_column_of_first(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks up to one that begins far left of the first: the first stands in a cell beside a title."""
    least = blocks[0].box.x0 - COLUMN_CAPS * blocks[0].size
    return list(takewhile(lambda block: block.box.x0 >= least, blocks))
