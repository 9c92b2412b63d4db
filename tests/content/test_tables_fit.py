"""Rows of a grid from lines, row numbers and points: whichever line the numbers stand beside, ruled or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompass_extract.blocks.grid import split_rows
from kompass_extract.blocks.regions import Zone
from kompass_extract.model.document import Line
from kompass_extract.model.geometry import union
from kompass_extract.words.page_reader import ReadStrip
from tests.support.strips import EM, PITCH, rule, strip

LABEL_X, TEXT_X, ACHIEVED_X, MAX_X = 60.0, 90.0, 380.0, 450.0
ROW_GAP = 5.0
QUESTIONS = [
    ["Finns en plan eller strategi för demokratiutveckling och", "information?"],
    ["Informeras invånarna om aktuella frågor i politiken?"],
    [
        "Hur arbetar kommunen med att förtydliga tjänsternas",
        "innehåll samt synpunkts- och klagomålshantering för",
        "brukare?",
    ],
    ["Etik - Hur skapas tillit genom hög etisk standard?"],
]
BESIDE: dict[str, Callable[[int], float]] = {
    "top": lambda count: 0.0,
    "middle": lambda count: (count - 1) / 2,
    "bottom": lambda count: count - 1.0,
}


def zone(strips: list[ReadStrip]) -> Zone:
    return Zone(union(s.line.box for s in strips), tuple(strips), (80.0, 360.0, 430.0))


def table(numbers: str, labels: str = "top", *, ruled: bool = False) -> tuple[list[ReadStrip], list[float]]:
    """A table of four questions, a total with a label, and the next area's title with its column heads."""
    strips, cuts, y = [], [], 100.0
    for index, lines in enumerate(QUESTIONS, start=1):
        strips += [strip(TEXT_X, y + PITCH * n, text) for n, text in enumerate(lines)]
        strips.append(strip(LABEL_X, y + PITCH * BESIDE[labels](len(lines)), f"1.{index}"))
        at = y + PITCH * BESIDE[numbers](len(lines))
        strips += [strip(ACHIEVED_X, at, str(10 + index)), strip(MAX_X, at, "25")]
        y += PITCH * len(lines) + ROW_GAP
        cuts.append(y - PITCH + 0.5 if ruled else 0.0)
    strips += [strip(TEXT_X, y, "Summa"), strip(ACHIEVED_X, y, "50"), strip(MAX_X, y, "100")]
    strips += [strip(LABEL_X, y + 30, "2."), strip(TEXT_X, y + 30, "Tillgänglighet och brukarorientering", stroke=0.25)]
    strips += [strip(ACHIEVED_X, y + 50, "Poäng", stroke=0.25), strip(MAX_X, y + 50, "Max", stroke=0.25)]
    return strips, [cut for cut in cuts if cut]


def texts(strips: list[ReadStrip], cuts: list[float]) -> list[list[str]]:
    rules = [rule(LABEL_X - 5, cut, MAX_X + 40, cut + 0.5) for cut in cuts]
    return [[cell.text for cell in row.cells] for row in split_rows(zone(strips), rules, EM)]


@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "open"])
@pytest.mark.parametrize("labels", list(BESIDE))
@pytest.mark.parametrize("numbers", list(BESIDE))
def test_numbers_beside_any_line_of_a_question_are_its_own(numbers: str, labels: str, ruled: bool) -> None:
    rows = texts(*table(numbers, labels, ruled=ruled))
    wanted = [[f"1.{n}", " ".join(lines), str(10 + n), "25"] for n, lines in enumerate(QUESTIONS, start=1)]
    assert rows[:4] == wanted
    assert rows[4] == ["Summa", "50", "100"]
    assert rows[5:] == [["2.", "Tillgänglighet och brukarorientering"], ["Poäng", "Max"]]


def test_a_row_number_read_together_with_its_line_is_cut_off_even_without_its_dot() -> None:
    strips, _ = table("bottom", "bottom")
    kept = [s for s in strips if s.line.text not in ("1.1", "information?")]
    number, text = strip(LABEL_X, 100.0 + PITCH, "11"), strip(TEXT_X, 100.0 + PITCH, "information?")
    whole = Line(union([number.line.box, text.line.box]), (*number.line.words, *text.line.words))
    rows = texts([*kept, replace(text, line=whole)], [])
    assert rows[0] == ["11", " ".join(QUESTIONS[0]), "11", "25"]
    assert rows[1][0] == "1.2"


