"""The real engines, each behind its interface: same words, boxes in the picture, clear words when one is missing."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from kompass_extract.engines import ReaderChoice
from kompass_extract.errors import OcrFailedError, OcrMissingError, UsageError
from kompass_extract.geometry import union
from kompass_extract.ink import Gray
from kompass_extract.ocr import tesseract_inprocess
from kompass_extract.ocr.base import LineReader
from kompass_extract.ocr.ppocr import PaddleRecogniser
from kompass_extract.ocr.tessdata import find_tessdata
from kompass_extract.ocr.tesseract_command import CommandTesseract
from kompass_extract.ocr.tesseract_inprocess import InProcessTesseract
from kompass_extract.scan import load_page, open_pdf, open_source
from kompass_extract.textlayer import read_layer
from tests.drawn import Sheet

BORN_DIGITAL = Path(__file__).parent.parent / "gold" / "scans" / "hoganas-2018.born-digital.pdf"
DPI = 200
WHITE = np.full((40, 300), 255, np.uint8)


@lru_cache(maxsize=1)
def swedish_lines() -> tuple[tuple[str, Gray], ...]:
    """Three printed lines with Swedish letters: what they say and their pictures."""
    with open_pdf(BORN_DIGITAL) as document:
        words = read_layer(document[5])
    by_line: dict[int, list[int]] = {}
    for index, word in enumerate(words):
        by_line.setdefault(round(word.baseline), []).append(index)
    gray = load_page(open_source(BORN_DIGITAL), 6, dpi=DPI).gray
    found = []
    for line in by_line.values():
        text = " ".join(words[index].text for index in line)
        if len(line) >= 6 and all(sign in text for sign in "äö") and "%" not in text and "•" not in text:
            box = union(words[index].box for index in line).grown(3, 2.5).scaled(DPI / 72)
            picture = gray[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)]
            found.append((text, np.ascontiguousarray(picture)))
    return tuple(found[:3])


@pytest.fixture(scope="module", params=["tesserocr", "pytesseract"])
def reader(request: pytest.FixtureRequest) -> LineReader:
    return ReaderChoice(request.param, second_reader=False)().lines


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


def test_time_that_is_up_fails_the_page() -> None:
    with pytest.raises(OcrFailedError, match="more than 0 s"):
        InProcessTesseract().read([WHITE], dpi=DPI, timeout=0)


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
        ReaderChoice("finereader")()


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


def test_a_wheel_without_its_model_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kompass_extract.ocr.ppocr.find_spec", lambda name: None)
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
    assert tesseract_inprocess._between_gaps((), np.array([3, 4, 9]), 20) == ()
