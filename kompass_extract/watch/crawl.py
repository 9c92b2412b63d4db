"""One look at the index pages: which links there are, and what became of each.

One page or file that fails is one sight with its reason; only what would end every other the same way (a full disk, a
lost store) ends the look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlsplit

from kompass_extract.errors import FetchError, KompassError
from kompass_extract.watch.config import WatchSettings
from kompass_extract.watch.crawl_results import CrawlLook, CrawlOutcome, Memory, PageSight, Publication, Sight, Version
from kompass_extract.watch.download import PdfSink
from kompass_extract.watch.fetch import Fetched, Fetcher
from kompass_extract.watch.fetch_errors import FetchRefusedError
from kompass_extract.watch.index import IndexPage, Link, read_index

_NAME_LENGTH = 150  # characters; file systems allow 255 bytes
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_FILE_NAME = re.compile(r"""filename\*?=(?:utf-8'[^']*')?"?([^";]+)"?""", re.IGNORECASE)


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass
class Watcher:
    """Makes one look; its limits count from when it was made."""

    settings: WatchSettings
    fetcher: Fetcher
    memory: Memory
    now: Callable[[], datetime] = utc_now
    _downloads: int = 0
    _visited: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._end = self.fetcher.clock.now() + self.settings.limits.look

    def look(self, done: Callable[[PageSight | Sight], None] | None = None) -> CrawlLook:
        """Read all index pages and visit each file that they link to, once."""
        tell = done or _silent
        pages, sights = [], []
        for address in self.settings.pages:
            for page in self.pages(address):
                tell(page)
                pages.append(page)
        for link in links_of(pages):
            sights.append(self.visit(link))
            tell(sights[-1])
        return CrawlLook(tuple(pages), tuple(sights))

    def pages(self, address: str) -> Iterator[PageSight]:
        """An index page and those that follow it, as far as the settings allow."""
        following: str | None = address
        for _ in range(self.settings.next_pages + 1):
            if following is None or following in self._visited:
                return
            self._visited.add(following)
            sight, following = self._page(following)
            yield sight

    def _page(self, address: str) -> tuple[PageSight, str | None]:
        try:
            page = self._index(address)
        except FetchError as error:
            return PageSight(address, _unfetched(error), str(error)), None
        except KompassError:
            raise
        except Exception as error:  # whatever a page does to a library is that page's failure
            return PageSight(address, CrawlOutcome.FAILED, f"unexpected {type(error).__name__}: {error}"), None
        reason = "" if page.links else "links to no PDF"
        return PageSight(address, CrawlOutcome.READ, reason, page.links), page.next_page

    def _index(self, address: str) -> IndexPage:
        fetched, data = self.fetcher.page(address)
        if data[:1024].lstrip().startswith(b"%PDF-"):
            raise FetchRefusedError("a PDF and not an index page")
        content_type = fetched.headers.get("content-type", "")
        return read_index(data, fetched.address, content_type, include=self.settings.include)

    def visit(self, link: Link) -> Sight:
        """Ask for one file, unless it is not due or a limit of the look is reached, and keep it when it is new."""
        seen = self.memory.latest(link.address)
        if seen is not None and self.now() - seen.checked_at < timedelta(hours=self.settings.recheck_hours):
            return _sight(link, CrawlOutcome.NOT_DUE, "asked lately", sha256=seen.sha256)
        if self._downloads >= self.settings.limits.downloads or self.fetcher.clock.now() > self._end:
            return _sight(link, CrawlOutcome.LEFT, "a limit of this look was reached: the next one takes it")
        self._downloads += 1
        try:
            return self._fetch(link, seen)
        except FetchError as error:
            return _sight(link, _unfetched(error), str(error))
        except KompassError:
            raise
        except Exception as error:  # whatever a hostile answer does to a library is that address's failure
            return _sight(link, CrawlOutcome.FAILED, f"unexpected {type(error).__name__}: {error}")

    def _fetch(self, link: Link, seen: Version | None) -> Sight:
        with PdfSink(self.memory.incoming) as sink:
            fetched = self.fetcher.fetch(
                link.address, sink.restarted, headers=_conditions(seen), limit=self.settings.limits.file_bytes
            )
            if fetched.status == 304:
                if seen is None:
                    raise FetchRefusedError("answered 'not modified' though nothing was known of it")
                self._confirm(link.address, fetched)
                return _sight(link, CrawlOutcome.UNCHANGED, "not modified", sha256=seen.sha256)
            if seen is not None and sink.sha256 == seen.sha256:
                self._confirm(link.address, fetched)
                return _sight(link, CrawlOutcome.UNCHANGED, "same content", sha256=sink.sha256, size=sink.size)
            etag, last_modified = fetched.headers.get("etag"), fetched.headers.get("last-modified")
            publication = Publication(
                sink.path, sink.sha256, sink.size, file_name(fetched), link.address, etag, last_modified, link.page,
                link.text, fetched.address,
            )  # fmt: skip
            fresh = self.memory.keep(publication)
            outcome = CrawlOutcome.CHANGED if seen is not None else CrawlOutcome.NEW if fresh else CrawlOutcome.KNOWN
            reason = "" if fresh else "the archive has its content already"
            return _sight(link, outcome, reason, sha256=sink.sha256, size=sink.size)

    def _confirm(self, address: str, fetched: Fetched) -> None:
        self.memory.confirm(address, fetched.headers.get("etag"), fetched.headers.get("last-modified"))


def links_of(pages: Iterable[PageSight]) -> list[Link]:
    """The links of all pages, each address once."""
    links: dict[str, Link] = {}
    for page in pages:
        for link in page.links:
            links.setdefault(link.address, link)
    return list(links.values())


def file_name(fetched: Fetched) -> str:
    """A name for a fetched file: what the server calls it, else the end of its address; always ending in .pdf."""
    # Servers send UTF-8 where the header should be ASCII.
    disposition = fetched.headers.get("content-disposition", "").encode("latin-1", "replace").decode("utf-8", "replace")
    told = _FILE_NAME.search(disposition)
    name = unquote(told[1]) if told else unquote(urlsplit(fetched.address).path.rpartition("/")[2])
    stem = _UNFIT.sub("_", name).strip(" ._").removesuffix(".pdf").removesuffix(".PDF")
    return f"{stem[:_NAME_LENGTH] or 'publication'}.pdf"


def _conditions(seen: Version | None) -> dict[str, str]:
    if seen is None:
        return {}
    asked = {"If-None-Match": seen.etag, "If-Modified-Since": seen.last_modified}
    return {name: value for name, value in asked.items() if value and value.isprintable()}


def _unfetched(error: FetchError) -> CrawlOutcome:
    return CrawlOutcome.REFUSED if isinstance(error, FetchRefusedError) else CrawlOutcome.FAILED


def _sight(
    link: Link, outcome: CrawlOutcome, reason: str = "", *, sha256: str | None = None, size: int | None = None
) -> Sight:
    return Sight(link.address, link.page, link.text, outcome, reason, sha256, size)


def _silent(_: PageSight | Sight) -> None:
    return None
