"""kill -9 at every stage and a rerun: nothing lost, nothing doubled."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import psutil
import pytest

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import ingest
from kompass_extract.archive.results import Status
from tests.support.ingest_driver import STAGES, drive
from tests.support.ingesting import FAST, Inputs, orders, report_ids, rows

IDS = ["amal-2019", "sala-2023", "sala-2023-2", "umea-2020"]
SECONDS = 90  # for a process on a busy machine
AT_A_TIME = 2  # documents read side by side


@pytest.fixture
def archive(archive: Archive, inputs: Inputs) -> Archive:
    """An archive whose inputs lie ready."""
    inputs.reports("sala-2023", "amal-2019", "umea-2020", "sala-2023")
    inputs.write("bad.txt", "error NotAReportError 17 bad.txt lacks everything.")
    return archive


def killed(archive: Archive, folder: Path, stage: str, count: int) -> bool:
    """Whether an ingestion was killed at the stage."""
    run = drive(archive, folder, stage, count)
    run.join(SECONDS)
    return run.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("stage", list(STAGES))
def test_killed_and_run_again(archive: Archive, tmp_path: Path, stage: str) -> None:
    once = stage in {"looked around", "inputs recorded", "failure recorded", "about to end"}
    assert killed(archive, tmp_path / "in", stage, 1 if once else 2)
    ingest(archive, [tmp_path / "in"], FAST)
    assert report_ids(archive) == IDS
    assert rows(archive, "SELECT error FROM store_failures") == [("NotAReportError",)]
    assert rows(archive, "SELECT status FROM store_runs ORDER BY id") == [("dead",), ("done",)]
    assert rows(archive, "SELECT * FROM store_claims") == []
    read = orders(tmp_path)
    assert 5 <= len(read) <= 5 + AT_A_TIME, "at most what was under way is read again"
    assert ingest(archive, [tmp_path / "in"], FAST).of(Status.DONE) == ()
    assert len(orders(tmp_path)) == len(read)


def test_what_was_recorded_is_not_read_again(archive: Archive, tmp_path: Path) -> None:
    assert killed(archive, tmp_path / "in", "recorded", 3)
    recorded = len(rows(archive, "SELECT * FROM store_reports"))
    assert recorded >= 2
    ingest(archive, [tmp_path / "in"], FAST)
    assert report_ids(archive) == IDS
    assert len(orders(tmp_path)) <= 5 + (4 - recorded)


def test_the_reading_processes_end_with_the_run_that_was_killed(archive: Archive, tmp_path: Path) -> None:
    for path in (tmp_path / "in").iterdir():
        path.unlink()
    Inputs(tmp_path / "in").write("hang.txt", "hang")
    run = drive(archive, tmp_path / "in", "about to end", 99)
    end = time.monotonic() + SECONDS
    while not orders(tmp_path) and time.monotonic() < end:
        time.sleep(0.05)
    readers = psutil.Process(run.pid).children(recursive=True)
    assert readers
    run.kill()
    run.join(10)
    _, alive = psutil.wait_procs(readers, timeout=20)
    assert not alive


def test_a_dead_run_on_another_machine_is_taken_over_when_its_claims_expire(archive: Archive, tmp_path: Path) -> None:
    from kompass_extract.archive import ingestion as engine
    from kompass_extract.archive.claims import EXPIRY_SECONDS
    from kompass_extract.archive.store import Store

    assert killed(archive, tmp_path / "in", "claimed", 1)
    store = Store.open(archive)
    with store.write() as session:
        for table in ("store_claims", "store_runs"):
            session.connection().exec_driver_sql(f"UPDATE {table} SET owner = 'elsewhere#1@1'")
    with engine.running(archive, FAST) as (run, finish):
        plan = engine.plan(run, [tmp_path / "in"])
        outcomes = [engine.ingest_document(job) for job in plan.jobs]
        late = engine.postponed(plan.jobs, outcomes)
        assert 1 <= len(late) <= AT_A_TIME, "its claims are respected"
        with store.write() as session:
            session.connection().exec_driver_sql(
                f"UPDATE store_claims SET heartbeat = heartbeat - {EXPIRY_SECONDS + 1}"
            )
        outcomes += [engine.ingest_document(job) for job in late]
        finish([plan.outcomes, engine.settled_outcomes(outcomes)])
    assert report_ids(archive) == IDS
