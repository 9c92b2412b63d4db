"""Read all pages of a file in parallel, one page image at a time per worker.

The calling process reads pages with a usable text layer, since starting another process takes longer.

Each worker is a process that loads its recognisers once; only a few pages are in progress at any moment,
so memory does not grow with the report.  A page that crashes its worker or times out is returned as a
failed page, and the others are still read.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures import TimeoutError as OutOfTime
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

import cv2

from kompass_extract.errors import KompassError, OcrFailedError
from kompass_extract.pages.source import SourceFile, SourceKind, may_be_digital
from kompass_extract.process import limits
from kompass_extract.process.limits import usable_cores
from kompass_extract.settings import ReadingSettings
from kompass_extract.words.cache import ReadingCache
from kompass_extract.words.page_reader import PageReading, Readers, failed_page, read_digital, read_page

A4_PT = (595.3, 841.9)
HARD_LIMIT_FACTOR = 2.0  # a page that takes this multiple of its timeout hangs outside the recogniser
AHEAD = 2  # pages submitted per worker
FEWEST_APART = 3  # least pages to recognise for which processes are started: a start costs a third of a page

MakeReaders = Callable[[], Readers]


@dataclass(frozen=True, slots=True)
class PageDone:
    """Progress: page ``number`` of ``pages`` was read, in ``seconds`` since the first began."""

    number: int
    pages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Care:
    """What a second attempt knows of the first: ``lost`` pages are skipped; with ``apart`` this process reads none.

    ``begun`` is called before this process reads a page itself.
    """

    lost: Mapping[int, str] = field(default_factory=dict)
    apart: bool = False
    begun: Callable[[int], None] | None = None


def read_pages(
    source: SourceFile,
    make_readers: MakeReaders,
    settings: ReadingSettings,
    *,
    jobs: int | None = None,
    progress: Callable[[PageDone], None] | None = None,
    meanwhile: Callable[[], object] | None = None,
    cache: ReadingCache | None = None,
    care: Care | None = None,
) -> list[PageReading]:
    """All pages of a PDF or image in order; ``make_readers`` must be picklable when ``jobs`` is above 1.

    ``meanwhile`` is called once workers are busy, to prepare later stages.  Pages in ``cache`` are not read
    again; each page read is added to it, except failed pages.
    """
    start, care = monotonic(), care or Care()
    numbers = range(1, source.pages + 1)
    readings = {number: known for number in numbers if cache is not None and (known := cache.get(number)) is not None}
    readings |= {number: failed_page(number, *A4_PT, why) for number, why in care.lost.items()}
    work = _Work(source, make_readers, settings, care)
    read = _all(work, [number for number in numbers if number not in readings], jobs or usable_cores(), meanwhile)
    for number in readings:
        if progress is not None:
            progress(PageDone(number, source.pages, monotonic() - start))
    for reading in read:
        readings[reading.number] = reading
        if cache is not None and reading.failure is None:
            cache.put(reading)
        if progress is not None:
            progress(PageDone(reading.number, source.pages, monotonic() - start))
    return [readings[number] for number in numbers]


def _all(
    work: _Work, missing: Sequence[int], jobs: int, meanwhile: Callable[[], object] | None
) -> Iterator[PageReading]:
    """Yield pages as they finish: first those with a text layer, then those that must be recognised."""
    readers = _loaded_once(work.make_readers)
    alone = jobs <= 1 or multiprocessing.current_process().daemon
    if not alone and not work.care.apart:
        left = []
        for number in missing:
            reading = _digital(work, number, readers)
            if reading is None:
                left.append(number)
            else:
                yield reading
        missing, alone = left, len(left) < FEWEST_APART
    if alone and not work.care.apart:
        yield from _inline(work, missing, readers)
    elif missing:
        for count, reading in enumerate(_parallel(work, missing, min(jobs, len(missing)))):
            if meanwhile is not None and count == 0:
                meanwhile()
            yield reading


def _loaded_once(make_readers: MakeReaders) -> Callable[[], Readers]:
    loaded: list[Readers] = []

    def readers() -> Readers:
        if not loaded:
            loaded.append(make_readers())
        return loaded[0]

    return readers


def _digital(work: _Work, number: int, readers: Callable[[], Readers]) -> PageReading | None:
    """Read the page from its text layer; None if it must be recognised."""
    if work.source.kind is not SourceKind.PDF:
        return None
    work.begin(number)
    try:
        if not may_be_digital(work.source, number):
            return None
        with limits.processor_time(work.settings.page_timeout):
            return read_digital(work.source, number, readers)[0]
    except KompassError:
        raise
    except Exception as error:  # as in ``_guarded``
        return failed_page(number, *A4_PT, f"{type(error).__name__}: {error}")


def _inline(work: _Work, numbers: Iterable[int], readers: Callable[[], Readers]) -> Iterator[PageReading]:
    for number in numbers:
        work.begin(number)
        yield _guarded(work.source, number, readers, work.settings)


def _guarded(source: SourceFile, number: int, readers: Callable[[], Readers], settings: ReadingSettings) -> PageReading:
    """Read a page, or return it as failed with the reason; raise errors that end the whole run (a missing model)."""
    try:
        with limits.processor_time(settings.page_timeout):
            return read_page(source, number, readers, settings)
    except KompassError:
        raise
    except Exception as error:  # any error of a library over a damaged page fails the page, not the run
        return failed_page(number, *A4_PT, f"{type(error).__name__}: {error}")


@dataclass(frozen=True, slots=True)
class _Work:
    """The arguments of a worker besides the page's number."""

    source: SourceFile
    make_readers: MakeReaders
    settings: ReadingSettings
    care: Care

    def begin(self, number: int) -> None:
        """Report that this process reads the page."""
        if self.care.begun is not None:
            self.care.begun(number)

    def limit(self, ahead: int) -> float:
        """Return the seconds after which a page queued behind ``ahead`` others must hang outside its recogniser."""
        return self.settings.page_timeout * HARD_LIMIT_FACTOR * (ahead + 1)


