"""The store's typed views: the same rows as the tables that are asked for, in SQLite and in PostgreSQL, at once."""

from __future__ import annotations

import asyncio
import sqlite3
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, inspect, text

from kompass_extract import AnswerArchive
from kompass_extract.archive import records, tidy_store
from kompass_extract.archive.doctor import examine
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import VersionRow
from kompass_extract.archive.store import Store
from kompass_extract.archive.tidy_schema import FROM_STORE, PREFIX, TIDY_TABLES, views
from kompass_extract.cli import main
from kompass_extract.model.tidy_columns import tables
from kompass_extract.model.tidy_rows import Row
from kompass_extract.report import export
from kompass_extract.review import Action
from kompass_extract.review.service import Desk
from kompass_extract.review.service.tidy_refresh import refresh_tidy_rows
from tests.support.answers_archive import ADDRESS, filled
from tests.support.desk_archive import ROW, SALA, STRENGTH, accept_all, decided, desk_of, put, sala
from tests.support.postgres import emptied, running_postgres
from tests.support.reviewed import changed, gold_report

MADE_BY_0_1 = Path(__file__).parents[1] / "data" / "archive-schema1.zip"
OWN = ("store_", PREFIX, "alembic_")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    url = emptied(request.getfixturevalue("server")) if request.param == "postgres" else None
    return Archive.at(tmp_path / "archive", url)


def shown(archive: Archive, view: str, more: str = "") -> list[Row]:
    """A view's rows in the reports' order, each row where it stands in its report."""
    store = Store.open(archive)
    names = tables()[view].names
    columns = ", ".join(f'"{name}"' for name in names)
    with store.read() as session:
        found = session.execute(text(f"SELECT {columns} FROM {view} {more}")).all()
    store.close()
    made = [dict(zip(names, row, strict=True)) for row in found]
    booleans = [one.name for one in tables()[view].columns if one.type == "boolean"]
    for row in made:  # text as statement: SQLite gives truth values as 0 and 1
        row.update({name: bool(row[name]) for name in booleans if row[name] is not None})
    return sorted(made, key=repr)


def require_same(archive: Archive) -> None:
    """Every view has the rows that the table of its name has."""
    with AnswerArchive(archive) as answers:
        for name in tables():
            assert shown(archive, name) == sorted(answers.table(name), key=repr), name


def test_the_views_hold_what_the_tables_hold_before_and_after_decisions(archive: Archive) -> None:
    desk = desk_of(archive.folder, sala(), gold_report("hoganas-2018"), url=archive.store_url)
    require_same(archive)
    decided(desk, ROW, Action.CORRECT, value=12)
    question = next(row for row in shown(archive, "questions") if row["decision"] is not None)
    assert (question["score"], question["machine_value"], question["decided_by"]) == (12, 77, "anna")
    saved = decided(desk, STRENGTH, Action.REJECT)
    require_same(archive)
    desk.undo(saved.decision.id, by="anna")
    require_same(archive)
    accept_all(desk)
    desk.sign(SALA, by="anna")
    require_same(archive)
    (report,) = (row for row in shown(archive, "reports") if row["report_id"] == SALA)
    assert (report["review_status"], report["open_fields"]) == ("reviewed", 0)
    desk.close()


def test_the_source_address_is_that_of_the_last_fetch(archive: Archive) -> None:
    report = gold_report("sala-2023")
    desk_of(archive.folder, report, url=archive.store_url).close()
    store = Store.open(archive)
    about = {"sha256": report.source.sha256, "checked_at": "2026-01-01"}
    with store.write() as session:
        for day, address in (("02", ADDRESS), ("01", "https://example.se/old.pdf")):
            session.execute(insert(VersionRow), [{**about, "fetched_at": f"2026-01-{day}", "address": address}])
    store.close()
    assert {row["source_address"] for row in shown(archive, "items")} == {ADDRESS}
    require_same(archive)


def test_internals_stand_apart_from_data(archive: Archive) -> None:
    store = Store.open(archive)
    found = inspect(store.engine)
    assert all(name.startswith(OWN) for name in found.get_table_names())
    assert set(found.get_view_names()) == {*tables(), "numbers", "open_fields"}
    store.close()


def test_a_number_is_compared_as_one(archive: Archive) -> None:
    report = changed(gold_report("sala-2023"), {"/areas/0/score": 9, "/areas/1/score": 100})
    desk_of(archive.folder, report, url=archive.store_url).close()
    high = {area.number for area in report.areas if (area.score.value or 0) >= 70}
    assert 2 in high
    assert 1 not in high
    assert {row["area"] for row in shown(archive, "areas", "WHERE score >= 70")} == high
    store = Store.open(archive)
    with store.read() as session:
        asked = "SELECT area FROM numbers WHERE measure = 'areas.score' AND value >= 70 ORDER BY area"
        assert {row[0] for row in session.execute(text(asked))} == high
        total = session.execute(text("SELECT sum(value) FROM numbers WHERE measure = 'questions.score'")).scalar_one()
    store.close()
    rows = [row for area in report.areas for row in area.score_table.rows]
    assert float(total) == sum(float(row.achieved.value or 0) for row in rows)


