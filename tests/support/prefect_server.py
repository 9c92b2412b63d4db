"""Prefect as its users run it: a server with its scheduler, a process work pool, a worker; each a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.support.webserver import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 180.0  # for the server on a busy machine: it makes its tables
WAIT_SECONDS = 240.0  # for a flow run to be scheduled, taken and done
_COMMAND_SECONDS = 180.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PrefectServer:
    """A server on a free port of loopback, with ``environment`` for those who use it."""

    url: str
    folder: Path
    environment: dict[str, str]

    def ask(self, path: str, question: dict[str, Any]) -> Any:
        """What the API answers to a POST."""
        request = urllib.request.Request(
            f"{self.url}{path}", json.dumps(question).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def prefect(self, *arguments: str) -> str:
        """Run the command ``prefect`` in the checkout."""
        return self._run("-m", "prefect", "--no-prompt", *arguments)

    def python(self, script: str, *arguments: str) -> str:
        """Run a script that uses the server; what it printed."""
        return self._run("-c", script, *arguments)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True,
            timeout=_COMMAND_SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    def wait_for(self, look: Callable[[], T | None], what: str) -> T:
        """The first answer of ``look`` that is not None."""
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            if (found := look()) is not None:
                return found
            time.sleep(0.5)
        logs = "\n".join(path.read_text(errors="replace")[-3000:] for path in sorted(self.folder.glob("*.log")))
        raise AssertionError(f"{what} did not come within {WAIT_SECONDS:.0f} s:\n{logs}")

    @contextmanager
    def running(self, name: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """A long-lived ``prefect`` command, ended with the block."""
        with _process(self.folder / f"{name}.log", self.environment, "-m", "prefect", *arguments) as process:
            yield process


@contextmanager
def prefect_server(folder: Path, **variables: str) -> Iterator[PrefectServer]:
    """A server that looks for due schedules every second."""
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "KOMPASS"))}
    environment = {
        **clean,
        "PREFECT_HOME": str(folder / "home"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "1",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_CLI_PROMPT": "false",
        "PYTHONPATH": str(ROOT),
        **variables,
    }
    server = PrefectServer(environment["PREFECT_API_URL"], folder, environment)
    given = ("-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
    with _process(folder / "server.log", environment, *given) as process:
        _wait_until_it_answers(server, process)
        yield server


def _wait_until_it_answers(server: PrefectServer, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{server.url}/health", timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError(f"Prefect's server did not start: {(server.folder / 'server.log').read_text()[-4000:]}")


@contextmanager
def _process(log: Path, environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
