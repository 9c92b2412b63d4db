"""Many values accepted at once: which may be, each its own decision, all taken back by one step."""

from __future__ import annotations

from pathlib import Path

import pytest

from kompass_extract.errors import OutputError, UsageError
from kompass_extract.model.pointers import changed as with_fields
from kompass_extract.model.report import Report
from kompass_extract.review import Action
from kompass_extract.review.service import Desk, DeskSettings
from kompass_extract.review.service.desk_together import MOST_AT_ONCE, batch_of, new_batch
from kompass_extract.review.service.desk_values import QueueFilter, RefusedError
from kompass_extract.review.service.journal import Journal
from tests.review.test_review_checks import misread
from tests.support.desk_archive import EVERYTHING, ROW, SALA, STRENGTH, TITLE, TOTAL, decided, desk_of, shown
from tests.support.reviewed import changed

ITEMS = [f"/areas/{area}/improvements/0" for area in range(4)]


def doubtful(report_id: str = SALA) -> Report:
    """A reading with a number that fails a check, a missing title, and five texts that are only unsure."""
    report = misread({ROW: 77})
    texts = {pointer: report.areas[int(pointer.split("/")[2])].improvements[0].value for pointer in ITEMS}
    asked = changed(report, {TITLE: None, STRENGTH: report.areas[0].strengths[0].value, **texts}, asked=True)
    source = asked.source.model_copy(update={"sha256": report_id.encode().hex().ljust(64, "0")})
    return asked.model_copy(update={"report_id": report_id, "source": source})


def seen(desk: Desk, reviewer: str = "anna") -> dict[str, str]:
    return {one.item.pointer: one.version for one in desk.acceptable(EVERYTHING, reviewer=reviewer).values}


def test_what_fails_a_check_or_is_missing_is_never_among_them(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, doubtful())
    found = desk.acceptable(EVERYTHING, reviewer="anna")
    assert {one.item.pointer for one in found.values} == {STRENGTH, *ITEMS}
    assert found.alone == found.total - len(found.values) > 2
    asked = {ROW: shown(desk, ROW).version, TOTAL: shown(desk, TOTAL).version, TITLE: shown(desk, TITLE).version}
    assert desk.accept_together(SALA, asked, by="anna", batch=new_batch()) == (ROW, TOTAL, TITLE)
    assert all(shown(desk, pointer).review is None for pointer in asked)


def test_each_value_has_its_own_decision_and_all_are_undone_together(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, doubtful(), doubtful("second-2023"))
    before, batch = desk.open_items(SALA), new_batch()
    values = desk.acceptable(EVERYTHING, reviewer="anna").values
    for report_id in (SALA, "second-2023"):
        own = {one.item.pointer: one.version for one in values if one.item.report_id == report_id}
        assert desk.accept_together(report_id, own, by="anna", batch=batch) == ()
    assert desk.open_items(SALA) == before - 5
    entries = [one for one in Journal(tmp_path / "decisions.jsonl").decisions() if batch_of(one.id) == batch]
    assert sorted(one.pointer for one in entries) == sorted([STRENGTH, *ITEMS] * 2)
    assert len({(one.report, one.at) for one in entries}) == 10
    assert all(one.action is Action.ACCEPT and one.by == "anna" and one.after == one.reading for one in entries)
    assert (desk.together(batch).values, desk.together(batch).reports) == (10, 2)
    taken = desk.undo_together(batch, by="anna")
    assert (taken.values, taken.reports) == (10, 2)
    assert desk.open_items(SALA) == before
    assert desk.together(batch).values == desk.undo_together(batch, by="anna").values == 0
    again = {one.item.pointer: one.version for one in values if one.item.report_id == SALA}
    assert desk.accept_together(SALA, again, by="anna", batch=batch) == ()  # the page once more, by the back button
    assert desk.together(batch).values == 5


def test_what_changed_since_it_was_shown_is_left(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, doubtful())
    versions, batch = seen(desk), new_batch()
    decided(desk, STRENGTH, Action.CORRECT, by="bo", value="En annan styrka")
    assert desk.accept_together(SALA, versions, by="anna", batch=batch) == (STRENGTH,)
    assert shown(desk, STRENGTH).value == "En annan styrka"
    assert desk.together(batch).values == len(ITEMS)
    assert desk.accept_together(SALA, versions, by="anna", batch=batch) == (STRENGTH,)  # sent twice
    assert desk.together(batch).values == len(ITEMS)


def test_what_somebody_else_holds_is_not_shown_and_a_signed_report_is_closed(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, doubtful())
    desk.hold(SALA, STRENGTH, by="bo")
    assert STRENGTH not in seen(desk)
    assert STRENGTH in seen(desk, "bo")
    with pytest.raises(UsageError):
        desk.accept_together(SALA, {}, by="anna", batch="../etc")


def test_the_sample_still_counts(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, doubtful(), settings=DeskSettings(sample_rate=0.05))
    sampled = desk.acceptable(QueueFilter(reason=None), reviewer="anna", limit=500).values
    wanted = {one.item.pointer: one.version for one in sampled if one.item.reason == "sample"}
    assert len(wanted) > 3
    desk.accept_together(SALA, wanted, by="anna", batch=new_batch())
    assert desk.error_rate().checked == len(wanted)


def test_they_are_shown_some_at_a_time(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, doubtful())
    every = desk.acceptable(EVERYTHING, reviewer="anna", limit=2)
    pages, after = [every.values], every.next
    while after:
        page = desk.acceptable(EVERYTHING, reviewer="anna", limit=2, after=after)
        pages.append(page.values)
        after = page.next
        assert len(pages) <= MOST_AT_ONCE
    assert sorted(one.item.pointer for page in pages for one in page) == sorted([STRENGTH, *ITEMS])


def test_the_queue_is_filtered_by_confidence(tmp_path: Path) -> None:
    report = with_fields(
        doubtful(), lambda pointer, one: one.model_copy(update={"confidence": 0.5}) if pointer == ITEMS[0] else one
    )
    desk = desk_of(tmp_path, report)
    sure = desk.acceptable(QueueFilter(surest=80), reviewer="anna").values
    assert {one.item.pointer for one in sure} == {STRENGTH, *ITEMS[1:]}
    assert (
        desk.queue(QueueFilter(surest=80), reviewer="anna").total == desk.queue(EVERYTHING, reviewer="anna").total - 1
    )


def test_a_journal_that_cannot_be_written_leaves_all_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_of(tmp_path, doubtful())
    versions, before, count = seen(desk), desk.open_items(SALA), 0
    real = Journal.append

    def fails(self: Journal, entry: object) -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise OutputError("The decision was not saved: the disk is full.")
        real(self, entry)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "append", fails)
    with pytest.raises(OutputError):
        desk.accept_together(SALA, versions, by="anna", batch=new_batch())
    monkeypatch.undo()
    assert desk.open_items(SALA) == before
    assert list(Journal(tmp_path / "decisions.jsonl").decisions()) == []


def test_a_signed_report_takes_no_undo(tmp_path: Path) -> None:
    desk, batch = desk_of(tmp_path, doubtful()), new_batch()
    desk.accept_together(SALA, seen(desk), by="anna", batch=batch)
    for one in desk.queue(EVERYTHING, reviewer="anna", limit=500).items:
        action = Action.ACCEPT if one.kind == "finding" or one.text else Action.REJECT
        decided(desk, one.pointer, action)
    desk.sign(SALA, by="anna")
    with pytest.raises(RefusedError):
        desk.undo_together(batch, by="anna")
