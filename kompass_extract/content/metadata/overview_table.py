"""The table of area scores over several evaluations, in chapter 2, and the printed total."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.content.metadata.metadata_values import MetadataReading, OverviewReading, places
from kompass_extract.model.document import Block, Cell, Form
from kompass_extract.model.geometry import union
from kompass_extract.model.reasons import reason
from kompass_extract.taxonomy import HeaderRole, Taxonomy
from kompass_extract.taxonomy.fold import fold
from kompass_extract.taxonomy.headings import SURE_NAME_LIKENESS, name_likeness
from kompass_extract.taxonomy.question_numbers import leading_question
from kompass_extract.taxonomy.section_numbers import without_section_number

_NUMBER = re.compile(r"^\W*(\d{1,3})\W*$")
_LABEL = re.compile(r"^\W*(?:([1-8lI])\s*[.,:)]?\s+)?(.*)$")
_NUMBERS_AT_END = re.compile(r"^(.*?\D)\s+((?:\d{1,3}\s+)+\d{1,3})\s*$")
_TOTAL_IN_TEXT = re.compile(
    r"(?:totalt?|totalpoang|totalpoangen|sammanlagt|sammantaget|totala poang\w*)\D{0,60}?\b([1-7]\d\d)\b"
    r"|\b([1-7]\d\d)\s+(?:av\s+800\s+)?(?:mojliga\s+)?poang\b[^.]{0,30}\b(?:totalt|sammanlagt)"
)
_NOT_THIS_REPORT = re.compile(
    r"\b(hogst|maximal\w*|snitt\w*|genomsnitt\w*|medel\w*|alla kommuner|alla utvarderingar|tidigare|forra)\b"
)
MIN_ROWS = 3
LONGEST_ROW = 300  # characters of a label with its numbers
IN_TEXT_CONFIDENCE = 0.7
FROM_TEXT = reason("from-running-text")
AREA_POINTS, ALL_POINTS = 100, 800
"""The most that an area can have, and a report."""


@dataclass(frozen=True, slots=True)
class _LabelledRow:
    """A row's label and its number columns."""

    block: Block
    number: int | None
    label: str
    cells: tuple[tuple[int, str], ...]


def overview_rows(blocks: Sequence[Block], taxonomy: Taxonomy) -> tuple[OverviewReading, ...]:
    """The rows of the overview, area by area and the total, keyed by the column heads; () when there is none.

    The words of a chart may be in rows too; the overview is what has heads and the most columns.
    """
    found: list[tuple[list[_LabelledRow], list[Cell]]] = []
    rows: list[_LabelledRow] = []
    heads: list[Cell] = []
    for block in blocks:
        if block.form in {Form.FURNITURE, Form.FIGURE}:
            continue
        row = _row(block, taxonomy)
        if row is not None:
            rows.append(row)
        if row is None or row.number is None:
            found.append((rows, heads))
            heads = _with_heads([] if rows else heads, block)
            rows = []
    tables = [(some, _merged(over, some)) for some, over in [*found, (rows, heads)] if _is_table(some, over)]
    if not tables:
        return ()
    best, over = max(tables, key=lambda table: (bool(table[1]), max(len(row.cells) for row in table[0])))
    return tuple(_reading(row, over) for row in best)


def _is_table(rows: Sequence[_LabelledRow], heads: Sequence[Cell]) -> bool:
    return sum(row.number is not None for row in rows) >= MIN_ROWS and not _is_contents(rows, heads)


def read_total(overview: Sequence[OverviewReading], body: Sequence[Block], year: int | None) -> MetadataReading[int]:
    """The printed total of all areas: of the overview's column of this year, else from running text."""
    for row in overview:
        if row.number is None and row.values:
            of_year = [reading for head, reading in row.values if year is not None and str(year) in head]
            chosen = of_year[0] if of_year else row.values[0][1]
            if chosen.value is not None:
                return chosen
    for block in body:
        key = fold(block.text)
        for match in _TOTAL_IN_TEXT.finditer(key) if block.form is Form.PARAGRAPH else ():
            value = int(match[1] or match[2])
            if value == AREA_POINTS or _NOT_THIS_REPORT.search(key[max(0, match.start() - 60) : match.end() + 20]):
                continue
            sure = IN_TEXT_CONFIDENCE * block.confidence
            return MetadataReading(value, round(sure, 4), block.text, places([block]), (FROM_TEXT,))
    return MetadataReading(None, 0.0, reasons=(reason("no-total"),))


