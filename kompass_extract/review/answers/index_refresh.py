"""Bring the index up to date with the store: what changed is read from the report's file with its decisions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Set
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import ReportRow, VersionRow
from kompass_extract.archive.store import Store
from kompass_extract.archive.tidy_store import state_of
from kompass_extract.model import tidy_rows
from kompass_extract.model.report import Report
from kompass_extract.report.checks.place_checks import with_agreeing_code
from kompass_extract.report.export import load_report
from kompass_extract.review import apply
from kompass_extract.review.answers.answer_index import AnswerIndex
from kompass_extract.review.answers.postgres_passages import PassageWriter, PostgresPassages
from kompass_extract.review.service.loaded_reviews import decisions_of
from kompass_extract.review.service.review_schema import ReviewRow

Told = Callable[[int, int], None]
"""Called after each report with the number of reports done and the number of all that changed."""
AT_A_TIME = 50  # reports in one transaction: what is done stays when the process is stopped


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report as the store knows it."""

    report_id: str
    sha256: str
    path: str
    json_sha256: str
    changes: int
    status: str
    address: str | None

    @property
    def state(self) -> str:
        """What the rows of a report depend on."""
        return f"{state_of(self.json_sha256, self.changes)} {self.status} {self.address or ''}"


def refresh(
    archive: Archive, store: Store, index: AnswerIndex, passages: PostgresPassages | None = None,
    told: Told | None = None,
) -> int:  # fmt: skip
    """Index what changed since the last time and return how many reports that were.

    ``passages`` is the full-text index that all who ask the archive share, where the store keeps one.
    """
    with store.read() as session:
        known = {one.report_id: one for one in known_reports(session)}
        here = index.states()
        shared = {one: known[one].state for one in known} if passages is None else passages.states()
        _take_out(index, here.keys() - known.keys(), passages, shared.keys() - known.keys())
        wanted = [(one, here.get(one.report_id), shared.get(one.report_id)) for one in known.values()]
        changed = [one for one, own, common in wanted if own != one.state or common != one.state]
        for first in range(0, len(changed), AT_A_TIME):
            part = changed[first : first + AT_A_TIME]
            with index.changing(), _writing(passages) as writer:
                for one in part:  # one report in memory at a time: many cost Python more to look after than to read
                    report = with_agreeing_code(decided_report(archive, session, one))
                    if here.get(one.report_id) != one.state:
                        index.put(report, state=one.state, source_address=one.address)
                    if writer is not None:
                        _put_passages(writer, one, report)
            if told is not None:
                told(first + len(part), len(changed))
    gone = here.keys() - known.keys()
    if changed or gone:
        with index.changing():
            index.recognise_evaluations()
    return len(changed) + len(gone)


def _take_out(index: AnswerIndex, here: Set[str], passages: PostgresPassages | None, shared: Set[str]) -> None:
    """Take reports out that the store has no more."""
    if here:
        with index.changing():
            for report_id in here:
                index.take_out(report_id)
    if passages is not None and shared:
        with passages.changing() as writer:
            for report_id in shared:
                writer.take_out(report_id)


def _writing(passages: PostgresPassages | None) -> AbstractContextManager[PassageWriter | None]:
    return nullcontext() if passages is None else passages.changing()


def _put_passages(writer: PassageWriter, one: StoredReport, report: Report) -> None:
    """Put in what nobody else has put in since."""
    if writer.state(one.report_id) != one.state:
        made = {name: tidy_rows.rows(report, name) for name in ("areas", "items", "paragraphs")}
        writer.put(one.report_id, made, state=one.state)


def stamp(session: Session) -> tuple[object, ...]:
    """Return what changes with every new reading, decision, signature and source address, without opening a report."""
    readings = session.scalars(select(ReportRow.json_sha256).order_by(ReportRow.report_id))
    read = hashlib.sha256("".join(readings).encode()).hexdigest()
    decided = select(ReviewRow.status, func.count(), func.sum(ReviewRow.changes)).group_by(ReviewRow.status)
    fetched = select(func.count(), func.max(VersionRow.fetched_at)).select_from(VersionRow)
    states = sorted(tuple(row) for row in session.execute(decided))
    return (read, *states, *session.execute(fetched).one())


def known_reports(session: Session, report_id: str | None = None) -> Iterator[StoredReport]:
    """Yield the reports that the store knows, or the one of that id."""
    fetched = select(VersionRow.sha256, VersionRow.address).order_by(VersionRow.fetched_at)
    query = (
        select(
            ReportRow.report_id, ReportRow.sha256, ReportRow.path, ReportRow.json_sha256, ReportRow.status,
            ReviewRow.changes, ReviewRow.status.label("review"),
        )
        .outerjoin(ReviewRow, ReviewRow.sha256 == ReportRow.sha256)
        .order_by(ReportRow.report_id)
    )  # fmt: skip
    if report_id is not None:
        query = query.where(ReportRow.report_id == report_id)
        fetched = fetched.join(ReportRow, ReportRow.sha256 == VersionRow.sha256).where(ReportRow.report_id == report_id)
    addresses = dict(session.execute(fetched).tuples().all())
    for row in session.execute(query):
        yield StoredReport(
            row.report_id, row.sha256, row.path, row.json_sha256, row.changes or 0, row.review or row.status,
            addresses.get(row.sha256),
        )  # fmt: skip


def decided_report(archive: Archive, session: Session, known: StoredReport) -> Report:
    """Return the machine's report with the decisions that count."""
    report = load_report(archive.folder / known.path)
    decisions = decisions_of(session, known.sha256) if known.changes else ()
    if decisions:
        report = apply(report, decisions).report
    if known.status != report.review.status:
        state = {"status": known.status, **({"open": 0} if known.status == "reviewed" else {})}
        report = report.model_copy(update={"review": report.review.model_copy(update=state)})
    return report.model_copy(update={"report_id": known.report_id})
