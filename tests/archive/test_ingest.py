"""Ingestion by the engine alone: each document once, every failure with its reason, a second run does nothing."""

from __future__ import annotations

import os
import shutil
import threading
from collections import Counter
from pathlib import Path

import pytest

from kompass_extract.archive import ingestion as engine
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import ingest, spread
from kompass_extract.archive.progress import Listener
from kompass_extract.archive.results import Outcome, Status, Summary
from kompass_extract.errors import ModelError, OcrMissingError
from kompass_extract.review import Action
from kompass_extract.review.service import Desk
from kompass_extract.review.service.desk_values import Order, QueueFilter
from kompass_extract.workers.pool import Limits
from tests.support.ingesting import FAST, OTHER, Inputs, orders, report_ids, rows


def reasons(summary: Summary) -> dict[str, str]:
    """What became of each file, by its name."""
    return {Path(one.path).name: one.reason or one.status.value for one in summary.outcomes}


def test_a_folder_becomes_reports_and_a_second_run_does_nothing(
    archive: Archive, inputs: Inputs, tmp_path: Path
) -> None:
    inputs.reports("sala-2023", "amal-2019", "umea-2020")
    told: list[Outcome] = []
    listener = Listener()
    listener.finished = told.append  # type: ignore[method-assign]
    first = ingest(archive, [inputs.folder], FAST, listener=listener)
    assert [one.report_id for one in first.of(Status.DONE)] == ["sala-2023", "amal-2019", "umea-2020"]
    assert len(told) == 3
    assert report_ids(archive) == ["amal-2019", "sala-2023", "umea-2020"]
    files = {path: path.stat().st_mtime_ns for path in archive.folder.rglob("*.json")}
    second = ingest(archive, [inputs.folder], FAST)
    assert [one.reason for one in second.outcomes] == ["unchanged"] * 3
    assert len(orders(tmp_path)) == 3
    assert files == {path: path.stat().st_mtime_ns for path in archive.folder.rglob("*.json")}
    runs = rows(archive, "SELECT status, done, skipped, failed FROM store_runs ORDER BY id")
    assert runs == [("done", 3, 0, 0), ("done", 0, 3, 0)]
    assert rows(archive, "SELECT * FROM store_claims") == []


def test_fields_and_what_is_open_of_them_are_rows(archive: Archive, inputs: Inputs) -> None:
    inputs.reports("sala-2023")
    summary = ingest(archive, [inputs.folder], FAST)
    assert summary.to_review == rows(archive, "SELECT open FROM store_reports")[0][0]
    kinds = {row[0] for row in rows(archive, "SELECT DISTINCT kind FROM store_fields")}
    assert {"strength", "improvement", "question", "achieved", "max", "total", "score", "metadata", "rubric"} <= kinds
    assert rows(archive, "SELECT count(*) FROM open_fields") == rows(
        archive, "SELECT count(*) FROM store_fields WHERE open"
    )
    strength = "SELECT area, pointer FROM store_fields WHERE kind = 'strength' ORDER BY position LIMIT 1"
    assert rows(archive, strength) == [(1, "/areas/0/strengths/0")]


def test_two_documents_of_one_id_get_two_and_duplicates_are_named(archive: Archive, inputs: Inputs) -> None:
    inputs.reports("sala-2023", "sala-2023")
    copy = inputs.folder / "zz-copy.txt"
    shutil.copy(inputs.folder / "0000-sala-2023.txt", copy)
    summary = ingest(archive, [inputs.folder], FAST)
    assert report_ids(archive) == ["sala-2023", "sala-2023-2"]
    assert reasons(summary)["zz-copy.txt"] == f"duplicate: of {inputs.folder / '0000-sala-2023.txt'}"
    later = inputs.folder / "later.txt"
    shutil.copy(copy, later)
    assert reasons(ingest(archive, [inputs.folder], FAST))["later.txt"].startswith(
        "duplicate: its content is report sala"
    )


def test_a_changed_file_is_another_document_and_the_old_one_stays(archive: Archive, inputs: Inputs) -> None:
    path = inputs.write("a.txt", "report sala-2023\n")
    ingest(archive, [path], FAST)
    seen = path.stat().st_mtime_ns
    inputs.write("a.txt", "report sala-2023\nand more")
    os.utime(path, ns=(seen + 1_000_000, seen + 1_000_000))
    ingest(archive, [path], FAST)
    assert report_ids(archive) == ["sala-2023", "sala-2023-2"]
    assert len(list(archive.files.rglob("*.txt"))) == 2


