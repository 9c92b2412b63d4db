"""What a look at the index pages sees, and what it must remember from one look to the next."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kompass_extract.watch.index import Link


class CrawlOutcome(StrEnum):
    """What became of a page or a file."""

    READ = "read"
    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"
    UNCHANGED = "unchanged"
    NOT_DUE = "not due"
    LEFT = "left"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PageSight:
    """An index page: read, refused or failed; what it links to, and how many links of those were new to this look."""

    address: str
    outcome: CrawlOutcome
    reason: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Sight:
    """A linked file; ``sha256`` and ``size`` (bytes) are those of what lies there now, where that is known.

    KNOWN is an address not seen before whose content the archive has; CHANGED another content under a known address.
    """

    address: str
    page: str
    text: str
    outcome: CrawlOutcome
    reason: str = ""
    sha256: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """What lay under an address when it was last asked; times are UTC."""

    sha256: str
    etag: str | None
    last_modified: str | None
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


@dataclass(frozen=True, slots=True)
class CrawlLook:
    """All that was seen."""

    pages: tuple[PageSight, ...]
    sights: tuple[Sight, ...]

    def counts(self) -> dict[CrawlOutcome, int]:
        """How many files had which outcome."""
        counts = Counter(sight.outcome for sight in self.sights)
        return {outcome: counts[outcome] for outcome in CrawlOutcome if counts[outcome]}

    @property
    def troubles(self) -> tuple[PageSight | Sight, ...]:
        """Pages and files that were refused or failed."""
        both: tuple[PageSight | Sight, ...] = (*self.pages, *self.sights)
        return tuple(one for one in both if one.outcome in {CrawlOutcome.REFUSED, CrawlOutcome.FAILED})

    def record(self) -> dict[str, object]:
        """As the store and ``--json`` have it; unchanged files are counted, not listed."""
        dull = {CrawlOutcome.UNCHANGED, CrawlOutcome.NOT_DUE}
        return {
            "pages": [{**asdict(page), "links": len(page.links)} for page in self.pages],
            "counts": {str(outcome): count for outcome, count in self.counts().items()},
            "files": [asdict(sight) for sight in self.sights if sight.outcome not in dull],
        }
