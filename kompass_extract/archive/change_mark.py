"""Whether anything in a store changed since one looked last, without reading its tables.

SQLite counts the commits of other connections, PostgreSQL names what a transaction can see.  What has the same mark
holds the same rows; another mark may stand for a change that one does not care for, such as a heartbeat.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import text

from kompass_extract.archive.store import Store


class ChangeMark:
    """The mark of one store; close it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._watching: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def now(self) -> object:
        """Return the mark of the store as it is; None where it tells nothing."""
        return self._of_file() if self._store.is_sqlite else self._of_server()

    def close(self) -> None:
        """Let go of the store."""
        if self._watching is not None:
            self._watching.close()
            self._watching = None

    def _of_server(self) -> object:
        with self._store.read() as session:
            return session.execute(text("SELECT CAST(pg_current_snapshot() AS text)")).scalar()

    def _of_file(self) -> object:
        path = Path(self._store.engine.url.database or "")
        try:
            status = path.stat()
            if self._file != (status.st_dev, status.st_ino):  # another file came to its place
                self.close()
                self._file = (status.st_dev, status.st_ino)
            if self._watching is None:
                self._watching = sqlite3.connect(
                    f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
                )
            return self._file, self._watching.execute("PRAGMA data_version").fetchone()[0]
        except (OSError, sqlite3.Error):
            return None
