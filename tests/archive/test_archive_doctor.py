"""The doctor finds what does not fit together, and says what to do; the store is made anew from the files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from kompass_extract.archive.doctor import Fault, Level, examine
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import IngestSettings, ingest, store_of
from kompass_extract.archive.results import Status
from kompass_extract.cli import main
from kompass_extract.review.service import rebuild as rebuilding
from kompass_extract.settings import ReadingSettings
from tests.support.ingesting import FAST, Inputs, orders, report_ids, rows

TABLES = ("store_documents", "store_reports", "store_report_ids", "store_fields")


@pytest.fixture
def archive(archive: Archive, inputs: Inputs) -> Archive:
    """An archive with two reports and a failure."""
    inputs.reports("sala-2023", "umea-2020")
    inputs.write("bad.txt", "error NotAReportError 17 bad.txt lacks everything.")
    ingest(archive, [inputs.folder], FAST)
    return archive


def errors(archive: Archive, *, deep: bool = False) -> list[Fault]:
    return [one for one in examine(archive, deep=deep) if one.level is Level.ERROR]


def test_a_sound_archive_has_no_errors(archive: Archive) -> None:
    findings = examine(archive, deep=True)
    assert [one for one in findings if one.level is Level.ERROR] == []
    assert {"tesseract", "language", "models", "store", "files", "reports"} <= {one.about for one in findings}
    result = CliRunner().invoke(main, ["doctor", "--archive", str(archive.folder), "--json"])
    assert result.exit_code == 0
    assert json.loads(result.output)[0]["about"] == "tesseract"


def a_report(archive: Archive) -> Path:
    return archive.report_path("sala-2023")


def an_input(archive: Archive) -> Path:
    return next(path for path in sorted(archive.files.rglob("*.txt")))


def rubbish(archive: Archive) -> None:
    for path in archive.folder.glob("archive.db-*"):
        path.unlink()
    (archive.folder / "archive.db").write_bytes(b"x" * 5000)


DAMAGE: dict[str, tuple[Callable[[Archive], object], str, str]] = {
    "a report is gone": (lambda archive: a_report(archive).unlink(), "reports", "missing"),
    "a report was edited": (lambda archive: a_report(archive).write_text("{}"), "reports", "changed"),
    "a report is unknown": (
        lambda archive: shutil.copy(a_report(archive), archive.report_path("lund-2019")), "reports", "not in the store",
    ),
    "an input is gone": (lambda archive: an_input(archive).unlink(), "files", "missing or damaged"),
    "an input was cut": (lambda archive: an_input(archive).write_bytes(b"x"), "files", "missing or damaged"),
    "the store is gone": (lambda archive: (archive.folder / "archive.db").unlink(), "store", "no store"),
    "the store is rubbish": (
rubbish, "store", "not a database",
    ),
    "the journal is cut off": (lambda archive: archive.journal.write_text('{"id": 1}\n{"id"'), "decisions", "lines 2"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(DAMAGE))
def test_damage_is_found_and_says_what_to_do(archive: Archive, name: str) -> None:
    do, about, said = DAMAGE[name]
    do(archive)
    found = errors(archive)
    assert [one.about for one in found] == [about]
    assert said in found[0].message
    assert len(found[0].advice or found[0].message) > 10
    assert CliRunner().invoke(main, ["doctor", "--archive", str(archive.folder)]).exit_code == 1


def test_a_flipped_bit_is_found_by_reading_everything(archive: Archive) -> None:
    path = an_input(archive)
    path.write_bytes(b"X" + path.read_bytes()[1:])
    assert errors(archive) == []
    assert [one.about for one in errors(archive, deep=True)] == ["files"]


def test_a_missing_program_and_model_are_errors(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("KOMPASS_MODELS", str(tmp_path / "nowhere"))
    monkeypatch.setattr("kompass_extract.archive.doctor.importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("kompass_extract.archive.doctor.tesseract_version", lambda: None)
    found = examine(archive)
    assert [one.about for one in found if one.level is Level.ERROR] == ["tesseract", "models"]
    assert [one.about for one in found if one.level is Level.WARNING] == ["poppler"]


def test_an_archive_that_is_not_there(tmp_path: Path) -> None:
    found = errors(Archive.at(tmp_path / "nowhere"))
    assert [one.about for one in found] == ["folder"]
    assert not (tmp_path / "nowhere").exists()


def test_the_store_is_the_same_when_made_anew(archive: Archive, tmp_path: Path) -> None:
    columns = {
        "store_documents": "sha256, size, media_type, stored",
        "store_reports": "report_id, sha256, municipality, year, status, open, total, path, json_sha256, created",
        "store_report_ids": "*",
        "store_fields": "*",
    }
    before = {table: rows(archive, f"SELECT {columns[table]} FROM {table} ORDER BY 1, 2") for table in TABLES}
    for path in archive.folder.glob("archive.db*"):
        path.unlink()
    made = rebuilding.rebuild(archive)
    assert (made.documents, made.reports, made.problems) == (3, 2, ())
    assert {table: rows(archive, f"SELECT {columns[table]} FROM {table} ORDER BY 1, 2") for table in TABLES} == before
    assert report_ids(archive) == ["sala-2023", "umea-2020"]
    assert errors(archive, deep=True) == []


def test_twice_made_anew_is_once(archive: Archive) -> None:
    first = rebuilding.rebuild(archive)
    before = [rows(archive, f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]
    assert rebuilding.rebuild(archive) == first
    assert [rows(archive, f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES] == before


def test_what_cannot_be_used_is_named(archive: Archive) -> None:
    an_input(archive).write_bytes(b"x")
    archive.report_path("lund-2019").write_text("{", encoding="utf-8")
    shutil.copy(a_report(archive), archive.report_path("sala-2022"))
    problems = rebuilding.rebuild(archive).problems
    assert any("damaged" in one for one in problems)
    assert any("lund-2019.json" in one and "not a report JSON" in one for one in problems)
    assert any("sala-2022.json: says it is sala-2023" in one for one in problems)


OTHERWISE = [
    FAST.model_copy(update={"engine": "pytesseract"}),
    FAST.model_copy(update={"reading": ReadingSettings(dpi=150, page_timeout=60.0)}),
]


@pytest.mark.parametrize("settings", OTHERWISE, ids=["engine", "dpi"])
def test_after_a_rebuild_what_was_read_so_is_not_read_again(
    archive: Archive, tmp_path: Path, settings: IngestSettings
) -> None:
    ingest(archive, [tmp_path / "in"], settings)
    before = rows(archive, "SELECT report_id, fingerprint FROM store_reports ORDER BY 1")
    for path in archive.folder.glob("archive.db*"):
        path.unlink()
    store_of.cache_clear()
    rebuilding.rebuild(archive)
    assert rows(archive, "SELECT report_id, fingerprint FROM store_reports ORDER BY 1") == before
    read = len(orders(tmp_path))
    again = ingest(archive, [tmp_path / "in"], settings)
    assert again.skipped_by_reason() == {"read before": 2}
    assert len(orders(tmp_path)) == read + 1, "of failures the files know nothing: that one is tried again"
    assert [one.report_id for one in ingest(archive, [tmp_path / "in"], FAST).of(Status.DONE)] == [
        "sala-2023", "umea-2020",
    ]  # fmt: skip


def test_a_report_that_does_not_say_what_made_it_is_read_again(archive: Archive, tmp_path: Path) -> None:
    record = json.loads(a_report(archive).read_bytes())
    del record["pipeline"]["fingerprint"]
    a_report(archive).write_text(json.dumps(record), encoding="utf-8")
    rebuilding.rebuild(archive)
    summary = ingest(archive, [tmp_path / "in"], FAST)
    assert [one.report_id for one in summary.of(Status.DONE)] == [record["report_id"]]
    assert report_ids(archive) == ["sala-2023", "umea-2020"]


def test_a_copy_that_was_lost_comes_back_with_its_input(archive: Archive, tmp_path: Path) -> None:
    an_input(archive).unlink()
    assert errors(archive)
    ingest(archive, [tmp_path / "in"], FAST)
    assert errors(archive, deep=True) == []
