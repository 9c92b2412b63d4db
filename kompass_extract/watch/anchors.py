"""Everything on a page that leads somewhere, with the words around it.

Anchors, areas, frames, embedded objects and refreshing pages are found by their tags; addresses of files in scripts
and in attributes (SiteVision's lists, "onclick") by what they look like.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kompass_extract.watch.html_tokens import Script, Tag, tokens

MOST_ANCHORS = 20_000  # of one page; lists of all reports have some hundreds
TEXT_LIMIT = 300  # characters of a link's text, and of the words around it, that are kept
_MOST_HIDDEN = 2_000  # addresses in scripts and attributes of one page
_LONGEST_HIDDEN = 400  # characters of such an address
_LINKING = {
    "a": ("href",), "area": ("href",), "link": ("href",), "object": ("data",), "embed": ("src",),
    "iframe": ("src", "data-src"), "frame": ("src",),
}  # fmt: skip
EMBEDDING = frozenset({"object", "embed", "iframe", "frame"})
_BLOCKS = frozenset({
    "p", "li", "ul", "ol", "div", "tr", "table", "section", "article", "main", "nav", "header", "footer", "aside", "dt",
    "dd", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "figure", "form", "body",
})  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NAVIGATION = frozenset({"nav", "footer"})
_FILE_MARKS = (".pdf", "/download/18.")
_QUOTES = "\"'`"
_ENDS = "\"'`<>()\\ \t\r\n,;"


@dataclass
class Anchor:
    """A link of a page; its text grows until it is closed, the words around it until its block ends."""

    href: str
    kind: str
    type: str = ""
    rel: frozenset[str] = frozenset()
    label: str = ""
    heading: str = ""
    block: str = ""
    download: bool = False
    in_navigation: bool = False
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a reader sees of it, or what it is labelled."""
        return _joined(self.pieces) or self.label[:TEXT_LIMIT]


@dataclass
class PageAnchors:
    """All links of a page, the address that they count from where the page names one, and the page's title."""

    anchors: list[Anchor] = field(default_factory=list)
    base: str | None = None
    title: str = ""


class _Reader:
    """Reads the tags of one page in their order."""

    def __init__(self) -> None:
        self.page = PageAnchors()
        self._opened: Anchor | None = None
        self._heading = ""
        self._in_heading = False
        self._in_title = False
        self._block: list[str] = []
        self._of_block: list[Anchor] = []
        self._navigation = 0
        self._hidden = 0

    def read(self, text: str) -> PageAnchors:
        for token in tokens(text):
            if len(self.page.anchors) >= MOST_ANCHORS:
                break
            if isinstance(token, str):
                self._text(token)
            elif isinstance(token, Script):
                self._hide(token.text, "script")
            elif token.closes:
                self._close(token.name)
            else:
                self._open(token)
        self._end_block()
        return self.page

    def _text(self, text: str) -> None:
        if self._in_title and self._opened is None:  # else it is the title of a drawing within the link
            self.page.title = self.page.title or _joined([text])
            return
        self._block.append(text)
        if self._opened is not None:
            self._opened.pieces.append(text)

    def _close(self, name: str) -> None:
        if name == "title":
            self._in_title = False
        elif name == "a":
            self._opened = None
        elif name in _BLOCKS:
            if name in _HEADINGS:
                self._heading = _joined(self._block)
            self._end_block()
            if name in _NAVIGATION:
                self._navigation = max(0, self._navigation - 1)

    def _open(self, tag: Tag) -> None:
        if tag.name == "title":
            self._in_title = True
            return
        if tag.name in _BLOCKS:
            self._end_block()
            if tag.name in _NAVIGATION:
                self._navigation += 1
            elif tag.name in {"main", "article"}:
                self._navigation = 0  # whatever was left open before
        if tag.name == "base":
            self.page.base = self.page.base or tag.attributes.get("href") or None
        elif tag.name == "img":
            self._text(f" {tag.attributes.get('alt', '')} ")
        elif tag.name == "meta" and tag.attributes.get("http-equiv", "").lower() == "refresh":
            self._refresh(tag.attributes.get("content", ""))
        elif href := _first(tag.attributes, _LINKING.get(tag.name, ())):
            self._add(_anchor(href, tag))
            self._opened = self.page.anchors[-1] if tag.name == "a" else self._opened
        for name, value in tag.attributes.items():
            if name.startswith(("data-", "on")) and name != "data-src":
                self._hide(f'"{value}"', "attribute")

    def _refresh(self, content: str) -> None:
        _, equals, address = content.partition("=")
        if equals:
            self._add(Anchor(address.strip(" \"'"), "refresh"))

    def _hide(self, text: str, kind: str) -> None:
        for address in _addresses(text):
            if self._hidden >= _MOST_HIDDEN:
                return
            self._hidden += 1
            self._add(Anchor(address, kind))

    def _add(self, anchor: Anchor) -> None:
        anchor.heading, anchor.in_navigation = self._heading, self._navigation > 0
        self.page.anchors.append(anchor)
        self._of_block.append(anchor)

    def _end_block(self) -> None:
        if self._of_block:
            words = _joined(self._block)
            for anchor in self._of_block:
                anchor.block = words
        self._block, self._of_block = [], []


def read_anchors(text: str) -> PageAnchors:
    """Return all links of a page's text in their order."""
    return _Reader().read(text)


def _anchor(href: str, tag: Tag) -> Anchor:
    said = tag.attributes
    label = next((said[name] for name in ("aria-label", "title", "alt", "name") if said.get(name)), "")
    rel = frozenset(said.get("rel", "").lower().split())
    return Anchor(
        href, tag.name, said.get("type", "").strip().lower(), rel, " ".join(label.split()), download="download" in said
    )


def _addresses(text: str) -> Iterator[str]:
    """Addresses of files in a script: what stands in quotes around an ending or a path of files."""
    lowered = text.lower()
    for mark in _FILE_MARKS:
        place = lowered.find(mark)
        while place >= 0:
            begin = max((text.rfind(quote, max(0, place - _LONGEST_HIDDEN), place) for quote in _QUOTES), default=-1)
            end = place + len(mark)
            limit = min(len(text), end + _LONGEST_HIDDEN)
            while end < limit and text[end] not in _ENDS:
                end += 1
            address = text[begin + 1 : end].replace("\\/", "/").replace("\\u002F", "/").replace("\\u002f", "/")
            if begin >= 0 and not any(sign in _ENDS for sign in address):
                yield address
            place = lowered.find(mark, end)


def _first(attributes: dict[str, str], names: tuple[str, ...]) -> str:
    return next((attributes[name] for name in names if attributes.get(name)), "")


def _joined(pieces: list[str]) -> str:
    """The first characters of the pieces, white space collapsed."""
    kept: list[str] = []
    length = 0
    for piece in pieces:
        kept.append(piece)
        length += len(piece)
        if length > 4 * TEXT_LIMIT:
            break
    return " ".join("".join(kept)[: 8 * TEXT_LIMIT].split())[:TEXT_LIMIT]
