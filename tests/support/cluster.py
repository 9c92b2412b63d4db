"""A Dask cluster of real processes, and the flow ``ingest`` on it in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_START_SECONDS = 60.0
_FLOW_SECONDS = 240.0  # for a test; Prefect's server takes most of it on a busy machine
_SCHEDULER = re.compile(r"Scheduler at:\s+(tcp://\S+)")
_FLOW = """
import json, sys
from pathlib import Path
from flows.local_server import local_server
home, archive, store, inputs, runner = sys.argv[1:]
with local_server(Path(home)) as server:
    from flows.ingest import ingest
    server.ready()
    settings = {"worker": "tests.support.quick_reader", "quiet_seconds": 0}
    summary = ingest([inputs], None, archive, store, settings, runner)  # as a deployment calls it
    print(json.dumps(summary.record()))
"""


@dataclass
class Cluster:
    """A scheduler and its workers, each a process."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A scheduler on a free port of loopback with ``workers`` workers of one thread each."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(name: str, *arguments: str) -> Path:
        log = folder / f"{name}.log"
        with log.open("wb") as output:
            processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", f"distributed.cli.dask_{name.partition('-')[0]}", *arguments],
                    cwd=ROOT,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
        return log

    try:
        log = start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
        address = _wait_for(log, _SCHEDULER)
        for number in range(workers):
            options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
            logs = start(f"worker-{number}", address, *options)
        _wait_for(logs, re.compile(r"(Registered to)"))
        yield Cluster(address, processes[1:])
    finally:
        for process in reversed(processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


@contextmanager
def flow_running(home: Path, archive: Path, store: str, inputs: Path, runner: str) -> Iterator[subprocess.Popen[bytes]]:
    """The flow ``ingest`` under way; ended with the block if it has not ended by then."""
    command = [sys.executable, "-c", _FLOW, str(home), str(archive), store, str(inputs), runner]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "KOMPASS"))}
    with (home.parent / "flow.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def summary_of(process: subprocess.Popen[bytes], log: Path) -> dict[str, Sequence[dict[str, object]]]:
    """What the flow said at its end."""
    output, _ = process.communicate(timeout=_FLOW_SECONDS)
    assert process.returncode == 0, log.read_text()[-4000:]
    summary: dict[str, Sequence[dict[str, object]]] = json.loads(output.splitlines()[-1])
    return summary


def _wait_for(log: Path, pattern: re.Pattern[str]) -> str:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        found = pattern.search(log.read_text())
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"Dask did not start in {_START_SECONDS} s: {log.read_text()[-2000:]}")
