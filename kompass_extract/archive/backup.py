"""A backup of a whole archive, made while everything runs, and an archive made of a backup.

A backup is a folder: the archive's files as they lie in it, the store beside them (``archive.db``, or ``store.dump`` of
PostgreSQL), and ``manifest.json`` with the size and SHA-256 of each.  ``cache/`` and ``prefect/`` can be made again and
are left out; so are the settings of notices, which hold passwords.

What belongs together is caught in one moment: reports are written within the store's transactions, so the store is
locked, copied, and the files that stand for its rows are linked under another name, which takes no time.  Inputs are
copied afterwards; they never change.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from kompass_extract import __version__
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.notices.notify_settings import FILE_NAME
from kompass_extract.archive.store import Store, newest_revision, now
from kompass_extract.archive.store_copies import (
    POSTGRES_COPY,
    SQLITE_COPY,
    copy_sqlite,
    dump_store,
    kind_of,
    require_no_store,
    restore_store,
)
from kompass_extract.errors import BackupError, OutputError
from kompass_extract.process.files import sha256_of, umask, write_whole

MANIFEST = "manifest.json"
FORMAT = 1
_LEFT_OUT = frozenset({"cache", "prefect", FILE_NAME})
_SQLITE_BESIDE = ("-wal", "-shm", "-journal")
_STAGING = "backup-"
_CHUNK = 1 << 20
_INPUTS = "files"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class BackupEntry(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class Manifest(BaseModel):
    """What a backup holds; ``store`` is sqlite or postgresql, ``revision`` that of its tables."""

    model_config = ConfigDict(frozen=True)

    format: int
    made: str
    version: str
    store: str
    revision: str | None
    files: dict[str, BackupEntry]


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made; ``problems`` names inputs that were damaged before."""

    folder: Path
    files: int
    size: int
    problems: tuple[str, ...]


def backup(archive: Archive, target: Path) -> BackedUp:
    """Make a backup of the archive in ``target``, a folder that is not there yet or empty.

    Every file is read again and compared; BackupError, StoreError, OutputError.
    """
    target = target.expanduser().resolve()
    _require_free(target)
    if target.is_relative_to(archive.folder):
        raise BackupError(f"{target} lies in the archive itself. Choose a folder outside, on another disk.")
    store = Store.unchanged(archive)
    try:
        with _explained(target), _beside(target) as making, _staging(archive) as staging:
            revision = store.revision()
            with store.write() as session:
                store.keep_reports_still(session)
                dump_store(archive, making)
                _stage(archive, staging)
            _copy_tree(staging, making)
            _copy_tree(archive.files, making / _INPUTS)
            manifest = _manifest(making, kind_of(archive), revision)
            write_whole(making / MANIFEST, manifest.model_dump_json(indent=1) + "\n")
            check(making)
            making.rename(target)
    finally:
        store.close()
    size = sum(one.size for one in manifest.files.values())
    return BackedUp(target, len(manifest.files), size, tuple(str(target / name) for name in _damaged(manifest)))


def check(folder: Path) -> Manifest:
    """Read a whole backup and compare it with its manifest; BackupError that names what is missing or changed."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except OSError as error:
        raise BackupError(
            f"{folder} is no backup: its {MANIFEST} cannot be read ({error.strerror}). "
            "Name a folder that kompass backup made."
        ) from error
    except ValidationError as error:
        raise BackupError(f"{folder / MANIFEST} is damaged: {error.errors()[0]['msg']}.") from error
    if manifest.format > FORMAT:
        raise BackupError(f"{folder} was made by a newer kompass ({manifest.version}). Use that one.")
    bad = [name for name, one in manifest.files.items() if not _is_whole(folder, name, one)]
    if bad:
        more = f" and {len(bad) - 3} more" if len(bad) > 3 else ""
        raise BackupError(
            f"{folder} is not whole: {', '.join(bad[:3])}{more} is missing or changed. "
            "Take an older backup, or make a new one."
        )
    return manifest


def restore(folder: Path, archive: Archive) -> Manifest:
    """Make an archive of a backup where none is; BackupError, StoreError, OutputError, and then nothing was changed.

    Where the store is to be of another kind than the backup's, it is left empty: ``rebuild`` fills it from the files.
    """
    folder = folder.expanduser().resolve()
    _require_free(archive.folder)
    require_no_store(archive)
    manifest = check(folder)
    if (manifest.revision or "") > newest_revision():
        raise BackupError(f"{folder} was made by a newer kompass ({manifest.version}). Use that one.")
    with _explained(archive.folder), _beside(archive.folder) as making:
        for name in manifest.files:
            if name not in (SQLITE_COPY, POSTGRES_COPY):
                _copy(folder / name, making / name)
        restore_store(folder, archive, making, manifest.store)
        making.rename(archive.folder)
    return manifest


def _require_free(target: Path) -> None:
    try:
        taken = target.exists() and (not target.is_dir() or any(target.iterdir()))
    except OSError as error:
        raise BackupError(f"{target} cannot be looked at ({error.strerror}).") from error
    if taken:
        raise BackupError(f"{target} is not empty; nothing is written over. Choose another folder.")


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = error.filename or target
        what = "Make room" if error.errno in _FULL else "See to it, or choose another folder,"
        raise OutputError(
            f"{place} could not be copied or written ({error.strerror}). {what} and try again."
        ) from error


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder beside ``target`` that gets its name when it is whole; gone where that does not come to pass."""
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part"))
    made.chmod(0o755 & ~umask())
    try:
        yield made
    finally:
        if made.exists():
            shutil.rmtree(made, ignore_errors=True)


