"""From a zone of numbers to rows of cells.

The strips of the zone are sorted into row numbers, lines of text, numbers and their heads; ``row_fit`` decides
which of them are one row, whichever line of a wrapped question the numbers stand beside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from statistics import median

from kompass_extract.blocks.cells import cut_at, number_edges
from kompass_extract.blocks.regions import Zone, beside, may_be_number_cell
from kompass_extract.blocks.row_assignment import ColumnLine, Parts, fit_rows
from kompass_extract.model.document import Cell, Line, Word
from kompass_extract.model.geometry import Box, union
from kompass_extract.pages.components import Rule
from kompass_extract.taxonomy.question_numbers import is_question_number
from kompass_extract.words.page_reader import ReadStrip

SAME_ROW_EM = 0.75  # baselines of one row of numbers differ by less
HEAD_PITCH_EM = 2.2  # between the lines of a column head
LEAST_LABELS = 2  # question numbers over each other that begin a table
LABEL_GAP_EM = 0.5  # between a row number and the column of text
LEAST_TEXT = 6  # characters of a strip that shows where the text column begins
WRAP_EM = 2.6  # between a number and the sign that wrapped below it: a line's pitch at most
_LABEL = re.compile(r"^\W*\d\s?[.,]?\s?\d?\s?[.,]?$")
_SIGN = re.compile(r"^[%‰]$")


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row: its cells by column, empty ones left out."""

    cells: tuple[Cell, ...]
    strips: tuple[ReadStrip, ...]

    @property
    def box(self) -> Box:
        return union(cell.box for cell in self.cells)


def split_rows(zone: Zone, rules: Sequence[Rule], em: float) -> list[GridRow]:
    """The zone's rows from top to bottom, table after table where two stand side by side; each strip is in one."""
    return [row for table in _tables_beside(_with_number_columns(zone, em)) for row in _table_rows(table, rules, em)]


def _table_rows(zone: Zone, rules: Sequence[Rule], em: float) -> list[GridRow]:
    zone = _with_whole_cells(zone, em)
    parts = _parts(zone, em)
    rows = []
    for row in fit_rows(parts, _separators(zone, rules, em), em):
        members = [strip for line in parts.lines[row.first : row.last] for strip in line.strips]
        members.extend([parts.labels[row.label]] if row.label is not None else [])
        members.extend(parts.anchors[row.anchor] if row.anchor is not None else [])
        rows.append(_row(zone, members))
    return sorted(rows, key=lambda row: row.box.y0)


def _tables_beside(zone: Zone) -> list[Zone]:
    """The zone cut before each column of question numbers but the first: tables that stand side by side."""
    columns = [zone.in_column(index) for index in range(zone.columns)]
    labels = [sum(is_question_number(s.line.text) for s in column) for column in columns]
    wordy = [sum(not may_be_number_cell(s.line.text) for s in column) > len(column) / 2 for column in columns]
    starts = [
        index  # of a column of numbers before one of text: points with decimals look like question numbers
        for index, (count, column) in enumerate(zip(labels[:-1], columns, strict=False))
        if count >= LEAST_LABELS and count > len(column) / 2 and wordy[index + 1]
    ]
    cuts = [zone.edges[start - 1] for start in starts[1:]]
    if not cuts:
        return [zone]
    tables = []
    for left, right in pairwise([-inf, *cuts, inf]):
        strips = tuple(strip for strip in zone.strips if left < strip.line.box.center_x <= right)
        edges = tuple(edge for edge in zone.edges if left < edge < right)
        tables.append(Zone(union(strip.line.box for strip in strips), strips, edges))
    return tables


def _with_number_columns(zone: Zone, em: float) -> Zone:
    """The zone with a column for all numbers that stand over each other."""
    edges = number_edges(zone.strips, zone.edges, em)
    if edges == zone.edges:
        return zone
    parts = [cut_at(s, edges) if all(may_be_number_cell(w.text) for w in s.line.words) else [s] for s in zone.strips]
    return replace(zone, strips=tuple(part for cut in parts for part in cut), edges=edges)


