"""The real engines, each behind its interface: same words, boxes in the picture, clear words when one is missing."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompass_extract.errors import OcrFailedError, OcrMissingError, UsageError
from kompass_extract.model.geometry import Box, union
from kompass_extract.pages.components import Gray
from kompass_extract.pages.source import load_page, open_pdf, open_source
from kompass_extract.pages.text_layer import read_layer
from kompass_extract.words.engines import framing, ppocr
from kompass_extract.words.engines.base import LineReader, PictureWord
from kompass_extract.words.engines.ppocr import PaddleRecogniser
from kompass_extract.words.engines.registry import ReaderChoice
from kompass_extract.words.engines.tessdata import find_tessdata
from kompass_extract.words.engines.tesseract_command import CommandTesseract
from kompass_extract.words.engines.tesseract_inprocess import InProcessTesseract
from tests.support.drawn import Sheet

BORN_DIGITAL = Path(__file__).parents[2] / "gold" / "scans" / "hoganas-2018.born-digital.pdf"
DPI = 200
WHITE = np.full((40, 300), 255, np.uint8)


@lru_cache(maxsize=1)
def swedish_lines() -> tuple[tuple[str, Gray], ...]:
    """Three printed lines with Swedish letters: what they say and their pictures."""
    with open_pdf(BORN_DIGITAL) as document:
        words = read_layer(document, 6)
    by_line: dict[int, list[int]] = {}
    for index, word in enumerate(words):
        by_line.setdefault(round(word.baseline), []).append(index)
    gray = load_page(open_source(BORN_DIGITAL), 6, dpi=DPI).gray
    found = []
    for line in by_line.values():
        text = " ".join(words[index].text for index in line)
        if len(line) >= 6 and all(sign in text for sign in "äö") and "%" not in text and "•" not in text:
            box = union(words[index].box for index in line).grown(2.5).in_pixels(DPI / 72)
            picture = gray[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)]
            found.append((text, np.ascontiguousarray(picture)))
    return tuple(found[:3])


@pytest.fixture(scope="module", params=["tesserocr", "pytesseract"])
def reader(request: pytest.FixtureRequest) -> LineReader:
    return ReaderChoice(request.param, second_reader=False, lexicon=None)().lines


@pytest.mark.ocr
def test_swedish_lines_are_read_word_by_word(reader: LineReader) -> None:
    lines = swedish_lines()
    assert len(lines) == 3
    read = reader.read([picture for _, picture in lines], dpi=DPI, timeout=30)
    assert [" ".join(word.text for word in words) for words in read] == [text for text, _ in lines]
    for words, (_, picture) in zip(read, lines, strict=True):
        height, width = picture.shape
        assert [word.box.x0 for word in words] == sorted(word.box.x0 for word in words)
        for word in words:
            assert -1 <= word.box.x0 < word.box.x1 <= width + 1
            assert -1 <= word.box.y0 < word.box.y1 <= height + 1
            assert 0.5 < word.confidence <= 1


@pytest.mark.ocr
def test_both_engines_give_the_same_words_in_the_same_places() -> None:
    pictures = [picture for _, picture in swedish_lines()]
    engines = (InProcessTesseract("swe"), CommandTesseract("swe"))
    inside, command = (engine.read(pictures, dpi=DPI, timeout=30) for engine in engines)
    for a, b in zip(inside, command, strict=True):
        assert [word.text for word in a] == [word.text for word in b]
        for one, other in zip(a, b, strict=True):
            assert (one.box.x0, one.box.x1) == pytest.approx((other.box.x0, other.box.x1), abs=8)


@pytest.mark.ocr
def test_white_paper_is_read_as_nothing_to_rely_on(reader: LineReader) -> None:
    assert reader.read([], dpi=DPI, timeout=5) == []
    read = reader.read([WHITE, WHITE], dpi=DPI, timeout=20)
    assert len(read) == 2
    assert all(word.confidence < 0.2 for words in read for word in words), "noise is known for noise"


@pytest.mark.ocr
def test_engines_say_who_they_are(reader: LineReader) -> None:
    assert reader.name in ("tesserocr", "pytesseract")
    assert reader.languages == "swe"
    assert reader.version[0].isdigit()


@pytest.mark.parametrize("engine", ["tesserocr", "pytesseract"])
def test_the_record_names_the_readers_without_loading_them(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    choice = ReaderChoice(engine, lexicon=None)
    readers = choice()
    assert readers.cells is not None
    for name in ("_lines", "_cells"):
        monkeypatch.setattr(ReaderChoice, name, lambda *_: pytest.fail("a reader was loaded"))
    record = choice.record(200)
    assert (record.engine, record.version, record.languages, record.dpi) == (
        readers.lines.name, readers.lines.version, readers.lines.languages, 200
    )  # fmt: skip
    assert record.second_reader == f"{readers.cells.name} {readers.cells.version}"


@pytest.mark.parametrize("engine", [InProcessTesseract, CommandTesseract])
def test_time_that_is_up_fails_the_page(engine: type[LineReader]) -> None:
    with pytest.raises(OcrFailedError, match=r"more .*than"):
        engine().read([swedish_lines()[0][1]], dpi=DPI, timeout=0)


def test_a_command_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import pytesseract

    reader = CommandTesseract()
    hanging = tmp_path / "tesseract"
    hanging.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    hanging.chmod(0o755)
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", str(hanging))
    with pytest.raises(OcrFailedError, match="more time than a page is given"):
        reader.read([swedish_lines()[0][1]], dpi=DPI, timeout=0.5)


@pytest.mark.ocr
def test_the_command_is_started_once_for_all_lines_and_once_more_for_the_doubtful(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clear = [picture for _, picture in swedish_lines()]
    noise = np.random.default_rng(4).choice(np.array([0, 255], np.uint8), (40, 300))
    reader, starts = CommandTesseract(), []
    read_files = CommandTesseract._read_files

    def counted(self: CommandTesseract, pictures: list[Gray], *more: object) -> list[list[PictureWord]]:
        starts.append(len(pictures))
        return read_files(self, pictures, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(CommandTesseract, "_read_files", counted)
    assert all(reader.read(clear, dpi=DPI, timeout=30))
    assert starts == [len(clear)]
    starts.clear()
    reader.read([clear[0], noise, clear[1]], dpi=DPI, timeout=30)
    assert starts == [3, 2], "the doubtful line in two other ways, together"


@pytest.mark.parametrize("way", [framing.small, framing.usual, framing.enlarged])
def test_a_framed_line_gives_its_words_back_in_the_lines_own_pixels(way: Callable[[Gray], framing.Framed]) -> None:
    picture = np.full((50, 400), 255, np.uint8)
    picture[15:35, 60:120] = 0  # two words of ink
    picture[15:35, 150:300] = 0
    framed = way(picture)
    ink = framed.picture < 160
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    gap = int(columns[np.argmax(np.diff(columns))])
    top, bottom = float(rows[0]), float(rows[-1]) + 1
    found = (
        PictureWord("en", Box(float(columns[0]), top, gap + 1.0, bottom), 0.9),
        PictureWord("två", Box(gap + 30.0, top, float(columns[-1]) + 1, bottom), 0.9),
    )
    first, second = framed.back(found)
    assert (first.box.x0, first.box.y0, first.box.x1, first.box.y1) == pytest.approx((60, 15, 120, 35), abs=2)
    assert (second.box.x1, second.box.y1) == pytest.approx((300, 35), abs=2)
    assert framed.raw is (way is framing.small)


def test_a_line_without_ink_is_not_shown_small() -> None:
    assert framing.small(WHITE) is None


@pytest.mark.parametrize("engine", [InProcessTesseract, CommandTesseract])
def test_a_missing_language_says_what_to_install(engine: type[LineReader]) -> None:
    with pytest.raises(OcrMissingError, match=r"apt-get install tesseract-ocr .*tesseract-ocr-swe") as caught:
        engine("xyz")  # type: ignore[call-arg]
    assert "xyz.traineddata" in str(caught.value)
    assert caught.value.exit_code == 16


def test_the_models_folder_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "qqq.traineddata").touch()
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert find_tessdata("qqq") == tmp_path
    with pytest.raises(OcrMissingError, match=r"qqq.traineddata and zzz.traineddata"):
        find_tessdata("qqq+zzz")


def test_a_missing_program_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import pytesseract

    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", str(tmp_path / "none"))
    with pytest.raises(OcrMissingError, match="apt-get install"):
        CommandTesseract()


def test_an_unknown_engine_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="Choose one of auto, tesserocr, pytesseract"):
        ReaderChoice("finereader", lexicon=None)()


def cell(text: str, dpi: int = 200, size: float = 11.0) -> Gray:
    """A number cell as it is cut out of a page."""
    sheet = Sheet(90, 16, dpi=dpi)
    end = sheet.text(3, 12, text, size)
    return np.ascontiguousarray(sheet.gray[:, : int((end + 3) * dpi / 72)])


@pytest.fixture(scope="module")
def recogniser() -> PaddleRecogniser:
    return PaddleRecogniser()


@pytest.mark.ocr
@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_the_second_reader_reads_numbers_and_percent_signs(recogniser: PaddleRecogniser, dpi: int) -> None:
    wanted = ["87%", "100", "5", "12", "63%"]
    read = recogniser.read_cells([cell(text, dpi) for text in wanted])
    assert [reading.text for reading in read] == wanted
    for reading in read:
        assert 0.5 < reading.weakest <= reading.confidence <= 1


@pytest.mark.ocr
def test_the_second_reader_knows_swedish_letters_and_gives_nothing_for_white(recogniser: PaddleRecogniser) -> None:
    text, picture = swedish_lines()[0]
    blank, line = recogniser.read_cells([WHITE, picture])
    assert (blank.text, blank.confidence, blank.weakest) == ("", 0.0, 0.0)
    assert line.text.replace(" ", "") == text.replace(" ", "")
    assert recogniser.read_cells([]) == []


@given(st.lists(st.integers(48, 9000), max_size=60))
def test_batches_hold_every_picture_once_and_stay_small(widths: list[int]) -> None:
    batches = list(ppocr._batches(widths))
    assert sorted(index for batch in batches for index in batch) == list(range(len(widths)))
    for batch in batches:
        padded = len(batch) * max(widths[index] for index in batch)
        assert len(batch) == 1 or (len(batch) <= ppocr.BATCH and padded <= ppocr.BATCH_PX)


def test_a_wheel_without_its_model_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kompass_extract.words.engines.ppocr.find_spec", lambda name: None)
    with pytest.raises(OcrMissingError, match="make install"):
        PaddleRecogniser()


@pytest.mark.ocr
@pytest.mark.parametrize("spots", [1, 2, 5, 9])
def test_ink_that_is_no_text_is_read_without_failing(spots: int) -> None:
    picture = np.full((30, 200), 255, np.uint8)
    for spot in range(spots):
        picture[12 + spot % 3 : 14 + spot % 3, 10 + 20 * spot : 13 + 20 * spot] = 0
    (words,) = InProcessTesseract().read([picture], dpi=DPI, timeout=20)
    assert all(0 <= word.box.x0 <= word.box.x1 <= 200 for word in words)


def test_a_line_without_words_has_no_gaps_to_lie_between() -> None:
    assert framing._between_gaps((), np.array([3, 4, 9]), 20) == ()
