"""Score tables in forms that other authors give them: every number in its place, whatever the cells look like."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from kompass_extract.document import LabelledBlock
from kompass_extract.tables import ScoreTableReading, read_score_tables, settle_table
from kompass_extract.taxonomy import load_taxonomy
from tests.builders import Writer

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
