"""What a reader of a PDF page does not see is not in its text, and what they see is, whatever was done to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest

from kompass_extract.pages.layer_verdict import judge_seen
from kompass_extract.pages.pdf_page import page_objects
from kompass_extract.pages.seen_text import SeenText, page_picture, see_text
from kompass_extract.pages.text_layer import LayerWord, seen_words
from kompass_extract.words.engines.ppocr import PaddleRecogniser
from kompass_extract.words.glyph_check import shown_digits, with_shown_digits
from tests.support import trouble_files as make
from tests.support.drawn import A4, pdf_bytes

REPORT = Path(__file__).parent.parent.parent / "gold" / "scans" / "hoganas-2018.born-digital.pdf"
TABLES = 24  # a page of score tables
PROSE = 8


def opened(data: bytes, number: int = 1) -> SeenText:
    document = pdfium.PdfDocument(data)
    document.init_forms()
    text = see_text(document, number)
    assert text is not None
    return text


def words_of(data: bytes, number: int = 1) -> tuple[LayerWord, ...]:
    return seen_words(opened(data, number))


@cache
def base(number: int) -> bytes:
    return make.only(REPORT, number)


@cache
def base_words(number: int) -> tuple[LayerWord, ...]:
    return words_of(base(number))


def same(words: Sequence[LayerWord], others: Sequence[LayerWord], *, places: bool = True) -> None:
    assert [word.text for word in words] == [word.text for word in others]
    if places:
        for word, other in zip(words, others, strict=True):
            assert word.box.rounded() == pytest.approx(other.box.rounded(), abs=0.7)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[int], Path]:
    def written(number: int) -> Path:
        path = tmp_path / f"page-{number}.pdf"
        path.write_bytes(base(number))
        return path

    return written


UNSEEN = {
    "invisible render mode": make.above(make.text_at("3 Tr 99", 377, 500).replace(b"(3 Tr 99)", b"3 Tr (99)")),
    "white on white": make.above(make.text_at("98", 300, 60, before="1 g")),
    "outside the page": make.above(make.text_at("97 beyond", -80, 400)),
    "below an image's white": make.below(make.text_at("96", 300, 60) + b" q 1 g 280 50 80 40 re f Q"),
    "switched off": make.in_layer_switched_off(make.text_at("95 94 93", 300, 60)),
    "switched off over print": make.in_layer_switched_off(make.text_at("92 91 90 89 88", 200, 500)),
}
TURNED = {
    "watermark": make.below(make.text_at("UTKAST", 120, 180, angle=45, size=120, before=".8 g")),
    "steep watermark over the text": make.above(make.text_at("KOPIA", 150, 150, angle=62, size=140, before=".85 g")),
    "line up the left margin": make.above(make.text_at("Diarienr KS 2019/88 inkom 2019-02-11", 20, 200, angle=90)),
    "line down the right margin": make.above(make.text_at("Registrator 2020-01-07 sid 3", 580, 700, angle=-90)),
    "stamp at an angle": make.above(make.text_at("INKOM 2019-03-04", 90, 640, angle=9, size=16, before="1 0 0 rg")),
}


@pytest.mark.parametrize("name", [*UNSEEN, *TURNED])
@pytest.mark.parametrize("number", [PROSE, TABLES])
def test_what_is_not_seen_or_does_not_stand_upright_is_not_text(
    name: str, number: int, file: Callable[[int], Path]
) -> None:
    data = make.changed(file(number), {**UNSEEN, **TURNED}[name])
    text = opened(data)
    same(seen_words(text), base_words(number))
    assert judge_seen(text) is None
    assert text.rotation == 0
    if name in TURNED:
        assert np.abs(text.picture.astype(int) - opened(base(number)).picture).mean() < 0.5, "nor in the picture"


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_turned_content_is_read_upright(angle: int, file: Callable[[int], Path]) -> None:
    text = opened(make.changed(file(TABLES), make.turned(angle)))
    same(seen_words(text), base_words(TABLES))
    assert text.rotation == angle


BOXES = {
    "crop larger than the medium": make.boxed(crop=(-30, -40, 625, 882)),
    "reversed boxes": make.boxed(media=(594.96, 841.92, 0, 0)),
    "medium not at the origin": make.boxed(media=(60, 60, 654.96, 901.92), move=60),
    "crop within a larger medium": make.boxed(media=(0, 0, 700, 950), crop=(50, 50, 644.96, 891.92), move=50),
}


@pytest.mark.parametrize("name", BOXES)
def test_page_boxes_are_as_the_specification_says(name: str, file: Callable[[int], Path]) -> None:
    same(words_of(make.changed(file(PROSE), BOXES[name])), base_words(PROSE))


def test_an_inherited_crop_box_is_the_pages(file: Callable[[int], Path]) -> None:
    same(words_of(make.with_inherited_crop(file(PROSE), 60)), base_words(PROSE))


def test_an_annotation_is_read_in_place_of_what_it_covers(file: Callable[[int], Path]) -> None:
    covered = next(word for word in base_words(TABLES) if word.text == "13")
    box = covered.box
    rect = (box.x0 - 3, 841.92 - box.y1 - 3, box.x1 + 5, 841.92 - box.y0 + 3)
    words = words_of(make.changed(file(TABLES), make.annotated("19", rect)))
    there = [word.text for word in words if abs(word.box.center_y - box.center_y) < 4 and word.box.x1 > rect[0]]
    assert "19" in there
    assert "13" not in there


def test_what_is_typed_into_a_form_is_read(file: Callable[[int], Path]) -> None:
    words = words_of(make.with_form_field(file(PROSE), "Anna Svensson, SKL", (80, 20, 400, 44)))
    assert [word.text for word in words if word.box.y0 > 790][:3] == ["Anna", "Svensson,", "SKL"]


def test_letters_drawn_twice_are_there_once(file: Callable[[int], Path]) -> None:
    twice = make.text_at("Styrkor 47", 80, 40) + b" " + make.text_at("Styrkor 47", 80.3, 40)
    words = words_of(make.changed(file(PROSE), make.above(twice)))
    assert [word.text for word in words if word.box.y0 > 780][-2:] == ["Styrkor", "47"]


def test_letters_too_narrow_to_lie_over_their_shadow_are_there_once(tmp_path: Path) -> None:
    line, heights = "Kommunen har tillit till alla lilla titlar", range(600, 720, 20)

    def shadowed(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.Resources.Font[make.FONT].BaseFont = pikepdf.Name.Helvetica  # of an l with serifs more overlaps
        shadow = [make.text_at(line, 80.8, y - 0.8, before=".6 g") for y in heights]
        make.above(b" ".join([*shadow, *(make.text_at(line, 80, y) for y in heights)]))(pdf, page)

    (tmp_path / "empty.pdf").write_bytes(pdf_bytes([A4]))
    words = words_of(make.changed(tmp_path / "empty.pdf", shadowed))
    assert [word.text for word in words] == line.split() * len(heights)


@pytest.mark.parametrize("apart", [0.6, 1.5, 3.0])
@pytest.mark.parametrize("first", [True, False], ids=["below", "above"])
def test_a_shadow_of_letters_placed_one_by_one_is_left_out(tmp_path: Path, apart: float, first: bool) -> None:
    line, heights = "Styrkor tillit 47", range(600, 720, 20)

    def spread(x: float, y: float, before: str) -> bytes:
        return b" ".join(make.text_at(sign, x + 7 * place, y, before=before) for place, sign in enumerate(line))

    shadow = [spread(80 + apart, y - apart, ".7 g") for y in heights]
    text = [spread(80, y, "0 g") for y in heights]
    (tmp_path / "empty.pdf").write_bytes(pdf_bytes([A4]))
    drawn = [*shadow, *text] if first else [*text, *shadow]
    words = words_of(make.changed(tmp_path / "empty.pdf", make.above(b" ".join(drawn))))
    assert "".join(word.text for word in words) == line.replace(" ", "") * len(heights)


def test_a_watermark_that_the_next_page_has_too_is_left_out(tmp_path: Path) -> None:
    mark = make.text_at("KOPIA", 150, 400, size=90, before=".8 g")
    (tmp_path / "pages.pdf").write_bytes(make.only(REPORT, PROSE, PROSE + 1))
    same(words_of(make.changed(tmp_path / "pages.pdf", make.above(mark))), base_words(PROSE))
    (tmp_path / "twice.pdf").write_bytes(make.only(REPORT, PROSE, PROSE))
    words = words_of(make.changed(tmp_path / "twice.pdf", make.above(make.text_at("345", 450, 40, size=40))))
    assert "345" in [word.text for word in words], "a page scanned twice has all its letters at their places"


def test_print_that_nobody_can_read_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_bytes(base(PROSE))
    tiny = b" ".join(make.text_at("Kommunen har 12 mål", 120, y, size=0.6) for y in range(300, 700, 20))
    same(words_of(make.changed(tmp_path / "page.pdf", make.above(tiny))), base_words(PROSE))


def test_a_box_that_cuts_words_is_not_the_page_s(tmp_path: Path) -> None:
    (tmp_path / "pages.pdf").write_bytes(make.only(REPORT, PROSE, TABLES))
    cut = make.changed(tmp_path / "pages.pdf", make.boxed(crop=(0, 0, 450, 842)))
    same(words_of(cut), base_words(PROSE))
    same(words_of(cut, 2), base_words(TABLES))


def test_a_layer_whose_lines_lean_is_read_anew(tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_bytes(base(PROSE))

    def leaning(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.contents_add(pdf.make_stream(b"q .9998 .02 -.02 .9998 0 0 cm"), prepend=True)
        page.contents_add(pdf.make_stream(b"Q"), prepend=False)

    verdict = judge_seen(opened(make.changed(tmp_path / "page.pdf", leaning)))
    assert verdict is not None
    assert "lean by" in verdict.reason


@pytest.mark.parametrize("swapped", ["56", "38", "17"])
def test_a_font_that_says_one_digit_for_another_is_found_out(swapped: str, file: Callable[[int], Path]) -> None:
    text = opened(make.with_digits_swapped(file(TABLES), *swapped))
    shown = shown_digits(text, PaddleRecogniser(), {})
    says = {index: chr(text.characters.codes[index]) for index in shown}
    one, other = swapped
    assert {(says[index], digit) for index, digit in shown.items()} == {(one, other), (other, one)}
    same(seen_words(with_shown_digits(text, shown)), base_words(TABLES))


def test_digits_of_another_width_are_the_same_digits(file: Callable[[int], Path]) -> None:
    same(words_of(make.with_signs_said(file(TABLES), {"7": "\uff17"})), base_words(TABLES))


def test_a_glyph_without_a_character_amid_numbers_is_found_out(file: Callable[[int], Path]) -> None:
    assert judge_seen(opened(base(TABLES))) is None
    verdict = judge_seen(opened(make.with_signs_said(file(TABLES), {"7": None})))
    assert verdict is not None
    assert not verdict.use
    assert "have no character" in verdict.reason


def test_honest_fonts_pass_and_are_looked_at_once(file: Callable[[int], Path]) -> None:
    text = opened(base(TABLES))
    known: dict = {}
    reader = PaddleRecogniser()
    assert shown_digits(text, reader, known) == {}
    assert known

    class Refusing:
        def read_cells(self, pictures: Sequence[np.ndarray]) -> list:
            raise AssertionError("every glyph is known already")

    assert shown_digits(text, Refusing(), known) == {}


@pytest.mark.parametrize("clipped", [False, True])
@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("strips", [1, 2, 7])
def test_a_picture_over_the_text_makes_it_a_scan(
    strips: int, nested: bool, clipped: bool, file: Callable[[int], Path]
) -> None:
    picture = page_picture(opened(base(PROSE)).page, 72)
    data = make.changed(file(PROSE), make.as_scan(picture, strips=strips, nested=nested, clipped=clipped))
    text = opened(data)
    assert page_objects(text.page).image_cover > 0.98
    assert not text.seen.any()
    verdict = judge_seen(text)
    assert verdict is not None
    assert "earlier OCR" in verdict.reason


def test_a_patch_over_a_number_has_the_page_read_anew(file: Callable[[int], Path]) -> None:
    box = next(word.box for word in base_words(TABLES) if word.text == "13")
    shape = f"{box.x0 + 1} {841.92 - box.y1} m {box.x1} {841.92 - box.y0} l S"
    white = f"1 g {box.x0 - 2} {841.92 - box.y1 - 2} {box.width + 4} {box.height + 4} re f 0 G 1.5 w {shape}"
    text = opened(make.changed(file(TABLES), make.above(f"q {white} Q".encode())))
    verdict = judge_seen(text)
    assert verdict is not None
    assert "printed over" in verdict.reason
