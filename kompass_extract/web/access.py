"""Users, sessions and failed log-ins, kept in a file of their own beside the archive.

Passwords are kept as argon2id hashes, session tokens as SHA-256, so that the file's reader can neither log in nor
take over a session.  The file survives a restart, and with it the reviewers' sessions.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from kompass_extract.errors import UsageError
from kompass_extract.web.web_settings import ROLES, Role

SHORTEST_PASSWORD = 10
LONGEST_NAME = 60
IDLE_S = 12 * 3600  # a working day
LONGEST_SESSION_S = 7 * 24 * 3600
SEEN_STEP_S = 60  # how exactly the last use is kept; every request would be a write otherwise
WINDOW_S = 15 * 60  # in which failed log-ins are counted
FAILURES_OF_A_NAME = 5  # of one name from one address
FAILURES_OF_AN_ADDRESS = 20
FAILURES_ANYWHERE = 50  # of one name from all addresses: many machines guess together, and nobody is locked out by few
IPV6_NETWORK = 64  # bits of an address that one subscriber has for itself
_HASHES_AT_A_TIME = threading.BoundedSemaphore(2)  # each takes 64 MiB and a core

_TABLES = """
CREATE TABLE IF NOT EXISTS users (
  name TEXT PRIMARY KEY, hash TEXT NOT NULL, added REAL NOT NULL, role TEXT NOT NULL DEFAULT 'reviewer');
CREATE TABLE IF NOT EXISTS sessions (
  token TEXT PRIMARY KEY, name TEXT, csrf TEXT NOT NULL, begun REAL NOT NULL, seen REAL NOT NULL);
