"""A backup made while everything runs, compared with its checksums, and an archive made of it where none is."""

from __future__ import annotations

import errno
import json
import re
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from kompass_extract.archive import backup as backups
from kompass_extract.archive import store_copies
from kompass_extract.archive.backup import MANIFEST, backup, check, restore
from kompass_extract.archive.doctor import Level, examine
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import ingest
from kompass_extract.archive.results import Status
from kompass_extract.archive.schema import ReportRow
from kompass_extract.archive.store import Store
from kompass_extract.cli import main
from kompass_extract.errors import BackupError, OutputError, StoreError
from tests.support.ingesting import FAST, OTHER, Inputs, report_ids, rows
from tests.support.postgres import emptied, running_postgres

LINE = '{"id":"1"}\n'


@pytest.fixture
def filled(archive: Archive, inputs: Inputs) -> Archive:
    """An archive with reports, a former reading, decisions and users."""
    inputs.reports("sala-2023", "amal-2019")
    ingest(archive, [inputs.folder], FAST)
    ingest(archive, [inputs.folder / "0000-sala-2023.txt"], OTHER)
    archive.journal.write_text(LINE, encoding="utf-8")
    with sqlite3.connect(archive.folder / "access.db") as users:
        users.execute("CREATE TABLE users (name TEXT)")
        users.execute("INSERT INTO users VALUES ('Anna')")
    users.close()
    (archive.folder / "access.db").chmod(0o600)
    return archive