def _parallel(work: _Work, numbers: Iterable[int], workers: int) -> Iterator[PageReading]:
    """Yield pages as they finish.  If a worker dies or hangs, each page in progress is read again, alone."""
    waiting = deque(sorted(numbers))
    while waiting:
        suspects = yield from _together(work, waiting, workers)
        for number in suspects:
            yield _alone(work, number)


def _together(work: _Work, waiting: deque[int], workers: int) -> Generator[PageReading, None, list[int]]:
    """Read pages from ``waiting`` until it is empty or a worker is lost; return the pages then in progress."""
    with _pool(work.make_readers, workers) as pool:
        started = pool.submit(_started)
        running: dict[Future[PageReading], tuple[int, float]] = {}
        while waiting or running:
            while waiting and len(running) < workers * AHEAD:
                number = waiting.popleft()
                running[pool.submit(_read, work.source, number, work.settings)] = (number, monotonic())
            oldest = min(since for _, since in running.values())
            done, _ = wait(
                running, timeout=max(0.1, oldest + work.limit(AHEAD) - monotonic()), return_when="FIRST_COMPLETED"
            )
            lost = not done
            for future in done:
                try:
                    yield future.result(timeout=0)
                    del running[future]
                except BrokenProcessPool:
                    lost = True
            if lost:
                _require_start(started)
                return sorted(number for number, _ in running.values())
    return []


def _alone(work: _Work, number: int) -> PageReading:
    """Read the page in its own worker, or return it as failed with the reason."""
    with _pool(work.make_readers, 1) as pool:
        limit = work.limit(AHEAD)
        try:
            return pool.submit(_read, work.source, number, work.settings).result(timeout=limit)
        except BrokenProcessPool:
            return failed_page(number, *A4_PT, "The reader crashed on this page.")
        except OutOfTime:
            return failed_page(number, *A4_PT, f"The page was not read within {limit:.0f} s.")


def _require_start(started: Future[bool]) -> None:
    """Raise OcrFailedError if no worker became ready for work."""
    if started.done() and isinstance(started.exception(), BrokenProcessPool):
        raise OcrFailedError(
            "The processes that read pages cannot start here. Read with one at a time (--jobs 1); a script that "
            'calls the library needs its own work under `if __name__ == "__main__":`.'
        )


@contextmanager
def _pool(make_readers: MakeReaders, workers: int) -> Iterator[ProcessPoolExecutor]:
    """Provide worker processes that end with the block, whatever they are doing."""
    # A fork would start faster, but hang if a library of this process has its own threads.
    context = multiprocessing.get_context("spawn")
    given = (make_readers, os.getpid())
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=given)
    try:
        with limits.safe_path():
            yield pool
    finally:
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()


_worker_readers: list[Readers] = []
_worker_maker: list[MakeReaders] = []


def _start(make_readers: MakeReaders, parent: int) -> None:
    limits.follow(parent)
    limits.fence()
    cv2.setNumThreads(1)  # one thread per page; the pages are the parallel work
    _worker_readers.clear()
    _worker_maker[:] = [make_readers]


def _started() -> bool:
    return True


def _readers() -> Readers:
    if not _worker_readers:
        _worker_readers.append(_worker_maker[0]())
    return _worker_readers[0]


def _read(source: SourceFile, number: int, settings: ReadingSettings) -> PageReading:
    return _guarded(source, number, _readers, settings)
