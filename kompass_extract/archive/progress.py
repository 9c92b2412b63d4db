"""How far an ingestion is: who hears of it, and how long the rest will take.

``Listener`` is what an ingestion calls; a command shows what it hears as a bar, as lines or as a log.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from kompass_extract.archive.results import Outcome
from kompass_extract.workers.protocol import Progress

_LEAST_PAGES = 3  # read before a rate is worth showing: the first page carries the start of the reading process


class Listener:
    """Hears what an ingestion does, from several threads; this one does nothing with it."""

    def planned(self, documents: int) -> None:
        """``documents`` are going to be read."""

    def page(self, document: str, progress: Progress) -> None:
        """A page of ``document`` was read in this process."""

    def finished(self, outcome: Outcome) -> None:
        """One of the planned documents is done with."""


@dataclass(frozen=True, slots=True)
class State:
    """Counts so far; ``pages`` of all documents is an estimate while some have not been opened, None before any was.

    ``seconds_left`` is None while nothing is known to tell it by.
    """

    documents: int
    documents_done: int
    pages: int | None
    pages_done: int
    seconds_left: float | None


class Estimate(Listener):
    """Counts documents and pages, and tells from their rate how long the rest takes.

    Pages of documents that were not opened yet are taken as the mean of those that were: nothing opens a foreign file
    to count them before its turn.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun = time.monotonic()
        self._documents = self._finished = self._read = 0
        self._pages: dict[str, int] = {}

    def planned(self, documents: int) -> None:
        with self._lock:
            self._documents += documents

    def page(self, document: str, progress: Progress) -> None:
        with self._lock:
            self._read += 1
            self._pages[document] = progress.pages

    def finished(self, outcome: Outcome) -> None:
        with self._lock:
            self._finished += 1

    def state(self) -> State:
        """Where the ingestion is now."""
        with self._lock:
            elapsed, waiting = time.monotonic() - self._begun, max(0, self._documents - self._finished)
            pages = self._all_pages()
            if not waiting:
                left: float | None = 0.0
            elif pages is not None and self._read >= _LEAST_PAGES:
                left = elapsed / self._read * max(0, pages - self._read)
            elif self._finished:
                left = elapsed / self._finished * waiting
            else:
                left = None
            return State(self._documents, self._finished, pages, self._read, left)

    def _all_pages(self) -> int | None:
        if not self._pages:
            return None
        known = sum(self._pages.values())
        unopened = max(0, self._documents - max(self._finished, len(self._pages)))
        return max(self._read, known + round(unopened * known / len(self._pages)))


def duration(seconds: float) -> str:
    """A time span in words of the precision that an estimate has: ``40 s``, ``12 min``, ``3 h 20 min``."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
