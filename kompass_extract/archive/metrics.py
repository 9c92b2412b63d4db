"""What an operator watches of an archive, in Prometheus' words.

Everything is counted from the store when it is asked for; nothing is kept between two questions.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest, write_to_textfile
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, distinct, func, select
from sqlalchemy.orm import Session

from kompass_extract import __version__
from kompass_extract.archive.claims import is_dead
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import (
    DocumentRow,
    FailureRow,
    FieldRow,
    NoticeRow,
    ReportRow,
    RunRow,
    WatchedPageRow,
)  # fmt: skip
from kompass_extract.archive.store import Store
from kompass_extract.errors import KompassError

_RUNS_LOOKED_AT = 50  # newest runs among which one is searched that read pages


def registry_of(archive: Archive) -> CollectorRegistry:
    """A registry that counts the archive anew whenever it is asked."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_ArchiveCollector(archive))
    return registry


def exposition(archive: Archive) -> str:
    """The figures as text; StoreError where there is no store."""
    return generate_latest(_strict(archive)).decode()


def write_textfile(archive: Archive, path: Path) -> None:
    """Write the figures for node_exporter's textfile collector, whole or not at all; StoreError, OSError."""
    write_to_textfile(str(path), _strict(archive))


def _strict(archive: Archive) -> CollectorRegistry:
    Store.unchanged(archive).close()  # says why where it cannot be opened
    return registry_of(archive)


