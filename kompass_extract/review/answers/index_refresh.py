"""Bring the index up to date with the store: what changed is read from the report's file with its decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import ReportRow, VersionRow
from kompass_extract.archive.store import Store
from kompass_extract.model.report import Report
from kompass_extract.report.export import load_report
from kompass_extract.review import apply
from kompass_extract.review.answers.answer_index import AnswerIndex
from kompass_extract.review.service.loaded_reviews import decisions_of
from kompass_extract.review.service.review_schema import ReviewRow

Told = Callable[[int, int], None]
"""Called after each report with the number of reports done and the number of all that changed."""
AT_A_TIME = 50  # reports in one transaction: what is done stays when the process is stopped


@dataclass(frozen=True, slots=True)
class Known:
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
        return f"{self.json_sha256} {self.changes} {self.status} {self.address or ''}"


def refresh(archive: Archive, store: Store, index: AnswerIndex, told: Told | None = None) -> int:
    """Index what changed since the last time and return how many reports that were."""
    with store.read() as session:
        known = {one.report_id: one for one in known_reports(session)}
        states = index.states()
        gone = states.keys() - known.keys()
        if gone:
            with index.changing():
                for report_id in gone:
                    index.take_out(report_id)
        changed = [one for one in known.values() if states.get(one.report_id) != one.state]
        for first in range(0, len(changed), AT_A_TIME):
            part = changed[first : first + AT_A_TIME]
            read = [(one, decided_report(archive, session, one)) for one in part]
            with index.changing():
                for one, report in read:
                    index.put(report, state=one.state, source_address=one.address)
            if told is not None:
                told(first + len(part), len(changed))
    if changed or gone:
        with index.changing():
            index.recognise_evaluations()
    return len(changed) + len(gone)


def stamp(session: Session) -> tuple[object, ...]:
    """Return what changes with every new reading, decision, signature and source address, without reading each row."""
    read = select(func.count(), func.max(ReportRow.created), func.max(ReportRow.run_id)).select_from(ReportRow)
    decided = select(ReviewRow.status, func.count(), func.sum(ReviewRow.changes)).group_by(ReviewRow.status)
    fetched = select(func.count(), func.max(VersionRow.fetched_at)).select_from(VersionRow)
    states = sorted(tuple(row) for row in session.execute(decided))
    return (*session.execute(read).one(), *states, *session.execute(fetched).one())


def known_reports(session: Session, report_id: str | None = None) -> Iterator[Known]:
    """Yield the reports that the store knows, or the one of that id."""
    addresses = dict(
        session.execute(select(VersionRow.sha256, VersionRow.address).order_by(VersionRow.fetched_at)).tuples().all()
    )
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
    for row in session.execute(query):
        yield Known(
            row.report_id, row.sha256, row.path, row.json_sha256, row.changes or 0, row.review or row.status,
            addresses.get(row.sha256),
        )  # fmt: skip


def decided_report(archive: Archive, session: Session, known: Known) -> Report:
    """Return the machine's report with the decisions that count."""
    report = load_report(archive.folder / known.path)
    decisions = decisions_of(session, known.sha256) if known.changes else ()
    if decisions:
        report = apply(report, decisions).report
    if known.status != report.review.status:
        state = {"status": known.status, **({"open": 0} if known.status == "reviewed" else {})}
        report = report.model_copy(update={"review": report.review.model_copy(update=state)})
    return report.model_copy(update={"report_id": known.report_id})
