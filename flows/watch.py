"""The flow ``watch``: the publication pages looked at, what is new fetched, kept and read.

A single failing file is a line of the summary.  A run in which an index page is lost ends as failed, so that whoever is
to hear of failed runs hears of it; what the other pages gave was fetched and read all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from flows import ingest as ingesting
from kompass_extract.archive.claims import RunEnd, alive, begin_run, end_run
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import IngestSettings, store_of
from kompass_extract.archive.notices import tell
from kompass_extract.archive.results import Summary
from kompass_extract.errors import WatchError
from kompass_extract.watch import crawl_summary
from kompass_extract.watch.config import load
from kompass_extract.watch.crawl import Watcher
from kompass_extract.watch.crawl_outcome import CrawlOutcome
from kompass_extract.watch.crawl_results import CrawlLook, PageSight, Sight
from kompass_extract.watch.crawl_store import Publications
from kompass_extract.watch.fetch import Fetcher
from kompass_extract.watch.index import Link

SHOWN: ContextVar[Callable[[PageSight | Sight], None] | None] = ContextVar("SHOWN", default=None)
"""Called with each page and file when it was visited."""

S = TypeVar("S", PageSight, Sight)
_WATCHER: ContextVar[Watcher] = ContextVar("_WATCHER")


@dataclass(frozen=True, slots=True)
class Watched:
    """What a look saw, and what became of the files it brought."""

    look: CrawlLook
    read: Summary


class UnreadPagesError(WatchError):
    """Index pages are lost: not read, or without their files; ``watched`` is what the look gave."""

    def __init__(self, message: str, watched: Watched) -> None:
        super().__init__(message)
        self.watched = watched


@task(name="read index page", task_run_name="{address}", cache_policy=NO_CACHE, persist_result=False)
def read_page(address: str) -> list[PageSight]:
    """An index page and those after it."""
    return [_told(page) for page in _WATCHER.get().pages(address)]


@task(name="fetch file", task_run_name="{address}", cache_policy=NO_CACHE, persist_result=False)
def fetch_file(address: str, link: Link) -> Sight:
    """One link: a file when it is new or changed, or a page; ``address`` is the link's, to name the task by."""
    return _told(_WATCHER.get().visit(link))


@flow(name="watch", persist_result=False, validate_parameters=False)
def watch(
    config: str = "watch.toml",
    archive: str | None = None,
    store: str | None = None,
    settings: dict[str, Any] | None = None,
    runner: str | None = None,
) -> Watched:
    """Look once at the pages that ``config`` names, and read what the archive has not read yet.

    ``archive``, ``store``, ``settings`` and ``runner`` as in the flow ``ingest``.
    """
    wanted = load(Path(config))
    place = Archive.at(Path(archive) if archive else None, store)
    publications = Publications(place, store_of(place))
    run_id, end = begin_run(publications.store, "watch", alone=True), None
    try:
        with alive(publications.store, run_id):
            publications.tidy()
            look = _look(Watcher(wanted, Fetcher.of(wanted), publications))
            end = _end_of(look)
    finally:
        end_run(publications.store, run_id, end)
        tell(place, publications.store)
    create_markdown_artifact(
        key="watch-summary", markdown=crawl_summary.markdown(look), description=crawl_summary.headline(look)
    )
    read = ingesting.start([], place, IngestSettings.model_validate(settings or {}), runner)
    return _judged(Watched(look, read))


def _look(watcher: Watcher) -> CrawlLook:
    _WATCHER.set(watcher)
    return watcher.look(read_page, lambda link: fetch_file(link.address, link))


def _told(sight: S) -> S:
    shown = SHOWN.get()
    if shown is not None:
        shown(sight)
    if sight.outcome in {CrawlOutcome.FAILED, CrawlOutcome.REFUSED}:
        get_run_logger().warning("%s", crawl_summary.line_of(sight))
    return sight


def _end_of(look: CrawlLook) -> RunEnd:
    counts = look.counts()
    done = counts.get(CrawlOutcome.NEW, 0) + counts.get(CrawlOutcome.CHANGED, 0) + counts.get(CrawlOutcome.KNOWN, 0)
    failed = len(look.troubles)
    skipped = max(0, len(look.pages) + len(look.sights) - done - failed)
    return RunEnd(done, skipped, failed, 0, look.record())


def _judged(watched: Watched) -> Watched:
    alarms = watched.look.alarms
    if alarms:
        raise UnreadPagesError("; ".join(f"{page.address}: {page.alarm}" for page in alarms), watched)
    return watched
