"""The queue over the store: pages, neighbours, places and the values of its filters.

The order is that of ``review_items``' indexes; a position in it is a key and not a count, so that the queue goes on
from an item that is no longer open.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from kompass_extract.archive.desk_model import Facets, QueueFilter, QueueItem, QueuePage, QueuePlace, ReasonClass
from kompass_extract.archive.desk_schema import HoldRow, ItemRow
from kompass_extract.errors import UsageError

ORDER = (ItemRow.priority, ItemRow.doubt, ItemRow.report_id, ItemRow.position)
Place = tuple[int, float, str, int]
Query = TypeVar("Query", bound="Select[*tuple[Any, ...]]")


def position_of(priority: int, doubt: float, report_id: str, position: int) -> str:
    """A place in the queue as the pages carry it."""
    return f"{priority}.{round(doubt * 1e6)}.{position}.{report_id}"


def parsed(position: str) -> Place:
    """A place in the queue; UsageError for what is none."""
    parts = position.split(".", 3)
    if len(parts) != 4 or not all(part.isdecimal() and len(part) < 10 for part in parts[:3]):
        raise UsageError(f"{position!r} is no place in the queue. Open the queue anew.")
    return int(parts[0]), int(parts[1]) / 1e6, parts[3], int(parts[2])


def queue_page(
    session: Session, wanted: QueueFilter, *, reviewer: str, after: str | None, limit: int, clock: float
) -> QueuePage:
    """Open items in order, from ``after`` on."""
    query = _fitting(_items(clock), wanted, reviewer)
    total = session.scalar(_fitting(select(func.count()).select_from(ItemRow), wanted, reviewer)) or 0
    if after is not None:
        query = query.where(_after(parsed(after)))
    rows = session.execute(query.order_by(*ORDER).limit(limit + 1)).all()
    items = tuple(_queue_item(row[0], row[1]) for row in rows[:limit])
    return QueuePage(items, total, items[-1].position if len(rows) > limit else None)


def neighbour(
    session: Session, wanted: QueueFilter, *, reviewer: str, after: str | None, back: bool, clock: float
) -> QueueItem | None:
    """The next open item (``back``: the one before) that nobody else holds."""
    query = _fitting(_items(clock), wanted, reviewer)
    query = query.where(or_(HoldRow.reviewer.is_(None), HoldRow.reviewer == reviewer))
    if after is not None:
        place = parsed(after)
        query = query.where(_before(place) if back else _after(place))
    order = [column.desc() for column in ORDER] if back else list(ORDER)
    row = session.execute(query.order_by(*order).limit(1)).first()
    return _queue_item(row[0], row[1]) if row is not None else None


def place_of(session: Session, wanted: QueueFilter, position: str, *, reviewer: str) -> QueuePlace:
    """How many items stand before a position, counting from 1, and how many there are."""
    count = _fitting(select(func.count()).select_from(ItemRow), wanted, reviewer)
    before = session.scalar(count.where(_before(parsed(position)))) or 0
    return QueuePlace(before + 1, session.scalar(count) or 0)


def facets(session: Session, wanted: QueueFilter, *, reviewer: str) -> Facets:
    """Per filter its values with their numbers of open items, given the other filters."""

    def counted(column: InstrumentedAttribute[Any], **without: None) -> list[tuple[Any, int]]:
        given = QueueFilter(**{**{name: getattr(wanted, name) for name in QueueFilter.__slots__}, **without})
        query = _fitting(select(column, func.count()).select_from(ItemRow), given, reviewer)
        rows = session.execute(query.where(column.is_not(None)).group_by(column).order_by(column)).all()
        return [(value, count) for value, count in rows]

    return Facets(
        areas=tuple(counted(ItemRow.area, area=None)),
        kinds=tuple(counted(ItemRow.kind, kind=None)),
        reasons=tuple((ReasonClass(name), count) for name, count in counted(ItemRow.reason, reason=None)),
        editions=tuple(counted(ItemRow.edition, edition=None)),
        municipalities=tuple(counted(ItemRow.municipality, municipality=None)),
    )


def _items(clock: float) -> Select[ItemRow, str | None]:
    """Items with who holds them now."""
    held = and_(HoldRow.review_id == ItemRow.review_id, HoldRow.address == ItemRow.address, HoldRow.until > clock)
    return select(ItemRow, HoldRow.reviewer).outerjoin(HoldRow, held)


def _fitting(query: Query, wanted: QueueFilter, reviewer: str) -> Query:
    values: tuple[tuple[InstrumentedAttribute[Any], object], ...] = (
        (ItemRow.report_id, wanted.report_id),
        (ItemRow.area, wanted.area),
        (ItemRow.kind, wanted.kind),
        (ItemRow.reason, wanted.reason.value if wanted.reason is not None else None),
        (ItemRow.edition, wanted.edition),
        (ItemRow.municipality, wanted.municipality),
    )
    query = query.where(*(column == value for column, value in values if value is not None))
    return query.where(or_(ItemRow.first_reader.is_(None), ItemRow.first_reader != reviewer))


def _after(place: Place) -> ColumnElement[bool]:
    return tuple_(*ORDER) > tuple_(*place)


def _before(place: Place) -> ColumnElement[bool]:
    return tuple_(*ORDER) < tuple_(*place)


def _queue_item(row: ItemRow, holder: str | None) -> QueueItem:
    return QueueItem(
        report_id=row.report_id,
        pointer=row.address,
        area=row.area,
        kind=row.kind,
        reason=ReasonClass(row.reason),
        text=row.value,
        confidence=row.confidence,
        page=row.page,
        held_by=holder,
        position=position_of(row.priority, row.doubt, row.report_id, row.position),
    )


def is_open(session: Session, review_id: int, address: str) -> bool:
    """Whether an item stands in the queue."""
    return bool(session.scalar(select(exists().where(ItemRow.review_id == review_id, ItemRow.address == address))))
