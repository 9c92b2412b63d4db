"""The list of reports: which fit a filter, and how far each one's review is."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from kompass_extract.archive.schema import DocumentRow, ReportRow
from kompass_extract.review.service.desk_values import ReportFilter, ReportLine
from kompass_extract.review.service.review_schema import AssignmentRow, HoldRow, ReviewRow


def matching(session: Session, wanted: ReportFilter) -> list[ColumnElement[bool]]:
    """The conditions that a filter is."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        conditions.append(ReportRow.status == wanted.status)
    if wanted.municipality is not None:
        conditions.append(ReportRow.municipality == wanted.municipality)
    if wanted.edition is not None:
        conditions.append(ReportRow.edition == wanted.edition)
    if wanted.assigned is not None:
        own = select(AssignmentRow.sha256).where(AssignmentRow.reviewer == wanted.assigned)
        conditions.append(ReportRow.sha256.in_(own))
    if wanted.text:
        conditions.append(ReportRow.report_id.in_(_found(session, wanted.text)))
    return conditions


def _found(session: Session, text: str) -> list[str]:
    """The ids of the reports whose id, municipality, year, edition or file name has every word of a text.

    Databases fold the case of ASCII letters alone or by a locale, so that the words are compared here.
    """
    columns = (ReportRow.report_id, ReportRow.municipality, ReportRow.year, ReportRow.edition, DocumentRow.file_name)
    rows = session.execute(select(*columns).join(DocumentRow, DocumentRow.sha256 == ReportRow.sha256))
    words = _plain(text).split()
    return [row.report_id for row in rows if _has_all(_plain(" ".join(str(cell or "") for cell in row)), words)]


def _has_all(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)


def _plain(text: str) -> str:
    """A text without case and marks, in which `Åmål` is `amal`, as people write it on a foreign keyboard."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))


def report_lines(
    session: Session, clock: float, conditions: Sequence[ColumnElement[bool]], offset: int, limit: int
) -> list[ReportLine]:
    """Reports by municipality and year, with who holds something of them."""
    rows = session.execute(
        select(ReportRow, ReviewRow, DocumentRow.file_name, AssignmentRow.reviewer)
        .join(ReviewRow, ReviewRow.sha256 == ReportRow.sha256)
        .join(DocumentRow, DocumentRow.sha256 == ReportRow.sha256)
        .outerjoin(AssignmentRow, AssignmentRow.sha256 == ReportRow.sha256)
        .where(*conditions)
        .order_by(ReportRow.municipality, ReportRow.year, ReportRow.report_id)
        .offset(offset)
        .limit(limit)
    ).all()
    ids = [row[1].id for row in rows]
    holders: dict[int, set[str]] = {}
    for hold in session.scalars(select(HoldRow).where(HoldRow.review_id.in_(ids), HoldRow.until > clock)):
        holders.setdefault(hold.review_id, set()).add(hold.reviewer)
    return [_line(row, tuple(sorted(holders.get(row[1].id, ())))) for row in rows]


def _line(row: Row[Any], holders: tuple[str, ...]) -> ReportLine:
    report, review, file_name, assigned = row
    return ReportLine(
        report_id=report.report_id,
        row_id=review.id,
        sha256=report.sha256,
        municipality=report.municipality,
        year=report.year,
        edition=report.edition,
        status=review.status,
        open=review.open,
        decided=review.decided,
        total=report.total,
        held_by=holders,
        signed_by=review.signed_by,
        signed_at=review.signed_at,
        double_reading=review.double_reading,
        file_name=file_name,
        assigned=assigned,
    )
