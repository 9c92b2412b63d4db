"""The store as one file and back: SQLite by its backup interface, PostgreSQL by pg_dump and pg_restore."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, inspect
from sqlalchemy.engine import make_url

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.store import Store
from kompass_extract.errors import BackupError, StoreError
from kompass_extract.process.files import sqlite_kind

SQLITE_COPY, POSTGRES_COPY = "archive.db", "store.dump"
_PROGRAM_SECONDS = 3600.0  # for pg_dump and pg_restore; 5,000 reports take a minute


def kind_of(archive: Archive) -> str:
    """``sqlite`` or ``postgresql``."""
    return make_url(archive.store_url).get_backend_name()


def dump_store(archive: Archive, folder: Path) -> None:
    """Copy the store's state of this moment into ``folder``; StoreError."""
    if archive.store_file is not None:
        copy_sqlite(archive.store_file, folder / SQLITE_COPY)
        return
    url = make_url(archive.store_url)
    _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={folder / POSTGRES_COPY}")


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite file that others may be writing to; StoreError where it is damaged, OSError of a full target."""
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as reading,
            closing(sqlite3.connect(target)) as writing,
        ):
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
            found = writing.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        if sqlite_kind(error) == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target)) from error
        raise StoreError(f"{source} could not be copied ({error}). Look at it with kompass doctor.") from error
    if found != ("ok",):
        raise StoreError(f"{source} is damaged ({found[0]}). Make it anew by kompass rebuild before a backup.")
    target.chmod(source.stat().st_mode & 0o777)


def require_no_store(archive: Archive) -> None:
    """BackupError where the store that is to be made holds tables already; StoreError where it cannot be reached."""
    if (file := archive.store_file) is not None:
        if file.exists():
            raise BackupError(f"{file} exists; nothing is written over. Name another store, or move it away.")
        return
    store = Store.unchanged(archive)
    try:
        store.revision()  # says why where the server cannot be reached
        if inspect(store.engine).get_table_names():
            raise BackupError("The database holds tables; nothing is written over. Name an empty one by --store.")
    finally:
        store.close()


def restore_store(folder: Path, archive: Archive, making: Path, kind: str) -> None:
    """Make the store of the backup in ``folder``; ``making`` becomes the archive's folder.  StoreError, OSError.

    Nothing is done where the archive's store is of another kind.
    """
    if kind != kind_of(archive):
        return
    path = archive.store_file
    if path is None:
        options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        _run(make_url(archive.store_url), "pg_restore", *options, str(folder / POSTGRES_COPY))
        return
    inside = path.is_relative_to(archive.folder)
    target = making / path.relative_to(archive.folder) if inside else path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(folder / SQLITE_COPY, target)


def _run(url: URL, program: str, *options: str) -> None:
    """Run a program of PostgreSQL on the database; its password goes by the environment, where nobody else reads it."""
    found = shutil.which(program)
    if found is None:
        raise StoreError(f"{program} is not installed: apt-get install postgresql-client.")
    place = url.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    try:
        done = subprocess.run(
            [found, f"--dbname={place}", "--no-password", *options], env=environment, capture_output=True, text=True,
            timeout=_PROGRAM_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StoreError(f"{program} did not end well: {error}.") from error
    if done.returncode:
        said = next(iter(done.stderr.strip().splitlines()), "no reason given")
        raise StoreError(f"{program} failed: {said}.")
