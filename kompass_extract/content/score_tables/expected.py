"""The rows that a score table must have, beside those that were read.

A known edition names every question of an area; of an unknown one the numbers tell, which count up from one.  A
question that was not read becomes a row without words and numbers, in its place between its neighbours, so that the
table's arithmetic counts with it and a person is asked for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from kompass_extract.content.score_tables.table_values import Numbers, RowReading, ScoreTableReading
from kompass_extract.model.geometry import Box
from kompass_extract.model.readings import Place, TextReading
from kompass_extract.taxonomy import Question, QuestionMatch
from kompass_extract.taxonomy.question_numbers import question_number

LEAST_ROOM = 4.0
"""Points of white between two rows from which on it is worth showing as the place of the missing one."""


def expected_questions(questions: Sequence[Question], area: int) -> tuple[Question, ...]:
    """An area's questions; where the edition's form cannot be told, those that all its forms have."""
    own = [question for question in questions if question.area == area]
    counts = {question.id: sum(other.id == question.id for other in own) for question in own}
    certain = {question.id: question for question in own if counts[question.id] == max(counts.values())}
    return tuple(sorted(certain.values(), key=lambda question: question.number))


def with_missing_rows(
    table: ScoreTableReading, matches: Sequence[QuestionMatch], expected: Sequence[Question]
) -> tuple[ScoreTableReading, list[QuestionMatch]]:
    """The table with a row for each question that was not read, and the match of every row.

    Without ``expected`` questions, gaps between the numbers that were read are filled.
    """
    rows = list(zip(table.rows, matches, strict=True))
    above = table.heading.places if table.heading is not None else ()
    for question in _missing_questions(table, matches, expected):
        _insert(
            rows, above, question.number, QuestionMatch(question.id, question.concept, 0.0, wording=question.wording)
        )
    for number in () if expected else _missing_numbers(table):
        _insert(rows, above, number, QuestionMatch(None, None, 0.0))
    whole = replace(table, rows=tuple(row for row, _ in rows))
    return whole, [match for _, match in rows]


def table_not_found(area: int, *, has_percent: bool) -> ScoreTableReading:
    """The table of an area of which nothing was read."""
    return ScoreTableReading(area, None, (), None, has_percent, ())


def _missing_questions(
    table: ScoreTableReading, matches: Sequence[QuestionMatch], expected: Sequence[Question]
) -> list[Question]:
    """The questions that no row was matched with, and whose number no unmatched row has."""
    found = {match.question_id for match in matches}
    numbers = {row.number for row, match in zip(table.rows, matches, strict=True) if match.question_id is None}
    return [question for question in expected if question.id not in found and question.number not in numbers]


def _missing_numbers(table: ScoreTableReading) -> list[str]:
    """The numbers left out between the first question and the last one read; fewer than were read, or none."""
    found = {number[1] for row in table.rows if (number := question_number(row.number))}
    missing = sorted(set(range(1, max(found, default=0))) - found)
    return [f"{table.area}.{number}" for number in missing] if len(missing) < len(found) else []


def _insert(
    rows: list[tuple[RowReading, QuestionMatch]], above: Sequence[Place], number: str, match: QuestionMatch
) -> None:
    """Put a row without words and numbers before the first of a higher number; ``above`` is the table's heading."""
    place = next((index for index, (row, _) in enumerate(rows) if row.number > number), len(rows))
    before = rows[place - 1][0] if place else None
    after = rows[place][0] if place < len(rows) else None
    found = _between(before.question.places if before is not None else above, after.question.places if after else ())
    if not found:
        found = _beside(before, after, number, _pitch([row for row, _ in rows]))
    rows.insert(place, (RowReading(number, "", TextReading("", found, (), 0.0), Numbers(), missing=True), match))


def _between(before: Sequence[Place], after: Sequence[Place]) -> tuple[Place, ...]:
    """The white between two rows of one page, () where there is none or a page ends between them."""
    if not before or not after or before[-1].page != after[0].page:
        return ()
    upper, lower = before[-1].box, after[0].box
    if lower.y0 - upper.y1 < LEAST_ROOM:
        return ()
    return (Place(after[0].page, Box(min(upper.x0, lower.x0), upper.y1, max(upper.x1, lower.x1), lower.y0)),)


def _beside(before: RowReading | None, after: RowReading | None, number: str, pitch: float | None) -> tuple[Place, ...]:
    """Where the row next to its only neighbour stands: as far from it as the table's rows are from each other."""
    if pitch is None:
        return ()
    for neighbour, step in ((after, -1), (before, 1)):
        if neighbour is None or not neighbour.question.places or _next(neighbour.number, step) != number:
            continue
        place = neighbour.question.places[0 if step < 0 else -1]
        return (replace(place, box=replace(place.box, y0=place.box.y0 + step * pitch, y1=place.box.y1 + step * pitch)),)
    return ()


def _next(number: str, step: int) -> str:
    found = question_number(number)
    return f"{found[0]}.{found[1] + step}" if found is not None else ""


def _pitch(rows: Sequence[RowReading]) -> float | None:
    """The usual distance of two rows, in points; None of a table with one row to a page."""
    places = [row.question.places[0] for row in rows if len(row.question.places) == 1]
    steps = [b.box.y0 - a.box.y0 for a, b in pairwise(places) if a.page == b.page and b.box.y0 > a.box.y0]
    return median(steps) if steps else None
