"""From collected rows to the tables as read: numbers placed, lost question numbers found, parts joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.content.numbers import NumberKind, strict
from kompass_extract.content.score_tables.columns import (
    WITHOUT_PERCENT,
    Roles,
    column_roles,
    grid_columns,
    place_numbers,
)
from kompass_extract.content.score_tables.rows import CellValue, ColumnRole, Fragment
from kompass_extract.content.score_tables.table_values import Numbers, RowReading, ScoreTableReading
from kompass_extract.model.document import mean_confidence
from kompass_extract.model.readings import TextReading, merged_places, raw_text, text_reading
from kompass_extract.model.reasons import Reason, reason

DOTLESS_NUMBER = re.compile(r"\W*1?([1-8])\W?([1-9])\W++(?:[a-zåäö]\W++)?(?=[^\W\d])")
"""A question number without its dot, or with a rule before it read as a 1: `44 Tydliggörs`, `17.4 Finns`."""
LETTER_NUMBER = re.compile(r"\W*[^\W\d][.,:]([1-9])[.,]?\s+(?=[^\W\d])")
"""A question number whose first digit was read as a letter: `g.1 Finns`."""
MIN_ROWS = 2
"""Fewer question rows than this without a heading or a total are no table: a lone numbered line elsewhere."""


@dataclass
class CollectedRow:
    """A row while its lines are collected."""

    number: str | None
    number_text: str
    parts: list[Fragment] = field(default_factory=list)

    @property
    def values(self) -> Fragment | None:
        return next((part for part in self.parts if part.values), None)


@dataclass
class CollectedTable:
    """A table while its rows are collected."""

    area: int | None
    heading: Fragment | None = None
    name: str = ""
    rows: list[CollectedRow] = field(default_factory=list)
    total: Fragment | None = None
    total_first: bool = False
    headers: list[Fragment] = field(default_factory=list)
    doubts: list[Reason] = field(default_factory=list)
    column_doubts: list[Reason] = field(default_factory=list)

    @property
    def closed(self) -> bool:
        """Whether its row of totals came after its rows."""
        return self.total is not None and not self.total_first


def is_table(table: CollectedTable) -> bool:
    if table.area is None or not table.rows:
        return False
    return table.heading is not None or table.total is not None or len(table.rows) >= MIN_ROWS


def finished(table: CollectedTable) -> ScoreTableReading:
    assert table.area is not None
    lines = [*table.headers, *(part for row in table.rows for part in row.parts)]
    lines.extend([table.total] if table.total else [])
    roles = column_roles(lines)
    columns = grid_columns(lines, roles)
    whole = [_with_sunk_number(row, len(roles)) for row in table.rows]
    rows = [_row(row, place_numbers(row.values, roles, columns) if row.values else Numbers()) for row in whole]
    return ScoreTableReading(
        area=table.area,
        heading=_heading_reading(table),
        rows=tuple(_numbered(rows, table.area)),
        total=_total(table.total, roles, columns) if table.total else None,
        has_percent=ColumnRole.PERCENT in roles,
        places=merged_places(line.place for line in lines),
        doubts=tuple(table.doubts),
        column_doubts=tuple(table.column_doubts),
        percent_hints=() if ColumnRole.PERCENT in roles else _percent_hints(lines),
    )


def _total(line: Fragment, roles: Roles, columns: dict[str, dict[int, ColumnRole]]) -> Numbers:
    """The totals in their columns; a line of words (`61 av 100`) has them in the order of speech."""
    spoken = len(line.values) == len(WITHOUT_PERCENT) and len(line.source.block.cells) <= 1
    return place_numbers(line, WITHOUT_PERCENT, {}) if spoken else place_numbers(line, roles, columns)


def _percent_hints(lines: Sequence[Fragment]) -> tuple[Reason, ...]:
    """What speaks for a percent column in a table in which none was found."""
    words = [word for part in lines for line in part.lines for word in line.words]
    words += [word for part in lines for value in part.values for word in value.words]
    signs = sum("%" in reading for word in words for reading in (word.text, *word.alternatives))
    headed = any(role is ColumnRole.PERCENT for part in lines for role, _ in part.roles)
    hints = [reason("percent-signs-stand", count=signs)] if signs else []
    return (*hints, *([reason("percent-head-stands")] if headed else []))


def _heading_reading(table: CollectedTable) -> TextReading | None:
    if table.heading is None or not table.name:
        return None
    reading = text_reading(table.name, [table.heading.source])
    words = [word for line in table.heading.lines for word in line.words]
    return replace(reading, places=(table.heading.place,), raw=raw_text(words))


def _row(row: CollectedRow, numbers: Numbers) -> RowReading:
    lines = [line for part in row.parts for line in part.lines]
    words = [word for line in lines for word in line.words]
    reading = text_reading(join_lines([_bare(line.text) for line in lines]), [part.source for part in row.parts])
    places = merged_places(part.place for part in row.parts)
    return RowReading(
        row.number or "", row.number_text, replace(reading, confidence=mean_confidence(words), places=places), numbers
    )


def _with_sunk_number(row: CollectedRow, wanted: int) -> CollectedRow:
    """A row that lacks a number, with the one at its question's end: no question ends with a number of points."""
    part = row.values
    if part is None or not part.lines or len(part.values) >= wanted:
        return row
    *lines, line = part.lines
    *words, last = line.words
    if not words or strict(last.text, NumberKind.POINTS) is None:
        return row
    values = (CellValue((last,), None), *part.values)
    found = replace(part, lines=(*lines, replace(line, words=tuple(words))), values=values)
    return replace(row, parts=[found if own is part else own for own in row.parts])


