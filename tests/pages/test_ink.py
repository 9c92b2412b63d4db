"""Marks on a page: every component has one place, letters keep their dots, and dirt and drawings stay out."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompass_extract.model.geometry import Box, PixelBox
from kompass_extract.pages.components import Marks, even_background, find_marks, ink_of
from kompass_extract.pages.text_runs import _stacked
from kompass_extract.words.crops import strip_picture
from kompass_extract.words.segments import find_strips
from tests.support.drawn import Sheet


def marks_of(sheet: Sheet) -> Marks:
    """The marks of a drawn page."""
    return find_marks(sheet.gray, sheet.dpi)


def a_umlaut(sheet: Sheet, x: float, baseline: float, size: float) -> float:
    """Draw ä as an a with two dots over it, since Pillow's font has none; the x where it ends."""
    end = sheet.text(x, baseline, "a", size)
    for share in (0.3, 0.7):
        sheet.dot(x + share * (end - x), baseline - 0.68 * size, 0.055 * size)
    return end


LINES = st.text("abghjlmpqtxyzAKQ019%,.-", min_size=1, max_size=12)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(20, 380), st.integers(30, 280), LINES),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([8.0, 11.0, 16.0]),
    st.sampled_from([100, 150]),
)
def test_every_component_is_in_at_most_one_run(texts: list[tuple[int, int, str]], size: float, dpi: int) -> None:
    sheet = Sheet(420, 300, dpi=dpi)
    for x, y, text in texts:
        sheet.text(x, y, text, size)
    marks = marks_of(sheet)
    owners = Counter(part for run in marks.runs for part in run.parts)
    assert all(count == 1 for count in owners.values())
    assert set(owners) <= set(range(1, int(marks.labels.max()) + 1))
    for run in marks.runs:
        ys, xs = np.nonzero(np.isin(marks.labels, run.parts))
        inked = PixelBox(xs.min(), ys.min(), xs.max() + 1, ys.max() + 1).in_points(72 / dpi)
        assert run.box.rounded() == pytest.approx(inked.rounded(), abs=0.02)
        assert list(run.gaps) == sorted(run.gaps)
        assert all(run.box.x0 < x0 < x1 < run.box.x1 for x0, x1 in run.gaps)


def test_running_text_gives_a_run_per_line_with_its_word_spaces() -> None:
    sheet = Sheet()
    sheet.paragraph(70, 100, 6)
    marks = marks_of(sheet)
    assert len(marks.runs) == 6
    assert marks.em == pytest.approx(0.72 * 11, rel=0.15)
    for number, run in enumerate(sorted(marks.runs, key=lambda r: r.box.y0)):
        assert sum(x1 - x0 > 2.2 for x0, x1 in run.gaps) == 15
        assert run.baseline == pytest.approx(100 + 1.4 * 11 * number, abs=0.8)
    assert marks.rules == ()
    assert marks.graphics == ()


def test_far_apart_texts_on_a_line_are_two_runs_and_so_are_those_beside_a_wall() -> None:
    sheet = Sheet()
    sheet.paragraph(70, 100, 3, text="left column text")
    sheet.paragraph(300, 100, 3, text="right column text")
    assert len(marks_of(sheet).runs) == 6
    walled = Sheet()
    for number in range(3):
        end = walled.text(70, 100 + 16 * number, "left cell")
        walled.text(end + 4, 100 + 16 * number, "right cell")
    assert len(marks_of(walled).runs) == 3
    walled.rectangle(Box(end + 1.7, 80, end + 2.1, 145))
    marks = marks_of(walled)
    assert len(marks.runs) == 6
    assert [rule.horizontal for rule in marks.rules] == [False]


def test_rules_are_found_and_their_ink_is_in_no_run() -> None:
    sheet = Sheet()
    sheet.paragraph(70, 110, 3, text="some text in a cell")
    sheet.rectangle(Box(60, 90, 500, 90.8))
    sheet.rectangle(Box(60, 150, 500, 150.8))
    sheet.rectangle(Box(60, 90, 60.8, 150))
    marks = marks_of(sheet)
    assert sorted(rule.horizontal for rule in marks.rules) == [False, True, True]
    assert len(marks.runs) == 3
    for run in marks.runs:
        assert run.box.x0 >= 69
        assert 95 < run.box.y0 < run.box.y1 < 149


def test_letters_that_touch_at_their_feet_are_no_rule() -> None:
    sheet = Sheet()
    sheet.paragraph(70, 100, 4)
    for number in range(12):
        sheet.rectangle(Box(70 + 5 * number, 193, 71.5 + 5 * number, 200))
    sheet.rectangle(Box(68, 199.3, 128, 200))
    sheet.rectangle(Box(70, 260, 130, 260.7))
    marks = marks_of(sheet)
    assert [round(rule.box.center_y) for rule in marks.rules] == [260]
    assert any(run.box.y1 == pytest.approx(200, abs=0.7) for run in marks.runs)


