"""Inputs taken into the archive: told by their hash, copied under it once, remembered by size, time and inode."""

from __future__ import annotations

import contextlib
import hashlib
import mimetypes
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kompass_extract.archive.discover import Found, shown
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.outcome import Outcome
from kompass_extract.archive.schema import DocumentRow, FileRow
from kompass_extract.archive.store import Store, now
from kompass_extract.errors import OutputError, UnreadableFileError

_TOGETHER = 200  # files looked up or recorded in one statement
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Admitted:
    """A document in the archive and the input it came by; ``stored`` is its copy below the archive's folder.

    ``seen`` when this path held this content at an earlier run.
    """

    path: str
    name: str
    sha256: str
    stored: str
    seen: bool = False


class _ChangedError(Exception):
    """A file was not the same at its end as at its beginning."""


def admit(store: Store, archive: Archive, files: Sequence[Found]) -> tuple[list[Admitted], list[Outcome]]:
    """Every file as a document of the archive, and those that could not be read; OutputError on a full disk."""
    admitted: list[Admitted] = []
    failed: list[Outcome] = []
    for start in range(0, len(files), _TOGETHER):
        part = files[start : start + _TOGETHER]
        known = _known(store, part)
        fresh = [file for file in part if file.path not in known]
        taken = {file.path: _taken(archive, file) for file in fresh}
        new = [(file, one) for file in fresh if isinstance(one := taken[file.path], Admitted)]
        if new:
            with store.write() as session:
                _remember(store, session, new)
        for file in part:
            one = known.get(file.path) or taken[file.path]
            (admitted if isinstance(one, Admitted) else failed).append(one)  # type: ignore[arg-type]
    return admitted, failed


def _known(store: Store, files: Sequence[Found]) -> dict[Path, Admitted]:
    """Files that are as they were when they were hashed."""
    by_name = {shown(file.path): file for file in files}
    with store.read() as session:
        rows = session.execute(
            select(FileRow, DocumentRow.stored)
            .join(DocumentRow, DocumentRow.sha256 == FileRow.sha256)
            .where(FileRow.path.in_(by_name))
        ).all()
    found = {}
    for row, stored in rows:
        file = by_name[row.path]
        if (row.size, row.mtime_ns, row.inode) == (file.size, file.mtime_ns, str(file.inode)):
            found[file.path] = Admitted(row.path, _name(file.path), row.sha256, stored, seen=True)
    return found


def _taken(archive: Archive, file: Found) -> Admitted | Outcome:
    """The file hashed and copied; its ending is kept, since it says what the file claims to be."""
    path = shown(file.path)
    try:
        with file.path.open("rb") as source:
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        suffix = file.path.suffix.lower()
        stored = archive.stored_name(sha256, suffix if suffix.isascii() and suffix[1:].isalnum() else "")
        _copy(file.path, archive.folder / stored, sha256)
    except _ChangedError:
        return Outcome.skipped(path, "still being written: the next run takes it")
    except OSError as error:
        return Outcome.failed(path, UnreadableFileError(f"{path} cannot be read ({error.strerror})."))
    return Admitted(path, _name(file.path), sha256, stored)


def keep(archive: Archive, path: Path, suffix: str) -> tuple[str, str]:
    """A file copied into the archive: its SHA-256, and where the copy lies below the folder; OutputError."""
    with path.open("rb") as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    stored = archive.stored_name(sha256, suffix)
    _copy(path, archive.folder / stored, sha256)
    return sha256, stored


def _copy(source: Path, target: Path, sha256: str) -> None:
    """Copy a file whole or not at all; nothing is done where it lies already."""
    if target.exists() and target.stat().st_size == source.stat().st_size:
        return
    with source.open("rb") as reading:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
        except OSError as error:
            raise _no_room(target, error) from error
        try:
            _copy_checked(reading.fileno(), descriptor, target, sha256)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(target)
        finally:
            os.close(descriptor)
            with contextlib.suppress(FileNotFoundError):
                Path(temporary).unlink()


def _copy_checked(source: int, copy: int, target: Path, sha256: str) -> None:
    digest = hashlib.sha256()
    while chunk := os.read(source, _CHUNK):
        digest.update(chunk)
        try:
            view = memoryview(chunk)
            while view:
                view = view[os.write(copy, view) :]
        except OSError as error:
            raise _no_room(target, error) from error
    if digest.hexdigest() != sha256:
        raise _ChangedError
    try:
        os.fsync(copy)
    except OSError as error:
        raise _no_room(target, error) from error


def _no_room(target: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{target} could not be written ({error.strerror}). Make room or choose another --archive, and run the same "
        "command again; it goes on where it was."
    )


def _remember(store: Store, session: Session, new: Iterable[tuple[Found, Admitted]]) -> None:
    upsert = sqlite.insert if store.is_sqlite else postgresql.insert
    time = now()
    for file, one in new:
        media_type = mimetypes.guess_type(f"x{Path(one.stored).suffix}")[0] or "application/octet-stream"
        session.execute(
            upsert(DocumentRow)
            .values(
                sha256=one.sha256, size=file.size, media_type=media_type, file_name=one.name, stored=one.stored,
                first_seen=time,
            )
            .on_conflict_do_nothing()
        )  # fmt: skip
        seen = {
            "sha256": one.sha256, "size": file.size, "mtime_ns": file.mtime_ns, "inode": str(file.inode),
            "seen_at": time,
        }  # fmt: skip
        session.execute(
            upsert(FileRow).values(path=one.path, **seen).on_conflict_do_update(index_elements=["path"], set_=seen)
        )


def _name(path: Path) -> str:
    return shown(Path(path.name))
