"""What a score table lacks, looked for again on its page where it should stand.

The row of a missing question lies between its neighbours, and its cells below and above theirs.  What both readers see
there becomes a row, or a cell, like those that were read at once; the table's arithmetic judges them together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from kompass_extract.content.numbers import CandidateOrigin, NumberKind, read_words
from kompass_extract.content.score_tables.expected import expected_questions, with_missing_rows
from kompass_extract.content.score_tables.rows import ColumnRole
from kompass_extract.content.score_tables.table_values import (
    NO_CELL,
    CellReading,
    Numbers,
    RowReading,
    ScoreTableReading,
)
from kompass_extract.model.document import Word
from kompass_extract.model.geometry import Box, union
from kompass_extract.model.readings import Place, TextReading, raw_text, word_doubts
from kompass_extract.taxonomy import Question, QuestionMatch

Look = Callable[[int, Sequence[Box]], list[tuple[Word, ...]]]
"""Reads boxes of the page of that number; () for each where nothing stands, or where there is no picture."""
Match = Callable[[ScoreTableReading], Sequence[QuestionMatch]]

REACH = 4.0
"""Points by which a column reaches beyond the numbers that were read in it: a longer number is wider."""
WELL_FORMED = frozenset(
    {CandidateOrigin.PRINTED, CandidateOrigin.SECOND_READER, CandidateOrigin.SIGN, CandidateOrigin.ROUNDED}
)
"""What a cell must be read as: a place without a number holds noise and rules, which look like letters for digits."""
LEAST_CELLS = 2
"""Numbers that must be read between two rows before a row is taken to stand there."""


def looked_again(
    table: ScoreTableReading, questions: Sequence[Question], match: Match, look: Look
) -> ScoreTableReading:
    """The table with the rows and cells that a second look found; the same where it found none."""
    expected = expected_questions(questions, table.area)
    columns = _columns(table)
    if not columns:
        return table
    whole, matches = with_missing_rows(table, match(table), expected)
    rows = []
    for row, matched in zip(whole.rows, matches, strict=True):
        known = row.missing or matched.question_id is not None
        found = _looked(row, columns, table.has_percent, look) if known else row
        rows.extend([found] if found is not None else [])
    return replace(table, rows=tuple(rows))


def _columns(table: ScoreTableReading) -> Mapping[ColumnRole, Box]:
    """Where each column's numbers stand, by those that were read; its rows' boxes tell the height."""
    found: dict[ColumnRole, list[Box]] = {}
    for row in table.rows:
        for role in ColumnRole:
            cell = row.numbers.of(role)
            if cell.reading is not None and cell.place is not None:
                found.setdefault(role, []).append(cell.place.box)
    return {role: union(boxes).grown(REACH, 0.0) for role, boxes in found.items()}


def _looked(row: RowReading, columns: Mapping[ColumnRole, Box], has_percent: bool, look: Look) -> RowReading | None:
    """A row with what was found in its empty cells; None for a missing one of which nothing was found."""
    wanted = [
        role
        for role in columns
        if row.numbers.of(role).reading is None and (has_percent or role is not ColumnRole.PERCENT)
    ]
    if not wanted or len(row.question.places) != 1:
        return None if row.missing else row
    place = row.question.places[0]
    boxes = [Box(columns[role].x0, place.box.y0, columns[role].x1, place.box.y1) for role in wanted]
    left = min(columns[role].x0 for role in columns)
    if row.missing:
        boxes.append(Box(place.box.x0, place.box.y0, left, place.box.y1))
    read = look(place.page, boxes)
    cells = {
        role: _cell(words, role, replace(place, box=box)) for role, words, box in zip(wanted, read, boxes, strict=False)
    }
    found = {role: cell for role, cell in cells.items() if cell is not NO_CELL}
    if row.missing and len(found) < LEAST_CELLS:
        return None
    numbers = Numbers(*(found.get(role, row.numbers.of(role)) for role in ColumnRole))
    if not row.missing:
        return replace(row, numbers=numbers)
    return replace(row, numbers=numbers, question=_question(row, read[-1], place), missing=False, derived=True)


def _cell(words: Sequence[Word], role: ColumnRole, place: Place) -> CellReading:
    reading = read_words(words, NumberKind.PERCENT if role is ColumnRole.PERCENT else NumberKind.POINTS)
    well_formed = bool(reading.candidates) and reading.candidates[0].origin in WELL_FORMED
    return CellReading(reading, place) if well_formed else NO_CELL


def _question(row: RowReading, words: Sequence[Word], place: Place) -> TextReading:
    """The question's words without its number."""
    own = [word for word in words if word.text.strip(".,:|") != row.number]
    text = " ".join(word.text for word in own)
    letters = sum(len(word.text) for word in own)
    confidence = sum(word.confidence * len(word.text) for word in own) / letters if letters else 0.0
    return TextReading(text, (place,), (), confidence, raw=raw_text(own), word_doubts=word_doubts(own))
