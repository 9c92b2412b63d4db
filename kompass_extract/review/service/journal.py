"""The journal: every decision and every signature as a line of JSON, on disk before anybody is told that it is saved.

Lines are only ever added.  From the report files and the journal the store can be made again.  A line without its end
was cut by a crash before its writer answered; it counts for nothing.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from kompass_extract.errors import OutputError
from kompass_extract.model.report import Model
from kompass_extract.review import Decision

EventName = Literal["sign", "reopen", "double", "single", "assign"]
_ID = re.compile(rb'^\{"(id|withdrawn)":"([^"]+)"')


class Event(Model):
    """What happened to a whole report: signed, opened again, to be read by two people or by one, given to ``about``."""

    event: EventName
    report: str
    by: str
    at: str
    about: str | None = None


class Comment(Model):
    """What somebody said about a value, under the id ``comment``."""

    comment: str
    report: str
    pointer: str
    by: str
    at: str
    text: str


class Withdrawal(Model):
    """The decision of that id was written here but not saved, and its reviewer was told so."""

    withdrawn: str


Entry = Decision | Event | Comment | Withdrawal


class Journal:
    """The journal file of an archive; several processes may write to it at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, entry: Entry) -> None:
        """Add a line and wait until it is on disk; OutputError, and then nothing was added."""
        line = entry.model_dump_json().encode() + b"\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            made = not self._path.exists()
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                _write(file, line)
            finally:
                os.close(file)
            if made:
                _sync_folder(self._path.parent)
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            advice = "the disk is full; make room" if full else error.strerror or str(error)
            raise OutputError(f"The decision was not saved: {self._path} could not be written: {advice}.") from error

    def decisions(self) -> Iterator[Decision]:
        """All decisions that were not withdrawn, in the order they were made."""
        withdrawn = {entry.withdrawn for entry in self.entries() if isinstance(entry, Withdrawal)}
        return (entry for entry in self.entries() if isinstance(entry, Decision) and entry.id not in withdrawn)

    def events(self) -> Iterator[Event]:
        """All events in their order."""
        return (entry for entry in self._begun(b'{"event"') if isinstance(entry, Event))

    def comments(self) -> Iterator[Comment]:
        """All comments in their order."""
        return (entry for entry in self._begun(b'{"comment"') if isinstance(entry, Comment))

    def ids(self) -> set[str]:
        """Return the ids of all decisions that were not withdrawn, by how their lines begin, which is fast."""
        found: dict[bytes, set[str]] = {b"id": set(), b"withdrawn": set()}
        for begin in map(_ID.match, self._lines()):
            if begin is not None:
                found[begin[1]].add(begin[2].decode())
        return found[b"id"] - found[b"withdrawn"]

    def entries(self) -> Iterator[Entry]:
        """Every whole line that can be understood."""
        for line in self._lines():
            entry = _parsed(line)
            if entry is not None:
                yield entry

    def _begun(self, begin: bytes) -> Iterator[Entry]:
        """The entries whose lines begin so: quick, as most lines are decisions."""
        for line in self._lines():
            entry = _parsed(line) if line.startswith(begin) else None
            if entry is not None:
                yield entry

    def _lines(self) -> Iterator[bytes]:
        if self._path.exists():
            with self._path.open("rb") as file:
                yield from (line for line in file if line.endswith(b"\n"))


def _write(file: int, line: bytes) -> None:
    """Write a whole line after what is there, or leave the file as it was."""
    size = os.lseek(file, 0, os.SEEK_END)
    start = b"" if size == 0 or os.pread(file, 1, size - 1) == b"\n" else b"\n"
    try:
        rest = start + line
        while rest:
            rest = rest[os.write(file, rest) :]
        os.fsync(file)
    except OSError:
        os.ftruncate(file, size)
        raise


def _parsed(line: bytes) -> Entry | None:
    kinds: tuple[type[Entry], ...] = (Decision, Event, Comment, Withdrawal)
    for kind in kinds:
        try:
            return kind.model_validate_json(line)
        except ValidationError:
            continue
    return None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
