"""A watcher over the loopback site, with time that passes without waiting and limits of fractions of a second."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpcore

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.store import Store
from kompass_extract.watch.address import Gate
from kompass_extract.watch.config import CrawlLimits, WatchSettings
from kompass_extract.watch.crawl import Watcher
from kompass_extract.watch.crawl_results import CrawlLook, Sight
from kompass_extract.watch.crawl_store import Publications
from kompass_extract.watch.fetch import Fetcher
from kompass_extract.watch.rate_limit import Clock
from tests.support.webserver import Site

QUICK = CrawlLimits(
    pause=0.0,
    connect_timeout=2.0,
    read_timeout=0.3,
    total_timeout=0.8,
    attempts=2,
    first_backoff=0.01,
    failures=50,
    page_bytes=200_000,
    file_bytes=200_000,
)


@dataclass
class FakeTime:
    """Seconds go by when somebody sleeps, and at their own pace."""

    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def now(self) -> float:
        return time.monotonic() + sum(self.slept)

    def clock(self) -> Clock:
        return Clock(now=self.now, sleep=self.sleep, chance=lambda: 0.5)


@dataclass
class Watching:
    """One archive and one site; each ``look`` is a new look at it."""

    site: Site
    publications: Publications
    time: FakeTime = field(default_factory=FakeTime)
    hosts: dict[str, list[str]] = field(default_factory=dict)
    network: httpcore.NetworkBackend | None = None

    def settings(self, **changes: Any) -> WatchSettings:
        limits = QUICK.model_copy(update=changes.pop("limits", {}))
        here = f"site.test:{self.site.port}"
        given = {
            "contact": "archive@example.se",
            "pages": [self.site.address("/")],
            "allowed_hosts": [here],
            "allow_private": [here],
            "limits": limits,
            **changes,
        }
        return WatchSettings.model_validate(given)

    def fetcher(self, settings: WatchSettings) -> Fetcher:
        gate = Gate(settings.allowed_hosts, settings.allow_private, self.resolve)
        return Fetcher(settings, gate, self.time.clock(), self.network)

    def resolve(self, host: str, port: int) -> list[str]:
        return self.hosts.get(host, ["127.0.0.1"])

    def look(self, **changes: Any) -> CrawlLook:
        settings = self.settings(**changes)
        return Watcher(settings, self.fetcher(settings), self.publications).look()

    def sight(self, **changes: Any) -> Sight:
        """The one file of a look at a page with one link."""
        look = self.look(**changes)
        assert len(look.sights) == 1, look.pages
        return look.sights[0]

    def kept(self) -> list[Path]:
        """The files in the archive."""
        return sorted(path for path in self.publications.archive.files.rglob("*") if path.is_file())


@cache
def _empty_store() -> bytes:
    """A new store's file; made once, since the migrations take half a second."""
    with TemporaryDirectory() as folder:
        archive = Archive.at(Path(folder), f"sqlite:///{folder}/archive.db")
        Store.open(archive).close()
        return Path(folder, "archive.db").read_bytes()


def watching(site: Site, folder: Path) -> Watching:
    """A new archive in ``folder``, or the one that is there."""
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder / "archive.db").write_bytes(_empty_store())
    archive = Archive.at(folder, f"sqlite:///{folder / 'archive.db'}")
    return Watching(site, Publications(archive, Store.open(archive)))
