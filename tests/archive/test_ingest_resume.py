"""An interrupted reading goes on at the page where it was: a real PDF, real readers, a real kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import IngestSettings, ingest
from kompass_extract.archive.results import Status
from kompass_extract.report import export
from tests.support.hostile import BORN_DIGITAL
from tests.support.ingesting import report_ids

SECONDS = 240  # for five pages and the models on a busy machine
PAGES = 25


def pages_read(archive: Archive) -> dict[Path, int]:
    """The pages in the cache, and when each was read."""
    return {path: path.stat().st_mtime_ns for path in archive.cache.rglob("*.page")}


@pytest.mark.slow
@pytest.mark.ocr
def test_a_killed_reading_goes_on_at_the_page_where_it_was(tmp_path: Path) -> None:
    archive = Archive.at(tmp_path / "archive")
    script = (
        "import sys; from pathlib import Path; from kompass_extract.archive.folder import Archive;"
        "from kompass_extract.archive.ingestion import ingest;"
        "ingest(Archive.at(Path(sys.argv[1])), [Path(sys.argv[2])])"
    )
    command = [sys.executable, "-c", script, str(archive.folder), str(BORN_DIGITAL)]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2]) as run:
        end = time.monotonic() + SECONDS
        while len(pages_read(archive)) < 5 and run.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        readers = psutil.Process(run.pid).children(recursive=True)
        os.kill(run.pid, signal.SIGKILL)
    _, left = psutil.wait_procs(readers, timeout=SECONDS)
    assert not left, "the reading process follows"
    before = pages_read(archive)
    assert 5 <= len(before) < PAGES
    assert not list(archive.reports.glob("*.json"))
    summary = ingest(archive, [BORN_DIGITAL], IngestSettings())
    assert [one.report_id for one in summary.of(Status.DONE)] == ["hoganas-2018"]
    after = pages_read(archive)
    assert len(after) == PAGES
    assert {path: after[path] for path in before} == before, "no page is read twice"
    assert report_ids(archive) == ["hoganas-2018"]
    report = export.load_report(archive.report_path("hoganas-2018"))
    assert report.source.file_name == BORN_DIGITAL.name
    assert not any(page.failure for page in report.pages)
