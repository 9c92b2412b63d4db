"""The store made anew from the archive's files: inputs, report JSON, and the reviewers' decisions.

What was recorded of runs and of web addresses is kept where the store still has it; it cannot be read from files.
"""

from __future__ import annotations

import json
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kompass_extract.archive import records
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import DocumentRow, FieldRow, ReportIdRow, ReportRow
from kompass_extract.archive.store import Store, now
from kompass_extract.archive.tidy_store import put_reading
from kompass_extract.errors import KompassError, UnreadableFileError
from kompass_extract.model.report import Report
from kompass_extract.process.files import sha256_of
from kompass_extract.report import export

UNKNOWN_FINGERPRINT = "0" * 64
"""Of reports that do not say what they were made with: the next ingestion reads them again."""

_HASH_DIGITS = 64


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was found, and what could not be used and why."""

    documents: int
    reports: int
    problems: tuple[str, ...]


def rebuild(archive: Archive) -> Rebuilt:
    """Make documents, reports, fields and decisions anew; StoreError, OutputError.

    Each report says under which fingerprint it was made, so that the next ingestion knows what it need not read.
    """
    store = Store.open(archive)
    problems: list[str] = []
    inputs = _inputs(archive, problems)
    reports = _reports(archive, problems)
    with store.write() as session:
        for row in (FieldRow, ReportRow, ReportIdRow):
            session.execute(delete(row))
        names = {report.source.sha256: report.source.file_name for _, report in reports}
        for sha256, path in inputs.items():
            _document(store, session, archive, sha256, path, names.get(sha256, path.name))
        recorded = 0
        for path, report in reports:
            if report.source.sha256 not in inputs:
                problems.append(
                    f"{path.name}: its input is not in files/. The report is kept, its pages cannot be shown."
                )
                _lost_document(store, session, report)
            if _record(session, archive, path, report):
                recorded += 1
            else:
                problems.append(f"{path.name}: another report of the same input was taken. Remove one of them.")
    _decisions(archive, problems)
    store.close()
    return Rebuilt(len(inputs), recorded, tuple(problems))


def _inputs(archive: Archive, problems: list[str]) -> dict[str, Path]:
    """The inputs in ``files/`` by their hash, each looked at whether it still is what its name says."""
    found: dict[str, Path] = {}
    for path in sorted(archive.files.glob("??/*")):
        if path.name.startswith("."):
            continue
        sha256 = path.name[:_HASH_DIGITS]
        if sha256_of(path) != sha256:
            problems.append(f"{path.relative_to(archive.folder)}: damaged. Ingest the input again.")
        else:
            found.setdefault(sha256, path)
    return found


def _reports(archive: Archive, problems: list[str]) -> list[tuple[Path, Report]]:
    found = []
    for path in sorted(archive.reports.glob("*.json")):
        try:
            report = export.load_report(path)
        except UnreadableFileError as error:
            problems.append(str(error))
            continue
        if report.report_id != path.stem:
            problems.append(f"{path.name}: says it is {report.report_id}. Rename it.")
        else:
            found.append((path, report))
    return found


def _document(store: Store, session: Session, archive: Archive, sha256: str, path: Path, name: str) -> None:
    upsert = sqlite.insert if store.is_sqlite else postgresql.insert
    about = {
        "size": path.stat().st_size,
        "media_type": mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        "stored": records.relative(path, archive.folder),
    }
    row = upsert(DocumentRow).values(sha256=sha256, file_name=name, first_seen=now(), **about)
    session.execute(row.on_conflict_do_update(index_elements=["sha256"], set_=about))


def _lost_document(store: Store, session: Session, report: Report) -> None:
    """A document of which there is the report alone."""
    upsert = sqlite.insert if store.is_sqlite else postgresql.insert
    row = upsert(DocumentRow).values(
        sha256=report.source.sha256, size=0, media_type="application/octet-stream", file_name=report.source.file_name,
        stored="", first_seen=now(),
    )  # fmt: skip
    session.execute(row.on_conflict_do_nothing())


def _record(session: Session, archive: Archive, path: Path, report: Report) -> bool:
    """Whether the report was recorded: the first of its input is."""
    if records.report_id_of(session, report.source.sha256) is not None:
        return False
    session.add(ReportIdRow(report_id=report.report_id, sha256=report.source.sha256))
    session.flush()
    text = path.read_text(encoding="utf-8")
    made = report.pipeline.fingerprint or UNKNOWN_FINGERPRINT
    row = records.report_row(
        report, path=records.relative(path, archive.folder), text=text, fingerprint=made, run_id=None
    )
    records.put_report(session, row, records.field_rows(report))
    put_reading(session, report, json_sha256=row.json_sha256)
    return True


def _decisions(archive: Archive, problems: list[str]) -> None:
    """The journal's decisions; the desk brings them into a store that lacks them when it opens."""
    if not archive.journal.exists():
        return
    from kompass_extract.review.service import Desk

    try:
        Desk(archive).close()
    except (KompassError, json.JSONDecodeError) as error:
        problems.append(f"{archive.journal.name}: {error}")
