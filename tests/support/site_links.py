"""Every link of a page or a site, followed: where it leads, and whether its fragment is there."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

_LINKS = {"a": "href", "link": "href", "script": "src", "image": "href", "img": "src", "form": "action"}


class _Page(HTMLParser):
    """Collects the links and ids of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids.update(value for name in ("id", "name") if (value := given.get(name)) and (name == "id" or tag == "a"))
        if tag in _LINKS and (target := given.get(_LINKS[tag])):
            self.links.append(target)


def read(html: str) -> tuple[list[str], set[str]]:
    """The links and ids of a page."""
    page = _Page()
    page.feed(html)
    return page.links, page.ids


def broken(site: Path) -> Iterator[str]:
    """Yield each link of a static site that leads nowhere within it."""
    ids: dict[Path, set[str]] = {}
    for path in sorted(site.rglob("*.html")):
        links, _ = read(path.read_text("utf-8"))
        for link in dict.fromkeys(links):
            parts = urlsplit(urljoin(f"http://site/{path.relative_to(site).as_posix()}", link))
            if urlsplit(link).scheme or link.startswith("/"):
                yield f"{path.relative_to(site)}: {link} is not relative"
                continue
            target = site / unquote(parts.path).lstrip("/")
            target = target / "index.html" if parts.path.endswith("/") else target
            if not target.is_file():
                yield f"{path.relative_to(site)}: {link} leads nowhere"
            elif parts.fragment:
                known = ids.get(target)
                if known is None:
                    known = ids[target] = read(target.read_text("utf-8"))[1]
                if unquote(parts.fragment) not in known:
                    yield f"{path.relative_to(site)}: {link} has no such place"
