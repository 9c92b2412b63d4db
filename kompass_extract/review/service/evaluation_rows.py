"""Which reports of the store are further readings of an evaluation that another one stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from kompass_extract.archive.schema import EvaluationRow, ReportRow
from kompass_extract.archive.tidy_schema import TIDY_TABLES
from kompass_extract.review.evaluations import EvaluationReading, Score, evaluations

_MARKING = 0x6B6F6D73  # any number that all who mark agree on, and that nobody else waits for
_REPORTS, _AREAS, _QUESTIONS = (TIDY_TABLES[name].c for name in ("reports", "areas", "questions"))


def mark_evaluations(session: Session, report_ids: Iterable[str]) -> None:
    """Look at the municipalities of these reports anew, by the tidy rows that the store has of theirs."""
    ids = sorted(set(report_ids))
    if session.get_bind().dialect.name == "postgresql":  # SQLite's writers wait for one another anyway
        session.execute(select(func.pg_advisory_xact_lock(_MARKING)))  # two would each write the other's rows
    ids = sorted({*ids, *_formerly_with(session, ids)})
    places = set(session.scalars(select(_place()).where(_REPORTS.report_id.in_(ids)))) - {None}
    readings = [one for place in sorted(places) for one in _readings(session, place)]
    further = [
        {"report_id": report_id, "evaluation": best}
        for report_id, best in evaluations(readings).items()
        if best != report_id
    ]
    looked_at = {*ids, *(one.report_id for one in readings)}
    session.execute(delete(EvaluationRow).where(EvaluationRow.report_id.in_(looked_at)))
    if further:
        session.execute(insert(EvaluationRow), further)


def readings_with(session: Session, report_id: str) -> tuple[str, list[str]]:
    """The id of the report that stands for a report's evaluation, and the ids of all its further readings."""
    best = session.scalar(select(EvaluationRow.evaluation).filter_by(report_id=report_id)) or report_id
    others = session.scalars(select(EvaluationRow.report_id).filter_by(evaluation=best))
    return best, sorted({best, *others} - {report_id})


def _formerly_with(session: Session, ids: list[str]) -> set[str]:
    """The other readings of the evaluations that reports were readings of: one may have left for another place."""
    best = select(EvaluationRow.evaluation).where(EvaluationRow.report_id.in_(ids))
    groups = {*ids, *session.scalars(best)}
    others = select(EvaluationRow.report_id).where(EvaluationRow.evaluation.in_(groups))
    return (groups | set(session.scalars(others))) - set(ids)


def _place() -> ColumnElement[str]:
    return func.coalesce(func.nullif(_REPORTS.municipality_code, ""), _REPORTS.municipality)


def _readings(session: Session, place: str) -> list[EvaluationReading]:
    """The readings of a municipality; one alone has no need of its numbers."""
    columns = (_REPORTS.report_id, _REPORTS.year, _REPORTS.edition, _REPORTS.source_kind)
    query = select(*columns, ReportRow.status, ReportRow.open, ReportRow.total)
    rows = session.execute(
        query.join(ReportRow, ReportRow.report_id == _REPORTS.report_id).where(_place() == place)
    ).all()
    ids = [row.report_id for row in rows]
    scores, areas = _scores(session, ids) if len(ids) > 1 else ({}, {})
    return [
        EvaluationReading(
            report_id=row.report_id,
            municipality=place,
            year=row.year,
            edition=row.edition,
            scores=scores.get(row.report_id, {}),
            areas=areas.get(row.report_id, 0),
            reviewed=row.status == "reviewed",
            open_share=row.open / max(1, row.total),
            kind=row.source_kind,
        )
        for row in rows
    ]


def _scores(session: Session, ids: list[str]) -> tuple[dict[str, dict[str, Score]], dict[str, int]]:
    """The numbers of reports by area and question, and how many areas each has."""
    scores: dict[str, dict[str, Score]] = defaultdict(dict)
    areas: dict[str, int] = defaultdict(int)
    query = select(_AREAS.report_id, _AREAS.area, _AREAS.score).where(_AREAS.report_id.in_(ids))
    for report_id, area, score in session.execute(query):
        areas[report_id] += 1
        if score is not None:
            scores[report_id][f"{area}"] = score
    asked = select(_QUESTIONS.report_id, _QUESTIONS.area, _QUESTIONS.number, _QUESTIONS.score)
    for report_id, area, number, score in session.execute(asked.where(_QUESTIONS.report_id.in_(ids))):
        if score is not None and number:
            scores[report_id][f"{area}/{number}"] = score
    return scores, areas
