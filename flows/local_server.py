"""Prefect's API for one command: started beside it, private to it, gone with it.

A flow needs an API to report to.  Where ``PREFECT_API_URL`` names one (``prefect server start``), that is used;
otherwise a server of our own is started on a free port of this machine, its books in the archive's folder.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kompass_extract.errors import PrefectServerError
from kompass_extract.settings import LOOPBACK_NAMES

START_SECONDS = 180.0  # its first start makes its tables; a busy machine takes a minute for it
_POLL_SECONDS = 0.05
_END_SECONDS = 10.0  # for what it has still to write down
_SERVE = __name__  # run with python -m; a wheel holds the flows within the package
_ROOT = str(Path(__file__).resolve().parents[__name__.count(".")])  # the folder that both are imported from
ANSWER_SECONDS = 20.0  # for another's server to answer
_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy"})
API_VARIABLE, HOME_VARIABLE = "PREFECT_API_URL", "PREFECT_HOME"

QUIET: Mapping[str, str] = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_CLI_PROMPT": "false",
}
"""Set where the user has not: nothing leaves the machine, and a command prints its own progress."""

ITS_OWN: Mapping[str, str] = {"PREFECT_LOGGING_LEVEL": "CRITICAL"}
"""Where nobody looks at the server: a failed flow's errors are said by the command, in words and once."""

_ALONE: Mapping[str, str] = {
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_REPOSSESSOR_ENABLED": "false",
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
}
"""A server for one command has no schedules, no deployments and nobody who looks at it."""


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server that is starting; ``process`` None where another one is used."""

    process: subprocess.Popen[bytes] | None
    url: str
    secret: str
    log: Path

    def answers(self, *, within: float) -> bool:
        """Whether it answers in so many seconds."""
        request = urllib.request.Request(f"{self.url}/health")
        request.add_header("Authorization", f"Basic {b64encode(self.secret.encode()).decode()}")
        try:
            with urllib.request.urlopen(request, timeout=within):
                return True
        except urllib.error.HTTPError:
            return self.process is None  # another's server: it is there, whatever it thinks of the question
        except (urllib.error.URLError, OSError, ValueError):
            return False

    def ready(self) -> None:
        """Wait until it answers; PrefectServerError."""
        if self.process is None:
            if not self.answers(within=ANSWER_SECONDS):
                raise PrefectServerError(
                    f"No Prefect server answers at {self.url}, which {API_VARIABLE} names. "
                    "Start it, or unset the variable."
                )
            return
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            if self.answers(within=5.0):
                return
            time.sleep(_POLL_SECONDS)
        raise PrefectServerError(f"Prefect's server did not start; {self.log} says why.")


@contextmanager
def local_server(home: Path) -> Iterator[LocalServer]:
    """A server that keeps its books in ``home``, or the one that PREFECT_API_URL names.

    Enter it before Prefect is imported, which reads its settings then; importing it while the server starts saves
    seconds.
    """
    with _direct(os.environ.get(API_VARIABLE)):
        yield from _server(home)


def _require_address(url: str) -> None:
    """PrefectServerError where a server's address is none."""
    try:
        parts = urllib.parse.urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise PrefectServerError(
            f"{API_VARIABLE} is {url!r}, which is no address of a server. "
            "Write it as in http://127.0.0.1:4200/api, or unset the variable."
        )


def _server(home: Path) -> Iterator[LocalServer]:
    known = bool(os.environ.get(API_VARIABLE))
    for name, value in QUIET.items() if known else [*ITS_OWN.items(), *QUIET.items()]:
        os.environ.setdefault(name, value)
    if known:
        yield LocalServer(None, os.environ[API_VARIABLE], os.environ.get("PREFECT_API_AUTH_STRING", ""), home)
        return
    os.environ.setdefault(HOME_VARIABLE, str(home))
    home = Path(os.environ[HOME_VARIABLE])
    server = _start(home)
    told = {
        API_VARIABLE: server.url,
        "PREFECT_API_AUTH_STRING": server.secret,
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
    }
    os.environ.update(told)
    try:
        yield server
    finally:
        for name in told:
            os.environ.pop(name, None)
        _end(server)


@contextmanager
def _direct(url: str | None) -> Iterator[None]:
    """Take the environment's proxies away meanwhile, where the server is on this machine: none may stand between."""
    if url:
        _require_address(url)
    if url and urllib.parse.urlsplit(url).hostname not in LOOPBACK_NAMES:
        yield
        return
    before = {name: os.environ.pop(name) for name in list(os.environ) if name.lower() in _PROXIES}
    try:
        yield
    finally:
        os.environ.update(before)


def _start(home: Path) -> LocalServer:
    home.mkdir(parents=True, exist_ok=True)
    secret, log = f"kompass:{secrets.token_urlsafe(24)}", home / "server.log"
    with socket.create_server(("127.0.0.1", 0)) as listening, log.open("ab") as output:
        port = listening.getsockname()[1]
        environment = {
            **_ALONE, **os.environ, "PREFECT_SERVER_API_AUTH_STRING": secret, "PREFECT_API_AUTH_STRING": secret,
            "PYTHONPATH": os.pathsep.join(filter(None, [_ROOT, os.environ.get("PYTHONPATH", "")])),
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", _SERVE, str(listening.fileno())],
            stdin=subprocess.PIPE, stdout=output, stderr=output, pass_fds=[listening.fileno()], env=environment,
            start_new_session=True, cwd=home,
        )  # fmt: skip
    return LocalServer(process, f"http://127.0.0.1:{port}/api", secret, log)


def _end(server: LocalServer) -> None:
    assert server.process is not None
    told = server.answers(within=0.5)
    if server.process.stdin is not None:
        server.process.stdin.close()
    if not told and server.process.poll() is None:
        return  # still making its tables, and nothing was told to it: it ends by itself
    try:
        server.process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


def _serve(descriptor: int) -> None:
    """The server's own process: serves on an open socket until its standard input ends."""
    import uvicorn
    from prefect.server.api.server import create_app

    class Server(uvicorn.Server):
        """Makes its tables alone: two that begin at once with the same books would each change them."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            with _alone(Path(os.environ[HOME_VARIABLE])):
                await super().startup(sockets=sockets)

    server = Server(uvicorn.Config(create_app(), log_level="error", timeout_graceful_shutdown=1))

    def follow() -> None:
        while os.read(0, 1):  # ends with the process that started this one, however that ends
            pass
        server.should_exit = True
        time.sleep(_END_SECONDS if server.started else START_SECONDS)
        os.kill(os.getpid(), 9)

    threading.Thread(target=follow, daemon=True).start()
    try:
        server.run(sockets=[socket.socket(fileno=descriptor)])
    except Exception:
        traceback.print_exc()  # into the log that the message names
    finally:
        os._exit(0 if server.started else 1)  # all is written down; taking the interpreter apart takes seconds more


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Wait for other servers that begin in ``home``; the lock ends with the process, however that ends."""
    with (home / "starting.lock").open("wb") as lock:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
