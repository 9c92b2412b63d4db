"""What the review desk takes and gives: reports, queue, item, surroundings, outcome of a save.

Addresses are those of ``review.decision``: stable over splits, moves and other decisions.  Times are ISO 8601 in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from kompass_extract.model.reasons import Reason
from kompass_extract.model.report import Alternative, Check, Evidence, Model, PageInfo, Review
from kompass_extract.review.decisions.decision import Action, Address, DecidedValue, Decision, Target
from kompass_extract.review.service.context_views import (
    BlockView,
    CellView,
    ListView,
    QuestionChoice,
    RowView,
    Surroundings,
    TableView,
    TargetChoice,
)
from kompass_extract.review.service.doubt_spots import Spot
from kompass_extract.review.service.guess import Guess
from kompass_extract.review.service.journal import EventName
from kompass_extract.review.service.review_errors import (
    ImpossibleError,
    RefusedError,
    UnfinishedError,
    UnknownItemError,
    UnknownReportError,
)

__all__ = [
    "BlockView",
    "CellView",
    "Conflict",
    "ErrorRate",
    "Facets",
    "HistoryEntry",
    "Hold",
    "ImpossibleError",
    "Item",
    "ListView",
    "Order",
    "OtherReadings",
    "PageFile",
    "QuestionChoice",
    "QueueFilter",
    "QueueItem",
    "QueuePage",
    "QueuePlace",
    "ReasonClass",
    "RefusedError",
    "Remark",
    "ReportFilter",
    "ReportLine",
    "ReportPage",
    "ReviewStatus",
    "RowView",
    "Saved",
    "Surroundings",
    "TableView",
    "TargetChoice",
    "UnfinishedError",
    "UnknownItemError",
    "UnknownReportError",
]

ReviewStatus = Literal["pending", "in_review", "reviewed"]


class ReasonClass(StrEnum):
    """The rough class of a field's review flags; ``Item.reasons`` has the exact ones."""

    CHECK = "check"  # a failed check names it
    MISSING = "missing"  # nothing was found or read
    READINGS = "readings"  # several readings are possible
    KIND = "kind"  # what it is, or where it belongs, is uncertain
    BOUNDS = "bounds"  # where it begins or ends is uncertain
    MATCH = "match"  # which question it is
    CONTRADICTION = "contradiction"  # a newer reading contradicts a decision
    DISPUTE = "dispute"  # two blind readings differ
    READ_BADLY = "read_badly"
    SAMPLE = "sample"  # nothing is in doubt: asked to measure silent errors
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """None stands for any."""

    status: ReviewStatus | None = None
    municipality: str | None = None
    edition: str | None = None
    assigned: str | None = None  # to whom
    text: str | None = None  # words of the id, municipality, year, edition or file name


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report in the list; ``open`` of ``total`` fields wait for a person, ``decided`` have a decision."""

    report_id: str
    row_id: int  # opaque: for addresses of page images
    municipality: str | None
    year: int | None
    edition: str | None
    status: ReviewStatus
    open: int
    decided: int
    total: int
    held_by: tuple[str, ...]
    signed_by: str | None
    signed_at: str | None
    double_reading: bool
    file_name: str = ""
    sha256: str = ""  # of the input
    assigned: str | None = None  # to whom


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Some of the reports, by municipality and year; ``total`` counts all that fit the filter."""

    lines: tuple[ReportLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class OtherReadings:
    """Further readings of a report's evaluation; ``best`` is the id of the best of all of them."""

    best: str
    lines: tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """None stands for any; ``report_id`` None for all reports."""

    report_id: str | None = None
    area: int | None = None
    kind: str | None = None
    reason: ReasonClass | None = None
    edition: str | None = None
    municipality: str | None = None
    assigned: str | None = None  # the reviewer whose reports are meant
    surest: int | None = None  # least confidence, in per cent


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One question to a person, as the queue lists it; ``text`` is the value as text, shortened."""

    report_id: str
    pointer: Address
    area: int | None
    kind: str
    reason: ReasonClass
    text: str | None
    confidence: float
    page: int | None
    held_by: str | None
    position: str  # opaque: where the queue goes on after this item


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some of the queue, in order of what matters; ``next`` is the position to go on from, None at the end."""

    items: tuple[QueueItem, ...]
    total: int
    next: str | None


@dataclass(frozen=True, slots=True)
class Facets:
    """How many open items each value of a filter would show, given the others; only values that occur."""

    areas: tuple[tuple[int, int], ...]
    kinds: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[ReasonClass, int], ...]
    editions: tuple[tuple[str, int], ...]
    municipalities: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """Where an item stands: the ``number``-th, counted from 1, of ``total``."""

    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Who works on an item until when; an expired hold counts for nothing."""

    report_id: str
    pointer: Address
    by: str
    until: str
    mine: bool


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step of a field's audit trail; ``voided_by`` is the undo that took it back, ``run`` what it was decided on.

    The first entry of a field is the machine's reading (``decision`` None, ``by`` the pipeline's version).
    """

    decision: str | None
    report_id: str
    pointer: Address
    action: Action | Literal["read", "comment"] | EventName
    by: str
    at: str
    before: DecidedValue
    after: DecidedValue
    run: str
    voided_by: str | None = None
    orphaned: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said about a value."""

    by: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """Everything the page of one item shows.

    ``version`` goes back with the decision, so that a change by somebody else in between is seen.  ``value`` None:
    missing.  ``actions`` are those that make sense here.  ``previous`` are decisions of others that a contradiction or
    dispute is about.  A finding (a failed check about something that has no field, such as a missing area) has
    ``kind`` "finding", its ``check``, and takes accept.
    """

    report_id: str
    row_id: int
    pointer: Address
    kind: str
    area: int | None
    area_name: str | None
    number: bool  # whether the value is a whole number
    value: DecidedValue
    raw: str | None
    confidence: float
    needs_review: bool
    review: Review | None
    reasons: tuple[Reason, ...]
    reason_class: ReasonClass
    alternatives: tuple[Alternative, ...]
    evidence: tuple[Evidence, ...]
    checks: tuple[Check, ...]
    check: Check | None
    version: str
    hold: Hold | None
    actions: tuple[Action, ...]
    history: tuple[HistoryEntry, ...]
    surroundings: Surroundings
    position: str  # opaque: the queue goes on after it, also when the item itself is decided
    pages: tuple[PageInfo, ...]  # all pages of the report
    previous: tuple[Decision, ...] = ()
    sha256: str = ""  # of the input
    asked: bool = False  # whether it stands in the queue
    signed: bool = False  # whether its report is signed: nothing can be changed then
    remarks: tuple[Remark, ...] = ()
    guesses: tuple[Guess, ...] = ()  # what can be picked instead of the value
    spots: tuple[Spot, ...] = ()  # its places that may be read otherwise


class Order(Model):
    """What a reviewer asks for; see ``Decision`` for the fields.  ``places`` is for added items.

    ``other_seen`` is the version of ``other`` that was shown.  ``confirmed`` says that the reviewer was told that the
    value cannot be, and saves it all the same.
    """

    action: Action
    pointer: Address = ""
    value: DecidedValue = None
    rest: str | None = None
    other: Address | None = None
    other_seen: str | None = None
    target: Target | None = None
    places: tuple[Evidence, ...] = ()
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """The decision is kept.  ``pointer`` is the item's address now (of an added item its new one)."""

    decision: Decision
    report_id: str
    pointer: Address
    version: str
    open: int
    waits_for_second: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing was saved: the item changed since it was shown.  ``now`` is what stands there, None when it is gone."""

    order: Order
    now: Item | None
    theirs: tuple[HistoryEntry, ...]


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Silent errors among sampled confident fields: ``errors`` of ``checked``, with a 95 % interval, each 0..1."""

    checked: int
    errors: int
    rate: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PageFile:
    """Where a page's picture comes from: the archived input and how the page was turned."""

    path: str
    sha256: str
    number: int
    width: float
    height: float
    rotation: int
    skew: float
    kind: str