def test_another_fingerprint_reads_again_under_the_same_id_and_keeps_what_was(archive: Archive, inputs: Inputs) -> None:
    inputs.reports("sala-2023")
    ingest(archive, [inputs.folder], FAST)
    summary = ingest(archive, [inputs.folder], OTHER)
    assert [one.report_id for one in summary.of(Status.DONE)] == ["sala-2023"]
    assert report_ids(archive) == ["sala-2023"]
    assert len(list((archive.history / "sala-2023").glob("*.json"))) == 1


def test_a_signed_report_read_anew_stays_signed_with_its_decided_values_at_once(
    archive: Archive, inputs: Inputs
) -> None:
    inputs.reports("sala-2023")
    ingest(archive, [inputs.folder], FAST)
    title = "/report/title"
    desk = Desk(archive)
    order = Order(action=Action.CORRECT, pointer=title, value="Rättad titel")
    desk.decide("sala-2023", order, by="Anna", seen=desk.item("sala-2023", title, reviewer="Anna").version)
    while (waiting := desk.next_item(QueueFilter(), reviewer="Anna")) is not None:
        item = desk.item("sala-2023", waiting.pointer, reviewer="Anna")
        accept = Order(action=Action.ACCEPT, pointer=item.pointer)
        desk.decide("sala-2023", accept, by="Anna", seen=item.version)
    desk.sign("sala-2023", by="Anna")
    desk.close()
    state = "SELECT status, open, fingerprint FROM store_reports"
    before = rows(archive, state)
    summary = ingest(archive, [inputs.folder], OTHER)
    after = rows(archive, state)
    assert before[0][:2] == after[0][:2] == ("reviewed", 0)
    assert before[0][2] != after[0][2]
    assert rows(archive, f"SELECT value FROM store_fields WHERE pointer = '{title}'") == [("Rättad titel",)]
    assert rows(archive, "SELECT count(*) FROM open_fields") == [(0,)]
    assert summary.to_review == 0


def test_a_failure_is_one_reason_and_is_not_repeated_unless_asked(
    archive: Archive, inputs: Inputs, tmp_path: Path
) -> None:
    inputs.reports("sala-2023")
    inputs.write("bad.txt", "error NotAReportError 17 bad.txt lacks everything.")
    first = ingest(archive, [inputs.folder], FAST)
    bad = first.of(Status.FAILED)[0]
    assert (bad.reason, bad.error, bad.exit_code) == ("bad.txt lacks everything.", "NotAReportError", 17)
    assert report_ids(archive) == ["sala-2023"]
    again = reasons(ingest(archive, [inputs.folder], FAST))["bad.txt"]
    assert again == "failed before: bad.txt lacks everything. To try again, add --retry."
    assert len(orders(tmp_path)) == 2
    ingest(archive, [inputs.folder], FAST.model_copy(update={"retry": True}))
    assert len(orders(tmp_path)) == 3
    assert rows(archive, "SELECT attempts FROM store_failures") == [(2,)]


def test_a_mistake_of_the_program_is_tried_again(archive: Archive, inputs: Inputs, tmp_path: Path) -> None:
    inputs.write("odd.txt", "error UnexpectedError 1 odd.txt: unexpected KeyError")
    for count in (1, 2):
        assert ingest(archive, [inputs.folder], FAST).of(Status.FAILED)[0].error == "UnexpectedError"
        assert len(orders(tmp_path)) == count


def test_what_would_end_every_document_ends_the_run(archive: Archive, inputs: Inputs, tmp_path: Path) -> None:
    inputs.write("0.txt", "error OcrMissingError 16 Tesseract is not installed.")
    for number in range(1, 30):
        inputs.write(f"{number:02}.txt", f"report sala-{number}\n")
    with pytest.raises(OcrMissingError, match="not installed"):
        ingest(archive, [inputs.folder], FAST)
    assert rows(archive, "SELECT status FROM store_runs") == [("failed",)]
    assert rows(archive, "SELECT * FROM store_failures") == []
    assert len(orders(tmp_path)) < 29


def test_a_run_that_ends_does_not_wait_for_what_it_reads(archive: Archive, inputs: Inputs, tmp_path: Path) -> None:
    inputs.write("0.txt", "hang")
    inputs.write("1.txt", "error ModelError 18 A model is missing.")
    with pytest.raises(ModelError):
        ingest(archive, [inputs.folder], FAST)
    assert rows(archive, "SELECT * FROM store_claims") == []
    assert rows(archive, "SELECT * FROM store_failures") == [], "nothing is said of what was only broken off"
    assert ingest(archive, [], FAST, documents=[]).outcomes == ()


