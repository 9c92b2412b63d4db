"""Documents, reports and failures as rows of the store."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kompass_extract.archive.schema import FieldRow, ReportIdRow, ReportRow
from kompass_extract.model.pointers import AnyField, fields
from kompass_extract.model.report import Report

IN_FAILED_CHECK, SCORE, OTHER = 0, 1, 2
"""``FieldRow.rank``: what a reviewer looks at first."""

COMPARED = ("value", "needs_review", "open", "confidence", "page", "area")
"""Columns of ``fields`` by which a row is seen to have changed."""

_SCORES = frozenset({"score", "achieved", "max", "percent", "total"})
_KINDS = {
    "strengths": "strength",
    "improvements": "improvement",
    "rubrics": "rubric",
    "paragraphs": "narrative",
    "heading": "heading",
    "question": "question",
    "name": "area_name",
}
_AREA = re.compile(r"/areas/(\d+)/")


def kind_of(pointer: str) -> str:
    """What a field is: score, achieved, max, percent, total, overview, question, strength, improvement, rubric,
    narrative, heading, area_name or metadata."""
    if pointer.startswith("/report/"):
        return "total" if pointer == "/report/total" else "metadata"
    if pointer.startswith("/area_scores_overview/"):
        return "overview"
    parts = [part for part in pointer.split("/") if not part.isdigit()]
    if "total" in parts[:-1]:
        return "total"
    return parts[-1] if parts[-1] in _SCORES else _KINDS.get(parts[-1], "metadata")


def field_rows(report: Report, wanted: Collection[str] | None = None) -> list[dict[str, object]]:
    """The rows of ``fields`` for a report; of the pointers ``wanted`` alone where they are given."""
    doubted = {pointer for check in report.checks if check.status == "failed" for pointer in check.fields}
    return [
        _field_row(report, position, pointer, field, pointer in doubted)
        for position, (pointer, field) in enumerate(fields(report))
        if wanted is None or pointer in wanted
    ]


def compared_values(report: Report) -> dict[str, tuple[object, ...]]:
    """By each field's pointer, the values of its row that stand in the columns ``COMPARED``, in their order."""
    return {pointer: tuple(_shown(report, pointer, field).values()) for pointer, field in fields(report)}


def _shown(report: Report, pointer: str, field: AnyField) -> dict[str, object]:
    """What a field's row says of it that a decision may change."""
    within = _AREA.match(pointer)
    return {
        "value": None if field.value is None else str(field.value),
        "needs_review": field.needs_review,
        "open": field.needs_review and field.review is None,
        "confidence": field.confidence,
        "page": field.evidence[0].page if field.evidence else None,
        "area": report.areas[int(within[1])].number if within else None,
    }


def _field_row(report: Report, position: int, pointer: str, field: AnyField, doubted: bool) -> dict[str, object]:
    kind = kind_of(pointer)
    score = kind in _SCORES or kind == "overview"
    return {
        **_shown(report, pointer, field),
        "report_id": report.report_id,
        "pointer": pointer,
        "position": position,
        "kind": kind,
        "raw": field.raw,
        "rank": IN_FAILED_CHECK if doubted else SCORE if score else OTHER,
        "reasons": json.dumps([one.model_dump(mode="json") for one in field.reasons], ensure_ascii=False),
        "evidence": json.dumps([one.model_dump(mode="json") for one in field.evidence]),
    }


def report_row(report: Report, *, path: str, text: str, fingerprint: str, run_id: int | None) -> ReportRow:
    """The row of ``reports``; ``text`` is the file's whole content, ``path`` its place below the folder."""
    info = report.report
    return ReportRow(
        report_id=report.report_id,
        sha256=report.source.sha256,
        run_id=run_id,
        municipality=info.municipality.value,
        municipality_code=info.municipality_code.value,
        year=info.year.value,
        edition=info.edition.value,
        total_score=info.total.value,
        pages=report.source.pages,
        failed_pages=sum(page.failure is not None for page in report.pages),
        failed_checks=sum(check.status == "failed" for check in report.checks),
        status=report.review.status,
        open=report.review.open,
        total=report.review.total,
        path=path,
        json_sha256=hashlib.sha256(text.encode()).hexdigest(),
        version=report.pipeline.version,
        fingerprint=fingerprint,
        created=report.pipeline.created_at,
    )


def put_report(session: Session, row: ReportRow, rows: Iterable[dict[str, object]]) -> None:
    """Record a report in the place of what the store had of the same document; its id must be reserved."""
    former = session.scalars(select(ReportRow).filter_by(sha256=row.sha256)).all()
    session.execute(delete(FieldRow).where(FieldRow.report_id.in_([one.report_id for one in former])))
    for one in former:
        if one.report_id != row.report_id:
            session.delete(one)
    session.flush()
    session.merge(row)
    session.flush()
    session.execute(insert(FieldRow), list(rows))


def report_id_of(session: Session, sha256: str) -> str | None:
    """The report id that is reserved for a document."""
    return session.scalar(select(ReportIdRow.report_id).filter_by(sha256=sha256))


def relative(path: Path, folder: Path) -> str:
    """A path as the store keeps it: below the archive's folder, with slashes."""
    return path.relative_to(folder).as_posix()