def contents(folder: Path) -> dict[str, bytes]:
    """Every file that belongs into a backup; of SQLite files only their names."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {
        name: b"" if ".db" in name else path.read_bytes()
        for name, path in named.items()
        if not name.startswith(("cache/", "prefect/")) and name != MANIFEST and not name.endswith(("-wal", "-shm"))
    }


def test_what_comes_back_is_what_went_in(filled: Archive, tmp_path: Path) -> None:
    made = backup(filled, tmp_path / "backup")
    assert made.problems == ()
    assert contents(tmp_path / "backup") == contents(filled.folder)
    assert not (tmp_path / "backup" / "cache").exists()
    assert not list(filled.cache.glob("backup-*"))
    back = Archive.at(tmp_path / "back")
    restore(tmp_path / "backup", back)
    assert contents(back.folder) == contents(filled.folder)
    assert report_ids(back) == ["amal-2019", "sala-2023"]
    for statement in ("SELECT id, kind, status, done FROM store_runs", "SELECT * FROM store_files"):
        assert rows(back, statement) == rows(filled, statement)
    assert (back.folder / "access.db").stat().st_mode & 0o777 == 0o600
    assert all(one.level is not Level.ERROR for one in examine(back, deep=True) if one.about in {"files", "reports"})
    assert ingest(back, [tmp_path / "in" / "0001-amal-2019.txt"], FAST).of(Status.DONE) == ()


def test_nothing_is_written_over(filled: Archive, tmp_path: Path) -> None:
    backup(filled, tmp_path / "backup")
    before = contents(tmp_path)
    with pytest.raises(BackupError, match="not empty"):
        backup(filled, tmp_path / "backup")
    with pytest.raises(BackupError, match="not empty"):
        restore(tmp_path / "backup", filled)
    store = Archive.at(tmp_path / "elsewhere", filled.store_url)
    with pytest.raises(BackupError, match="exists; nothing is written over"):
        restore(tmp_path / "backup", store)
    assert contents(tmp_path) == before


def test_an_empty_folder_will_do(filled: Archive, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "back").mkdir()
    backup(filled, tmp_path / "backup")
    restore(tmp_path / "backup", Archive.at(tmp_path / "back"))
    assert report_ids(Archive.at(tmp_path / "back")) == ["amal-2019", "sala-2023"]


@pytest.mark.parametrize("damage", ["changed", "gone", "shorter"])
def test_a_backup_that_is_not_whole_is_not_restored(filled: Archive, tmp_path: Path, damage: str) -> None:
    backup(filled, tmp_path / "backup")
    victim = tmp_path / "backup" / "reports" / "sala-2023.json"
    content = victim.read_bytes()
    if damage == "gone":
        victim.unlink()
    else:
        victim.write_bytes(content[:-1] if damage == "shorter" else content[:-1] + b"x")
    with pytest.raises(BackupError, match=r"reports/sala-2023\.json is missing or changed"):
        restore(tmp_path / "backup", Archive.at(tmp_path / "back"))
    assert not (tmp_path / "back").exists()


def test_a_manifest_cannot_reach_out_of_its_folder(filled: Archive, tmp_path: Path) -> None:
    backup(filled, tmp_path / "backup")
    path = tmp_path / "backup" / MANIFEST
    manifest = json.loads(path.read_bytes())
    manifest["files"]["../secret"] = {"size": 0, "sha256": "0" * 64}
    path.write_text(json.dumps(manifest))
    with pytest.raises(BackupError, match="missing or changed"):
        check(tmp_path / "backup")


def test_a_backup_of_a_newer_program_is_refused(filled: Archive, tmp_path: Path) -> None:
    backup(filled, tmp_path / "backup")
    path = tmp_path / "backup" / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "revision": "9999"}))
    with pytest.raises(BackupError, match="newer kompass"):
        restore(tmp_path / "backup", Archive.at(tmp_path / "back"))
    assert not (tmp_path / "back").exists()


def test_what_is_no_backup_or_lies_in_the_archive_is_named(filled: Archive, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="is no backup"):
        check(tmp_path)
    with pytest.raises(BackupError, match="in the archive itself"):
        backup(filled, filled.folder / "backup")
    with pytest.raises(StoreError, match="There is no store"):
        backup(Archive.at(tmp_path / "nothing"), tmp_path / "backup")


def test_an_input_that_was_damaged_before_is_told_and_kept(filled: Archive, tmp_path: Path) -> None:
    victim = next(filled.files.rglob("*.txt"))
    victim.write_bytes(b"x" * victim.stat().st_size)
    result = CliRunner().invoke(main, ["backup", str(tmp_path / "backup"), "--archive", str(filled.folder)])
    assert result.exit_code == 1
    (damaged,) = re.findall(r"damaged before the backup: (.+)", result.stderr)
    assert Path(damaged).name == victim.name
    assert Path(damaged).read_bytes() == victim.read_bytes()
    assert check(tmp_path / "backup").files


def test_a_full_disk_leaves_nothing_behind(filled: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups.os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        backup(filled, tmp_path / "backup")
    assert not list(tmp_path.glob(".backup.*"))
    assert not (tmp_path / "backup").exists()
    assert not list(filled.cache.glob("backup-*"))


def test_a_full_target_of_the_store_s_copy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "archive.db", tmp_path / "copy.db"
    with sqlite3.connect(source) as connection:
        connection.execute("CREATE TABLE texts (text TEXT)")
        connection.execute("INSERT INTO texts VALUES (?)", ("text " * 10_000,))
    connection.close()
    connect = sqlite3.connect

    def small(place: object, **more: object) -> sqlite3.Connection:
        made = connect(place, **more)  # type: ignore[call-overload]
        if place == target:
            made.execute("PRAGMA max_page_count = 2")
        return made

    monkeypatch.setattr(store_copies.sqlite3, "connect", small)
    with pytest.raises(OSError, match="No space left") as error:
        store_copies.copy_sqlite(source, target)
    assert error.value.filename == str(target)


def test_an_archive_whose_cache_cannot_be_written_is_said(
    filled: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(filled.cache, ignore_errors=True)
    filled.cache.write_text("")  # where a folder should be, which also root cannot make
    with pytest.raises(BackupError, match="needs that folder"):
        backup(filled, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_file_systems_without_links_are_copied(
    filled: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*given: object, **named: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(backups.os, "link", no_links)
    backup(filled, tmp_path / "backup")
    assert contents(tmp_path / "backup") == contents(filled.folder)


def test_a_backup_beside_an_ingestion_is_of_one_moment(archive: Archive, inputs: Inputs, tmp_path: Path) -> None:
    """Whenever it is made, its reports and its rows are the same ones, and each row is that of its file."""
    inputs.reports(*(f"sala-{2000 + number}" for number in range(16)))
    ingest(archive, [inputs.folder / "0000-sala-2000.txt"], FAST)
    running = threading.Thread(target=ingest, args=(archive, [inputs.folder], FAST))
    running.start()
    made = [backup(archive, tmp_path / "backup0").folder]
    while running.is_alive() and len(made) < 200:
        made.append(backup(archive, tmp_path / f"backup{len(made)}").folder)
    running.join()
    for number, folder in enumerate(made):
        back = Archive.at(tmp_path / f"back{number}")
        restore(folder, back)
        report_ids(back)  # compares files, rows and ids
        assert all(one.level is not Level.ERROR for one in examine(back) if one.about in {"files", "reports", "store"})
    assert len(report_ids(archive)) == 16


def test_another_backup_at_the_same_time_is_refused(filled: Archive, tmp_path: Path) -> None:
    with backups._staging(filled), pytest.raises(BackupError, match="Another backup"):
        backup(filled, tmp_path / "backup")


def test_what_a_killed_backup_left_is_removed_by_the_next(filled: Archive, tmp_path: Path) -> None:
    left = filled.cache / "backup-dead" / "reports"
    left.mkdir(parents=True)
    backup(filled, tmp_path / "backup")
    assert not left.parent.exists()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_postgres() as made:
        yield made


@pytest.mark.slow
def test_postgresql_is_dumped_and_brought_back(archive: Archive, inputs: Inputs, tmp_path: Path, url: str) -> None:
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    there = Archive.at(archive.folder, emptied(url))
    inputs.reports("sala-2023", "amal-2019")
    ingest(there, [inputs.folder], FAST)
    backup(there, tmp_path / "backup")
    assert check(tmp_path / "backup").store == "postgresql"
    back = Archive.at(tmp_path / "back", url)
    with pytest.raises(BackupError, match="holds tables"):
        restore(tmp_path / "backup", back)
    emptied(url)
    restore(tmp_path / "backup", back)
    store = Store.at(url)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(ReportRow)) == 2
        assert session.scalar(text("SELECT count(*) FROM store_runs")) == 1
    store.close()
    assert (tmp_path / "back" / "reports" / "sala-2023.json").exists()


@pytest.mark.slow
def test_a_store_of_another_kind_is_made_from_the_files(filled: Archive, tmp_path: Path, url: str) -> None:
    backup(filled, tmp_path / "backup")
    emptied(url)
    given = ["restore", str(tmp_path / "backup"), "--archive", str(tmp_path / "back"), "--store", url]
    result = CliRunner().invoke(main, given)
    assert result.exit_code == 0, result.output
    store = Store.at(url)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(ReportRow)) == 2
    store.close()
    assert not (tmp_path / "back" / store_copies.SQLITE_COPY).exists()


def test_the_commands_say_what_they_did(filled: Archive, tmp_path: Path) -> None:
    made = CliRunner().invoke(main, ["backup", str(tmp_path / "backup"), "--archive", str(filled.folder)])
    assert made.exit_code == 0, made.output
    assert "all compared" in made.output
    checked = CliRunner().invoke(main, ["restore", str(tmp_path / "backup"), "--check"])
    assert "all whole" in checked.output
    restored = CliRunner().invoke(main, ["restore", str(tmp_path / "backup"), "--archive", str(tmp_path / "back")])
    assert restored.exit_code == 0, restored.output
    taken = CliRunner().invoke(main, ["restore", str(tmp_path / "backup"), "--archive", str(tmp_path / "back")])
    assert taken.exit_code == 29
