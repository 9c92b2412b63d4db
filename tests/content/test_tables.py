"""Score tables from blocks: rows, columns, totals, breaks, and numbers put right by the table's arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompass_extract.content.score_tables import (
    ScoreTableReading,
    SettledNumber,
    SettledTable,
    agrees,
    read_score_tables,
    settle_table,
)
from kompass_extract.model.document import BlockKind, Cell, Form, LabelledBlock
from kompass_extract.model.geometry import Box
from kompass_extract.taxonomy import load_taxonomy
from tests.support import builders
from tests.support.builders import Writer

NAMES = ("hoganas-2018", "sala-2023", "amal-2019-areas-1-4")
TAXONOMY = load_taxonomy()
Numbers = tuple[int | None, int | None, int | None]


def read(blocks: Sequence[LabelledBlock]) -> tuple[ScoreTableReading, ...]:
    return read_score_tables(blocks, TAXONOMY)


def tables_of(report: dict[str, Any], **table: bool) -> tuple[LabelledBlock, ...]:
    writer = Writer()
    for area in report["areas"]:
        builders.score_table(writer, area, **table)
    return tuple(writer.made)


def settled(table: ScoreTableReading, edition: str) -> SettledTable:
    allowed: dict[str, set[int]] = {}
    for question in TAXONOMY.questions(edition):
        allowed.setdefault(question.number, set()).add(question.max_points)
    return settle_table(table, [frozenset(allowed.get(row.number, ())) for row in table.rows])


def values(table: SettledTable) -> list[Numbers]:
    rows = [*table.rows, table.total]
    return [(r.achieved.value, r.max.value, r.percent.value if r.percent else None) for r in rows]


def printed(area: dict[str, Any]) -> list[Numbers]:
    table = area["score_table"]
    return [(row["achieved"], row["max"], row["percent"]) for row in (*table["rows"], table["total"])]


def cells(table: SettledTable) -> list[SettledNumber]:
    return [c for row in (*table.rows, table.total) for c in (row.achieved, row.max, row.percent) if c is not None]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "form", [{}, {"as_lines": True}, {"heading": False}, {"heading": False, "as_lines": True}], ids=str
)
def test_tables_come_out_as_labelled(name: str, form: dict[str, bool]) -> None:
    report = builders.gold(name)
    found = read(tables_of(report, **form))
    assert [table.area for table in found] == [area["number"] for area in report["areas"]]
    for table, area in zip(found, report["areas"], strict=True):
        assert [row.number for row in table.rows] == [row["number"] for row in area["score_table"]["rows"]]
        assert [row.question.text for row in table.rows] == [row["question"] for row in area["score_table"]["rows"]]
        assert values(settled(table, report["edition"])) == printed(area)
        assert not any(cell.doubts for cell in cells(settled(table, report["edition"])))
        if form.get("heading", True):
            assert table.heading is not None
            assert table.heading.text == area["score_table"]["heading"]


def area_rows(name: str, number: int) -> tuple[dict[str, Any], list[list[str]]]:
    """An area and the cells of its table's rows, to be written in other ways."""
    area = next(a for a in builders.gold(name)["areas"] if a["number"] == number)
    rows = [
        [row["number"], row["question"], str(row["achieved"]), str(row["max"]), builders.percent_text(row["percent"])]
        for row in area["score_table"]["rows"]
    ]
    total = area["score_table"]["total"]
    rows.append(["", "", str(total["achieved"]), str(total["max"]), builders.percent_text(total["percent"])])
    return area, rows


def written(rows: Sequence[Sequence[str]], number: int) -> ScoreTableReading:
    writer = Writer()
    for row in rows:
        writer.row(row, number)
    found = read(tuple(writer.made))
    assert len(found) == 1
    return found[0]


def test_columns_in_another_order_are_told_by_the_numbers() -> None:
    area, rows = area_rows("hoganas-2018", 3)
    table = written([[n, q, most, achieved, percent] for n, q, achieved, most, percent in rows], 3)
    assert values(settled(table, "2016")) == printed(area)


