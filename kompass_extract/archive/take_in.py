"""Take inputs into the archive: identified by hash, copied under it once, remembered by size, time and inode."""

from __future__ import annotations

import contextlib
import hashlib
import mimetypes
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kompass_extract.archive.discover import FoundFile, shown
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.results import Outcome
from kompass_extract.archive.schema import DocumentRow, FileRow
from kompass_extract.archive.store import Store, now
from kompass_extract.errors import OutputError, UnreadableFileError

_TOGETHER = 200  # files looked up or recorded in one statement
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Admitted:
    """A document in the archive and the input it came by; ``stored`` is its copy below the archive's folder.

    ``seen`` when this path held this content at an earlier run, ``elsewhere`` when another path did.
    """

    path: str
    name: str
    sha256: str
    stored: str
    seen: bool = False
    elsewhere: bool = False


class _ChangedError(Exception):
    """A file was not the same at its end as at its beginning."""


def admit(store: Store, archive: Archive, files: Sequence[FoundFile]) -> tuple[list[Admitted], list[Outcome]]:
    """Every file as a document of the archive, and those that could not be read; OutputError on a full disk."""
    admitted: list[Admitted] = []
    failed: list[Outcome] = []
    for start in range(0, len(files), _TOGETHER):
        part = files[start : start + _TOGETHER]
        known = seen_before(store, archive, part)
        fresh = [file for file in part if file.path not in known]
        taken = {file.path: _taken(archive, file) for file in fresh}
        new = [(file, one) for file in fresh if isinstance(one := taken[file.path], Admitted)]
        if new:
            with store.write() as session:
                elsewhere = _elsewhere(session, [one for _, one in new])
                _remember(store, session, new)
            taken |= {file.path: replace(one, elsewhere=one.path in elsewhere) for file, one in new}
        for file in part:
            one = known.get(file.path) or taken[file.path]
            (admitted if isinstance(one, Admitted) else failed).append(one)  # type: ignore[arg-type]
    return admitted, failed


def seen_before(store: Store, archive: Archive, files: Sequence[FoundFile]) -> dict[Path, Admitted]:
    """Files that are as they were when they were hashed and copied."""
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
        same = (row.size, row.mtime_ns, row.inode) == (file.size, file.mtime_ns, str(file.inode))
        if same and (archive.folder / stored).is_file():
            found[file.path] = Admitted(row.path, _name(file.path), row.sha256, stored, seen=True)
    return found


def _elsewhere(session: Session, new: Sequence[Admitted]) -> set[str]:
    """The new ones' paths whose content the store knows from another path, and not from theirs."""
    hashes = {one.sha256 for one in new}
    rows = session.execute(select(FileRow.sha256, FileRow.path).where(FileRow.sha256.in_(hashes))).all()
    places: dict[str, set[str]] = {}
    for sha256, path in rows:
        places.setdefault(sha256, set()).add(path)
    return {one.path for one in new if one.sha256 in places and one.path not in places[one.sha256]}


def _taken(archive: Archive, file: FoundFile) -> Admitted | Outcome:
    """The file hashed and copied; its ending is kept, since it says what the file claims to be."""
    path = shown(file.path)
    try:
        with file.path.open("rb") as source:
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        copy = archive.stored_name(sha256, _suffix(file.path))
        _copy(file.path, archive.folder / copy, sha256)
    except _ChangedError:
        return Outcome.skipped(path, "still being written: the next run takes it")
    except OSError as error:
        return Outcome.failed(
            path, UnreadableFileError(f"{path} cannot be read ({error.strerror}). Check its permissions.")
        )
    return Admitted(path, _name(file.path), sha256, copy)


def keep(store: Store, archive: Archive, path: Path, name: str) -> str:
    """Take a file into the archive as a document that came under ``name``; its SHA-256.  OutputError, StoreError.

    For what a program fetched itself: the file's own path is not remembered, and the file may be removed after.
    """
    about = path.stat()
    with path.open("rb") as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    stored_name = archive.stored_name(sha256, _suffix(Path(name)))
    _copy(path, archive.folder / stored_name, sha256)
    with store.write() as session:
        _add_document(store, session, Admitted(name, name, sha256, stored_name), about.st_size)
    return sha256


def stored(store: Store, documents: Sequence[str]) -> list[Admitted]:
    """Documents of the archive by their SHA-256, under the names they first came by; unknown ones are left out."""
    with store.read() as session:
        rows = session.scalars(select(DocumentRow).where(DocumentRow.sha256.in_(documents))).all()
    return [Admitted(row.file_name, row.file_name, row.sha256, row.stored, seen=True) for row in rows]


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


def _remember(store: Store, session: Session, new: Iterable[tuple[FoundFile, Admitted]]) -> None:
    upsert = sqlite.insert if store.is_sqlite else postgresql.insert
    for file, one in new:
        _add_document(store, session, one, file.size)
        seen = {
            "sha256": one.sha256, "size": file.size, "mtime_ns": file.mtime_ns, "inode": str(file.inode),
            "seen_at": now(),
        }  # fmt: skip
        session.execute(
            upsert(FileRow).values(path=one.path, **seen).on_conflict_do_update(index_elements=["path"], set_=seen)
        )


def _add_document(store: Store, session: Session, one: Admitted, size: int) -> None:
    upsert = sqlite.insert if store.is_sqlite else postgresql.insert
    media_type = mimetypes.guess_type(f"x{Path(one.stored).suffix}")[0] or "application/octet-stream"
    row = upsert(DocumentRow).values(
        sha256=one.sha256, size=size, media_type=media_type, file_name=one.name, stored=one.stored, first_seen=now()
    )
    session.execute(row.on_conflict_do_nothing())


def _suffix(path: Path) -> str:
    """The ending, which says what a file claims to be, where it can stand in any file's name."""
    suffix = path.suffix.lower()
    return suffix if suffix.isascii() and suffix[1:].isalnum() else ""


def _name(path: Path) -> str:
    return shown(Path(path.name))
