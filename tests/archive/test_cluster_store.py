"""The store on a real PostgreSQL server: made once by many, claims and looks for one alone, nothing lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import insert, inspect, select

from kompass_extract.archive.claims import Claim, begin_run, claim
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import IngestSettings, ingest_document, plan, running
from kompass_extract.archive.notices import tell
from kompass_extract.archive.notices.notify_settings import NotifySettings, save_settings
from kompass_extract.archive.results import UNCHANGED, Status
from kompass_extract.archive.schema import Base, DocumentRow, RunRow, VersionRow
from kompass_extract.archive.store import Store, newest_revision
from kompass_extract.errors import RunUnderWayError
from kompass_extract.watch.crawl_outcome import CrawlOutcome
from kompass_extract.watch.crawl_store import Publications
from tests.support.mail_and_hook import webhook
from tests.support.postgres import emptied, running_postgres
from tests.support.watching import Watching
from tests.support.webserver import pdf, serving

AT_ONCE = 8
T = TypeVar("T")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@pytest.fixture
def url(server: str) -> str:
    """The server with nothing in it."""
    return emptied(server)


def at_once(act: Callable[[Store], T], url: str) -> list[T]:
    """What ``AT_ONCE`` threads get that start together, each with connections of its own."""
    barrier = Barrier(AT_ONCE)

    def one(_: int) -> T:
        barrier.wait(30)
        store = Store.at(url)
        try:
            return act(store)
        finally:
            store.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_many_that_start_together_make_the_tables_once(url: str) -> None:
    assert at_once(lambda store: store.revision(), url) == [newest_revision()] * AT_ONCE
    store = Store.at(url)
    tables = set(inspect(store.engine).get_table_names())
    store.close()
    assert set(Base.metadata.tables) <= tables


def test_a_document_is_claimed_by_one(url: str) -> None:
    store = Store.at(url)
    run = begin_run(store, "ingest")
    sha256, fingerprint = "a" * 64, "f" * 64
    with store.write() as session:
        session.execute(
            insert(DocumentRow).values(
                sha256=sha256, size=1, media_type="text/plain", file_name="a.txt", stored="x", first_seen="x"
            )
        )
    store.close()
    claims = at_once(lambda store: claim(store, sha256, fingerprint, run), url)
    assert sum(isinstance(one, Claim) for one in claims) == 1


def test_one_look_at_a_time_on_all_machines(url: str) -> None:
    def begin(store: Store) -> int | None:
        try:
            return begin_run(store, "watch", alone=True)
        except RunUnderWayError:
            return None

    begun = at_once(begin, url)
    store = Store.at(url)
    with store.read() as session:
        status = Counter(session.scalars(select(RunRow.status)).all())
    store.close()
    assert sum(run is not None for run in begun) == 1
    assert status == {"running": 1}


def test_a_watch_keeps_its_publications_there(url: str, tmp_path: Path) -> None:
    store = Store.at(url)
    with serving() as site:
        site.links("/a.pdf")
        web = Watching(site, Publications(Archive.at(tmp_path, url), store))
        for content in ("one", "two", "two"):
            site.put("/a.pdf", pdf(content))
            web.look()
        assert web.sight().outcome is CrawlOutcome.UNCHANGED
    with store.read() as session:
        assert len(session.scalars(select(VersionRow)).all()) == 2
    assert len(web.kept()) == 2
    store.close()


def test_what_a_process_of_the_run_recorded_before_it_died_counts_as_done(url: str, tmp_path: Path) -> None:
    """A Dask worker's document goes to another one when it dies, also when only its answer was lost."""
    (tmp_path / "a.txt").write_text("0 a report")
    archive = Archive.at(tmp_path / "archive", url)
    settings = IngestSettings(worker="tests.support.quick_reader", quiet_seconds=0.0, cores=1)
    with running(archive, settings) as (run, finish):
        (job,) = plan(run, [tmp_path / "a.txt"]).jobs
        first, again = ingest_document(job), ingest_document(job)
        summary = finish([[again]])
    assert (again.status, again.report_id, again.sha256) == (Status.DONE, first.report_id, first.sha256)
    assert len(summary.of(Status.DONE)) == 1
    with running(archive, settings) as (run, finish):
        later = plan(run, [tmp_path / "a.txt"])
        assert [outcome.reason for outcome in later.outcomes] == [UNCHANGED]
        finish([later.outcomes])


def test_notices_and_pages_are_kept_there(url: str, tmp_path: Path) -> None:
    """What a look remembers, and notices that several machines may send at once."""
    archive, store = Archive.at(tmp_path, url), Store.at(url)
    with serving() as site, webhook() as hook:
        settings = {"since": "2020-01-01T00:00:00.000Z", "webhook": {"address": hook.address}}
        save_settings(archive, NotifySettings.model_validate(settings))
        web = Watching(site, Publications(archive, store))
        site.put("/b", "\x89PNG", content_type="image/png")
        site.put("/a.pdf", pdf("one"))
        site.links("/a.pdf", more='<a href="/b">Rapport</a>')
        assert not web.look().alarms
        site.links()
        assert web.look().alarms
        with ThreadPoolExecutor(4) as pool:
            assert not any(pool.map(lambda _: tell(archive, store), range(4)))
        assert tell(archive, store) == []
    told = [one["subject"] for body in hook.bodies for one in body["notices"]]
    assert told == [f"Lost page: {site.address('/')}"]
    store.close()
