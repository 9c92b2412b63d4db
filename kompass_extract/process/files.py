"""Files written whole or not at all, and their SHA-256.

A file gets its name when all of it is on the disk, so that a reader sees the old file or the new one and nothing in
between, and a killed process leaves nothing behind.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NO_UNNAMED_FILES = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL})  # of O_TMPFILE, linkat
_OF_SQLITE = {
    sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_READONLY: errno.EROFS, sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
}  # fmt: skip


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hex; OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, data: bytes | str, *, exclusive: bool = False, mode: int = 0o666) -> None:
    """Write ``path`` atomically, text as UTF-8, and its folder where that is missing; OSError where it cannot be.

    With ``exclusive`` FileExistsError is raised where a file of that name exists.  The umask is taken off ``mode``.
    """
    content = data.encode() if isinstance(data, str) else data
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            _write_unnamed(path, content, folder, exclusive, mode)
        except OSError as error:
            if error.errno not in _NO_UNNAMED_FILES:
                raise
            _write_beside(path, content, exclusive, mode)
    finally:
        os.close(folder)


def _write_unnamed(path: Path, data: bytes, folder: int, exclusive: bool, mode: int) -> None:
    """Write a file without a name and name it: the kernel takes it away if this process ends before."""
    with os.fdopen(os.open(path.parent, os.O_TMPFILE | os.O_WRONLY, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        here = f"/proc/self/fd/{file.fileno()}"
        if exclusive:
            os.link(here, path, src_dir_fd=folder, follow_symlinks=True)  # a folder's descriptor makes it linkat(2)
            return
        named = path.with_name(f".{secrets.token_hex(8)}.part")  # a link replaces nothing, a renaming does
        os.link(here, named, src_dir_fd=folder, follow_symlinks=True)
        named.replace(path)


def _write_beside(path: Path, data: bytes, exclusive: bool, mode: int) -> None:
    """As ``_write_unnamed``, on a file system that has no files without a name."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode & ~umask())  # temporary files are made for their owner alone
        if exclusive:
            path.touch(exist_ok=False)  # claims the name, on file systems without links too
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def sqlite_kind(error: BaseException | None) -> int | None:
    """SQLite's code for the kind of an error, without the bits that say its details; None of any other error."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


@contextmanager
def disk_errors() -> Iterator[None]:
    """Raise OSError where SQLite says that a file could not be written; its other errors stay what they are."""
    try:
        yield
    except sqlite3.OperationalError as error:
        number = _OF_SQLITE.get(sqlite_kind(error) or 0)
        if number is None:
            raise
        raise OSError(number, os.strerror(number)) from error


def umask() -> int:
    """The permissions that files of this process are made without."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
