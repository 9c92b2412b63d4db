"""Reading a document, or drawing a page, in a fenced process: what every command that opens foreign files uses.

The caller opens no foreign file itself, so nothing that a library does with one can hurt it.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from kompass_extract import errors
from kompass_extract.errors import KompassError, UnexpectedError, printable
from kompass_extract.workers.pool import Limits, Worker, Workers, WorkerSettings, read_twice
from kompass_extract.workers.protocol import Done, Failed, Listed, PagesRead, PictureOrder, Progress, WorkOrder

if TYPE_CHECKING:
    from kompass_extract.model.report import Report

Told = Callable[[Progress], None]

PICTURE_LIMITS = Limits(seconds=60.0, stall_seconds=60.0, documents=1000)  # a page takes a fifth of a second


class FencedReader:
    """Reads one document after another in a process that is started when first needed.  Close it with ``end``."""

    def __init__(self, settings: WorkerSettings | None = None) -> None:
        self._settings = settings or WorkerSettings()
        self._worker: Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def read(self, path: Path, *, jobs: int, debug_dir: Path | None = None, told: Told | None = None) -> Done:
        """Read a document, ``jobs`` pages at a time; the error of ``errors`` that it came to."""
        order = WorkOrder(
            str(path), printable(path.name), jobs, debug_dir=None if debug_dir is None else str(debug_dir)
        )
        answer = read_twice(order, lambda one: self._ready().read(one, told))
        if isinstance(answer, Failed):
            raise error_of(answer)
        return answer

    def pages(self, path: Path, *, jobs: int, told: Told | None = None) -> PagesRead:
        """Read a document's pages into the cache of the settings; the error of ``errors`` that it came to."""
        order = WorkOrder(str(path), printable(path.name), jobs, pages_only=True)
        answer = read_twice(order, lambda one: self._ready().pages(one, told))
        if isinstance(answer, Failed):
            raise error_of(answer)
        return answer

    def listed(
        self, path: Path, room: str, *, span: tuple[int, int] | None = None, folder: Path | None = None, jobs: int
    ) -> Listed:
        """List what a room gave of a span of pages (None: all), with pictures in ``folder``; errors as of ``read``."""
        order = WorkOrder(
            str(path), printable(path.name), jobs, debug_dir=None if folder is None else str(folder), room=room,
            shown=span,
        )  # fmt: skip
        answer = read_twice(order, lambda one: self._ready().listed(one))
        if isinstance(answer, Failed):
            raise error_of(answer)
        return answer

    def printed(self) -> str:
        """The end of what the process printed: the traceback of an unexpected error."""
        return "" if self._worker is None else self._worker.printed()

    def end(self) -> None:
        """End the process."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def _ready(self) -> Worker:
        if self._worker is None or not self._worker.usable:
            self.end()
            self._worker = Worker(self._settings)
        return self._worker


class FencedPictures:
    """Draws pages in a process of its own, one at a time; safe to use from several threads."""

    def __init__(self, settings: WorkerSettings | None = None) -> None:
        self._settings = settings or WorkerSettings(limits=PICTURE_LIMITS)
        self._workers = Workers()
        self._lock = threading.Lock()

    def jpeg(self, wanted: PictureOrder) -> bytes:
        """The page's picture; the error of ``errors`` that drawing it came to."""
        with self._lock, self._workers.borrowed(self._settings, "pictures") as worker:
            answer = worker.draw(wanted)
        if isinstance(answer, Failed):
            raise error_of(answer)
        return base64.b64decode(answer.jpeg)

    def end(self) -> None:
        """End the process."""
        self._workers.end()


def error_of(failed: Failed) -> KompassError:
    """The error that a process reported, as it would have been raised here."""
    kind = getattr(errors, failed.error, None)
    if isinstance(kind, type) and issubclass(kind, KompassError):
        return kind(failed.message)
    return UnexpectedError(failed.message)


def extract(
    path: Path, *, settings: WorkerSettings | None = None, jobs: int = 1, debug_dir: Path | None = None,
    told: Told | None = None,
) -> Report:  # fmt: skip
    """Read one report as ``pipeline.extract`` does, in a fenced process that is started for it and ended after it."""
    from kompass_extract.model.report import Report

    with FencedReader(settings) as reader:
        return Report.model_validate_json(reader.read(path, jobs=jobs, debug_dir=debug_dir, told=told).report)
