"""No command reaches for the network but where it was told to, or writes outside of its folders.

Watched from within every Python process, by a guard on its sockets and files, and by strace where it is installed,
which sees libraries too.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from kompass_extract.archive.folder import Archive
from tests.support.review_archive import PDF, gold_report, put
from tests.support.webserver import free_port, serving

KOMPASS = Path(sys.executable).parent / "kompass"
GUARD = Path(__file__).parent.parent / "support" / "guard"
WAIT_SECONDS = 300.0  # bound of every wait here, far above what is needed
LOOPBACK = {"127.0.0.1", "::1"}
NAMES = {"127.0.0.1", "::1", "localhost", "None"}  # of which the system asks nobody
_OPENED_TO_WRITE = re.compile(r'open(?:at)?\((?:AT_FDCWD|\d+<[^>]*>), "([^"]*)", [^)]*O_(?:WRONLY|RDWR|CREAT)')
_CALLED = re.compile(
    r"\b(?:connect|sendto|bind)\(.*sa_family=AF_INET6?,.*?(?:inet_addr\(\"|inet_pton\(AF_INET6, \")([^\"]+)"
)


@dataclass(frozen=True)
class Seen:
    """Network addresses that a command and its children reached for, names they looked up, files they wrote."""

    addresses: set[str]
    names: set[str]
    files: set[str]


Run = Callable[[list[str], Path, dict[str, str]], None]


def extracted(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    finished([*command, "extract", str(PDF), "--out", "kept"], folder, environment)


def ingested(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    finished([*command, "ingest", str(PDF), "--archive", "kept"], folder, environment)


def watched(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """A look at a page with a report, beside links to elsewhere that must not be asked."""
    with serving() as site:
        host = f"127.0.0.1:{site.port}"
        site.links("/a.pdf", "http://198.51.100.7/rapport.pdf", "https://rapport.example.se/kommunkompassen")
        site.put("/a.pdf", PDF.read_bytes(), content_type="application/pdf")
        (folder / "watch.toml").write_text(
            f'contact = "a@b.se"\npages = ["http://{host}/"]\nallow_private = ["{host}"]\n[limits]\npause = 0.0\n'
        )
        finished([*command, "watch", "--once", "--archive", "kept"], folder, environment)
        assert "/a.pdf" in site.paths()


def reviewed(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """The review pages asked for a list and the picture of a page, and ended."""
    put(Archive.at(folder / "kept", None), gold_report(), PDF)
    port = free_port()
    with (folder / "printed").open("w") as printed:
        serving_it = subprocess.Popen(
            [*command, "review", "--archive", "kept", "--port", str(port), "--as", "Anna"],
            cwd=folder, env=environment, stdout=printed, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            page = asked(serving_it, port, "/page?report=hoganas-2018&page=1")
            (picture,) = set(re.findall(rb'"(/picture/\d+/1\.jpg[^"]*)"', page))
            assert asked(serving_it, port, picture.decode().replace("&amp;", "&")).startswith(b"\xff\xd8")
        finally:
            for process in (psutil.Process(serving_it.pid), *psutil.Process(serving_it.pid).children()):
                if "review" in process.cmdline() and "strace" not in process.name():
                    process.send_signal(signal.SIGTERM)
            serving_it.wait(WAIT_SECONDS)


def asked(server: subprocess.Popen[bytes], port: int, address: str) -> bytes:
    """The body at an address, waited for until the server listens."""
    for _ in range(int(WAIT_SECONDS / 0.1)):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
        try:
            connection.request("GET", address)
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, body[:500]
            return body
        except ConnectionRefusedError:
            assert server.poll() is None, "the server ended"
            psutil.wait_procs([psutil.Process(server.pid)], timeout=0.1)
        finally:
            connection.close()
    raise AssertionError("the server does not listen")


def finished(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=WAIT_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


RUNS: dict[str, Run] = {"extract": extracted, "ingest": ingested, "watch": watched, "review": reviewed}


def environment_of(folder: Path) -> dict[str, str]:
    (folder / "home").mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KOMPASS", "PREFECT", "XDG"))}
    return {**kept, "HOME": str(folder / "home"), "PYTHONDONTWRITEBYTECODE": "1"}


def guarded(run: Run, folder: Path) -> Seen:
    notes = folder / "notes"
    run([str(KOMPASS)], folder, {
        **environment_of(folder), "PYTHONPATH": str(GUARD), "KOMPASS_TEST_GUARD": str(notes),
    })  # fmt: skip
    lines = [line.partition(" ") for line in notes.read_text("utf-8").splitlines()]
    found = {kind: {what for one, _, what in lines if one == kind} for kind in ("net", "name", "write")}
    assert found["write"], "the guard was not loaded"
    return Seen(found["net"], found["name"], found["write"])


def traced(run: Run, folder: Path) -> Seen:
    log = folder / "trace"
    strace = ["strace", "-f", "-qq", "-y", "-e", "trace=connect,sendto,bind,open,openat", "-o", str(log), str(KOMPASS)]
    run(strace, folder, environment_of(folder))
    text = log.read_text(errors="replace")
    return Seen(set(_CALLED.findall(text)), set(), set(_OPENED_TO_WRITE.findall(text)))


@pytest.mark.slow
@pytest.mark.parametrize("seen_by", [
    guarded,
    pytest.param(traced, marks=pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")),
])  # fmt: skip
@pytest.mark.parametrize("command", RUNS)
def test_nothing_leaves_the_machine_and_nothing_is_written_elsewhere(
    command: str, seen_by: Callable[[Run, Path], Seen], tmp_path: Path
) -> None:
    seen = seen_by(RUNS[command], tmp_path)
    assert seen.addresses <= LOOPBACK
    assert seen.names <= NAMES
    written = {tmp_path / path for path in seen.files if not path.startswith(("/dev/", "/proc/"))}
    elsewhere = {path for path in written if not path.is_relative_to(tmp_path / "kept")}
    temporary = Path(tempfile.gettempdir())
    assert all(path == temporary or not path.exists() for path in elsewhere), "files without a name alone"
    assert all(path.is_relative_to(temporary) for path in elsewhere)
    assert not list((tmp_path / "home").iterdir())


def test_the_guard_sees_what_it_is_there_for(tmp_path: Path) -> None:
    program = "import socket; open('x', 'w').close(); "
    program += "socket.getaddrinfo('name.invalid.', 80, flags=socket.AI_NUMERICHOST)"
    environment = {**os.environ, "PYTHONPATH": str(GUARD), "KOMPASS_TEST_GUARD": str(tmp_path / "notes")}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, timeout=WAIT_SECONDS, check=False)
    assert {"write x", "name name.invalid."} <= set((tmp_path / "notes").read_text().splitlines())
