"""The desk over a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kompass_extract.review import Action
from kompass_extract.review.service import Desk, DeskSettings
from kompass_extract.review.service.desk_together import new_batch
from kompass_extract.review.service.desk_values import Conflict, Order, QueueFilter, ReasonClass, ReportFilter
from tests.support.desk_archive import EVERYTHING, SALA, TITLE, accept_all, decided, desk_of, sala, shown
from tests.support.postgres import running_postgres


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_postgres() as address:
        yield address


def test_a_report_is_reviewed_in_a_store_on_postgresql(tmp_path: Path, url: str) -> None:
    desk = desk_of(tmp_path, sala(), settings=DeskSettings(sample_rate=0.05), url=url)
    first, second = desk.queue(EVERYTHING, reviewer="anna").items[:2]
    assert first.reason is ReasonClass.CHECK
    after = desk.next_item(EVERYTHING, reviewer="anna", after=first.position)
    assert after is not None
    assert after.pointer == second.pointer
    assert desk.place(EVERYTHING, second.position, reviewer="anna").number == 2
    assert sum(count for _, count in desk.facets(EVERYTHING, reviewer="anna").kinds) == desk.open_items(SALA)
    seen = shown(desk, TITLE).version
    saved = decided(desk, TITLE, Action.CORRECT, value="Titel")
    assert isinstance(desk.decide(SALA, Order(action=Action.REJECT, pointer=TITLE), by="bertil", seen=seen), Conflict)
    desk.undo(saved.decision.id, by="anna")
    assert shown(desk, TITLE).version == seen
    assert desk.hold(SALA, TITLE, by="anna").mine
    assert not desk.hold(SALA, TITLE, by="bertil").mine
    desk.set_double_reading(SALA, True, by="chefen")
    assert decided(desk, TITLE, Action.REJECT).waits_for_second
    assert TITLE not in {one.pointer for one in desk.queue(EVERYTHING, reviewer="anna", limit=200).items}
    assert TITLE in {one.pointer for one in desk.queue(EVERYTHING, reviewer="bertil", limit=200).items}
    assert desk.facets(EVERYTHING, reviewer="anna") != desk.facets(EVERYTHING, reviewer="bertil")
    desk.set_double_reading(SALA, False, by="chefen")
    batch, pages = new_batch(), [desk.acceptable(EVERYTHING, reviewer="bertil", limit=2)]
    pages.append(desk.acceptable(EVERYTHING, reviewer="bertil", limit=2, after=pages[0].next))
    versions = {one.item.pointer: one.version for page in pages for one in page.values}
    assert len(versions) == 4
    assert desk.accept_together(SALA, versions, by="bertil", batch=batch) == ()
    assert desk.undo_together(batch, by="bertil").values == 4
    sure = [one for one in desk.queue(EVERYTHING, reviewer="bertil", limit=500).items if one.confidence >= 0.95]
    assert desk.queue(QueueFilter(surest=95), reviewer="bertil").total == len(sure)
    assert desk.next_item(EVERYTHING, reviewer="bertil", outside=SALA) is None
    assert accept_all(desk, by="bertil") > 5
    assert desk.error_rate().checked > 5
    assert desk.sign(SALA, by="anna").exists()
    assert desk.reports(ReportFilter(status="reviewed", text="Sala")).total == 1
    desk.close()
    again = Desk(tmp_path, url, settings=DeskSettings(sample_rate=0.05))
    assert again.report_line(SALA).signed_by == "anna"
    assert again.queue(QueueFilter(report_id=SALA), reviewer="anna").total == 0
    again.close()
