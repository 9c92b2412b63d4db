"""The queue over the store: pages, neighbours, places and the values of its filters.

The order is that of ``review_items``' indexes; a position in it is a key and not a count, so that the queue goes on
from an item that is no longer open.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.expression import Tuple

from kompass_extract.errors import UsageError
from kompass_extract.review.service.desk_values import (
    Facets,
    QueueFilter,
    QueueItem,
    QueuePage,
    QueuePlace,
    ReasonClass,
)
from kompass_extract.review.service.review_schema import AssignmentRow, HoldRow, ItemRow, ReviewRow

ORDER = (ItemRow.priority, ItemRow.doubt, ItemRow.report_id, ItemRow.position)
Place = tuple[int, float, str, int]
Query = TypeVar("Query", bound="Select[Any]")


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
    query = open_items_of(wanted, reviewer=reviewer, clock=clock)
    if after is not None:
        query = query.where(_after(parsed(after)))
    rows = session.execute(query.order_by(*ORDER).limit(limit + 1)).all()
    items = tuple(queue_item(row[0], row[1]) for row in rows[:limit])
    total = _count(session, wanted, reviewer)
    return QueuePage(items, total, items[-1].position if len(rows) > limit else None)


def open_items_of(wanted: QueueFilter, *, reviewer: str, clock: float) -> Select[tuple[ItemRow, str]]:
    """Open items with who holds them, in no order."""
    return _unread(_fitting(_items(clock), wanted), reviewer)


def _count(session: Session, wanted: QueueFilter, reviewer: str, *before: ColumnElement[bool]) -> int:
    """How many items fit; those that the reviewer has read blindly are few and counted apart, by their own index."""
    count = _fitting(select(func.count()).select_from(ItemRow), wanted).where(*before)
    read = session.scalar(count.where(ItemRow.first_reader == reviewer)) or 0
    return (session.scalar(count) or 0) - read


def neighbour(
    session: Session,
    wanted: QueueFilter,
    *,
    reviewer: str,
    after: str | None,
    back: bool,
    clock: float,
    outside: str | None = None,
) -> QueueItem | None:
    """The next open item (``back``: the one before) that nobody else holds, of another report than ``outside``."""
    query = open_items_of(wanted, reviewer=reviewer, clock=clock)
    query = query.where(or_(HoldRow.reviewer.is_(None), HoldRow.reviewer == reviewer))
    if after is not None:
        place = parsed(after)
        query = query.where(_before(place) if back else _after(place))
    if outside is not None:
        query = query.where(ItemRow.report_id != outside)
    order = [column.desc() for column in ORDER] if back else list(ORDER)
    row = session.execute(query.order_by(*order).limit(1)).first()
    return queue_item(row[0], row[1]) if row is not None else None


def place_of(session: Session, wanted: QueueFilter, position: str, *, reviewer: str) -> QueuePlace:
    """How many items stand before a position, counting from 1, and how many there are."""
    before = _count(session, wanted, reviewer, _before(parsed(position)))
    return QueuePlace(before + 1, _count(session, wanted, reviewer))


def facets(session: Session, wanted: QueueFilter, *, reviewer: str) -> Facets:
    """Per filter its values with their numbers of open items, given the other filters.

    Two passes over one index: by municipality, and by all else, of which there are few combinations.
    """
    columns = (ItemRow.area, ItemRow.kind, ItemRow.reason, ItemRow.edition)
    names = ("area", "kind", "reason", "edition")
    given = replace(wanted, area=None, kind=None, reason=None, edition=None)
    has_read = session.scalar(select(exists().where(ItemRow.first_reader == reviewer)))
    reader = reviewer if has_read else None  # to leave items out by their keys, the index alone would not do
    groups = session.execute(_unread(_fitting(select(*columns, func.count()), given), reader).group_by(*columns)).all()
    chosen = {name: getattr(wanted, name) for name in names}

    def counted(name: str) -> list[tuple[Any, int]]:
        place = names.index(name)
        sums: dict[Any, int] = {}
        for group in groups:
            others = (chosen[n] in (None, group[i]) for i, n in enumerate(names) if i != place)
            if group[place] is not None and all(others):
                sums[group[place]] = sums.get(group[place], 0) + group[-1]
        return sorted(sums.items())

    anywhere = replace(wanted, municipality=None)
    towns = _unread(_fitting(select(ItemRow.municipality, func.count()), anywhere), reader)
    towns = towns.where(ItemRow.municipality.is_not(None)).group_by(ItemRow.municipality)
    return Facets(
        areas=tuple(counted("area")),
        kinds=tuple(counted("kind")),
        reasons=tuple((ReasonClass(name), count) for name, count in counted("reason")),
        editions=tuple(counted("edition")),
        municipalities=tuple((str(name), count) for name, count in session.execute(towns).all()),
    )


def _items(clock: float) -> Select[tuple[ItemRow, str]]:
    """Items with who holds them now, None where nobody does."""
    held = and_(HoldRow.review_id == ItemRow.review_id, HoldRow.address == ItemRow.address, HoldRow.until > clock)
    return select(ItemRow, HoldRow.reviewer).outerjoin(HoldRow, held)


def _fitting(query: Query, wanted: QueueFilter) -> Query:
    values: tuple[tuple[InstrumentedAttribute[Any], object], ...] = (
        (ItemRow.report_id, wanted.report_id),
        (ItemRow.area, wanted.area),
        (ItemRow.kind, wanted.kind),
        (ItemRow.reason, wanted.reason.value if wanted.reason is not None else None),
        (ItemRow.edition, wanted.edition),
        (ItemRow.municipality, wanted.municipality),
    )
    query = query.where(*(column == value for column, value in values if value is not None))
    if wanted.surest is not None:
        query = query.where(ItemRow.confidence >= wanted.surest / 100)
    if wanted.assigned is not None:
        own = select(ReviewRow.id).join(AssignmentRow, AssignmentRow.sha256 == ReviewRow.sha256)
        query = query.where(ItemRow.review_id.in_(own.where(AssignmentRow.reviewer == wanted.assigned)))
    return query


def _unread(query: Query, reviewer: str | None) -> Query:
    """Without the items that the reviewer (None: nobody) has read already and somebody else is to read."""
    if reviewer is None:
        return query
    own = select(ItemRow.review_id, ItemRow.address).where(ItemRow.first_reader == reviewer)
    return query.where(tuple_(ItemRow.review_id, ItemRow.address).not_in(own))


def _after(place: Place) -> ColumnElement[bool]:
    return tuple_(*ORDER) > _literal(place)


def _before(place: Place) -> ColumnElement[bool]:
    return tuple_(*ORDER) < _literal(place)


def _literal(place: Place) -> Tuple:
    return tuple_(*(literal(part) for part in place))


def queue_item(row: ItemRow, holder: str | None) -> QueueItem:
    """An item as the queue lists it, with who holds it."""
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