@contextmanager
def _staging(archive: Archive) -> Iterator[Path]:
    """A folder of the archive's own file system; what a killed backup left there is removed first."""
    try:
        archive.cache.mkdir(parents=True, exist_ok=True)
        opened = (archive.cache / "backup.lock").open("wb")
    except OSError as error:
        raise BackupError(
            f"{archive.cache} cannot be written ({error.strerror}). A backup holds the archive still meanwhile and "
            "needs that folder for it. Make the backup as a user who may write there; of a snapshot, copy the folder."
        ) from error
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError("Another backup of this archive is being made. Wait for its end.") from error
        try:
            for left in archive.cache.glob(f"{_STAGING}*/"):
                shutil.rmtree(left, ignore_errors=True)
            with tempfile.TemporaryDirectory(dir=archive.cache, prefix=_STAGING) as made:
                yield Path(made)
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)  # a child that was forked meanwhile may hold the file open still


def _stage(archive: Archive, staging: Path) -> None:
    """Catch the files that belong to the store's state: links to what is only ever replaced, copies of the rest."""
    for path in sorted(archive.folder.iterdir()):
        if path.name in _LEFT_OUT or path == archive.files or path.name.startswith("."):
            continue
        if path.is_dir():
            for one in _files_below(path):
                _link(one, staging / one.relative_to(archive.folder))
        elif path.suffix == ".db":
            if path.name != SQLITE_COPY:
                copy_sqlite(path, staging / path.name)
        elif path.is_file() and not path.name.endswith(_SQLITE_BESIDE):
            _copy(path, staging / path.name)


def _files_below(folder: Path) -> list[Path]:
    """All finished files below a folder."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".")]


def _link(path: Path, link: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):  # removed since it was listed
        try:
            os.link(path, link)
        except OSError:  # a file system without links
            _copy(path, link)


def _copy_tree(source: Path, target: Path) -> None:
    """Copy all files below ``source``, where it is there."""
    for path in _files_below(source) if source.is_dir() else []:
        _copy(path, target / path.relative_to(source))


def _copy(source: Path, target: Path) -> None:
    """Copy a file with its times and permissions, and have it on the disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as reading, target.open("xb") as writing:
        shutil.copyfileobj(reading, writing, _CHUNK)
        writing.flush()
        os.fsync(writing.fileno())
    shutil.copystat(source, target)


def _damaged(manifest: Manifest) -> list[str]:
    """The inputs that have another content than their name tells."""
    inputs = ((Path(name), one) for name, one in manifest.files.items())
    return [str(path) for path, one in inputs if path.parts[0] == _INPUTS and not path.name.startswith(one.sha256)]


def _manifest(making: Path, store: str, revision: str | None) -> Manifest:
    files = {
        path.relative_to(making).as_posix(): BackupEntry(size=path.stat().st_size, sha256=sha256_of(path))
        for path in _files_below(making)
    }
    return Manifest(format=FORMAT, made=now(), version=__version__, store=store, revision=revision, files=files)


def _is_whole(folder: Path, name: str, one: BackupEntry) -> bool:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        return False  # a manifest is no reason to read or write elsewhere
    try:
        return path.stat().st_size == one.size and sha256_of(path) == one.sha256
    except OSError:
        return False
