"""The review's tables kept in step with the store and the journal.

A report that a run has read since is found by its file's hash; then its open items are rebuilt, with all decisions
found again in the new reading.  Decisions that stand in the journal and not in the store (the process was killed
between the two, or the store was rebuilt) are put back.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import DocumentRow, ReportRow
from kompass_extract.archive.store import Store
from kompass_extract.errors import UnreadableFileError
from kompass_extract.review import Decision
from kompass_extract.review.service.evaluation_rows import mark_evaluations
from kompass_extract.review.service.journal import Comment, Event, Journal
from kompass_extract.review.service.loaded_reviews import Case, Cases
from kompass_extract.review.service.open_items import Sampling, open_items, put_items, undecided_items
from kompass_extract.review.service.review_schema import (
    AssignmentRow,
    CommentRow,
    DecisionRow,
    EventRow,
    ItemRow,
    ReviewRow,
)
from kompass_extract.review.service.stored_values import store_values

_LOG = logging.getLogger(__name__)
AT_ONCE = 50
"""Reports in one transaction: others can save in between."""


@dataclass(frozen=True, slots=True)
class Sync:
    """What keeps the review's tables in step."""

    store: Store
    archive: Archive
    cases: Cases
    journal: Journal
    sampling: Sampling

    def all(self) -> int:
        """Bring every report into step; how many were not."""
        done: set[str] = set()
        while (behind := self._first_behind()) is not None and behind not in done:
            with self.store.write() as session:
                reports = session.scalars(self._behind().limit(AT_ONCE)).all()
                for report in reports:
                    self.one(session, report)
            done.update(report.report_id for report in reports)
        return len(done)

    def _first_behind(self) -> str | None:
        with self.store.read() as session:
            row = session.scalars(self._behind().limit(1)).first()
            return row.report_id if row is not None else None

    def _behind(self) -> Select[tuple[ReportRow]]:
        """The reports whose items were not made from their newest reading, or whose rows were rebuilt."""
        behind = or_(
            ReviewRow.json_sha256.is_(None),
            ReviewRow.json_sha256 != ReportRow.json_sha256,
            ReviewRow.sampling != str(self.sampling),
            ReviewRow.status != ReportRow.status,
        )
        return (
            select(ReportRow)
            .outerjoin(ReviewRow, ReviewRow.sha256 == ReportRow.sha256)
            .where(behind)
            .order_by(ReportRow.report_id)
        )

    def one(self, session: Session, report: ReportRow) -> None:
        """Make one report's items from its newest reading."""
        review = session.scalars(select(ReviewRow).filter_by(sha256=report.sha256)).one_or_none()
        if review is None:
            review = new_review(session, report.sha256)
        if review.changes:
            review.json_sha256 = report.json_sha256
            session.flush()
            try:
                case = self.cases.case(session, report.report_id)
                store_case(session, review, report, case, self.sampling)
            except UnreadableFileError as error:
                _LOG.warning("The open items of %s stay as they were: %s", report.report_id, error)
                report.status, report.open = review.status, review.open
        else:
            items = undecided_items(session, report, self.archive.folder, self.sampling)
            put_items(session, review, report, items)
            _set_state(review, report, len(items), begun=False)
        review.json_sha256 = report.json_sha256
        review.sampling = str(self.sampling)

    def recover(self) -> int:
        """Put back what the journal has and the store lacks; how many decisions that were.

        What was open in reports that the store has lost leaves the queue.
        """
        with self.store.write() as session:
            present = select(ReviewRow.id).join(ReportRow, ReportRow.sha256 == ReviewRow.sha256)
            session.execute(delete(ItemRow).where(ItemRow.review_id.not_in(present)))
        self._recover_teamwork()
        written = self.journal.ids()
        with self.store.read() as session:
            known = set(session.scalars(select(DecisionRow.id)))
        if known and written <= known:
            return 0
        with self.store.write() as session:
            lost = self._lacking(session)
            for decision in lost:
                put_decision(session, decision)
            changed = {decision.report for decision in lost}
            if not known:
                changed |= self._put_events(session)
            for sha256 in sorted(changed):
                report = session.scalars(select(ReportRow).filter_by(sha256=sha256)).one_or_none()
                if report is not None:
                    self.one(session, report)
        return len(lost)

    def _recover_teamwork(self) -> None:
        """Put back events and comments that the journal has and the store lacks."""
        events, comments = list(self.journal.events()), list(self.journal.comments())
        with self.store.read() as session:
            rows = session.execute(select(EventRow.sha256, EventRow.event, EventRow.reviewer, EventRow.at))
            had = {tuple(row) for row in rows}
            said = set(session.scalars(select(CommentRow.id)))
        lost = [one for one in events if (one.report, one.event, one.by, one.at) not in had]
        unsaid = [one for one in comments if one.comment not in said]
        if lost or unsaid:
            with self.store.write() as session:
                for event in lost:
                    put_event_row(session, event)
                for comment in unsaid:
                    put_comment(session, comment)

    def _lacking(self, session: Session) -> list[Decision]:
        """The journal's decisions that the store does not have although it has their document."""
        known = set(session.scalars(select(DecisionRow.id)))
        documents = set(session.scalars(select(DocumentRow.sha256)))
        return [one for one in self.journal.decisions() if one.id not in known and one.report in documents]

    def _put_events(self, session: Session) -> set[str]:
        """Signatures and ways of reading, for a store that was rebuilt."""
        documents = set(session.scalars(select(DocumentRow.sha256)))
        events = [event for event in self.journal.events() if event.report in documents]
        for event in events:
            put_event(_review(session, event.report), event)
        return {event.report for event in events}


