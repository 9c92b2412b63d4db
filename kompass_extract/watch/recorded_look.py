"""A look that the store keeps as a run, and the ingestion of what it brought."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from kompass_extract.archive.claims import RunEnd, alive, begin_run, end_run
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import store_of
from kompass_extract.archive.notices import tell
from kompass_extract.archive.results import Summary
from kompass_extract.errors import WatchError
from kompass_extract.watch.config import WatchSettings
from kompass_extract.watch.crawl import Watcher
from kompass_extract.watch.crawl_outcome import CrawlOutcome
from kompass_extract.watch.crawl_results import CrawlLook
from kompass_extract.watch.crawl_store import Publications
from kompass_extract.watch.fetch import Fetcher


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


def recorded_look(
    archive: Archive, settings: WatchSettings, look: Callable[[Watcher], CrawlLook] = Watcher.look
) -> CrawlLook:
    """Make one look; RunUnderWayError while another one goes on over the same store.

    ``look`` is given the watcher, and may have its pages and files visited in its own way.
    """
    publications = Publications(archive, store_of(archive))
    run_id, end = begin_run(publications.store, "watch", alone=True), None
    try:
        with alive(publications.store, run_id):
            publications.tidy()
            seen = look(Watcher(settings, Fetcher.of(settings), publications))
            end = _end_of(seen)
    finally:
        end_run(publications.store, run_id, end)
        if isinstance(sys.exception(), Exception | None):  # whoever stops a look need not be told
            tell(archive, publications.store)
    return seen


def require_pages(watched: Watched) -> Watched:
    """Return ``watched``; UnreadPagesError where an index page is lost."""
    alarms = watched.look.alarms
    if alarms:
        raise UnreadPagesError("; ".join(f"{page.address}: {page.alarm}" for page in alarms), watched)
    return watched


def _end_of(look: CrawlLook) -> RunEnd:
    counts = look.counts()
    done = counts.get(CrawlOutcome.NEW, 0) + counts.get(CrawlOutcome.CHANGED, 0) + counts.get(CrawlOutcome.KNOWN, 0)
    failed = len(look.troubles)
    skipped = max(0, len(look.pages) + len(look.sights) - done - failed)
    return RunEnd(done, skipped, failed, 0, look.record())
