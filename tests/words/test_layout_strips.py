"""A gap on a line is a word space or a gutter, a mark before it a bullet or a sign; nothing is read to tell."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Rule, Run
from kompass_extract.words.segments import Strip, find_strips
from tests.support.strips import EM, PITCH, mark, rule, runs

LEFT = [
    "kommunen har en tydlig",
    "vision som är beslutad av",
    "fullmäktige och känd i",
    "hela organisationen och",
    "följs upp varje år",
]
RIGHT = ["styrningen kan bli", "mer systematisk och", "målen kan göras", "mätbara i hela", "organisationen"]


def found(given_runs: list[Run], rules: list[Rule] | None = None) -> tuple[Strip, ...]:
    """The strips of runs."""
    return find_strips(given_runs, rules or [], EM)


def starts(strips: tuple[Strip, ...]) -> list[float]:
    return sorted({round(strip.box.x0) * 1.0 for strip in strips})


def columns(gutter: float) -> list[Run]:
    """Ten lines of two ragged columns whose white between them is at least ``gutter`` wide."""
    edge = max(run.box.x1 for text in LEFT for run in runs(70, 100, text))
    made: list[Run] = []
    for number, (left, right) in enumerate(zip(LEFT * 2, RIGHT * 2, strict=True)):
        made += runs(70, 100 + PITCH * number, left) + runs(edge + gutter, 100 + PITCH * number, right)
    return made


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.integers(1, 30), st.integers(1, 30), st.sampled_from([2, 7, 9])),
        min_size=1, max_size=25, unique_by=lambda t: (t[0] // 6, t[1]),
    ),
    st.lists(st.integers(50, 500), max_size=2),
)  # fmt: skip
def test_every_run_is_in_exactly_one_strip_or_is_a_list_mark(
    places: list[tuple[int, int, int, int]], walls: list[int]
) -> None:
    page: list[Run] = []
    for x, row, width, height in places:
        box = Box(5.0 * x, 20.0 * row - height, 5.0 * x + 1.5 * width, 20.0 * row)
        first = Box(box.x0, box.y0, min(box.x1, box.x0 + 3), box.y1)
        page.append(Run(box, (1,), float(height), 1.0, (), first, box.y1))
    strips = found(page, [rule(x, 0, x, 700) for x in walls])
    owners = Counter(run for strip in strips for run in strip.runs)
    bullets = {strip.bullet for strip in strips if strip.bullet is not None}
    assert all(count == 1 for count in owners.values())
    for index, run in enumerate(page):
        assert (index in owners) or (run.box in bullets)
    for strip in strips:
        assert list(strip.runs) == sorted(strip.runs, key=lambda run: page[run].box.x0)


def test_no_runs_no_strips() -> None:
    assert found([]) == ()


@pytest.mark.parametrize("gutter", [6.0, 8.0, 10.0, 16.0, 30.0])
def test_a_gutter_parts_columns(gutter: float) -> None:
    strips = found(columns(gutter))
    assert len(strips) == 20
    assert len(starts(strips)) == 2


def test_word_spaces_join_and_so_do_stretched_ones() -> None:
    ragged = [run for n, text in enumerate(LEFT) for run in runs(70, 100 + PITCH * n, text)]
    assert len(found(ragged)) == 5
    texts = [f"{left} {right}" for left, right in zip(LEFT, RIGHT, strict=True)]
    stretched: list[Run] = []
    measure = max(run.box.x1 - 70 for text in texts for run in runs(70, 100, text))
    for number, text in enumerate(texts):
        words = text.split()
        space = (measure - 4.8 * sum(map(len, words))) / (len(words) - 1)
        stretched += runs(70, 100 + PITCH * number, text, space=space)
    assert len(found(stretched)) == 5, "the word spaces of justified lines are no gutters"


def test_one_wide_gap_alone_is_a_gutter_only_from_the_column_gap_on() -> None:
    line = runs(70, 100, "one two three")
    shift = line[-1].box.x1
    assert len(found([*line, *runs(shift + 2.0 * EM, 100, "four five")])) == 1
    assert len(found([*line, *runs(shift + 3.3 * EM, 100, "four five")])) == 2


def test_a_wall_parts_even_close_words() -> None:
    page = [run for n, text in enumerate(LEFT[:2]) for run in runs(70, 100 + PITCH * n, text)]
    gap = (page[0].box.x1 + page[1].box.x0) / 2
    assert len(found(page)) == 2
    assert len(found(page, [rule(gap - 0.3, 80, gap - 0.3, 105)])) == 3, "the wall ends above the second line"


def test_dots_and_squares_are_list_marks_of_their_text() -> None:
    page: list[Run] = []
    for number, text in enumerate(LEFT):
        baseline = 100 + PITCH * number
        page += [mark(70, baseline - 4.6, 73, baseline - 1.6), *runs(82, baseline, text)]
    strips = found(page)
    assert len(strips) == 5
    for strip in strips:
        assert strip.bullet is not None
        assert strip.bullet.x0 == 70
        assert strip.box.x0 == 82
    square = found([mark(70, 94, 74, 98), *runs(84, 100, "one item alone")])
    assert [strip.bullet for strip in square] == [Box(70, 94, 74, 98)]


def test_a_dash_is_a_list_mark_where_text_hangs_beside_it() -> None:
    dash = mark(70, 97, 75, 97.8)
    hanging = [dash, *runs(84, 100, "första raden av en"), *runs(84, 100 + PITCH, "punkt som hänger")]
    strips = found(hanging)
    assert sorted(strip.bullet is not None for strip in strips) == [False, True]
    assert all(strip.box.x0 == 84 for strip in strips)


def test_a_dash_within_a_sentence_is_none() -> None:
    before = runs(70, 100, "mål och medel")
    x = before[-1].box.x1 + 3
    page = [*before, mark(x, 97, x + 5, 97.8), *runs(x + 8, 100, "som alltid"), *runs(70, 100 + PITCH, "hör ihop här")]
    strips = found(page)
    assert len(strips) == 2
    assert all(strip.bullet is None for strip in strips)


def test_known_marks_of_a_text_layer_need_no_shape() -> None:
    page = [mark(70, 93, 76, 100), *runs(84, 100, "item of a list")]
    (strip,) = find_strips(page, [], EM, marks=[True, False, False, False, False])
    assert strip.bullet == Box(70, 93, 76, 100)
    (plain,) = find_strips(page, [], EM, marks=[False] * 5)
    assert plain.bullet is None


def test_a_strip_keeps_its_baseline_and_letter_height() -> None:
    (strip,) = found(runs(70, 321, "one line of words"))
    assert strip.baseline == 321
    assert strip.letter_height == pytest.approx(EM)
    assert strip.box.y1 == 321


def test_a_mark_among_others_is_one_though_a_speck_narrows_its_gap() -> None:
    page: list[Run] = []
    for number, text in enumerate(LEFT):
        baseline = 100 + 2 * PITCH * number
        x = 80.2 if number == 2 else 82.0  # a speck before the text is part of its run
        page += [mark(70, baseline - 3.0, 77, baseline - 2.2), *runs(x, baseline, text)]
    assert sum(strip.bullet is not None for strip in found(page)) == 5


def test_dashes_close_before_their_texts_are_marks_when_they_stand_below_each_other() -> None:
    close = [
        run
        for number, text in enumerate(LEFT)
        for run in (mark(70, 97.0 + PITCH * number, 75, 97.8 + PITCH * number), *runs(77.5, 100 + PITCH * number, text))
    ]
    assert sum(strip.bullet is not None for strip in found(close)) == 5
    assert sum(strip.bullet is not None for strip in found(close[:2])) == 0, "one alone is a sign of the sentence"


def test_two_numbers_with_a_wide_gap_are_two_cells_though_no_row_is_near() -> None:
    assert len(found([*runs(70, 100, "25"), *runs(70 + 9.6 + 2.2 * EM, 100, "37")])) == 2
    assert len(found([*runs(70, 100, "kommunen"), *runs(70 + 38.4 + 2.2 * EM, 100, "arbetar")])) == 1


def test_half_a_quote_read_as_a_run_of_its_own_does_not_end_its_line() -> None:
    quote, after = Box(141, 92.5, 142.4, 95.4), Box(146, 94.8, 160, 100)
    marks = [Run(quote, (90,), 2.9, 1.0), Run(after, (91, 92, 93), 5.2, 1.0, (), after, 100)]
    (strip,) = found([*runs(70, 100, "med utmärkelsen"), *marks])
    assert strip.box.x1 == after.x1


def test_ticks_as_high_as_capitals_that_hang_below_the_line_are_list_marks() -> None:
    texts = [run for row in range(3) for run in runs(86, 100 + 2 * PITCH * row, "Lokala undersökningar görs")]
    ticks = [mark(70, 101.5 + 2 * PITCH * row - 1.0 * EM, 77, 101.5 + 2 * PITCH * row) for row in range(3)]
    strips = found([*texts, *ticks])
    assert [strip.bullet is not None for strip in strips] == [True] * 3
