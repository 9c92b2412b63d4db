"""Small marks that stand below each other before texts are a list's; specks, which lie anywhere, are not."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kompass_extract.pages.mark_columns import Boxes, in_columns, marks_in_pieces

EM = 30.0
TEXT_X = 100.0
LINES = (0, 40, 80, 160, 200)


def letters(starts: tuple[int, ...] = LINES, x: float = TEXT_X) -> Boxes:
    """The first three letters of a line at each height."""
    return np.array([[x + 20 * n, y, x + 20 * n + 16, y + EM] for y in starts for n in range(3)])


def dash(y: float, x: float = 78.0) -> list[float]:
    """A dash half-way up the line at ``y``."""
    return [x, y + 14, x + 7, y + 18]


def test_dashes_before_three_lines_are_marks() -> None:
    marks = np.array([dash(0), dash(80), dash(160)])
    assert in_columns(marks, letters(), EM).tolist() == [True, True, True]


def test_two_alone_are_not_enough() -> None:
    assert not in_columns(np.array([dash(0), dash(80)]), letters(), EM).any()


def test_specks_at_other_places_and_sizes_are_none() -> None:
    speck, comma, amid = [60.0, 42, 64, 46], [84.0, 226, 90, 234], dash(40, x=119.0)
    marks = np.array([dash(0), dash(80), dash(160), speck, comma, amid])
    assert in_columns(marks, letters(), EM).tolist() == [True, True, True, False, False, False]


def test_dashes_with_text_to_their_left_are_of_a_sentence() -> None:
    before = letters(x=10.0)
    marks = np.array([dash(0), dash(80), dash(160)])
    assert not in_columns(marks, np.vstack([before, letters()]), EM).any()


def test_two_lists_of_their_own_places() -> None:
    both = np.vstack([letters(), letters(x=400.0)])
    marks = np.array([dash(y, x) for x in (78.0, 378.0) for y in (0, 80, 200)])
    assert in_columns(marks, both, EM).all()


def test_no_marks_and_no_letters() -> None:
    assert in_columns(np.zeros((0, 4)), letters(), EM).tolist() == []
    assert not in_columns(np.array([dash(0), dash(80), dash(160)]), np.zeros((0, 4)), EM).any()


@given(st.lists(st.sampled_from(LINES), unique=True), st.floats(-500, 500), st.floats(0.5, 4))
def test_neither_place_nor_scale_matters(chosen: list[int], shift: float, scale: float) -> None:
    marks = np.array([dash(y) for y in chosen]).reshape(-1, 4)
    moved = in_columns(marks * scale + shift, letters() * scale + shift, EM * scale)
    assert moved.tolist() == in_columns(marks, letters(), EM).tolist()
    assert moved.all() == (len(chosen) != 1 and len(chosen) != 2)


def test_a_ring_in_pieces_before_text_is_one_mark() -> None:
    ring = [[76.0, 12, 80, 14], [74.0, 14, 77, 20], [80.0, 15, 84, 22]]
    assert marks_in_pieces(np.array(ring), letters(), EM) == [[0, 1, 2]]
    amid = np.vstack([letters(x=10.0), letters()])
    assert marks_in_pieces(np.array(ring), amid, EM) == [], "text stands right before it"
    quote = [[94.0, 2, 95, 10], [97.0, 2, 98, 10]]
    assert marks_in_pieces(np.array(quote), letters(), EM) == [], "a quote stands close to its word"
