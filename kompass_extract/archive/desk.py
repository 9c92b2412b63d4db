"""The review desk: everything a reviewer does, over the store, one transaction each.

A decision is written to the archive's journal and forced to disk before the transaction answers, so that nothing a
reviewer was told is saved can be lost.  The machine's report is never changed: what is shown is the machine's report
with the decisions applied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kompass_extract.archive.desk_model import (
    BlockView,
    Conflict,
    ErrorRate,
    Facets,
    HistoryEntry,
    Hold,
    Item,
    Order,
    PageFile,
    QueueFilter,
    QueueItem,
    QueuePage,
    QueuePlace,
    ReportFilter,
    ReportLine,
    ReportPage,
    Saved,
)
from kompass_extract.report import Report
from kompass_extract.review import Address

PAGE_SIZE = 50
"""Entries of a list shown at once."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """How the desk works; ``hold_seconds`` is how long an untouched item stays held.

    ``sample_rate`` is the share, 0..1, of confident fields that are asked about all the same, to know the share of
    silent errors; ``sample_seed`` makes another choice of them.
    """

    hold_seconds: int = 300
    sample_rate: float = 0.0
    sample_seed: str = "1"


class Desk:
    """The desk of one archive; safe to use from several threads and processes.

    Every method raises ``UnknownReportError`` or ``UnknownItemError`` where its argument names nothing.
    """

    def __init__(
        self,
        archive: Path,
        url: str | None = None,
        *,
        settings: DeskSettings | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """``archive`` is the archive's folder, ``url`` its store's (None: ``archive.db`` in the folder)."""
        raise NotImplementedError

    def reports(self, wanted: ReportFilter | None = None, *, offset: int = 0, limit: int = PAGE_SIZE) -> ReportPage:
        """Reports with state and progress."""
        raise NotImplementedError

    def report_line(self, report_id: str) -> ReportLine:
        """One report's line."""
        raise NotImplementedError

    def report(self, report_id: str) -> Report:
        """The report with its decisions applied."""
        raise NotImplementedError

    def queue(
        self, wanted: QueueFilter, *, reviewer: str, after: str | None = None, limit: int = PAGE_SIZE
    ) -> QueuePage:
        """Open items, failed checks and scores first, then by doubt; ``after`` is a ``position``."""
        raise NotImplementedError

    def next_item(
        self, wanted: QueueFilter, *, reviewer: str, after: str | None = None, back: bool = False
    ) -> QueueItem | None:
        """The open item after (``back``: before) that position that nobody else holds; None at the end."""
        raise NotImplementedError

    def facets(self, wanted: QueueFilter, *, reviewer: str) -> Facets:
        """Which values of the filters there are, with their numbers of open items."""
        raise NotImplementedError

    def place(self, wanted: QueueFilter, position: str, *, reviewer: str) -> QueuePlace:
        """The how-manieth item of the queue a position is: "12 of 340"."""
        raise NotImplementedError

    def item(self, report_id: str, pointer: Address, *, reviewer: str) -> Item:
        """All about one field, item, block or finding, open or not; nothing is held or changed by looking."""
        raise NotImplementedError

    def decide(self, report_id: str, order: Order, *, by: str, seen: str | None) -> Saved | Conflict:
        """Save a decision; ``seen`` is the ``version`` shown (None only for what was not there: an added item).

        RefusedError where the order makes no sense.  Deciding the same again is saved once.
        """
        raise NotImplementedError

    def undo(self, decision_id: str, *, by: str) -> Saved:
        """Take a decision back, whenever it was made; undoing an undo brings it back."""
        raise NotImplementedError

    def last_decision(self, by: str, *, report_id: str | None = None) -> HistoryEntry | None:
        """The reviewer's latest decision that is not undone: what Ctrl+Z takes back."""
        raise NotImplementedError

    def hold(self, report_id: str, pointer: Address, *, by: str) -> Hold:
        """Hold an item, or renew the hold; where somebody else holds it, theirs is returned."""
        raise NotImplementedError

    def release(self, report_id: str, pointer: Address, *, by: str) -> None:
        """Give an item free."""
        raise NotImplementedError

    def history(self, report_id: str, pointer: Address | None = None, *, limit: int = 200) -> tuple[HistoryEntry, ...]:
        """The audit trail of a field, oldest first; of a report (``pointer`` None), newest first."""
        raise NotImplementedError

    def sign(self, report_id: str, *, by: str) -> Path:
        """The report is reviewed: writes ``reviewed/<report_id>.json``; UnfinishedError while anything is open."""
        raise NotImplementedError

    def reopen(self, report_id: str, *, by: str) -> None:
        """A reviewed report is in review again; its reviewed JSON stays until it is signed anew."""
        raise NotImplementedError

    def set_double_reading(self, report_id: str, wanted: bool, *, by: str) -> None:
        """Whether two people must read each open value of the report without seeing the other's."""
        raise NotImplementedError

    def error_rate(self) -> ErrorRate:
        """What the sampled confident fields say about silent errors."""
        raise NotImplementedError

    def open_items(self, report_id: str) -> int:
        """How many items still stand in the way of signing."""
        raise NotImplementedError

    def blocks(self, report_id: str, number: int) -> tuple[BlockView, ...]:
        """The blocks of a page in reading order, for the whole page."""
        raise NotImplementedError

    def page(self, row_id: int, number: int) -> PageFile:
        """The file and turn of a page, for its picture; ``path`` is absolute and never comes from a request."""
        raise NotImplementedError
