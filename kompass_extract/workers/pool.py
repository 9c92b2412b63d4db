"""Documents read in processes of their own, with limits on time and memory, and started anew when one dies."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import IO, TYPE_CHECKING, TypeVar

from kompass_extract.errors import STOPPED, DocumentCrashError, DocumentLimitError, InterruptedRunError
from kompass_extract.process.limits import MEMORY_BYTES
from kompass_extract.resources import FOLDER_VARIABLE
from kompass_extract.workers.protocol import (
    Done,
    Drawn,
    Failed,
    Lines,
    Listed,
    Message,
    PageBegun,
    PagesRead,
    PictureOrder,
    Progress,
    Request,
    WorkOrder,
    packed,
    unpacked,
)
from kompass_extract.workers.start import command

if TYPE_CHECKING:
    from kompass_extract.settings import ReadingSettings

_TAIL_BYTES = 2000  # of what a dead worker printed last
_GRACE_SECONDS = 5.0  # for a killed process to be gone

Told = Callable[[Progress], None]
Answered = TypeVar("Answered")


@dataclass(frozen=True)
class Limits:
    """What one document may take; ValueError for less than anything can be read with."""

    seconds: float = 3600.0  # for the whole document; 45 scanned pages take 5 minutes on one core
    stall_seconds: float = 900.0  # without a page done; a page that hangs is given up by its reader before
    memory_bytes: int = MEMORY_BYTES  # private memory of each process, 0 for no limit; a scan takes 0.7e9
    documents: int = 50  # read by one process before it is started anew

    def __post_init__(self) -> None:
        if self.seconds <= 0 or self.stall_seconds <= 0 or self.memory_bytes < 0 or self.documents < 1:
            raise ValueError(f"limits must be positive: {self}")


@dataclass(frozen=True)
class WorkerSettings:
    """How reading processes are started.

    ``reading`` None takes the usual settings, ``models`` None the usual folder of models.  ``cache`` keeps the readings
    of pages.  The main of ``module`` is run; tests have others.
    """

    engine: str = "auto"
    reading: ReadingSettings | None = None
    cache: Path | None = None
    models: Path | None = None
    limits: Limits = Limits()
    module: str = "kompass_extract.workers.reader"

    def command(self) -> list[str]:
        """The command line of a child of this process."""
        given = ["--engine", self.engine, "--settings", self.reading.model_dump_json() if self.reading else "{}"]
        given += ["--cache", str(self.cache)] if self.cache else []
        return command(self.module, os.getpid(), self.limits.memory_bytes, given)

    def environment(self) -> dict[str, str]:
        """The environment of a child of this process."""
        return {**os.environ, **({FOLDER_VARIABLE: str(self.models)} if self.models else {})}


class Worker:
    """One reading process, which ends with the thread that makes this.  Not for two threads at once."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._read = 0
        self._lines = Lines()
        self._printed: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by ``end``)
        self._process = subprocess.Popen(
            settings.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._printed,
            start_new_session=True, env=settings.environment(),
        )  # fmt: skip

    @property
    def usable(self) -> bool:
        return self._process.poll() is None and self._read < self._settings.limits.documents

    def read(self, order: WorkOrder, told: Told | None = None) -> Done | Failed:
        """Read a document; DocumentLimitError or DocumentCrashError, after which the worker is gone."""
        return self._ask(order, order.name, Done, told)

    def pages(self, order: WorkOrder, told: Told | None = None) -> PagesRead | Failed:
        """Read a document's pages into the cache; errors as of ``read``."""
        return self._ask(order, order.name, PagesRead, told)

    def listed(self, order: WorkOrder, told: Told | None = None) -> Listed | Failed:
        """List what a room gave; errors as of ``read``."""
        return self._ask(order, order.name, Listed, told)

    def draw(self, wanted: PictureOrder) -> Drawn | Failed:
        """Draw a page; errors as of ``read``."""
        return self._ask(wanted, Path(wanted.path).name, Drawn)

    def _ask(self, order: Request, name: str, kind: type[Answered], told: Told | None = None) -> Answered | Failed:
        """The answer of the kind that belongs to the order; DocumentCrashError for one of another kind."""
        self._read += 1
        limits, began = self._settings.limits, monotonic()
        page: int | None = None  # that the process is reading itself
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(packed(order))
            self._process.stdin.flush()
            for message in self._messages(began + limits.seconds, limits.stall_seconds, name):
                if isinstance(message, (kind, Failed)):
                    return message
                if isinstance(message, Done | PagesRead | Listed | Drawn):
                    raise DocumentCrashError(f"{name}: the reading process answered with another thing than was asked.")
                if isinstance(message, PageBegun):
                    page = message.page
                elif isinstance(message, Progress):
                    page = None
                    if told is not None:
                        told(message)
        except (BrokenPipeError, ValueError) as error:
            self.end()
            raise DocumentCrashError(f"{name}: the reading process broke off ({error}).") from error
        except BaseException:
            self.end()
            raise
        status = self._process.wait(_GRACE_SECONDS)
        tail = self._tail()
        self.end()
        raise _lost(name, page, status, tail)

    def _messages(self, end: float, stall: float, name: str) -> Iterator[Message]:
        """What the worker says until it ends."""
        assert self._process.stdout is not None
        answers = self._process.stdout.fileno()
        last = monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(answers, selectors.EVENT_READ)
            while True:
                limit = min(end, last + stall)
                if not selector.select(max(0.0, limit - monotonic())):
                    seconds = self._settings.limits.seconds if limit == end else stall
                    raise DocumentLimitError(f"{name} was given up: nothing more came within {seconds:.0f} s.")
                data = os.read(answers, 1 << 20)
                if not data:
                    return
                last = monotonic()
                for line in self._lines.add(data):
                    yield unpacked(line)

    def printed(self) -> str:
        """The end of what the process printed."""
        size = self._printed.seek(0, os.SEEK_END)
        self._printed.seek(max(0, size - _TAIL_BYTES))
        return self._printed.read().decode("utf-8", "replace")

    def _tail(self) -> str:
        last = self.printed().strip().splitlines()
        return f" It said: {last[-1]}" if last else ""

    def kill(self) -> None:
        """End the process and its page processes, whatever they are doing; safe while another thread reads."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """As ``kill``, and let go of all that belongs to it."""
        self.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE_SECONDS)
        for stream in (self._process.stdin, self._process.stdout, self._printed):
            with suppress(OSError, ValueError):
                if stream is not None:
                    stream.close()


def _lost(name: str, page: int | None, status: int, tail: str) -> DocumentCrashError | DocumentLimitError:
    """The error of a process that ended instead of answering; ``page`` is the one that it was reading."""
    if status == -signal.SIGXCPU and page is None:
        return DocumentLimitError(f"{name} took more processor time than one document may.")
    error = DocumentCrashError(f"{name} ended the process that read it ({_ending(status)}).{tail}")
    if page is not None:
        why = (
            "The page took more processor time than one may."
            if status == -signal.SIGXCPU
            else f"Reading the page ended the process ({_ending(status)})."
        )
        error.lost = ((page, why),)
    return error


def _ending(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit code {status}"


def read_twice(order: WorkOrder, read: Callable[[WorkOrder], Answered]) -> Answered:
    """Read a document; if that ends the process, once more with every page apart and without the page that did it."""
    try:
        return read(order)
    except DocumentCrashError as error:
        return read(replace(order, jobs=max(2, order.jobs), apart=True, lost=error.lost))


def _starter() -> ThreadPoolExecutor:
    """One thread that starts all processes: a process ends with the thread that started it."""
    return ThreadPoolExecutor(1, "starts-workers")


class Workers:
    """Reading processes, as many as are used at once, each started when first needed and kept for the next."""

    def __init__(self) -> None:
        self._idle: dict[WorkerSettings, list[Worker]] = {}
        self._busy: dict[str, set[Worker]] = {}
        self._stopped: set[str] = set()
        self._lock = threading.Lock()
        self._starter = _starter()
        self._process = os.getpid()

    @contextmanager
    def borrowed(self, settings: WorkerSettings, run: str) -> Iterator[Worker]:
        """A worker for one document of a run; InterruptedRunError where the run was stopped meanwhile."""
        with self._lock:
            self.require(run)
            waiting = self._idle.setdefault(settings, [])
            worker = waiting.pop() if waiting else self._started(settings)
            self._busy.setdefault(run, set()).add(worker)
        try:
            yield worker
        except BaseException as error:
            worker.end()
            with self._lock:
                self._busy[run].discard(worker)
                if isinstance(error, DocumentCrashError):
                    self.require(run)
            raise
        with self._lock:
            self._busy[run].discard(worker)
            if worker.usable:
                self._idle.setdefault(settings, []).append(worker)
                return
        worker.end()

    def _started(self, settings: WorkerSettings) -> Worker:
        if self._process != os.getpid():  # a fork takes no thread with it
            self._starter, self._process = _starter(), os.getpid()
        return self._starter.submit(Worker, settings).result()

    def require(self, run: str) -> None:
        """InterruptedRunError where a run was stopped."""
        if run in self._stopped:
            raise InterruptedRunError(STOPPED)

    def stop(self, run: str) -> None:
        """End what a run is reading, at once; it can read nothing more."""
        with self._lock:
            self._stopped.add(run)
            busy = list(self._busy.get(run, ()))
        for worker in busy:
            worker.kill()

    def end(self) -> None:
        """End all that are idle."""
        with self._lock:
            idle = [worker for waiting in self._idle.values() for worker in waiting]
            self._idle.clear()
        for worker in idle:
            worker.end()
