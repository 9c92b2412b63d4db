"""Ingestion: inputs in, recorded reports out; each document once, whatever happens to whom.

``plan`` says what is to be done, ``ingest_document`` does one of it in any process or on any machine that sees the
archive, ``running`` is the run around them.  ``ingest`` puts them together with threads; ``flows/ingest.py`` does it
with Prefect.
"""

from __future__ import annotations

import atexit
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select

from kompass_extract.archive.claims import Claim, RunEnd, alive, begin_run, claim, end_run, release, renewed
from kompass_extract.archive.discover import QUIET_SECONDS, WAIT_SECONDS, discover, settled
from kompass_extract.archive.failures import (
    ENDS_THE_RUN,
    DocumentCrashError,
    DocumentLimitError,
    LostClaimError,
    UnexpectedError,
)
from kompass_extract.archive.fingerprint import fingerprint
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.guard import Limits, Told, Workers, WorkerSettings
from kompass_extract.archive.intake import Admitted, admit, stored
from kompass_extract.archive.outcome import UNCHANGED, Outcome, Status, Summary, summed
from kompass_extract.archive.recording import record_failure, record_report
from kompass_extract.archive.schema import DocumentRow, FailureRow, ReportRow
from kompass_extract.archive.store import Store
from kompass_extract.archive.wire import Done, Failed, Order
from kompass_extract.errors import KompassError
from kompass_extract.pages import usable_cores
from kompass_extract.report import Report
from kompass_extract.settings import ReadingSettings

ELSEWHERE = "in work elsewhere"
_LOOK_SECONDS = 1.0  # between looks at a document that another run works on
_TOGETHER = 500  # documents looked up in one statement
_ENDING = {error.__name__: error for error in ENDS_THE_RUN}


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
    worker: str = Field(default="kompass_extract.archive.worker", description="The reading process; tests have others.")


@dataclass(frozen=True, slots=True)
class Run:
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

    run: Run
    document: Admitted
    pages: int = 1
    wait: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, by how many at a time, and what became of the other inputs already."""

    jobs: tuple[Job, ...]
    at_a_time: int
    outcomes: tuple[Outcome, ...]


def ingest(
    archive: Archive,
    inputs: Sequence[Path],
    settings: IngestSettings | None = None,
    *,
    documents: Sequence[str] = (),
    kind: str = "ingest",
    done: Callable[[Outcome], None] | None = None,
) -> Summary:
    """Read what is new in ``inputs`` into the archive; one of ``ENDS_THE_RUN`` when nothing can be read at all.

    ``documents`` (their SHA-256) lie in the archive already; ``done`` is told of each document when it is done.
    """
    with running(archive, settings or IngestSettings(), kind=kind) as (run, finish):
        planned = plan(run, inputs, documents)
        outcomes: list[Outcome] = []

        def work(jobs: Sequence[Job]) -> None:
            for finished in as_completed([pool.submit(ingest_document, job) for job in jobs]):
                outcomes.append(finished.result())
                if done is not None:
                    done(outcomes[-1])

        with ThreadPoolExecutor(planned.at_a_time) as pool:
            try:
                work(planned.jobs)
                work(postponed(planned.jobs, outcomes))
            except BaseException:
                workers_here().stop(run.key)  # before the pool waits for what is under way
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return finish([planned.outcomes, settled_outcomes(outcomes)])


@contextmanager
def running(
    archive: Archive, settings: IngestSettings, *, kind: str = "ingest"
) -> Iterator[tuple[Run, Callable[[Sequence[Sequence[Outcome]]], Summary]]]:
    """A run in the store's books, and what to call with all outcomes at its end; without that call it failed."""
    start, store = time.monotonic(), store_of(archive)
    made = fingerprint(settings.engine, settings.reading)
    run = Run(begin_run(store, kind, made), archive, made, settings)
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


