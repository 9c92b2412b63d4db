"""Score tables that stand beside each other, cut apart.

Rows of two tables need not stand on one line.  What shows a second table is a column of numbered questions right of
the first one's numbers, with columns of numbers of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from kompass_extract.blocks.parts import may_be_number_cell
from kompass_extract.blocks.regions import Zone, is_grid
from kompass_extract.model.geometry import Box, union
from kompass_extract.taxonomy.question_numbers import leading_question
from kompass_extract.words.page_reader import ReadStrip

LEAST_QUESTIONS = 2  # numbered lines of a column that is a table's first
LEAST_NUMBERS = 2  # lines of numbers between two such columns


def part_tables(zone: Zone) -> list[Zone]:
    """The tables that a zone consists of, left to right; the zone itself where it is one."""
    if zone.columns < 4 or not is_grid(zone):
        return [zone]
    columns = [zone.in_column(index) for index in range(zone.columns)]
    firsts = [index for index, column in enumerate(columns) if _asks(column)]
    starts = [
        index
        for place, index in enumerate(firsts)
        if place == 0 or any(_counts(columns[between]) for between in range(firsts[place - 1] + 1, index))
    ]
    if len(starts) < 2 or not any(_counts(column) for column in columns[starts[-1] + 1 :]):
        return [zone]
    cuts = [0, *starts[1:], zone.columns]
    return [_table(zone, columns, first, end) for first, end in pairwise(cuts)]


def _asks(column: Sequence[ReadStrip]) -> bool:
    """Whether a column holds numbered questions."""
    texts = [strip.line.text for strip in column]
    return sum(leading_question(text) is not None and any(map(str.isalpha, text)) for text in texts) >= LEAST_QUESTIONS


def _counts(column: Sequence[ReadStrip]) -> bool:
    """Whether a column holds numbers."""
    return sum(may_be_number_cell(strip.line.text) for strip in column) >= LEAST_NUMBERS


def _table(zone: Zone, columns: Sequence[Sequence[ReadStrip]], first: int, end: int) -> Zone:
    """The columns from ``first`` to before ``end``; its top is the zone's, so that tables keep their order."""
    strips = tuple(strip for column in columns[first:end] for strip in column)
    box = union(strip.line.box for strip in strips)
    return replace(zone, box=Box(box.x0, zone.box.y0, box.x1, box.y1), strips=strips, edges=zone.edges[first : end - 1])
