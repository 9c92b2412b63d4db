"""The store's rows of a report as its decisions leave it: what lists, filters and queries of others find."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kompass_extract.archive import records
from kompass_extract.archive.schema import FieldRow, ReportRow
from kompass_extract.archive.tidy_store import put_rows, state_of
from kompass_extract.model.report import Report
from kompass_extract.report.checks.place_checks import with_agreeing_code


def store_values(session: Session, row: ReportRow, report: Report, *, changes: int) -> None:
    """Put the values as so many decisions leave them into the report's row, those of its fields, and the tidy ones."""
    tidy = with_agreeing_code(report).model_copy(update={"report_id": row.report_id})
    info = tidy.report
    row.municipality, row.municipality_code = info.municipality.value, info.municipality_code.value
    row.year, row.edition, row.total_score = info.year.value, info.edition.value, _whole(info.total.value)
    _store_fields(session, row.report_id, report)
    put_rows(session, tidy, state=state_of(row.json_sha256, changes))


def _store_fields(session: Session, report_id: str, report: Report) -> None:
    """Write the rows that differ; all of them where items came, went or moved."""
    wanted = records.compared_values(report)
    columns = [getattr(FieldRow, name) for name in ("pointer", *records.COMPARED)]
    known = {
        found.pointer: tuple(found)[1:]
        for found in session.execute(select(*columns).where(FieldRow.report_id == report_id))
    }
    moved = wanted.keys() != known.keys()
    changed = wanted if moved else {at for at, values in wanted.items() if known[at] != values}
    own = delete(FieldRow).where(FieldRow.report_id == report_id)
    if moved or changed:
        session.execute(own if moved else own.where(FieldRow.pointer.in_(changed)))
    if changed:
        rows = records.field_rows(report, changed)
        session.execute(insert(FieldRow), [{**row, "report_id": report_id} for row in rows])


def _whole(total: float | None) -> int | None:
    return None if total is None else round(total)
