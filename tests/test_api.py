"""The library as Python users meet it: paths, bytes and streams in, a report with tidy rows out."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

import kompass_extract
from kompass_extract import Extractor, KompassError, Report, extract

ROOT = Path(__file__).parent.parent
TEXT = ROOT / "gold" / "text" / "hoganas-2018.ocr.txt"


@pytest.fixture(scope="module")
def report() -> Report:
    return extract(TEXT)


def test_the_public_names_are_those_that_are_documented() -> None:
    for name in kompass_extract.__all__:
        assert getattr(kompass_extract, name) is not None
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        _ = kompass_extract.nothing_of_that_name


def test_a_path_its_bytes_and_a_stream_give_the_same_report(report: Report) -> None:
    extractor = Extractor()
    data = TEXT.read_bytes()
    same = [
        extractor.extract(str(TEXT)),
        extractor.extract(data, name=TEXT.name),
        extractor.extract(io.BytesIO(data), name=TEXT.name),
    ]
    for other in same:
        assert other.areas == report.areas
        assert other.source == report.source


def test_a_text_stream_is_refused_with_what_to_do() -> None:
    with pytest.raises(KompassError, match="binary mode"):
        extract(io.StringIO("text"))  # type: ignore[arg-type]


def test_bytes_that_are_no_report_are_refused_by_an_error_of_the_common_base() -> None:
    with pytest.raises(KompassError):
        extract(b"%PDF-1.4 nothing more")


def test_a_report_survives_its_json(report: Report, tmp_path: Path) -> None:
    text = report.to_json(tmp_path / "report.json")
    assert Report.from_json(text) == report
    assert Report.from_json(tmp_path / "report.json") == report
    assert Report.from_json(text.encode()) == report


@pytest.mark.parametrize("table", ["reports", "areas", "questions", "items", "paragraphs", "evaluators", "checks"])
def test_each_table_has_rows_of_one_shape(report: Report, table: str) -> None:
    found = report.rows(table)
    assert found
    assert len({tuple(row) for row in found}) == 1
    assert {row["municipality"] for row in found} == {"Höganäs"}
    assert {row["county"] for row in found} == {"Skåne län"}


def test_the_rows_hold_every_value_of_the_report(report: Report) -> None:
    items = [(row["area"], row["kind"], row["text"]) for row in report.rows("items")]
    assert items == [
        (area.number, kind, item.value)
        for area in report.areas
        for kind, found in (("strength", area.strengths), ("improvement", area.improvements))
        for item in found
    ]
    scores = [row["score"] for row in report.rows("questions")]
    assert scores == [row.achieved.value for area in report.areas for row in area.score_table.rows]


def test_an_unknown_table_is_named_with_those_there_are(report: Report) -> None:
    with pytest.raises(ValueError, match="items, paragraphs"):
        report.rows("item")


def test_an_extractor_works_in_a_thread(report: Report) -> None:
    found: list[Report] = []
    thread = threading.Thread(target=lambda: found.append(Extractor().extract(TEXT)))
    thread.start()
    thread.join(timeout=120)
    assert [other.areas for other in found] == [report.areas]


@pytest.mark.ocr
def test_a_plain_script_without_a_main_guard_reads_a_scan(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    source = ROOT / "gold" / "scans" / "hoganas-2018.born-digital.pdf"
    script.write_text(
        textwrap.dedent(f"""
        import kompass_extract
        report = kompass_extract.extract({str(source)!r})
        print(report.report_id, len(report.rows("items")))
        """)
    )
    done = subprocess.run(
        [sys.executable, script], check=False, capture_output=True, text=True, cwd=tmp_path, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == "hoganas-2018"
    assert int(done.stdout.split()[1]) > 50


def test_importing_the_package_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys, kompass_extract; print(sorted({'numpy','cv2','pydantic','onnxruntime'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["pipe.pdf", "pipe.txt"])
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(KompassError, match="device or pipe"):
        kompass_extract.extract(tmp_path / name)