def _text_column(zone: Zone) -> int:
    """The column with most text."""
    lengths = [sum(len(strip.line.text) for strip in zone.in_column(index)) for index in range(zone.columns)]
    return lengths.index(max(lengths))


def _with_whole_cells(zone: Zone, em: float) -> Zone:
    """The zone with percent signs that wrapped in narrow cells put back behind their numbers."""
    strips, text = list(zone.strips), _text_column(zone)
    for sign in [strip for strip in strips if _SIGN.match(strip.line.text)]:
        level = [other for other in strips if zone.column_of(other) > text and beside(other, sign)]
        if any(not may_be_number_cell(other.line.text) for other in level):
            continue  # a column's head
        above = [
            other
            for other in strips
            if zone.column_of(other) == zone.column_of(sign)
            and 0 < sign.baseline - other.baseline < WRAP_EM * em
            and may_be_number_cell(other.line.text)
        ]
        if not above or "%" in (number := max(above, key=lambda other: other.baseline)).line.text:
            continue
        whole = _wrapped(number, sign, [other.baseline for other in strips if zone.column_of(other) > text])
        strips = [whole if strip is number else strip for strip in strips if strip is not sign]
    return replace(zone, strips=tuple(strips))


def _wrapped(number: ReadStrip, sign: ReadStrip, baselines: Sequence[float]) -> ReadStrip:
    """A number and its sign as one strip, on the line of its own two, or between them, where most numbers stand."""
    box = union([number.line.box, sign.line.box])
    middle = (number.baseline + sign.baseline) / 2
    baseline = max((number.baseline, sign.baseline, middle), key=lambda at: sum(abs(at - one) < 1 for one in baselines))
    return replace(
        number, line=replace(number.line, box=box, words=(*number.line.words, *sign.line.words)), baseline=baseline
    )


def _parts(zone: Zone, em: float) -> Parts:
    """Row numbers, lines of text, and numbers with their heads; the column with most text is the text column."""
    columns = [zone.in_column(index) for index in range(zone.columns)]
    text = _text_column(zone)
    left = _text_left(columns[text])
    columns[text] = tuple(part for strip in columns[text] for part in _without_label(strip, left, em))
    sunk = [s for s in columns[text] if _is_label(s, columns[text])]
    labels = [*(s for i, column in enumerate(columns) if i < text for s in column), *sunk]
    lines = _lines([s for s in columns[text] if s not in sunk])
    anchors = _anchors([s for i, column in enumerate(columns) if i > text for s in column], em)
    stray = [label for label in labels if not _LABEL.match(label.line.text)]
    if stray:  # words left of the text: of the line they stand on
        labels = [label for label in labels if label not in stray]
        lines = _lines([*(s for line in lines for s in line.strips), *stray])
    ordered = tuple(sorted(labels, key=lambda s: s.baseline))
    return Parts(tuple(lines), ordered, tuple(tuple(anchor) for anchor in anchors))


def _text_left(column: Sequence[ReadStrip]) -> float:
    """Where the lines of the text column begin that begin with a word."""
    starts = [s.line.words[0].box.x0 for s in column if s.line.words and not _LABEL.match(s.line.words[0].text)]
    return median(starts) if starts else 0.0


def _without_label(strip: ReadStrip, left: float, em: float) -> tuple[ReadStrip, ...]:
    """The row number that a strip begins with, and the rest of it; ``left`` is where the column's text begins."""
    first, rest = strip.line.words[:1], strip.line.words[1:]
    if not rest:
        return (strip,)
    hangs = first[0].box.x1 < left - LABEL_GAP_EM * em and abs(rest[0].box.x0 - left) < em
    if is_question_number(first[0].text) or (hangs and _LABEL.match(first[0].text)):
        return tuple(_part(strip, words) for words in (first, rest))
    return (strip,)


def _part(strip: ReadStrip, words: Sequence[Word]) -> ReadStrip:
    frame, whole = union(word.box for word in words), strip.line.box
    return replace(strip, line=Line(Box(frame.x0, whole.y0, frame.x1, whole.y1), tuple(words)))


