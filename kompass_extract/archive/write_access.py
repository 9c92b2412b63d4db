"""Archives that one may read and not write: another user's folder, a read-only mount, a snapshot.

What only looks at such an archive works: its store is opened to be read, and what is made from it stands in a cache of
one's own.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from pathlib import Path

from kompass_extract.archive.folder import Archive
from kompass_extract.errors import StoreError

CACHE_VARIABLE = "KOMPASS_CACHE"
_ID_DIGITS = 16


def may_write(path: Path) -> bool:
    """Whether this user may write a file or folder, or make it where it is not there yet."""
    there = next((one for one in (path, *path.parents) if one.exists()), path)
    return os.access(there, os.W_OK)


def cache_of(archive: Archive) -> Path:
    """The archive's cache; one's own for that archive (KOMPASS_CACHE, else ~/.cache) where it cannot be written."""
    if may_write(archive.cache):
        return archive.cache
    named = os.environ.get(CACHE_VARIABLE)
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kompass-extract"
    return (Path(named) if named else usual) / hashlib.sha256(str(archive.folder).encode()).hexdigest()[:_ID_DIGITS]


def connect_to_look(path: Path, timeout: float) -> sqlite3.Connection:
    """A connection to a SQLite file that is never written; StoreError where part of it is in a log one cannot read."""
    address = path.resolve().as_uri()
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=timeout, check_same_thread=False)
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise StoreError(
                f"The store {path} cannot be read: what was written last is still in {log.name}, and the folder cannot "
                "be written here. Let somebody who may write there run kompass doctor once."
            ) from error
        return sqlite3.connect(f"{address}?immutable=1", uri=True, timeout=timeout, check_same_thread=False)
    return connection
