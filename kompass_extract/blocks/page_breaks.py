"""What goes on after a page break: tables of text with their columns and headers, and texts cut in two.

A table of two columns at the foot of a page goes on at the head of the next when text there keeps to the same
columns; its header, if not repeated, is carried over.  The first text after the break is the rest of the last one
before it when it begins in lower case, or when that one's last line was full: a line that leaves room for the next
word ends its text.  Where a list has marks, the rest is known by having none and standing where their texts do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kompass_extract.model.document import Block, Column, Form, Page
from kompass_extract.model.geometry import union
from kompass_extract.taxonomy.headers import HeaderRole, header_role

COLUMN_SHIFT_PT = 16.0  # columns of a table move by less from page to page, scans included
FOOT_SHARE = 0.55  # a table that goes on reaches below this share of its page
HEAD_SHARE = 0.35  # and begins above this share on the next
ROOM_EM = 0.8  # room beyond the next word that shows an intended line end
WORD_SPACE_EM = 0.4
FULL_PAGE_EM = 1.35  # less white than this below a page's last line holds no line more
LEAST_JUSTIFIED = 2  # lines that end at the margin before their margin counts as justified
JUSTIFIED_EM = 0.3
ALIGNED_EM = 0.7  # list texts of one page stand below each other
HANGING_EM = 0.7  # indent of a list's texts against the running text's
SIZE_SHIFT = 0.17  # of the letter height, between two halves of one text: a fax thickens some pages
WEIGHT_SHIFT = 0.3  # between their stroke widths
_OPEN_END = re.compile(r"\b(och|eller|samt|att|som|för|av|på|i|med|till|om|en|ett|den|det|de)$")
_OPENERS = "”\"“„»«'’(["


@dataclass(frozen=True, slots=True)
class _OpenTable:
    """The columns of a side-by-side text at the foot of a page: x-range, header and last block of each."""

    region: str
    spans: tuple[tuple[float, float], ...]
    headers: tuple[str, ...]
    lasts: tuple[Block, ...]
    bulleted: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _OpenText:
    """The last text of a page or column, with how far such text goes there, in points.

    ``right`` is the farthest that its lines go, ``full`` whether the page has no room for a line below it.
    """

    last: Block
    right: float
    full: bool = True


def mark_continuations(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages with headers carried over, columns recognised again and ``continues`` set."""
    result: list[Page] = []
    table: _OpenTable | None = None
    text: _OpenText | None = None
    foot = max((block.box.y1 for page in pages for block in _body(page.blocks)), default=0.0)
    for page in pages:
        blocks = list(page.blocks)
        if table is not None:
            blocks = _carry_over(blocks, table, page.height)
        blocks = _continue_text(blocks, text)
        result.append(replace(page, blocks=tuple(blocks)))
        body = _body(blocks)
        if body:
            table = _open_table(body, page.height)
            text = _open_text(body, foot)
    return tuple(result)


def _body(blocks: Sequence[Block]) -> list[Block]:
    return [block for block in blocks if block.form not in (Form.FURNITURE, Form.FIGURE)]


def _open_text(body: Sequence[Block], foot: float) -> _OpenText | None:
    """The text that may go on on the next page, None when the page ends with a table or a header.

    ``foot`` is how far down text goes on the report's pages.
    """
    last = body[-1]
    if last.column is not None or last.form is Form.ROW or header_role(last.text) is not None:
        return None
    right = max(block.box.x1 for block in body if block.column is None)
    return _OpenText(last, right, foot - last.box.y1 < FULL_PAGE_EM * last.size)


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
    body = _without_score(_body(blocks))
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
            if _is_header(block, table, index) or not block.header:
                continue
        header = block.header or table.headers[index]
        first = index not in seen or (repeated and block.id not in changed and not _earlier(changed, index, table))
        seen.add(index)
        right = table.spans[index][1]
        goes_on = first and _is_rest(block, _OpenText(table.lasts[index], right), marked=table.bulleted[index])
        changed[block.id] = replace(
            block, column=Column(table.region, index, len(table.spans)), header=header, continues=goes_on
        )
    return [changed.get(block.id, block) for block in blocks]


