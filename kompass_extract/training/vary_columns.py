"""Other layouts of the same lines: spaces, letters, marks, indents, rules and line ends drawn anew for a whole report.

A typesetter that was not seen in training spaces and marks its lists otherwise.  What is varied here is what it may
choose; the words, the order of the lines and the labels stay.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from kompass_extract.blocks.pair_rows import PairRow, RowColumn, role_code
from kompass_extract.training.structure_corpus import ColumnExample, ReportExample

SIGNS = "–-+→*•»✓"
SHORT_SHARES = (0.4, 0.9)  # of its width that a line has which ends early
SLACK_SHARE = 0.6  # of such a report's columns
SPECK_CAPS = 1.3  # left of a line's text
JUSTIFIED_ROOM_CAPS = 3.0  # beyond the usual word, which a justified line spreads between its words
Mark = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class _Style:
    """What one varied report does; None or 0 leaves a choice as it was."""

    respaced: bool
    pitch: float  # between lines of one text, in cap heights
    gaps: tuple[float, float, float]  # more before items, around headers, before other texts
    plain_heads: bool
    marks: str  # "kept", "none", "typed"
    flush: bool  # lines of an item go on below its mark
    mark: Mark
    lost_marks: float
    specks: float  # share of an item's other lines with dirt before them that is taken for a mark
    short: float  # share of the lines of one text that end early though the next word had room
    slack: float  # room right of all lines, where other text of the page goes farther
    first_indent: float
    ruled: bool
    justified: bool
    stops: str  # "kept", "all", "none"
    low_items: bool


def varied(example: ReportExample, seed: str) -> ReportExample:
    """``example`` in another layout; the same seed gives the same one."""
    rng = random.Random(f"{seed}/{example.name}")
    style = _draw(rng)
    columns = tuple(_column(one, style, rng) for one in example.columns)
    return replace(example, name=f"{example.name}~{seed}", columns=columns)


def _draw(rng: random.Random) -> _Style:
    def gap() -> float:
        return rng.choice((0.0, 0.0, rng.uniform(0.1, 0.5), rng.uniform(0.4, 1.6)))

    signs = rng.choice(SIGNS)
    numbers: tuple[Mark, ...] = (
        lambda n: f"{n}.",
        lambda n: f"{n})",
        lambda n: f"{chr(ord('a') + (n - 1) % 26)})",
        lambda _: signs,
        lambda _: signs,
    )
    first = rng.choice((0.0, 0.0, 0.0, rng.uniform(1.2, 3.0)))
    return _Style(
        respaced=rng.random() < 0.7,
        pitch=rng.uniform(1.55, 2.5),
        gaps=(gap(), gap(), rng.choice((0.0, gap())) if first else max(gap(), rng.choice((0.0, 0.5)))),
        plain_heads=rng.random() < 0.35,
        marks=rng.choice(("kept", "kept", "none", "typed")),
        flush=rng.random() < 0.3,
        mark=rng.choice(numbers),
        lost_marks=rng.choice((0.0, 0.0, 0.05)),
        specks=rng.choice((0.0, 0.0, 0.0, 0.05)),
        short=rng.choice((0.0, 0.0, 0.0, 0.04)),
        slack=rng.choice((0.0, 0.0, 0.0, rng.uniform(1.0, 15.0))),
        first_indent=first,
        ruled=rng.random() < 0.12,
        justified=rng.random() < 0.25,
        stops=rng.choice(("kept", "kept", "kept", "all", "none")),
        low_items=rng.random() < 0.08,
    )


def _column(one: ColumnExample, style: _Style, rng: random.Random) -> ColumnExample:
    column = one.column
    rows = list(column.rows)
    begins = [True, *(flag is False for flag in one.going_on)]
    known = [True, *(flag is not None for flag in one.going_on)]
    heads = [not math.isnan(role_code(row.text)) or row.size > 1.15 * column.cap for row in rows]
    items = _items(rows, begins)
    rows = _respaced(rows, column.cap, begins, known, heads, items, style) if style.respaced else rows
    rows = _restyled(rows, column, begins, heads, items, style, rng)
    slack = style.slack * column.cap if rng.random() < SLACK_SHARE else 0.0
    return replace(one, column=replace(column, rows=tuple(rows), right=column.right + slack))


def _items(rows: list[PairRow], begins: list[bool]) -> list[int]:
    """For each line the number of the marked item that it belongs to, counted within its list; 0 for none."""
    numbers, current = [], 0
    for row, begun in zip(rows, begins, strict=True):
        if row.marked:
            current += 1
        elif begun:
            current = 0
        numbers.append(current)
    return numbers


def _respaced(
    rows: list[PairRow], cap: float, begins: list[bool], known: list[bool], heads: list[bool], items: list[int],
    style: _Style,
) -> list[PairRow]:  # fmt: skip
    y, made = rows[0].baseline, [rows[0]]
    for index, (above, below) in enumerate(pairwise(rows), start=1):
        step = below.baseline - above.baseline
        if known[index]:
            larger = max(1.0, min(above.size, below.size) / cap)
            kind = 1 if heads[index] or heads[index - 1] else 0 if items[index] and below.marked else 2
            step = cap * (style.pitch * larger + (style.gaps[kind] if begins[index] else 0.0))
        y += step
        made.append(replace(below, baseline=y))
    return made


def _restyled(
    rows: list[PairRow], column: RowColumn, begins: list[bool], heads: list[bool], items: list[int], style: _Style,
    rng: random.Random,
) -> list[PairRow]:  # fmt: skip
    cap = column.cap
    size = median(row.size for row in rows)
    left = min((row.x0 for row in rows if row.marked), default=0.0)
    made: list[PairRow] = []
    for index, row in enumerate(rows):
        last = index + 1 == len(rows) or begins[index + 1]
        new = replace(row, size=size, weight=1.0) if style.plain_heads and heads[index] else row
        if items[index]:
            new = _marked(new, items[index], left, style, rng)
            new = _ended(new, style) if last else new
            new = replace(new, ruled=new.ruled or (style.ruled and begins[index] and index > 0))
        elif style.first_indent and begins[index] and not heads[index]:
            new = replace(new, x0=new.x0 + style.first_indent * cap)
        if style.justified and not last and column.right - new.x1 < new.first_width + JUSTIFIED_ROOM_CAPS * cap:
            new = replace(new, x1=column.right)
        if style.short and not last and rng.random() < style.short:
            new = replace(new, x1=new.x0 + rng.uniform(*SHORT_SHARES) * (new.x1 - new.x0))
        made.append(new)
    return made


def _marked(row: PairRow, number: int, left: float, style: _Style, rng: random.Random) -> PairRow:
    """A line of an item with its mark as the style has it."""
    if not row.marked:
        if style.specks and rng.random() < style.specks:
            return replace(row, mark=row.x0 - SPECK_CAPS * row.size)
        flush = style.flush and style.marks != "kept"
        return replace(row, x0=min(row.x0, left) if flush else row.x0)
    text = row.text[:1].lower() + row.text[1:] if style.low_items else row.text
    row = replace(row, text=text)
    if style.marks == "typed":
        mark = style.mark(number)
        return replace(row, text=f"{mark} {text}", x0=row.mark, mark=math.nan, first_width=0.5 * len(mark) * row.size)
    if style.marks == "none":
        return replace(row, x0=row.mark if style.flush else row.x0, mark=math.nan)
    return replace(row, mark=math.nan) if rng.random() < style.lost_marks else row


def _ended(row: PairRow, style: _Style) -> PairRow:
    """The last line of an item with or without a full stop."""
    if style.stops == "all" and row.text[-1:].isalpha():
        return replace(row, text=f"{row.text}.")
    return replace(row, text=row.text.removesuffix(".")) if style.stops == "none" else row
