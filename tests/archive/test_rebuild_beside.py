"""``rebuild`` beside an ingestion loses no row; a report whose file is gone is noticed and made again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import ingest, is_anything_new
from kompass_extract.archive.results import Status
from kompass_extract.archive.schema import FieldRow, ReportRow
from kompass_extract.archive.store import Store
from kompass_extract.review.service import rebuild as rebuilding
from kompass_extract.review.service.rebuild import rebuild
from tests.support.ingesting import FAST, OTHER, Inputs, orders, report_ids, rows
from tests.support.postgres import running_postgres

IDS = ["amal-2019", "sala-2023", "umea-2020"]


def after_the_first_look(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Let something happen when ``rebuild`` has read the files and not locked the store yet."""
    look, pending = rebuilding._Files.look, [act]

    def looked(files: rebuilding._Files) -> object:
        found = look(files)
        if pending:
            pending.pop()()
        return found

    monkeypatch.setattr(rebuilding._Files, "look", looked)


def test_what_an_ingestion_records_meanwhile_is_kept(
    archive: Archive, inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs.reports("sala-2023", "amal-2019")
    ingest(archive, [inputs.folder], FAST)
    fields = rows(archive, "SELECT count(*) FROM store_fields")[0][0]
    inputs.write("more.txt", "report umea-2020\n")
    after_the_first_look(monkeypatch, lambda: ingest(archive, [inputs.folder], FAST) and None)
    made = rebuild(archive)
    assert (made.documents, made.reports, made.problems) == (3, 3, ())
    assert report_ids(archive) == IDS
    assert rows(archive, "SELECT count(*) FROM store_fields") == [(fields * 3 // 2,)]


def test_a_report_made_again_meanwhile_is_the_one_in_the_store(
    archive: Archive, inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs.reports("sala-2023")
    ingest(archive, [inputs.folder], FAST)
    after_the_first_look(monkeypatch, lambda: ingest(archive, [inputs.folder], OTHER) and None)
    rebuild(archive)
    assert ingest(archive, [inputs.folder], OTHER).of(Status.DONE) == (), "its row is that of the newer reading"


def test_rebuilds_and_an_ingestion_side_by_side_end_whole(archive: Archive, inputs: Inputs) -> None:
    inputs.reports(*(f"sala-{2000 + number}" for number in range(20)))
    ingest(archive, [inputs.folder / "0000-sala-2000.txt"], FAST)
    running = threading.Thread(target=ingest, args=(archive, [inputs.folder], FAST))
    running.start()
    made = [rebuild(archive)]
    while running.is_alive() and len(made) < 1000:
        made.append(rebuild(archive))
    running.join()
    assert {problem for one in made for problem in one.problems} == set()
    assert len(report_ids(archive)) == 20
    assert rows(archive, "SELECT count(*) FROM store_reports r JOIN store_fields f USING (report_id)")[0][0] > 20
    assert rows(archive, "SELECT status FROM store_runs") == [("done",), ("done",)]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_postgres() as made:
        yield made


@pytest.mark.slow
def test_with_postgresql_a_writer_waits_until_the_rows_stand(
    archive: Archive, url: str, inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive.at(archive.folder, url)
    inputs.reports(*(f"sala-{2000 + number}" for number in range(8)))
    ingest(archive, [inputs.folder / "0000-sala-2000.txt"], FAST)
    begun, running = threading.Event(), threading.Thread(target=ingest, args=(archive, [inputs.folder], FAST))
    record = rebuilding._record

    def recorded(*given: object) -> bool:
        if not begun.is_set():  # the rows are away, the lock is held
            begun.set()
            running.start()
        return record(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(rebuilding, "_record", recorded)
    rebuild(archive)
    running.join()
    store = Store.at(url)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(ReportRow)) == 8
        assert session.scalar(select(func.count(FieldRow.report_id.distinct()))) == 8
    store.close()


@pytest.mark.parametrize("broken", [Path.unlink, lambda path: path.write_bytes(b"")], ids=["gone", "empty"])
def test_a_report_without_its_file_is_made_again(
    archive: Archive, inputs: Inputs, tmp_path: Path, broken: Callable[[Path], object]
) -> None:
    inputs.reports("sala-2023", "amal-2019")
    ingest(archive, [inputs.folder], FAST)
    before = archive.report_path("sala-2023").read_bytes()
    broken(archive.report_path("sala-2023"))
    assert is_anything_new(archive, [inputs.folder], FAST)
    summary = ingest(archive, [], FAST)
    assert [one.report_id for one in summary.of(Status.DONE)] == ["sala-2023"]
    assert archive.report_path("sala-2023").read_bytes() == before
    assert report_ids(archive) == ["amal-2019", "sala-2023"]
    assert len(orders(tmp_path)) == 3, "the other one is not read"


def test_a_folder_brings_back_a_report_whose_input_lies_elsewhere_by_now(archive: Archive, inputs: Inputs) -> None:
    inputs.reports("sala-2023", "amal-2019")
    ingest(archive, [inputs.folder], FAST)
    for path in inputs.folder.iterdir():
        path.unlink()
    archive.report_path("sala-2023").unlink()
    assert [one.report_id for one in ingest(archive, [inputs.folder], FAST).of(Status.DONE)] == ["sala-2023"]