def test_a_total_without_a_label_is_a_row_of_its_own() -> None:
    strips, _ = table("middle")
    rows = texts([s for s in strips if s.line.text != "Summa"], [])
    assert ["50", "100"] in rows
    assert rows[3][1] == QUESTIONS[3][0]


@given(
    st.lists(st.sampled_from(range(40)), min_size=2, max_size=40, unique=True),
    st.lists(
        st.tuples(st.sampled_from([LABEL_X, TEXT_X, ACHIEVED_X, MAX_X]), st.integers(0, 30)), min_size=2, max_size=40
    ),
)
@settings(max_examples=60, deadline=None)
def test_every_strip_is_in_exactly_one_row(heights: list[int], places: list[tuple[float, int]]) -> None:
    content = {LABEL_X: "1.1", TEXT_X: "Några ord till en fråga", ACHIEVED_X: "12", MAX_X: "25"}
    spots = {(x, 100.0 + 7 * y) for x, y in places} | {(TEXT_X, 100.0 + 7 * y) for y in heights}
    strips = [strip(x, y, content[x]) for x, y in sorted(spots)]
    rows = split_rows(zone(strips), [], EM)
    words = [id(word) for row in rows for s in row.strips for word in s.line.words]
    assert sorted(words) == sorted(id(word) for s in strips for word in s.line.words)


PERCENT_X = 500.0


def narrow(numbers: str) -> list[ReadStrip]:
    """A table whose percent column is so narrow that the sign stands below its number; one-line rows are two high."""
    strips, y = [strip(ACHIEVED_X, 80.0, "Poäng"), strip(MAX_X, 80.0, "Max"), strip(PERCENT_X, 80.0, "%")], 100.0
    for index, lines in enumerate([*QUESTIONS, ["Summa"]], start=1):
        high = max(2, len(lines))
        strips += [strip(TEXT_X, y + PITCH * n, text) for n, text in enumerate(lines)]
        at = y + PITCH * BESIDE[numbers](high)
        strips += [strip(ACHIEVED_X, at, str(10 + index)), strip(MAX_X, at, "25")]
        first = y + PITCH * BESIDE[numbers](high - 1)
        strips += [strip(PERCENT_X, first, str(40 + index)), strip(PERCENT_X, first + PITCH, "%")]
        strips += [strip(LABEL_X, y, f"1.{index}")] if index <= len(QUESTIONS) else []
        y += PITCH * high + ROW_GAP
    return strips


@pytest.mark.parametrize("numbers", list(BESIDE))
def test_a_percent_sign_wrapped_below_its_number_is_its_cells(numbers: str) -> None:
    strips = narrow(numbers)
    wide = Zone(union(s.line.box for s in strips), tuple(strips), (80.0, 360.0, 430.0, 480.0))
    rows = [[cell.text for cell in row.cells] for row in split_rows(wide, [], EM)]
    assert rows[0] == ["Poäng", "Max", "%"]
    assert rows[1:5] == [
        [f"1.{n}", " ".join(lines), str(10 + n), "25", f"{40 + n} %"] for n, lines in enumerate(QUESTIONS, start=1)
    ]
    assert rows[5:] == [["Summa", "15", "25", "45 %"]]


def test_tables_side_by_side_are_read_one_after_the_other() -> None:
    left, _ = table("top")
    right = [strip(s.line.box.x0 + 450, s.baseline, s.line.text.replace("1.", "2.")) for s in left]
    both = [*left, *right]
    wide = Zone(union(s.line.box for s in both), tuple(both), (80.0, 360.0, 430.0, 490.0, 530.0, 810.0, 880.0))
    rows = [[cell.text for cell in row.cells] for row in split_rows(wide, [], EM)]
    alone = texts(left, [])
    assert rows == [*alone, *([cell.replace("1.", "2.") for cell in row] for row in alone)]


def test_points_with_decimals_begin_no_table() -> None:
    left, _ = table("top")
    decimal = [
        strip(s.line.box.x0, s.baseline, f"{s.line.text},0") if s.line.text.isdigit() and len(s.line.text) < 3 else s
        for s in left
    ]
    assert [len(row) for row in texts(decimal, [])] == [len(row) for row in texts(left, [])]
