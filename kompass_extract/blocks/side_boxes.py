"""A box beside running text: the text runs on in short lines beside it, and in full ones above and below.

The two stand side by side as columns do.  What tells them apart is that the text of one column goes on below both, and
the other's does not.  The box comes after the text then, which stays whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

from kompass_extract.blocks import GOES_ON
from kompass_extract.blocks.running_columns import columns_of
from kompass_extract.model.document import Block, Form

LEAST_WORDS = 4  # of a box: fewer are the end of a line that was read apart
SURE = 0.9  # probability from which on a text goes on below the columns
Over = Callable[[Sequence[Block], Sequence[Block]], float]
"""The probability that the last of some blocks goes on with the first of others."""


def after_their_text(blocks: Sequence[Block], over: Over) -> list[Block]:
    """The blocks of a page, boxes beside running text behind the paragraph that runs on below them."""
    made: list[Block] = []
    groups = [list(group) for _, group in groupby(blocks, key=_region)]
    while groups:
        group = groups.pop(0)
        below = groups[0] if groups else []
        parted = _parted(group, below, over) if below and not _region(below[0]) else None
        if parted is None:
            made.extend(group)
            continue
        text, box, rest = parted
        above = [block for block in made if block.form is not Form.FURNITURE][-1:]
        joined = over(above, text) if above and not _region(above[0]) and above[0].form is not Form.ROW else 0.0
        text[0] = replace(text[0], continues=joined >= GOES_ON, rest=round(joined, 3))
        first = replace(below[0], continues=True, rest=round(rest, 3))
        made.extend(replace(block, column=None) for block in text)
        made.append(first)
        made.extend(replace(block, column=None) for block in box)
        groups[0] = below[1:]
        groups = groups if groups[0] else groups[1:]
    return made


def _region(block: Block) -> str:
    wide = block.column is not None and block.column.count > 1 and block.form is not Form.ROW
    return block.column.region if wide and block.column is not None else ""


def _parted(group: list[Block], below: list[Block], over: Over) -> tuple[list[Block], list[Block], float] | None:
    """The text and the box of two columns, how surely the text goes on; None where they are something else."""
    columns = columns_of(group)
    if not _region(group[0]) or len(columns) != 2 or any(block.header for block in group):
        return None
    if below[0].form is not Form.PARAGRAPH:
        return None
    if min(sum(len(block.text.split()) for block in column) for column in columns) < LEAST_WORDS:
        return None
    one, other = (over(column, below) for column in columns)
    if one >= SURE and other < GOES_ON:
        return columns[0], columns[1], one
    return (columns[1], columns[0], other) if other >= SURE and one < GOES_ON else None
