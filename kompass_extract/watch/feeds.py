"""Sitemaps and feeds (RSS, RDF, Atom) as lists of addresses, read by defusedxml; no entity and no DTD is followed.

Feeds are often not quite XML.  One that cannot be parsed is read tag by tag like a page, so that a stray "&" hides
nothing.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

from kompass_extract.errors import FetchError
from kompass_extract.watch.html_tokens import Tag, tokens

MOST_ENTRIES = 50_000  # of one file, which is the limit of the sitemap protocol
_HEAD = 2_000  # bytes in which the root element stands, after comments and style sheets
_ROOT = re.compile(rb"<(?:\w{1,20}:)?(rss|rdf|feed|urlset|sitemapindex)[\s>]", re.IGNORECASE)
_GZIP = b"\x1f\x8b"
_ENTRIES = frozenset({"item", "entry", "url", "sitemap"})
_MARKUP = frozenset({"description", "summary", "content", "encoded"})
_MOST_MARKUP = 100_000  # characters of one entry's text


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry: its addresses, its title, the type that it gives to them, and its text, which may be HTML.

    ``kind`` is the name of its element: "item" and "entry" of feeds, "url" and "sitemap" of sitemaps.
    """

    addresses: tuple[str, ...]
    title: str = ""
    type: str = ""
    markup: str = ""
    kind: str = "item"


def is_feed(data: bytes) -> bool:
    """Whether a page's bytes are a sitemap or a feed."""
    head = data[:_HEAD]
    return b"<html" not in head.lower() and _ROOT.search(head) is not None


def unpacked(data: bytes, limit: int) -> bytes:
    """A sitemap that was kept packed, unpacked to at most ``limit`` bytes; FetchError where it is longer or broken."""
    if not data.startswith(_GZIP):
        return data
    unpacker = zlib.decompressobj(32 + zlib.MAX_WBITS)
    try:
        found = unpacker.decompress(data, limit)
    except zlib.error as error:
        raise FetchError(f"packed wrongly: {error}") from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise FetchError(f"longer than the {limit / 1e6:.1f} MB that are allowed, or broken off")
    return found


def read_feed(data: bytes) -> Iterator[FeedEntry]:
    """The entries of a sitemap or feed."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        yield from _by_tags(data.decode("utf-8", "replace"))
        return
    count = 0
    for element in root.iter():
        if _name(element) in _ENTRIES:
            yield _entry(element)
            count += 1
            if count >= MOST_ENTRIES:
                return


def _entry(element: Any) -> FeedEntry:
    addresses: dict[str, None] = {}
    title, kind, markup = "", "", ""
    for child in element.iter():
        name, text = _name(child), (child.text or "").strip()
        if name in {"loc", "link", "enclosure"}:
            address = child.get("href") or child.get("url") or text
            if address and child.get("rel", "alternate") in {"alternate", "enclosure", "related", "via"}:
                addresses.setdefault(address)
                kind = kind or ("application/pdf" if child.get("type") == "application/pdf" else "")
        elif name == "title":
            title = title or " ".join(text.split())
        elif name in _MARKUP:
            markup = f"{markup} {text}"[:_MOST_MARKUP]
    return FeedEntry(tuple(addresses), title, kind, markup, _name(element))


def _name(element: Any) -> str:
    """An element's name without its namespace, in lower case; empty for comments."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _by_tags(text: str) -> Iterator[FeedEntry]:
    """The addresses of a feed that is no XML, each an entry with the title before it."""
    opened, title, kind, count = "", "", "item", 0
    for token in tokens(text):
        if count >= MOST_ENTRIES:
            return
        if isinstance(token, Tag):
            opened = "" if token.closes else token.name.rpartition(":")[2]
            kind = opened if opened in _ENTRIES else kind
            address = token.attributes.get("href") or token.attributes.get("url")
            if opened in {"link", "enclosure"} and address:
                count += 1
                yield FeedEntry((address,), title, token.attributes.get("type", ""), kind=kind)
        elif isinstance(token, str) and token.strip():
            if opened == "title":
                title = " ".join(token.split())
            elif opened in {"loc", "link"}:
                count += 1
                yield FeedEntry((token.strip(),), title, kind=kind)
