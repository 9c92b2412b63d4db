"""The review desk over a store: queue, items, decisions, conflicts, holds, signing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import FieldRow, ReportRow
from kompass_extract.errors import UnreadableFileError, UsageError
from kompass_extract.model.report import Evidence
from kompass_extract.report import export
from kompass_extract.review import Action, Target
from kompass_extract.review.service import Desk, DeskSettings
from kompass_extract.review.service.desk_values import (
    Conflict,
    ImpossibleError,
    Order,
    QueueFilter,
    ReasonClass,
    RefusedError,
    ReportFilter,
    Saved,
    UnfinishedError,
    UnknownItemError,
    UnknownReportError,
)
from tests.review.test_review_carry import newer, with_item_before
from tests.review.test_review_checks import misread
from tests.support.desk_archive import (
    EVERYTHING,
    ROW,
    SALA,
    STRENGTH,
    TITLE,
    TOTAL,
    Clock,
    accept_all,
    decided,
    desk_of,
    put,
    sala,
    shown,
)
from tests.support.reviewed import changed, checked, gold_report


def test_the_queue_begins_with_failed_checks_then_scores_then_doubt(desk: Desk) -> None:
    items = desk.queue(EVERYTHING, reviewer="anna").items
    reasons = [item.reason for item in items]
    checks = reasons.count(ReasonClass.CHECK)
    assert checks > 3
    assert set(reasons[:checks]) == {ReasonClass.CHECK}
    assert items[-1].confidence >= items[checks].confidence
    assert {item.pointer for item in items} >= {ROW, TOTAL, TITLE, STRENGTH}


def test_the_queue_is_paged_without_gaps(desk: Desk) -> None:
    whole = [one.pointer for one in desk.queue(EVERYTHING, reviewer="anna").items]
    found, after = [], None
    while True:
        page = desk.queue(EVERYTHING, reviewer="anna", after=after, limit=2)
        assert page.total == len(whole)
        found += [one.pointer for one in page.items]
        after = page.next
        if after is None:
            break
    assert found == whole


def test_filters_choose_and_facets_count(desk: Desk) -> None:
    facets = desk.facets(EVERYTHING, reviewer="anna")
    assert dict(facets.municipalities) == {"Sala": desk.open_items(SALA)}
    for kind, count in facets.kinds:
        assert desk.queue(QueueFilter(kind=kind), reviewer="anna").total == count
    for reason, count in facets.reasons:
        assert desk.queue(QueueFilter(reason=reason), reviewer="anna").total == count
    for area, count in facets.areas:
        assert desk.queue(QueueFilter(area=area), reviewer="anna").total == count
    assert desk.queue(QueueFilter(edition="2016"), reviewer="anna").total == 0
    assert desk.queue(QueueFilter(municipality="Sala", report_id=SALA), reviewer="anna").total > 0


def test_going_on_works_from_an_item_that_is_decided(desk: Desk) -> None:
    first, second, third = desk.queue(EVERYTHING, reviewer="anna").items[:3]
    decided(desk, second.pointer, Action.ACCEPT)
    after = desk.next_item(EVERYTHING, reviewer="anna", after=second.position)
    before = desk.next_item(EVERYTHING, reviewer="anna", after=third.position, back=True)
    assert after is not None
    assert after.pointer != first.pointer
    assert before is not None
    assert before.pointer == first.pointer


def test_the_place_in_the_queue_counts_from_one(desk: Desk) -> None:
    items = desk.queue(EVERYTHING, reviewer="anna").items
    place = desk.place(EVERYTHING, items[2].position, reviewer="anna")
    assert (place.number, place.total) == (3, len(items))
    assert shown(desk, items[2].pointer).position == items[2].position


@pytest.mark.parametrize("position", ["", "x", "1.2.3", "a.b.c.d", "1.2.99999999999.x", "-1.0.0.sala"])
def test_a_made_up_position_is_told_as_such(desk: Desk, position: str) -> None:
    with pytest.raises(UsageError):
        desk.queue(EVERYTHING, reviewer="anna", after=position)


def test_an_item_shows_its_reading_reasons_and_table(desk: Desk) -> None:
    item = shown(desk, ROW)
    table = item.surroundings.table
    assert (item.kind, item.area, item.number, item.value) == ("achieved", 1, True, 77)
    assert any(one.params.get("check") == "rows-total" for one in item.reasons)
    assert table is not None
    assert len(table.rows) == 5
    assert table.rows[0].achieved.focus
    assert any(check.status == "failed" for check in table.checks)
    assert item.history[0].action == "read"


def test_a_list_items_neighbours_are_shown_with_what_a_join_would_read(desk: Desk) -> None:
    item = shown(desk, STRENGTH)
    lists = {one.list: one for one in item.surroundings.lists}
    assert {"strengths", "improvements", "rubrics"} <= set(lists)
    assert lists["strengths"].items[0].focus
    assert item.surroundings.next_in_list == "/areas/0/strengths/1"
    assert str(item.surroundings.joined_text).startswith(str(item.value))
    assert Target(area=8, list="improvements") in [one.target for one in item.surroundings.targets]


def test_a_rows_question_comes_with_the_editions_questions(desk: Desk) -> None:
    item = shown(desk, "/areas/0/score_table/rows/1/question")
    choices = item.surroundings.questions
    assert choices[0].question_id == "2020/1.2"
    assert choices[0].chosen
    assert len(choices) == 5
    assert shown(desk, "/areas/0/score_table/rows/1").pointer == item.pointer


def test_a_narratives_paragraph_is_shown_with_its_sections_heading(desk: Desk) -> None:
    section = shown(desk, "/areas/0/narrative/0/paragraphs/0").surroundings.lists[-1]
    assert section.heading is not None
    assert section.items[0].pointer == "/areas/0/narrative/0/paragraphs/0"


def test_looking_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    before = desk.queue(EVERYTHING, reviewer="anna")
    shown(desk, ROW)
    assert desk.queue(EVERYTHING, reviewer="anna") == before
    assert not (tmp_path / "decisions.jsonl").exists()


def test_a_decision_takes_the_item_off_the_queue_and_into_the_history(desk: Desk) -> None:
    saved = decided(desk, TITLE, Action.CORRECT, value="  Utvärdering \n av Sala ")
    item = shown(desk, TITLE)
    assert item.value == "Utvärdering av Sala"
    assert item.history[-1].by == "anna"
    assert (item.history[-1].before, item.history[-1].after) == (None, "Utvärdering av Sala")
    assert saved.version == item.version
    assert TITLE not in {one.pointer for one in desk.queue(EVERYTHING, reviewer="anna").items}
    assert desk.report_line(SALA).status == "in_review"
    assert desk.report_line(SALA).decided == 1


def test_a_correction_closes_what_only_its_check_asked_about(desk: Desk) -> None:
    before = desk.open_items(SALA)
    right = gold_report().areas[0].score_table.rows[0].achieved.value
    saved = decided(desk, ROW, Action.CORRECT, value=right)
    assert saved.open < before - 3


def test_an_undo_a_week_later_restores_the_queue(desk: Desk, tmp_path: Path) -> None:
    clock = Clock()
    desk = Desk(tmp_path, now=clock)
    before = desk.queue(EVERYTHING, reviewer="anna")
    version = shown(desk, TITLE).version
    saved = decided(desk, TITLE, Action.REJECT)
    clock.now += timedelta(days=7)
    undone = desk.undo(saved.decision.id, by="bertil")
    assert (undone.pointer, undone.report_id) == (TITLE, SALA)
    assert desk.queue(EVERYTHING, reviewer="anna") == before
    assert shown(desk, TITLE).version == version
    actions = [(one.action, one.by, one.voided_by is not None) for one in shown(desk, TITLE).history[1:]]
    assert actions == [(Action.REJECT, "anna", True), (Action.UNDO, "bertil", False)]
    desk.undo(undone.decision.id, by="anna")
    assert shown(desk, TITLE).review is not None


def test_undoing_twice_undoes_once(desk: Desk) -> None:
    saved = decided(desk, TITLE, Action.REJECT)
    assert desk.undo(saved.decision.id, by="anna").decision == desk.undo(saved.decision.id, by="anna").decision


def test_the_last_decision_that_stands_is_what_undo_takes_back(desk: Desk) -> None:
    first = decided(desk, TITLE, Action.REJECT)
    second = decided(desk, STRENGTH, Action.ACCEPT)
    for expected in (second, first):
        latest = desk.last_decision("anna")
        assert latest is not None
        assert latest.decision == expected.decision.id
        desk.undo(expected.decision.id, by="anna")
    assert desk.last_decision("anna") is None
    assert desk.last_decision("bertil") is None


def test_a_save_on_what_another_changed_shows_both(desk: Desk) -> None:
    seen = shown(desk, TITLE, "bertil").version
    decided(desk, TITLE, Action.CORRECT, value="Annas titel")
    order = Order(action=Action.CORRECT, pointer=TITLE, value="Bertils titel")
    conflict = desk.decide(SALA, order, by="bertil", seen=seen)
    assert isinstance(conflict, Conflict)
    assert conflict.now is not None
    assert (conflict.now.value, conflict.theirs[-1].by, conflict.order.value) == (
        "Annas titel",
        "anna",
        "Bertils titel",
    )
    saved = desk.decide(SALA, order, by="bertil", seen=conflict.now.version)
    assert isinstance(saved, Saved)
    assert shown(desk, TITLE).value == "Bertils titel"


def test_a_save_on_what_another_removed_shows_that_it_is_gone(desk: Desk) -> None:
    seen = shown(desk, STRENGTH, "bertil").version
    decided(desk, STRENGTH, Action.REMOVE)
    conflict = desk.decide(SALA, Order(action=Action.ACCEPT, pointer=STRENGTH), by="bertil", seen=seen)
    assert isinstance(conflict, Conflict)
    assert conflict.now is None
    assert conflict.theirs[-1].action is Action.REMOVE


def test_a_form_sent_twice_is_saved_once(desk: Desk) -> None:
    seen = shown(desk, TITLE).version
    order = Order(action=Action.CORRECT, pointer=TITLE, value="Titel")
    once = desk.decide(SALA, order, by="anna", seen=seen)
    twice = desk.decide(SALA, order, by="anna", seen=seen)
    assert isinstance(once, Saved)
    assert isinstance(twice, Saved)
    assert once.decision == twice.decision
    place = Evidence(page=1, bbox=(1.0, 2.0, 3.0, 4.0))
    added = Order(action=Action.ADD, value="Ny", target=Target(area=1, list="strengths"), places=(place,))
    for _ in range(2):
        desk.decide(SALA, added, by="anna", seen=None)
    assert [one.value for one in desk.report(SALA).areas[0].strengths].count("Ny") == 1
    assert len(desk.history(SALA)) == 2


def test_splitting_joining_moving_and_adding_change_the_report(desk: Desk) -> None:
    split = decided(desk, STRENGTH, Action.SPLIT, value="Ena", rest="Andra")
    part = f"@{split.decision.id}"
    assert shown(desk, part).value == "Andra"
    decided(desk, part, Action.MOVE, target=Target(area=2, list="improvements"))
    assert shown(desk, part).area == 2
    decided(desk, STRENGTH, Action.JOIN, other="/areas/0/strengths/1", value="Ena och det andra")
    added = decided(desk, "", Action.ADD, value="Förbisedd", target=Target(area=1, list="strengths"))
    report = desk.report(SALA)
    texts = [one.value for one in report.areas[0].strengths]
    assert texts[0] == "Ena och det andra"
    assert "Förbisedd" in texts
    assert "Andra" in [one.value for one in report.areas[1].improvements]
    assert shown(desk, added.pointer).value == "Förbisedd"
    desk.undo(split.decision.id, by="anna")
    assert "Andra" not in [one.value for one in desk.report(SALA).areas[1].improvements]


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (Order(action=Action.CORRECT, pointer=ROW, value="sju"), "a number"),
        (Order(action=Action.CORRECT, pointer=TITLE, value="  "), "needs a value"),
        (Order(action=Action.SPLIT, pointer=STRENGTH, value="", rest="b"), "two texts"),
        (Order(action=Action.SET_QUESTION, pointer="/areas/0/score_table/rows/0", value="2020/9.9"), "no question"),
        (Order(action=Action.MOVE, pointer=STRENGTH), "add the area"),
        (Order(action=Action.UNDO, pointer=STRENGTH), "by its id"),
        (Order(action=Action.CORRECT, pointer=TITLE, value="x" * 30_000), "no item"),
    ],
)
def test_orders_that_make_no_sense_are_refused_and_leave_nothing(desk: Desk, order: Order, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        desk.decide(SALA, order, by="anna", seen=shown(desk, order.pointer).version)
    assert desk.history(SALA) == ()


@pytest.mark.parametrize(
    "pointer", ["", "/nothing", "/areas/99/score", "@gone", "/blocks/9999", "/blocks/x", "/checks/x/1"]
)
def test_places_that_are_not_there_are_told_as_such(desk: Desk, pointer: str) -> None:
    with pytest.raises(UnknownItemError):
        desk.item(SALA, pointer, reviewer="anna")
    with pytest.raises(UnknownItemError):
        desk.decide(SALA, Order(action=Action.ACCEPT, pointer=pointer), by="anna", seen=None)


def test_reports_and_decisions_that_are_not_there_are_told_as_such(desk: Desk) -> None:
    for call in (desk.report, desk.report_line, desk.open_items):
        with pytest.raises(UnknownReportError):
            call("nowhere-1999")
    with pytest.raises(UnknownItemError):
        desk.undo("no such", by="anna")
    with pytest.raises(UnknownReportError):
        desk.page(99, 1)


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        (Evidence(page=1, bbox=(300.0, 50.0, 10.0, 20.0)), (10.0, 20.0, 300.0, 50.0)),
        (Evidence(page=1, bbox=(-50.0, 10.0, 9999.0, 20.0)), (0.0, 10.0, 595.0, 20.0)),
        (Evidence(page=7, bbox=(1.0, 1.0, 2.0, 2.0)), None),
        (Evidence(page=1, bbox=(float("nan"), 1.0, 2.0, 2.0)), None),
        (Evidence(page=1, bbox=(0.0, 1.0, float("inf"), 2.0)), None),
    ],
)
def test_a_drawn_box_is_kept_within_its_page(desk: Desk, place: Evidence, kept: tuple[float, ...] | None) -> None:
    order = Order(action=Action.ADD, value="Ny", target=Target(area=1, list="strengths"), places=(place,))
    if kept is None:
        with pytest.raises(RefusedError, match="does not lie on a page"):
            desk.decide(SALA, order, by="anna", seen=None)
        return
    saved = desk.decide(SALA, order, by="anna", seen=None)
    assert isinstance(saved, Saved)
    assert shown(desk, saved.pointer).evidence[0].bbox == kept


def test_control_characters_do_not_get_into_a_report(desk: Desk) -> None:
    decided(desk, TITLE, Action.CORRECT, value="Tit\x00el\u202e <script>")
    assert shown(desk, TITLE).value == "Titel <script>"


def test_a_held_item_is_seen_by_others_until_it_expires(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, settings=DeskSettings(hold_seconds=60))
    now = [1_000.0]
    monkeypatch.setattr(desk._store, "clock", lambda session: now[0])
    first = desk.queue(EVERYTHING, reviewer="anna").items[0]
    assert desk.hold(SALA, first.pointer, by="anna").mine
    theirs = desk.hold(SALA, first.pointer, by="bertil")
    assert (theirs.by, theirs.mine) == ("anna", False)
    assert desk.queue(EVERYTHING, reviewer="bertil").items[0].held_by == "anna"
    assert desk.report_line(SALA).held_by == ("anna",)
    other = desk.next_item(EVERYTHING, reviewer="bertil")
    assert other is not None
    assert other.pointer != first.pointer
    now[0] += 59
    assert desk.hold(SALA, first.pointer, by="anna").mine  # renewed
    now[0] += 59
    assert desk.item(SALA, first.pointer, reviewer="bertil").hold is not None
    now[0] += 2
    assert desk.item(SALA, first.pointer, reviewer="bertil").hold is None
    assert desk.hold(SALA, first.pointer, by="bertil").mine
    desk.release(SALA, first.pointer, by="bertil")
    assert desk.item(SALA, first.pointer, reviewer="anna").hold is None


def test_deciding_releases_the_item(desk: Desk) -> None:
    desk.hold(SALA, TITLE, by="anna")
    decided(desk, TITLE, Action.REJECT)
    assert shown(desk, TITLE).hold is None


def test_signing_wants_an_empty_queue_and_writes_the_reviewed_report(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UnfinishedError, match="still open"):
        desk.sign(SALA, by="anna")
    accept_all(desk)
    path = desk.sign(SALA, by="anna")
    report = export.load_report(path)
    assert (report.review.status, report.review.open) == ("reviewed", 0)
    assert report.report.title.review is not None
    line = desk.report_line(SALA)
    assert (line.status, line.signed_by) == ("reviewed", "anna")
    machine = export.load_report(tmp_path / "reports" / f"{SALA}.json")
    assert machine.report.title.review is None


def test_a_signed_report_takes_no_decision_until_it_is_opened_again(desk: Desk) -> None:
    accept_all(desk)
    desk.sign(SALA, by="anna")
    with pytest.raises(RefusedError, match="open it again"):
        decided(desk, TITLE, Action.CORRECT, value="Ny")
    desk.reopen(SALA, by="bertil")
    assert desk.report_line(SALA).status == "in_review"
    decided(desk, TITLE, Action.CORRECT, value="Ny")
    assert desk.sign(SALA, by="anna").exists()


def test_a_newer_reading_that_asks_something_opens_a_signed_report_again(desk: Desk, tmp_path: Path) -> None:
    accept_all(desk)
    desk.sign(SALA, by="anna")
    desk.close()
    unchanged = desk_of(tmp_path, newer(sala()))
    assert unchanged.report_line(SALA).status == "reviewed"
    unchanged.close()
    asking = desk_of(tmp_path, newer(changed(sala(), {STRENGTH: "Ganska annorlunda"})))
    line = asking.report_line(SALA)
    assert (line.status, line.signed_by) == ("in_review", None)
    assert line.open > 0


def test_a_report_without_doubts_is_signed_without_decisions_and_stays_so(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, gold_report())
    desk.sign(SALA, by="anna")
    desk.close()
    again = desk_of(tmp_path, newer(gold_report()))
    assert again.report_line(SALA).status == "reviewed"


def test_a_report_that_is_gone_leaves_the_queue(desk: Desk, tmp_path: Path) -> None:
    with desk._store.write() as session:
        session.execute(delete(FieldRow))
        session.execute(delete(ReportRow))
    again = Desk(tmp_path)
    assert again.queue(EVERYTHING, reviewer="anna").total == 0
    assert again.reports().total == 0


@pytest.mark.parametrize("content", [None, "{}", "not JSON"])
def test_a_lost_report_file_harms_no_other_report(tmp_path: Path, content: str | None) -> None:
    desk = desk_of(tmp_path, sala(), gold_report("hoganas-2018"))
    decided(desk, TITLE, Action.REJECT)
    desk.close()
    for report in (newer(sala()), changed(gold_report("hoganas-2018"), {"/areas/0/score": None}, asked=True)):
        put(desk._archive, report)
    path = tmp_path / "reports" / f"{SALA}.json"
    path.unlink()
    if content is not None:
        path.write_text(content, encoding="utf-8")
    again = Desk(tmp_path)
    assert again.reports().total == 2
    assert again.queue(QueueFilter(report_id="hoganas-2018"), reviewer="anna").total > 0
    with pytest.raises(UnreadableFileError):
        again.item(SALA, TITLE, reviewer="anna")


@pytest.mark.parametrize("content", ["{}", "[]", "not JSON"])
def test_a_damaged_report_file_nobody_decided_about_is_told_when_it_is_opened(tmp_path: Path, content: str) -> None:
    archive = Archive.at(tmp_path)
    put(archive, sala())
    (tmp_path / "reports" / f"{SALA}.json").write_text(content, encoding="utf-8")
    desk = Desk(archive)
    assert TITLE in {one.pointer for one in desk.queue(EVERYTHING, reviewer="anna").items}
    with pytest.raises(UnreadableFileError):
        desk.item(SALA, TITLE, reviewer="anna")


def test_a_missing_area_stands_in_the_queue_until_somebody_says_so(tmp_path: Path) -> None:
    report = misread({})
    lacking = report.model_copy(update={"areas": report.areas[:7]})
    desk = desk_of(tmp_path, checked(lacking))
    item = desk.queue(QueueFilter(kind="finding"), reviewer="anna").items[0]
    view = shown(desk, item.pointer)
    assert view.check is not None
    assert view.actions == (Action.ACCEPT, Action.ADD)
    with pytest.raises(UnfinishedError):
        desk.sign(SALA, by="anna")
    decided(desk, item.pointer, Action.ACCEPT)
    assert desk.queue(QueueFilter(kind="finding"), reviewer="anna").total == 0


def test_two_people_read_blindly_and_a_third_settles_what_differs(desk: Desk) -> None:
    desk.set_double_reading(SALA, True, by="chefen")
    first = decided(desk, TITLE, Action.CORRECT, value="En titel")
    assert first.waits_for_second
    assert TITLE not in {one.pointer for one in desk.queue(EVERYTHING, reviewer="anna").items}
    blind = shown(desk, TITLE, "bertil")
    assert (blind.value, blind.needs_review) == (None, True)
    assert "En titel" not in repr(blind)
    assert not decided(desk, TITLE, Action.CORRECT, by="bertil", value="En annan").waits_for_second
    dispute = shown(desk, TITLE, "cecilia")
    assert dispute.reason_class is ReasonClass.DISPUTE
    assert {one.value for one in dispute.alternatives} == {"En titel", "En annan"}
    assert {one.by for one in dispute.previous} == {"anna", "bertil"}
    decided(desk, TITLE, Action.CORRECT, by="cecilia", value="En titel")
    assert shown(desk, TITLE).value == "En titel"
    assert not shown(desk, TITLE).needs_review


def test_two_blind_readings_that_agree_settle_a_value(desk: Desk) -> None:
    desk.set_double_reading(SALA, True, by="chefen")
    decided(desk, TITLE, Action.CORRECT, value="En titel")
    with pytest.raises(UnfinishedError):
        desk.sign(SALA, by="anna")
    decided(desk, TITLE, Action.CORRECT, by="bertil", value="En titel")
    item = shown(desk, TITLE)
    assert (item.value, item.needs_review) == ("En titel", False)


def test_what_waits_for_a_second_reader_is_anybodys_when_one_is_enough(desk: Desk) -> None:
    desk.set_double_reading(SALA, True, by="chefen")
    decided(desk, TITLE, Action.CORRECT, value="En titel")
    desk.set_double_reading(SALA, False, by="chefen")
    assert TITLE in {one.pointer for one in desk.queue(EVERYTHING, reviewer="anna").items}
    decided(desk, TITLE, Action.CORRECT, value="En annan")
    assert shown(desk, TITLE).value == "En annan"
    assert TITLE not in {one.pointer for one in desk.queue(EVERYTHING, reviewer="anna").items}


def test_a_sample_of_confident_fields_tells_the_silent_error_rate(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, gold_report(), settings=DeskSettings(sample_rate=0.2))
    sampled = desk.queue(QueueFilter(reason=ReasonClass.SAMPLE), reviewer="anna", limit=200).items
    assert 50 < len(sampled) < 140  # 459 fields, a fifth of them
    assert desk.error_rate().rate is None
    texts = [one for one in sampled if not shown(desk, one.pointer).number][:10]
    for one in texts[:9]:
        decided(desk, one.pointer, Action.ACCEPT)
    decided(desk, texts[9].pointer, Action.CORRECT, value="Något annat")
    rate = desk.error_rate()
    assert (rate.checked, rate.errors, rate.rate) == (10, 1, 0.1)
    assert rate.low < 0.1 < rate.high
    again, of_sample = Desk(tmp_path, settings=DeskSettings(sample_rate=0.2)), QueueFilter(reason=ReasonClass.SAMPLE)
    remaining = {one.pointer for one in again.queue(of_sample, reviewer="x", limit=200).items}
    assert remaining == {one.pointer for one in sampled} - {one.pointer for one in texts}


def test_a_newer_run_keeps_the_decisions_and_asks_where_it_contradicts_one(desk: Desk, tmp_path: Path) -> None:
    decided(desk, TITLE, Action.CORRECT, value="Rätt titel")
    decided(desk, STRENGTH, Action.CORRECT, value="Rätt styrka")
    desk.close()
    again = newer(with_item_before(changed(sala(), {TITLE: "Tredje titeln"})))
    later = desk_of(tmp_path, again)
    title = shown(later, TITLE)
    assert title.reason_class is ReasonClass.CONTRADICTION
    assert (title.value, title.alternatives[0].value) == ("Tredje titeln", "Rätt titel")
    assert title.previous[0].by == "anna"
    first = {one.reason for one in later.queue(EVERYTHING, reviewer="anna").items if one.position.startswith("0.")}
    assert first == {ReasonClass.CHECK, ReasonClass.CONTRADICTION}
    moved = shown(later, "/areas/0/strengths/1")
    assert moved.value == "Rätt styrka"
    assert [one.by for one in moved.history[1:]] == ["anna"]


def test_a_newer_run_is_noticed_by_an_open_desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kompass_extract.review.service.desk_base.LOOK_SECONDS", 0.0)
    put(desk._archive, changed(sala(), {TITLE: "Nu läst"}))
    assert shown(desk, TITLE).value == "Nu läst"


def test_reports_are_listed_by_name_and_state(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, sala(), gold_report("hoganas-2018"))
    assert [one.report_id for one in desk.reports().lines] == ["hoganas-2018", SALA]
    assert desk.reports(ReportFilter(text="Höga")).lines[0].report_id == "hoganas-2018"
    assert desk.reports(ReportFilter(text="HÖGANÄS")).total == 1
    assert desk.reports(ReportFilter(text="SALA")).lines[0].open > 0
    assert desk.reports(ReportFilter(edition="2016")).lines[0].report_id == "hoganas-2018"
    assert desk.reports(ReportFilter(status="reviewed")).total == 0
    assert desk.reports(limit=1, offset=1).lines[0].report_id == SALA


def test_the_history_of_a_reviewer_runs_over_reports(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, sala(), gold_report("hoganas-2018"))
    decided(desk, TITLE, Action.REJECT)
    score = desk.item("hoganas-2018", "/areas/0/score", reviewer="anna")
    desk.decide("hoganas-2018", Order(action=Action.ACCEPT, pointer="/areas/0/score"), by="anna", seen=score.version)
    assert [one.report_id for one in desk.history(by="anna")] == ["hoganas-2018", SALA]
    assert [one.report_id for one in desk.history(by="anna", offset=1)] == [SALA]
    assert desk.history(by="bertil") == ()


def test_a_pages_picture_is_found_by_numbers_alone(desk: Desk, tmp_path: Path) -> None:
    row_id = desk.report_line(SALA).row_id
    page = desk.page(row_id, 1)
    assert Path(page.path).is_relative_to(tmp_path)
    assert (page.number, page.width) == (1, 595)
    with pytest.raises(UnknownItemError):
        desk.page(row_id, 99)
    assert len(desk.blocks(SALA, 1)) > 10


def test_times_go_forward_although_a_clock_goes_back(desk: Desk, tmp_path: Path) -> None:
    still: Callable[[], datetime] = lambda: datetime.fromisoformat("2026-01-01T00:00:00+00:00")  # noqa: E731
    desk = Desk(tmp_path, now=still)
    decided(desk, TITLE, Action.CORRECT, value="först")
    decided(desk, TITLE, Action.CORRECT, value="sedan")
    assert shown(desk, TITLE).value == "sedan"
    lines = (tmp_path / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["after"] for line in lines] == ["först", "sedan"]


def test_an_impossible_value_wants_to_be_confirmed(desk: Desk) -> None:
    item = shown(desk, ROW)
    order = Order(action=Action.CORRECT, pointer=ROW, value=99)
    with pytest.raises(ImpossibleError, match="more than the maximum"):
        desk.decide(SALA, order, by="anna", seen=item.version)
    assert shown(desk, ROW).review is None
    saved = desk.decide(SALA, order.model_copy(update={"confirmed": True}), by="anna", seen=item.version)
    assert isinstance(saved, Saved)
    after = shown(desk, ROW)
    assert after.value == 99
    assert "achieved-max" in {check.id for check in after.checks}
    assert not after.needs_review


@pytest.mark.parametrize("text", ["Sala", "SALA 2023", "2023 sala", "sala-2023", "sala .pdf"])
def test_search_finds_a_report_by_its_words(desk: Desk, text: str) -> None:
    assert [line.report_id for line in desk.reports(ReportFilter(text=text)).lines] == [SALA]
    assert desk.reports(ReportFilter(text="sala 1999")).total == 0


def test_corrected_values_reach_list_search_filters_and_store(desk: Desk) -> None:
    saved = decided(desk, "/report/municipality", Action.CORRECT, value="Åmål")
    decided(desk, "/report/year", Action.CORRECT, value=2019)
    line = desk.report_line(SALA)
    assert (line.municipality, line.year) == ("Åmål", 2019)
    for text in ("Åmål", "åmål 2019", "amal"):
        assert desk.reports(ReportFilter(text=text)).total == 1, text
    waiting = desk.queue(EVERYTHING, reviewer="anna").total
    assert desk.queue(QueueFilter(municipality="Åmål"), reviewer="anna").total == waiting

    def stored(pointer: str) -> str | None:
        with desk._store.read() as session:
            return session.scalar(select(FieldRow.value).filter_by(report_id=SALA, pointer=pointer))

    assert stored("/report/municipality") == "Åmål"
    second = shown(desk, "/areas/0/strengths/1").value
    decided(desk, "/areas/0/strengths/0", Action.REMOVE)
    assert stored("/areas/0/strengths/0") == second
    desk.undo(saved.decision.id, by="anna")
    assert desk.report_line(SALA).municipality == "Sala"
    assert stored("/report/municipality") == "Sala"
