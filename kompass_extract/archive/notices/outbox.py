"""Notices in the store: each event once, kept until every channel took it, sent by one process at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from kompass_extract.archive.notices.channels import Notice, channels_of
from kompass_extract.archive.notices.notify_settings import NotifySettings
from kompass_extract.archive.schema import NoticeRow
from kompass_extract.archive.store import Store, now, stamp
from kompass_extract.errors import NotifyError

_AGAIN_AFTER = timedelta(minutes=2)  # another process may be sending so long; twice the time of a whole sending
_AT_A_TIME = 50  # notices in one message


def post(store: Store, notices: Iterable[Notice]) -> int:
    """Put notices into the outbox; how many of them were not there."""
    upsert = sqlite.insert if store.is_sqlite else postgresql.insert
    fresh = 0
    for notice in notices:
        values = {
            "key": notice.key, "topic": notice.topic, "subject": notice.subject, "body": notice.body,
            "created": notice.created, "taken_by": "",
        }  # fmt: skip
        with store.write() as session:
            made = session.execute(
                upsert(NoticeRow).values(**values).on_conflict_do_nothing().returning(NoticeRow.key)
            ).scalar()
        fresh += made is not None
    return fresh


def deliver(store: Store, settings: NotifySettings) -> list[str]:
    """Send what is not sent yet; the sentences that say what could not be."""
    taken = _take(store)
    if not taken:
        return []
    channels, troubles = channels_of(settings), list[str]()
    for name, send in channels.items():
        waiting = [row for row in taken if name not in row.taken_by.split()]
        if not waiting:
            continue
        try:
            send([Notice(row.key, row.topic, row.subject, row.body, row.created) for row in waiting])
        except NotifyError as error:
            troubles.append(str(error))
        else:
            for row in waiting:
                row.taken_by = f"{row.taken_by} {name}".strip()
    _note(store, taken, set(channels), " ".join(troubles))
    return troubles


def newest(store: Store, most: int) -> list[NoticeRow]:
    """The newest notices, sent or not."""
    with store.read() as session:
        return list(session.scalars(select(NoticeRow).order_by(NoticeRow.created.desc()).limit(most)))


def _take(store: Store) -> list[NoticeRow]:
    """The notices that are this process's to send; a time far to come is that of a clock that was set back."""
    present = datetime.now(UTC)
    early, late = stamp(present - _AGAIN_AFTER), stamp(present + _AGAIN_AFTER)
    with store.write() as session:
        rows = session.scalars(
            select(NoticeRow)
            .where(
                NoticeRow.sent.is_(None),
                NoticeRow.attempted.is_(None) | (NoticeRow.attempted < early) | (NoticeRow.attempted > late),
            )
            .order_by(NoticeRow.created, NoticeRow.key)
            .limit(_AT_A_TIME)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.attempted = now()
    return list(rows)


def _note(store: Store, rows: Iterable[NoticeRow], channels: set[str], error: str) -> None:
    time = now()
    with store.write() as session:
        for row in rows:
            is_sent = channels <= set(row.taken_by.split())
            values = {"taken_by": row.taken_by, "sent": time if is_sent else None, "error": None if is_sent else error}
            session.execute(update(NoticeRow).where(NoticeRow.key == row.key).values(**values))
