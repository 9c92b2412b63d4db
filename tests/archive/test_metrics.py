"""What an operator watches: read by prometheus_client's own parser, from the standard output, a file and HTTP."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from kompass_extract.archive import metrics
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import ingest
from kompass_extract.archive.store import Store
from kompass_extract.cli import main
from tests.support.ingesting import FAST, Inputs, rows

SECONDS = 120  # for a process on a busy machine


@pytest.fixture
def archive(archive: Archive, inputs: Inputs) -> Archive:
    """An archive with two reports and a failure."""
    inputs.reports("sala-2023", "amal-2019")
    inputs.write("bad.txt", "error NotAReportError 17 bad.txt lacks everything.")
    ingest(archive, [inputs.folder], FAST)
    return archive


def values(text: str) -> dict[tuple[str, ...], float]:
    """Each figure by its name and its labels' values."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_store(archive: Archive) -> None:
    found = values(metrics.exposition(archive))
    assert found["kompass_up",] == 1
    assert found["kompass_documents",] == 3
    assert found["kompass_documents_waiting",] == 0
    assert found["kompass_reports", "pending"] == 2
    assert found["kompass_failures", "NotAReportError"] == 1
    assert found["kompass_runs", "ingest", "done"] == 1
    assert found["kompass_last_run_failures", "ingest"] == 1
    assert found["kompass_queue_open",] == rows(archive, "SELECT count(*) FROM store_fields WHERE open")[0][0]
    share = rows(archive, "SELECT avg(needs_review) FROM store_fields")[0][0]
    assert found["kompass_review_load_ratio",] == pytest.approx(share)
    assert 0 <= found["kompass_last_run_age_seconds", "ingest"] < 3600
    assert found["kompass_seconds_per_page",] > 0
    assert found["kompass_runs_stalled",] == 0
    assert found["kompass_free_bytes",] > 0


def test_what_is_wrong_shows(archive: Archive, tmp_path: Path) -> None:
    archive.report_path("sala-2023").unlink()
    store = Store.open(archive)
    with store.write() as session:
        session.connection().exec_driver_sql("UPDATE store_runs SET status = 'running', heartbeat = 1")
    store.close()
    found = values(metrics.exposition(archive))
    assert found["kompass_report_files_missing",] == 1
    assert found["kompass_runs_stalled",] == 1
    assert found["kompass_runs", "ingest", "running"] == 1


def test_an_empty_report_counts_as_missing_until_it_is_made_again(archive: Archive, inputs: Inputs) -> None:
    archive.report_path("sala-2023").write_bytes(b"")
    assert values(metrics.exposition(archive))["kompass_report_files_missing",] == 1
    ingest(archive, [inputs.folder], FAST)
    assert values(metrics.exposition(archive))["kompass_report_files_missing",] == 0


def test_a_file_for_the_collector_is_written_whole(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "kompass.prom"
    result = CliRunner().invoke(main, ["metrics", "--archive", str(archive.folder), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert values(out.read_text(encoding="utf-8"))["kompass_documents",] == 3
    assert [path.name for path in tmp_path.glob("kompass.prom*")] == ["kompass.prom"]


def test_without_a_store_the_command_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KOMPASS_STORE", raising=False)
    result = CliRunner().invoke(main, ["metrics", "--archive", str(tmp_path / "nothing")])
    assert result.exit_code == 21
    assert not (tmp_path / "nothing").exists()


@pytest.mark.slow
def test_they_are_answered_over_http_until_stopped(archive: Archive) -> None:
    command = [
        sys.executable, "-c", "from kompass_extract.cli import main; main()", "metrics", "--archive",
        str(archive.folder), "--listen", "127.0.0.1:0",
    ]  # fmt: skip
    environment = {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(Path(__file__).parents[2]), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+/metrics", process.stdout.readline())
        assert address
        with urllib.request.urlopen(address[0], timeout=SECONDS) as answer:
            assert values(answer.read().decode())["kompass_documents",] == 3
        (archive.folder / "archive.db").rename(archive.folder / "away.db")
        with urllib.request.urlopen(address[0], timeout=SECONDS) as answer:
            assert values(answer.read().decode())["kompass_up",] == 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
