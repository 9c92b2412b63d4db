"""An archive with reports in it, as an ingestion leaves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from kompass_extract import export
from kompass_extract.archive import records
from kompass_extract.archive.desk import Desk, DeskSettings
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import DocumentRow, ReportIdRow
from kompass_extract.archive.store import Store
from kompass_extract.report import Report


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
