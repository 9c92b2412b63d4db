"""All pages of a file read, in parallel, one picture at a time.

Each worker is a process of its own that loads its readers once; only a few pages are under way at any moment,
so memory does not grow with the report.  A page that crashes its worker or runs out of time comes back as a
failed page and the rest goes on.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures import TimeoutError as OutOfTime
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

import cv2

from kompass_extract.errors import KompassError
from kompass_extract.reading import PageReading, Readers, failed_page, read_page
from kompass_extract.recorded import ReadingCache
from kompass_extract.scan import SourceFile
from kompass_extract.settings import ReadingSettings

A4_PT = (595.3, 841.9)
HARD_LIMIT_FACTOR = 2.0  # a page that takes this many times its timeout hangs outside of the reader
AHEAD = 2  # pages handed out per worker

MakeReaders = Callable[[], Readers]


@dataclass(frozen=True, slots=True)
class PageDone:
    """Progress: page ``number`` of ``pages`` was read, in ``seconds`` since the first began."""

    number: int
    pages: int
    seconds: float


def usable_cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_pages(
    source: SourceFile,
    make_readers: MakeReaders,
    settings: ReadingSettings,
    *,
    jobs: int | None = None,
    progress: Callable[[PageDone], None] | None = None,
    meanwhile: Callable[[], object] | None = None,
    cache: ReadingCache | None = None,
) -> list[PageReading]:
    """All pages of a PDF or image in order; ``make_readers`` must be picklable when ``jobs`` is above 1.

    ``meanwhile`` is called once the workers are busy, for what the stages after need.  Pages in ``cache`` are not read
    again, and those that were read go into it one by one; a failed page does not.
    """
    start = monotonic()
    numbers = range(1, source.pages + 1)
    readings = {number: known for number in numbers if cache is not None and (known := cache.get(number)) is not None}
    missing = [number for number in numbers if number not in readings]
    workers = min(jobs or usable_cores(), len(missing))
    inline = workers <= 1 or multiprocessing.current_process().daemon
    read = _inline(source, missing, make_readers, settings)
    if not inline:
        read = _parallel(source, missing, make_readers, settings, workers)
    for number in readings:
        if progress is not None:
            progress(PageDone(number, source.pages, monotonic() - start))
    for reading in read:
        readings[reading.number] = reading
        if cache is not None and reading.failure is None:
            cache.put(reading)
        if meanwhile is not None and not inline:
            meanwhile()
            meanwhile = None
        if progress is not None:
            progress(PageDone(reading.number, source.pages, monotonic() - start))
    return [readings[number] for number in numbers]


def _inline(
    source: SourceFile, numbers: Iterable[int], make_readers: MakeReaders, settings: ReadingSettings
) -> Iterator[PageReading]:
    loaded: list[Readers] = []

    def readers() -> Readers:
        if not loaded:
            loaded.append(make_readers())
        return loaded[0]

    for number in numbers:
        yield _guarded(source, number, readers, settings)


def _guarded(source: SourceFile, number: int, readers: Callable[[], Readers], settings: ReadingSettings) -> PageReading:
    """A page read, or failed with its reason; what ends the whole run (a missing model) is raised."""
    try:
        return read_page(source, number, readers, settings)
    except KompassError:
        raise
    except Exception as error:  # whatever a damaged page makes a library do is the page's failure, not the run's
        return failed_page(number, *A4_PT, f"{type(error).__name__}: {error}")


def _parallel(
    source: SourceFile, numbers: Iterable[int], make_readers: MakeReaders, settings: ReadingSettings, workers: int
) -> Iterator[PageReading]:
    waiting = sorted(numbers, reverse=True)
    suspects: set[int] = set()
    while waiting:
        alone = bool(suspects)
        with _pool(make_readers, 1 if alone else workers) as pool:
            running: dict[Future[PageReading], tuple[int, float]] = {}
            while waiting or running:
                while waiting and len(running) < (1 if alone else workers * AHEAD):
                    number = waiting.pop()
                    running[pool.submit(_work, source, number, settings)] = (number, monotonic())
                done, failed = _finished(running, settings)
                yield from done
                if failed is None:
                    alone = alone and bool(
                        suspects & {number for number, _ in running.values()} or suspects & set(waiting)
                    )
                    continue
                numbers = sorted(number for number, _ in running.values())
                if len(numbers) == 1:
                    suspects.discard(numbers[0])
                    yield failed_page(numbers[0], *A4_PT, failed)
                else:
                    suspects.update(numbers)
                    waiting.extend(reversed(numbers))
                break


def _finished(
    running: dict[Future[PageReading], tuple[int, float]], settings: ReadingSettings
) -> tuple[list[PageReading], str | None]:
    """Pages that are done, taken out of ``running``; and the reason when a worker died or hangs."""
    limit = settings.page_timeout * HARD_LIMIT_FACTOR * (AHEAD + 1)
    oldest = min(started for _, started in running.values())
    done, _ = wait(running, timeout=max(0.1, oldest + limit - monotonic()), return_when="FIRST_COMPLETED")
    if not done:
        return [], f"The page was not read within {limit:.0f} s."
    pages = []
    for future in done:
        try:
            pages.append(future.result(timeout=0))
        except BrokenProcessPool:
            return pages, "The reader crashed on this page."
        except OutOfTime:
            continue
        del running[future]
    return pages, None


@contextmanager
def _pool(make_readers: MakeReaders, workers: int) -> Iterator[ProcessPoolExecutor]:
    """Worker processes that end with the block, whatever they are doing."""
    # A fork would start faster, and hang where a library of this process has threads of its own.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(make_readers,))
    try:
        yield pool
    finally:
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


_worker_readers: list[Readers] = []
_worker_maker: list[MakeReaders] = []


def _start(make_readers: MakeReaders) -> None:
    cv2.setNumThreads(1)  # one thread per page; the pages are the parallel work
    _worker_readers.clear()
    _worker_maker[:] = [make_readers]


def _readers() -> Readers:
    if not _worker_readers:
        _worker_readers.append(_worker_maker[0]())
    return _worker_readers[0]


def _work(source: SourceFile, number: int, settings: ReadingSettings) -> PageReading:
    return _guarded(source, number, _readers, settings)