def test_columns_in_another_order_are_told_by_the_header() -> None:
    area, rows = area_rows("sala-2023", 3)
    head = ["3.", "Styrning och kontroll", "Max", "Uppnått", ""]
    table = written([head, *([n, q, most, achieved, ""] for n, q, achieved, most, _ in rows)], 3)
    assert not table.has_percent
    assert values(settled(table, "2020")) == printed(area)


def test_a_question_over_two_rows_and_a_page_with_repeated_heading_is_one() -> None:
    area, rows = area_rows("hoganas-2018", 3)
    head = ["3.", "Politisk styrning och kontroll", "Uppnått", "Max", "Procent"]
    first, rest = builders.wrap(rows[2][1], 60)
    cut = [head, *rows[:2], [rows[2][0], first, *rows[2][2:]], head, ["", rest, "", "", ""], *rows[3:]]
    table = written(cut, 3)
    assert [row.question.text for row in table.rows] == [row["question"] for row in area["score_table"]["rows"]]
    assert values(settled(table, "2016")) == printed(area)


def test_numbers_beside_the_second_line_of_a_question_are_its_own() -> None:
    area, rows = area_rows("hoganas-2018", 2)
    number, question, *numbers = rows[4]
    first, rest = builders.wrap(question, 75)
    parts = [[number, first, "", "", ""], ["", rest, *numbers]]
    table = written([*rows[:4], *parts, rows[5]], 2)
    assert len(table.rows) == 5
    assert values(settled(table, "2016")) == printed(area)


def test_a_number_that_sank_into_the_question_is_found() -> None:
    area, rows = area_rows("hoganas-2018", 1)
    table = written([["", f"{n} {q}".strip(), *rest] for n, q, *rest in rows], 1)
    assert [row.number for row in table.rows] == ["1.1", "1.2", "1.3", "1.4", "1.5"]
    assert table.rows[0].question.text == "Finns en plan/strategi för demokratiutveckling och information?"
    assert values(settled(table, "2016")) == printed(area)


def test_a_lost_question_number_comes_from_its_place_and_says_so() -> None:
    _, rows = area_rows("hoganas-2018", 1)
    rows[2][0] = ""
    table = written(rows, 1)
    assert [row.number for row in table.rows] == ["1.1", "1.2", "1.3", "1.4", "1.5"]
    assert [row.derived for row in table.rows] == [False, False, True, False, False]


@pytest.mark.parametrize("sunk", ["14 Främjas", "11.4 Främjas", "14 | Främjas"])
def test_a_question_number_without_its_dot_is_taken_off_the_question(sunk: str) -> None:
    _, rows = area_rows("hoganas-2018", 1)
    rows[3][0], rows[3][1] = "", rows[3][1].replace("Främjas", sunk)
    row = written(rows, 1).rows[3]
    assert row.number == "1.4"
    assert row.question.text == "Främjas invånardialog och deltagande?"
    assert not row.question.doubts
    assert row.question.raw is not None
    assert sunk in row.question.raw.replace("| ", "") or sunk in row.question.raw


def test_a_stray_mark_beside_the_heading_does_not_hide_it() -> None:
    area, rows = area_rows("hoganas-2018", 7)
    writer = Writer()
    writer.row(["7", "Ständiga förbättringar", "Uppnått", "Max", "Procent"], 7)
    heading = writer.made.pop().block
    stray = Cell(5, Box(520, heading.box.y0, 524, heading.box.y1), (builders.line("1", 520, heading.box.y0),))
    writer.made.append(
        LabelledBlock(replace(heading, cells=(*heading.cells, stray)), BlockKind.SCORE_TABLE, 0.9, None, 7)
    )
    for cells_ in rows:
        writer.row(cells_, 7)
    (table,) = read(tuple(writer.made))
    assert table.heading is not None
    assert table.heading.text == "Ständiga förbättringar"
    assert values(settled(table, "2016")) == printed(area)


@pytest.mark.parametrize("label", ["Summa", "Totalt", ""])
def test_the_total_may_have_a_label(label: str) -> None:
    area, rows = area_rows("hoganas-2018", 5)
    rows[-1][1] = label
    table = written(rows, 5)
    assert len(table.rows) == 6
    assert values(settled(table, "2016")) == printed(area)


