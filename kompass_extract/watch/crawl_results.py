"""What a look at the index pages sees, and what it must remember from one look to the next."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from kompass_extract.watch.answer_kind import AnswerKind
from kompass_extract.watch.crawl_outcome import CrawlOutcome
from kompass_extract.watch.index import Link, PassedLink
from kompass_extract.watch.page_state import PageState


@dataclass(frozen=True, slots=True)
class PageSight:
    """An index page, or one a step away from it: read, refused or failed; what it links to, and what was passed over.

    ``root`` is the page of the settings that led to it.
    """

    address: str
    outcome: CrawlOutcome
    reason: str = ""
    links: tuple[Link, ...] = ()
    passed: tuple[PassedLink, ...] = ()
    root: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """A link that was asked; ``sha256`` and ``size`` (bytes) are those of what lies there now, where that is known.

    KNOWN is an address not seen before whose content the archive has; CHANGED another content under a known address;
    READ a page, whose ``links`` and ``passed`` are as in ``PageSight``; PASSED what is no PDF.  ``is_file`` is set
    where a PDF lies, or lay, or must by its address.
    """

    address: str
    page: str
    text: str
    outcome: CrawlOutcome
    reason: str = ""
    sha256: str | None = None
    size: int | None = None
    root: str = ""
    is_file: bool = False
    links: tuple[Link, ...] = ()
    passed: tuple[PassedLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """What lay under an address when it was last asked; times are UTC."""

    sha256: str
    etag: str | None
    last_modified: str | None
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class LinkState:
    """What was behind a link that led to no PDF, and when that was asked; ``said`` is the server's word."""

    kind: AnswerKind
    said: str
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """A fetched file, to be kept; ``path`` may be moved away.

    The index page ``page`` links to ``address`` by the text ``title``; redirects led to ``final_address``.
    """

    path: Path
    sha256: str
    size: int
    name: str
    address: str
    etag: str | None
    last_modified: str | None
    page: str
    title: str
    final_address: str


class Memory(Protocol):
    """What was seen before, and where it is kept."""

    @property
    def incoming(self) -> Path:
        """The folder for files that are being fetched, on the disk where they will be kept."""
        ...

    def latest(self, address: str) -> Version | None:
        """The newest version under an address, None where there is none whose file is still there."""
        ...

    def keep(self, publication: Publication) -> bool:
        """Keep a file and its version; whether its content is new to the archive."""
        ...

    def confirm(self, address: str, etag: str | None, last_modified: str | None) -> None:
        """The newest version is still what lies there; the validators given now are those to ask with."""
        ...

    def link_state(self, address: str) -> LinkState | None:
        """What was behind a link when it led to no PDF; None where it was not asked yet."""
        ...

    def remember(self, address: str, kind: AnswerKind, said: str) -> None:
        """A link leads to no PDF."""
        ...

    def page_state(self, address: str) -> PageState:
        """How an index page was after the last look."""
        ...

    def keep_page(self, state: PageState) -> None:
        """How an index page is now."""
        ...


@dataclass(frozen=True, slots=True)
class CrawlLook:
    """All that was seen; ``states`` are those of the index pages after it."""

    pages: tuple[PageSight, ...]
    sights: tuple[Sight, ...]
    states: tuple[PageState, ...] = ()

    def counts(self) -> dict[CrawlOutcome, int]:
        """How many files had which outcome."""
        counts = Counter(sight.outcome for sight in self.sights if sight.outcome not in NO_FILES)
        return {outcome: counts[outcome] for outcome in CrawlOutcome if counts[outcome]}

    @property
    def troubles(self) -> tuple[PageSight | Sight, ...]:
        """Pages and files that were refused or failed."""
        both: tuple[PageSight | Sight, ...] = (*self.pages, *self.sights)
        return tuple(one for one in both if one.outcome in {CrawlOutcome.REFUSED, CrawlOutcome.FAILED})

    @property
    def alarms(self) -> tuple[PageState, ...]:
        """The index pages that somebody has to look at."""
        return tuple(state for state in self.states if state.alarm)

    def passed(self) -> dict[str, list[PassedLink]]:
        """What was passed over, by the reason: links that nobody asked, and those that led to no PDF."""
        found: dict[str, dict[str, PassedLink]] = {}
        taken = {sight.address for sight in self.sights}
        pages: tuple[PageSight | Sight, ...] = (*self.pages, *self.sights)
        for page in pages:
            for one in page.passed:
                if one.address not in taken:
                    found.setdefault(str(one.why), {}).setdefault(one.address, one)
        for sight in self.sights:
            if sight.outcome is CrawlOutcome.PASSED:
                kind = sight.reason.partition(":")[0]
                found.setdefault(kind, {})[sight.address] = PassedLink(sight.address, sight.text, sight.reason)
        return {why: list(found[why].values()) for why in sorted(found)}

    def record(self) -> dict[str, object]:
        """As the store and ``--json`` have it; unchanged files are counted, not listed."""
        dull = {CrawlOutcome.UNCHANGED, CrawlOutcome.NOT_DUE} | NO_FILES
        passed = self.passed()
        return {
            "pages": [_page_record(page) for page in self.pages],
            "detail_pages": [
                _page_record(sight) for sight in self.sights if sight.outcome is CrawlOutcome.READ
            ],
            "counts": {str(outcome): count for outcome, count in self.counts().items()},
            "files": [_file_record(sight) for sight in self.sights if sight.outcome not in dull],
            "passed_counts": {why: len(links) for why, links in passed.items()},
            "passed": [
                {"address": one.address, "text": one.text, "why": str(one.why)}
                for links in passed.values() for one in links[:MOST_PASSED]
            ],
            "states": [asdict(state) for state in self.states],
        }  # fmt: skip


NO_FILES = frozenset({CrawlOutcome.READ, CrawlOutcome.PASSED})
MOST_PASSED = 500  # links of one reason that are listed; all are counted


def _page_record(page: PageSight | Sight) -> dict[str, object]:
    return {
        "address": page.address, "outcome": page.outcome, "reason": page.reason, "links": len(page.links),
        "passed": len(page.passed), "root": page.root,
    }  # fmt: skip


def _file_record(sight: Sight) -> dict[str, object]:
    left_out = {"links", "passed", "is_file"}
    return {name: value for name, value in asdict(sight).items() if name not in left_out}
