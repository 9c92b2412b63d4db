"""The tidy rows of a report written into the store, so that its views show what is known now."""

from __future__ import annotations

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from kompass_extract.archive.schema import ReportRow
from kompass_extract.archive.tidy_schema import FROM_STORE, PLACE, STATE, TIDY_TABLES
from kompass_extract.model import tidy_rows
from kompass_extract.model.report import Report

APPLICATION = 2
"""Rises when decisions are applied in another way: what earlier programs made of decisions is then made anew."""


def state_of(json_sha256: str, changes: int) -> str:
    """Return what a report's rows depend on: the reading, the decisions about it, and how those are applied."""
    return f"{json_sha256} {changes}.{APPLICATION}" if changes else f"{json_sha256} 0"


def is_behind(session: Session) -> bool:
    """Whether some report has no rows, or those of another reading; told without loading what makes them."""
    tidy = TIDY_TABLES["reports"].c
    behind = (
        select(ReportRow.report_id)
        .outerjoin(TIDY_TABLES["reports"], tidy.report_id == ReportRow.report_id)
        .where(or_(tidy[STATE].is_(None), ~tidy[STATE].startswith(ReportRow.json_sha256)))
    )
    return session.execute(behind.limit(1)).first() is not None


def put_rows(session: Session, report: Report, *, state: str) -> None:
    """Write a report's rows in place of those that are there; only the tables in which something differs."""
    for name, table in TIDY_TABLES.items():
        wanted = [
            {**{key: value for key, value in row.items() if key not in FROM_STORE}, PLACE: place}
            for place, row in enumerate(tidy_rows.rows(report, name), start=1)
        ]
        if name == "reports":
            wanted = [{**row, STATE: state} for row in wanted]
        own = table.c.report_id == report.report_id
        found = session.execute(select(table).where(own).order_by(table.c[PLACE])).mappings()
        if [dict(row) for row in found] == wanted:
            continue
        session.execute(delete(table).where(own))
        if wanted:
            session.execute(insert(table), wanted)


def put_reading(session: Session, report: Report, *, json_sha256: str) -> None:
    """Write the rows of a new reading, unless those of the former one hold decisions.

    Decisions are carried over to the new reading by the review; until then the decided values stay to be seen.
    """
    if not _decided(session, report.report_id):
        put_rows(session, report, state=state_of(json_sha256, 0))


def _decided(session: Session, report_id: str) -> bool:
    """Whether the rows of a report were made with decisions about it."""
    state = TIDY_TABLES["reports"].c
    changed = select(state.report_id).where(state.report_id == report_id, ~state[STATE].endswith(" 0"))
    return session.execute(changed).first() is not None
