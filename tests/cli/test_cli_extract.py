"""The command, against a pipeline that reads nothing: outputs, errors, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from kompass_extract.cli import main
from kompass_extract.errors import EncryptedPdfError, NotAReportError
from kompass_extract.model.report import Report
from kompass_extract.training.gold import GoldReport
from tests.conftest import FakePipeline, FakeTools, report_of


def named(report: Report, report_id: str, sha256: str) -> Report:
    return report.model_copy(
        update={"report_id": report_id, "source": report.source.model_copy(update={"sha256": sha256})}
    )


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_report_becomes_one_file_and_a_summary(tmp_path: Path, pipeline: FakePipeline, hoganas: GoldReport) -> None:
    pipeline.outcomes["a.pdf"] = report_of(hoganas)
    result = run("extract", "a.pdf", "--out", tmp_path, "--engine", "pytesseract", "--jobs", "2")
    assert result.exit_code == 0, result.output
    assert [path.name for path in tmp_path.iterdir()] == ["hoganas-2018.json"]
    assert "Höganäs 2018" in result.stdout
    assert "Politisk styrning och kontroll" in result.stdout
    assert "JSON: " in result.stdout
    assert pipeline.seen == [("a.pdf", FakeTools("pytesseract", 2), None)]


def test_json_summary_is_one_record_with_reports_and_errors(
    tmp_path: Path, pipeline: FakePipeline, hoganas: GoldReport
) -> None:
    pipeline.outcomes = {"a.pdf": report_of(hoganas), "b.pdf": EncryptedPdfError("wants a password")}
    result = run("extract", "b.pdf", "a.pdf", "--out", tmp_path, "--json")
    record = json.loads(result.stdout)
    assert result.exit_code == EncryptedPdfError.exit_code
    assert record["errors"] == [
        {
            "file": "b.pdf",
            "exit_code": EncryptedPdfError.exit_code,
            "error": "EncryptedPdfError",
            "message": "wants a password",
        }
    ]
    assert record["reports"][0]["municipality"] == "Höganäs"
    totals = [area.score_table.total.achieved for area in hoganas.areas]
    assert [area["total"] for area in record["reports"][0]["areas"]] == totals


def test_one_bad_input_does_not_end_the_others_and_the_first_error_counts(
    tmp_path: Path, pipeline: FakePipeline, hoganas: GoldReport
) -> None:
    pipeline.outcomes = {
        "a.pdf": NotAReportError("no areas"),
        "b.pdf": RuntimeError("odd"),
        "c.pdf": report_of(hoganas),
    }
    result = run("extract", "a.pdf", "b.pdf", "c.pdf", "--out", tmp_path)
    assert result.exit_code == NotAReportError.exit_code
    assert "a.pdf: no areas" in result.stderr
    assert "b.pdf: unexpected RuntimeError" in result.stderr
    assert (tmp_path / "hoganas-2018.json").exists()


def test_two_inputs_of_one_id_get_numbers_and_the_same_input_its_own_place(
    tmp_path: Path, pipeline: FakePipeline, hoganas: GoldReport
) -> None:
    report = report_of(hoganas)
    pipeline.outcomes = {
        "a.pdf": named(report, "hoganas-2018", "a" * 64),
        "b.pdf": named(report, "hoganas-2018", "b" * 64),
    }
    for _ in range(2):
        assert run("extract", "a.pdf", "b.pdf", "--out", tmp_path).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hoganas-2018-2.json", "hoganas-2018.json"]
    second = json.loads((tmp_path / "hoganas-2018-2.json").read_text())
    assert (second["report_id"], second["source"]["sha256"]) == ("hoganas-2018-2", "b" * 64)


def test_folders_are_opened(tmp_path: Path, pipeline: FakePipeline, hoganas: GoldReport, sala: GoldReport) -> None:
    folder = tmp_path / "in" / "deeper"
    folder.mkdir(parents=True)
    for name in ("b.PDF", "a.tiff", "notes.docx", ".hidden.pdf"):
        (folder / name).touch()
    pipeline.outcomes = {"b.PDF": report_of(hoganas), "a.tiff": report_of(sala)}
    assert run("extract", tmp_path / "in", "--out", tmp_path / "out").exit_code == 0
    assert [name for name, _, _ in pipeline.seen] == ["a.tiff", "b.PDF"]


def test_a_folder_without_reports_is_a_usage_error_and_the_others_go_on(
    tmp_path: Path, pipeline: FakePipeline, hoganas: GoldReport
) -> None:
    pipeline.outcomes["a.pdf"] = report_of(hoganas)
    result = run("extract", tmp_path, "a.pdf", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "holds no PDF" in result.stderr
    assert (tmp_path / "out" / "hoganas-2018.json").exists()


def test_debug_pages_of_several_inputs_go_apart(
    tmp_path: Path, pipeline: FakePipeline, hoganas: GoldReport, sala: GoldReport
) -> None:
    pipeline.outcomes = {"a.pdf": report_of(hoganas), "b.pdf": report_of(sala)}
    run("extract", "a.pdf", "b.pdf", "--out", tmp_path, "--debug-dir", tmp_path / "d")
    assert [directory for _, _, directory in pipeline.seen] == [tmp_path / "d" / "a", tmp_path / "d" / "b"]


def test_nothing_is_written_over_a_review_without_force(
    tmp_path: Path, pipeline: FakePipeline, hoganas: GoldReport
) -> None:
    report = report_of(hoganas)
    reviewed = report.model_copy(update={"review": report.review.model_copy(update={"status": "in_review"})})
    pipeline.outcomes["a.pdf"] = reviewed
    assert run("extract", "a.pdf", "--out", tmp_path).exit_code == 0
    again = run("extract", "a.pdf", "--out", tmp_path)
    assert again.exit_code == 19
    assert "--force" in again.stderr
    assert run("extract", "a.pdf", "--out", tmp_path, "--force").exit_code == 0


def test_an_output_that_cannot_be_written_says_so(tmp_path: Path, pipeline: FakePipeline, hoganas: GoldReport) -> None:
    pipeline.outcomes["a.pdf"] = report_of(hoganas)
    (tmp_path / "file").touch()
    result = run("extract", "a.pdf", "--out", tmp_path / "file")
    assert result.exit_code == 19
    assert "choose another --out" in result.stderr


def test_help_has_examples_and_exit_codes() -> None:
    text = run("extract", "--help").output
    assert "kompass extract report.pdf --out json/" in text
    assert "17 not a Kommunkompassen report" in text
    assert all(command in run("--help").output for command in ("extract", "schema", "evaluate", "train", "repair"))


def test_the_command_starts_without_heavy_libraries() -> None:
    code = (
        "import sys, kompass_extract.cli; "
        "print([m for m in ('numpy', 'pydantic', 'rich', 'spacy', 'cv2', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
