"""One page read: upright whichever way it lay, twice where it pays, and a failure where the reader fails."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kompass_extract.errors import OcrFailedError
from kompass_extract.model.document import PageKind, Word
from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Gray
from kompass_extract.pages.source import open_source
from kompass_extract.settings import ReadingSettings
from kompass_extract.words.engines.base import CellReader, LineReader, PictureWord, RecognisedCell
from kompass_extract.words.fusion import Look, looks_wanted, merge_readings, merge_word
from kompass_extract.words.page_reader import PageReading, Readers, ReadStrip, _is_ghost, read_page, without_scribble
from tests.support.drawn import Sheet
from tests.support.readers import EmptyReader, FailingReader, FootedReader, RecordedCells, RecordedReader, WidthReader
from tests.support.strips import strip

SETTINGS = ReadingSettings()
BOX = Box(0, 0, 40, 10)
BORN_DIGITAL = Path(__file__).parents[2] / "gold" / "scans" / "hoganas-2018.born-digital.pdf"


def read(
    sheet: Sheet, folder: Path, reader: LineReader, cells: CellReader | None = None, quarters: int = 0
) -> PageReading:
    """A drawn page as it is read, turned counter-clockwise by ``quarters`` before."""
    Image.fromarray(np.rot90(sheet.gray, quarters)).save(folder / "page.png", dpi=(sheet.dpi, sheet.dpi))
    return read_page(open_source(folder / "page.png"), 1, lambda: Readers(reader, cells), SETTINGS)


def page_of(text: str = "LL LLL LLLL LLLL LLL LLLLL LLLL", lines: int = 8) -> Sheet:
    sheet = Sheet(420, 595, dpi=150)
    sheet.paragraph(50, 80, lines, text=text)
    return sheet


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_turned_page_is_read_upright(quarters: int, tmp_path: Path) -> None:
    reading = read(page_of(), tmp_path, FootedReader(), quarters=quarters)
    assert reading.rotation == 90 * quarters
    assert {strip.line.text for strip in reading.strips} == {"LLLL"}
    assert len(reading.strips) == 8
    first = min(reading.strips, key=lambda strip: strip.baseline)
    assert first.baseline == pytest.approx(80, abs=1.5)
    assert first.line.box.x0 == pytest.approx(50, abs=2)
    assert (reading.width, reading.height) == pytest.approx((420, 595), abs=1)


def test_a_page_that_reads_badly_either_way_stays_as_it_is(tmp_path: Path) -> None:
    reading = read(page_of(), tmp_path, WidthReader(confidence=0.4))
    assert reading.rotation == 0
    assert len(reading.strips) == 8


class Faint(FootedReader):
    """Reads letters that stand on their feet as surely as ``confidence``, all others by 0.2 less."""

    def line(self, picture: Gray, index: int) -> tuple[PictureWord, ...]:
        (word,) = super().line(picture, index)
        return (replace(word, confidence=self.confidence - (0.0 if word.text == "LLLL" else 0.2)),)


@pytest.mark.parametrize(("confidence", "rotation"), [(0.4, 0), (0.7, 180)])
def test_only_a_page_that_can_be_read_is_turned_on_its_feet(confidence: float, rotation: int, tmp_path: Path) -> None:
    assert read(page_of(), tmp_path, Faint(confidence=confidence), quarters=2).rotation == rotation


def test_no_line_is_read_twice(tmp_path: Path) -> None:
    reader = WidthReader()
    read(page_of(), tmp_path, reader)
    assert sum(reader.calls) == 8


def test_a_reader_that_sees_nothing_gives_an_empty_page(tmp_path: Path) -> None:
    reading = read(page_of(), tmp_path, EmptyReader())
    assert reading.strips == ()
    assert reading.failure is None
    assert reading.kind is PageKind.SCANNED


def test_a_blank_page_needs_no_reading(tmp_path: Path) -> None:
    reading = read(Sheet(200, 300, dpi=100), tmp_path, EmptyReader())
    assert (reading.strips, reading.failure) == ((), None)


def test_a_readers_failure_is_the_pages(tmp_path: Path) -> None:
    reading = read(page_of(), tmp_path, FailingReader())
    assert reading.failure == "Tesseract gave up on a line."
    assert reading.strips == ()
    assert (reading.width, reading.height) == pytest.approx((420, 595), abs=1)
    with pytest.raises(ZeroDivisionError):
        read(page_of(), tmp_path, FailingReader(error=ZeroDivisionError()))


def test_words_stand_where_their_ink_is(tmp_path: Path) -> None:
    sheet = Sheet(420, 300, dpi=200)
    end = sheet.text(50, 100, "left words here")
    reading = read(sheet, tmp_path, RecordedReader(lines=[[("left", 0.9), ("words", 0.8), ("here", 1.7)]]))
    (strip,) = reading.strips
    assert strip.line.text == "left words here"
    assert strip.line.box.rounded(0) == pytest.approx([50, 91.5, end, 100.5], abs=1.5)
    assert strip.line.words[0].box.x0 >= 45
    assert strip.line.words[-1].box.x1 <= end + 6
    assert strip.line.words[-1].confidence == 1.0, "confidences are held within 0..1"


def test_short_strips_and_doubtful_words_are_read_twice(tmp_path: Path) -> None:
    sheet = Sheet(420, 300, dpi=150)
    sheet.text(50, 80, "a long line of text that is read once with one doubt")
    sheet.text(50, 120, "87%")
    cells = RecordedCells([RecognisedCell("87%", 0.99, 0.98)])
    lines = [[("long", 0.95), ("doubt", 0.5)], [("8790", 0.6)]]
    reading = read(sheet, tmp_path, RecordedReader(lines=lines), cells)
    assert len(cells.seen) == 2
    long, short = sorted(reading.strips, key=lambda strip: strip.baseline)
    assert [(word.text, word.alternatives) for word in long.line.words] == [("long", ()), ("doubt", ("87%",))]
    (number,) = short.line.words
    assert (number.text, number.raw) == ("87%", "8790")
    assert number.confidence > 0.95


def test_what_is_looked_at_twice() -> None:
    words = (Word("sure", BOX, 0.95), Word("doubt", BOX, 0.6))
    assert looks_wanted(3, 5.0, words, SETTINGS) == [Look(3)]
    assert looks_wanted(3, 30.0, words, SETTINGS) == [Look(3, 1)]
    assert looks_wanted(3, 30.0, (), SETTINGS) == [Look(3)]
    assert looks_wanted(3, 30.0, words[:1], SETTINGS) == []


def test_readers_that_agree_on_a_number_make_it_surer() -> None:
    (word,) = merge_readings((Word("100", BOX, 0.7),), RecognisedCell("100", 0.97, 0.9), BOX, SETTINGS)
    assert (word.text, word.raw, word.alternatives) == ("100", None, ())
    assert word.confidence == pytest.approx(1 - 0.1 * 0.65)


@pytest.mark.parametrize("misread", ["8790", "87", "87N", "87 %"])
def test_the_percent_sign_comes_from_the_second_reader(misread: str) -> None:
    (word,) = merge_readings((Word(misread, BOX, 0.6),), RecognisedCell("87%", 0.97, 0.95), BOX, SETTINGS)
    assert word.text == "87%"
    assert word.raw == misread
    assert word.confidence > 0.95
    assert word.alternatives == ()


@pytest.mark.parametrize(("weakest", "sure"), [(0.97, True), (0.6, False)])
def test_readers_that_disagree_keep_both_numbers(weakest: float, sure: bool) -> None:
    (word,) = merge_readings((Word("81", BOX, 0.9),), RecognisedCell("87", 0.98, weakest), BOX, SETTINGS)
    assert (word.text, word.raw, word.alternatives) == ("87", "81", ("81",))
    assert (word.confidence > 0.9) is sure
    assert word.confidence < weakest


def test_words_keep_the_other_reading_where_it_differs() -> None:
    first = (Word("för", BOX, 0.8), Word("invanare", BOX, 0.7), Word("i", BOX, 0.9))
    merged = merge_readings(first, RecognisedCell("för invånare i", 0.9, 0.8), BOX, SETTINGS)
    assert [word.text for word in merged] == ["för", "invanare", "i"]
    assert [word.alternatives for word in merged] == [(), ("invånare",), ()]
    assert merged[0].confidence > 0.8
    assert merged[1].confidence == 0.7
    zero = merge_readings((Word("0", BOX, 0.8),), RecognisedCell("O", 0.9, 0.9), BOX, SETTINGS)
    assert [(word.text, word.alternatives) for word in zero] == [("0", ("O",))]
    split = merge_readings(first[:2], RecognisedCell("förinvånare", 0.9, 0.8), BOX, SETTINGS)
    assert [word.alternatives for word in split] == [("förinvånare",), ("förinvånare",)]


def test_one_reader_alone_is_taken_with_care() -> None:
    (word,) = merge_readings((), RecognisedCell("12", 0.9, 0.9), BOX, SETTINGS)
    assert (word.text, word.box) == ("12", BOX)
    assert word.confidence == pytest.approx(0.54)
    first = (Word("tolv", BOX, 0.9),)
    assert merge_readings(first, RecognisedCell("", 0.0, 0.0), BOX, SETTINGS) == first


@given(st.text("abcåäö", min_size=1, max_size=6), st.text("abcåäö", max_size=6), st.floats(0, 1), st.floats(0, 1))
def test_a_word_read_twice_is_never_lost(first: str, second: str, a: float, b: float) -> None:
    word = merge_word(Word(first, BOX, a), RecognisedCell(second, b, b))
    assert word.text == first
    assert 0 <= word.confidence <= 1
    assert (second in word.alternatives) is (second not in ("", first))
    assert word.confidence >= a - 1e-9


def test_a_page_with_a_good_text_layer_is_not_read_by_ocr() -> None:
    source = open_source(BORN_DIGITAL)
    reading = read_page(source, 6, lambda: Readers(FailingReader(), None), SETTINGS)
    assert reading.kind is PageKind.BORN_DIGITAL
    assert "text layer used" in reading.decision
    assert len(reading.strips) > 10
    assert all(word.confidence == 1.0 for strip in reading.strips for word in strip.line.words)


def test_a_layer_in_another_language_is_not_trusted() -> None:
    source = open_source(BORN_DIGITAL)
    reading = read_page(source, 6, lambda: Readers(WidthReader(), None, lambda word: False), SETTINGS)
    assert reading.kind is PageKind.SCANNED
    assert "Swedish" in reading.decision
    with pytest.raises(OcrFailedError):
        FailingReader().read([np.zeros((9, 9), np.uint8)], dpi=100, timeout=1)


@pytest.mark.parametrize(
    ("text", "height", "confidence", "ghost"),
    [
        ("=", 13.0, 0.4, True),
        ("-", 12.0, 0.1, True),
        ("-", 1.0, 0.3, False),
        ("–", 12.0, 0.9, False),
        ("i", 12.0, 0.2, False),
    ],
)
def test_a_dash_without_ink_is_no_word(text: str, height: float, confidence: float, ghost: bool) -> None:
    assert _is_ghost(Word(text, Box(0, 0, 4, height), confidence), 7.2) is ghost


def test_a_sign_that_the_first_reader_lacks_is_the_seconds() -> None:
    first = (Word("YA", Box(0, 0, 6, 6), 0.4),)
    (merged,) = merge_readings(first, RecognisedCell("%", 0.97, 0.97), Box(0, 0, 6, 6), ReadingSettings())
    assert (merged.text, merged.raw) == ("%", "YA")


def test_what_is_hardly_read_beside_the_text_is_dropped_and_nothing_else() -> None:
    text = [strip(80, 100 + 14 * n, "kommunen har en tydlig vision") for n in range(3)]
    hole = strip(14, 120, "rr", confidence=0.18)
    number = strip(560, 800, "12", confidence=0.9)
    inside = strip(90, 300, "rr", confidence=0.18)
    assert without_scribble([*text, hole, number, inside], 8.0) == (*text, number, inside)
    assert without_scribble([hole], 8.0) == (hole,), "nothing shows where the text is"


def test_dirt_among_the_lines_is_told_by_its_height() -> None:
    text = [strip(80, 100 + 14 * n, "kommunen har en tydlig vision") for n in range(3)]
    speck, number, dash = (strip(90, 300, sign, confidence=0.4) for sign in ("8", "7", "–"))
    speck, dash = (_as_high(one, height) for one, height in ((speck, 4.0), (dash, 1.0)))
    assert without_scribble([*text, speck, number, dash], 8.0) == (*text, number, dash)


def _as_high(one: ReadStrip, height: float) -> ReadStrip:
    box = one.line.box
    return replace(one, line=replace(one.line, box=Box(box.x0, box.y0, box.x1, box.y0 + height)))


def test_a_doubtful_number_between_sure_ones_is_kept_where_no_long_line_reaches() -> None:
    rows = [
        strip(100, 100, "Samverkan för effektivitet"),
        strip(440, 100, "35", confidence=0.4),
        strip(500, 100, "100", confidence=0.97),
        strip(580, 100, "?", confidence=0.3),
    ]
    assert [kept.line.text for kept in without_scribble(rows, 8.0)] == ["Samverkan för effektivitet", "35", "100"]


@pytest.mark.parametrize(("space", "texts"), [(20.0, ["22", "25"]), (1.5, ["2225"])])
def test_two_numbers_far_apart_stay_two_where_the_second_reader_sees_no_space(space: float, texts: list[str]) -> None:
    left, right = Box(0, 0, 10, 7), Box(10 + space, 0, 20 + space, 7)
    merged = merge_readings(
        (Word("22", left, 0.9), Word("25", right, 0.9)), RecognisedCell("2225", 0.9, 0.9), BOX, SETTINGS
    )
    assert [word.text for word in merged] == texts


def test_a_dot_after_a_number_is_no_disagreement() -> None:
    (word,) = merge_readings((Word("35", BOX, 0.9),), RecognisedCell("35.", 0.9, 0.73), BOX, SETTINGS)
    assert word.confidence > 0.8
    assert word.raw == "35"
