"""Many values accepted at once: what may be, and each decision of it taken back together.

A value of its own is asked about alone where a check fails on it, where it cannot be, where it is missing, and where
readers or readings contradict each other: looking at many at once would pass over it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, delete, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from kompass_extract.archive.schema import ReportRow
from kompass_extract.errors import UsageError
from kompass_extract.model.pointers import AnyField
from kompass_extract.model.report import PageInfo
from kompass_extract.review import Action, Address, Decision
from kompass_extract.review.decisions.draft import is_number
from kompass_extract.review.decisions.impossible import impossible
from kompass_extract.review.decisions.recheck import failed_by_pointer
from kompass_extract.review.service import queue as queues
from kompass_extract.review.service.commands import Author, author_of, decision_of, staged, undo_of
from kompass_extract.review.service.desk_base import Transaction, require_open
from kompass_extract.review.service.desk_values import (
    Order,
    QueueFilter,
    QueueItem,
    ReasonClass,
    UnknownItemError,
)
from kompass_extract.review.service.item_version import version
from kompass_extract.review.service.loaded_reviews import Case, with_decisions
from kompass_extract.review.service.review_schema import DecisionRow, HoldRow, ItemRow
from kompass_extract.review.service.sync_items import put_decision, store_case
from kompass_extract.review.service.team import DeskTeam

MOST_AT_ONCE = 30
"""Values on one page: as many as somebody looks at with care."""
ALONE = (ReasonClass.CHECK, ReasonClass.CONTRADICTION, ReasonClass.DISPUTE, ReasonClass.MISSING)
"""Reasons that ask for a decision of its own."""
_BATCH = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True, slots=True)
class Acceptable:
    """A value that may be accepted among others; ``pages`` are those that it stands on."""

    item: QueueItem
    row_id: int
    sha256: str
    version: str
    field: AnyField
    number: bool
    pages: tuple[PageInfo, ...]


@dataclass(frozen=True, slots=True)
class AcceptablePage:
    """Some of the values that a filter shows; ``alone`` of ``total`` need a decision of their own."""

    values: tuple[Acceptable, ...]
    total: int
    alone: int
    next: str | None


@dataclass(frozen=True, slots=True)
class Together:
    """What stands of a batch: values accepted, in how many reports."""

    batch: str
    values: int
    reports: int


def new_batch() -> str:
    """A name for decisions that are made together; the ids of them begin with it."""
    return uuid.uuid4().hex[:24]


def is_batch(name: str) -> bool:
    """Whether a name is one that ``new_batch`` gives."""
    return _BATCH.fullmatch(name) is not None


def batch_of(decision_id: str) -> str | None:
    """The batch that a decision belongs to."""
    begin, dash, _ = decision_id.partition("-")
    return begin if dash and is_batch(begin) else None


class DeskTogether(DeskTeam):
    """The part of the desk that decides about many values; each has a decision of its own in the journal."""

    def acceptable(
        self, wanted: QueueFilter, *, reviewer: str, after: str | None = None, limit: int = MOST_AT_ONCE
    ) -> AcceptablePage:
        """The open values of a filter that may be accepted together, report by report, from ``after`` on."""
        self._look()
        with self._store.read() as session:
            clock = self._store.clock(session)
            rows = session.execute(_together(wanted, reviewer, clock, after).limit(limit + 1)).all()
            every = queues.queue_page(session, wanted, reviewer=reviewer, after=None, limit=1, clock=clock).total
            count = _together(wanted, reviewer, clock, None).order_by(None).subquery()
            fitting = session.scalar(select(func.count()).select_from(count)) or 0
            found = [self._acceptable(session, row[0], row[1]) for row in rows[:limit]]
        last = rows[limit - 1][0] if len(rows) > limit else None
        return AcceptablePage(
            values=tuple(one for one in found if one is not None),
            total=every,
            alone=every - fitting + found.count(None),
            next=f"{last.position}.{last.report_id}" if last is not None else None,
        )

    def accept_together(
        self, report_id: str, seen: Mapping[Address, str], *, by: str, batch: str
    ) -> tuple[Address, ...]:
        """Accept the values of a report in one transaction; ``seen`` are their versions as shown.

        Gives the addresses that were not accepted, as they have changed or need a decision of their own.
        """
        if not is_batch(batch):
            raise UsageError(f"{batch!r} is no name of decisions made together. Load the page again.")
        with self._writing(report_id) as work:
            require_open(work.review)
            case = self._cases.case(work.session, report_id)
            own = {one.pointer for one in _standing(case, batch)}
            fit = [one for one in seen if one not in own and _fits(work.session, case, one, seen[one])]
            self._keep_all(work, case, self._acceptances(work, case, fit, by, batch))
        return tuple(one for one in seen if one not in own and one not in fit)

    def together(self, batch: str) -> Together:
        """What stands of a batch."""
        with self._store.read() as session:
            counts = [len(_standing(self._cases.case(session, found), batch)) for found in _reports(session, batch)]
        return Together(batch, sum(counts), sum(count > 0 for count in counts))

    def undo_together(self, batch: str, *, by: str) -> Together:
        """Take all decisions of a batch back that still stand, one transaction for each report."""
        with self._store.read() as session:
            found = _reports(session, batch)
        counts = [self._undo_in(report_id, batch, by) for report_id in found]
        return Together(batch, sum(counts), sum(count > 0 for count in counts))

    def _undo_in(self, report_id: str, batch: str, by: str) -> int:
        with self._writing(report_id) as work:
            require_open(work.review)
            case = self._cases.case(work.session, report_id)
            wanted = _standing(case, batch)
            undone: list[Decision] = []
            for one in wanted:
                made = _after(case, undone)
                undone.append(undo_of(made, one, author_of(made, by, self._now(), sampled=False)))
            self._keep_all(work, case, undone)
        return len(wanted)

    def _acceptable(self, session: Session, row: ItemRow, holder: str | None) -> Acceptable | None:
        case = self._cases.case(session, row.report_id)
        if not may_be_together(case, row.address):
            return None
        field = case.fields[case.pointers[row.address]]
        numbers = {place.page for place in field.evidence}
        return Acceptable(
            item=queues.queue_item(row, holder),
            row_id=case.review_id,
            sha256=case.sha256,
            version=version(case, row.address),
            field=field,
            number=is_number(field),
            pages=tuple(page for page in case.machine.pages if page.number in numbers),
        )

    def _acceptances(
        self, work: Transaction, case: Case, addresses: Iterable[Address], by: str, batch: str
    ) -> list[Decision]:
        """One decision for each value, at times that follow each other."""
        made: list[Decision] = []
        count = sum(batch_of(one.id) == batch for one in case.decisions)
        for address in addresses:
            author = self._author(work, _after(case, made), address, by)
            decision = decision_of(case, Order(action=Action.ACCEPT, pointer=address), author)
            known = {"id": f"{batch}-{case.review_id}-{count + len(made)}"}
            made.append(staged(case, decision.model_copy(update=known)))
        return made

    def _keep_all(self, work: Transaction, case: Case, decisions: Sequence[Decision]) -> None:
        """Write many decisions, where there are any."""
        if decisions:
            made = with_decisions(case, (*case.decisions, *decisions), case.changes + len(decisions))
            self._write(work, made, decisions)

    def _write(self, work: Transaction, made: Case, decisions: Sequence[Decision]) -> None:
        """Write decisions to the journal and the store, with all that follows from them: the case ``made`` of them."""
        report = work.session.scalars(select(ReportRow).filter_by(sha256=made.sha256)).one()
        for decision in decisions:
            work.journalled(decision)
            put_decision(work.session, decision)
            held = delete(HoldRow).filter_by(review_id=work.review.id, address=decision.pointer)
            work.session.execute(held)
        store_case(work.session, work.review, report, made, self._sync.sampling)
        work.session.flush()
        work.made = made

    def _author(self, work: Transaction, case: Case, pointer: Address, by: str) -> Author:
        row = work.session.get(ItemRow, (case.review_id, pointer))
        return author_of(case, by, self._now(), sampled=row is not None and row.sampled)


def may_be_together(case: Case, address: Address) -> bool:
    """Whether a value may be accepted among others: it is there and possible, no check fails, nobody contradicts."""
    pointer = case.pointers.get(address)
    field = case.fields.get(pointer) if pointer is not None else None
    if pointer is None or field is None or field.value is None:
        return False
    settled, decided = case.decided.settled, case.decided
    if address in settled.disputed or any(one.address == address for one in decided.contradicted):
        return False
    failed = pointer in failed_by_pointer(decided.report.checks)
    told = any(one.group == ReasonClass.CHECK.value for one in field.reasons)
    return not failed and not told and impossible(case.fields, pointer) is None


def _after(case: Case, decisions: Sequence[Decision]) -> Case:
    """The case as the next author finds it, whose time follows; nothing is applied."""
    return replace(case, decisions=(*case.decisions, *decisions))


def _fits(session: Session, case: Case, address: Address, seen: str) -> bool:
    """Return whether a value is still flagged, is as it was shown, and may be accepted among others."""
    try:
        unchanged = seen == version(case, address)
    except UnknownItemError:
        return False
    asked = session.get(ItemRow, (case.review_id, address)) is not None
    return asked and unchanged and may_be_together(case, address)


def _together(wanted: QueueFilter, reviewer: str, clock: float, after: str | None) -> Select[tuple[ItemRow, str]]:
    """The open items that may be accepted together as the store knows them, in the order of reports."""
    query = queues.open_items_of(wanted, reviewer=reviewer, clock=clock)
    query = query.where(ItemRow.reason.not_in([one.value for one in ALONE]), ItemRow.value.is_not(None))
    query = query.where(ItemRow.kind != "finding", or_(HoldRow.reviewer.is_(None), HoldRow.reviewer == reviewer))
    if after:
        number, _, report_id = after.partition(".")
        place = (report_id, int(number) if number.isdecimal() and len(number) < 10 else 0)
        query = query.where(tuple_(ItemRow.report_id, ItemRow.position) > tuple_(*map(literal, place)))
    return query.order_by(ItemRow.report_id, ItemRow.position)


def _standing(case: Case, batch: str) -> list[Decision]:
    """The decisions of a batch on a report that are not undone."""
    voided = case.decided.settled.voided
    own = [one for one in case.decisions if one.action is not Action.UNDO and batch_of(one.id) == batch]
    return [one for one in own if one.id not in voided]


def _reports(session: Session, batch: str) -> list[str]:
    """The reports that decisions of a batch are about."""
    if not is_batch(batch):
        return []
    about = select(DecisionRow.sha256).where(DecisionRow.id.startswith(f"{batch}-"))
    return sorted(session.scalars(select(ReportRow.report_id).where(ReportRow.sha256.in_(about))))