@pytest.mark.parametrize(("trouble", "said"), [("crash", "SIGSEGV"), ("exit", "exit code 3"), ("noise", "broke off")])
def test_a_worker_that_dies_costs_its_document_alone(
    archive: Archive, inputs: Inputs, tmp_path: Path, trouble: str, said: str
) -> None:
    inputs.write("1.txt", trouble)
    inputs.reports("sala-2023", "umea-2020", "amal-2019")
    summary = ingest(archive, [inputs.folder], FAST)
    failed = summary.of(Status.FAILED)
    assert [Path(one.path).name for one in failed] == ["1.txt"]
    assert said in failed[0].reason
    assert failed[0].error == "DocumentCrashError"
    assert report_ids(archive) == ["amal-2019", "sala-2023", "umea-2020"]
    assert [line.split()[-1] for line in orders(tmp_path) if line.startswith(trouble)] == ["1", "2"]


def test_a_worker_that_died_by_chance_costs_nothing(archive: Archive, inputs: Inputs) -> None:
    inputs.write("1.txt", "crash once")
    summary = ingest(archive, [inputs.folder], FAST)
    assert [one.report_id for one in summary.of(Status.DONE)] == ["once-2020"]


def test_a_document_that_hangs_is_given_up(archive: Archive, inputs: Inputs) -> None:
    inputs.write("1.txt", "hang")
    inputs.reports("sala-2023")
    summary = ingest(archive, [inputs.folder], FAST.model_copy(update={"limits": Limits(seconds=60, stall_seconds=10)}))
    assert summary.of(Status.FAILED)[0].error == "DocumentLimitError"
    assert "within 10 s" in summary.of(Status.FAILED)[0].reason
    assert report_ids(archive) == ["sala-2023"]


def test_two_runs_at_once_read_each_document_once(archive: Archive, inputs: Inputs, tmp_path: Path) -> None:
    inputs.reports(*(f"sala-{year}" for year in range(2000, 2030)))
    summaries: list[Summary] = []

    def run() -> None:
        summaries.append(ingest(archive, [inputs.folder], FAST))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(orders(tmp_path)).most_common(1)[0][1] == 1
    assert len(report_ids(archive)) == 30
    assert sum(len(summary.of(Status.DONE)) for summary in summaries) == 30
    assert all(len(summary.outcomes) == 30 and not summary.of(Status.FAILED) for summary in summaries)


def test_a_full_disk_ends_the_run_and_leaves_no_broken_file(
    archive: Archive, inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is simulated: fsync of a report says ENOSPC."""
    from kompass_extract.errors import OutputError

    inputs.reports("sala-2023", "umea-2020")
    ingest(archive, [inputs.folder / "0000-sala-2023.txt"], FAST)

    def full(descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr("kompass_extract.process.files.os.fsync", full)
        with pytest.raises(OutputError, match=r"full|No space"):
            ingest(archive, [inputs.folder], FAST)
    assert report_ids_and_reserved(archive) == (["sala-2023"], ["sala-2023"])
    assert not list(archive.folder.rglob(".*.part"))
    summary = ingest(archive, [inputs.folder], FAST)
    assert [one.report_id for one in summary.of(Status.DONE)] == ["umea-2020"]
    assert report_ids(archive) == ["sala-2023", "umea-2020"]


def report_ids_and_reserved(archive: Archive) -> tuple[list[str], list[str]]:
    recorded = [str(row[0]) for row in rows(archive, "SELECT report_id FROM store_reports")]
    return recorded, [path.stem for path in archive.reports.glob("*.json")]


def test_documents_of_the_archive_are_read_without_their_inputs(archive: Archive, inputs: Inputs) -> None:
    from kompass_extract.archive.take_in import keep

    path = inputs.write("x.bin", "report sala-2023\n")
    store = engine.store_of(archive)
    sha256 = keep(store, archive, path, "Sala 2023.txt")
    path.unlink()
    with engine.running(archive, FAST) as (run, finish):
        assert engine.unread(run) == [sha256]
        finish([])
    summary = ingest(archive, [], FAST, documents=[sha256])
    assert [(one.path, one.report_id) for one in summary.outcomes] == [("Sala 2023.txt", "sala-2023")]
    assert '"file_name": "Sala 2023.txt"' in archive.report_path("sala-2023").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("documents", "cores", "expected"),
    [(0, 2, []), (1, 8, [8]), (2, 8, [4, 4]), (5, 2, [1, 1, 1, 1, 2]), (8, 8, [1] * 8), (3, 1, [1, 1, 1])],
)
def test_cores_are_shared_out(documents: int, cores: int, expected: list[int]) -> None:
    assert spread(documents, cores) == expected
