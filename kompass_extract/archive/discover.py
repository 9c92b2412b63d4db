"""Which files an ingestion is about: folders opened, links out of them refused, unfinished files waited for.

Nothing is read here but directories; a file's kind is recognised by its content later.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kompass_extract.archive.results import Outcome
from kompass_extract.errors import LinkError, UnreadableFileError, printable
from kompass_extract.settings import LARGEST_FILE_BYTES

ENDINGS = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".txt"})
UNFINISHED_ENDINGS = frozenset({".part", ".partial", ".crdownload", ".download", ".tmp"})
QUIET_SECONDS = 2.0  # a file that was not touched for so long is complete; copying writes several times a second
WAIT_SECONDS = 120.0  # for one that is being written; then it is left to the next run
_POLL_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file with what tells cheaply whether it changed."""

    path: Path
    size: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Discovery:
    """Files to look at, by path, and what is none of them and why."""

    files: tuple[FoundFile, ...]
    others: tuple[Outcome, ...]


def discover(inputs: Sequence[Path], *, leave_out: Path | None = None) -> Discovery:
    """The files that ``inputs`` name or hold, each once; nothing below ``leave_out``, the archive's own folder."""
    files: dict[Path, FoundFile] = {}
    others: dict[str, Outcome] = {}
    for item in inputs:
        for one in _below(item, leave_out) if item.is_dir() else [_looked_at(item)]:
            if isinstance(one, FoundFile):
                files[one.path] = one
            else:
                others[one.path] = one
    return Discovery(tuple(files[path] for path in sorted(files)), tuple(others[path] for path in sorted(others)))


def settled(
    files: Sequence[FoundFile], *, quiet: float = QUIET_SECONDS, limit: float = WAIT_SECONDS
) -> tuple[list[FoundFile], list[Outcome]]:
    """The files once nobody writes to them any more, and those that somebody still writes to after ``limit`` s."""
    fresh = time.time() - quiet
    ready = [file for file in files if file.mtime_ns / 1e9 <= fresh]
    waiting = {file.path: (file, time.monotonic()) for file in files if file.mtime_ns / 1e9 > fresh}
    gone: list[Outcome] = []
    end = time.monotonic() + limit
    while waiting and time.monotonic() < end:
        time.sleep(min(_POLL_SECONDS, quiet))
        for path, (file, since) in list(waiting.items()):
            seen = _looked_at(path)
            if isinstance(seen, Outcome):
                gone.append(seen)
                del waiting[path]
            elif seen != file:
                waiting[path] = (seen, time.monotonic())
            elif time.monotonic() - since >= quiet:
                ready.append(seen)
                del waiting[path]
    written = [Outcome.skipped(shown(path), "still being written: the next run takes it") for path in waiting]
    return sorted(ready, key=lambda file: file.path), [*gone, *written]


def shown(path: Path) -> str:
    """A path as text that can be stored and printed: bytes that are no UTF-8 are escaped."""
    return printable(str(path))


def _below(folder: Path, leave_out: Path | None) -> Iterator[FoundFile | Outcome]:
    root = folder.resolve()
    problems: list[Outcome] = []

    def unreadable(error: OSError) -> None:
        place = Path(error.filename or folder)
        problems.append(
            _unreadable(place, f"The folder {shown(place)} cannot be read ({error.strerror}). Check its permissions.")
        )

    for parent, folders, names in os.walk(root, onerror=unreadable):
        base = Path(parent)
        folders[:] = sorted(name for name in folders if not _left_out(base / name, leave_out))
        links = [name for name in folders if (base / name).is_symlink()]
        for name in sorted([*names, *links]):
            if not name.startswith((".", "~$")):
                yield from _entry(base / name, root)
    yield from problems


def _left_out(folder: Path, leave_out: Path | None) -> bool:
    return folder.name.startswith(".") or folder == leave_out


def _entry(path: Path, root: Path) -> Iterator[FoundFile | Outcome]:
    if path.is_symlink():
        target = path.resolve()
        if not target.is_relative_to(root):
            yield Outcome.failed(
                shown(path), LinkError(f"{shown(path)} is a link out of the folder. Give the file it leads to itself.")
            )
        return  # within the folder it is found in its own place
    if path.suffix.lower() in UNFINISHED_ENDINGS:
        yield Outcome.skipped(shown(path), "unfinished download")
    elif path.suffix.lower() not in ENDINGS and not _is_pdf(path):
        yield Outcome.skipped(shown(path), "not a PDF, image or text")
    else:
        yield _looked_at(path)


def _looked_at(path: Path) -> FoundFile | Outcome:
    try:
        about = path.stat()
    except OSError as error:
        return _unreadable(path, f"{shown(path)} cannot be read ({error.strerror}). Check its name and permissions.")
    if not stat.S_ISREG(about.st_mode):
        return _unreadable(path, f"{shown(path)} is no file but a device or pipe. Give a file.")
    if about.st_size > LARGEST_FILE_BYTES:
        return _unreadable(path, f"{shown(path)} is larger than 2 GiB, which no report is.")
    return FoundFile(path.absolute(), about.st_size, about.st_mtime_ns, about.st_ino)


def _unreadable(path: Path, message: str) -> Outcome:
    return Outcome.failed(shown(path), UnreadableFileError(message))


def _is_pdf(path: Path) -> bool:
    """Whether a file with another ending is a PDF all the same."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            return b"%PDF-" in file.read(1024)
    except OSError:
        return False
