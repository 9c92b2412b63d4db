"""What is to be told, found in the store: failed, dead and endless runs, new reports, pages lost and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kompass_extract.archive.claims import bury_dead_runs
from kompass_extract.archive.notices.channels import Notice
from kompass_extract.archive.notices.notify_settings import NotifySettings, Topic
from kompass_extract.archive.run_summary import plain
from kompass_extract.archive.schema import NoticeRow, RunRow, WatchedPageRow
from kompass_extract.archive.store import Store, now
from kompass_extract.errors import NotAReportError

_KINDS = {"ingest": "Ingestion", "watch": "Look for publications"}
_MOST_LISTED = 100  # reports or documents of one notice
_PAGE, _OVER = "page", "over"


def find(store: Store, settings: NotifySettings) -> list[Notice]:
    """Return the events of the topics that are asked for and that happened since they were; those told are among them.

    Runs that died are marked so first.
    """
    with store.write() as session:
        bury_dead_runs(store, session)
    with store.read() as session:
        runs = session.scalars(select(RunRow).where(RunRow.started >= settings.since).order_by(RunRow.id)).all()
        found = [notice for run in runs for notice in _of_run(run, settings)]
        found += _of_pages(session)
        found += _overdue(session, settings)
    return [notice for notice in found if notice.topic in settings.topics]


def _of_run(run: RunRow, settings: NotifySettings) -> Iterator[Notice]:
    name = f"{_KINDS.get(run.kind, run.kind)} {run.id} on {run.host}"
    times = f"Begun {run.started}, ended {run.ended or '-'}."
    if run.status == "failed":
        yield _notice(
            f"run:{run.id}:failed", Topic.FAILED, f"{name} failed",
            f"{times} Its message stands in the log of the service or of Prefect; kompass doctor looks for the cause.",
        )  # fmt: skip
    elif run.status == "dead":
        yield _notice(
            f"run:{run.id}:dead", Topic.FAILED, f"{name} died",
            f"{times} Its process ended without a word. The next run takes over what it had.",
        )  # fmt: skip
    elif run.status == "running" and _age(run.started) > timedelta(hours=settings.stalled_hours):
        yield _notice(
            f"run:{run.id}:stalled", Topic.STALLED, f"{name} goes on for more than {settings.stalled_hours:g} hours",
            f"Begun {run.started}.",
        )  # fmt: skip
    elif run.status == "done" and run.kind == "ingest":
        yield from _of_documents(run, name, json.loads(run.summary or "{}"))


def _of_documents(run: RunRow, name: str, summary: dict[str, Any]) -> Iterator[Notice]:
    reports = summary.get("done", [])
    if reports:
        lines = [f"{one['report_id']}: {one['open']} of {one['total']} fields to review" for one in reports]
        number = f"{len(reports)} new report{'s' if len(reports) != 1 else ''}"
        yield _notice(
            f"run:{run.id}:reports", Topic.REPORTS, f"{number}, {run.to_review} fields to review", _listed(lines)
        )
    failed = [one for one in summary.get("failed", []) if one["exit_code"] != NotAReportError.exit_code]
    if failed:
        number = f"{len(failed)} document{'s' if len(failed) != 1 else ''}"
        lines = [f"{one['path']}: {one['reason']}" for one in failed]
        yield _notice(f"run:{run.id}:documents", Topic.FAILED, f"{number} failed in {name}", _listed(lines))


def _of_pages(session: Session) -> Iterator[Notice]:
    """Pages that are lost, and those that were told as lost and are back."""
    lost: set[str] = set()
    for page in session.scalars(select(WatchedPageRow).where(WatchedPageRow.alarm != "")):
        key = f"{_PAGE}:{hashlib.sha256(page.address.encode()).hexdigest()[:24]}:{page.alarm_since}"
        lost.add(key)
        yield _notice(
            key, Topic.PAGES, f"Lost page: {page.address}",
            f"{page.address}\n{page.alarm}, since {page.alarm_since}.\n"
            "See kompass watch --explain; where the page is right as it is, kompass watch --accept.",
        )  # fmt: skip
    told = session.scalars(select(NoticeRow).where(NoticeRow.topic == Topic.PAGES)).all()
    keys = {row.key for row in told}
    for row in told:
        over = f"{row.key}:{_OVER}"
        if row.key not in lost and not row.key.endswith(_OVER) and over not in keys:
            yield _notice(over, Topic.PAGES, row.subject.replace("Lost page", "Page is back", 1), "")


def _overdue(session: Session, settings: NotifySettings) -> Iterator[Notice]:
    """No look ended well for longer than is expected."""
    if not settings.expect_look_hours:
        return
    newest = session.execute(
        select(RunRow.id, RunRow.ended)
        .where(RunRow.kind == "watch", RunRow.status == "done").order_by(RunRow.id.desc()).limit(1)
    ).one_or_none()  # fmt: skip
    ended = max(newest[1], settings.since) if newest is not None else settings.since
    if _age(ended) > timedelta(hours=settings.expect_look_hours):
        yield _notice(
            f"overdue:{newest[0] if newest is not None else 0}:{settings.since}", Topic.STALLED,
            f"No look for publications ended well for {settings.expect_look_hours:g} hours",
            f"The last one ended {newest[1] if newest is not None else 'never'}. Do cron or the timers run?",
        )  # fmt: skip


def _listed(lines: Iterable[str]) -> str:
    all_lines = [plain(line) for line in lines]
    more = [f"and {len(all_lines) - _MOST_LISTED} more"] if len(all_lines) > _MOST_LISTED else []
    return "\n".join(all_lines[:_MOST_LISTED] + more)


def _notice(key: str, topic: Topic, subject: str, body: str) -> Notice:
    return Notice(key, topic, plain(subject), body, now())


def _age(time: str) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(time)
