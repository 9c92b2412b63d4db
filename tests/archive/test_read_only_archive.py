"""An archive that one may read and not write: it is searched, compared, exported and browsed all the same."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from starlette.testclient import TestClient

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.store import Store
from kompass_extract.archive.write_access import cache_of, may_write
from kompass_extract.cli import main
from kompass_extract.errors import StoreError
from kompass_extract.web.browse.browse_app import create_browse_app
from kompass_extract.web.web_settings import WebSettings
from tests.support.answers_archive import filled


@contextmanager
def read_only(folder: Path, place: Path) -> Iterator[Path]:
    """The folder as somebody sees it who cannot write it: by its permissions, or for root as a mount at ``place``."""
    if os.geteuid() != 0:
        folder.chmod(0o555)
        try:
            yield folder
        finally:
            folder.chmod(0o755)
        return
    place.mkdir()
    mounting = ["mount", "--bind", "-o", "ro", str(folder), str(place)]
    if subprocess.run(mounting, check=False, capture_output=True).returncode:
        pytest.skip("root may write everywhere here, and cannot mount")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A filled archive that this user cannot write."""
    monkeypatch.setenv("KOMPASS_CACHE", str(tmp_path / "own"))
    with read_only(filled(tmp_path / "archive"), tmp_path / "mounted") as folder:
        yield folder


def called(*args: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in args])


def test_who_may_only_read_asks_as_others_do(locked: Path, tmp_path: Path) -> None:
    assert not may_write(locked)
    for asked in (
        ("search", "dialog"),
        ("compare", "sala-2023"),
        ("export", "--out", tmp_path / "out", "--formats", "csv"),
        ("notify", "list"),
    ):
        done = called(*asked, "--archive", locked)
        assert done.exit_code == 0, (asked, done.output)
    assert (tmp_path / "out" / "csv" / "areas.csv").is_file()
    assert not (locked / "cache").exists()
    assert (cache_of(Archive.at(locked)) / "answers.db").is_file()


def test_the_pages_are_served_from_it(locked: Path, tmp_path: Path) -> None:
    archive = Archive.at(locked)
    web = WebSettings(access=tmp_path / "access.db", picture_cache=cache_of(archive) / "pictures")
    pages = TestClient(create_browse_app(archive, web), base_url="http://127.0.0.1")
    for path in ("", "report/sala-2023", "compare/sala-2023", "search?q=dialog", "download/csv/areas.csv"):
        assert pages.get(f"/browse/{path}").status_code == 200, path


def test_a_command_that_writes_says_who_may(locked: Path) -> None:
    store = Store.open(Archive.at(locked))
    with pytest.raises(StoreError, match="somebody who may write in the archive's folder"), store.write() as session:
        session.execute(text("DELETE FROM store_notices"))
    store.close()


def test_a_store_of_an_older_program_says_what_brings_it_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive.at(filled(tmp_path / "archive"))
    store = Store.open(archive)
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    store.close()
    monkeypatch.setattr("kompass_extract.archive.store.may_write", lambda _: False)
    with pytest.raises(StoreError, match="may write there run kompass search"):
        Store.open(archive)


def test_what_was_written_last_is_not_left_out_in_silence(tmp_path: Path) -> None:
    """A log that only somebody who may write can take in makes an error, not an older answer."""
    archive = Archive.at(filled(tmp_path / "archive"))
    writing = Store.open(archive)
    with writing.write() as session:
        session.execute(text("DELETE FROM store_notices"))
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("archive.db", "archive.db-wal"):
        (copy / name).write_bytes((archive.folder / name).read_bytes())
    writing.close()
    assert (copy / "archive.db-wal").stat().st_size
    with read_only(copy, tmp_path / "mounted") as place, pytest.raises(StoreError, match=r"archive\.db-wal"):
        Store.open(Archive.at(place))
