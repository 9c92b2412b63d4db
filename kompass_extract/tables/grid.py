"""From fragments to score tables: where one begins, which lines are one row, which row is the total.

A table opens with its heading or, where that is missing, with the first question of an area; it closes with
its row of totals.  A line without a number goes on with the question before it; numbers beside any line of a
question are that question's; a heading repeated after a page break changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from kompass_extract.document import BlockKind, Form, LabelledBlock
from kompass_extract.hyphens import join_lines
from kompass_extract.numbers import NumberKind, strict
from kompass_extract.readings import TextReading, merged_places, raw_text, text_reading
from kompass_extract.tables.columns import column_roles, grid_columns, place_numbers
from kompass_extract.tables.model import Numbers, RowReading, ScoreTableReading
from kompass_extract.tables.rows import ColumnRole, Fragment, fragments


class Heading(Protocol):
    """An area named by a heading."""

    @property
    def number(self) -> int: ...

    @property
    def name(self) -> str: ...


class Vocabulary(Protocol):
    """What tables ask of the taxonomy."""

    def score_table_heading(self, text: str) -> Heading | None: ...

    def header_role(self, text: str) -> str | None: ...


COLUMN_ROLES = {
    "achieved": ColumnRole.ACHIEVED,
    "score": ColumnRole.ACHIEVED,
    "max": ColumnRole.MAX,
    "percent": ColumnRole.PERCENT,
}
TOTAL_ROLE = "total"
AREA_POINTS = 100
DOTLESS_NUMBER = re.compile(r"\W*1?([1-8])\W?([1-9])\W+(?:[a-zåäö|]\W+)?(?=[^\W\d])")
"""A question number without its dot, or with a rule before it read as a 1: `44 Tydliggörs`, `17.4 Finns`."""
SENTENCE_END = (".", "?", "!")
MIN_ROWS = 2
"""Fewer question rows than this without a heading or a total are no table: a lone numbered line elsewhere."""


@dataclass
class _Row:
    """A row while its lines are collected."""

    number: str | None
    number_text: str
    parts: list[Fragment] = field(default_factory=list)

    @property
    def values(self) -> Fragment | None:
        return next((part for part in self.parts if part.values), None)


@dataclass
class _Table:
    """A table while its rows are collected."""

    area: int | None
    heading: Fragment | None = None
    name: str = ""
    rows: list[_Row] = field(default_factory=list)
    total: Fragment | None = None
    headers: list[Fragment] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def read_score_tables(blocks: Sequence[LabelledBlock], taxonomy: Vocabulary) -> tuple[ScoreTableReading, ...]:
    """The score tables of the overview, one per area in order of area, every cell with its candidates."""
    collector = _Collector(taxonomy)
    for labelled in blocks:
        if _may_hold_rows(labelled, collector):
            for fragment in fragments(labelled, collector.role_of):
                collector.take(fragment)
    found = [_finished(table) for table in collector.tables if _is_table(table)]
    return tuple(sorted(_best_per_area(found), key=lambda table: table.area))


def _may_hold_rows(labelled: LabelledBlock, collector: _Collector) -> bool:
    """Blocks called score tables, and grid rows and headings that only tables have, whatever they are called."""
    if labelled.block.form in (Form.FURNITURE, Form.FIGURE):
        return False
    if labelled.kind is BlockKind.SCORE_TABLE or labelled.block.form is Form.ROW:
        return True
    return labelled.kind is BlockKind.HEADING and collector.opens_table(labelled)


class _Collector:
    """Takes fragments in reading order and keeps the tables they make."""

    def __init__(self, taxonomy: Vocabulary) -> None:
        self._taxonomy = taxonomy
        self.tables: list[_Table] = []
        self._open: _Table | None = None
        self._pending_total: bool = False

    def role_of(self, text: str) -> ColumnRole | None:
        """The number column that a header word names."""
        role = self._taxonomy.header_role(text)
        return COLUMN_ROLES.get(str(role)) if role is not None else None

    def opens_table(self, labelled: LabelledBlock) -> bool:
        """Whether a heading names an area as score tables do and heads number columns."""
        parts = list(fragments(labelled, self.role_of))
        return any(len(part.roles) >= 2 for part in parts)

    def take(self, fragment: Fragment) -> None:
        """Put one line where it belongs."""
        row = fragment.number is not None or (fragment.values and len(fragment.roles) < 2)
        heading = None if row else self._heading(fragment)
        if heading is not None:
            self._take_heading(fragment, *heading)
        elif fragment.number is not None:
            self._take_row(fragment, fragment.number)
        elif self._open is None:
            return
        elif fragment.values and self._is_total(fragment):
            self._take_total(fragment)
        elif fragment.lines or fragment.values:
            self._take_rest(fragment)

    def _heading(self, fragment: Fragment) -> tuple[int | None, str] | None:
        """Area and name that a line heads a table with; a header without a name has area None."""
        prefix = f"{fragment.number_text} " if fragment.number_text else ""
        found = self._taxonomy.score_table_heading(f"{prefix}{fragment.text}") if fragment.lines else None
        if found is not None and (len(fragment.roles) >= 1 or fragment.chapter is not None):
            return found.number, found.name
        if len(fragment.roles) >= 2:
            return fragment.chapter, fragment.text
        return None

    def _take_heading(self, fragment: Fragment, area: int | None, name: str) -> None:
        table = self._open
        if table is not None and table.total is None and (area is None or area == table.area):
            table.headers.append(fragment)
            return
        self._open = _Table(area, fragment if name else None, name, headers=[fragment])
        self.tables.append(self._open)

    def _take_row(self, fragment: Fragment, number: str) -> None:
        area = int(number[0])
        table = self._open
        if table is None or table.total is not None or (table.area not in (None, area)):
            table = self._opened_by_row(area)
        table.area = area
        table.rows.append(_Row(number, fragment.number_text, [fragment]))

    def _opened_by_row(self, area: int) -> _Table:
        """The table that a row of another area belongs to: a new one, or an open one whose number was misread."""
        current = self._open
        if current is not None and current.total is None and current.rows == [] and current.heading is None:
            return current
        self._open = _Table(area)
        self.tables.append(self._open)
        return self._open

    def _is_total(self, fragment: Fragment) -> bool:
        """A row of totals: numbers without a question, or with a label such as Summa."""
        role = self._taxonomy.header_role(fragment.text) if fragment.lines else None
        if str(role) == TOTAL_ROLE:
            return True
        if _word_letters(fragment) > 3:
            return False
        last = self._open.rows[-1] if self._open and self._open.rows else None
        waiting = last is not None and last.values is None
        return not waiting or any(strict(value.text, NumberKind.POINTS) == AREA_POINTS for value in fragment.values)

    def _take_total(self, fragment: Fragment) -> None:
        table = self._open
        if table is not None and table.rows and table.total is None:
            table.total = fragment

    def _take_rest(self, fragment: Fragment) -> None:
        """A line that goes on with the question before it, or a row whose question number was lost."""
        table = self._open
        if table is None or table.total is not None:
            return
        last = table.rows[-1] if table.rows else None
        if last is not None and (not fragment.values or last.values is None) and not _misread_number(fragment):
            last.parts.append(fragment)
        elif fragment.values:
            table.rows.append(_Row(None, fragment.number_text, [fragment]))


def _misread_number(fragment: Fragment) -> bool:
    """Whether something numeric stood where question numbers stand."""
    return any(ch.isdigit() for ch in fragment.number_text)


def _word_letters(fragment: Fragment) -> int:
    return sum(ch.isalpha() for ch in fragment.text)


def _is_table(table: _Table) -> bool:
    if table.area is None or not table.rows:
        return False
    return table.heading is not None or table.total is not None or len(table.rows) >= MIN_ROWS


def _finished(table: _Table) -> ScoreTableReading:
    assert table.area is not None
    lines = [*table.headers, *(part for row in table.rows for part in row.parts)]
    lines.extend([table.total] if table.total else [])
    roles = column_roles(lines)
    columns = grid_columns(lines, roles)
    rows = [_row(row, place_numbers(row.values, roles, columns) if row.values else Numbers()) for row in table.rows]
    return ScoreTableReading(
        area=table.area,
        heading=_heading_reading(table),
        rows=tuple(_numbered(rows, table.area)),
        total=place_numbers(table.total, roles, columns) if table.total else None,
        has_percent=ColumnRole.PERCENT in roles,
        places=merged_places(line.place for line in lines),
        doubts=tuple(table.doubts),
    )


def _heading_reading(table: _Table) -> TextReading | None:
    if table.heading is None or not table.name:
        return None
    reading = text_reading(table.name, [table.heading.source])
    words = [word for line in table.heading.lines for word in line.words]
    return replace(reading, places=(table.heading.place,), raw=raw_text(words))


def _row(row: _Row, numbers: Numbers) -> RowReading:
    lines = [line for part in row.parts for line in part.lines]
    words = [word for line in lines for word in line.words]
    reading = text_reading(join_lines([_bare(line.text) for line in lines]), [part.source for part in row.parts])
    letters = sum(len(word.text) for word in words)
    confidence = sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0
    places = merged_places(part.place for part in row.parts)
    return RowReading(
        row.number or "", row.number_text, replace(reading, confidence=confidence, places=places), numbers
    )


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
    doubts = (*row.question.doubts, f"question number not read ({row.number_text!r}); {number} from its place")
    return replace(row, number=number, question=replace(row.question, doubts=doubts))


def _best_per_area(found: Sequence[ScoreTableReading]) -> list[ScoreTableReading]:
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
            places=merged_places((*first.places, *second.places)),
        )
    fuller = max((first, second), key=lambda table: (len(table.rows), table.total is not None))
    return replace(fuller, doubts=(*fuller.doubts, "the area has two score tables; the fuller one was taken"))