def _stands_out(block: Block, table: _OpenTable) -> bool:
    """A heading: larger or bolder than the table's texts, and not one of its headers again."""
    if any(_is_header(block, table, index) for index in range(len(table.headers))):
        return False
    size, weight = max(last.size for last in table.lasts), max(last.weight for last in table.lasts)
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
    return any(_is_header(block, table, index) for index, block in firsts.items())


def _is_header(block: Block, table: _OpenTable, index: int) -> bool:
    """Whether the block is the table's header of that column again, misread letters aside."""
    if not block.text:
        return False
    same = block.text.casefold() == table.headers[index].casefold()
    role = header_role(block.text)
    return same or (role is not None and role is header_role(table.headers[index]))


def _without_score(body: list[Block]) -> list[Block]:
    """The page's blocks from the first that is neither the chapter's score nor its header: both are repeated."""
    for position, block in enumerate(body):
        words = [word for word in block.text.split() if not word.isdigit()]
        if words and header_role(" ".join(words)) is not HeaderRole.SCORE:
            return body[position:]
    return []


def _is_rest(block: Block, before: _OpenText, *, marked: bool) -> bool:
    """Whether a column's or page's first text is the rest of the last one before the break.

    ``marked``: the list that both stand in has marks before its texts.
    """
    if block.bulleted or not block.lines or header_role(block.text) is not None:
        return False
    begin = block.text.lstrip(_OPENERS)[:1]
    if begin.islower() or before.last.text.rstrip().endswith(("-", ",", "/")):
        return True
    if marked:
        return not _left_room(before, block, ROOM_EM)
    if before.last.column is not None and before.last.column.count > 1:
        return _OPEN_END.search(before.last.text) is not None  # a cell's text without marks ends as often as it goes on
    return before.full and len(before.last.lines) >= 2 and not _left_room(before, block, 0.0)


def _left_room(before: _OpenText, block: Block, more: float) -> bool:
    """Whether the last line before the break ended though the first word after it, and ``more`` em, had room there.

    Between justified margins any room shows the end of a text.
    """
    words, lines, em = block.lines[0].words, before.last.lines, before.last.size
    width = words[0].box.width if words else 0.0
    room = before.right - (lines[-1].box.x1 if lines else before.last.box.x1)
    ends = [line.box.x1 for line in lines[:-1]]
    justified = len(ends) >= LEAST_JUSTIFIED and all(before.right - end < JUSTIFIED_EM * em for end in ends)
    return room > JUSTIFIED_EM * em if justified else room - width > (WORD_SPACE_EM + more) * em


def _continue_text(blocks: list[Block], before: _OpenText | None) -> list[Block]:
    """Mark the first text of the page when it is the rest of the page before's last one."""
    if before is None:
        return blocks
    for position, block in enumerate(blocks):
        if block.form in (Form.FURNITURE, Form.FIGURE):
            continue
        if block.form is Form.PARAGRAPH and block.column is None and _is_rest_of_text(before, block, blocks):
            blocks[position] = replace(block, continues=True)
        break
    return blocks


def _is_rest_of_text(before: _OpenText, block: Block, blocks: Sequence[Block]) -> bool:
    last = before.last
    if abs(last.size - block.size) > SIZE_SHIFT * last.size or abs(last.weight - block.weight) > WEIGHT_SHIFT:
        return False
    if last.bulleted:
        return _hangs(block, blocks) and _is_rest(block, before, marked=True)
    return _is_rest(block, before, marked=False)


def _hangs(block: Block, blocks: Sequence[Block]) -> bool:
    """Whether a text without mark stands where the page's list texts do, or right of its running text."""
    em = block.size
    items = [other.box.x0 for other in blocks if other.bulleted]
    if items:
        return any(abs(x0 - block.box.x0) < ALIGNED_EM * em for x0 in items)
    running = [other.box.x0 for other in blocks if other.form is Form.PARAGRAPH and other is not block]
    return not running or block.box.x0 > min(running) + HANGING_EM * em
