"""The main job end to end: a real report in, a report that is valid, complete and the same every time out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from PIL import Image
from pydantic import BaseModel

from kompass_extract import pipeline
from kompass_extract.errors import NoPagesError, NotAReportError
from kompass_extract.model.report import Field, Report
from kompass_extract.pages.source import load_page, open_source
from kompass_extract.pipeline import Tools
from kompass_extract.report import export
from kompass_extract.words import workers
from kompass_extract.words.page_reader import PageReading, failed_page
from tests.support.drawn import Sheet, save_pages

SCANS = Path(__file__).parent.parent / "gold" / "scans"
BORN_DIGITAL = SCANS / "hoganas-2018.born-digital.pdf"


@pytest.fixture(scope="module")
def tools() -> Tools:
    return Tools.default(jobs=1)


@pytest.fixture(scope="module")
def report(tools: Tools) -> Report:
    return pipeline.extract(BORN_DIGITAL, tools=tools)


def fields_of(value: object) -> Iterator[Field[object]]:
    """Every Field anywhere in a report."""
    if isinstance(value, Field):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from fields_of(getattr(value, name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from fields_of(item)
    elif isinstance(value, dict):
        yield from fields_of(list(value.values()))


@pytest.mark.ocr
def test_a_born_digital_report_comes_out_whole(report: Report) -> None:
    assert [area.number for area in report.areas] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert report.report.municipality.value == "Höganäs"
    assert report.report.municipality_code.value == "1284"
    assert report.report.year.value == 2018
    assert report.report_id == "hoganas-2018"
    assert len(report.pages) == 25
    for area in report.areas:
        assert area.strengths
        assert area.improvements
        assert area.score_table.rows


@pytest.mark.ocr
def test_it_is_valid_against_the_published_schema(report: Report) -> None:
    jsonschema.validate(report.model_dump(mode="json"), export.schema())
    assert Report.model_validate_json(report.model_dump_json()) == report


@pytest.mark.ocr
def test_every_number_stands_somewhere_on_its_page(report: Report) -> None:
    sizes = {page.number: (page.width, page.height) for page in report.pages}
    numbers = [one for one in fields_of(report.areas) if isinstance(one.value, int)]
    assert len(numbers) > 90
    for one in numbers:
        assert one.evidence
        for place in one.evidence:
            x0, y0, x1, y1 = place.bbox
            width, height = sizes[place.page]
            assert 0 <= x0 < x1 <= width
            assert 0 <= y0 < y1 <= height


@pytest.mark.ocr
def test_two_runs_differ_in_their_time_alone(report: Report, tools: Tools) -> None:
    again = pipeline.extract(BORN_DIGITAL, tools=tools)
    same = {"created_at": report.pipeline.created_at}
    assert again.model_copy(update={"pipeline": again.pipeline.model_copy(update=same)}) == report


@pytest.mark.ocr
def test_a_failed_page_is_told_and_the_rest_comes_out(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    real = workers.read_pages

    def one_lost(*arguments: object, **options: object) -> list[PageReading]:
        readings = real(*arguments, **options)  # type: ignore[arg-type]
        readings[9] = failed_page(10, 595, 842, "The reader crashed on this page.")
        return readings

    monkeypatch.setattr(pipeline, "read_pages", one_lost)
    report = pipeline.extract(BORN_DIGITAL, tools=tools)
    assert len(report.pages) == 25
    told = [check for check in report.checks if "The reader crashed on this page." in check.message]
    assert told
    assert all(check.status != "ok" for check in told)
    assert len(report.areas) >= 7


def test_a_text_that_is_no_report_says_what_it_lacks(tools: Tools, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Hej!\n\nHär kommer ett vanligt brev om ingenting särskilt.\n", "utf-8")
    with pytest.raises(NotAReportError, match="it lacks the name Kommunkompassen") as caught:
        pipeline.extract(path, tools=tools)
    assert "letter.txt" in str(caught.value)
    assert "a score table" in str(caught.value)
    assert caught.value.exit_code == 17


def test_blank_pages_are_told(tools: Tools, tmp_path: Path) -> None:
    path = save_pages([Sheet(dpi=100), Sheet(dpi=100)], tmp_path / "blank.tiff")
    with pytest.raises(NoPagesError, match="nothing readable"):
        pipeline.extract(path, tools=tools)


@pytest.mark.ocr
def test_one_scanned_page_as_a_picture_is_read(tools: Tools, tmp_path: Path) -> None:
    page = load_page(open_source(SCANS / "sala-2023.office200.pdf"), 7)
    Image.fromarray(page.gray).save(tmp_path / "page.png", dpi=(page.dpi, page.dpi))
    document = pipeline.read_document(open_source(tmp_path / "page.png"), tools)
    assert document.source.kind == "scanned"
    assert document.ocr is not None
    assert document.ocr.languages == "swe"
    assert len(document.blocks) > 3
    assert document.pages[0].ocr_confidence > 0.85
    assert "kommun" in " ".join(block.text for block in document.blocks).lower()