class _ArchiveCollector(Collector):
    """Counts an archive; where its store cannot be used, ``kompass_up`` is 0 and nothing else is told."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def collect(self) -> Iterator[Metric]:
        yield _labelled("build_info", "The program that counts", ("version",), {(__version__,): 1})
        try:
            found = list(self._counted())
        except KompassError:
            yield _gauge("up", "Whether the archive's store can be used", 0)
            return
        yield _gauge("up", "Whether the archive's store can be used", 1)
        yield from found

    def _counted(self) -> Iterator[Metric]:
        store = Store.unchanged(self._archive)
        try:
            with store.read() as session:
                yield from _documents(session)
                yield from _reports(session, self._archive)
                yield from _review(session)
                yield from _runs(session, store)
                yield from _watch(session)
        finally:
            store.close()
        with suppress(OSError):
            free = shutil.disk_usage(self._archive.folder).free
            yield _gauge("free_bytes", "Free space where the archive lies", free)


def _documents(session: Session) -> Iterator[Metric]:
    yield _gauge("documents", "Inputs in the archive", _count(session, DocumentRow.sha256))
    read, failed = select(ReportRow.sha256), select(FailureRow.sha256).where(FailureRow.lasting)
    waiting = select(func.count(DocumentRow.sha256)).where(
        DocumentRow.sha256.not_in(read), DocumentRow.sha256.not_in(failed)
    )
    yield _gauge("documents_waiting", "Inputs that no run was done with yet", session.scalar(waiting) or 0)
    errors = (
        select(FailureRow.error, func.count(distinct(FailureRow.sha256)))
        .where(FailureRow.sha256.not_in(read))
        .group_by(FailureRow.error)
    )
    counts = {(error,): count for error, count in session.execute(errors)}
    yield _labelled("failures", "Inputs without a report, by what reading them came to", ("error",), counts)


def _reports(session: Session, archive: Archive) -> Iterator[Metric]:
    by_status = select(ReportRow.status, func.count()).group_by(ReportRow.status)
    counts = {(status,): count for status, count in session.execute(by_status)}
    yield _labelled("reports", "Reports, by the status of their review", ("status",), counts)
    yield _gauge("pages", "Pages of all reports", session.scalar(select(func.sum(ReportRow.pages))) or 0)
    failed = session.scalar(select(func.sum(ReportRow.failed_pages))) or 0
    yield _gauge("pages_failed", "Pages of reports that could not be read", failed)
    missing = sum(not archive.holds(path) for path in session.scalars(select(ReportRow.path)))
    yield _gauge("report_files_missing", "Reports whose JSON file is gone; the next ingestion makes them", missing)


def _review(session: Session) -> Iterator[Metric]:
    fields, open_fields, asked = (
        _count(session, FieldRow.pointer, *only) for only in ((), (FieldRow.open,), (FieldRow.needs_review,))
    )
    yield _gauge("queue_open", "Fields that wait for a reviewer", open_fields)
    yield _gauge("fields", "Fields of all reports", fields)
    yield _gauge("review_load_ratio", "Share of the fields that are put up for review", asked / fields if fields else 0)


def _runs(session: Session, store: Store) -> Iterator[Metric]:
    states = select(RunRow.kind, RunRow.status, func.count()).group_by(RunRow.kind, RunRow.status)
    counts = {(kind, status): count for kind, status, count in session.execute(states)}
    yield _labelled("runs", "Runs, by what they did and how they ended", ("kind", "status"), counts)
    clock = store.clock(session)
    running = session.scalars(select(RunRow).where(RunRow.status == "running")).all()
    stalled = sum(is_dead(run, clock) for run in running)
    yield _gauge("runs_stalled", "Runs that count as running and show no sign of life", stalled)
    newest = select(func.max(RunRow.id)).where(RunRow.status == "done").group_by(RunRow.kind)
    last = {run.kind: run for run in session.scalars(select(RunRow).where(RunRow.id.in_(newest)))}
    ended = {(kind,): _seconds(run.ended) for kind, run in last.items() if run.ended}
    now = time.time()
    yield _labelled("last_run_timestamp_seconds", "When the last run that ended well ended", ("kind",), ended)
    ages = {key: max(0.0, now - value) for key, value in ended.items()}
    yield _labelled("last_run_age_seconds", "How long ago the last run that ended well ended", ("kind",), ages)
    failed = {(kind,): run.failed for kind, run in last.items()}
    yield _labelled("last_run_failures", "Inputs or addresses that failed in that run", ("kind",), failed)
    taken = {(kind,): _seconds(run.ended) - _seconds(run.started) for kind, run in last.items() if run.ended}
    yield _labelled("last_run_duration_seconds", "How long that run took", ("kind",), taken)
    pace = _seconds_per_page(session)
    if pace is not None:
        yield _gauge("seconds_per_page", "Wall time of the newest run that read pages, for each page", pace)


def _watch(session: Session) -> Iterator[Metric]:
    lost = _count(session, WatchedPageRow.address, WatchedPageRow.alarm != "")
    yield _gauge("watched_pages_lost", "Index pages that cannot be read any more, or have lost their files", lost)
    unsent = _count(session, NoticeRow.key, NoticeRow.sent.is_(None))
    yield _gauge("notices_unsent", "Notices to operators that wait to be sent", unsent)


def _seconds_per_page(session: Session) -> float | None:
    """The pace of the newest run that read documents, None where there is none."""
    recent = select(RunRow.summary).where(RunRow.done > 0, RunRow.kind == "ingest", RunRow.summary.is_not(None))
    for text in session.scalars(recent.order_by(RunRow.id.desc()).limit(_RUNS_LOOKED_AT)):
        done = {str(one["report_id"]): float(one["seconds"]) for one in json.loads(text or "{}").get("done", ())}
        rows = session.scalars(select(ReportRow).where(ReportRow.report_id.in_(done))).all()
        pages = sum(row.pages for row in rows)
        if pages:
            return sum(done[row.report_id] for row in rows) / pages
    return None


def _count(session: Session, column: object, *only: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(column)).where(*only)) or 0  # type: ignore[arg-type]


def _seconds(stamp: str | None) -> float:
    return datetime.fromisoformat(stamp).timestamp() if stamp else 0.0


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"kompass_{name}", f"{about}.", value=value)


def _labelled(name: str, about: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> Metric:
    family = GaugeMetricFamily(f"kompass_{name}", f"{about}.", labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family
