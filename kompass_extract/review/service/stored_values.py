"""The store's rows of a report as its decisions leave it: what lists, filters and queries of others find."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kompass_extract.archive import records
from kompass_extract.archive.schema import FieldRow, ReportRow
from kompass_extract.archive.tidy_store import put_rows, state_of
from kompass_extract.model.report import Report

COMPARED = ("value", "needs_review", "open", "confidence", "page", "area")
"""Columns of ``fields`` by which a row is seen to have changed."""


def store_values(session: Session, row: ReportRow, report: Report, *, changes: int) -> None:
    """Put the values as so many decisions leave them into the report's row, those of its fields, and the tidy ones."""
    info = report.report
    row.municipality, row.municipality_code = info.municipality.value, info.municipality_code.value
    row.year, row.edition, row.total_score = info.year.value, info.edition.value, _whole(info.total.value)
    _store_fields(session, row.report_id, report)
    tidy = report.model_copy(update={"report_id": row.report_id})
    put_rows(session, tidy, state=state_of(row.json_sha256, changes))


def _store_fields(session: Session, report_id: str, report: Report) -> None:
    """Write the rows that differ; all of them where items came, went or moved."""
    wanted = {str(one["pointer"]): {**one, "report_id": report_id} for one in records.field_rows(report)}
    columns = [getattr(FieldRow, name) for name in ("pointer", *COMPARED)]
    known = {
        found.pointer: tuple(found)[1:]
        for found in session.execute(select(*columns).where(FieldRow.report_id == report_id))
    }
    changed = [one for at, one in wanted.items() if known.get(at) != tuple(one[name] for name in COMPARED)]
    gone = delete(FieldRow).where(FieldRow.report_id == report_id)
    if wanted.keys() != known.keys():
        session.execute(gone)
        changed = list(wanted.values())
    elif changed:
        session.execute(gone.where(FieldRow.pointer.in_([one["pointer"] for one in changed])))
    if changed:
        session.execute(insert(FieldRow), changed)


def _whole(total: float | None) -> int | None:
    return None if total is None else round(total)
