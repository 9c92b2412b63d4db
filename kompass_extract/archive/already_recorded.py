"""What is recorded of documents already, so that it need not be done again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from kompass_extract.archive.ingest_run import IngestRun, store_of
from kompass_extract.archive.results import UNCHANGED, Outcome, Status
from kompass_extract.archive.schema import DocumentRow, FailureRow, ReportRow
from kompass_extract.archive.store import Store
from kompass_extract.archive.take_in import Admitted

State = ReportRow | FailureRow

_TRY_AGAIN = "To try again, add --retry."
_TOGETHER = 500  # documents looked up in one statement


def known(store: Store, run: IngestRun, documents: Sequence[str]) -> dict[str, State]:
    """What is recorded of documents under the run's fingerprint and need not be done again.

    A report whose file is gone counts as unknown: it is made again.
    """
    found: dict[str, State] = {}
    with store.read() as session:
        for start in range(0, len(documents), _TOGETHER):
            part = documents[start : start + _TOGETHER]
            if not run.settings.retry:
                failures = select(FailureRow).where(FailureRow.sha256.in_(part), FailureRow.lasting)
                failures = failures.filter_by(fingerprint=run.fingerprint)
                found |= {row.sha256: row for row in session.scalars(failures)}
            reports = select(ReportRow).where(ReportRow.sha256.in_(part)).filter_by(fingerprint=run.fingerprint)
            found |= {row.sha256: row for row in session.scalars(reports) if run.archive.holds(row.path)}
    return found


def unread(run: IngestRun) -> list[str]:
    """The archive's documents that have neither a report nor a lasting failure under the run's fingerprint."""
    store = store_of(run.archive)
    with store.read() as session:
        documents = list(session.scalars(select(DocumentRow.sha256).order_by(DocumentRow.first_seen)))
    done = known(store, run, documents)
    return [sha256 for sha256 in documents if sha256 not in done]


def unfinished(run: IngestRun) -> list[str]:
    """The archive's documents that no run was ever done with, or whose report's file is gone.

    Reports that another version of the program made are not among them.
    """
    store = store_of(run.archive)
    with store.read() as session:
        documents = list(session.scalars(select(DocumentRow.sha256).order_by(DocumentRow.first_seen)))
        settled = set(session.scalars(select(FailureRow.sha256).where(FailureRow.lasting)))
        reports = session.execute(select(ReportRow.sha256, ReportRow.path))
        settled |= {sha256 for sha256, path in reports if run.archive.holds(path)}
    return [sha256 for sha256 in documents if sha256 not in settled]


def done_before(document: Admitted, state: State) -> Outcome:
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


def skipped(document: Admitted, state: State) -> Outcome:
    """The outcome of an input that an earlier run was done with."""
    if isinstance(state, FailureRow):
        reason = f"failed before: {state.reason} {_TRY_AGAIN}"
        return Outcome.skipped(document.path, reason, sha256=document.sha256)
    place = f"its content is report {state.report_id}"  # after a rebuild, no path is known
    reason = UNCHANGED if document.seen else f"{'duplicate' if document.elsewhere else 'read before'}: {place}"
    return Outcome.skipped(document.path, reason, state.report_id, document.sha256)
