"""The part of the review desk that only looks: reports, queue, items, history, pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kompass_extract.archive.schema import DocumentRow, ReportRow
from kompass_extract.model.report import Report
from kompass_extract.review import Action, Address, Decision
from kompass_extract.review.decisions.sample import silent_errors
from kompass_extract.review.service import events
from kompass_extract.review.service import history as trails
from kompass_extract.review.service import queue as queues
from kompass_extract.review.service.context import block_view
from kompass_extract.review.service.desk_base import DeskFrame
from kompass_extract.review.service.desk_values import (
    BlockView,
    ErrorRate,
    Facets,
    HistoryEntry,
    Hold,
    Item,
    OtherReadings,
    PageFile,
    QueueFilter,
    QueueItem,
    QueuePage,
    QueuePlace,
    ReportFilter,
    ReportLine,
    ReportPage,
    UnknownItemError,
    UnknownReportError,
)
from kompass_extract.review.service.evaluation_rows import readings_with
from kompass_extract.review.service.loaded_reviews import Case
from kompass_extract.review.service.report_document import WholeReport, whole_report
from kompass_extract.review.service.report_list import matching, report_lines
from kompass_extract.review.service.review_schema import DecisionRow, HoldRow, ItemRow, ReviewRow
from kompass_extract.review.service.text_source import TextLine, lines_of_page
from kompass_extract.review.service.view import Shown, address_of, view

PAGE_SIZE = 50
"""Entries of a list shown at once."""


class DeskReader(DeskFrame):
    """What a reviewer sees; nothing here changes anything but what is in memory."""

    # What there is

    def reports(self, wanted: ReportFilter | None = None, *, offset: int = 0, limit: int = PAGE_SIZE) -> ReportPage:
        """Reports with state and progress, by municipality and year."""
        self._look()
        with self._store.read() as session:
            conditions = matching(session, wanted or ReportFilter())
            total = session.scalar(select(func.count()).select_from(ReportRow).where(*conditions)) or 0
            lines = report_lines(session, self._store.clock(session), conditions, offset, limit)
        return ReportPage(tuple(lines), total)

    def report_line(self, report_id: str) -> ReportLine:
        """One report's line."""
        self._look()
        with self._store.read() as session:
            lines = report_lines(session, self._store.clock(session), [ReportRow.report_id == report_id], 0, 1)
        if not lines:
            raise UnknownReportError(f"The archive holds no report {report_id}.")
        return lines[0]

    def report(self, report_id: str) -> Report:
        """The report with its decisions applied."""
        return self._case(report_id).decided.report

    # The queue

    def queue(
        self, wanted: QueueFilter, *, reviewer: str, after: str | None = None, limit: int = PAGE_SIZE
    ) -> QueuePage:
        """Open items, failed checks and scores first, then by doubt; ``after`` is a ``position``."""
        self._look()
        with self._store.read() as session:
            clock = self._store.clock(session)
            return queues.queue_page(session, wanted, reviewer=reviewer, after=after, limit=limit, clock=clock)

    def next_item(
        self,
        wanted: QueueFilter,
        *,
        reviewer: str,
        after: str | None = None,
        back: bool = False,
        outside: str | None = None,
    ) -> QueueItem | None:
        """The open item after (``back``: before) that position that nobody else holds; None at the end.

        Of the report ``outside`` none is given.
        """
        self._look()
        with self._store.read() as session:
            clock = self._store.clock(session)
            return queues.neighbour(
                session, wanted, reviewer=reviewer, after=after, back=back, clock=clock, outside=outside
            )

    def facets(self, wanted: QueueFilter, *, reviewer: str) -> Facets:
        """Which values of the filters there are, with their numbers of open items."""
        with self._store.read() as session:
            return queues.facets(session, wanted, reviewer=reviewer)

    def place(self, wanted: QueueFilter, position: str, *, reviewer: str) -> QueuePlace:
        """Return the 1-based rank of ``position`` in the queue, and the queue's length."""
        with self._store.read() as session:
            return queues.place_of(session, wanted, position, reviewer=reviewer)

    # One item and what was done

    def item(self, report_id: str, pointer: Address, *, reviewer: str) -> Item:
        """All about one field, item, block or finding, open or not; nothing is held or changed by looking."""
        self._look()
        with self._store.read() as session:
            return self._item(session, self._cases.case(session, report_id), pointer, reviewer)

    def last_decision(self, by: str, *, report_id: str | None = None) -> HistoryEntry | None:
        """The reviewer's latest decision that is not undone: what Ctrl+Z takes back."""
        with self._store.read() as session:
            undone = select(DecisionRow.voids).where(DecisionRow.voids.is_not(None))
            query = (
                select(ReportRow.report_id)
                .join(DecisionRow, DecisionRow.sha256 == ReportRow.sha256)
                .where(DecisionRow.reviewer == by, DecisionRow.action != Action.UNDO.value)
                .where(DecisionRow.id.not_in(undone))
                .order_by(DecisionRow.number.desc())
            )
            if report_id is not None:
                query = query.where(ReportRow.report_id == report_id)
            for found in session.scalars(query.limit(PAGE_SIZE)):
                case = self._cases.case(session, found)
                latest = trails.latest_of(case.decisions, by, case.decided.settled.voided)
                if latest is not None:
                    return trails.entry(case, latest)
        return None

    def history(
        self,
        report_id: str | None = None,
        pointer: Address | None = None,
        *,
        by: str | None = None,
        offset: int = 0,
        limit: int = PAGE_SIZE,
    ) -> tuple[HistoryEntry, ...]:
        """The audit trail: of a field with its reading, oldest first; of a report or a reviewer, newest first.

        Signatures, assignments and comments stand among the decisions of a report or a reviewer.
        """
        with self._store.read() as session:
            if report_id is not None and pointer:
                return trails.of_field(self._cases.case(session, report_id), pointer)[offset : offset + limit]
            if report_id is not None:
                case = self._cases.case(session, report_id)
                more = events.of_report(session, case.sha256, report_id, by)
                trail = sorted([*trails.of_case(case, by), *more], key=lambda one: one.at, reverse=True)
                return tuple(trail[offset : offset + limit])
            keys = events.newest(session, by, offset=offset, limit=limit)
            cases = {found: self._cases.case(session, found) for found in dict.fromkeys(key.report_id for key in keys)}
        return tuple(key.entry or trails.entry_of(cases[key.report_id], key.decision) for key in keys)

    # The whole report

    def other_readings(self, report_id: str) -> OtherReadings:
        """The archive's further readings of the evaluation that a report is of, and which of all is the best."""
        self._look()
        with self._store.read() as session:
            best, others = readings_with(session, report_id)
            wanted = [ReportRow.report_id.in_(others)]
            lines = report_lines(session, self._store.clock(session), wanted, 0, len(others)) if others else []
        return OtherReadings(best, tuple(lines))

    def open_items(self, report_id: str) -> int:
        """How many items still stand in the way of signing."""
        self._look()
        with self._store.read() as session:
            case = self._cases.case(session, report_id)
            return self._open(session, case.review_id)

    def error_rate(self) -> ErrorRate:
        """What the sampled confident fields say about silent errors."""
        with self._store.read() as session:
            undone = select(DecisionRow.voids).where(DecisionRow.voids.is_not(None))
            query = select(DecisionRow.body).where(DecisionRow.sampled, DecisionRow.id.not_in(undone))
            rate = silent_errors(Decision.model_validate_json(body) for body in session.scalars(query))
        return ErrorRate(rate.checked, rate.errors, rate.rate, rate.low, rate.high)

    def whole(self, report_id: str, *, reviewer: str) -> WholeReport:
        """Return the report as one document, with its flagged values and who else works on which."""
        self._look()
        with self._store.read() as session:
            case, clock = self._cases.case(session, report_id), self._store.clock(session)
            asked = dict.fromkeys(session.scalars(select(ItemRow.address).filter_by(review_id=case.review_id)))
            held = select(HoldRow).filter_by(review_id=case.review_id).where(HoldRow.until > clock)
            holders = {row.address: row.reviewer for row in session.scalars(held) if row.reviewer != reviewer}
        return whole_report(case, {address: holders.get(address) for address in asked})

    def blocks(self, report_id: str, number: int) -> tuple[BlockView, ...]:
        """The blocks of a page in reading order, for the whole page."""
        report = self._case(report_id).decided.report
        return tuple(block_view(report, i) for i, block in enumerate(report.blocks) if block.page == number)

    def text_lines(self, report_id: str, number: int) -> tuple[TextLine, ...]:
        """The lines of a text report's page as its file has them; none where the file cannot be read."""
        self._look()
        with self._store.read() as session:
            case = self._cases.case(session, report_id)
            stored = session.scalar(select(DocumentRow.stored).filter_by(sha256=case.sha256))
        return lines_of_page(self._archive.folder / str(stored), case.machine.blocks, number)

    def page(self, row_id: int, number: int) -> PageFile:
        """The file and turn of a page, for its picture; ``path`` is absolute and never comes from a request."""
        with self._store.read() as session:
            row = session.execute(
                select(ReportRow.report_id, DocumentRow.stored, DocumentRow.sha256)
                .join(DocumentRow, DocumentRow.sha256 == ReportRow.sha256)
                .join(ReviewRow, ReviewRow.sha256 == ReportRow.sha256)
                .where(ReviewRow.id == row_id)
            ).one_or_none()
            if row is None:
                raise UnknownReportError("The archive holds no such report.")
            pages = self._cases.case(session, row.report_id).machine.pages
        page = next((one for one in pages if one.number == number), None)
        if page is None:
            raise UnknownItemError(f"The report has no page {number}.")
        path = str(self._archive.folder / row.stored)
        return PageFile(path, row.sha256, number, *page.extent, page.rotation, page.skew, page.kind)

    def _item(self, session: Session, case: Case, pointer: Address, reviewer: str) -> Item:
        address = address_of(case, pointer)
        row = session.get(ItemRow, (case.review_id, address))
        held = session.get(HoldRow, (case.review_id, address))
        live = held is not None and held.until > self._store.clock(session)
        shown = Shown(hold_of(held, case.report_id, reviewer) if held is not None and live else None)
        shown = replace(shown, asked=row is not None, remarks=events.remarks(session, case.sha256, address))
        if row is not None:
            place = queues.position_of(row.priority, row.doubt, row.report_id, row.position)
            shown = replace(shown, position=place, sampled=row.sampled)
        return view(case, address, shown)

    def _open(self, session: Session, review_id: int) -> int:
        """How many items of a report are in the queue."""
        return session.scalar(select(func.count()).select_from(ItemRow).filter_by(review_id=review_id)) or 0


def hold_of(row: HoldRow, report_id: str, reviewer: str) -> Hold:
    """A hold as a reviewer sees it."""
    until = datetime.fromtimestamp(row.until, UTC).isoformat(timespec="seconds")
    return Hold(report_id, row.address, row.reviewer, until, row.reviewer == reviewer)
