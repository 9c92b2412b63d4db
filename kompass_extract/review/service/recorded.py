"""A document that people have decided about, read again: its decisions go over in the transaction that records it.

A store in which a signed report waits again with the machine's values, until somebody opens the pages, would be wrong
for everybody who asks it meanwhile.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kompass_extract.archive.schema import ReportRow
from kompass_extract.model.report import Report
from kompass_extract.review.decisions.apply import fingerprint
from kompass_extract.review.service.evaluation_rows import mark_evaluations
from kompass_extract.review.service.loaded_reviews import case_of
from kompass_extract.review.service.open_items import Sampling
from kompass_extract.review.service.review_schema import ReviewRow
from kompass_extract.review.service.sync_items import store_case


def carry_decisions(session: Session, row: ReportRow, report: Report) -> None:
    """Bring a newly read report's status, open items, decided values and evaluation into the store."""
    review = session.scalars(select(ReviewRow).filter_by(sha256=row.sha256)).one_or_none()
    if review is None or not (review.changes or review.signed_by):
        mark_evaluations(session, [row.report_id])
        return
    known = (row.report_id, row.json_sha256)
    case = case_of(session, review, known, machine=report, run=fingerprint(report))
    store_case(session, review, row, case, Sampling.remembered(review.sampling))
    review.json_sha256 = row.json_sha256
    session.flush()
