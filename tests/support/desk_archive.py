"""An archive with reports in it, as an ingestion leaves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from kompass_extract.archive import records
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import DocumentRow, ReportIdRow
from kompass_extract.archive.store import Store
from kompass_extract.model.report import Report
from kompass_extract.report import export
from kompass_extract.review import Action
from kompass_extract.review.service import Desk, DeskSettings
from kompass_extract.review.service.desk_values import Item, Order, QueueFilter, Saved
from tests.review.test_review_checks import misread
from tests.support.reviewed import changed

SALA, EVERYTHING = "sala-2023", QueueFilter()
ROW, TOTAL = "/areas/0/score_table/rows/0/achieved", "/areas/0/score_table/total/achieved"
STRENGTH, TITLE = "/areas/0/strengths/0", "/report/title"


def sala() -> Report:
    """A reading with a number that fails a check, an unsure strength and no title."""
    report = misread({ROW: 77})
    asked = changed(report, {TITLE: None, STRENGTH: report.areas[0].strengths[0].value}, asked=True)
    return asked.model_copy(update={"review": asked.review.model_copy(update={"open": 9})})


class Clock:
    """A clock that goes a second at each look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def put(archive: Archive, report: Report, *, fingerprint: str = "f" * 64) -> None:
    """Record a report as an ingestion does."""
    store = Store.open(archive)
    sha256, path = report.source.sha256, archive.report_path(report.report_id)
    text = export.dumps(report)
    export.write_text(path, text)
    with store.write() as session:
        if session.get(DocumentRow, sha256) is None:
            stored = archive.stored_name(sha256, ".txt")
            session.add(
                DocumentRow(
                    sha256=sha256, size=1, media_type="text/plain", file_name=report.source.file_name, stored=stored,
                    first_seen="2026-01-01T00:00:00Z",
                )
            )  # fmt: skip
            session.flush()
            session.add(ReportIdRow(report_id=report.report_id, sha256=sha256))
            session.flush()
        row = records.report_row(
            report, path=f"reports/{report.report_id}.json", text=text, fingerprint=fingerprint, run_id=None
        )
        records.put_report(session, row, records.field_rows(report))
    store.close()


def desk_of(folder: Path, *reports: Report, settings: DeskSettings | None = None, url: str | None = None) -> Desk:
    """A desk over an archive with these reports."""
    archive = Archive.at(folder, url)
    for report in reports:
        put(archive, report)
    return Desk(archive, settings=settings, now=Clock())


def shown(desk: Desk, pointer: str, reviewer: str = "anna") -> Item:
    return desk.item(SALA, pointer, reviewer=reviewer)


def decided(desk: Desk, pointer: str, action: Action, by: str = "anna", **more: object) -> Saved:
    """A decision on what stands there now, confirmed where the value cannot be."""
    order = Order.model_validate({"action": action, "pointer": pointer, "confirmed": True, **more})
    seen = None if action is Action.ADD else shown(desk, pointer, by).version
    saved = desk.decide(SALA, order, by=by, seen=seen)
    assert isinstance(saved, Saved)
    return saved


def accept_all(desk: Desk, report_id: str = SALA, by: str = "anna") -> int:
    """Accept what is open, reject what is missing; how many that were."""
    count = 0
    while (one := desk.next_item(QueueFilter(report_id=report_id), reviewer=by)) is not None:
        item = desk.item(report_id, one.pointer, reviewer=by)
        action = Action.REJECT if item.value is None and item.check is None else Action.ACCEPT
        order = Order(action=action, pointer=one.pointer, confirmed=True)
        outcome = desk.decide(report_id, order, by=by, seen=item.version)
        assert isinstance(outcome, Saved)
        count += 1
        assert count < 100
    return count
