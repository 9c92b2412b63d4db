"""Pages come back in order and complete, whatever happens to the worker that reads one of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kompass_extract.errors import OcrFailedError, OcrMissingError
from kompass_extract.pages.source import SourceFile, open_source
from kompass_extract.process.limits import usable_cores
from kompass_extract.settings import ReadingSettings
from kompass_extract.words import workers as pages_module
from kompass_extract.words.page_reader import PageReading, Readers
from kompass_extract.words.workers import PageDone, read_pages
from tests.support.drawn import Sheet, save_pages
from tests.support.readers import CrashingMaker, FailingReader, HangingMaker, PlainMaker

SETTINGS = ReadingSettings()


def report(folder: Path, pages: int, troubled: int | None = None) -> SourceFile:
    """Pages with one line more on each; the troubled one has a line in large letters besides."""
    sheets = []
    for number in range(1, pages + 1):
        sheet = Sheet(520, 300, dpi=150)  # of a size that people scan
        sheet.paragraph(30, 60, number, text="some words on a line")
        if number == troubled:
            sheet.text(30, 220, "LARGE LETTERS HERE", 32)
        sheets.append(sheet)
    return open_source(save_pages(sheets, folder / "report.pdf"))


def lines_of(readings: list[PageReading]) -> list[int]:
    return [len(reading.strips) for reading in readings]


@pytest.mark.parametrize("jobs", [1, 2])
def test_pages_come_in_order_and_progress_is_told(jobs: int, tmp_path: Path) -> None:
    told: list[PageDone] = []
    readings = read_pages(report(tmp_path, 5), PlainMaker(), SETTINGS, jobs=jobs, progress=told.append)
    assert [reading.number for reading in readings] == [1, 2, 3, 4, 5]
    assert lines_of(readings) == [1, 2, 3, 4, 5]
    assert sorted(done.number for done in told) == [1, 2, 3, 4, 5]
    assert {done.pages for done in told} == {5}
    assert [done.seconds for done in told] == sorted(done.seconds for done in told)


def test_workers_read_as_one_process_does(tmp_path: Path) -> None:
    source = report(tmp_path, 4)
    assert read_pages(source, PlainMaker(), SETTINGS, jobs=2) == read_pages(source, PlainMaker(), SETTINGS, jobs=1)


def test_a_page_that_crashes_its_worker_fails_alone(tmp_path: Path) -> None:
    told: list[PageDone] = []
    source = report(tmp_path, 5, troubled=2)
    readings = read_pages(source, CrashingMaker(), SETTINGS, jobs=2, progress=told.append)
    assert [reading.number for reading in readings] == [1, 2, 3, 4, 5]
    assert [reading.failure for reading in readings] == [None, "The reader crashed on this page.", None, None, None]
    assert lines_of(readings) == [1, 0, 3, 4, 5]
    assert sorted(done.number for done in told) == [1, 2, 3, 4, 5], "no page is told twice"


def test_a_page_that_hangs_is_given_up_and_the_rest_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, "HARD_LIMIT_FACTOR", 1.0)
    settings = ReadingSettings(page_timeout=2.0)
    readings = read_pages(report(tmp_path, 3, troubled=3), HangingMaker(), settings, jobs=2)
    assert [reading.number for reading in readings] == [1, 2, 3]
    assert [reading.failure is None for reading in readings] == [True, True, False]
    assert readings[2].failure == "The page was not read within 6 s."


class BrokenMaker:
    """Its reader meets something that nobody thought of."""

    def __call__(self) -> Readers:
        return Readers(FailingReader(error=ZeroDivisionError("of a damaged page")), None)


class MissingMaker:
    """There is no engine."""

    def __call__(self) -> Readers:
        raise OcrMissingError("Install tesseract-ocr-swe.")


def test_an_unforeseen_error_is_the_pages_failure(tmp_path: Path) -> None:
    readings = read_pages(report(tmp_path, 2), BrokenMaker(), SETTINGS, jobs=1)
    assert [reading.failure for reading in readings] == ["ZeroDivisionError: of a damaged page"] * 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_missing_engine_ends_the_run(jobs: int, tmp_path: Path) -> None:
    with pytest.raises(OcrMissingError, match="tesseract-ocr-swe"):
        read_pages(report(tmp_path, 2), MissingMaker(), SETTINGS, jobs=jobs)


def test_there_is_a_core() -> None:
    assert usable_cores() >= 1


class UnpicklableHere:
    """Ends the process that unpickles it, as a script without a main guard does."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (3,)

    def __call__(self) -> Readers:
        raise AssertionError("no worker comes so far")


def test_workers_that_cannot_start_end_the_run_with_the_cause(tmp_path: Path) -> None:
    with pytest.raises(OcrFailedError, match="cannot start"):
        read_pages(report(tmp_path, 3), UnpicklableHere(), SETTINGS, jobs=2)
