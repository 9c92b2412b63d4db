"""The flow ``watch``: ``watch.recorded_look`` with each page and file a task, what is new read by the flow ``ingest``.

A single failing file is a line of the summary.  A run in which an index page is lost ends as failed, so that whoever is
to hear of failed runs hears of it; what the other pages gave was fetched and read all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from flows import ingest as ingesting
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import IngestSettings
from kompass_extract.watch import crawl_summary
from kompass_extract.watch.config import load
from kompass_extract.watch.crawl import Watcher
from kompass_extract.watch.crawl_outcome import CrawlOutcome
from kompass_extract.watch.crawl_results import CrawlLook, PageSight, Sight
from kompass_extract.watch.index import Link
from kompass_extract.watch.recorded_look import Watched, recorded_look, require_pages

SHOWN: ContextVar[Callable[[PageSight | Sight], None] | None] = ContextVar("SHOWN", default=None)
"""Called with each page and file when it was visited."""

S = TypeVar("S", PageSight, Sight)
_WATCHER: ContextVar[Watcher] = ContextVar("_WATCHER")


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
    place = Archive.at(Path(archive) if archive else None, store)
    look = recorded_look(place, load(Path(config)), _as_tasks)
    get_run_logger().info("%s", crawl_summary.headline(look))
    create_markdown_artifact(
        key="watch-summary", markdown=crawl_summary.markdown(look), description=crawl_summary.headline(look)
    )
    ingesting.send_logs()
    read = ingesting.start([], place, IngestSettings.model_validate(settings or {}), runner)
    return require_pages(Watched(look, read))


def _as_tasks(watcher: Watcher) -> CrawlLook:
    _WATCHER.set(watcher)
    return watcher.look(read_page, lambda link: fetch_file(link.address, link))


def _told(sight: S) -> S:
    shown = SHOWN.get()
    if shown is not None:
        shown(sight)
    if sight.outcome in {CrawlOutcome.FAILED, CrawlOutcome.REFUSED}:
        get_run_logger().warning("%s", crawl_summary.line_of(sight))
    return sight
