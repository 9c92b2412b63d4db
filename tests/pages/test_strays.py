"""Dots that belong to letters stay, dots in the white between them go."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompass_extract.pages.specks import Boxes, are_points, strays

EM, DOT = 20.0, 3.0  # pixels
FOOT = 100.0


def letters(count: int = 12, x: float = 50.0) -> list[list[float]]:
    """Small letters side by side: 10 wide, 4 apart."""
    return [[x + 14 * n, FOOT - 14.5, x + 14 * n + 10, FOOT] for n in range(count)]


def dot(x: float, above: float) -> list[float]:
    """A dot whose middle is at x and so many em above the baseline."""
    y = FOOT - above * EM
    return [x - DOT / 2, y - DOT / 2, x + DOT / 2, y + DOT / 2]


END = 50 + 14 * 11 + 10  # of the last letter


@pytest.mark.parametrize(
    ("dots", "dirt"),
    [
        ([dot(55, 0.95)], [False]),  # of an i
        ([dot(52, 0.95), dot(58, 0.95)], [False, False]),  # of an ä
        ([dot(END + 3, 0.08)], [False]),  # a full stop
        ([dot(END + 3, 0.08), dot(END + 3, 0.62)], [False, False]),  # a colon
        ([dot(62, 0.4)], [True]),  # between two letters
        ([dot(62, 0.95)], [True]),  # above the white between them
        ([dot(55, -0.3)], [True]),  # below a letter
        ([dot(40, 0.4)], [True]),  # before the line
        ([dot(END + 15, 0.08)], [True]),  # far behind it
        ([dot(END + 15 + 8 * n, 0.08) for n in range(6)], [False] * 6),  # leaders to a page number
    ],
)
def test_a_dot_is_dirt_by_where_it_is(dots: list[list[float]], dirt: list[bool]) -> None:
    line = np.array([*letters(), *dots])
    assert strays(line, EM).tolist() == [False] * 12 + dirt


def test_a_full_stop_behind_a_letter_with_a_tail_stays() -> None:
    tailed = letters()
    tailed[-1][3] += 6.0
    assert not strays(np.array([*tailed, dot(END + 3, 0.08)]), EM).any()


def test_a_hyphen_in_small_print_is_no_dot() -> None:
    small = [[x0 * 0.5, FOOT - 7, x1 * 0.5, FOOT] for x0, _, x1, _ in letters()]
    assert not strays(np.array([*small, [END / 2 + 1, FOOT - 4, END / 2 + 4.2, FOOT - 3]]), EM).any()


@given(
    st.lists(
        st.tuples(st.floats(0, 500), st.floats(0, 100), st.floats(0.5, 40), st.floats(0.5, 40)), min_size=1, max_size=40
    ),
    st.floats(5, 40),
)
def test_no_letter_is_ever_a_stray(places: list[tuple[float, float, float, float]], em: float) -> None:
    boxes: Boxes = np.array([[x, y, x + w, y + h] for x, y, w, h in places])
    found = strays(boxes, em)
    assert found.shape == (len(boxes),)
    assert all(max(w, h) < em for (_, _, w, h), stray in zip(places, found, strict=True) if stray)


def marked(marks: list[list[float]]) -> list[bool]:
    from kompass_extract.pages.specks import are_stops

    return are_stops(np.array(marks), np.array(letters()), EM).tolist()


def test_a_stop_may_stand_away_from_its_letter() -> None:
    assert marked([dot(END + 8, 0.08)]) == [True]  # as in Computer Modern
    assert marked([dot(END + 8, 0.6)]) == [False]  # in the white above the line's foot
    assert marked([dot(END + 16, 0.08)]) == [False]  # too far from any letter
    assert marked([[END + 7, FOOT - 1, END + 8, FOOT]]) == [False]  # smaller than any stop


def test_the_tail_of_a_comma_stays_with_its_dot() -> None:
    comma = [dot(END + 6, 0.05), dot(END + 5, -0.18)]
    boxes = np.array(letters() + comma)
    assert strays(boxes, EM).tolist()[-2:] == [False, False]
    alone = np.array([*letters(), dot(END + 5, -0.18)])
    assert strays(alone, EM).tolist()[-1]


@pytest.mark.parametrize(("around", "kept"), [((), True), ((90.0, 104.0), False)])
def test_a_faint_point_stays_in_a_number_that_stands_alone(around: tuple[float, ...], kept: bool) -> None:
    signs = np.array([[x, FOOT - 17, x + 5, FOOT] for x in (50.0, 68.0, *around)])
    point = np.array([[60.5, FOOT - 2, 62.5, FOOT], [60.5, FOOT - 12, 62.5, FOOT - 10]])
    assert are_points(point, signs, EM).tolist() == [kept, False]