def _bare(text: str) -> str:
    """Without the marks that the table's rules leave at a line's ends."""
    return text.strip().strip("|¦[]_").strip()


def _numbered(rows: Iterable[RowReading], area: int) -> list[RowReading]:
    """The rows with lost question numbers: without their dot at the question's start, else from their place."""
    rows = list(rows)
    taken = {row.number for row in rows}
    for index, row in enumerate(rows):
        if row.number:
            continue
        before = int(rows[index - 1].number[2:]) if index and rows[index - 1].number else 0
        expected = f"{area}.{before + 1}"
        if expected in taken:
            continue
        taken.add(expected)
        rows[index] = _renumbered(row, expected)
    return rows


def _renumbered(row: RowReading, number: str) -> RowReading:
    """The row with its number from its place; with the digits at the question's start that say the same taken off."""
    said = f"{row.number_text} {row.question.text}" if row.number_text else row.question.text
    found = DOTLESS_NUMBER.match(said)
    if found is not None and f"{found[1]}.{found[2]}" == number:
        text = said[found.end() :] if not row.number_text else row.question.text
        question = replace(row.question, text=text, raw=row.question.raw or said)
        return replace(row, number=number, number_text=found[0].strip(), question=question)
    found = LETTER_NUMBER.match(said)
    if found is not None and found[1] == number[2:] and not row.number_text:
        question = replace(row.question, text=said[found.end() :], raw=row.question.raw or said)
        return replace(row, number=number, number_text=found[0].strip(), question=question, derived=True)
    return replace(row, number=number, derived=True)


def best_per_area(found: Sequence[ScoreTableReading]) -> list[ScoreTableReading]:
    """One table per area: parts cut apart are joined, and of two whole ones the fuller stays."""
    kept: dict[int, ScoreTableReading] = {}
    for table in found:
        other = kept.get(table.area)
        kept[table.area] = table if other is None else _joined(other, table)
    return list(kept.values())


def _joined(first: ScoreTableReading, second: ScoreTableReading) -> ScoreTableReading:
    numbers = {row.number for row in first.rows}
    if not numbers & {row.number for row in second.rows} and first.total is None:
        return replace(
            first,
            heading=first.heading or second.heading,
            rows=(*first.rows, *second.rows),
            total=second.total,
            has_percent=first.has_percent or second.has_percent,
            percent_hints=(*first.percent_hints, *second.percent_hints),
            places=merged_places((*first.places, *second.places)),
        )
    fuller = max((first, second), key=lambda table: (len(table.rows), table.total is not None))
    return replace(fuller, doubts=(*fuller.doubts, reason("two-score-tables")))