def test_a_reader_sees_no_rule_beside_the_text_but_the_whole_letter_on_an_underline() -> None:
    sheet = Sheet()
    sheet.paragraph(70, 100, 4)
    sheet.text(70, 200, "gypsum")
    sheet.rectangle(Box(67.5, 180, 68.1, 240))
    sheet.rectangle(Box(70, 201, 106, 201.5))
    marks = marks_of(sheet)
    strip = next(s for s in find_strips(marks.runs, marks.rules, marks.em) if s.box.center_y > 180)
    picture, place = strip_picture(sheet.gray, marks, strip)
    ink = picture < 128
    unit = sheet.dpi / 72
    assert not ink[:, : int((69 - place.x0) * unit)].any(), "the rule is not shown"
    rows = ink[int((201 - place.y0) * unit) : int((201.5 - place.y0) * unit) + 1]
    assert rows.any(axis=1).all(), "tails go through the underline"
    assert rows.mean() < 0.35, "which is not shown between them"


def test_specks_are_dropped_and_list_marks_kept() -> None:
    sheet = Sheet()
    sheet.paragraph(90, 100, 5)
    clean = marks_of(sheet)
    rng = np.random.default_rng(3)
    for x, y in zip(rng.uniform(60, 540, 80), rng.uniform(300, 800, 80), strict=True):
        sheet.dot(x, y, 0.3)
    sheet.dot(80, 96, 1.6)
    marks = marks_of(sheet)
    assert marks.specks >= 70
    assert len(marks.runs) == len(clean.runs) + 1
    bullet = min(marks.runs, key=lambda run: run.box.width)
    assert bullet.box.rounded(0) == pytest.approx([78.4, 94.4, 81.6, 97.6], abs=1)


@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize("size", [8.0, 10.0, 14.0])
def test_the_dots_of_a_letter_stay_with_it(dpi: int, size: float) -> None:
    sheet = Sheet(400, 200, dpi=dpi)
    x = sheet.text(40, 100, "f", size)
    for _ in range(4):
        x = a_umlaut(sheet, x, 100, size)
        x = sheet.text(x, 100, "nth ", size)
    marks = marks_of(sheet)
    (run,) = marks.runs
    (strip,) = find_strips(marks.runs, marks.rules, marks.em)
    picture, _ = strip_picture(sheet.gray, marks, strip)
    own = np.isin(marks.labels, run.parts)
    assert own.sum() >= 0.97 * ink_of(sheet.gray, dpi).sum(), "no ink is lost"
    assert len(run.parts) == 1 + 4 * 6
    assert run.box.y0 < 100 - 0.7 * size
    assert (picture < 128).sum() == pytest.approx((sheet.gray < 128).sum(), rel=0.05)


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_the_dots_of_a_letter_stay_with_it_right_below_a_rule(dpi: int) -> None:
    sheet = Sheet(400, 200, dpi=dpi)
    sheet.rectangle(Box(30, 91.2, 370, 91.8))
    x = 40.0
    for _ in range(4):
        x = sheet.text(a_umlaut(sheet, x, 101, 10), 101, "nex ", 10)
    marks = marks_of(sheet)
    assert len(marks.rules) == 1
    (run,) = marks.runs
    assert len(run.parts) == 4 * 6


def test_a_hairline_in_pieces_is_a_rule_and_a_row_of_dashes_is_not() -> None:
    sheet = Sheet(400, 200, dpi=200)
    sheet.paragraph(40, 60, 2, 9)
    for x in range(40, 360, 16):
        sheet.rectangle(Box(x, 120, x + 7, 120.3))
    for x in range(40, 360, 60):
        sheet.rectangle(Box(x, 150, x + 6, 150.5))
    marks = marks_of(sheet)
    assert [round(rule.box.y0) for rule in marks.rules] == [120]
    assert sum(118 < run.box.y0 < 123 for run in marks.runs) == 0
    assert sum(148 < run.box.y0 < 153 for run in marks.runs) == 6


def test_an_upright_rule_in_pieces_is_a_rule_and_a_column_of_letters_is_not() -> None:
    sheet = Sheet(400, 300, dpi=200)
    for line in range(12):
        sheet.text(60, 40 + 14 * line, "I", 10)
        sheet.text(140, 40 + 14 * line, "l i l", 10)
        sheet.paragraph(200, 40 + 14 * line, 1, 10)
    for y in range(40, 200, 8):
        sheet.rectangle(Box(100, y, 100.8, y + 7))
    marks = marks_of(sheet)
    assert [(round(rule.box.x0), rule.horizontal) for rule in marks.rules] == [(100, False)]
    assert sum(98 < run.box.x0 < 103 for run in marks.runs) == 0
    assert sum(58 < run.box.x0 < 64 for run in marks.runs) == 12


