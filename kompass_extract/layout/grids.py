"""From a zone of numbers to rows of cells.

A row is where the number columns say it is: each line of numbers is one row.  The lines of a wrapped question
belong to the row whose numbers stand beside any of them; rules between rows decide, then white space, then
whether a line begins a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kompass_extract.document import Cell
from kompass_extract.geometry import Box, union
from kompass_extract.ink import Rule
from kompass_extract.layout.zones import Zone, beside, looks_numeric
from kompass_extract.reading import ReadStrip

SAME_ROW_EM = 0.75  # baselines of one row of numbers differ by less
HEAD_PITCH_EM = 2.2  # between the lines of a column head
LABEL_REACH_EM = 4.5  # a row's number may stand this far above or below its points
_LABEL = re.compile(r"^\W*\d\s?[.,]?\s?\d?\s?[.,]?$")


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row: its cells by column, empty ones left out."""

    cells: tuple[Cell, ...]
    strips: tuple[ReadStrip, ...]

    @property
    def box(self) -> Box:
        return union(cell.box for cell in self.cells)


def split_rows(zone: Zone, rules: Sequence[Rule], em: float) -> list[GridRow]:
    """The zone's rows from top to bottom; every strip of the zone is in exactly one."""
    columns = [zone.in_column(index) for index in range(zone.columns)]
    text = max(range(zone.columns), key=lambda index: sum(len(s.line.text) for s in columns[index]))
    anchors = _anchors([s for i, column in enumerate(columns) if i > text for s in column], em)
    labels = [s for i, column in enumerate(columns) if i < text for s in column]
    rows = _with_labels(anchors, labels, em)
    lines = list(columns[text])
    cuts = _separators(zone, rules, em)
    groups = _assign(lines, rows, cuts, em)
    result = []
    for row, own in zip(rows, groups, strict=True):
        members = [*row, *own]
        if members:
            result.append(_row(zone, members))
    return sorted(result, key=lambda row: row.box.y0)


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
        heads = not any(looks_numeric(strip.line.text) for strip in row)
        if joined and heads and not any(looks_numeric(strip.line.text) for strip in joined[-1]):
            near = row[0].baseline - max(strip.baseline for strip in joined[-1]) < HEAD_PITCH_EM * em
            over = any(_shares_column(a, b) for a in row for b in joined[-1])
            if near and (over or len(row) + len(joined[-1]) > 2):
                joined[-1].extend(row)
                continue
        joined.append(list(row))
    return joined


def _shares_column(a: ReadStrip, b: ReadStrip) -> bool:
    return a.line.box.x0 < b.line.box.x1 and b.line.box.x0 < a.line.box.x1


def _with_labels(anchors: list[list[ReadStrip]], labels: Sequence[ReadStrip], em: float) -> list[list[ReadStrip]]:
    """Join each row number to the nearest row of points that has none; a number without points is a row."""
    rows = [list(anchor) for anchor in anchors]
    free = set(range(len(rows)))
    pairs = sorted(
        (abs(label.baseline - rows[row][0].baseline), index, row)
        for index, label in enumerate(labels)
        for row in range(len(rows))
    )
    placed: set[int] = set()
    for distance, index, row in pairs:
        if distance <= LABEL_REACH_EM * em and index not in placed and row in free:
            if not _in_order(labels, index, row, rows, placed, em):
                continue
            rows[row].append(labels[index])
            placed.add(index)
            free.discard(row)
    rows.extend([label] for index, label in enumerate(labels) if index not in placed)
    return sorted(rows, key=lambda row: row[0].baseline)


def _in_order(
    labels: Sequence[ReadStrip], index: int, row: int, rows: list[list[ReadStrip]], placed: set[int], em: float
) -> bool:
    """Whether joining keeps row numbers and points in the same order from top to bottom."""
    for other in placed:
        other_row = next(i for i, members in enumerate(rows) if any(m is labels[other] for m in members))
        if (labels[other].baseline < labels[index].baseline - 0.3 * em) != (other_row < row):
            return False
    return True


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


def _assign(
    lines: Sequence[ReadStrip], rows: Sequence[Sequence[ReadStrip]], cuts: Sequence[float], em: float
) -> list[list[ReadStrip]]:
    """Which lines of the text column belong to which row, in order, at the least cost (dynamic programming)."""
    groups: list[list[ReadStrip]] = [[] for _ in rows]
    if not rows:
        return groups
    best: list[list[tuple[float, int]]] = []
    for position, line in enumerate(lines):
        costs: list[tuple[float, int]] = []
        for index, row in enumerate(rows):
            own = _distance_cost(line, row, cuts, em)
            if position == 0:
                costs.append((own, -1))
                continue
            joins = [
                (
                    best[position - 1][earlier][0] + _step_cost(lines[position - 1], line, earlier == index, cuts, em),
                    earlier,
                )
                for earlier in range(index + 1)
            ]
            cost, earlier = min(joins)
            costs.append((cost + own, earlier))
        best.append(costs)
    if lines:
        index = min(range(len(rows)), key=lambda i: best[-1][i][0])
        for position in range(len(lines) - 1, -1, -1):
            groups[index].insert(0, lines[position])
            index = best[position][index][1]
    return groups


def _distance_cost(line: ReadStrip, row: Sequence[ReadStrip], cuts: Sequence[float], em: float) -> float:
    """How far a line stands from its row's numbers, and how many rules lie between them."""
    nearest = min(abs(line.baseline - member.baseline) for member in row)
    crossed = max(_crossed(line, member, cuts) for member in row)
    return 0.25 * nearest / em + 6.0 * crossed


def _step_cost(above: ReadStrip, below: ReadStrip, same_row: bool, cuts: Sequence[float], em: float) -> float:
    """What speaks against two lines being of one row, or of two."""
    space = (below.line.box.y0 - above.line.box.y1) / em
    begins = _begins_question(below.line.text) and above.line.text.rstrip().endswith(("?", ".", '"', "”"))
    capital = below.line.text[:1].isupper() or below.line.text[:1].isdigit()
    crossed = _crossed(above, below, cuts)
    together = 1.2 * begins + 0.3 * capital + 0.6 * max(0.0, space - 0.5) + 6.0 * crossed
    apart = 0.9 * (not capital) + 0.5 * (not crossed and bool(cuts)) + 0.4 * max(0.0, 0.5 - space)
    return together if same_row else apart


def _begins_question(text: str) -> bool:
    return bool(text) and (text[0].isupper() or _LABEL.match(text.split(maxsplit=1)[0]) is not None)


def _crossed(a: ReadStrip, b: ReadStrip, cuts: Sequence[float]) -> int:
    low, high = sorted((a.line.box.center_y, b.line.box.center_y))
    inside = [cut for cut in cuts if low < cut < high]
    return 1 if inside else 0


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


def numeric_share(row: GridRow) -> float:
    """Share of the row's cells that look like numbers."""
    return sum(looks_numeric(cell.text) for cell in row.cells) / max(1, len(row.cells))
