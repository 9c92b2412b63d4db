"""What an ingestion touches, what it says of its progress, and what one with nothing new leaves unloaded."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from kompass_extract.archive import ingestion as engine
from kompass_extract.archive import progress as progress_module
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import ingest, is_anything_new
from kompass_extract.archive.progress import Estimate, Listener, duration
from kompass_extract.archive.results import Outcome, Status
from kompass_extract.cli import main
from kompass_extract.workers.protocol import Progress
from tests.support.ingesting import FAST, OTHER, Inputs, orders, report_ids, rows


def test_a_named_file_is_read_alone_after_an_upgrade(archive: Archive, inputs: Inputs, tmp_path: Path) -> None:
    inputs.reports("sala-2023", "amal-2019", "umea-2020")
    ingest(archive, [inputs.folder], FAST)
    new = inputs.write("new.txt", "report lund-2021\n")
    summary = ingest(archive, [new], OTHER)
    assert [one.path for one in summary.outcomes] == [str(new)]
    assert len(orders(tmp_path)) == 4
    assert [one.report_id for one in ingest(archive, [new.parent / "0000-sala-2023.txt"], OTHER).of(Status.DONE)] == [
        "sala-2023"
    ]


def test_a_folder_takes_what_was_left_unfinished_and_nothing_takes_all(
    archive: Archive, inputs: Inputs, tmp_path: Path
) -> None:
    inputs.reports("sala-2023", "amal-2019")
    inputs.write("broken.txt", "error UnexpectedError 70 the server was away")
    ingest(archive, [inputs.folder], FAST)
    for path in inputs.folder.iterdir():
        path.unlink()
    inputs.write("new.txt", "report lund-2021\n")
    ingest(archive, [inputs.folder], OTHER)
    assert sorted(line.partition(" ")[0] for line in orders(tmp_path)[3:]) == ["error", "report"]
    summary = ingest(archive, [], OTHER)
    assert sorted(str(one.report_id) for one in summary.of(Status.DONE)) == ["amal-2019", "sala-2023"]


def test_whether_anything_is_new_is_told_without_changing_anything(archive: Archive, inputs: Inputs) -> None:
    inputs.reports("sala-2023", "amal-2019")
    one = inputs.folder / "0000-sala-2023.txt"
    assert is_anything_new(archive, [inputs.folder], FAST)
    assert not archive.files.exists()
    ingest(archive, [one], FAST)
    assert not is_anything_new(archive, [one], FAST)
    assert not is_anything_new(archive, [], FAST)
    assert is_anything_new(archive, [inputs.folder], FAST)
    ingest(archive, [inputs.folder], FAST)
    assert not is_anything_new(archive, [inputs.folder], FAST)
    assert is_anything_new(archive, [one], OTHER)
    assert rows(archive, "SELECT count(*) FROM store_runs") == [(2,)]


def test_how_documents_are_handed_out_is_the_only_variable(archive: Archive, inputs: Inputs) -> None:
    inputs.reports("sala-2023", "amal-2019")
    given: list[int] = []

    def one_by_one(jobs: Sequence[engine.Job], at_a_time: int, listener: Listener) -> Iterator[Outcome]:
        given.extend((len(jobs), at_a_time))
        yield from (engine.ingest_document(job, listener) for job in jobs)

    summary = ingest(archive, [inputs.folder], FAST, hand_out=one_by_one)
    assert given == [2, 2]
    assert len(summary.of(Status.DONE)) == 2
    assert report_ids(archive) == ["amal-2019", "sala-2023"]


def outcome(number: int) -> Outcome:
    return Outcome(f"{number}.pdf", Status.DONE, report_id=f"sala-{number}", seconds=2.0)


def test_the_time_left_follows_pages_once_some_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now[0])
    one = Estimate()
    one.planned(3)
    assert one.state().seconds_left is None
    for page in range(1, 5):
        one.page("a.pdf", Progress(page, 10))
    now[0] = 8.0
    assert (one.state().pages, one.state().pages_done) == (30, 4), "the unopened ones are taken to be as long"
    assert one.state().seconds_left == pytest.approx(8.0 / 4 * 26)
    one.page("b.pdf", Progress(1, 20))
    assert one.state().pages == 45
    for number in range(3):
        one.finished(outcome(number))
    assert one.state().seconds_left == 0.0


def test_the_time_left_follows_documents_where_no_page_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now[0])
    one = Estimate()
    one.planned(4)
    one.finished(outcome(0))
    now[0] = 10.0
    assert one.state().seconds_left == pytest.approx(30.0)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (59, "59 s"), (90, "2 min"), (3600, "1 h 0 min"), (12060, "3 h 21 min")]
)
def test_a_duration_has_the_precision_of_an_estimate(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.fixture
def quick(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """The command with the reading process of tests."""

    class Quick(engine.IngestSettings):
        worker: str = "tests.support.ingest_worker"
        quiet_seconds: float = 0.0

    for name in ("PREFECT_API_URL", "KOMPASS_RUNNER", "KOMPASS_DASK", "KOMPASS_LOG_JSON"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(engine, "IngestSettings", Quick)
    return archive


def test_without_a_terminal_each_document_is_a_line(quick: Archive, inputs: Inputs) -> None:
    inputs.reports("sala-2023")
    inputs.write("bad.txt", "error NotAReportError 17 bad.txt lacks everything.")
    result = CliRunner().invoke(main, ["ingest", str(inputs.folder), "--archive", str(quick.folder)])
    assert result.exit_code == 0, result.output
    lines = result.stderr.splitlines()
    assert sorted(line[:4] for line in lines) == ["1/2 ", "2/2 "]
    assert sum("done: " in line and "sala-2023, " in line for line in lines) == 1
    assert sum("failed: " in line and "lacks everything" in line for line in lines) == 1
    assert "1 done, 0 skipped, 1 failed" in result.stdout


@pytest.mark.parametrize("place", ["before", "behind"])
def test_logs_can_be_json_a_line_each(
    quick: Archive, inputs: Inputs, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    import logging

    inputs.reports("sala-2023")
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    given = ["ingest", str(inputs.folder), "--archive", str(quick.folder)]
    given = ["--log-json", *given] if place == "before" else [*given, "--log-json"]
    result = CliRunner().invoke(main, given)
    logging.captureWarnings(False)
    monkeypatch.delenv("KOMPASS_LOG_JSON", raising=False)
    assert result.exit_code == 0, result.output
    told = [json.loads(line) for line in result.stderr.splitlines()]
    assert [one["event"] for one in told] == ["planned", "document", "summary"]
    assert told[2]["summary"]["done"] == 1
    assert result.stdout == ""
    assert told[1]["outcome"]["report_id"] == "sala-2023"
    assert told[1]["progress"]["documents_done"] == 1
    assert {"time", "level", "logger", "message"} <= told[0].keys()


UNLOADED = ("prefect", "cv2", "onnxruntime", "spacy", "pypdfium2", "sklearn", "alembic", "fastapi")

NOTHING_NEW = """
import sys
from kompass_extract.cli import main
main(sys.argv[1:], standalone_mode=False)
print(*sys.modules)
"""


def test_with_nothing_new_nothing_heavy_is_loaded_or_started(
    quick: Archive, inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs.write("bad.txt", "error NotAReportError 17 bad.txt lacks everything.")
    ingest(quick, [inputs.folder], FAST)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")  # where nobody answers, and nobody is asked
    done = subprocess.run(
        [sys.executable, "-c", NOTHING_NEW, "ingest", str(inputs.folder), "--archive", str(quick.folder)],
        capture_output=True, text=True, timeout=120, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "1 skipped (1 failed before)" in done.stdout
    assert not set(UNLOADED) & set(done.stdout.split())
    assert not (quick.folder / "prefect").exists()


def test_without_inputs_no_archive_is_made(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["ingest", "--archive", str(tmp_path / "mistyped")])
    assert (result.exit_code, (tmp_path / "mistyped").exists()) == (2, False)
    assert "--archive" in result.output