def damage(area: int, row: int, column: int, text: str, confidence: float = 0.9) -> SettledTable:
    """Area ``area`` of Höganäs with one cell read as ``text`` ("" for lost), settled."""
    _, rows = area_rows("hoganas-2018", area)
    rows[row][2 + column] = text
    writer = Writer(confidence=confidence)
    for cells_ in rows:
        writer.row(cells_, area)
    return settled(read(tuple(writer.made))[0], "2016")


@pytest.mark.parametrize(
    ("row", "column", "text", "value"),
    [(1, 2, "8090", 80), (0, 2, "93N", 93), (3, 0, "l7", 17), (1, 0, "2O", 20), (3, 2, "8S%", 85), (1, 1, "Z5", 25)],
)
def test_a_garbled_number_is_put_right_where_one_reading_is_left(row: int, column: int, text: str, value: int) -> None:
    table = damage(3, row, column, text)
    numbers = table.rows[row]
    cell = (numbers.achieved, numbers.max, numbers.percent)[column]
    assert cell is not None
    assert cell.value == value
    assert cell.raw == text
    assert cell.reasons or cell.doubts


def test_a_confused_digit_is_never_kept_in_silence() -> None:
    table = damage(3, 3, 0, "11", confidence=0.7)
    cell = table.rows[3].achieved
    assert cell.value == 17
    assert cell.raw == "11"
    assert cell.reasons


def test_several_possible_readings_go_to_review_with_alternatives() -> None:
    cell = damage(3, 3, 2, "8?%").rows[3].percent
    assert cell is not None
    assert cell.doubts
    assert cell.alternatives


def test_a_lost_number_is_offered_for_review_and_never_filled_in_silently() -> None:
    cell = damage(3, 3, 0, "").rows[3].achieved
    assert cell.doubts
    assert cell.raw is None
    assert cell.value in (17, None)


def test_a_row_without_numbers_stays_empty_and_is_asked_about() -> None:
    _, rows = area_rows("hoganas-2018", 3)
    rows[2][2:] = ["", "", ""]
    row = settled(written(rows, 3), "2016").rows[2]
    assert row.percent is not None
    assert all(cell.doubts for cell in (row.achieved, row.max, row.percent))
    assert row.percent.value is None


def test_a_number_read_by_two_readers_stays_as_printed_against_all_arithmetic() -> None:
    writer = Writer()
    _, rows = area_rows("hoganas-2018", 3)
    rows[3][2] = "11"
    for cells_ in rows:
        writer.row(cells_, 3)
    agreed = builders.damaged(
        writer.made, lambda word: replace(word, alternatives=(word.text,)), lambda one: one.block.form is Form.ROW
    )
    cell = settled(read(agreed)[0], "2016").rows[3].achieved
    assert cell.value == 11
    assert cell.certain


def test_a_max_unlike_the_editions_is_kept_where_it_was_read_well() -> None:
    table = damage(3, 1, 1, "20")
    assert table.rows[1].max.value == 20


@pytest.mark.parametrize("name", NAMES)
def test_damaged_numbers_are_right_or_asked_about(name: str) -> None:
    report = builders.gold(name)
    silent = numbers = asked = 0
    for seed in range(6):
        blocks = builders.damaged(
            tables_of(report), builders.noise(seed, misread=0.5, cut=0.2), lambda one: one.kind is BlockKind.SCORE_TABLE
        )
        for table in read(blocks):
            area = next(a for a in report["areas"] if a["number"] == table.area)
            right = {row["number"]: row for row in area["score_table"]["rows"]}
            found = settled(table, report["edition"])
            for row, own in zip(table.rows, found.rows, strict=True):
                for cell, wanted in (
                    (own.achieved, right[row.number]["achieved"]),
                    (own.max, right[row.number]["max"]),
                ):
                    numbers += 1
                    asked += bool(cell.doubts)
                    silent += cell.value != wanted and not cell.doubts
    assert numbers > 200
    assert silent <= numbers / 300
    assert asked <= 0.12 * numbers


@given(st.integers(1, 40), st.integers(0, 1000))
def test_two_roundings_of_one_score_always_agree(most: int, share: int) -> None:
    exact = most * share / 1000
    achieved, percent = int(exact + 0.5), int(100 * exact / most + 0.5)
    assert agrees(achieved, most, percent)


