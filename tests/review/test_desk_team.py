"""What people do together: events and comments in the history, assignments, figures, signed reports."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kompass_extract.archive.store import Store
from kompass_extract.review import Action
from kompass_extract.review.service import Desk
from kompass_extract.review.service.desk_values import Order, QueueFilter, RefusedError, ReportFilter
from kompass_extract.review.service.rebuild import rebuild
from tests.support.desk_archive import EVERYTHING, SALA, STRENGTH, TITLE, decided, desk_of, sala, shown


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_of(tmp_path / "archive", sala())


def signed(desk: Desk) -> None:
    """Decide all that is open, and sign."""
    while (waiting := desk.next_item(EVERYTHING, reviewer="anna")) is not None:
        item = shown(desk, waiting.pointer)
        order = Order(action=Action.ACCEPT, pointer=item.pointer, confirmed=True)
        desk.decide(SALA, order, by="anna", seen=item.version)
    desk.sign(SALA, by="anna")


def test_the_history_has_signatures_assignments_and_comments_among_the_decisions(desk: Desk) -> None:
    decided(desk, STRENGTH, Action.ACCEPT)
    desk.comment(SALA, STRENGTH, "  Se sidan  4 ", by="berit")
    desk.assign([SALA], "anna", by="berit")
    signed(desk)
    desk.reopen(SALA, by="anna")
    whole = desk.history(SALA, limit=100)
    assert [one.action for one in whole[:2]] == ["reopen", "sign"]
    assert [(one.action, one.by, one.after) for one in whole[-3:]] == [
        ("assign", "berit", "anna"),
        ("comment", "berit", "Se sidan 4"),
        (Action.ACCEPT, "anna", whole[-1].after),
    ]
    assert desk.history(limit=100) == whole, "the archive's trail is that of its one report"
    assert {one.by for one in desk.history(by="berit", limit=100)} == {"berit"}


def test_the_history_goes_on_to_its_beginning(desk: Desk) -> None:
    signed(desk)
    for _ in range(3):
        desk.reopen(SALA, by="anna")
        desk.sign(SALA, by="anna")
    whole = desk.history(SALA, limit=1000)
    pages = [desk.history(SALA, offset=offset, limit=4) for offset in range(0, len(whole), 4)]
    assert tuple(one for page in pages for one in page) == whole
    everywhere = [desk.history(offset=offset, limit=4) for offset in range(0, len(whole), 4)]
    assert tuple(one for page in everywhere for one in page) == whole


def test_a_comment_stands_with_its_value_and_empty_ones_are_refused(desk: Desk) -> None:
    desk.comment(SALA, TITLE, "Är det titeln?", by="berit")
    assert [(one.by, one.text) for one in shown(desk, TITLE).remarks] == [("berit", "Är det titeln?")]
    assert shown(desk, STRENGTH).remarks == ()
    for text in ("  ", "x" * 3000):
        with pytest.raises(RefusedError):
            desk.comment(SALA, TITLE, text, by="berit")


def test_reports_are_given_to_somebody_and_found_by_it(desk: Desk) -> None:
    desk.assign([SALA], "berit", by="anna")
    assert desk.report_line(SALA).assigned == "berit"
    assert desk.reports(ReportFilter(assigned="berit")).total == 1
    assert desk.reports(ReportFilter(assigned="anna")).total == 0
    assert desk.queue(QueueFilter(assigned="berit"), reviewer="berit").total == 9
    assert desk.queue(QueueFilter(assigned="anna"), reviewer="anna").total == 0
    desk.assign([SALA], None, by="anna")
    assert desk.report_line(SALA).assigned is None


def test_a_store_made_anew_has_events_comments_and_assignments(desk: Desk, tmp_path: Path) -> None:
    desk.comment(SALA, TITLE, "Se omslaget", by="berit")
    desk.assign([SALA], "berit", by="anna")
    signed(desk)
    before = desk.history(SALA, limit=100)
    archive = desk._archive
    desk.close()
    for path in archive.folder.glob("archive.db*"):
        path.unlink()
    source = archive.files / sala().source.sha256[:2]
    shutil.rmtree(source, ignore_errors=True)
    rebuild(archive)
    again = Desk(archive)
    assert again.history(SALA, limit=100) == before
    assert again.report_line(SALA).assigned == "berit"
    assert (again.report_line(SALA).status, again.report_line(SALA).signed_by) == ("reviewed", "anna")
    again.close()


def test_what_the_journal_has_and_the_store_lacks_is_put_back(desk: Desk) -> None:
    desk.comment(SALA, TITLE, "Se omslaget", by="berit")
    store = Store.open(desk._archive)
    with store.write() as session:
        session.connection().exec_driver_sql("DELETE FROM store_comments")
    store.close()
    again = Desk(desk._archive)
    assert [one.text for one in again.item(SALA, TITLE, reviewer="anna").remarks] == ["Se omslaget"]
    again.close()


def test_a_signed_report_offers_nothing_and_takes_comments(desk: Desk) -> None:
    signed(desk)
    item = shown(desk, TITLE)
    assert item.signed
    assert item.actions == ()
    with pytest.raises(RefusedError):
        desk.set_double_reading(SALA, True, by="anna")
    desk.comment(SALA, TITLE, "Efteråt", by="berit")
    assert len(shown(desk, TITLE).remarks) == 1


def test_an_item_says_whether_it_is_asked_about(desk: Desk) -> None:
    assert shown(desk, STRENGTH).asked
    assert not shown(desk, "/report/year").asked


def test_figures_count_decisions_and_judge_the_machine(desk: Desk) -> None:
    decided(desk, STRENGTH, Action.CORRECT, value="Något annat")
    decided(desk, "/areas/0/strengths/1", Action.ACCEPT)
    undone = decided(desk, "/areas/0/strengths/2", Action.CORRECT, value="Fel")
    desk.undo(undone.decision.id, by="anna")
    found = desk.figures()
    assert [(one.day, one.by, one.decisions) for one in found.days] == [("2026-01-01", "anna", 3)]
    assert [(one.kind, one.rate.errors, one.rate.checked) for one in found.judged] == [("strength", 1, 2)]
    assert found.months == ()
