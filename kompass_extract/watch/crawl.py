"""One look at the index pages: which links there are, and what became of each.

One page or file that fails is one sight with its reason; only what would end every other the same way (a full disk, a
lost store) ends the look.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from kompass_extract.archive.store import stamp
from kompass_extract.errors import FetchError, KompassError
from kompass_extract.watch.answer_kind import AnswerKind, Asked
from kompass_extract.watch.config import WatchSettings
from kompass_extract.watch.crawl_outcome import CrawlOutcome
from kompass_extract.watch.crawl_results import (
    CrawlLook,
    LinkState,
    Memory,
    PageSight,
    Publication,
    Sight,
    Version,
)  # fmt: skip
from kompass_extract.watch.download import PdfSink
from kompass_extract.watch.feeds import unpacked
from kompass_extract.watch.fetch import Fetched, Fetcher
from kompass_extract.watch.fetch_errors import FetchRefusedError, NotAPdfFoundError, PdfFoundError
from kompass_extract.watch.file_names import file_name
from kompass_extract.watch.index import IndexPage, Link, read_index
from kompass_extract.watch.link_judge import Why
from kompass_extract.watch.page_state import PageLook, PageState, after_look

_LEFT = "a limit of this look was reached: the next one takes it"
_MOST_FEEDS = 50  # feeds and sitemaps read in one look
_FEED_DEPTH = 1  # parts of a sitemap are named by one file, and by no further one


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
    _used: Counter[str] = field(default_factory=Counter)
    _visited: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._end = self.fetcher.clock.now() + self.settings.limits.look

    def look(
        self,
        read_pages: Callable[[str], Iterable[PageSight]] | None = None,
        visit: Callable[[Link], Sight] | None = None,
    ) -> CrawlLook:
        """Read all index pages and visit each link that may lead to a report, once.

        ``read_pages`` and ``visit`` are called in the place of ``pages`` and ``visit``, which they call.
        """
        reading, visiting = read_pages or self.pages, visit or self.visit
        pages = [page for address in self.settings.pages for page in reading(address)]
        waiting = deque(sorted(links_of(pages), key=self._order))
        known = {link.address for link in waiting} | {page.address for page in pages}
        sights: list[Sight] = []
        while waiting:
            sights.append(visiting(waiting.popleft()))
            fresh = [link for link in sights[-1].links if link.address not in known]
            known |= {link.address for link in fresh}
            waiting.extend(fresh)
        return CrawlLook(tuple(pages), tuple(sights), tuple(self._states(pages, sights)))

    def _order(self, link: Link) -> tuple[int, str]:
        """Files first, then what was asked longest ago: what a limit leaves out this time comes first the next."""
        if link.sure:
            return 0, ""
        state = self.memory.link_state(link.address)
        return 1, state.checked_at.isoformat() if state is not None else ""

    def _states(self, pages: Iterable[PageSight], sights: Iterable[Sight]) -> Iterator[PageState]:
        """How each index page is now; kept for the next look."""
        files = Counter(sight.root for sight in sights if sight.is_file)
        first: dict[str, PageSight] = {}
        for page in pages:
            first.setdefault(page.root, page)
        for root, page in first.items():
            before = self.memory.page_state(root)
            seen = PageLook(page.outcome, page.reason, files[root])
            state = after_look(before, seen, alarm_after=self.settings.alarm_after, now=stamp(self.now()))
            self.memory.keep_page(state)
            yield state

    def pages(self, address: str) -> Iterator[PageSight]:
        """An index page and those that follow it, as far as the settings allow."""
        following: str | None = address
        for _ in range(self.settings.next_pages + 1):
            if following is None or following in self._visited:
                return
            self._visited.add(following)
            sight, following = self._page(following, address)
            yield sight

    def _page(self, address: str, root: str) -> tuple[PageSight, str | None]:
        try:
            page = self._index(address)
        except FetchError as error:
            return PageSight(address, _unfetched(error), str(error), root=root), None
        except KompassError:
            raise
        except Exception as error:  # whatever a page does to a library is that page's failure
            return PageSight(address, CrawlOutcome.FAILED, _unexpected(error), root=root), None
        links = (*(replace(link, root=root) for link in page.links), *self._feeds_of(page, address, root))
        reason = "" if page.links else "links to no PDF"
        return PageSight(address, CrawlOutcome.READ, reason, links, page.passed, root), page.next_page

    def _index(self, address: str) -> IndexPage:
        fetched, data = self.fetcher.page(address)
        content_type = fetched.headers.get("content-type", "")
        data = unpacked(data, self.settings.limits.page_bytes)
        return read_index(data, fetched.address, content_type, include=self.settings.include)

    def _feeds_of(self, page: IndexPage, address: str, root: str) -> list[Link]:
        """The parts of a sitemap, the feeds that a page names, and the sitemaps of its site, as links to be read.

        What feeds and sitemaps of the site lead to is not the page's: it would hide that the page lost its files.
        """
        found = [Link(part, "", address, Why.FEED, root, _FEED_DEPTH) for part in page.parts]
        if self.settings.sitemaps:
            named = dict.fromkeys((*page.feeds, *self.fetcher.sitemaps(address)))
            found += [Link(feed, "", address, Why.FEED) for feed in named if feed not in self.settings.pages]
        return found

    def visit(self, link: Link) -> Sight:
        """Ask for one link, unless it is not due or a limit of the look is reached, and keep its file when it is new.

        A page that may lead to a report is read, and gives further links.
        """
        seen = self.memory.latest(link.address)
        if seen is not None and self._is_recent(seen.checked_at, self.settings.recheck_hours):
            return _sight(link, CrawlOutcome.NOT_DUE, "asked lately", sha256=seen.sha256)
        try:
            if seen is not None or link.sure:
                return self._file(link, seen)
            return self._feed(link) if link.why is Why.FEED else self._asked(link)
        except FetchError as error:
            return _sight(link, _unfetched(error), str(error), seen=seen)
        except KompassError:
            raise
        except Exception as error:  # whatever a hostile answer does to a library is that address's failure
            return _sight(link, CrawlOutcome.FAILED, _unexpected(error), seen=seen)

    def _is_recent(self, checked_at: datetime, hours: float) -> bool:
        """Whether something was asked within so many hours; a time to come is that of a clock that was set back."""
        return timedelta() <= self.now() - checked_at < timedelta(hours=hours)

    def _may(self, what: str, most: int) -> bool:
        """Whether a limit of this look allows one more."""
        self._used[what] += 1
        return self._used[what] <= most and self.fetcher.clock.now() <= self._end

    def _asked(self, link: Link) -> Sight:
        """A link whose address does not say what it leads to."""
        state = self.memory.link_state(link.address)
        is_page = state is not None and state.kind is AnswerKind.PAGE
        if is_page and _is_worth_reading(link):
            return self._detail_page(link)
        if state is not None and self._is_recent(state.checked_at, self.settings.recheck_other_hours):
            return _sight(link, CrawlOutcome.PASSED, _remembered(state))
        if not self._may("asks", self.settings.limits.asks):
            return _sight(link, CrawlOutcome.LEFT, _LEFT)
        try:
            self.fetcher.gate.check(link.address)
            asked = self.fetcher.ask(link.address)
        except FetchRefusedError as error:
            return _sight(link, CrawlOutcome.PASSED, f"not asked: {error}")
        if asked.kind in {AnswerKind.PDF, AnswerKind.UNKNOWN}:
            return self._file_or_not(link, asked)
        self.memory.remember(link.address, asked.kind, asked.said)
        if asked.kind is AnswerKind.PAGE and _is_worth_reading(link):
            return self._detail_page(link)
        return _sight(link, CrawlOutcome.PASSED, f"{asked.kind}: {asked.said}")

    def _file_or_not(self, link: Link, asked: Asked) -> Sight:
        try:
            return self._file(link, None)
        except NotAPdfFoundError as error:
            self.memory.remember(link.address, AnswerKind.OTHER, str(error))
            return _sight(link, CrawlOutcome.PASSED, f"{AnswerKind.OTHER}: {error} ({asked.said})")

    def _detail_page(self, link: Link) -> Sight:
        """A page one step away: its links, of which none is read as a page again."""
        if not self._may("pages", self.settings.limits.detail_pages):
            return _sight(link, CrawlOutcome.LEFT, _LEFT)
        try:
            page = self._index(link.address)
        except PdfFoundError:
            return self._file(link, None)
        self.memory.remember(link.address, AnswerKind.PAGE, "read")
        return self._read(link, page, link.depth + 1)

    def _feed(self, link: Link) -> Sight:
        """A feed or sitemap: its links count as those of the page that names it."""
        if not self._may("feeds", _MOST_FEEDS):
            return _sight(link, CrawlOutcome.LEFT, _LEFT)
        try:
            page = self._index(link.address)
        except FetchError as error:
            return _sight(link, CrawlOutcome.PASSED, f"not read: {error}")
        sight = self._read(link, page, 0)
        parts = page.parts if link.depth < _FEED_DEPTH else ()
        more = tuple(Link(part, "", link.address, Why.FEED, link.root, link.depth + 1) for part in parts)
        return replace(sight, links=(*sight.links, *more))

    def _read(self, link: Link, page: IndexPage, depth: int) -> Sight:
        links = tuple(replace(one, root=link.root, depth=depth) for one in page.links)
        said = f"{len(links)} {'link' if len(links) == 1 else 'links'}"
        return replace(_sight(link, CrawlOutcome.READ, said), links=links, passed=page.passed)

    def _file(self, link: Link, seen: Version | None) -> Sight:
        if not self._may("downloads", self.settings.limits.downloads):
            return _sight(link, CrawlOutcome.LEFT, _LEFT, seen=seen)
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
            return self._kept(link, seen, fetched, sink)

    def _kept(self, link: Link, seen: Version | None, fetched: Fetched, sink: PdfSink) -> Sight:
        etag, last_modified = fetched.headers.get("etag"), fetched.headers.get("last-modified")
        name = file_name(fetched.address, fetched.headers.get("content-disposition", ""))
        publication = Publication(
            sink.path, sink.sha256, sink.size, name, link.address, etag, last_modified, link.page, link.text,
            fetched.address,
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


def _is_worth_reading(link: Link) -> bool:
    return link.may_be_a_page and link.depth == 0


def _remembered(state: LinkState) -> str:
    return f"{state.kind}: {state.said}, asked on {state.checked_at.date().isoformat()}"


def _conditions(seen: Version | None) -> dict[str, str]:
    if seen is None:
        return {}
    asked = {"If-None-Match": seen.etag, "If-Modified-Since": seen.last_modified}
    return {name: value for name, value in asked.items() if value and value.isprintable()}


def _unfetched(error: FetchError) -> CrawlOutcome:
    return CrawlOutcome.REFUSED if isinstance(error, FetchRefusedError) else CrawlOutcome.FAILED


def _unexpected(error: Exception) -> str:
    return f"unexpected {type(error).__name__}: {error}"


def _sight(
    link: Link,
    outcome: CrawlOutcome,
    reason: str = "",
    *,
    sha256: str | None = None,
    size: int | None = None,
    seen: Version | None = None,
) -> Sight:
    is_file = link.sure or sha256 is not None or seen is not None
    return Sight(link.address, link.page, link.text, outcome, reason, sha256, size, link.root, is_file)