def test_datasette_over_the_store_compares_numbers_and_shows_views(tmp_path: Path) -> None:
    from datasette.app import Datasette

    desk_of(tmp_path, changed(gold_report("sala-2023"), {"/areas/0/score": 9, "/areas/1/score": 100})).close()

    async def asked(*paths: str) -> list[Any]:
        served = Datasette([str(tmp_path / "archive.db")])
        await served.invoke_startup()
        return [(await served.client.get(path)).json() for path in paths]

    paths = (
        "/archive/areas.json?score__gte=70&_shape=array&_size=max",
        "/archive/numbers.json?value__gte=70&measure=areas.score&_shape=array&_size=max",
    )
    with ThreadPoolExecutor(1) as own_loop:
        areas, numbers = own_loop.submit(lambda: asyncio.run(asked(*paths))).result(timeout=120)
    expected = [
        area.number for area in gold_report("sala-2023").areas
        if area.number == 2 or (area.number != 1 and (area.score.value or 0) >= 70)
    ]  # fmt: skip
    assert sorted(row["area"] for row in areas) == expected
    assert sorted(row["area"] for row in numbers) == expected


def test_a_new_reading_keeps_decided_values_in_sight_until_they_are_carried_over(tmp_path: Path) -> None:
    archive = Archive.at(tmp_path)
    desk = desk_of(tmp_path, sala())
    decided(desk, ROW, Action.CORRECT, value=12)
    desk.close()
    again = changed(sala(), {"/areas/0/strengths/1": "En annan styrka"})
    put(archive, again)
    store = Store.open(archive)
    with store.write() as session:
        row = records.report_row(
            again, path=f"reports/{SALA}.json", text=export.dumps(again), fingerprint="f" * 64, run_id=None
        )
        tidy_store.put_reading(session, again, json_sha256=row.json_sha256)
    assert [row["score"] for row in shown(archive, "questions") if row["decision"]] == [12]
    assert "En annan styrka" not in {row["text"] for row in shown(archive, "items")}
    assert refresh_tidy_rows(store, archive.folder) == 1
    assert refresh_tidy_rows(store, archive.folder) == 0
    store.close()
    assert [row["score"] for row in shown(archive, "questions") if row["decision"]] == [12]
    assert "En annan styrka" in {row["text"] for row in shown(archive, "items")}


def test_an_archive_of_an_older_program_is_brought_over_with_its_decisions(tmp_path: Path) -> None:
    with zipfile.ZipFile(MADE_BY_0_1) as packed:
        packed.extractall(tmp_path)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as before:
        documents = before.execute("SELECT * FROM documents").fetchall()
        decisions = before.execute("SELECT body FROM decisions ORDER BY number").fetchall()
    Desk(Archive.at(tmp_path)).close()
    with closing(sqlite3.connect(tmp_path / "archive.db")) as after:
        assert after.execute("SELECT * FROM store_documents").fetchall() == documents
        assert after.execute("SELECT body FROM store_decisions ORDER BY number").fetchall() == decisions
        assert after.execute("PRAGMA foreign_key_check").fetchall() == []
        assert after.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        corrected = after.execute("SELECT text, decided_by FROM items WHERE decision = 'corrected'").fetchall()
        assert corrected == [("En rättad styrka.", "anna")]
        assert after.execute("SELECT score FROM areas WHERE area = 2").fetchall() == [(61,)]
    require_same(Archive.at(tmp_path))


@pytest.mark.parametrize("asked", [("search", "styrka"), ("notify", "list")])
def test_a_command_that_opens_an_older_archive_leaves_its_views_right(tmp_path: Path, asked: tuple[str, ...]) -> None:
    with zipfile.ZipFile(MADE_BY_0_1) as packed:
        packed.extractall(tmp_path)
    done = CliRunner().invoke(main, [*asked, "--archive", str(tmp_path)])
    assert done.exit_code == 0, done.output
    with closing(sqlite3.connect(tmp_path / "archive.db")) as after:
        corrected = after.execute("SELECT text, decided_by FROM items WHERE decision = 'corrected'").fetchall()
        assert corrected == [("En rättad styrka.", "anna")]
    require_same(Archive.at(tmp_path))


def test_the_doctor_says_that_views_are_behind(tmp_path: Path) -> None:
    archive = Archive.at(tmp_path)
    put(archive, sala())
    store = Store.open(archive)
    refresh_tidy_rows(store, archive.folder)
    assert not [one for one in examine(archive) if one.about == "views"]
    with store.write() as session:
        session.execute(text("DELETE FROM tidy_reports"))
    store.close()
    (fault,) = [one for one in examine(archive) if one.about == "views"]
    assert "kompass search" in fault.advice


def test_an_unreadable_report_leaves_the_others(tmp_path: Path) -> None:
    archive = Archive.at(filled(tmp_path))
    archive.report_path("sala-2023").write_text("{", encoding="utf-8")
    store = Store.open(archive)
    assert refresh_tidy_rows(store, archive.folder) == 2
    store.close()
    assert {row["report_id"] for row in shown(archive, "reports")} == {"hoganas-2018", "amal-2019-areas-1-4"}


def test_every_view_is_made_of_columns_that_are_described() -> None:
    assert set(views()) == {*tables(), "numbers", "open_fields"}
    for name, table in TIDY_TABLES.items():
        assert set(tables()[name].names) <= {*table.c.keys(), *FROM_STORE}
