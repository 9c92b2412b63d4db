"""Lines of a copier's glass go, whatever they run through; rules of a table stay."""

from __future__ import annotations

import numpy as np
import pytest

from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Gray, find_marks
from kompass_extract.pages.hairlines import without_hairlines
from kompass_extract.pages.image import prepare
from tests.support.drawn import SENTENCE, Sheet

DPI = 200


def text_page() -> Sheet:
    sheet = Sheet(dpi=DPI)
    for line in range(40):
        sheet.text(70 + 3.7 * line % 11, 100 + 15.4 * line, SENTENCE)
    return sheet


def with_line(gray: Gray, x: int, *, lean: int = 0, top: int = 0) -> Gray:
    """The page with a black line two pixels wide from ``top`` down, which leans by ``lean`` pixels over the page."""
    page = gray.copy()
    rows = np.arange(top, page.shape[0])
    places = x + lean * rows // page.shape[0]
    page[rows, places] = page[rows, places + 1] = 0
    return page


@pytest.mark.parametrize(("lean", "top"), [(0, 0), (14, 0), (-20, 300)])
def test_a_line_through_text_is_taken_out_and_the_text_stays(lean: int, top: int) -> None:
    clean = text_page().gray
    found = without_hairlines(with_line(clean, 700, lean=lean, top=top), DPI)
    extra = (found < 128) & (clean > 128)
    lost = (found > 128) & (clean < 128)
    assert lost.sum() < 0.002 * (clean < 128).sum()
    assert extra.sum() < 0.25 * 2 * (clean.shape[0] - top), "only beside letters"


def test_letters_on_a_line_are_letters_again() -> None:
    clean, lined = (find_marks(prepare(page, DPI).even, DPI) for page in _clean_and_lined())
    assert len(lined.runs) == len(clean.runs)
    assert lined.graphics == ()


def _clean_and_lined() -> tuple[Gray, Gray]:
    clean = text_page().gray
    return clean, with_line(with_line(clean, 600), 900)


def test_a_line_beside_the_text_from_edge_to_edge_is_taken_out() -> None:
    clean = text_page().gray
    assert (without_hairlines(with_line(clean, 150), DPI) == clean).all()


def test_rules_of_a_table_stay() -> None:
    sheet = Sheet(dpi=DPI)
    for row in range(20):
        sheet.rectangle(Box(60, 100 + 30 * row, 540, 100.6 + 30 * row))
        sheet.text(70, 120 + 30 * row, "The quick brown fox", 11)
        sheet.text(306, 120 + 30 * row, "jumps over it", 11)
    for x in (60, 300, 540):
        sheet.rectangle(Box(x, 100, x + 0.6, 670))
    page = sheet.gray
    assert without_hairlines(page, DPI) is page
