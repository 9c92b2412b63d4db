"""Ingestion: inputs in, recorded reports out; each document once, whatever happens to whom.

``ingest`` is the one orchestrator: it plans, has the documents read, waits for those that another run works on, and
closes the run.  How documents are handed out is its only variable: ``read_here`` takes threads of this process,
``flows/ingest.py`` makes each document a Prefect task.  ``ingest_document`` reads one in any process or on any machine
that sees the archive.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from pkgutil import resolve_name

from pydantic import ValidationError

from kompass_extract.archive.already_recorded import done_before, known, skipped, unread
from kompass_extract.archive.claims import Claim, claim, release, renewed
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingest_run import IngestRun, IngestSettings, Job, running, store_of, workers_here
from kompass_extract.archive.progress import Listener
from kompass_extract.archive.recording import Recorded, record_failure, record_report
from kompass_extract.archive.results import Outcome, Status, Summary
from kompass_extract.archive.store import Store
from kompass_extract.archive.work_list import WorkPlan, documents_for, is_anything_new, plan, spread
from kompass_extract.errors import (
    ENDS_THE_RUN,
    DocumentCrashError,
    DocumentLimitError,
    KompassError,
    LostClaimError,
    UnexpectedError,
)
from kompass_extract.model.report import Report
from kompass_extract.workers.pool import Told, WorkerSettings, read_twice
from kompass_extract.workers.protocol import Done, Failed, WorkOrder

__all__ = [
    "ELSEWHERE",
    "HandOut",
    "IngestRun",
    "IngestSettings",
    "Job",
    "WorkPlan",
    "ingest",
    "ingest_document",
    "is_anything_new",
    "plan",
    "postponed",
    "read_here",
    "running",
    "settled_outcomes",
    "spread",
    "store_of",
    "unread",
    "workers_here",
]  # fmt: skip

ELSEWHERE = "in work elsewhere"
_LOOK_SECONDS = 1.0  # between looks at a document that another run works on
HandOut = Callable[[Sequence[Job], int, Listener], Iterator[Outcome]]
"""Has jobs read, so many at a time, and gives each outcome when it is there."""

_ENDING = {error.__name__: error for error in ENDS_THE_RUN}


def ingest(
    archive: Archive,
    inputs: Sequence[Path],
    settings: IngestSettings | None = None,
    *,
    documents: Sequence[str] | None = None,
    listener: Listener | None = None,
    hand_out: HandOut | None = None,
) -> Summary:
    """Read what is new in ``inputs`` into the archive; one of ``ENDS_THE_RUN`` when nothing can be read at all.

    ``documents`` (their SHA-256) lie in the archive already; None takes those of ``work_list.documents_for``.
    ``hand_out`` has them read; None takes ``read_here``.
    """
    listener, hand_out = listener or Listener(), hand_out or read_here
    with running(archive, settings or IngestSettings()) as (run, finish):
        planned = plan(run, inputs, documents_for(run, inputs) if documents is None else documents)
        outcomes: list[Outcome] = []

        def work(jobs: Sequence[Job], *, last: bool) -> None:
            for outcome in hand_out(jobs, planned.at_a_time, listener) if jobs else ():
                outcomes.append(outcome)
                if last or not _is_elsewhere(outcome):  # else it comes again
                    listener.finished(outcome)

        listener.planned(len(planned.jobs))
        work(planned.jobs, last=False)
        work(postponed(planned.jobs, outcomes), last=True)
        return finish([planned.outcomes, settled_outcomes(outcomes)])


def read_here(jobs: Sequence[Job], at_a_time: int, listener: Listener) -> Iterator[Outcome]:
    """Read documents, ``at_a_time`` of them side by side, in processes of this machine; each outcome when it is there.

    The first error that ends a run is raised.
    """
    with ThreadPoolExecutor(at_a_time) as pool:
        try:
            for finished in as_completed([pool.submit(ingest_document, job, listener) for job in jobs]):
                yield finished.result()
        except BaseException:
            for key in {job.run.key for job in jobs}:
                workers_here().stop(key)  # before the pool waits for what is under way
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def ingest_document(job: Job, listener: Listener | None = None) -> Outcome:
    """Read one document and record what came of it; raises what is in ``ENDS_THE_RUN`` and nothing else.

    ``listener`` hears of its pages where they are read in this process.
    """
    start, told = time.monotonic(), partial((listener or Listener()).page, job.document.name)
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
        state = known(store, run, [document.sha256]).get(document.sha256)
        if state is not None:  # another run was quicker, or a process of this one died before it could say so
            release(store, claimed)
            return (
                skipped(replace(document, seen=True), state) if state.run_id != run.id else done_before(document, state)
            )
        with renewed(store, claimed):
            return replace(_ingest_claimed(job, claimed, store, told), seconds=time.monotonic() - start)
    except LostClaimError as error:
        return Outcome.skipped(document.path, f"{ELSEWHERE}: {error}", sha256=document.sha256)
    except BaseException:
        with suppress(KompassError):
            release(store, claimed)
        raise


def _ingest_claimed(job: Job, claimed: Claim, store: Store, told: Told) -> Outcome:
    document, run = job.document, job.run
    answer = _read(job, told)
    if isinstance(answer, Done):
        try:
            report = Report.model_validate_json(answer.report)
        except ValidationError as error:
            answer = Failed.of(UnexpectedError(f"{document.name}: the report does not fit its own schema ({error})."))
        else:
            if report.source.sha256 == document.sha256:
                carry: Recorded = resolve_name(run.settings.recorded)  # the review's, which this room does not know
                report = record_report(store, run.archive, claimed, report, run.id, recorded=carry)
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


def _read(job: Job, told: Told) -> Done | Failed:
    """The worker's answer; one that died gets a second try, in which each page has a process of its own."""
    run, path = job.run, job.run.archive.folder / job.document.stored
    if not path.is_file():
        return Failed.of(UnexpectedError(f"The archive's copy {job.document.stored} is gone. Run kompass doctor."))
    settings = WorkerSettings(
        engine=run.settings.engine, reading=run.settings.reading, cache=run.archive.cache / "readings",
        limits=run.settings.limits, module=run.settings.worker,
    )  # fmt: skip

    def read(order: WorkOrder) -> Done | Failed:
        with workers_here().borrowed(settings, run.key) as worker:
            return worker.read(order, told)

    try:
        return read_twice(WorkOrder(str(path), job.document.name, job.pages), read)
    except (DocumentCrashError, DocumentLimitError) as error:
        return Failed.of(error)


def postponed(jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> list[Job]:
    """The jobs that another run had at first, to be looked at again, waiting for that run."""
    elsewhere = {outcome.path for outcome in outcomes if _is_elsewhere(outcome)}
    return [replace(job, wait=True) for job in jobs if job.document.path in elsewhere]


def _is_elsewhere(outcome: Outcome) -> bool:
    return outcome.status is Status.SKIPPED and outcome.reason.startswith(ELSEWHERE)


def settled_outcomes(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The last word on each input."""
    return list({outcome.path: outcome for outcome in outcomes}.values())
