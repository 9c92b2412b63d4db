"""Score tables with others' points beside the municipality's own: the own are taken, or a person is asked."""

from __future__ import annotations

import random

import pytest

from kompass_extract.content.score_tables import ScoreTableReading, read_score_tables, settle_table
from kompass_extract.model.document import BlockKind
from kompass_extract.taxonomy import load_taxonomy
from tests.support.builders import Writer

TAXONOMY = load_taxonomy()
QUESTIONS = [question for question in TAXONOMY.questions("2016") if question.area in (3, 5, 7)]
AREAS = (3, 5, 7)
RNG = random.Random(7)
OWN = {q.number: (RNG.randint(1, q.max_points), q.max_points) for q in QUESTIONS}
OTHER = {number: (RNG.randint(0, most), RNG.randint(0, most)) for number, (_, most) in OWN.items()}
TOTALS = {area: sum(points for number, (points, _) in OWN.items() if number[0] == str(area)) for area in AREAS}

Columns = tuple[str, ...]


def tables(heads: Columns, columns: Columns, printed: bool = False) -> list[ScoreTableReading]:
    """The areas' tables; ``columns`` name what each number column holds: own, max, other, third, percent."""
    writer = Writer()
    for area in AREAS:
        names = next(one for one in TAXONOMY.editions if one.name == "2016").area(area).names
        writer.text(BlockKind.HEADING, f"Område {area} {names[0]}", area)
        if any(heads):
            writer.row(("Nr", "Fråga", *heads), area)
        rows = [question for question in QUESTIONS if question.area == area]
        for question in rows:
            writer.row((question.number, question.wording, *values([question.number], columns)), area)
        writer.row(("", "Summa", *values([question.number for question in rows], columns)), area)
    numbers = {area: frozenset({total}) for area, total in TOTALS.items()} if printed else {}
    return list(read_score_tables(writer.made, TAXONOMY, numbers))


def values(numbers: list[str], columns: Columns) -> list[str]:
    own, most = (sum(OWN[number][place] for number in numbers) for place in (0, 1))
    other, third = (sum(OTHER[number][place] for number in numbers) for place in (0, 1))
    known = {"own": own, "max": most, "other": other, "third": third, "percent": f"{round(100 * own / most)} %"}
    return [str(known[column]) for column in columns]


def own_points(found: list[ScoreTableReading]) -> bool:
    """Whether each table has the municipality's points and max, and its own total."""
    right = len(found) == len(AREAS)
    for table in found:
        settled = settle_table(table, [frozenset()] * len(table.rows))
        right = right and settled.total.achieved.value == TOTALS[table.area]
        for row, numbers in zip(table.rows, settled.rows, strict=True):
            right = right and (numbers.achieved.value, numbers.max.value) == OWN[row.number]
    return right


@pytest.mark.parametrize(
    ("heads", "columns"),
    [
        (("Gotland", "Max", "Medel", "Bästa"), ("own", "max", "other", "third")),
        (("2014", "2018", "Max"), ("other", "own", "max")),
        (("Max", "Alla kommuner", "Uppnått"), ("max", "other", "own")),
        (("Snitt", "Poäng", "Max", "Procent"), ("other", "own", "max", "percent")),
        (("Poäng 2021", "Poäng 2025", "Max"), ("other", "own", "max")),
    ],
)
def test_heads_tell_the_own_column(heads: Columns, columns: Columns) -> None:
    found = tables(heads, columns)
    assert own_points(found)
    assert not any(table.column_doubts for table in found)


def test_the_chapters_scores_tell_the_own_column_where_no_head_does() -> None:
    found = tables(("Sollefteå", "Kramfors", "Härnösand", "Max"), ("own", "other", "third", "max"), printed=True)
    assert own_points(found)
    assert not any(table.column_doubts for table in found)


def test_a_person_is_asked_where_nothing_tells_the_own_column() -> None:
    found = tables(("", "", "", ""), ("other", "own", "third", "max"))
    assert all(table.column_doubts for table in found)


def test_points_max_and_percent_are_all_the_own() -> None:
    found = tables(("Uppnått", "Max", "Procent"), ("own", "max", "percent"))
    assert own_points(found)
    assert all(table.has_percent and not table.column_doubts for table in found)
    assert own_points(tables(("", "", ""), ("own", "max", "percent")))
