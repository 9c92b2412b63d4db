"""Bring the store's tidy rows into step where nobody did: in archives of older programs, and after new readings."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import Select, String, case, cast, func, or_, select
from sqlalchemy.orm import Session

from kompass_extract.archive.schema import ReportRow
from kompass_extract.archive.store import Store
from kompass_extract.archive.tidy_schema import STATE, TIDY_TABLES
from kompass_extract.archive.tidy_store import APPLICATION, put_rows, state_of
from kompass_extract.errors import UnreadableFileError
from kompass_extract.report.checks.place_checks import with_agreeing_code
from kompass_extract.report.export import load_report
from kompass_extract.review import apply
from kompass_extract.review.service.evaluation_rows import mark_evaluations
from kompass_extract.review.service.loaded_reviews import decisions_of
from kompass_extract.review.service.review_schema import ReviewRow

_LOG = logging.getLogger(__name__)
AT_ONCE = 20
"""Reports in one transaction: others can save in between."""


def refresh_tidy_rows(store: Store, folder: Path) -> int:
    """Write the rows of each report whose rows show another reading or other decisions; how many those were.

    A report whose file cannot be read keeps the rows that it has.
    """
    done, unreadable = 0, set[str]()
    while True:
        with store.read() as session:
            behind = session.scalars(_behind(unreadable).limit(AT_ONCE)).all()
        if not behind:
            return done
        with store.write() as session:
            for report_id in behind:
                try:
                    _put(session, folder, report_id)
                except UnreadableFileError as error:
                    unreadable.add(report_id)
                    _LOG.warning("The rows of %s stay as they were: %s", report_id, error)
                else:
                    done += 1
            mark_evaluations(session, behind)


def _behind(unreadable: set[str]) -> Select[tuple[str]]:
    tidy = TIDY_TABLES["reports"].c
    changes = func.coalesce(ReviewRow.changes, 0)
    made = case((changes == 0, "0"), else_=cast(changes, String) + f".{APPLICATION}")
    wanted = ReportRow.json_sha256 + " " + made
    return (
        select(ReportRow.report_id)
        .outerjoin(ReviewRow, ReviewRow.sha256 == ReportRow.sha256)
        .outerjoin(TIDY_TABLES["reports"], tidy.report_id == ReportRow.report_id)
        .where(or_(tidy[STATE].is_(None), tidy[STATE] != wanted), ReportRow.report_id.not_in(unreadable))
        .order_by(ReportRow.report_id)
    )


def _put(session: Session, folder: Path, report_id: str) -> None:
    row = session.get(ReportRow, report_id)
    if row is None:  # taken out since
        return
    report = load_report(folder / row.path)
    changes = session.scalar(select(ReviewRow.changes).filter_by(sha256=row.sha256)) or 0
    decisions = decisions_of(session, row.sha256) if changes else ()
    decided = apply(report, decisions).report if decisions else report
    tidy = with_agreeing_code(decided).model_copy(update={"report_id": report_id})
    put_rows(session, tidy, state=state_of(row.json_sha256, changes))
