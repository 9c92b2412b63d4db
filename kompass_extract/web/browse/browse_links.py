"""Where the archive's pages are: on a running server, or as files beside each other."""

from __future__ import annotations

import posixpath
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from kompass_extract.web.addresses import BROWSE, REPORTS, item_url, rooted, static_url, with_language, with_query
from kompass_extract.web.web_settings import Language

ROOT = BROWSE
BESIDE = "/beside"
"""The reviewer's page with a report beside its pages."""
CSV_FILE, ASSETS, PICTURES, DOWNLOADS, INDEX = "view.csv", "assets", "pictures", "downloads", "search-index"
"""Names within a static site."""


class Links(ABC):
    """Addresses as a page writes them.  ``reviewer`` is set where who looks may review."""

    language: Language
    static_site: bool
    reviewer: bool

    def start(self) -> str:
        """The first page."""
        return self._page("")

    def search(self, **asked: object) -> str:
        """The search, with what is asked."""
        return self._page("search", **asked)

    def places(self) -> str:
        """The list of municipalities."""
        return self._page("municipalities")

    def place(self, key: str) -> str:
        """A municipality, by its code."""
        return self._page(f"municipality/{key}")

    def report(self, report_id: str, key: str | None = None) -> str:
        """A report, at one of its values where ``key`` is given."""
        return self._page(f"report/{report_id}") + (f"#{quote(key)}" if key else "")

    def page(self, report_id: str, number: int) -> str:
        """A page of a report."""
        return self._page(f"report/{report_id}/page/{number}")

    def concepts(self) -> str:
        """The list of concepts."""
        return self._page("concepts")

    def concept(self, concept: str) -> str:
        """A concept."""
        return self._page(f"concept/{concept}")

    def compare(self, report_id: str | None = None, named: Sequence[str] = ()) -> str:
        """A report beside others; the choice of one where none is given."""
        if report_id is None:
            return self._page("compare")
        return self._page(f"compare/{report_id}", **({"with": list(named)} if named else {}))

    def data(self) -> str:
        """The downloads and the data dictionary."""
        return self._page("data")

    @abstractmethod
    def value(self, key: str, page: int | None) -> str:
        """The address by which a single value is cited; ``page`` is where it stands."""

    @abstractmethod
    def csv(self) -> str:
        """What this page shows, as CSV."""

    @abstractmethod
    def download(self, name: str) -> str:
        """A file of the export."""

    @abstractmethod
    def picture(self, report_id: str, number: int) -> str:
        """The picture of a page; empty where there is none."""

    @abstractmethod
    def static(self, name: str) -> str:
        """A file of the pages' own."""

    @abstractmethod
    def other_language(self) -> str:
        """This page in the other language."""

    @abstractmethod
    def _page(self, path: str, **asked: object) -> str: ...


@dataclass(frozen=True, slots=True)
class ServerLinks(Links):
    """Addresses on a running server; ``here`` is the page's own path and query, without its language.

    ``root`` is the path that a proxy serves the pages under.
    """

    language: Language
    here: str
    reviewer: bool = False
    root: str = ""
    static_site: bool = False

    def value(self, key: str, page: int | None) -> str:
        return self._page(f"value/{key}")

    def csv(self) -> str:
        return rooted(f"{self.here}{'&' if '?' in self.here else '?'}format=csv", self.root)

    def download(self, name: str) -> str:
        return self._page(f"download/{name}")

    def picture(self, report_id: str, number: int) -> str:
        return self._page(f"picture/{report_id}/{number}.jpg")

    def static(self, name: str) -> str:
        return rooted(static_url(name), self.root)

    def other_language(self) -> str:
        return rooted(with_language(self.here, "en" if self.language == "sv" else "sv"), self.root)

    def review(self) -> str:
        """The reviewers' list of reports."""
        return rooted(REPORTS, self.root)

    def beside(self, report_id: str) -> str:
        """The reviewers' view of a report beside its pages."""
        return rooted(with_query(BESIDE, report=report_id), self.root)

    def item(self, report_id: str, pointer: str) -> str:
        """A value's page in the review."""
        return rooted(item_url(report_id, pointer), self.root)

    def png(self, key: str) -> str:
        """A value's place as a picture."""
        return f"{self.value(key, None)}?format=png"

    def _page(self, path: str, **asked: object) -> str:
        given = {name: value for name, value in asked.items() if value not in (None, "", [], ())}
        query = urlencode(given, doseq=True)
        return rooted(f"{ROOT}{quote(path)}{'?' if query else ''}{query}", self.root)


@dataclass(frozen=True, slots=True)
class SiteLinks(Links):
    """Addresses of a static site, relative to the page in the folder ``at`` of its language's tree.

    ``pictured`` says whether the site has pages of reports, ``drawn`` which of them have a picture.
    """

    language: Language
    at: str
    pictured: bool = True
    drawn: frozenset[str] = frozenset()
    reviewer: bool = False
    static_site: bool = True

    @property
    def folder(self) -> str:
        """The folder of the page below the site's root."""
        return posixpath.join(tree(self.language), self.at)

    def value(self, key: str, page: int | None) -> str:
        report_id, _, rest = key.partition("/")
        if page is None or not self.pictured:
            return self.report(report_id, rest)
        return f"{self.page(report_id, page)}#{quote(rest)}"

    def csv(self) -> str:
        return CSV_FILE

    def download(self, name: str) -> str:
        return self._to(f"{DOWNLOADS}/{quote(name)}")

    def picture(self, report_id: str, number: int) -> str:
        known = f"{report_id}/{number}" in self.drawn
        return self._to(f"{PICTURES}/{quote(report_id)}/{number}.jpg") if known else ""

    def static(self, name: str) -> str:
        return self._to(f"{ASSETS}/{name}")

    def other_language(self) -> str:
        other: Language = "en" if self.language == "sv" else "sv"
        return self._to(posixpath.join(tree(other), self.at)) + "/"

    def index(self) -> str:
        """The folder of the search's index."""
        return self._to(INDEX) + "/"

    def _page(self, path: str, **asked: object) -> str:
        return self._to(posixpath.join(tree(self.language), quote(path))) + "/"

    def _to(self, target: str) -> str:
        return posixpath.relpath(target or ".", self.folder or ".")


def tree(language: Language) -> str:
    """The folder of a language within a static site; Swedish is at its root."""
    return "" if language == "sv" else language
