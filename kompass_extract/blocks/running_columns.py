"""Columns of one running text, as a newspaper sets them: they are read one after the other and mean nothing else.

Lists side by side have a column each, with a header over it, and go on below it on the next page.  Running text goes on
from the foot of a column at the head of the next one, and holds headings of sections and chapters anywhere.  So does
one list that runs over columns below its title.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from kompass_extract.model.document import Block, Form, Page
from kompass_extract.taxonomy.editions import load_editions
from kompass_extract.taxonomy.headers import ITEM_HEADS, SECTION_HEADS, HeaderRole, header_role
from kompass_extract.taxonomy.headings import area_heading

SAME_SPAN_PT = 16.0  # columns of one report's pages begin no farther apart
SURE = 0.9  # probability from which on a text that goes on in the next column is evidence
SECTIONS = SECTION_HEADS | {HeaderRole.RUBRICS}


@dataclass(frozen=True, slots=True)
class _Region:
    """The blocks of columns side by side on a page: where each column begins, and what speaks for running text."""

    page: int
    name: str
    lefts: tuple[float, ...]
    listed: bool  # headers of lists stand over the columns
    running: bool


def without_running_columns(pages: Sequence[Page]) -> list[Page]:
    """The pages, blocks in columns of running text without their columns; ``continues`` tells what goes on."""
    regions = [region for page in pages for region in _regions(page)]
    plain: set[tuple[int, str]] = set()
    open_lists: _Region | None = None
    for region in regions:
        follows = open_lists is not None and region.page - open_lists.page <= 1 and _alike(open_lists, region)
        if region.listed or (follows and not region.running):
            open_lists = region
            continue
        alike = [other for other in regions if other is not region and _alike(other, region)]
        if region.running or (alike and sum(other.running for other in alike) > len(alike) / 2):
            plain.add((region.page, region.name))
    return [
        replace(page, blocks=tuple(_freed(block, plain) for block in page.blocks)) if plain else page for page in pages
    ]


def columns_of(blocks: Iterable[Block]) -> list[list[Block]]:
    """Blocks of columns side by side, each column's together; they stand column by column already."""
    return [list(column) for _, column in groupby(blocks, key=lambda b: b.column.index if b.column else 0)]


def _freed(block: Block, plain: set[tuple[int, str]]) -> Block:
    in_plain = block.column is not None and (block.page, block.column.region) in plain
    return replace(block, column=None) if in_plain else block


def _alike(one: _Region, other: _Region) -> bool:
    return len(one.lefts) == len(other.lefts) and all(
        abs(a - b) <= SAME_SPAN_PT for a, b in zip(one.lefts, other.lefts, strict=True)
    )


def _regions(page: Page) -> Iterator[_Region]:
    placed = [b for b in page.blocks if b.column is not None and b.column.count > 1 and b.form is not Form.ROW]
    for name, group in groupby(placed, key=lambda block: block.column.region if block.column else ""):
        blocks = list(group)
        columns = columns_of(blocks)
        if len(columns) < 2:
            continue
        lefts = tuple(min(block.box.x0 for block in column) for column in columns)
        headers = {block.header for block in blocks}
        one_list = len(headers) == 1 and "" not in headers
        listed = not one_list and headers != {""}
        yield _Region(page.number, name, lefts, listed, one_list or (not listed and _runs_on(columns)))


def _runs_on(columns: Sequence[Sequence[Block]]) -> bool:
    """Whether a text goes on from column to column, a section or list begins amid one, or one holds both lists."""
    if any(column[0].continues and column[0].rest >= SURE for column in columns[1:]):
        return True
    roles = [[header_role(block.text) for block in column] for column in columns]
    if any(len({role for role in own if role in ITEM_HEADS}) > 1 for own in roles):
        return True
    sections = any(role in SECTIONS | ITEM_HEADS for own in roles for role in own[1:])
    editions = load_editions()
    return sections or any(
        len(block.lines) <= 2 and area_heading(block.text, editions) is not None
        for column in columns
        for block in column
    )