@settings(max_examples=25, deadline=None)
@given(st.permutations(["15", "25", "25", "20", "15"]), st.lists(st.integers(0, 10), min_size=5, max_size=5))
def test_numbers_that_fit_are_settled_as_read(maxima: list[str], achieved: list[int]) -> None:
    rows = [
        [f"3.{n + 1}", "Styrs kommunen av tydliga mål", str(a), m, builders.percent_text(int(100 * a / int(m) + 0.5))]
        for n, (m, a) in enumerate(zip(maxima, achieved, strict=True))
    ]
    rows.append(["", "", str(sum(achieved)), "100", builders.percent_text(sum(achieved))])
    table = written(rows, 3)
    found = settle_table(table, [frozenset() for _ in rows[:-1]])
    assert [row.achieved.value for row in found.rows] == achieved
    assert [row.max.value for row in found.rows] == [int(m) for m in maxima]
    again = settle_table(table, [frozenset() for _ in rows[:-1]])
    assert values(again) == values(found)


@pytest.mark.parametrize(
    "title", ["{n}. {name}", "Område {n} {name}", "{name}", "Poängen för varje område visas nedan. {n}. {name}"]
)
def test_a_title_over_the_table_names_it_and_is_no_question(title: str) -> None:
    area, rows = area_rows("hoganas-2018", 3)
    name = area["score_table"]["heading"]
    writer = Writer()
    lead, _, rest = title.format(n=3, name=name).rpartition("nedan. ")
    writer.text(BlockKind.FRONT_MATTER, lead or rest, None)
    if lead:
        last = writer.made.pop()
        lines = (*last.block.lines, builders.line(rest, y=last.block.box.y1 + 2))
        block = replace(last.block, lines=lines, text=f"{lead} {rest}")
        writer.made.append(replace(last, block=block))
    writer.row(["", "", "Uppnått", "Max", "Procent"], 3)
    for row in rows:
        writer.row(row, 3)
    (table,) = read(tuple(writer.made))
    assert table.heading is not None
    assert table.heading.text == name
    assert values(settled(table, "2016")) == printed(area)


def test_a_head_that_only_the_second_reader_knew_is_one_and_no_part_of_the_title() -> None:
    area, rows = area_rows("hoganas-2018", 3)
    writer = Writer()
    writer.row(["3.", area["score_table"]["heading"], "Uppnått", "Maxpoling", "YA"], 3)
    heads = builders.damaged(
        writer.made,
        lambda word: replace(word, alternatives=("Maxpoäng",)) if word.text == "Maxpoling" else word,
        lambda _: True,
    )
    below = Writer(y=200.0)
    for row in rows:
        below.row(row, 3)
    (table,) = read((*heads, *below.made))
    assert table.heading is not None
    assert table.heading.text == area["score_table"]["heading"]
    assert values(settled(table, "2016")) == printed(area)


def test_a_first_row_whose_number_lost_its_dot_opens_its_table() -> None:
    area, rows = area_rows("hoganas-2018", 3)
    table = written([["31", *rows[0][1:]], *rows[1:]], 3)
    assert [row.number for row in table.rows] == [row["number"] for row in area["score_table"]["rows"]]
    assert values(settled(table, "2016")) == printed(area)


def test_a_question_number_read_with_a_letter_is_no_part_of_the_question() -> None:
    area, rows = area_rows("hoganas-2018", 3)
    table = written([rows[0], ["", f"g.2 {rows[1][1]}", *rows[1][2:]], *rows[2:]], 3)
    assert [row.question.text for row in table.rows] == [row["question"] for row in area["score_table"]["rows"]]
    assert table.rows[1].derived


def test_a_row_of_a_hundred_points_is_the_total_whatever_stands_in_it() -> None:
    area, rows = area_rows("hoganas-2018", 3)
    table = written([*rows[:-1], ["", "Resultat för hela området", *rows[-1][2:]]], 3)
    assert len(table.rows) == len(area["score_table"]["rows"])
    assert values(settled(table, "2016")) == printed(area)
