"""What happened beside the decisions: signatures, assignments, comments; and all of it in the order of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from kompass_extract.archive.schema import ReportRow
from kompass_extract.review.decisions.decision import Address
from kompass_extract.review.service.desk_values import HistoryEntry, Remark
from kompass_extract.review.service.journal import EventName
from kompass_extract.review.service.review_schema import CommentRow, DecisionRow, EventRow


@dataclass(frozen=True, slots=True)
class Key:
    """One step of the archive's trail: a decision by its id, anything else by its entry."""

    at: str
    report_id: str
    decision: str = ""
    entry: HistoryEntry | None = None


def of_report(session: Session, sha256: str, report_id: str, by: str | None = None) -> list[HistoryEntry]:
    """The events and comments of one report."""
    events = select(EventRow).filter_by(sha256=sha256).order_by(EventRow.number)
    comments = select(CommentRow).filter_by(sha256=sha256).order_by(CommentRow.number)
    found = [_event(row, report_id) for row in session.scalars(events)]
    found += [_comment(row, report_id) for row in session.scalars(comments)]
    return [one for one in found if by is None or one.by == by]


def newest(session: Session, by: str | None, *, offset: int, limit: int) -> list[Key]:
    """Some of all that happened in the archive, newest first."""
    most = offset + limit
    decisions = select(ReportRow.report_id, DecisionRow.id, DecisionRow.decided_at)
    decisions = decisions.join(ReportRow, ReportRow.sha256 == DecisionRow.sha256)
    events = select(EventRow, ReportRow.report_id).join(ReportRow, ReportRow.sha256 == EventRow.sha256)
    comments = select(CommentRow, ReportRow.report_id).join(ReportRow, ReportRow.sha256 == CommentRow.sha256)
    if by is not None:
        decisions = decisions.where(DecisionRow.reviewer == by)
        events, comments = events.where(EventRow.reviewer == by), comments.where(CommentRow.reviewer == by)
    keys = [
        Key(row.decided_at, row.report_id, row.id)
        for row in session.execute(decisions.order_by(DecisionRow.number.desc()).limit(most))
    ]
    for row in session.execute(events.order_by(EventRow.number.desc()).limit(most)):
        keys.append(Key(row[0].at, row.report_id, entry=_event(row[0], row.report_id)))
    for said in session.execute(comments.order_by(CommentRow.number.desc()).limit(most)):
        keys.append(Key(said[0].at, said.report_id, entry=_comment(said[0], said.report_id)))
    return sorted(keys, key=lambda one: one.at, reverse=True)[offset:most]


def remarks(session: Session, sha256: str, address: Address) -> tuple[Remark, ...]:
    """What was said about a value, oldest first."""
    rows = select(CommentRow).filter_by(sha256=sha256, address=address).order_by(CommentRow.number)
    return tuple(Remark(row.reviewer, row.at, row.text) for row in session.scalars(rows))


def _event(row: EventRow, report_id: str) -> HistoryEntry:
    return HistoryEntry(
        decision=None, report_id=report_id, pointer="", action=cast(EventName, row.event), by=row.reviewer, at=row.at,
        before=None, after=row.about, run="",
    )  # fmt: skip


def _comment(row: CommentRow, report_id: str) -> HistoryEntry:
    return HistoryEntry(
        decision=None, report_id=report_id, pointer=row.address, action="comment", by=row.reviewer, at=row.at,
        before=None, after=row.text, run="",
    )  # fmt: skip
