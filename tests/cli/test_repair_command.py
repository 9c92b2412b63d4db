"""``kompass repair``: text restored on standard output, every repair told as JSON, clear errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kompass_extract.cli import main

RAW = "Kommunkompassen &r ett verktyg for utvirdering\nav kommuner, 12 700 kronor &r 2016\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(RAW, "utf-8")
    return path


def test_text_comes_out_line_for_line(file: Path) -> None:
    result = CliRunner().invoke(main, ["repair", str(file)])
    assert result.exit_code == 0
    assert result.output.split("\n")[0] == "Kommunkompassen är ett verktyg för utvärdering"
    assert result.output.count("\n") == RAW.count("\n")
    assert "12 700 kronor" in result.output


def test_json_tells_every_repair(file: Path) -> None:
    result = CliRunner().invoke(main, ["repair", str(file), "--json"])
    told = json.loads(result.output)
    lines = RAW.split("\n")
    assert len(told["repairs"]) >= 3
    for one in told["repairs"]:
        assert set(one) == {"line", "start", "end", "raw", "restored", "confidence", "alternatives", "doubtful"}
        assert lines[one["line"] - 1][one["start"] : one["end"]] == one["raw"]
        assert 0 <= one["confidence"] <= 1
        assert one["doubtful"] == (one["confidence"] < 0.9)
        assert all(0 <= share <= 1 for _, share in one["alternatives"])
    assert told["text"].split("\n")[0] == "Kommunkompassen är ett verktyg för utvärdering"


def test_help_has_examples() -> None:
    result = CliRunner().invoke(main, ["repair", "--help"])
    assert result.exit_code == 0
    assert "kompass repair report.txt --json" in result.output


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["repair", str(tmp_path / "no.txt")])
    assert result.exit_code != 0
