"""Many files of which fifty are hostile: the rest come out, each of the fifty has its reason.

A hundred in ``make test``, two thousand in ``make fuzz``.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from kompass_extract.archive.discover import shown
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import ingest
from kompass_extract.archive.results import Status
from kompass_extract.workers.pool import Limits
from tests.conftest import GOLD
from tests.support import hostile, hostile_pdfs
from tests.support.ingesting import FAST, Inputs, environment, report_ids

FILES = int(os.environ.get("KOMPASS_FUZZ", "100"))
GOOD = max(50, FILES - 50)
MEMORY_BYTES = 1_400_000_000  # private, for each reading process
RESIDENT_BYTES = 2_500_000_000  # of both reading processes and the run together


class Watch(threading.Thread):
    """The most memory that this process and its children had at a time."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self.ended = threading.Event()

    def run(self) -> None:
        before = psutil.Process().memory_info().rss
        while not self.ended.wait(0.1):
            total = psutil.Process().memory_info().rss - before
            for child in psutil.Process().children(recursive=True):
                try:
                    total += child.memory_info().rss
                except psutil.Error:
                    continue
            self.most = max(self.most, total)


@pytest.mark.slow
def test_many_files_of_which_fifty_are_hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(tmp_path, areas=0).items():
        monkeypatch.setenv(name, value)
    inputs = Inputs(tmp_path / "in")
    for number in range(GOOD):
        inputs.write(f"good {number}\n{'é' * (number % 3)}.txt", f"report sala-{number}\n")
    errors = hostile.write(inputs.folder)
    assert len(errors) == 50
    archive, watch = Archive.at(tmp_path / "archive"), Watch()
    settings = FAST.model_copy(
        update={"limits": Limits(seconds=120, stall_seconds=60, memory_bytes=MEMORY_BYTES, documents=500)}
    )
    watch.start()
    summary = ingest(archive, [inputs.folder], settings)
    watch.ended.set()
    assert len(summary.of(Status.DONE)) == GOOD
    assert len(report_ids(archive)) == GOOD
    failed = {one.path.rpartition("/")[2]: one for one in summary.of(Status.FAILED)}
    expected = {shown(Path(name)): error for name, error in errors.items()}
    assert set(failed) == set(expected)
    wrong = {name: (one.error, one.reason) for name, one in failed.items() if one.error not in expected[name].split()}
    assert not wrong
    assert all(len(one.reason) > 20 for one in failed.values())
    assert watch.most < RESIDENT_BYTES
    assert not list(archive.folder.rglob("*secret*"))


def _reading_processes() -> list[psutil.Process]:
    """The workers that read; one that ended and was not waited for has no command any more."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if "tests.support.ingest_worker" in " ".join(child.cmdline()):
                found.append(child)
    return found


def test_the_limit_of_memory_holds_in_the_reading_process(archive: Archive, inputs: Inputs, tmp_path: Path) -> None:
    inputs.write("hang.txt", "hang")
    limits = Limits(seconds=60, stall_seconds=60, memory_bytes=MEMORY_BYTES)
    run = threading.Thread(
        target=ingest, args=(archive, [inputs.folder], FAST.model_copy(update={"limits": limits})), daemon=True
    )
    run.start()
    end = time.monotonic() + 60
    readers: list[psutil.Process] = []
    while not readers and time.monotonic() < end:
        time.sleep(0.05)
        readers = _reading_processes()
    while (tmp_path / "orders.log").exists() is False and time.monotonic() < end:
        time.sleep(0.05)
    assert resource.prlimit(readers[0].pid, resource.RLIMIT_DATA) == (MEMORY_BYTES, MEMORY_BYTES)
    for reader in readers:
        reader.kill()
    while psutil.Process().children() and run.is_alive() and time.monotonic() < end:
        for reader in _reading_processes():
            reader.kill()
        time.sleep(0.05)
    run.join(10)


TEXTS = {
    "digits.txt": "1" * 28 + "a",
    "references.txt": "Kommunkompassen &#" + "9" * 5_000 + "; ",
    "word.txt": "Kommunkompassen " + "a" * 125_000,
    "marks.txt": "e" + "\u0301\u0323" * 200_000,
}


@pytest.mark.slow
def test_what_is_hostile_to_one_reader_is_a_line_of_an_ingestion(tmp_path: Path) -> None:
    """By the command, with its own limits: each file has one outcome, and the good one among them is read."""
    folder = tmp_path / "in"
    folder.mkdir()
    for kind, make in hostile_pdfs.KINDS.items():
        (folder / f"{kind}.pdf").write_bytes(make())
        (folder / f"{kind}.cut.pdf").write_bytes(make()[:-200])
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    shutil.copy(GOLD / "text" / "sala-2023.ocr.txt", folder / "good.txt")
    command = [str(Path(sys.executable).parent / "kompass"), "ingest", "in", "--archive", "archive", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=1500, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    summary = json.loads(done.stdout)
    assert [Path(one["path"]).name for one in summary["done"]] == ["good.txt"]
    outcomes = summary["done"] + summary["failed"] + summary["skipped"]
    assert sorted(Path(one["path"]).name for one in outcomes) == sorted(path.name for path in folder.iterdir())
    assert all(one["exit_code"] and one["error"] and len(one["reason"]) > 20 for one in summary["failed"])
    assert not any(one["error"] == "UnexpectedError" for one in summary["failed"])
