"""An index page's links to what may be reports, the page after it, and everything it has besides, with the reason.

The page's characters are decoded as browsers do: byte order mark, the server's word, the page's own.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

from kompass_extract.watch.address import absolute
from kompass_extract.watch.anchors import Anchor, read_anchors
from kompass_extract.watch.feeds import FeedEntry, is_feed, read_feed
from kompass_extract.watch.link_judge import (
    ASKED,
    SURE,
    Why,
    is_included,
    is_next,
    judge,
    judge_for_a_whole_site,
    shown_by_a_viewer,
)

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)
_DECLARED_WITHIN = 1024  # bytes, as the HTML standard has it
_WESTERN = frozenset({"ascii", "iso8859-1", "latin-1"})  # read as windows-1252, as browsers do
_ON_THE_WEB = ("utf", "cp125", "iso8859", "mac", "koi8", "big5", "gb", "shift_jis", "euc")
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml"})
_SHOWN_ADDRESS = 200  # characters of an address that is none


@dataclass(frozen=True, slots=True)
class Link:
    """A link to what may be a report: its whole address, its text, and the page it stands on.

    ``why`` says by what it was taken.  ``root`` is the page of the settings that led to it, ``depth`` how many pages
    stand between the two.
    """

    address: str
    text: str
    page: str
    why: Why = Why.PDF_ADDRESS
    root: str = ""
    depth: int = 0

    @property
    def sure(self) -> bool:
        """Whether it is fetched without asking first what it is."""
        return self.why in SURE

    @property
    def may_be_a_page(self) -> bool:
        """Whether a page behind it is worth reading: it may be the one that has the report."""
        return self.why in {Why.REPORT_WORDS, Why.SUBJECT_AROUND, Why.POINTING, Why.EMBEDDED}


@dataclass(frozen=True, slots=True)
class PassedLink:
    """A link that is passed over, and why."""

    address: str
    text: str
    why: Why | str


@dataclass(frozen=True, slots=True)
class IndexPage:
    """What one index page links to, each address once and in the page's order.

    ``feeds`` are named by a page beside its links; a sitemap consists of its ``parts``.
    """

    links: tuple[Link, ...]
    next_page: str | None
    passed: tuple[PassedLink, ...] = ()
    feeds: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def read_index(data: bytes, address: str, content_type: str = "", *, include: tuple[str, ...] = ()) -> IndexPage:
    """The links of a page's bytes, as fetched from ``address`` with the server's Content-Type.

    Sitemaps and feeds are pages too.  With ``include`` only links whose address or text has one of the patterns, in
    any case.
    """
    if is_feed(data):
        return _of_feed(read_feed(data), address, include)
    text, encoding = decode(data, content_type)
    page = read_anchors(text)
    base = absolute(address, page.base, encoding) if page.base else None
    found = _Found(address, include)
    for anchor in page.anchors:
        found.add(anchor, absolute(base or address, anchor.href, encoding), page.title)
    return found.page()


def _of_feed(entries: Iterable[FeedEntry], address: str, include: tuple[str, ...]) -> IndexPage:
    """The links of a sitemap or feed: each entry's own, and those within its text."""
    found = _Found(address, include)
    for entry in entries:
        for href in entry.addresses:
            target = absolute(address, href)
            if entry.kind == "sitemap" and target is not None:
                found.add_part(target)
            else:
                anchor = Anchor(href, entry.kind, type=entry.type, pieces=[entry.title])
                found.add(anchor, target, "")
        base = absolute(address, entry.addresses[0]) if entry.addresses else None
        for anchor in read_anchors(entry.markup).anchors if entry.markup else ():
            found.add(anchor, absolute(base or address, anchor.href), entry.title)
    return found.page()


class _Found:
    """Collects the links of one page, each address once, by the best reason that it has there."""

    def __init__(self, address: str, include: tuple[str, ...]) -> None:
        self._address = address
        self._include = include
        self._links: dict[str, Link] = {}
        self._passed: dict[str, PassedLink] = {}
        self._feeds: dict[str, None] = {}
        self._parts: dict[str, None] = {}
        self._next: str | None = None

    def add(self, anchor: Anchor, target: str | None, title: str) -> None:
        """Take a link whose whole address is ``target``, None where it is no web address."""
        inner = shown_by_a_viewer(target) if target else None
        target = absolute(target or self._address, inner) if inner else target
        if target is None or target == self._address:
            why = Why.NO_ADDRESS if target is None else Why.SAME_PAGE
            self._pass(target or anchor.href.strip()[:_SHOWN_ADDRESS], anchor, why)
            return
        if "alternate" in anchor.rel and anchor.type in _FEED_TYPES:
            self._feeds.setdefault(target)
            return
        why = judge_for_a_whole_site(target) if anchor.kind == "url" else judge(anchor, target, title)
        if why not in SURE and is_next(anchor):
            self._next = self._next or target
        elif why not in SURE | ASKED:
            self._pass(target, anchor, why)
        elif not is_included(target, anchor.text, self._include):
            self._pass(target, anchor, Why.NOT_INCLUDED)
        elif target not in self._links or (why in SURE and not self._links[target].sure):
            self._links[target] = Link(target, anchor.text, self._address, why, self._address)

    def add_part(self, target: str) -> None:
        """Take the address of a part of a sitemap."""
        self._parts.setdefault(target)

    def _pass(self, target: str, anchor: Anchor, why: Why) -> None:
        self._passed.setdefault(target, PassedLink(target, anchor.text, why))

    def page(self) -> IndexPage:
        """All that was found; what one link takes is not passed over by another."""
        passed = tuple(one for one in self._passed.values() if one.address not in self._links)
        return IndexPage(tuple(self._links.values()), self._next, passed, tuple(self._feeds), tuple(self._parts))


def decode(data: bytes, content_type: str = "") -> tuple[str, str]:
    """A page's text and the name of its encoding; bytes that fit none are replaced."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding
    told = _CHARSET.search(content_type)
    declared = _DECLARED.search(data[:_DECLARED_WITHIN])
    named = [told[1] if told else "", declared[1].decode("ascii", "replace") if declared else ""]
    for place, name in enumerate(named):
        found = _encoding(name)
        # A declaration inside the page was read as ASCII: what it says of two-byte encodings cannot be true.
        if found is not None:
            found = "utf-8" if place == 1 and found.startswith("utf-16") else found
            return data.decode(found, "replace"), found
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "cp1252"


def _encoding(name: str) -> str | None:
    """Python's name of a character encoding; None for what is unknown here or no encoding of characters."""
    try:
        found = codecs.lookup(name).name if name else ""
    except (LookupError, UnicodeError):
        return None
    if found in _WESTERN:
        return "cp1252"
    return found if found.startswith(_ON_THE_WEB) else None
