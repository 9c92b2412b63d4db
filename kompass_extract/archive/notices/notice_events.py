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
from kompass_extract.archive.schema import DocumentRow, NoticeRow, RunRow, WatchedPageRow
from kompass_extract.archive.store import Store, now
from kompass_extract.errors import NotAReportError

_KINDS = {"ingest": "Ingestion", "watch": "Look for publications"}
_MOST_LISTED = 100  # reports or documents of one notice
_AT_A_TIME = 500  # documents asked for in one statement
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
        found += _of_documents(session, runs, settings)
        found += _of_pages(session)
        found += _overdue(session, settings)
    return [notice for notice in found if notice.topic in settings.topics]


def _of_run(run: RunRow, settings: NotifySettings) -> Iterator[Notice]:
    name = _name(run)
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


def _of_documents(session: Session, runs: Iterable[RunRow], settings: NotifySettings) -> Iterator[Notice]:
    """Reports of documents that came since, each in the run that read it first, and documents that failed."""
    known: set[str] = set()  # reports that earlier runs made: a new version of the program makes them again
    for run in runs:
        if run.kind != "ingest" or run.status != "done" or not (run.done or run.failed):
            continue
        summary: dict[str, Any] = json.loads(run.summary or "{}")
        reports = [one for one in summary.get("done", []) if one["report_id"] not in known]
        known |= {one["report_id"] for one in reports}
        came = _came_since(session, [one["sha256"] for one in reports if one["sha256"]], settings.since)
        fresh = [one for one in reports if one["sha256"] in came]
        if fresh:
            lines = [f"{one['report_id']}: {one['open']} of {one['total']} fields to review" for one in fresh]
            number = f"{len(fresh)} new report{'s' if len(fresh) != 1 else ''}"
            to_review = sum(one["open"] for one in fresh)
            subject = f"{number}, {to_review} fields to review"
            yield _notice(f"run:{run.id}:reports", Topic.REPORTS, subject, _listed(lines))
        failed = [one for one in summary.get("failed", []) if one["exit_code"] != NotAReportError.exit_code]
        if failed:
            number = f"{len(failed)} document{'s' if len(failed) != 1 else ''}"
            lines = [f"{one['path']}: {one['reason']}" for one in failed]
            yield _notice(f"run:{run.id}:documents", Topic.FAILED, f"{number} failed in {_name(run)}", _listed(lines))


def _came_since(session: Session, documents: list[str], since: str) -> set[str]:
    """Those of the documents that the archive did not have before ``since``."""
    found: set[str] = set()
    for start in range(0, len(documents), _AT_A_TIME):
        some = documents[start : start + _AT_A_TIME]
        rows = select(DocumentRow.sha256).where(DocumentRow.sha256.in_(some), DocumentRow.first_seen >= since)
        found |= set(session.scalars(rows))
    return found


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


def _name(run: RunRow) -> str:
    return f"{_KINDS.get(run.kind, run.kind)} {run.id} on {run.host}"


def _listed(lines: Iterable[str]) -> str:
    all_lines = [plain(line) for line in lines]
    more = [f"and {len(all_lines) - _MOST_LISTED} more"] if len(all_lines) > _MOST_LISTED else []
    return "\n".join(all_lines[:_MOST_LISTED] + more)


def _notice(key: str, topic: Topic, subject: str, body: str) -> Notice:
    return Notice(key, topic, plain(subject), body, now())


def _age(time: str) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(time)
