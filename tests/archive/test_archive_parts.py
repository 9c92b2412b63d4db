"""The parts of the archive: the store, who works on what, which files there are, what is said of a run."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

import kompass_extract.review.service.review_schema  # noqa: F401  (its tables belong to the same store)
from kompass_extract.archive import discover, schema, tidy_schema
from kompass_extract.archive import store as store_module
from kompass_extract.archive.claims import (
    EXPIRY_SECONDS,
    Claim,
    alive,
    begin_run,
    claim,
    end_run,
    release,
    renewed,
    spend,
)
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.process_id import Owner, is_gone
from kompass_extract.archive.records import field_rows, kind_of
from kompass_extract.archive.results import Outcome, Status, Summary, summed
from kompass_extract.archive.run_summary import headline, markdown, plain
from kompass_extract.archive.schema import Base, ClaimRow, DocumentRow, RunRow
from kompass_extract.archive.store import Store, newest_revision, now
from kompass_extract.errors import LostClaimError, RunUnderWayError, StoreError
from kompass_extract.model.report import Check
from kompass_extract.training.gold import GoldReport
from kompass_extract.workers import protocol
from tests.conftest import report_of

A, B, PRINT = "a" * 64, "b" * 64, "f" * 64


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with two documents."""
    store = Store.open(Archive.at(tmp_path / "archive"))
    with store.write() as session:
        for sha256 in (A, B):
            session.add(DocumentRow(sha256=sha256, size=1, media_type="x", file_name="x", stored="x", first_seen=now()))
    return store


# The store


