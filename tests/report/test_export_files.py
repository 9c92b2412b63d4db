"""Report files: whole or not at all, in a stable order, valid against the published schema."""

from __future__ import annotations

import errno
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema
import pytest

from kompass_extract.errors import OutputError, UnreadableFileError
from kompass_extract.model.pointers import escaped, fields
from kompass_extract.model.report import Report
from kompass_extract.process import files
from kompass_extract.report import export
from kompass_extract.training.gold import GoldReport
from tests.conftest import report_of


def write(report: Report, folder: Path) -> Path:
    path = folder / f"{report.report_id}.json"
    export.write_text(path, export.dumps(report))
    return path


def test_what_is_written_is_read_back(tmp_path: Path, gold: GoldReport) -> None:
    report = report_of(gold)
    path = write(report, tmp_path / "new")
    assert path == tmp_path / "new" / f"{gold.id}.json"
    assert export.load_report(path) == report
    assert export.dumps(export.load_report(path)) == path.read_text(encoding="utf-8")


def test_files_are_valid_against_the_schema(gold: GoldReport) -> None:
    schema = export.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(export.dumps(report_of(gold))), schema)


def test_letters_are_kept_and_the_first_keys_are_the_formats(hoganas: GoldReport) -> None:
    written = export.dumps(report_of(hoganas))
    assert "Höganäs" in written
    assert list(json.loads(written))[:4] == ["schema_version", "report_id", "source", "pipeline"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, hoganas: GoldReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(report_of(hoganas), tmp_path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OutputError, match="disk is full"):
        write(report_of(hoganas).model_copy(update={"schema_version": "9"}), tmp_path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_no_report_is_not_written_over(tmp_path: Path, hoganas: GoldReport) -> None:
    (tmp_path / "hoganas-2018.json").write_text("[]")
    assert export.place(export.dumps(report_of(hoganas)), tmp_path) == tmp_path / "hoganas-2018-2.json"


def test_processes_that_place_at_once_lose_no_report(tmp_path: Path, hoganas: GoldReport) -> None:
    report = report_of(hoganas)
    texts = [
        export.dumps(report.model_copy(update={"source": report.source.model_copy(update={"sha256": f"{number:064}"})}))
        for number in range(12)
    ]
    with ThreadPoolExecutor(6) as threads:
        placed = list(threads.map(lambda text: export.place(text, tmp_path), texts))
    assert len(set(placed)) == len(texts)
    assert {export.load_report(path).source.sha256 for path in tmp_path.iterdir()} == {f"{n:064}" for n in range(12)}
    assert all(export.load_report(path).report_id == path.stem for path in placed)


@pytest.mark.parametrize("exclusive", [True, False])
def test_a_file_system_without_unnamed_files_will_do(
    tmp_path: Path, hoganas: GoldReport, monkeypatch: pytest.MonkeyPatch, exclusive: bool
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(files, "_write_unnamed", refused)
    text = export.dumps(report_of(hoganas))
    for _ in range(1 if exclusive else 2):
        path = export.place(text, tmp_path)
    assert path.read_text(encoding="utf-8") == text
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", ["", "{", "{}", '{"report_id": 3}'])
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(UnreadableFileError, match=r"x\.json"):
        export.load_report(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="could not be read"):
        export.load_report(tmp_path / "none.json")


def test_pointers_lead_to_their_fields(sala: GoldReport) -> None:
    report = report_of(sala)
    data = json.loads(export.dumps(report))
    count = 0
    for pointer, field in fields(report):
        value = data
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
        assert value["value"] == field.value
        count += 1
    assert count > 300
    assert escaped("a/b~c") == "a~1b~0c"