def test_a_comma_is_no_accent_of_a_letter_in_the_line_below() -> None:
    comma, tail, below = [347.4, 291.6, 349.2, 294.5], [341.8, 288.0, 347.1, 295.9], [346.3, 296.6, 348.8, 304.6]
    ring, under = [100.0, 200.0, 102.5, 202.5], [99.0, 203.0, 104.0, 208.0]
    boxes = np.array([comma, tail, below, ring, under])
    assert _stacked(boxes, np.arange(5), boxes[:, 3] - boxes[:, 1], 7.56).tolist() == [[3, 4]]


def test_an_area_of_dots_and_large_shapes_are_graphics() -> None:
    sheet = Sheet()
    sheet.paragraph(70, 100, 8)
    for x in np.arange(100, 160, 2.4):
        for y in np.arange(400, 520, 2.4):
            sheet.dot(float(x), float(y), 0.45)
    sheet.rectangle(Box(250, 400, 300, 520), fill=0)
    marks = marks_of(sheet)
    assert len(marks.runs) == 8, "no dot of the shading is taken for text"
    shaded = [g for g in marks.graphics if g.x1 < 200]
    solid = [g for g in marks.graphics if g.x0 > 200]
    assert shaded
    assert min(g.y0 for g in shaded) == pytest.approx(400, abs=8)
    assert solid[0].rounded(0) == pytest.approx([250, 400, 300, 520], abs=1.5)


def test_solids_named_by_the_page_are_graphics_and_not_letters() -> None:
    sheet = Sheet()
    sheet.text(70, 100, "text")
    sheet.square(200, 300, 30)
    solid = Box(200, 300, 230, 330)
    marks = find_marks(sheet.gray, sheet.dpi, (solid,))
    assert marks.graphics == (solid,)
    assert len(marks.runs) == 1


def test_text_on_a_shade_is_found_as_on_white() -> None:
    plain, shaded = Sheet(), Sheet()
    shaded.rectangle(Box(60, 85, 520, 150), fill=205)
    for sheet in (plain, shaded):
        sheet.paragraph(70, 100, 3)
    assert len(marks_of(shaded).runs) == len(marks_of(plain).runs) == 3
    assert [run.box.rounded(0) for run in marks_of(shaded).runs] == [run.box.rounded(0) for run in marks_of(plain).runs]


def test_bold_strokes_are_thicker() -> None:
    sheet = Sheet()
    sheet.text(70, 100, "Heading in bold letters", 11)
    for shift in (0.0, 0.4, 0.8):
        sheet.text(70 + shift, 130, "Heading in bold letters", 11)
    plain, bold = marks_of(sheet).runs
    assert bold.stroke > 1.25 * plain.stroke
    assert bold.letter_height == pytest.approx(plain.letter_height, rel=0.05)


def test_an_empty_page_has_no_marks() -> None:
    marks = marks_of(Sheet(200, 200, dpi=100))
    assert (marks.runs, marks.rules, marks.graphics, marks.specks) == ((), (), (), 0)


def test_even_light_leaves_white_paper_white() -> None:
    sheet = Sheet(200, 200, dpi=150, paper=180)
    sheet.text(20, 100, "dim paper")
    even = even_background(sheet.gray, 150)
    assert np.median(even) >= 250
    assert even.min() < 60


def test_letters_that_touch_across_two_lines_do_not_join_the_lines() -> None:
    sheet = Sheet()
    sheet.paragraph(70, 100, 6)
    apart = marks_of(sheet)
    x = apart.runs[2].box.x0 + 3.0
    sheet.rectangle(Box(x, apart.runs[2].baseline - 3, x + 1.2, apart.runs[3].baseline - 1))
    marks = marks_of(sheet)
    assert len(marks.runs) == len(apart.runs) == 6
    for run, known in zip(marks.runs, apart.runs, strict=True):
        assert run.box.x1 == pytest.approx(known.box.x1, abs=1)
        assert run.box.height < 1.8 * known.box.height


def test_the_dark_edge_of_a_copied_sheet_is_no_graphic() -> None:
    sheet = Sheet()
    sheet.paragraph(90, 100, 4)
    sheet.rectangle(Box(0, 0, 7, 842))
    sheet.rectangle(Box(0, 0, 596, 3))
    marks = marks_of(sheet)
    assert len(marks.runs) == 4
    assert not any(graphic.width > 300 and graphic.height > 300 for graphic in marks.graphics)


def test_a_rule_that_leans_is_a_rule() -> None:
    sheet = Sheet(dpi=200)
    sheet.rectangle(Box(60, 100, 540, 100.8))
    sheet.rectangle(Box(60, 100, 60.8, 500))
    marks = find_marks(sheet.turned(1.2), 200)
    assert sorted(rule.horizontal for rule in marks.rules) == [False, True]
    assert marks.graphics == ()
