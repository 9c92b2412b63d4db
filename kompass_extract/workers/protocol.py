"""What passes between a command and the process that reads for it: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kompass_extract.errors import KompassError

LONGEST_LINE = 256 << 20  # bytes; a report of 2,000 pages full of text has 40 million


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """Read one document: its copy, the name it came under, ``jobs`` pages at a time.

    ``lost`` names pages that are not to be read and why, ``apart`` has every other page read in a process of its own.
    Pictures of the pages are drawn into ``debug_dir``.  With ``pages_only`` the readings of the pages are kept in the
    worker's cache and no report is made.  With ``room`` no report is made either: the answer lists what that room gave
    of the pages from the first to the last of ``shown`` (None: all).
    """

    path: str
    name: str
    jobs: int
    lost: tuple[tuple[int, str], ...] = ()
    apart: bool = False
    debug_dir: str | None = None
    pages_only: bool = False
    room: str | None = None
    shown: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class PictureOrder:
    """Draw one page as JPEG at ``dpi``, turned as the report says that it was when it was read."""

    path: str
    number: int
    dpi: int
    rotation: int
    skew: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page's picture: JPEG in base64."""

    jpeg: str


@dataclass(frozen=True, slots=True)
class PageBegun:
    """Page ``page`` is being read by the process itself, and is lost if that ends now."""

    page: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Page ``page`` of ``pages`` was read."""

    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Failed:
    """No report: the error's class, exit code and message."""

    error: str
    exit_code: int
    message: str

    @classmethod
    def of(cls, error: KompassError) -> Failed:
        return cls(type(error).__name__, error.exit_code, str(error))


@dataclass(frozen=True, slots=True)
class Done:
    """A report, as the text of its JSON file, and its figures as ``summary.ReportSummary`` records them."""

    report: str
    summary: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class PagesRead:
    """The pages of a document are in the cache, but those that are ``lost``; the rest as of ``pages.SourceFile``."""

    source_kind: str
    sha256: str
    pages: int
    lost: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """What a room gave, as ``report.room_listing`` records it."""

    records: Sequence[Mapping[str, Any]]


Answer = Done | PagesRead | Listed | Failed | Drawn
Request = WorkOrder | PictureOrder
Message = Request | Answer | PageBegun | Progress
_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (WorkOrder, PictureOrder, Drawn, PageBegun, Progress, Failed, Done, PagesRead, Listed)
}


def packed(message: Message) -> bytes:
    """A message as a line."""
    return json.dumps({"kind": type(message).__name__, **asdict(message)}).encode() + b"\n"


def unpacked(line: bytes) -> Message:
    """The message of a line; ValueError for anything else."""
    try:
        values = json.loads(line)
        message: Message = _KINDS[values.pop("kind")](**values)
        return message
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a message: {line[:80]!r}") from error


class Lines:
    """Bytes as they come, given back as whole lines."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        self._size = 0

    def add(self, data: bytes) -> list[bytes]:
        """The lines that ``data`` completes; ValueError when one grows beyond ``LONGEST_LINE``."""
        first, *others = data.split(b"\n")
        self._rest.append(first)
        self._size += len(first)
        if self._size > LONGEST_LINE:
            raise ValueError("a message is longer than any may be")
        whole = []
        for part in others:
            whole.append(b"".join(self._rest))
            self._rest, self._size = [part], len(part)
        return whole
