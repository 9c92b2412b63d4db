"""The review desk: everything a reviewer does, over the store, one transaction each.

A decision is written to the archive's journal and forced to disk before the transaction answers, so that nothing a
reviewer was told is saved can be lost.  The machine's report is never changed: what is shown is the machine's report
with the decisions applied.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete, select

from kompass_extract.archive.schema import ReportRow
from kompass_extract.model.reasons import reason
from kompass_extract.report import export
from kompass_extract.review import Action, Address, Decision
from kompass_extract.review.service import history as trails
from kompass_extract.review.service.commands import (
    applied,
    decision_of,
    knowingly,
    repeats,
    require_possible,
    staged,
    undo_of,
)
from kompass_extract.review.service.desk_base import DeskSettings, Transaction, require_open
from kompass_extract.review.service.desk_together import DeskTogether
from kompass_extract.review.service.desk_values import (
    Conflict,
    Hold,
    Order,
    Saved,
    UnfinishedError,
    UnknownItemError,
    UnknownReportError,
)
from kompass_extract.review.service.item_version import version
from kompass_extract.review.service.loaded_reviews import Case
from kompass_extract.review.service.queries import PAGE_SIZE, hold_of
from kompass_extract.review.service.review_schema import DecisionRow, HoldRow
from kompass_extract.review.service.view import address_of

__all__ = ["PAGE_SIZE", "Desk", "DeskSettings"]


class Desk(DeskTogether):
    """The desk of one archive; safe to use from several threads and processes.

    Every method raises ``UnknownReportError`` or ``UnknownItemError`` where its argument names nothing, and
    ``StoreError`` where the store cannot be used.
    """

    def decide(self, report_id: str, order: Order, *, by: str, seen: str | None) -> Saved | Conflict:
        """Save a decision; ``seen`` is the ``version`` shown (None only for what was not there: an added item).

        RefusedError where the order makes no sense.  Deciding the same again is saved once.
        """
        with self._writing(report_id) as work:
            case = self._cases.case(work.session, report_id)
            require_open(work.review)
            stale = order.action is not Action.ADD and seen != version(case, order.pointer)
            stale = stale or (order.other_seen is not None and order.other_seen != version(case, order.other or ""))
            try:
                decision = decision_of(case, order, self._author(work, case, order.pointer, by))
            except UnknownItemError:
                if not stale or not seen:
                    raise
                return self._conflict(work, case, order, by)
            again = repeats(case, decision)
            if again is not None and (stale or set(decision.seen) <= set(again.seen)):
                return self._saved(work, case, again)
            if stale:
                return self._conflict(work, case, order, by)
            return self._keep(work, case, staged(case, decision), confirmed=order.confirmed)

    def undo(self, decision_id: str, *, by: str) -> Saved:
        """Take a decision back, whenever it was made; undoing an undo brings it back."""
        report_id = self._report_of(decision_id)
        with self._writing(report_id) as work:
            case = self._cases.case(work.session, report_id)
            require_open(work.review)
            standing = case.decided.settled.voided.get(decision_id)
            if standing is not None:
                return self._saved(work, case, next(one for one in case.decisions if one.id == standing))
            wanted = next(one for one in case.decisions if one.id == decision_id)
            return self._keep(work, case, undo_of(case, wanted, self._author(work, case, wanted.pointer, by)))

    def hold(self, report_id: str, pointer: Address, *, by: str) -> Hold:
        """Hold an item, or renew the hold; where somebody else holds it, theirs is returned."""
        with self._writing(report_id) as work:
            address = address_of(self._cases.case(work.session, report_id), pointer)
            clock = self._store.clock(work.session)
            work.session.execute(delete(HoldRow).where(HoldRow.until <= clock))
            row = work.session.get(HoldRow, (work.review.id, address))
            if row is None:
                row = HoldRow(review_id=work.review.id, address=address, reviewer=by, until=0.0)
                work.session.add(row)
            if row.reviewer == by:
                row.until = clock + self._settings.hold_seconds
            return hold_of(row, report_id, by)

    def release(self, report_id: str, pointer: Address, *, by: str) -> None:
        """Give an item free."""
        with self._writing(report_id) as work:
            address = address_of(self._cases.case(work.session, report_id), pointer)
            held = delete(HoldRow).filter_by(review_id=work.review.id, address=address, reviewer=by)
            work.session.execute(held)

    def sign(self, report_id: str, *, by: str) -> Path:
        """The report is reviewed: writes ``reviewed/<report_id>.json``; UnfinishedError while anything is open."""
        path = self._archive.reviewed / f"{report_id}.json"
        with self._writing(report_id) as work:
            case = self._cases.case(work.session, report_id)
            waiting = self._open(work.session, work.review.id)
            if waiting:
                raise UnfinishedError(reason("items-open", open=waiting, report=report_id))
            report = case.decided.report
            state = report.review.model_copy(update={"status": "reviewed", "open": 0})
            export.write_text(path, export.dumps(report.model_copy(update={"review": state})))
            self._happened(work, "sign", by)
        return path

    def reopen(self, report_id: str, *, by: str) -> None:
        """A reviewed report is in review again; its reviewed JSON stays until it is signed anew."""
        with self._writing(report_id) as work:
            if work.review.status == "reviewed":
                self._happened(work, "reopen", by)

    def set_double_reading(self, report_id: str, wanted: bool, *, by: str) -> None:
        """Whether two people must read each open value of the report without seeing the other's."""
        with self._writing(report_id) as work:
            require_open(work.review)
            if work.review.double_reading != wanted:
                self._happened(work, "double" if wanted else "single", by)
                work.session.flush()
                self._sync.one(
                    work.session, work.session.scalars(select(ReportRow).filter_by(report_id=report_id)).one()
                )

    def _keep(self, work: Transaction, case: Case, decision: Decision, *, confirmed: bool = True) -> Saved:
        """Write a decision to the journal and the store, with all that follows from it."""
        changed = applied(case, decision, case.changes + 1)
        if not confirmed:
            require_possible(changed, decision)
        elif (knowing := knowingly(changed, decision)) != decision:
            decision = knowing
            changed = applied(case, decision, case.changes + 1)
        self._write(work, changed, [decision])
        return self._saved(work, changed, decision)

    def _saved(self, work: Transaction, case: Case, decision: Decision) -> Saved:
        pointer = f"@{decision.id}" if decision.action is Action.ADD else decision.pointer
        pointer = pointer if decision.action is Action.ADD else case.decided.placed.get(decision.id, pointer)
        return Saved(
            decision=decision,
            report_id=case.report_id,
            pointer=pointer,
            version=version(case, pointer),
            open=self._open(work.session, work.review.id),
            waits_for_second=any(one.id == decision.id for one in case.decided.settled.waiting.values()),
        )

    def _conflict(self, work: Transaction, case: Case, order: Order, by: str) -> Conflict:
        try:
            now = self._item(work.session, case, order.pointer, by)
        except UnknownItemError:
            now = None
        trail = [one for one in trails.of_field(case, order.pointer) if one.decision is not None]
        return Conflict(order, now, tuple([one for one in trail if one.by != by] or trail))

    def _report_of(self, decision_id: str) -> str:
        """The id of the report that a decision is about."""
        with self._store.read() as session:
            row = session.scalars(select(DecisionRow).filter_by(id=decision_id)).one_or_none()
            if row is None:
                raise UnknownItemError("There is no such decision.")
            report_id = session.scalar(select(ReportRow.report_id).filter_by(sha256=row.sha256))
        if report_id is None:
            raise UnknownReportError("The report of that decision is not in the archive any more.")
        return report_id
