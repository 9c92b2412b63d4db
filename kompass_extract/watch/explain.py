"""What a look would do with each link of a page, and why: asked as a look asks, with nothing fetched or written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Protocol

from kompass_extract.errors import FetchError
from kompass_extract.watch.answer_kind import AnswerKind
from kompass_extract.watch.crawl_results import LinkState, Version
from kompass_extract.watch.feeds import unpacked
from kompass_extract.watch.fetch import Fetcher
from kompass_extract.watch.index import Link, PassedLink, read_index


class KnownAddress(Protocol):
    """What earlier looks know of an address."""

    def latest(self, address: str) -> Version | None:
        """The newest version of a file."""
        ...

    def link_state(self, address: str) -> LinkState | None:
        """What was there instead of a file."""
        ...


@dataclass(frozen=True, slots=True)
class Explained:
    """One link: what a look would do, ``why`` it is taken or passed over, and what the server ``said`` of it."""

    address: str
    text: str
    action: str
    why: str
    said: str = ""

    def record(self) -> dict[str, str]:
        """As ``--json`` prints it."""
        return asdict(self)


def explain(
    address: str, fetcher: Fetcher, known: KnownAddress | None, *, include: tuple[str, ...] = ()
) -> Iterator[Explained]:
    """Each link of the page at ``address``, those that are taken first; FetchError where it cannot be read."""
    fetched, data = fetcher.page(address)
    data = unpacked(data, fetcher.limits.page_bytes)
    page = read_index(data, fetched.address, fetched.headers.get("content-type", ""), include=include)
    asks = 0
    for link in sorted(page.links, key=lambda one: not one.sure):
        asks += not link.sure
        yield _explained(link, fetcher, known, asks <= fetcher.limits.asks)
    for feed in dict.fromkeys((*page.parts, *page.feeds, *fetcher.sitemaps(address))):
        yield Explained(feed, "", "read", "a feed or sitemap of the site")
    if page.next_page is not None:
        yield Explained(page.next_page, "", "read where next_pages allows it", "the page after this one")
    yield from _passed(page.passed)


def _explained(link: Link, fetcher: Fetcher, known: KnownAddress | None, may_ask: bool) -> Explained:
    try:
        fetcher.gate.check(link.address)
    except FetchError as error:
        return Explained(link.address, link.text, "not asked", str(link.why), str(error))
    if known is not None and known.latest(link.address) is not None:
        return Explained(link.address, link.text, "fetched when it changed", str(link.why), "the archive has it")
    if link.sure:
        try:
            fetcher.require_allowed(link.address)
        except FetchError as error:
            return Explained(link.address, link.text, "not asked", str(link.why), str(error))
        return Explained(link.address, link.text, "fetched", str(link.why))
    if not may_ask:
        return Explained(link.address, link.text, "left for the next look", str(link.why), "limits.asks is reached")
    try:
        asked = fetcher.ask(link.address)
    except FetchError as error:
        return Explained(link.address, link.text, "asked, without an answer", str(link.why), str(error))
    said = f"{asked.kind}: {asked.said}"
    return Explained(link.address, link.text, _action(link, asked.kind), str(link.why), said)


def _action(link: Link, kind: AnswerKind) -> str:
    if kind is AnswerKind.PDF:
        return "fetched"
    if kind is AnswerKind.UNKNOWN:
        return "fetched, kept if it is a PDF"
    if kind is AnswerKind.PAGE and link.may_be_a_page:
        return "read, one step away"
    return "passed over"


def _passed(links: Iterable[PassedLink]) -> Iterator[Explained]:
    for link in links:
        yield Explained(link.address, link.text, "passed over", str(link.why))
