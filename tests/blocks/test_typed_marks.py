"""List marks that stand in the text: found by repetition and succession, never by a list of signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kompass_extract.blocks.layout import lay_out
from kompass_extract.blocks.plain_text import read_text_report
from kompass_extract.blocks.typed_marks import take_typed_marks
from kompass_extract.model.document import Form
from kompass_extract.words import cache
from kompass_extract.words.page_reader import PageReading, ReadStrip
from tests.support.strips import PITCH, lines, page, strip

TEXTS = ["Kommunen har en vision", "Dialog med invånarna", "Webbplatsen är tillgänglig"]


def marked(pages: Sequence[PageReading], *, named: bool = False) -> list[tuple[str, str]]:
    """Each line that has a mark: its sign and its text."""
    found = take_typed_marks(pages, lambda _: named)
    return [(s.line.sign, s.line.text) for one in found for s in one.strips if s.line.bullet is not None]


def listed(signs: Sequence[str], x: float = 70.0, top: float = 200.0) -> list[ReadStrip]:
    """One item a line, each with its sign."""
    return [
        strip(x, top + 2 * PITCH * n, f"{sign} {text}")
        for n, (sign, text) in enumerate(zip(signs, TEXTS, strict=False))
    ]


@pytest.mark.parametrize("signs", [["1.", "2.", "3."], ["1)", "2)", "3)"], ["a)", "b)", "c)"], ["(1)", "(2)", "(3)"]])
def test_a_number_is_a_mark_where_the_next_follows(signs: list[str]) -> None:
    assert marked([page(listed(signs))]) == list(zip(signs, TEXTS, strict=True))


@pytest.mark.parametrize("sign", ["→", "✓", "+", "–", "»", "¤"])
def test_a_sign_is_a_mark_where_it_comes_again_at_one_indent(sign: str) -> None:
    assert marked([page(listed([sign] * 3))]) == [(sign, text) for text in TEXTS]


def test_a_number_that_begins_a_sentence_is_no_mark() -> None:
    prose = lines(70, 200, ["Planen gäller från år", "2018. Den följs upp varje år av", "3. styrelsen och nämnderna."])
    assert marked([page(prose)]) == []


def test_a_dash_that_begins_a_line_of_prose_is_no_mark() -> None:
    texts = ["Målen är tydliga"] * 4 + ["– om än många – för alla"] + ["Målen är tydliga"] * 6 + ["– som i år – fler"]
    assert marked([page(lines(70, 200, texts))]) == []


def test_names_of_areas_keep_their_numbers() -> None:
    assert marked([page(listed(["1.", "2.", "3."]))], named=True) == []


def test_numbered_headings_keep_their_numbers() -> None:
    headings = [replace(one, stroke=0.22) for one in listed(["1.", "2.", "3."])]
    between = [strip(70, one.baseline + PITCH, "Här står löpande text under rubriken.") for one in headings]
    assert marked([page([*headings, *between])]) == []


def test_rows_of_a_table_keep_their_numbers() -> None:
    rows = listed(["1.", "2.", "3."])
    points = [strip(400, one.baseline, "15") for one in rows]
    assert marked([page([*rows, *points])]) == []


def test_a_list_goes_on_with_its_next_number_on_the_next_page() -> None:
    pages = [page(listed(["1.", "2.", "3."])), page([strip(70, 100, "4. Ledarna utvecklas")], number=2)]
    assert marked(pages)[-1] == ("4.", "Ledarna utvecklas")


def test_a_mark_apart_from_its_text_is_joined_to_it() -> None:
    apart = [s for n, text in enumerate(TEXTS) for s in lines_apart(200 + 2 * PITCH * n, "+", text)]
    found = take_typed_marks([page(apart)], lambda _: False)
    assert [(s.line.sign, s.line.text) for s in found[0].strips] == [("+", text) for text in TEXTS]


def lines_apart(baseline: float, sign: str, text: str) -> list[ReadStrip]:
    """A sign and its text as strips of their own."""
    return [strip(70, baseline, sign), strip(95, baseline, text)]


def test_a_typed_mark_is_no_part_of_an_item_and_parts_it_from_the_next() -> None:
    strips = [
        *lines(70, 200, ["1. Kommunen har en vision som är", "beslutad av fullmäktige."]),
        *lines(70, 200 + 2 * PITCH, ["2. Det finns ett system för dialog", "med invånarna."]),
    ]
    (made,) = lay_out([page(strips)])
    items = [block.text for block in made.blocks if block.form is Form.ITEM]
    assert items == [
        "Kommunen har en vision som är beslutad av fullmäktige.",
        "Det finns ett system för dialog med invånarna.",
    ]


def test_a_sign_is_kept_in_recorded_readings() -> None:
    (found,) = take_typed_marks([page(listed(["+"] * 3))], lambda _: False)
    assert cache.loads(cache.dumps(found)) == found


@pytest.mark.parametrize("marks", [["1.", "2.", "3.", "4."], ["a)", "b)", "c)", "d)"], ["→"] * 4, ["✓"] * 4, ["+"] * 4])
def test_marks_in_plain_text(marks: list[str], tmp_path: Path) -> None:
    texts = [*TEXTS, "Ledarna utvecklas"]
    head = "Område 3 Politisk styrning och kontroll\n\nAllmänt\nKommunen styrs av mål som följs upp.\n\nStyrkor\n"
    path = tmp_path / "report.txt"
    path.write_text(head + "\n".join(f"{mark} {text}" for mark, text in zip(marks, texts, strict=True)) + "\n")
    found = read_text_report(path).blocks
    assert [block.text for block in found if block.form is Form.ITEM] == texts


def test_a_number_that_begins_one_line_of_a_plain_list_stays(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text(
        "Område 3 Politisk styrning och kontroll\n\nStyrkor\n• Kommunen har mål\n• 12. mars firas varje år\n"
    )
    found = read_text_report(path).blocks
    assert [block.text for block in found if block.form is Form.ITEM] == ["Kommunen har mål", "12. mars firas varje år"]


def test_a_tick_set_without_a_space_is_a_mark_before_lower_case() -> None:
    strips = [strip(70, 200 + 2 * PITCH * n, f"✔{text.lower()}") for n, text in enumerate(TEXTS)]
    assert marked([page(strips)]) == [("✔", text.lower()) for text in TEXTS]


def test_a_large_score_beside_a_list_leaves_its_first_letter_a_mark() -> None:
    signs, score = ["a)", "b)", "c)"], strip(480, 203, "61", size=14.4)
    assert marked([page([*listed(signs), score])]) == list(zip(signs, TEXTS, strict=True))


def test_bare_numbers_that_follow_each_other_are_marks() -> None:
    assert marked([page(listed(["1", "2", "3", "4"]))]) == list(zip(["1", "2", "3", "4"], TEXTS, strict=False))


def test_numbers_that_begin_lines_of_a_text_are_words() -> None:
    assert marked([page(listed(["2", "3"]))]) == []
    assert marked([page(listed(["12", "3", "40"]))]) == []


def test_points_with_their_max_are_no_marks() -> None:
    cells = [strip(400, 200 + PITCH * n, f"{n} av 20") for n in range(1, 5)]
    assert marked([page(cells)]) == []