CREATE TABLE IF NOT EXISTS failures (name TEXT NOT NULL, address TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS failures_at ON failures (at);
CREATE TABLE IF NOT EXISTS keys (name TEXT PRIMARY KEY, secret BLOB NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser's session: who has logged in or said who they are, and the token of their forms."""

    name: str
    csrf: str


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in."""

    name: str
    role: Role


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
        self._add_roles()
        self._secret = self._form_secret()
        self._hasher = PasswordHasher()
        self._nobody: str | None = None

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def user_names(self) -> tuple[str, ...]:
        """All users by name."""
        return tuple(row[0] for row in self._rows("SELECT name FROM users ORDER BY name"))

    def users(self) -> tuple[User, ...]:
        """All users by name, with what they may do."""
        return tuple(User(name, role) for name, role in self._rows("SELECT name, role FROM users ORDER BY name"))

    def role_of(self, name: str) -> Role | None:
        """What a user may do; None for somebody who is none."""
        rows = self._rows("SELECT role FROM users WHERE name = ?", (name,))
        return cast(Role, rows[0][0]) if rows else None

    def set_role(self, name: str, role: Role) -> None:
        """Say what a user may do; UsageError where there is none, or where nobody would be left to say it."""
        if role not in ROLES or self.role_of(name) is None:
            raise UsageError(f"There is no user {name}, or no role {role}.")
        admins = [one.name for one in self.users() if one.role == "admin"]
        if admins == [name] and role != "admin":
            raise UsageError(f"{name} is the only admin. Make somebody else one first.")
        with self._transaction() as run:
            run("UPDATE users SET role = ? WHERE name = ?", (role, name))

    def set_password(self, name: str, password: str, *, role: Role | None = None, keep: str | None = None) -> None:
        """Add a user or give one a new password, which ends their sessions; UsageError for one that will not do.

        ``role`` None leaves what a user may do, a reviewer's where it is a new one; the session of the token ``keep``
        goes on.
        """
        clean = clean_name(name)
        if clean is None:
            raise UsageError(f"A name has 1 to {LONGEST_NAME} letters, without control characters.")
        if len(password) < SHORTEST_PASSWORD:
            raise UsageError(f"A password has at least {SHORTEST_PASSWORD} characters.")
        hashed = self._hasher.hash(password)
        with self._transaction() as run:
            run(
                "INSERT INTO users (name, hash, added, role) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, role = coalesce(?, role)",
                (clean, hashed, self._clock(), role or "reviewer", role),
            )
            run("DELETE FROM sessions WHERE name = ? AND token != ?", (clean, _digest(keep) if keep else ""))

    def remove_user(self, name: str) -> bool:
        """Take a user and their sessions away; False where there was none."""
        with self._transaction() as run:
            run("DELETE FROM sessions WHERE name = ?", (name,))
            return run("DELETE FROM users WHERE name = ?", (name,)).rowcount > 0

    def verify(self, name: str, password: str, address: str) -> bool:
        """Whether the password is the user's; TooManyAttemptsError before it is even looked at."""
        attempt = self._attempt(name, address)
        stored = self._rows("SELECT hash FROM users WHERE name = ?", (name,))
        right = self._matches(stored[0][0] if stored else self._hash_of_nobody(), password) and bool(stored)
        if right:
            own = (attempt, name[:LONGEST_NAME], counted_address(address))
            with self._transaction() as run:
                run("DELETE FROM failures WHERE rowid = ? OR (name = ? AND address = ?)", own)
        return right

    def form_token(self, nonce: str) -> str:
        """The token of a form that is given to a browser without a session, which keeps ``nonce`` in a cookie."""
        return hmac.new(self._secret, nonce.encode(), hashlib.sha256).hexdigest()

    def begin(self, name: str) -> Begun:
        """A new session; those that have expired are forgotten at the occasion."""
        token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), self._clock()
        with self._transaction() as run:
            run(
                "DELETE FROM sessions WHERE seen < ? OR begun < ? OR name IS NULL",
                (now - IDLE_S, now - LONGEST_SESSION_S),
            )
            run("INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", (_digest(token), name, csrf, now, now))
        return Begun(token, Session(name, csrf))

    def find(self, token: str) -> Session | None:
        """The session of a cookie's token; None where there is none or it has expired."""
        rows = self._rows("SELECT name, csrf, begun, seen FROM sessions WHERE token = ?", (_digest(token),))
        if not rows or rows[0][0] is None:
            return None
        name, csrf, begun, seen = rows[0]
        now = self._clock()
        if now - seen > IDLE_S or now - begun > LONGEST_SESSION_S:
            return None
        if now - seen > SEEN_STEP_S:
            with self._transaction() as run:
                run("UPDATE sessions SET seen = ? WHERE token = ?", (now, _digest(token)))
        return Session(name, csrf)

    def end(self, token: str) -> None:
        """Forget a session."""
        with self._transaction() as run:
            run("DELETE FROM sessions WHERE token = ?", (_digest(token),))

    def _attempt(self, name: str, address: str) -> int:
        """Count a try as failed before the password is looked at, so that tries at one time count each other."""
        name, address, now = name[:LONGEST_NAME], counted_address(address), self._clock()
        with self._transaction() as run:
            run("DELETE FROM failures WHERE at < ?", (now - WINDOW_S,))
            times = run(
                "SELECT name, address, at FROM failures WHERE address = ? OR name = ? ORDER BY at", (address, name)
            ).fetchall()
            limits = (
                ([at for other, place, at in times if (other, place) == (name, address)], FAILURES_OF_A_NAME),
                ([at for _, place, at in times if place == address], FAILURES_OF_AN_ADDRESS),
                ([at for other, _, at in times if other == name], FAILURES_ANYWHERE),
            )
            for failed, most in limits:
                if len(failed) >= most:
                    raise TooManyAttemptsError(max(1, round(failed[-most] - now + WINDOW_S)))
            return cast(int, run("INSERT INTO failures VALUES (?, ?, ?)", (name, address, now)).lastrowid)

    def _add_roles(self) -> None:
        """Bring a file of an earlier version up to date: whoever could review may do so still, the first decides."""
        if "role" not in {row[1] for row in self._rows("PRAGMA table_info(users)")}:
            with self._transaction() as run:
                run("ALTER TABLE users ADD COLUMN role TEXT NOT NULL DEFAULT 'reviewer'")
                run("UPDATE users SET role = 'admin' WHERE added = (SELECT min(added) FROM users)")

    def _form_secret(self) -> bytes:
        """The key of form tokens, the same for all servers on this file."""
        with self._transaction() as run:
            run("INSERT OR IGNORE INTO keys VALUES ('forms', ?)", (secrets.token_bytes(32),))
        return cast(bytes, self._rows("SELECT secret FROM keys WHERE name = 'forms'")[0][0])

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


def counted_address(address: str) -> str:
    """The address that failures are counted by: of IPv6 the network, which one subscriber has for itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None and not parsed.is_loopback:
        return str(ipaddress.ip_network((parsed, IPV6_NETWORK), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def clean_name(name: str) -> str | None:
    """A reviewer's name as decisions carry it, spaces around it taken away; None for one that will not do.

    Line breaks and other control characters are no spaces: a name that has one will not do.
    """
    clean = " ".join(name.split())
    plain = clean.isprintable() and not any(unicodedata.category(one) == "Cc" for one in name)
    return clean if 0 < len(clean) <= LONGEST_NAME and plain else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
