"""The store: SQLite in the archive's folder, or PostgreSQL by its URL.

``read`` and ``write`` give a session in one transaction each.  A writer takes SQLite's lock at its beginning,
so that two writers wait for one another instead of failing half-way.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import FieldRow, ReportIdRow, ReportRow
from kompass_extract.archive.write_access import connect_to_look, may_write
from kompass_extract.errors import StoreError
from kompass_extract.process.files import sqlite_kind

RETRY_SECONDS = 0.05  # between two tries to set a new store's journal mode, which nobody can wait for
BUSY_SECONDS = 60  # how long a writer waits for another; a report's rows take milliseconds, a rebuild seconds
_MIGRATIONS = "kompass_extract.archive.migrations"
_MIGRATION_LOCK = 0x6B6F6D70  # any number that all who migrate agree on
_WRITES = "kompass_writes"


def now() -> str:
    """The time as the store's rows have it."""
    return stamp(datetime.now(UTC))


def stamp(time: datetime) -> str:
    """A time in UTC as the store's rows have it: ISO 8601, milliseconds."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Store:
    """An open store whose tables are those of this program."""

    def __init__(self, engine: Engine, *, read_only: bool = False) -> None:
        self.read_only = read_only
        """Whether this user may only look at it."""
        self._reader = engine
        self._writer = engine.execution_options(**{_WRITES: True})

    @classmethod
    def open(cls, archive: Archive) -> Store:
        """The archive's store, made and brought up to date where needed, or to be read alone; StoreError."""
        if (read := cls._read_only(archive)) is not None:
            return read
        if archive.store_file is not None:
            _make_folder(archive.store_file.parent)
        return cls.at(archive.store_url)

    @classmethod
    def at(cls, url: str) -> Store:
        """The store at a SQLAlchemy URL, made and brought up to date where needed; StoreError."""
        store = cls(_engine(url))
        with store._explained():
            if store.revision() != newest_revision():
                store._migrate()
        return store

    @classmethod
    def unchanged(cls, archive: Archive) -> Store:
        """The archive's store as it is, for looking at it; StoreError where there is none."""
        if archive.store_file is not None and not archive.store_file.exists():
            raise StoreError(f"There is no store in {archive.folder}. Run kompass ingest, or kompass rebuild.")
        return cls._read_only(archive) or cls(_engine(archive.store_url))

    @classmethod
    def _read_only(cls, archive: Archive) -> Store | None:
        """The store where this user may not write it; StoreError where it would have to be brought up to date."""
        file = archive.store_file
        if file is None or not file.exists() or (may_write(file) and may_write(file.parent)):
            return None
        store = cls(_engine(archive.store_url, looked_at=file), read_only=True)
        with store._explained():
            if store.revision() != newest_revision():
                raise StoreError(
                    f"The store {file} is of another version of kompass, and it cannot be written here, so that it "
                    "cannot be brought up to date. Let somebody who may write there run kompass search once."
                )
        return store

    @property
    def is_sqlite(self) -> bool:
        return self._reader.dialect.name == "sqlite"

    @property
    def engine(self) -> Engine:
        return self._reader

    def close(self) -> None:
        self._reader.dispose()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the store throughout; StoreError."""
        with self._explained(), Session(self._reader, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are kept together when the block ends well, and not at all otherwise; StoreError."""
        with self._explained(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def clock(self, session: Session) -> float:
        """Seconds since 1970 by the clock that all users of the store share."""
        if self.is_sqlite:
            return time.time()
        return float(session.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())

    def keep_reports_still(self, session: Session) -> None:
        """Let nobody record a report until the writing ``session`` ends; those who are at it end first."""
        session.connection()  # begins the transaction, which keeps SQLite's other writers out
        if not self.is_sqlite:
            tables = ", ".join(one.__tablename__ for one in (ReportIdRow, ReportRow, FieldRow))  # in their order of use
            session.execute(text(f"LOCK TABLE {tables} IN EXCLUSIVE MODE"))

    def revision(self) -> str | None:
        """The revision of the tables, None where there are none yet."""
        with self._explained(), self._reader.connect() as connection:
            return _revision(connection)

    def _migrate(self) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(resources.files(_MIGRATIONS)))
        with self._writer.begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            present, newest = _revision(connection), newest_revision()
            if present is not None and present > newest:
                raise StoreError(
                    f"The store was made by a newer kompass (revision {present}; this one knows {newest}). "
                    "Use the newer program."
                )
            if present != newest:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What a database reports as something to act on; mistakes in statements stay what they are."""
        try:
            yield
        except OperationalError as error:
            raise StoreError(_explanation(error, self._reader)) from error
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.DatabaseError) and type(error.orig) is sqlite3.DatabaseError:
                raise StoreError(_explanation(error, self._reader)) from error
            raise


def newest_revision() -> str:
    """The revision this program's tables have."""
    return _newest_revision()


@cache
def _newest_revision() -> str:
    steps = resources.files(_MIGRATIONS).joinpath("versions").iterdir()
    return max(step.name[:4] for step in steps if step.name[:4].isdigit())


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The archive's folder {folder} cannot be made ({error.strerror}). Choose another --archive."
        ) from error


def _engine(url: str, looked_at: Path | None = None) -> Engine:
    try:
        parsed = make_url(url)
        if looked_at is not None:
            engine = create_engine(parsed, creator=lambda: connect_to_look(looked_at, BUSY_SECONDS))
            event.listen(engine, "connect", _prepare_to_look)
            event.listen(engine, "begin", _begin_sqlite)
        elif parsed.get_backend_name() == "sqlite":
            engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        elif parsed.get_backend_name() == "postgresql":
            engine = create_engine(parsed, pool_pre_ping=True, isolation_level="READ COMMITTED")
        else:
            raise StoreError(
                f"A store on {parsed.get_backend_name()} is not known. Give sqlite:///… or postgresql+psycopg://…."
            )
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StoreError(
            f"The store's URL cannot be used ({error}). Give sqlite:///… or postgresql+psycopg://…, "
            "with the optional part 'cluster' installed for the latter."
        ) from error
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says so
    _write_ahead(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:
    """Set the journal's mode, which fails at once and without the busy timeout where others open a new store too."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if sqlite_kind(error) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return


def _prepare_to_look(connection: Any, record: object) -> None:
    connection.isolation_level = None


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _explanation(error: DBAPIError, engine: Engine) -> str:
    said = next(iter(str(error.orig).strip().splitlines()), "no reason given").rstrip(".")
    place = engine.url.render_as_string(hide_password=True)
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL:
        advice = "The disk is full; make room and run the same command again."
    elif code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        advice = "Another program holds it; wait for that, or end it, and run the same command again."
    elif code == sqlite3.SQLITE_READONLY:
        advice = "Run this as somebody who may write in the archive's folder."
    elif code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        advice = "Move it away and make it anew from the reports: kompass rebuild."
    elif engine.dialect.name == "sqlite":
        advice = "Look at the folder's permissions and at the disk."
    else:
        advice = "Is the server running, and are its database, the name and the password right?"
    return f"The store {place} cannot be used: {said}. {advice}"