def store_case(session: Session, review: ReviewRow, report: ReportRow, case: Case, sampling: Sampling) -> None:
    """Write what follows from a case's decisions: open items, progress, state."""
    items = open_items(case, sampling)
    store_values(session, report, case.decided.report, changes=review.changes)
    put_items(session, review, report, items)
    settled = case.decided.settled
    review.decided = len({one.pointer for one in settled.effective})
    begun = bool(settled.effective or settled.waiting or settled.disputed)
    _set_state(review, report, len(items), begun=begun)
    mark_evaluations(session, [report.report_id])


def _set_state(review: ReviewRow, report: ReportRow, waiting: int, *, begun: bool) -> None:
    """State and number of open items; what a newer reading asks opens a signed report again."""
    if review.status != "reviewed" or waiting:
        review.status = "in_review" if begun or review.signed_by else "pending"
        review.signed_by = review.signed_at = None
    review.open = waiting
    report.status, report.open = review.status, waiting


def put_event(review: ReviewRow, event: Event) -> None:
    """What an event does to a review."""
    if event.event == "sign":
        review.status, review.signed_by, review.signed_at = "reviewed", event.by, event.at
    elif event.event == "reopen":
        review.status, review.signed_by, review.signed_at = "in_review", None, None
    elif event.event in ("double", "single"):
        review.double_reading = event.event == "double"


def put_event_row(session: Session, event: Event) -> None:
    """An event as a row, and who a report is given to by it."""
    session.add(EventRow(sha256=event.report, event=event.event, reviewer=event.by, at=event.at, about=event.about))
    if event.event == "assign":
        session.execute(delete(AssignmentRow).filter_by(sha256=event.report))
        if event.about:
            session.add(AssignmentRow(sha256=event.report, reviewer=event.about))
    session.flush()


def put_comment(session: Session, comment: Comment) -> None:
    """A comment as a row."""
    about = {"sha256": comment.report, "address": comment.pointer, "reviewer": comment.by}
    session.add(CommentRow(id=comment.comment, at=comment.at, text=comment.text, **about))
    session.flush()


def put_decision(session: Session, decision: Decision) -> None:
    """A decision as a row, its document's count of changes raised."""
    review = _review(session, decision.report)
    review.changes += 1
    session.add(
        DecisionRow(
            id=decision.id,
            sha256=decision.report,
            pointer=decision.pointer,
            action=decision.action.value,
            reviewer=decision.by,
            decided_at=decision.at,
            voids=decision.voids,
            sampled=decision.sampled,
            body=decision.model_dump_json(),
        )
    )
    session.flush()


def new_review(session: Session, sha256: str) -> ReviewRow:
    """The review of a document that nobody has looked at."""
    review = ReviewRow(
        sha256=sha256, json_sha256=None, sampling="", status="pending", open=0, decided=0, changes=0,
        double_reading=False, signed_by=None, signed_at=None,
    )  # fmt: skip
    session.add(review)
    session.flush()
    return review


def _review(session: Session, sha256: str) -> ReviewRow:
    found = session.scalars(select(ReviewRow).filter_by(sha256=sha256)).one_or_none()
    return found if found is not None else new_review(session, sha256)
