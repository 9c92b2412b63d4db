"""An index page's links to PDFs and to the page after it.

A link counts as one to a PDF by its address, its declared type or its text; whether the file is one is seen when it
is fetched.  The page's characters are decoded as browsers do: byte order mark, the server's word, the page's own.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import unquote, urlsplit

from kompass_extract.watch.address import absolute
from kompass_extract.watch.html_tokens import tokens

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)
_DECLARED_WITHIN = 1024  # bytes, as the HTML standard has it
_WESTERN = frozenset({"ascii", "iso8859-1", "latin-1"})  # read as windows-1252, as browsers do
_ON_THE_WEB = ("utf", "cp125", "iso8859", "mac", "koi8", "big5", "gb", "shift_jis", "euc")
_PDF_TEXT = re.compile(r"\bpdf\b", re.IGNORECASE)
_NEXT_TEXTS = frozenset({"nästa", "nästa sida", "visa fler", "fler", "next", "next page", ">", "»", "›", "→"})
_LINKING = {"a": "href", "area": "href", "link": "href", "base": "href", "object": "data", "embed": "src"}
_MOST_ANCHORS = 20_000  # of one page; lists of all reports have some hundreds
_TEXT_LIMIT = 300  # characters of a link's text that are kept
_OTHERS = re.compile(r"\.(?:html?|aspx?|php|jpe?g|png|gif|svg|docx?|xlsx?|pptx?|zip|mp4|css|js)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A link to what should be a PDF: its whole address, its text, and the page it stands on."""

    address: str
    text: str
    page: str


@dataclass(frozen=True, slots=True)
class IndexPage:
    """What one index page links to, each address once and in the page's order."""

    links: tuple[Link, ...]
    next_page: str | None


@dataclass
class _Anchor:
    """A link as it is being read: its text grows until the anchor is closed."""

    href: str
    type: str
    rel: frozenset[str]
    label: str
    pieces: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, href: str, attributes: dict[str, str]) -> _Anchor:
        label = next((attributes[name] for name in ("aria-label", "title", "alt") if attributes.get(name)), "")
        rel = frozenset(attributes.get("rel", "").lower().split())
        return cls(href, attributes.get("type", "").lower(), rel, " ".join(label.split()))

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())[:_TEXT_LIMIT] or self.label[:_TEXT_LIMIT]


def _anchors(text: str) -> tuple[list[_Anchor], str | None]:
    """All links of a page and the first base address it gives."""
    anchors: list[_Anchor] = []
    base: str | None = None
    opened: _Anchor | None = None
    for token in tokens(text):
        if isinstance(token, str):
            if opened is not None:
                opened.pieces.append(token)
        elif token.name == "a" and token.closes:
            opened = None
        elif href := token.attributes.get(_LINKING.get(token.name, "")):
            if token.name == "base":
                base = base or href
                continue
            anchors.append(_Anchor.of(href, token.attributes))
            opened = anchors[-1] if token.name == "a" else opened
        elif token.name == "img" and opened is not None:
            opened.pieces.append(f" {token.attributes.get('alt', '')} ")
    return anchors, base


def read_index(data: bytes, address: str, content_type: str = "", *, include: tuple[str, ...] = ()) -> IndexPage:
    """The links of a page's bytes, as fetched from ``address`` with the server's Content-Type.

    With ``include`` only links whose address or text has one of the patterns, in any case.
    """
    text, encoding = decode(data, content_type)
    anchors, named_base = _anchors(text)
    base = absolute(address, named_base, encoding) if named_base else None
    links: dict[str, Link] = {}
    next_page: str | None = None
    for anchor in anchors[:_MOST_ANCHORS]:
        target = absolute(base or address, anchor.href, encoding)
        if target is None or target == address:
            continue
        if _is_pdf(target, anchor):
            if _wanted(target, anchor.text, include):
                links.setdefault(target, Link(target, anchor.text, address))
        elif next_page is None and _is_next(anchor):
            next_page = target
    return IndexPage(tuple(links.values()), next_page)


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


def _is_pdf(target: str, anchor: _Anchor) -> bool:
    parts = urlsplit(target)
    if unquote(parts.path).lower().endswith(".pdf") or anchor.type == "application/pdf":
        return True
    if "stylesheet" in anchor.rel or _OTHERS.search(parts.path):
        return False
    return ".pdf" in unquote(parts.query).lower() or bool(_PDF_TEXT.search(anchor.text))


def _wanted(target: str, text: str, include: tuple[str, ...]) -> bool:
    names = (unquote(target).lower(), text.lower())
    return not include or any(fnmatchcase(name, pattern.lower()) for name in names for pattern in include)


def _is_next(anchor: _Anchor) -> bool:
    return "next" in anchor.rel or bool({anchor.text.lower(), anchor.label.lower()} & _NEXT_TEXTS)
