"""Rows without numbers, labels before numbers, totals in titles and fractions of points."""

from __future__ import annotations

import pytest

from kompass_extract.content.numbers import NumberKind, read_number
from kompass_extract.content.score_tables import ScoreTableReading, read_score_tables, settle_table
from kompass_extract.model.document import BlockKind
from kompass_extract.taxonomy import load_taxonomy
from tests.support.builders import Writer

TAXONOMY = load_taxonomy()
NAME = "Samhällsutveckling"
ROWS = (
    ("2.1", "Strategiskt arbete", 10, 15),
    ("2.2", "Social hållbarhet", 20, 30),
    ("2.3", "Ekologisk hållbarhet", 16, 30),
    ("2.4", "Civilsamhälle, näringsliv och kultur", 7, 25),
)
NUMBERS = [(points, most) for _, _, points, most in ROWS]


def read(writer: Writer, names: dict[int, str] | None = None) -> ScoreTableReading:
    (table,) = read_score_tables(writer.made, TAXONOMY, {}, names or {})
    return table


def settled(table: ScoreTableReading) -> list[tuple[float | None, float | None]]:
    found = settle_table(table, [frozenset()] * len(table.rows))
    return [(row.achieved.value, row.max.value) for row in (*found.rows, found.total)]


def test_rows_without_numbers_are_those_of_the_area_that_the_title_names() -> None:
    writer = Writer()
    writer.text(BlockKind.HEADING, NAME, 8)
    writer.row(("", "Delområde", "Poäng"), 8)
    for _, question, points, most in ROWS:
        writer.row(("", question, f"{points}/{most}"), 8)
    writer.row(("", "Summa", "53/100"), 8)
    table = read(writer)
    assert table.area == 2
    assert [row.number for row in table.rows] == [number for number, *_ in ROWS]
    assert settled(table) == [*NUMBERS, (53, 100)]


def test_a_label_before_the_number_is_no_part_of_the_question() -> None:
    writer = Writer()
    for number, question, points, most in ROWS:
        writer.row((f"Fråga {number}", question, f"{points} av {most}"), 2)
    table = read(writer)
    assert [row.question.text for row in table.rows] == [question for _, question, *_ in ROWS]
    assert [row.number for row in table.rows] == [number for number, *_ in ROWS]


@pytest.mark.parametrize("title", [f"2. {NAME} (53 av 100 poäng)", f"Område 2 {NAME}|Områdets poäng: 53 av 100"])
def test_a_total_that_the_title_says(title: str) -> None:
    writer = Writer()
    for text in title.split("|"):
        writer.text(BlockKind.HEADING, text, 2)
    writer.row(("", "Delområde", "Max", "Poäng"), 2)
    for number, question, points, most in ROWS:
        writer.row((number, question, str(most), str(points)), 2)
    table = read(writer)
    assert table.heading is not None
    assert table.heading.text == NAME
    assert settled(table) == [*NUMBERS, (53, 100)]


def test_the_areas_number_in_a_column_of_its_own_is_no_total() -> None:
    writer = Writer()
    for index, (number, question, points, most) in enumerate(ROWS):
        writer.row(("2" if index == 0 else "", f"{number} {question}", str(points), str(most)), 2)
    writer.row(("", "Delsumma", "53", "100"), 2)
    assert settled(read(writer)) == [*NUMBERS, (53, 100)]


def test_the_reports_own_name_of_an_area_is_a_title() -> None:
    writer = Writer()
    writer.text(BlockKind.HEADING, "2 Service och bemötande", 2)
    for number, question, points, most in ROWS:
        writer.row((number, question, str(points), str(most)), 2)
    table = read(writer, {2: "Service och bemötande"})
    assert table.heading is not None
    assert table.heading.text == "Service och bemötande"


def test_a_number_at_the_end_of_a_question_is_the_points_that_the_row_lacks() -> None:
    writer = Writer()
    writer.row(("", "Delområde", "Uppnått", "Max"), 2)
    for number, question, points, most in ROWS[:3]:
        writer.row((number, question, str(points), str(most)), 2)
    writer.row(("2.4", f"{ROWS[3][1]} 7", "", "25"), 2)
    table = read(writer)
    assert table.rows[3].question.text == ROWS[3][1]
    assert settled(table)[:4] == NUMBERS


@pytest.mark.parametrize(("text", "value"), [("2½", 2.5), ("½", 0.5), ("12 ¼", 12.25), ("7¾", 7.75)])
def test_fractions_of_points_are_kept(text: str, value: float) -> None:
    assert read_number(text, NumberKind.POINTS, 0.999).decimal == value
