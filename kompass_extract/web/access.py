"""Users, sessions and failed log-ins, kept in a file of their own beside the archive.

Passwords are kept as argon2id hashes, session tokens as SHA-256, so that the file's reader can neither log in nor
take over a session.  The file survives a restart, and with it the reviewers' sessions.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from kompass_extract.errors import UsageError

SHORTEST_PASSWORD = 10
LONGEST_NAME = 60
IDLE_S = 12 * 3600  # a working day
LONGEST_SESSION_S = 7 * 24 * 3600
STRANGER_S = 3600  # the session of somebody who has not logged in holds a form's token, no more
SEEN_STEP_S = 60  # how exactly the last use is kept; every request would be a write otherwise
WINDOW_S = 15 * 60  # in which failed log-ins are counted
FAILURES_OF_A_NAME = 5  # of one name from one address
FAILURES_OF_AN_ADDRESS = 20
_HASHES_AT_A_TIME = threading.BoundedSemaphore(2)  # each takes 64 MiB and a core

_TABLES = """
CREATE TABLE IF NOT EXISTS users (name TEXT PRIMARY KEY, hash TEXT NOT NULL, added REAL NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (
  token TEXT PRIMARY KEY, name TEXT, csrf TEXT NOT NULL, begun REAL NOT NULL, seen REAL NOT NULL);
CREATE TABLE IF NOT EXISTS failures (name TEXT NOT NULL, address TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS failures_at ON failures (at);
"""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser's session; ``name`` None until somebody has logged in or said who they are."""

    name: str | None
    csrf: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A new session and the token that its cookie carries."""

    token: str
    session: Session


class TooManyAttemptsError(Exception):
    """Log-ins have failed too often; ``wait`` is how many seconds to wait."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"too many attempts, wait {wait} s")
        self.wait = wait


class Access:
    """Who is let in; safe to use from several threads, and from several servers on one file."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._clock = clock
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, timeout=5.0)
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _TABLES)
        self._hasher = PasswordHasher()
        self._nobody: str | None = None

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def user_names(self) -> tuple[str, ...]:
        """All users by name."""
        return tuple(row[0] for row in self._rows("SELECT name FROM users ORDER BY name"))

    def set_password(self, name: str, password: str) -> None:
        """Add a user or give one a new password, which ends their sessions; UsageError for one that will not do."""
        clean = clean_name(name)
        if clean is None:
            raise UsageError(f"A name has 1 to {LONGEST_NAME} letters, without control characters.")
        if len(password) < SHORTEST_PASSWORD:
            raise UsageError(f"A password has at least {SHORTEST_PASSWORD} characters.")
        hashed = self._hasher.hash(password)
        with self._transaction() as run:
            run("INSERT OR REPLACE INTO users VALUES (?, ?, ?)", (clean, hashed, self._clock()))
            run("DELETE FROM sessions WHERE name = ?", (clean,))

    def remove_user(self, name: str) -> bool:
        """Take a user and their sessions away; False where there was none."""
        with self._transaction() as run:
            run("DELETE FROM sessions WHERE name = ?", (name,))
            return run("DELETE FROM users WHERE name = ?", (name,)).rowcount > 0

    def verify(self, name: str, password: str, address: str) -> bool:
        """Whether the password is the user's; TooManyAttemptsError before it is even looked at."""
        self._limit(name, address)
        stored = self._rows("SELECT hash FROM users WHERE name = ?", (name,))
        right = self._matches(stored[0][0] if stored else self._hash_of_nobody(), password) and bool(stored)
        with self._transaction() as run:
            if right:
                run("DELETE FROM failures WHERE name = ? AND address = ?", (name, address))
            else:
                run("INSERT INTO failures VALUES (?, ?, ?)", (name[:LONGEST_NAME], address, self._clock()))
        return right

    def begin(self, name: str | None) -> Begun:
        """A new session; those that have expired are forgotten at the occasion."""
        token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), self._clock()
        with self._transaction() as run:
            run(
                "DELETE FROM sessions WHERE seen < ? OR begun < ? OR (name IS NULL AND begun < ?)",
                (now - IDLE_S, now - LONGEST_SESSION_S, now - STRANGER_S),
            )
            run("INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", (_digest(token), name, csrf, now, now))
        return Begun(token, Session(name, csrf))

    def find(self, token: str) -> Session | None:
        """The session of a cookie's token; None where there is none or it has expired."""
        rows = self._rows("SELECT name, csrf, begun, seen FROM sessions WHERE token = ?", (_digest(token),))
        if not rows:
            return None
        name, csrf, begun, seen = rows[0]
        now = self._clock()
        if now - seen > IDLE_S or now - begun > (STRANGER_S if name is None else LONGEST_SESSION_S):
            return None
        if now - seen > SEEN_STEP_S:
            with self._transaction() as run:
                run("UPDATE sessions SET seen = ? WHERE token = ?", (now, _digest(token)))
        return Session(name, csrf)

    def end(self, token: str) -> None:
        """Forget a session."""
        with self._transaction() as run:
            run("DELETE FROM sessions WHERE token = ?", (_digest(token),))

    def _limit(self, name: str, address: str) -> None:
        since = self._clock() - WINDOW_S
        with self._transaction() as run:
            run("DELETE FROM failures WHERE at < ?", (since,))
        times = self._rows("SELECT name, at FROM failures WHERE address = ? ORDER BY at", (address,))
        own = [at for other, at in times if other == name]
        if len(own) >= FAILURES_OF_A_NAME or len(times) >= FAILURES_OF_AN_ADDRESS:
            first = own[0] if len(own) >= FAILURES_OF_A_NAME else times[0][1]
            raise TooManyAttemptsError(max(1, round(first - since)))

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            with _HASHES_AT_A_TIME:
                return self._hasher.verify(hashed, password)
        except (Argon2Error, InvalidHashError):
            return False

    def _hash_of_nobody(self) -> str:
        """A hash to compare with where there is no such user, so that the answer takes as long."""
        if self._nobody is None:
            self._nobody = self._hasher.hash(secrets.token_urlsafe(16))
        return self._nobody

    def _rows(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        with self._lock, self._connection:
            yield self._connection.execute


def clean_name(name: str) -> str | None:
    """A reviewer's name as decisions carry it, spaces around it taken away; None for one that will not do."""
    clean = " ".join(name.split())
    return clean if 0 < len(clean) <= LONGEST_NAME and clean.isprintable() else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
