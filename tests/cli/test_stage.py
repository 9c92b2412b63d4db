"""``kompass stage``: each room shows what it gave, as lines, as JSON and on the page's picture."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from kompass_extract.cli import main
from kompass_extract.cli.stage_command import ROOMS
from kompass_extract.pages.image import page_marks
from kompass_extract.pages.source import open_source
from kompass_extract.report.canvas import COLOURS, Canvas
from kompass_extract.report.debug_pictures import NOISE, RUN, draw_components
from kompass_extract.report.room_listing import LONGEST_TEXT, as_lines
from kompass_extract.workers import room_views
from kompass_extract.workers.fenced import FencedReader
from kompass_extract.workers.protocol import Listed
from tests.support.hostile_pdfs import KINDS
from tests.support.recorded_scans import SCANS, recorded_tools

SCAN = SCANS / "sala-2023.poor150.pdf"
TEXT = SCANS.parent / "text" / "sala-2023.ocr.txt"


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the command the recorded readings of the gold scans instead of those of a reading process."""

    def listed(
        self: FencedReader, path: Path, room: str, *, span: tuple[int, int] | None, folder: Path | None, jobs: int
    ) -> Listed:
        wanted = room_views.wanted(path, span, folder)
        return Listed(json.loads(json.dumps(room_views.VIEWS[room](wanted, recorded_tools(), lambda page: None))))

    monkeypatch.setattr(FencedReader, "listed", listed)


@pytest.fixture
def unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process must open no file with PDFium."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a PDF is opened without the fence")

    monkeypatch.setattr("kompass_extract.pages.source.pdfium.PdfDocument", refuse)


def shown(*arguments: object) -> list[dict[str, object]]:
    result = CliRunner().invoke(main, ["stage", *map(str, arguments), "--json"])
    assert result.exit_code == 0, result.output
    records: list[dict[str, object]] = json.loads(result.output)
    return records


def test_pages_draws_components_before_anything_is_read(tmp_path: Path) -> None:
    records = shown("pages", SCAN, "--pages", "3", "--out", tmp_path)
    assert {one["page"] for one in records} == {3}
    runs = [one for one in records if one["what"] == "run"]
    assert len(runs) > 20
    picture = cv2.imread(str(tmp_path / "page-003.png"))
    assert picture is not None
    x0, y0, x1, _ = runs[0]["box"]  # type: ignore[misc]
    row = picture[int((y0 - 0.5) * 200 / 72), int(x0 * 200 / 72) : int(x1 * 200 / 72)]
    assert (row == RUN).all(axis=1).mean() > 0.9, "the upper edge of a run's box"


def test_ink_of_no_run_is_drawn_as_noise() -> None:
    image, marks = page_marks(open_source(SCAN), 2)
    canvas = Canvas(image.even, image.dpi)
    draw_components(canvas, marks)
    known = [part for run in marks.runs for part in run.parts]
    noise = (marks.labels > 0) & ~np.isin(marks.labels, known)
    assert noise.any()
    drawn = (canvas.pixels[noise] == NOISE).all(axis=1)
    assert drawn.mean() > 0.9, "all but what a box was drawn over"


@pytest.mark.usefixtures("recorded")
def test_each_later_room_shows_the_wanted_pages_of_the_whole_report(tmp_path: Path) -> None:
    blocks = shown("blocks", SCAN, "--pages", "8-9", "--out", tmp_path / "blocks")
    labels = shown("labels", SCAN, "--pages", "8-9", "--out", tmp_path / "labels")
    assert [one["id"] for one in blocks] == [one["id"] for one in labels]
    assert {one["page"] for one in blocks} == {8, 9}
    assert {one["what"] for one in labels} <= {kind.value for kind in COLOURS}
    for room in ("blocks", "labels"):
        names = sorted(path.name for path in (tmp_path / room).iterdir())
        assert names == ["page-008.png", "page-009.png"]
    named = {block for one in shown("content", SCAN, "--pages", "8-9") for block in one.get("blocks", ())}  # type: ignore[attr-defined]
    assert named & {one["id"] for one in labels}


@pytest.mark.usefixtures("recorded")
def test_words_shows_lines_as_they_were_read() -> None:
    records = shown("words", SCAN)
    pages = [one for one in records if one["what"] == "page"]
    assert [one["page"] for one in pages] == list(range(1, len(pages) + 1))
    lines = [one for one in records if one["what"] == "line"]
    assert any("Kommunkompassen" in str(one["text"]) for one in lines)
    assert any(one["bullet"] for one in lines)


@pytest.mark.usefixtures("unopened")
@pytest.mark.parametrize("room", ["pages", "words", "labels"])
def test_a_room_is_shown_from_a_fenced_process(tmp_path: Path, room: str) -> None:
    records = shown(room, SCANS / "hoganas-2018.born-digital.pdf", "--pages", "3-4", "--out", tmp_path)
    assert {one["page"] for one in records} == {3, 4}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page-003.png", "page-004.png"]


@pytest.mark.slow
@pytest.mark.usefixtures("unopened")
def test_a_hostile_file_ends_as_a_named_error(tmp_path: Path) -> None:
    (tmp_path / "hostile.pdf").write_bytes(KINDS["forms-in-forms"]())
    for room in ("pages", "blocks"):
        refused = CliRunner().invoke(main, ["stage", room, str(tmp_path / "hostile.pdf")])
        assert refused.exit_code in {14, 20, 22, 23}, refused.output
        assert "Traceback" not in refused.output


def test_a_text_file_begins_at_blocks(tmp_path: Path) -> None:
    refused = CliRunner().invoke(main, ["stage", "words", str(TEXT)])
    assert refused.exit_code == 2
    assert "begin at the room blocks" in refused.output
    content = shown("content", TEXT, "--out", tmp_path / "none")
    assert {one["area"] for one in content if one["what"] == "area"} == set(range(1, 9))
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("pages", ["0", "5-3", "x", "2-", "-3", "999"])
def test_pages_that_are_none_are_refused(pages: str) -> None:
    refused = CliRunner().invoke(main, ["stage", "pages", str(SCAN), f"--pages={pages}"])
    assert refused.exit_code == 2


def test_a_line_says_what_is_there_and_cuts_long_texts() -> None:
    records = [{"what": "line", "page": 2, "bullet": False, "doubtful": [["ar", "är"]], "text": "ord " * 50}]
    (line,) = as_lines(records)
    assert line.startswith("line page=2 doubtful=[ar/är] ord ord")
    assert line.endswith("…")
    assert len(line) <= len("line page=2 doubtful=[ar/är] ") + LONGEST_TEXT


def test_help_explains_every_room() -> None:
    text = CliRunner().invoke(main, ["stage", "--help"]).output
    assert all(f"\n  {room} " in text for room in ROOMS)
    assert "kompass stage words report.pdf" in text
    assert set(room_views.VIEWS) == set(ROOMS)