def plan(run: Run, inputs: Sequence[Path], documents: Sequence[str] = ()) -> Plan:
    """Look at the inputs, take new ones into the archive, and say which documents are to be read."""
    store, settings = store_of(run.archive), run.settings
    found = discover(inputs, leave_out=run.archive.folder)
    files, unsettled = settled(found.files, quiet=settings.quiet_seconds, limit=settings.wait_seconds)
    admitted, failed = admit(store, run.archive, files)
    of_inputs = {document.sha256 for document in admitted}
    admitted.extend(stored(store, [sha256 for sha256 in documents if sha256 not in of_inputs]))
    outcomes = [*found.others, *unsettled, *failed]
    known = _known(store, run, [document.sha256 for document in admitted])
    todo: dict[str, Admitted] = {}
    for document in admitted:
        if document.sha256 in known:
            outcomes.append(_skipped(document, known[document.sha256]))
        elif (original := todo.setdefault(document.sha256, document)) is not document:
            outcomes.append(Outcome.skipped(document.path, f"duplicate: of {original.path}", sha256=document.sha256))
    cores = settings.cores or usable_cores()
    largest_first = sorted(todo.values(), key=lambda one: -_size(run.archive, one))  # the small ones fill the gaps
    shares = [settings.pages] * len(todo) if settings.pages else spread(len(todo), cores)
    jobs = tuple(Job(run, document, pages) for document, pages in zip(largest_first, shares, strict=True))
    return Plan(jobs, max(1, min(len(todo), cores)), tuple(outcomes))


def _size(archive: Archive, document: Admitted) -> int:
    """Bytes of a document's copy, 0 where it is gone."""
    with suppress(OSError):
        return (archive.folder / document.stored).stat().st_size
    return 0


def unread(run: Run) -> list[str]:
    """The archive's documents that have neither a report nor a lasting failure under the run's fingerprint."""
    store = store_of(run.archive)
    with store.read() as session:
        documents = list(session.scalars(select(DocumentRow.sha256).order_by(DocumentRow.first_seen)))
    known = _known(store, run, documents)
    return [sha256 for sha256 in documents if sha256 not in known]


