"""Score tables in forms that other authors give them: every number in its place, whatever the cells look like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from kompass_extract.content.score_tables import ScoreTableReading, read_score_tables, settle_table
from kompass_extract.model.document import BlockKind, Form, LabelledBlock
from kompass_extract.taxonomy import load_taxonomy
from tests.support.builders import Writer

TAXONOMY = load_taxonomy()
QUESTIONS = (
    ("Finns en strategi för resultatstyrning och effektivitetsutveckling?", 11, 15, 73),
    ("Tydliggör kommunen sambandet mellan kostnader och resultat i budgetprocessen?", 20, 25, 80),
    ("Arbetar kommunen med utveckling uppföljning och kontroll?", 6, 15, 40),
    ("Kommuniceras och förs strategiska diskussioner kring resurser och resultat?", 15, 15, 100),
    ("Används jämförelser aktivt som ett led i serviceutveckling och effektivisering?", 9, 20, 45),
    ("Sker extern samverkan för att stärka serviceutbudet och öka effektivitet?", 0, 10, 0),
)
TOTAL = (61, 100, 61)
NAME = "Resultat och effektivitet"
FIXED = [frozenset({most}) for _, _, most, _ in QUESTIONS]

Cells = Callable[[int, int, int], Sequence[str]]


def read(blocks: Sequence[LabelledBlock]) -> ScoreTableReading:
    (table,) = read_score_tables(blocks, TAXONOMY)
    return table


def written(cells: Cells, heads: Sequence[str], *, total: str = "", label: str = "") -> list[LabelledBlock]:
    writer = Writer()
    writer.row(("5.", NAME, *heads), 5)
    for index, (question, *values) in enumerate(QUESTIONS, start=1):
        writer.row((f"5.{index}", question, *cells(*values)), 5)
    writer.row((label, total, *cells(*TOTAL)), 5)
    return writer.made


def numbers(table: ScoreTableReading) -> list[tuple[int | None, ...]]:
    settled = settle_table(table, FIXED)
    rows = [*settled.rows, settled.total]
    return [(r.achieved.value, r.max.value, *((r.percent.value,) if r.percent is not None else ())) for r in rows]


WITH_PERCENT: dict[str, tuple[Cells, tuple[str, ...]]] = {
    "av": (lambda a, m, p: (f"{a} av {m}", f"{p}%"), ("Poäng", "Procent")),
    "parentheses": (lambda a, m, p: (f"{a} ({m})", f"{p} %"), ("Poäng (max)", "Procent")),
    "units": (lambda a, m, p: (f"{a} p", f"{m} p", f"{p} %"), ("Poäng", "Max", "Procent")),
    "max first": (lambda a, m, p: (str(m), str(a), f"{p}%"), ("Max", "Uppnått", "Procent")),
    "extra column": (lambda a, m, p: (str(a), str(m), f"{p}%"), ("Uppnått", "Max", "Procent")),
}
WITHOUT: dict[str, tuple[Cells, tuple[str, ...]]] = {
    "slash": (lambda a, m, p: (f"{a}/{m}",), ("Uppnått / Max",)),
    "spaced slash": (lambda a, m, p: (f"{a} / {m}",), ("Poäng",)),
}


@pytest.mark.parametrize("form", list(WITH_PERCENT))
@pytest.mark.parametrize("total", ["", "Summa", "Summa poäng för området"])
def test_three_numbers_however_they_stand_in_their_cells(form: str, total: str) -> None:
    table = read(written(*WITH_PERCENT[form], total=total))
    assert numbers(table) == [(a, m, p) for _, a, m, p in QUESTIONS] + [TOTAL]
    assert table.heading is not None
    assert table.heading.text == NAME
    assert [row.question.text for row in table.rows] == [question for question, *_ in QUESTIONS]


@pytest.mark.parametrize("form", list(WITHOUT))
def test_two_numbers_in_one_cell_are_no_percent(form: str) -> None:
    table = read(written(*WITHOUT[form]))
    assert not table.has_percent
    assert numbers(table) == [(a, m) for _, a, m, _ in QUESTIONS] + [TOTAL[:2]]


def test_a_total_row_whose_label_begins_in_the_first_column() -> None:
    table = read(written(*WITH_PERCENT["units"], label="Summa poäng för området"))
    assert numbers(table)[-1] == TOTAL


def test_what_is_left_of_a_heading_is_no_total() -> None:
    blocks = written(*WITH_PERCENT["units"])[:-1]
    writer = Writer(made=blocks)
    writer.row(("5.", "", ""), 5)
    writer.row(("", "Summa", "61", "100", "61 %"), 5)
    assert numbers(read(writer.made))[-1] == TOTAL


@pytest.mark.parametrize("cells", [("Uppnått Max", "Procent"), ("Uppnådd poäng Maxpoäng", "Procent")])
def test_two_columns_that_share_a_cell_are_told_apart_by_their_heads_and_numbers(cells: tuple[str, ...]) -> None:
    pairs: Cells = lambda a, m, p: (f"{a} {m}", f"{p}")  # noqa: E731
    assert numbers(read(written(pairs, cells))) == [(a, m, p) for _, a, m, p in QUESTIONS] + [TOTAL]
    assert numbers(read(written(pairs, ("", "")))) == [(a, m, p) for _, a, m, p in QUESTIONS] + [TOTAL]


def test_dirt_before_a_question_number_makes_it_no_points() -> None:
    writer = Writer(made=written(*WITH_PERCENT["units"])[:2])
    question, a, m, p = QUESTIONS[1]
    writer.row(("'52", question, str(a), str(m), f"{p} %"), 5)
    row = read(writer.made).rows[1]
    cells = (row.numbers.achieved, row.numbers.max, row.numbers.percent)
    assert row.number == "5.2"
    assert [cell.reading.best for cell in cells if cell.reading] == [a, m, p]


def test_totals_alone_under_a_head_that_the_next_page_repeats() -> None:
    writer = Writer(made=written(*WITH_PERCENT["units"])[:-1])
    writer.row(("5.", f"{NAME} Summa", "61", "100", "61 %"), 5)
    assert numbers(read(writer.made)) == [(a, m, p) for _, a, m, p in QUESTIONS] + [TOTAL]


def test_decimals_that_say_nothing_are_the_whole_number_and_others_stay_as_printed() -> None:
    forms: Cells = lambda a, m, p: (f"{a},0", f"{m},0", f"{p},0 %")  # noqa: E731
    table = read(written(forms, ("Uppnått", "Max", "Procent")))
    assert numbers(table) == [(a, m, p) for _, a, m, p in QUESTIONS] + [TOTAL]
    halves: Cells = lambda a, m, p: (f"{a - 1},75" if a else "0", str(m), f"{p}%")  # noqa: E731
    table = read(written(halves, ("Uppnått", "Max", "Procent")))
    assert numbers(table)[0] == (10.75, 15, 73)
    assert not any("rounded" in doubt.text for doubt in settle_table(table, FIXED).rows[0].achieved.doubts)


@pytest.mark.parametrize("label", ["", "Totalt", "Summa poäng för området"])
def test_totals_above_their_rows(label: str) -> None:
    writer = Writer()
    for area in (5, 6):
        name = NAME if area == 5 else "Kommunen som arbetsgivare - personalpolitik"
        writer.row((f"{area}.", name, "Uppnått", "Max", "Procent"), area)
        writer.row(("", label, "61", "100", "61%"), area)
        for index, (question, a, m, p) in enumerate(QUESTIONS, start=1):
            writer.row((f"{area}.{index}", question, str(a), str(m), f"{p}%"), area)
    tables = read_score_tables(writer.made, TAXONOMY)
    assert [table.area for table in tables] == [5, 6]
    assert all(numbers(table) == [(a, m, p) for _, a, m, p in QUESTIONS] + [TOTAL] for table in tables)


def test_totals_beside_the_areas_name() -> None:
    writer = Writer()
    for area, name in ((5, NAME), (6, "Kommunen som arbetsgivare - personalpolitik")):
        writer.row((f"{area}", name, "61", "100", "61%"), area)
        for index, (question, a, m, p) in enumerate(QUESTIONS, start=1):
            writer.row((f"{area}.{index}", question, str(a), str(m), f"{p}%"), area)
    tables = read_score_tables(writer.made, TAXONOMY)
    assert [(table.area, table.heading.text if table.heading else None) for table in tables] == [
        (5, NAME),
        (6, "Kommunen som arbetsgivare - personalpolitik"),
    ]
    assert all(numbers(table) == [(a, m, p) for _, a, m, p in QUESTIONS] + [TOTAL] for table in tables)


def test_a_column_of_the_last_evaluation_is_no_percent() -> None:
    forms: Cells = lambda a, m, p: (str(a), str(m), str(m * 7 // 11))  # noqa: E731
    table = read(written(forms, ("Uppnått", "Max", "Föregående")))
    assert not table.has_percent
    assert numbers(table) == [(a, m) for _, a, m, _ in QUESTIONS] + [TOTAL[:2]]
    lost: Cells = lambda a, m, p: (str(a), str(m), str(p))  # noqa: E731
    assert read(written(lost, ("Uppnått", "Max", "Pr0cnt"))).has_percent


def test_percent_signs_without_a_column_are_told() -> None:
    forms: Cells = lambda a, m, p: (str(a), str(m))  # noqa: E731
    writer = Writer(made=written(forms, ("Uppnått", "Max"))[:-1])
    writer.row(("", "Andel 61 % av max", "61", "100"), 5)
    table = read(writer.made)
    assert not table.has_percent
    assert table.percent_hints


def test_the_end_of_a_question_on_the_next_page_is_its_own() -> None:
    writer = Writer(made=written(*WITH_PERCENT["units"])[:-1])
    last = writer.made.pop()
    writer.row(("5.6", "Sker extern samverkan för att stärka serviceutbudet och", "0 p", "10 p", "0 %"), 5)
    writer.new_page()
    writer.row(("", "öka effektivitet?"), 5, BlockKind.HEADING)
    rest = writer.made.pop()
    block = replace(rest.block, form=Form.PARAGRAPH, cells=())
    writer.made.append(replace(rest, block=block))
    writer.row(("", "", "61", "100", "61%"), 5)
    table = read(writer.made)
    assert last.block.text.startswith("5.6")
    assert table.rows[-1].question.text == QUESTIONS[-1][0]
    assert numbers(table)[-1] == TOTAL