def _row(block: Block, taxonomy: Taxonomy) -> _LabelledRow | None:
    """The row of an area or of the total; None for anything else."""
    if (
        leading_question(block.text) is not None
        or taxonomy.area_heading(without_section_number(block.text)) is not None
    ):
        return None
    if block.form is Form.ROW:
        cells = [(cell.column, cell.text.strip()) for cell in block.cells if cell.text.strip()]
    elif block.form in {Form.PARAGRAPH, Form.ITEM}:
        match = _NUMBERS_AT_END.match(block.text) if len(block.text) <= LONGEST_ROW else None
        cells = [(0, match[1]), *((place, word) for place, word in enumerate(match[2].split(), 1))] if match else []
    else:
        cells = []
    first_text = next((place for place, (_, text) in enumerate(cells) if not _NUMBER.match(text)), None)
    if first_text is None:
        return None
    label = " ".join(text for _, text in cells[: first_text + 1])
    numbers = tuple((column, text) for column, text in cells[first_text + 1 :] if any(c.isdigit() for c in text))
    if not numbers or len(numbers) < len(cells) - first_text - 1:
        return None
    if taxonomy.header_role(label) is HeaderRole.TOTAL:
        return _LabelledRow(block, None, label, numbers)
    return _area_row(block, label, numbers, taxonomy)


def _is_contents(rows: Sequence[_LabelledRow], heads: Sequence[Cell]) -> bool:
    """Lines of a list of contents: one number each, rising, under no column heads."""
    numbers = [int(match[1]) for row in rows for _, text in row.cells if (match := _NUMBER.match(text))]
    return not heads and len(numbers) <= len(rows) and numbers == sorted(numbers)


def _area_row(
    block: Block, label: str, numbers: tuple[tuple[int, str], ...], taxonomy: Taxonomy
) -> _LabelledRow | None:
    match = _LABEL.match(label)
    if match is None or not match[2]:
        return None
    name = match[2].strip()
    printed = {"l": 1, "I": 1}.get(match[1]) or int(match[1]) if match[1] else None
    known = (*taxonomy.editions, *(taxonomy.earlier if printed is not None else ()))
    likeness = {n: max(name_likeness(name, n, e) for e in known) for n in range(1, 9)}
    best = max(likeness, key=lambda n: likeness[n])
    if likeness[best] < SURE_NAME_LIKENESS and not (printed is not None and likeness[printed] >= 0.72):
        return None
    return _LabelledRow(block, printed if printed is not None else best, name, numbers)


def _with_heads(heads: Sequence[Cell], block: Block) -> list[Cell]:
    """The column heads so far with those of one row more, which may go on with them; [] after any other block."""
    cells = [cell for cell in block.cells if cell.text.strip()]
    if block.form is not Form.ROW or any(_NUMBER.match(cell.text) for cell in cells) or leading_question(block.text):
        return []
    return _stacked(heads, cells)


def _merged(heads: Sequence[Cell], rows: Sequence[_LabelledRow]) -> dict[int, str]:
    """The heads by the number columns below them, left to right; the nearest two are one where there are too many.

    Heads stand wider than numbers, so that layout may have put them elsewhere, or cut one in two.
    """
    columns = sorted({column for row in rows for column, _ in row.cells})
    label = min((block.box.x0 for block in (row.block for row in rows)), default=0.0)
    left = sorted((cell for cell in heads if cell.box.x0 > label + cell.box.height), key=lambda cell: cell.box.x0)
    while len(left) > len(columns):
        gaps = [b.box.x0 - a.box.x1 for a, b in pairwise(left)]
        place = gaps.index(min(gaps))
        left[place : place + 2] = [_joined(left[place], left[place + 1])]
    if len(left) == len(columns):
        return {column: _words(cell) for column, cell in zip(columns, left, strict=True)}
    return {cell.column: _words(cell) for cell in left}


def _stacked(heads: Sequence[Cell], below: Sequence[Cell]) -> list[Cell]:
    """The heads with the cells of a row below, each joined to the head that it stands under."""
    result = list(heads)
    for cell in below:
        shared = [min(cell.box.x1, head.box.x1) - max(cell.box.x0, head.box.x0) for head in result]
        place = max(range(len(result)), key=lambda index: shared[index], default=0)
        if shared and shared[place] > 0:
            result[place] = _joined(result[place], cell)
        else:
            result.append(cell)
    return result


def _words(cell: Cell) -> str:
    return join_lines([line.text for line in cell.lines])


def _joined(one: Cell, other: Cell) -> Cell:
    return replace(one, box=union((one.box, other.box)), lines=(*one.lines, *other.lines))


def _reading(row: _LabelledRow, heads: dict[int, str]) -> OverviewReading:
    where = places([row.block])
    values = []
    for place, (column, text) in enumerate(row.cells, 1):
        head = heads.get(column) or f"column {place}"
        match = _NUMBER.match(text)
        if match is None:
            values.append((head, MetadataReading[int](None, 0.0, text, where, (reason("cell-no-number"),))))
        else:
            most = AREA_POINTS if row.number is not None else ALL_POINTS
            beyond = (reason("above-all-points", most=most),) if int(match[1]) > most else ()
            values.append((head, MetadataReading(int(match[1]), round(row.block.confidence, 4), text, where, beyond)))
    return OverviewReading(
        row.number, MetadataReading(row.label, round(row.block.confidence, 4), row.block.text, where), tuple(values)
    )
