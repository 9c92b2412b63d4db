"""A run of an ingestion: its settings, its place in the store's books, and the processes that read for it."""

from __future__ import annotations

import atexit
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from kompass_extract.archive.claims import RunEnd, alive, begin_run, end_run
from kompass_extract.archive.discover import QUIET_SECONDS, WAIT_SECONDS
from kompass_extract.archive.fingerprint import fingerprint
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.notices import tell
from kompass_extract.archive.results import Outcome, Status, Summary, summed
from kompass_extract.archive.store import Store
from kompass_extract.archive.take_in import Admitted
from kompass_extract.settings import ReadingSettings
from kompass_extract.workers.pool import Limits, Workers


class IngestSettings(BaseModel):
    """How an ingestion is done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: str = "auto"
    reading: ReadingSettings = ReadingSettings()
    limits: Limits = Limits()
    retry: bool = Field(default=False, description="Read again what failed before under the same fingerprint.")
    cores: int | None = Field(default=None, ge=1, description="Pages read at a time in all; None for one per core.")
    pages: int | None = Field(default=None, ge=1, description="Pages of one document at a time; None shares the cores.")
    quiet_seconds: float = Field(default=QUIET_SECONDS, ge=0, description="Untouched so long, a file is complete.")
    wait_seconds: float = Field(default=WAIT_SECONDS, ge=0, description="For files that are being written.")
    recorded: str = Field(
        default="kompass_extract.review.service.recorded:carry_decisions",
        description="Called as each report is recorded: carries the decisions on its earlier reading over.",
    )
    worker: str = Field(default="kompass_extract.archive.worker", description="The reading process; tests have others.")


@dataclass(frozen=True, slots=True)
class IngestRun:
    """A run under way, as its tasks know it; picklable."""

    id: int
    archive: Archive
    fingerprint: str
    settings: IngestSettings

    @property
    def key(self) -> str:
        """Tells it from the runs of other archives in the same process."""
        return f"{self.archive.store_url}#{self.id}"


@dataclass(frozen=True, slots=True)
class Job:
    """One document to be read, ``pages`` pages at a time; ``wait`` for another run that works on it."""

    run: IngestRun
    document: Admitted
    pages: int = 1
    wait: bool = False


@contextmanager
def running(
    archive: Archive, settings: IngestSettings
) -> Iterator[tuple[IngestRun, Callable[[Sequence[Sequence[Outcome]]], Summary]]]:
    """A run in the store's books, and what to call with all outcomes at its end; without that call it failed."""
    start, store = time.monotonic(), store_of(archive)
    made = fingerprint(settings.engine, settings.reading)
    run = IngestRun(begin_run(store, "ingest", made), archive, made, settings)
    ended: list[RunEnd] = []

    def finish(parts: Sequence[Sequence[Outcome]]) -> Summary:
        summary = summed(run.id, time.monotonic() - start, parts)
        done, skipped, failed = (len(summary.of(status)) for status in (Status.DONE, Status.SKIPPED, Status.FAILED))
        ended.append(RunEnd(done, skipped, failed, summary.to_review, summary.record()))
        return summary

    try:
        with alive(store, run.id):
            yield run, finish
    except BaseException:
        workers_here().stop(run.key)  # so that nobody waits for what no longer counts
        raise
    finally:
        workers_here().end()
        end_run(store, run.id, ended[0] if ended else None)
        if isinstance(sys.exception(), Exception | None):  # whoever stops a run need not be told
            tell(archive, store)


@cache
def store_of(archive: Archive) -> Store:
    """The archive's store, opened once in this process; StoreError."""
    return Store.open(archive)


@cache
def workers_here() -> Workers:
    """The reading processes of this process."""
    workers = Workers()
    atexit.register(workers.end)
    return workers
