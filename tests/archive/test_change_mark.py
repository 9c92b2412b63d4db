"""The mark of a store: the same while nothing changed, another after a commit of any other connection."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from kompass_extract.archive.change_mark import ChangeMark
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.store import Store
from kompass_extract.review.answers import AnswerArchive
from tests.support import answers_archive
from tests.support.postgres import running_postgres


@contextmanager
def marked(store: Store) -> Iterator[ChangeMark]:
    mark = ChangeMark(store)
    yield mark
    mark.close()
    store.close()


def write(url: str, statement: str) -> None:
    other = Store.at(url)
    with other.write() as session:
        session.execute(text(statement))
    other.close()


NOTE = "INSERT INTO store_notices (key, topic, subject, body, created, taken_by) VALUES ('a', 'b', 'c', 'd', 'e', '')"


def check(url: str) -> None:
    with marked(Store.at(url)) as mark:
        first = mark.now()
        assert first is not None
        assert mark.now() == first
        write(url, NOTE)
        assert mark.now() != first


def test_sqlite_tells_of_another_connections_commit(tmp_path: Path) -> None:
    check(f"sqlite:///{tmp_path / 'archive.db'}")


def test_postgresql_tells_of_another_connections_commit() -> None:
    with running_postgres() as url:
        check(url)


def test_another_file_in_its_place_has_another_mark(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with marked(Store.at(f"sqlite:///{path}")) as mark:
        first = mark.now()
        shutil.copyfile(path, tmp_path / "copy")
        (tmp_path / "copy").replace(path)
        assert mark.now() != first


def test_a_file_that_is_not_there_has_none(tmp_path: Path) -> None:
    with marked(Store(Store.at(f"sqlite:///{tmp_path / 'archive.db'}").engine)) as mark:
        (tmp_path / "archive.db").unlink()
        assert mark.now() is None


def test_what_another_process_took_in_is_seen_here(tmp_path: Path) -> None:
    """The index is shared: who finds it up to date already still forgets what it remembers."""
    archive = Archive.at(answers_archive.filled(tmp_path / "archive", "hoganas-2018"))
    with AnswerArchive(archive) as here, AnswerArchive(archive) as there:
        assert here.coverage().reports == 1
        here.compare("hoganas-2018")
        answers_archive.filled(archive.folder, "sala-2023")
        assert there.refresh() == 1
        assert here.coverage().reports == 2
        assert here.compare("sala-2023").municipality == "Sala"


def test_one_state_answers_from_one_state(tmp_path: Path) -> None:
    archive = Archive.at(answers_archive.filled(tmp_path / "archive", "hoganas-2018"))
    with AnswerArchive(archive) as answers:
        with answers.one_state():
            answers_archive.filled(archive.folder, "sala-2023")
            assert len(answers.table("reports")) == 1
        assert len(answers.table("reports")) == 2