def _is_label(strip: ReadStrip, column: Sequence[ReadStrip]) -> bool:
    """Whether a strip of the text column is a row number that stands before its text."""
    if not _LABEL.match(strip.line.text):
        return False
    wordy = [s.line.box.x0 for s in column if not _LABEL.match(s.line.text) and len(s.line.text) > LEAST_TEXT]
    return bool(wordy) and strip.line.box.x1 < median(wordy)


def _lines(strips: Sequence[ReadStrip]) -> list[ColumnLine]:
    """Strips of one column that stand beside each other are one line."""
    lines: list[list[ReadStrip]] = []
    for strip in sorted(strips, key=lambda s: s.baseline):
        if lines and beside(lines[-1][0], strip):
            lines[-1].append(strip)
        else:
            lines.append([strip])
    return [ColumnLine(tuple(sorted(line, key=lambda s: s.line.box.x0))) for line in lines]


def _anchors(strips: Sequence[ReadStrip], em: float) -> list[list[ReadStrip]]:
    """Number cells and column heads, grouped by baseline."""
    rows: list[list[ReadStrip]] = []
    for strip in sorted(strips, key=lambda s: s.baseline):
        if rows and abs(rows[-1][0].baseline - strip.baseline) <= SAME_ROW_EM * em:
            rows[-1].append(strip)
        else:
            rows.append([strip])
    return _with_whole_heads(rows, em)


def _with_whole_heads(rows: list[list[ReadStrip]], em: float) -> list[list[ReadStrip]]:
    """Column heads over two lines are one row."""
    joined: list[list[ReadStrip]] = []
    for row in rows:
        heads = not any(may_be_number_cell(strip.line.text) for strip in row)
        if joined and heads and not any(may_be_number_cell(strip.line.text) for strip in joined[-1]):
            near = row[0].baseline - max(strip.baseline for strip in joined[-1]) < HEAD_PITCH_EM * em
            over = any(_shares_column(a, b) for a in row for b in joined[-1])
            if near and (over or len(row) + len(joined[-1]) > 2):
                joined[-1].extend(row)
                continue
        joined.append(list(row))
    return joined


def _shares_column(a: ReadStrip, b: ReadStrip) -> bool:
    return a.line.box.x0 < b.line.box.x1 and b.line.box.x0 < a.line.box.x1


def _separators(zone: Zone, rules: Sequence[Rule], em: float) -> list[float]:
    """Heights of the horizontal rules that cross the zone."""
    return sorted(
        rule.box.center_y
        for rule in rules
        if rule.horizontal
        and zone.box.y0 - em < rule.box.center_y < zone.box.y1 + em
        and rule.box.x1 > zone.box.x0
        and rule.box.x0 < zone.box.x1
        and rule.box.width > 0.2 * zone.box.width
    )


def _row(zone: Zone, members: Sequence[ReadStrip]) -> GridRow:
    cells = []
    for column in range(zone.columns):
        own = _in_reading_order([s for s in members if zone.column_of(s) == column])
        if own:
            cells.append(Cell(column, union(s.line.box for s in own), tuple(s.line for s in own)))
    return GridRow(tuple(cells), tuple(members))


def _in_reading_order(strips: Sequence[ReadStrip]) -> list[ReadStrip]:
    """A row number left of all else first; then line by line, and on each line from left to right."""
    lines: list[list[ReadStrip]] = []
    labels = [s for s in strips if _LABEL.match(s.line.text) and _is_left_of(s, strips)]
    for strip in sorted((s for s in strips if s not in labels), key=lambda s: s.baseline):
        if lines and beside(lines[-1][0], strip):
            lines[-1].append(strip)
        else:
            lines.append([strip])
    return [*labels, *(strip for line in lines for strip in sorted(line, key=lambda s: s.line.box.x0))]


def _is_left_of(label: ReadStrip, strips: Sequence[ReadStrip]) -> bool:
    others = [s for s in strips if s is not label]
    return bool(others) and label.line.box.x1 <= min(s.line.box.x0 for s in others) + 1
