"""The store rebuilt from the archive's files: inputs, report JSON, and the reviewers' decisions.

What was recorded of runs and of web addresses is kept where the store still has it; it cannot be read from files.

An ingestion may go on meanwhile.  Files are read before the store is locked, which takes long; under the lock, those
that came or changed since are read, and nobody records a report until the rows stand.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable
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
from kompass_extract.review.service.evaluation_rows import mark_evaluations

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
    store, files = Store.open(archive), _Files(archive)
    files.look()
    problems: list[str] = []
    with store.write() as session:
        store.keep_reports_still(session)
        inputs, reports = files.look()
        for row in (FieldRow, ReportRow, ReportIdRow):
            session.execute(delete(row))
        names = {report.source.sha256: report.source.file_name for _, report in reports}
        for sha256, path in inputs.items():
            _document(store, session, archive, sha256, path, names.get(sha256, path.name))
        recorded: list[str] = []
        for path, report in reports:
            if report.source.sha256 not in inputs:
                problems.append(
                    f"{path.name}: its input is not in files/. The report is kept, its pages cannot be shown."
                )
                _lost_document(store, session, report)
            if _record(session, archive, path, report):
                recorded.append(report.report_id)
            else:
                problems.append(f"{path.name}: another report of the same input was taken. Remove one of them.")
        mark_evaluations(session, recorded)
    _decisions(archive, problems)
    store.close()
    return Rebuilt(len(inputs), len(recorded), (*files.problems, *problems))


class _Files:
    """The archive's inputs and reports; a file that is as it was at the last look is not read again."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._known: dict[Path, tuple[tuple[int, int, int], str | Report | None]] = {}
        self.problems: list[str] = []
        """What could not be used at the last look, and why."""

    def look(self) -> tuple[dict[str, Path], list[tuple[Path, Report]]]:
        """The inputs by their hash, each found to be what its name says, and the reports, by path."""
        self.problems = []
        inputs: dict[str, Path] = {}
        for path in sorted(self._archive.files.glob("??/*")):
            found = None if path.name.startswith(".") else self._read(path, sha256_of)
            if isinstance(found, str) and found != path.name[:_HASH_DIGITS]:
                self.problems.append(f"{path.relative_to(self._archive.folder)}: damaged. Ingest the input again.")
            elif isinstance(found, str):
                inputs.setdefault(found, path)
        reports = [(path, self._read(path, _report)) for path in sorted(self._archive.reports.glob("*.json"))]
        return inputs, [(path, report) for path, report in reports if isinstance(report, Report)]

    def _read(self, path: Path, reader: Callable[[Path], str | Report]) -> str | Report | None:
        """What ``reader`` makes of a file, None where it cannot be read."""
        try:
            about = path.stat()
            state = (about.st_size, about.st_mtime_ns, about.st_ino)
            if path not in self._known or self._known[path][0] != state:
                self._known[path] = (state, reader(path))
            return self._known[path][1]
        except OSError as error:
            self.problems.append(f"{path.name}: cannot be read ({error.strerror}).")
        except UnreadableFileError as error:
            self.problems.append(str(error))
        return None


def _report(path: Path) -> Report:
    """A report; UnreadableFileError where it is none, or another than its file's name says."""
    report = export.load_report(path)
    if report.report_id != path.stem:
        raise UnreadableFileError(f"{path.name}: says it is {report.report_id}. Rename it.")
    return report


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
    written = path.read_text(encoding="utf-8")
    made = report.pipeline.fingerprint or UNKNOWN_FINGERPRINT
    row = records.report_row(
        report, path=records.relative(path, archive.folder), text=written, fingerprint=made, run_id=None
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
