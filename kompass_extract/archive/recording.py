"""A document's result made lasting: id, file and rows.

One transaction ends the claim, takes the id, writes the rows and, last, renames the file into place.  Killed anywhere,
either nothing is recorded, and the next run does it again and finds the file its own, or all of it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kompass_extract.archive import records
from kompass_extract.archive.claims import Claim, spend
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import FailureRow, ReportIdRow, ReportRow
from kompass_extract.archive.store import Store, now
from kompass_extract.archive.tidy_store import put_reading
from kompass_extract.errors import OutputError
from kompass_extract.model.report import Report
from kompass_extract.report import export
from kompass_extract.workers.protocol import Failed

_MOST_SAME_ID = 1000  # reports of one municipality and year; above any real archive
_FINGERPRINT_SHOWN = 12  # digits in the name of a replaced report


Recorded = Callable[[Session, ReportRow, Report], None]
"""Called within the transaction that records a report, with the row before it is kept and the machine's report."""


def record_report(
    store: Store, archive: Archive, claim: Claim, report: Report, run_id: int, *, recorded: Recorded | None = None
) -> Report:
    """The report under its lasting id, written and recorded; OutputError, StoreError, LostClaimError.

    The review state of the report returned is the store's, which ``recorded`` may have changed.
    """
    with store.write() as session:
        spend(session, claim)
        made = report.pipeline.model_copy(update={"fingerprint": claim.fingerprint})
        report_id = reserve_id(store, session, archive, report)
        report = report.model_copy(update={"report_id": report_id, "pipeline": made})
        path, text = archive.report_path(report.report_id), export.dumps(report)
        former = session.scalars(select(ReportRow).filter_by(sha256=claim.sha256)).one_or_none()
        if former is not None:
            _keep_former(archive, former, moved=former.report_id != report.report_id)
        row = records.report_row(
            report, path=records.relative(path, archive.folder), text=text, fingerprint=claim.fingerprint, run_id=run_id
        )
        records.put_report(session, row, records.field_rows(report))
        put_reading(session, report, json_sha256=row.json_sha256)
        session.execute(delete(FailureRow).filter_by(sha256=claim.sha256))
        _drop_other_ids(session, claim.sha256, report.report_id)
        if recorded is not None:
            kept = session.get_one(ReportRow, report.report_id)
            recorded(session, kept, report)
            state = {"status": kept.status, "open": kept.open}
            report = report.model_copy(update={"review": report.review.model_copy(update=state)})
        export.write_text(path, text)
    return report


def record_failure(store: Store, claim: Claim, failed: Failed, *, lasting: bool, run_id: int) -> None:
    """Record why a document gave no report."""
    with store.write() as session:
        spend(session, claim)
        key = {"sha256": claim.sha256, "fingerprint": claim.fingerprint}
        values = {
            "run_id": run_id, "error": failed.error, "exit_code": failed.exit_code, "reason": failed.message,
            "lasting": lasting, "created": now(),
        }  # fmt: skip
        present = session.execute(
            update(FailureRow)
            .filter_by(**key)
            .values(attempts=FailureRow.attempts + 1, **values)
            .returning(FailureRow.attempts)
        ).scalar()
        if present is None:
            session.add(FailureRow(**key, attempts=1, **values))


def reserve_id(store: Store, session: Session, archive: Archive, report: Report) -> str:
    """The id that a document's report has for good: its own, or that with -2, -3 where it is another's."""
    base, sha256 = report.report_id, report.source.sha256
    upsert = sqlite.insert if store.is_sqlite else postgresql.insert
    mine = set(session.scalars(select(ReportIdRow.report_id).filter_by(sha256=sha256)))
    for report_id in _candidates(base):
        if report_id in mine:
            return report_id
        if _is_another(archive.report_path(report_id), sha256):
            continue
        taken = upsert(ReportIdRow).values(report_id=report_id, sha256=sha256).on_conflict_do_nothing()
        if session.execute(taken.returning(ReportIdRow.report_id)).scalar() is not None:
            return report_id
    raise OutputError(f"The archive already holds {_MOST_SAME_ID} reports named {base}.")


def _candidates(base: str) -> list[str]:
    return [base, *(f"{base}-{count}" for count in range(2, _MOST_SAME_ID + 1))]


def _is_another(path: Path, sha256: str) -> bool:
    """Whether a file that the store need not know holds the report of another input."""
    try:
        return bool(json.loads(path.read_bytes())["source"]["sha256"] != sha256)
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError, TypeError):
        return True


def _drop_other_ids(session: Session, sha256: str, report_id: str) -> None:
    """An id that the document had while its municipality or year was read differently is free again."""
    session.execute(delete(ReportIdRow).where(ReportIdRow.sha256 == sha256).where(ReportIdRow.report_id != report_id))


def _keep_former(archive: Archive, former: ReportRow, *, moved: bool) -> None:
    """Keep the file of the run before, by its fingerprint; decisions were made on what it says."""
    path = archive.folder / former.path
    kept = archive.history / former.report_id / f"{former.fingerprint[:_FINGERPRINT_SHOWN]}.json"
    with suppress(FileNotFoundError):
        export.write_text(kept, path.read_text(encoding="utf-8"))
        if moved:
            path.unlink()
