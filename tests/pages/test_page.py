"""A page is made level and upright without losing what is on it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import even_background, find_marks
from kompass_extract.pages.image import find_skew, prepare, turned_sideways, upside_down, without_solids
from tests.support.drawn import Sheet


def text_page(dpi: int = 150) -> Sheet:
    """A page of running text."""
    sheet = Sheet(dpi=dpi)
    sheet.paragraph(70, 100, 25)
    return sheet


@pytest.mark.parametrize("degrees", [-3.0, -1.2, -0.4, 0.0, 0.25, 0.7, 2.0, 3.0])
def test_slant_is_found_within_a_tenth_of_a_degree(degrees: float) -> None:
    slanted = even_background(text_page().turned(degrees), 150)
    assert find_skew(slanted) == pytest.approx(degrees, abs=0.1)


@pytest.mark.parametrize("degrees", [-2.0, 1.5])
def test_a_slanted_page_is_made_level(degrees: float) -> None:
    page = prepare(text_page().turned(degrees), 150)
    assert page.rotation == 0
    assert page.skew == pytest.approx(degrees, abs=0.1)
    assert abs(find_skew(page.even)) <= 0.1


def test_an_empty_page_has_no_slant_and_no_way_up() -> None:
    blank = Sheet(dpi=100).gray
    assert find_skew(blank) == 0.0
    assert not turned_sideways(blank)
    page = prepare(blank, 100)
    assert (page.rotation, page.skew, page.solids) == (0, 0.0, ())


@pytest.mark.parametrize("quarter", [1, 3])
def test_a_page_on_its_side_is_turned(quarter: int) -> None:
    gray = text_page().gray
    assert not turned_sideways(gray)
    side = np.ascontiguousarray(np.rot90(gray, quarter))
    assert turned_sideways(side)
    page = prepare(side, 150)
    assert page.rotation == 90
    assert page.even.shape == gray.shape
    assert not turned_sideways(page.even)


def test_sizes_are_in_points() -> None:
    page = prepare(text_page(dpi=100).gray, 100)
    assert (page.width, page.height) == pytest.approx((595, 842), abs=1)


def test_shadow_and_paper_tone_are_taken_out() -> None:
    sheet = text_page()
    shadow = np.linspace(0.55, 1.0, sheet.gray.shape[1])[None, :]
    even = prepare((sheet.gray * shadow).astype(np.uint8), 150).even
    assert np.percentile(even, 20) > 240, "paper is white"
    assert (even < 128).sum() == pytest.approx((sheet.gray < 128).sum(), rel=0.15), "letters stay"


def test_a_deep_soft_shadow_over_text_is_taken_out_and_a_dark_ground_is_not() -> None:
    sheet = text_page()
    sheet.rectangle(Box(60, 600, 540, 640), fill=90)
    height, width = sheet.gray.shape
    down, across = np.mgrid[0:height, 0:width]
    depth = np.exp(-(((down - 250) / 220) ** 2 + ((across - 200) / 220) ** 2))
    even = even_background((sheet.gray * (1 - 0.75 * depth)).astype(np.uint8), 150)
    assert np.percentile(even[:900], 20) > 235, "paper is white in the shadow too"
    assert (even[:900] < 128).sum() == pytest.approx((sheet.gray[:900] < 128).sum(), rel=0.1), "letters stay"
    assert np.median(even[1270:1310, 200:1000]) < 150, "a ground with edges stays dark"


def test_white_letters_on_a_dark_band_become_dark_on_white() -> None:
    sheet = Sheet(dpi=150)
    sheet.rectangle(Box(60, 100, 540, 122), fill=30)
    sheet.text(70, 116, "Strengths and Improvement areas in the table", 12, fill=255)
    even, solids = without_solids(sheet.gray, 150)
    band = even[215:250, 130:1120]
    assert solids == ()
    assert np.median(band) == 255
    assert 0.02 < (band < 100).mean() < 0.4


def test_what_shows_of_the_back_is_taken_out() -> None:
    sheet, back = text_page(), text_page()
    back.dot(300, 600, 3)
    ghost = 255 - (255 - back.gray[:, ::-1].astype(np.float64)) * 0.3
    seen = prepare(np.minimum(sheet.gray, ghost).astype(np.uint8), 150).even
    far = cv2.dilate((sheet.gray < 200).astype(np.uint8), np.ones((7, 7), np.uint8)) == 0
    assert (seen[far] == 255).all()
    assert (seen < 128).sum() == pytest.approx((sheet.gray < 128).sum(), rel=0.05), "letters stay"


def test_text_at_the_end_of_a_dark_band_is_read_and_its_rough_edge_is_paper() -> None:
    sheet = Sheet(dpi=150)
    sheet.rectangle(Box(60, 100, 540, 118), fill=20)
    sheet.text(62, 114, "Strengths", 14, fill=255)
    for x in range(70, 530, 9):
        sheet.rectangle(Box(x, 100, x + 4, 100.4), fill=255)
    even, solids = without_solids(sheet.gray, 150)
    assert solids == ()
    assert (even[209:245, 128:270] < 100).any(), "letters are dark"
    assert not (even[209:245, 300:1120] < 128).any(), "the ground is paper"


def test_a_dark_head_of_three_rows_with_one_light_word_is_read() -> None:
    sheet = Sheet(dpi=150)
    sheet.rectangle(Box(60, 100, 540, 165), fill=40)
    sheet.text(70, 140, "Strengths", 12, fill=255)
    page = prepare(sheet.gray, 150)
    band = page.even[215:335, 130:1120]
    assert page.solids == ()
    assert np.median(band) > 240
    assert (band < 100).any()


@pytest.mark.parametrize("ground", [30, 100, 127])
def test_white_letters_on_any_dark_ground_are_read(ground: int) -> None:
    sheet = text_page()
    sheet.rectangle(Box(60, 500, 540, 530), fill=ground)
    sheet.text(70, 512, "Strengths and Improvement areas", 12, fill=255)
    page = prepare(sheet.gray, 150)
    marks = find_marks(page.even, page.dpi, page.solids)
    inside = [run for run in marks.runs if 495 < run.box.y0 < 535 and run.box.width > 20]
    assert page.solids == ()
    assert len(inside) == 1
    assert len(inside[0].parts) >= 28


def test_a_score_in_a_dark_box_is_read() -> None:
    sheet = Sheet(dpi=150)
    sheet.rectangle(Box(400, 100, 453, 154), fill=60)
    sheet.text(415, 115, "Score", 9, fill=255)
    sheet.text(412, 145, "61", 24, fill=255)
    even, solids = without_solids(sheet.gray, 150)
    assert solids == ()
    assert np.median(even[210:318, 836:942]) == 255
    assert len(find_marks(even, 150, solids).runs) == 2


def test_light_blots_in_a_dark_box_are_no_text() -> None:
    sheet = Sheet(dpi=150)
    sheet.rectangle(Box(300, 100, 400, 220), fill=60)
    for number, y in enumerate((112, 131, 120, 160, 145, 190, 175)):
        sheet.dot(310 + 12 * number, y, 2.5, fill=255)
    even, solids = without_solids(sheet.gray, 150)
    assert len(solids) == 1
    assert np.array_equal(even, sheet.gray)


@pytest.mark.parametrize("corner", [False, True])
def test_a_copiers_dark_edge_is_taken_away(corner: bool) -> None:
    sheet = text_page()
    sheet.rectangle(Box(0, 0, 9, 842), fill=30)
    if corner:
        sheet.rectangle(Box(0, 0, 596, 10), fill=30)
    page = prepare(sheet.turned(0.8), 150)
    assert page.solids == ()
    marks = find_marks(page.even, page.dpi, page.solids)
    assert len(marks.runs) == 25
    assert all(run.box.x0 > 60 for run in marks.runs)


def test_a_punch_hole_is_no_band_with_text() -> None:
    sheet = text_page()
    sheet.dot(30, 300, 7.5)
    even, solids = without_solids(sheet.gray, 150)
    assert len(solids) == 1
    assert np.array_equal(even, sheet.gray)


def test_a_white_on_black_page_is_turned_dark_on_white() -> None:
    page = prepare(255 - text_page().gray, 150)
    assert np.median(page.even) == 255
    assert (page.even < 128).mean() == pytest.approx((text_page().gray < 128).mean(), rel=0.1)


@pytest.mark.parametrize("share", [0.02, 0.06])
def test_dots_that_stand_for_grey_become_paper(share: float) -> None:
    gray = text_page(dpi=200).gray
    grainy = gray.copy()
    grainy[np.random.default_rng(1).random(gray.shape) < share] = 0
    page = prepare(grainy, 200)
    assert (page.even < 128).mean() == pytest.approx((gray < 128).mean(), rel=0.25)


def test_pale_print_is_darkened_and_dark_print_left_alone() -> None:
    gray = text_page(dpi=200).gray
    pale = prepare((255 - (255 - gray) * 0.3).astype(np.uint8), 200).even
    assert pale.min() < 90
    assert np.median(pale) == 255
    assert np.array_equal(prepare(gray, 200).even, even_background(gray, 200))


def test_bars_of_a_chart_are_named_and_left_alone() -> None:
    sheet = text_page()
    bars = [Box(100 + 60 * number, 600 - 40 * number, 130 + 60 * number, 700) for number in range(4)]
    for bar in bars:
        sheet.rectangle(bar, fill=60)
    even, solids = without_solids(sheet.gray, 150)
    assert np.array_equal(even, sheet.gray)
    assert len(solids) == len(bars)
    for solid, bar in zip(sorted(solids), sorted(bars), strict=True):
        assert solid.rounded(0) == pytest.approx(bar.rounded(0), abs=1.5)


def test_text_without_dark_areas_has_no_solids() -> None:
    sheet = text_page()
    even, solids = without_solids(sheet.gray, 150)
    assert solids == ()
    assert even is not None
    assert np.array_equal(even, sheet.gray)


@settings(max_examples=20, deadline=None)
@given(
    st.integers(60, 400), st.integers(60, 500), st.integers(20, 90), st.integers(20, 90), st.sampled_from([100, 150])
)
def test_turning_twice_gives_the_same_page(x: int, y: int, width: int, height: int, dpi: int) -> None:
    sheet = Sheet(dpi=dpi)
    sheet.rectangle(Box(x, y, x + width, y + height), fill=40)
    page = prepare(sheet.gray, dpi)
    turned = upside_down(page)
    again = upside_down(turned)
    assert turned.rotation == (page.rotation + 180) % 360
    assert again.rotation == page.rotation
    assert np.array_equal(again.even, page.even)
    assert len(again.solids) == len(page.solids)
    for a, b in zip(again.solids, page.solids, strict=True):
        assert a.rounded() == pytest.approx(b.rounded(), abs=0.02)


def test_pale_rules_of_a_table_are_no_back_of_the_sheet() -> None:
    page = np.full((1400, 1000), 255, np.uint8)
    for y in range(150, 1350, 60):
        page[y : y + 3, 100:900] = 170  # pale rules over the page, leaning as a sheet on the glass does
        cv2.putText(page, "Har kommunen en strategi", (120, y + 42), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 0, 2)
    for x in (100, 700, 800, 898):
        page[150:1293, x : x + 3] = 170
    turned = cv2.warpAffine(
        page, cv2.getRotationMatrix2D((500, 700), 0.5, 1), (1000, 1400), flags=cv2.INTER_LINEAR, borderValue=255
    )
    even = prepare(np.asarray(turned, dtype=np.uint8), 200).even
    rules = (even[200:1200, 130:680] < 250).mean(axis=1) > 0.9
    assert np.count_nonzero(np.diff(rules.astype(np.int8)) > 0) >= 12