def spread(documents: int, cores: int) -> list[int]:
    """How many pages of each document to read at a time.

    Documents side by side, a page each, keep all cores busy through the stages that read no pages, and load the models
    once for each core; those that do not fill a last round share the cores.
    """
    rest = documents % cores
    return [1] * (documents - rest) + [max(1, cores // max(1, rest))] * rest


def ingest_document(job: Job, told: Told | None = None) -> Outcome:
    """Read one document and record what came of it; raises what is in ``ENDS_THE_RUN`` and nothing else."""
    start = time.monotonic()
    store, document, run = store_of(job.run.archive), job.document, job.run
    while True:
        claimed = claim(store, document.sha256, run.fingerprint, run.id)
        if isinstance(claimed, Claim):
            break
        if not job.wait:
            return Outcome.skipped(document.path, f"{ELSEWHERE}: {claimed}", sha256=document.sha256)
        workers_here().require(run.key)
        time.sleep(_LOOK_SECONDS)
    try:
        state = _known(store, run, [document.sha256]).get(document.sha256)
        if state is not None:  # another run was quicker, or a process of this one died before it could say so
            release(store, claimed)
            return _skipped(replace(document, seen=True), state) if state.run_id != run.id else _done(document, state)
        with renewed(store, claimed):
            return replace(_ingest_claimed(job, claimed, store, told), seconds=time.monotonic() - start)
    except LostClaimError as error:
        return Outcome.skipped(document.path, f"{ELSEWHERE}: {error}", sha256=document.sha256)
    except BaseException:
        with suppress(KompassError):
            release(store, claimed)
        raise


def _ingest_claimed(job: Job, claimed: Claim, store: Store, told: Told | None) -> Outcome:
    document, run = job.document, job.run
    answer = _read(job, told)
    if isinstance(answer, Done):
        try:
            report = Report.model_validate_json(answer.report)
        except ValidationError as error:
            answer = Failed.of(UnexpectedError(f"{document.name}: the report does not fit its own schema ({error})."))
        else:
            if report.source.sha256 == document.sha256:
                report = record_report(store, run.archive, claimed, report, run.id)
                return Outcome(
                    document.path, Status.DONE, report_id=report.report_id, sha256=document.sha256,
                    open=report.review.open, total=report.review.total,
                )  # fmt: skip
            answer = Failed.of(UnexpectedError(f"The archive's copy {document.stored} is damaged. Run kompass doctor."))
    if answer.error in _ENDING:
        raise _ENDING[answer.error](answer.message)
    lasting = answer.error != UnexpectedError.__name__
    record_failure(store, claimed, answer, lasting=lasting, run_id=run.id)
    return Outcome(
        document.path, Status.FAILED, answer.message, sha256=document.sha256, error=answer.error,
        exit_code=answer.exit_code,
    )  # fmt: skip


def _read(job: Job, told: Told | None) -> Done | Failed:
    """The worker's answer; one that died gets a second try, in which each page has a process of its own."""
    run, path = job.run, job.run.archive.folder / job.document.stored
    if not path.is_file():
        return Failed.of(UnexpectedError(f"The archive's copy {job.document.stored} is gone. Run kompass doctor."))
    settings = WorkerSettings(
        engine=run.settings.engine, reading=run.settings.reading, cache=run.archive.cache / "readings",
        limits=run.settings.limits, module=run.settings.worker,
    )  # fmt: skip
    order = Order(str(path), job.document.name, job.pages)
    try:
        try:
            with workers_here().borrowed(settings, run.key) as worker:
                return worker.read(order, told)
        except DocumentCrashError:
            with workers_here().borrowed(settings, run.key) as worker:
                return worker.read(replace(order, jobs=max(2, order.jobs)), told)
    except (DocumentCrashError, DocumentLimitError) as error:
        return Failed.of(error)


def postponed(jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> list[Job]:
    """The jobs that another run had at first, to be looked at again, waiting for that run."""
    elsewhere = {outcome.path for outcome in outcomes if outcome.reason.startswith(ELSEWHERE)}
    return [replace(job, wait=True) for job in jobs if job.document.path in elsewhere]


def settled_outcomes(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The last word on each input."""
    return list({outcome.path: outcome for outcome in outcomes}.values())


_State = ReportRow | FailureRow


def _known(store: Store, run: Run, documents: Sequence[str]) -> dict[str, _State]:
    """What is recorded of documents under the run's fingerprint and need not be done again."""
    found: dict[str, _State] = {}
    with store.read() as session:
        for start in range(0, len(documents), _TOGETHER):
            part = documents[start : start + _TOGETHER]
            if not run.settings.retry:
                failures = select(FailureRow).where(FailureRow.sha256.in_(part), FailureRow.lasting)
                failures = failures.filter_by(fingerprint=run.fingerprint)
                found |= {row.sha256: row for row in session.scalars(failures)}
            reports = select(ReportRow).where(ReportRow.sha256.in_(part)).filter_by(fingerprint=run.fingerprint)
            found |= {row.sha256: row for row in session.scalars(reports)}
    return found


def _done(document: Admitted, state: _State) -> Outcome:
    """The outcome that this run recorded already."""
    if isinstance(state, FailureRow):
        return Outcome(
            document.path, Status.FAILED, state.reason, sha256=document.sha256, error=state.error,
            exit_code=state.exit_code,
        )  # fmt: skip
    return Outcome(
        document.path, Status.DONE, report_id=state.report_id, sha256=document.sha256, open=state.open,
        total=state.total,
    )  # fmt: skip


def _skipped(document: Admitted, state: _State) -> Outcome:
    if isinstance(state, FailureRow):
        return Outcome.skipped(document.path, f"failed before: {state.reason}", sha256=document.sha256)
    reason = UNCHANGED if document.seen else f"duplicate: its content is report {state.report_id}"
    return Outcome.skipped(document.path, reason, state.report_id, document.sha256)


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