def test_the_migrations_make_the_tables_of_the_schema(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_other_columns_of_the_tidy_tables_come_with_a_step() -> None:
    """Else a store of an earlier version keeps tables that this one cannot write."""
    steps = [
        import_module(f"kompass_extract.archive.migrations.versions.{path.stem}")
        for path in sorted((Path(schema.__file__).parent / "migrations" / "versions").glob("0*.py"))
    ]
    newest = [step.COLUMNS for step in steps if hasattr(step, "COLUMNS")][-1]
    assert newest == tidy_schema.columns_hash(), "write a step that calls tidy_schema.remake, with this hash"


def test_a_store_with_the_columns_of_an_earlier_version_is_brought_up_to_date(store: Store) -> None:
    with store.write() as session:
        tidy_schema.drop(session.connection())
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0006'")
    again = Store.at(str(store.engine.url))
    try:
        assert again.revision() == newest_revision()
        with again.read() as session:
            assert session.execute(select(tidy_schema.TIDY_TABLES["areas"])).all() == []
    finally:
        again.close()


def test_the_newest_revision_is_the_one_that_alembic_ends_with() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [newest_revision()]


def test_many_open_a_new_store_at_once(tmp_path: Path) -> None:
    found: list[str | None] = []
    archive = Archive.at(tmp_path / "archive")
    threads = [threading.Thread(target=lambda: found.append(Store.open(archive).revision())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [newest_revision()] * 6


def test_the_journal_mode_of_a_new_store_is_set_once_others_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "RETRY_SECONDS", 0.0)
    tries: list[str] = []

    class Busy:
        """A connection whose first tries fail, as SQLite's do while another one opens the same new file."""

        def execute(self, statement: str) -> None:
            tries.append(statement)
            if len(tries) < 3:
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorcode = sqlite3.SQLITE_BUSY
                raise error

    store_module._write_ahead(Busy())
    assert tries == ["PRAGMA journal_mode=WAL"] * 3


def test_a_store_of_a_newer_program_is_refused(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer kompass"):
        Store.open(Archive.at(tmp_path / "archive"))


def test_what_fails_half_way_leaves_nothing(store: Store) -> None:
    def half() -> None:
        with store.write() as session:
            session.add(RunRow(kind="x", status="x", host="x", owner="x", started="x", heartbeat=0,
                               done=0, skipped=0, failed=0, to_review=0))  # fmt: skip
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with store.read() as session:
        assert session.scalars(select(RunRow)).all() == []


def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as session:
        session.add(
            ClaimRow(sha256="c" * 64, fingerprint=PRINT, run_id=77, owner="", token="", claimed_at="", heartbeat=0)
        )


@pytest.mark.parametrize("url", ["nonsense", "mysql://here/db", "oracle+no://x"])
def test_a_url_that_is_no_store_is_explained(url: str) -> None:
    with pytest.raises(StoreError, match=r"sqlite:///.* or postgresql"):
        Store.at(url)


def test_a_file_that_is_no_store_is_explained(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"not a database" * 500)
    with pytest.raises(StoreError, match="kompass rebuild"):
        Store.at(f"sqlite:///{tmp_path / 'x.db'}")


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="--archive"):
        Store.open(Archive.at(tmp_path / "file" / "archive"))


def test_the_archives_place_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMPASS_ARCHIVE", str(tmp_path / "there"))
    assert Archive.at().folder == tmp_path / "there"
    assert Archive.at(tmp_path / "here").folder == tmp_path / "here"
    monkeypatch.setenv("KOMPASS_STORE", "postgresql+psycopg://host/db")
    assert Archive.at().store_url == "postgresql+psycopg://host/db"


# Claims


def test_a_document_is_claimed_once(store: Store) -> None:
    run = begin_run(store, "ingest", PRINT)
    first = claim(store, A, PRINT, run)
    assert isinstance(first, Claim)
    assert claim(store, A, PRINT, run) == str(Owner.this())
    assert isinstance(claim(store, B, PRINT, run), Claim)
    assert isinstance(claim(store, A, "e" * 64, run), Claim), "another fingerprint is other work"
    release(store, first)
    assert isinstance(claim(store, A, PRINT, run), Claim)


def test_of_many_who_claim_one_gets_it(store: Store) -> None:
    run = begin_run(store, "ingest", PRINT)
    got: list[Claim | str] = []
    threads = [threading.Thread(target=lambda: got.append(claim(store, A, PRINT, run))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(isinstance(one, Claim) for one in got) == 1
    assert len(got) == 8


def test_an_expired_claim_is_taken_over_and_its_owner_records_nothing(store: Store) -> None:
    run = begin_run(store, "ingest", PRINT)
    slow = claim(store, A, PRINT, run)
    assert isinstance(slow, Claim)
    with store.write() as session:
        session.connection().exec_driver_sql(f"UPDATE store_claims SET heartbeat = heartbeat - {EXPIRY_SECONDS + 1}")
    quick = claim(store, A, PRINT, run)
    assert isinstance(quick, Claim)
    with pytest.raises(LostClaimError), store.write() as session:
        spend(session, slow)
    release(store, slow)
    with store.write() as session:
        spend(session, quick)


def test_a_renewed_claim_does_not_expire(store: Store) -> None:
    run = begin_run(store, "ingest", PRINT)
    mine = claim(store, A, PRINT, run)
    assert isinstance(mine, Claim)
    with store.write() as session:
        session.connection().exec_driver_sql("UPDATE store_claims SET heartbeat = 1")
        session.connection().exec_driver_sql("UPDATE store_runs SET heartbeat = 1")
    with renewed(store, mine, every=0.02), alive(store, run, every=0.02):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with store.read() as session:
                beats = [session.scalar(select(ClaimRow.heartbeat)), session.scalar(select(RunRow.heartbeat))]
            if all(beat is not None and beat > 1 for beat in beats):
                break
            time.sleep(0.02)
    assert isinstance(claim(store, A, PRINT, run), str)


def test_a_process_is_gone_when_it_has_ended_and_its_number_alone_says_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        started = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[19]
        owner = Owner(Owner.this().machine, process.pid, started)
        assert not owner.is_gone
        assert Owner(Owner.this().machine, process.pid, "1").is_gone, "another process had that number"
        assert not Owner("elsewhere", process.pid, "1").is_gone, "what cannot be seen from here"
        process.communicate(b"\n")
    assert owner.is_gone
    assert is_gone(str(owner))
    assert not is_gone(str(Owner.this()))
    assert Owner.parse(str(owner)) == owner
    assert Owner.parse("nonsense") is None


def test_a_run_may_be_the_only_one_of_its_kind(store: Store) -> None:
    first = begin_run(store, "watch", alone=True)
    with pytest.raises(RunUnderWayError, match="Run 1"):
        begin_run(store, "watch", alone=True)
    begin_run(store, "ingest", alone=True)
    end_run(store, first, None)
    begin_run(store, "watch", alone=True)


def test_a_dead_run_is_marked_and_does_not_stand_in_the_way(store: Store) -> None:
    first = begin_run(store, "watch", alone=True)
    with store.write() as session:
        session.connection().exec_driver_sql(f"UPDATE store_runs SET heartbeat = heartbeat - {EXPIRY_SECONDS + 1}")
    begin_run(store, "watch", alone=True)
    with store.read() as session:
        row = session.get(RunRow, first)
        assert row is not None
        assert row.status == "dead"
        assert row.ended is not None


def test_a_sign_of_life_from_the_future_expires_like_any_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run died elsewhere, and then the clock was set back by a day."""
    monkeypatch.setattr("kompass_extract.archive.claims.is_gone", lambda owner: False)
    first = begin_run(store, "watch", alone=True)
    claim(store, A, PRINT, first)
    with store.write() as session:
        session.connection().exec_driver_sql("UPDATE store_runs SET heartbeat = heartbeat + 86400")
        session.connection().exec_driver_sql("UPDATE store_claims SET heartbeat = heartbeat + 86400")
    with pytest.raises(RunUnderWayError):
        begin_run(store, "watch", alone=True)
    assert isinstance(claim(store, A, PRINT, first), str), "it may be alive: it is given the usual time"
    now, clock = store.clock, EXPIRY_SECONDS + 60
    monkeypatch.setattr(Store, "clock", lambda self, session: now(session) + clock)
    begin_run(store, "watch", alone=True)
    with store.read() as session:
        assert session.scalars(select(RunRow.status).order_by(RunRow.id)).all() == ["dead", "running"]
        assert session.scalars(select(ClaimRow.sha256)).all() == []


def test_a_claim_from_the_future_is_taken_over_in_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kompass_extract.archive.claims.is_gone", lambda owner: False)
    run = begin_run(store, "ingest", PRINT)
    claim(store, A, PRINT, run)
    with store.write() as session:
        session.connection().exec_driver_sql("UPDATE store_claims SET heartbeat = heartbeat + 86400")
    assert isinstance(claim(store, A, PRINT, run), str)
    now, clock = store.clock, 2 * EXPIRY_SECONDS + 60
    monkeypatch.setattr(Store, "clock", lambda self, session: now(session) + clock)
    assert isinstance(claim(store, A, PRINT, run), Claim)


def test_what_a_dead_run_had_claimed_is_free_under_any_fingerprint(store: Store) -> None:
    run = begin_run(store, "ingest", PRINT)
    claim(store, A, PRINT, run)
    with store.write() as session:
        session.connection().exec_driver_sql(f"UPDATE store_claims SET heartbeat = heartbeat - {EXPIRY_SECONDS + 1}")
    claim(store, B, PRINT, run)
    begin_run(store, "ingest", "e" * 64)
    with store.read() as session:
        assert session.scalars(select(ClaimRow.sha256)).all() == [B]


# Files


def test_files_are_found_once_and_links_out_are_refused(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    (folder / "deep").mkdir(parents=True)
    out.mkdir()
    for path in (folder / "a.pdf", folder / "deep" / "b.TXT", folder / ".hidden.pdf", folder / "c.docx", out / "d.pdf"):
        path.write_text("x")
    (folder / "e.part").write_text("x")
    (folder / "report.dat").write_bytes(b"%PDF-1.4 and more")
    (folder / "inner.pdf").symlink_to(folder / "a.pdf")
    (folder / "outer.pdf").symlink_to(out / "d.pdf")
    (folder / "all").symlink_to(out)
    found = discover.discover([folder, folder / "a.pdf", tmp_path / "missing.pdf"], leave_out=folder / "nothing")
    assert [file.path.name for file in found.files] == ["a.pdf", "b.TXT", "report.dat"]
    said = {Path(one.path).name: (one.status, one.reason) for one in found.others}
    assert {name for name, (status, _) in said.items() if status is Status.FAILED} == {
        "outer.pdf",
        "all",
        "missing.pdf",
    }
    assert said["c.docx"] == (Status.SKIPPED, "not a PDF, image or text")
    assert said["e.part"] == (Status.SKIPPED, "unfinished download")


def test_the_archives_own_folder_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "archive" / "files").mkdir(parents=True)
    (tmp_path / "archive" / "files" / "x.pdf").write_text("x")
    (tmp_path / "y.pdf").write_text("x")
    found = discover.discover([tmp_path], leave_out=tmp_path / "archive")
    assert [file.path.name for file in found.files] == ["y.pdf"]


def test_a_file_that_is_being_written_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_text("x")
    old = tmp_path / "old.pdf"
    old.write_text("x")
    os.utime(old, (1, 1))

    def write() -> None:
        for _ in range(5):
            time.sleep(0.1)
            with path.open("a") as file:
                file.write("more")

    writer = threading.Thread(target=write)
    writer.start()
    ready, others = discover.settled(discover.discover([tmp_path]).files, quiet=0.6, limit=30)
    writer.join()
    assert [(file.path.name, file.size) for file in ready] == [("a.pdf", 21), ("old.pdf", 1)]
    assert others == []


def test_a_file_that_never_comes_to_rest_is_left_to_the_next_run(tmp_path: Path) -> None:
    path, ended = tmp_path / "a.pdf", threading.Event()
    path.write_text("x")

    def write() -> None:
        while not ended.wait(0.02):
            with path.open("a") as file:
                file.write("more")

    writer = threading.Thread(target=write)
    writer.start()
    ready, others = discover.settled(discover.discover([tmp_path]).files, quiet=0.5, limit=1.0)
    ended.set()
    writer.join()
    assert ready == []
    assert [one.reason for one in others] == ["still being written: the next run takes it"]


# Messages and summaries


@given(st.lists(st.text(), max_size=8), st.lists(st.integers(1, 40), max_size=30))
def test_messages_arrive_whole_however_they_are_cut(texts: list[str], cuts: list[int]) -> None:
    sent = [protocol.Done(text) for text in texts]
    data, lines, got = b"".join(map(protocol.packed, sent)), protocol.Lines(), []
    for size in [*cuts, len(data)]:
        got += [protocol.unpacked(line) for line in lines.add(data[:size])]
        data = data[size:]
    assert got == sent


@pytest.mark.parametrize("line", [b"", b"[]", b'{"kind": "Other"}', b'{"kind": "Done"}', b'{"kind": "Done", "x": 1}'])
def test_what_is_no_message_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (of two kinds, and both are one)
        protocol.unpacked(line)


def test_kinds_and_ranks_of_fields(hoganas: GoldReport) -> None:
    report = report_of(hoganas)
    doubted = "/areas/1/score_table/rows/0/achieved"
    report = report.model_copy(
        update={"checks": [Check(id="sum", area=2, status="failed", message="the rows disagree", fields=[doubted])]}
    )
    rows = {str(row["pointer"]): row for row in field_rows(report)}
    assert (rows[doubted]["kind"], rows[doubted]["area"], rows[doubted]["rank"]) == ("achieved", 2, 0)
    assert (rows["/areas/0/score"]["kind"], rows["/areas/0/score"]["rank"]) == ("score", 1)
    assert (rows["/areas/0/strengths/0"]["kind"], rows["/areas/0/strengths/0"]["rank"]) == ("strength", 2)
    assert [row["position"] for row in rows.values()] == list(range(len(rows)))


@pytest.mark.parametrize(
    ("pointer", "kind"),
    [
        ("/report/total", "total"), ("/report/evaluators/0/name", "metadata"), ("/areas/3/name", "area_name"),
        ("/areas/0/score_table/total/achieved", "total"), ("/areas/0/score_table/rows/2/percent", "percent"),
        ("/areas/0/narrative/1/paragraphs/0", "narrative"), ("/areas/0/narrative/1/heading", "heading"),
        ("/area_scores_overview/2/values/2018", "overview"), ("/areas/0/rubrics/3", "rubric"),
    ],
)  # fmt: skip
def test_the_kind_of_a_field(pointer: str, kind: str) -> None:
    assert kind_of(pointer) == kind


def summary() -> Summary:
    done = Outcome("/in/b|*.pdf", Status.DONE, report_id="sala-2023", open=3, total=400)
    failed = Outcome("/in/a\n<b>.pdf", Status.FAILED, "a is encrypted.", error="EncryptedPdfError", exit_code=12)
    skipped = [Outcome.skipped(f"/in/{n}.pdf", "unchanged") for n in range(3)]
    return summed(7, 2.5, [[done], [failed, *skipped, Outcome.skipped("/in/x.pdf", "duplicate: of y")]])


def test_a_summary_counts_and_names() -> None:
    said = "1 done, 4 skipped (1 duplicate, 3 unchanged), 1 failed, 3 fields to review, 2.5 s."
    assert headline(summary()) == said
    record = summary().record()
    assert record["unchanged"] == 3
    assert record["to_review"] == 3


def test_markdown_shows_names_as_they_are_and_on_one_line() -> None:
    text = markdown(summary())
    assert r"| /in/b\|\*.pdf | sala-2023, 3 of 400 fields to review |" in text
    assert r"/in/a\\n\<b\>.pdf" in text
    assert "unchanged |" not in text


@given(st.text())
def test_what_is_printed_stays_on_its_line(text: str) -> None:
    assert len(plain(text).splitlines()) <= 1
