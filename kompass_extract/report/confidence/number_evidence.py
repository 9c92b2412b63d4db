"""Signals of a number: whether another number of the report says the same, or otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kompass_extract.content.score_tables import agrees
from kompass_extract.model.pointers import AnyField, escaped
from kompass_extract.model.report import Area, NumberField, OverviewRow, ScoreRow
from kompass_extract.model.text_forms import normal_text
from kompass_extract.report.checks import AREA_POINTS, SUM_TOLERANCE
from kompass_extract.report.confidence.evidence import Family, FieldEvidence

WEAK_MATCH = 0.75  # of a row's question below which the row may be none
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class EditionPoints:
    """What the edition fixes: max points per question number, and how many questions an area has."""

    max_points: Mapping[str, frozenset[int]]
    questions: Mapping[int, frozenset[int]]


NumberFound = tuple[str, NumberField, FieldEvidence]


def area_numbers(
    area: Area, pointer: str, edition: EditionPoints, elsewhere: frozenset[float] = frozenset()
) -> Iterator[NumberFound]:
    """Every number of an area with its pointer and the others' evidence; ``elsewhere`` are its scores in chapter 2."""
    table, total = area.score_table, area.score_table.total
    score_known = area.score.value is not None and area.score.value == total.achieved.value
    confirmed = score_known or area.score.value in elsewhere
    yield f"{pointer}/score", area.score, _number("area_score", area.score, confirmed=confirmed)
    doubt = _table_doubt(area, edition)
    sums = _sums(table.rows, area)
    for index, row in enumerate(table.rows):
        yield from _row_numbers(row, f"{pointer}/score_table/rows/{index}", table.rows, edition, sums, doubt)
    own_percent = total.percent.value is not None and total.percent.value == total.achieved.value
    yield from (
        (f"{pointer}/score_table/total/{name}", field, replace(evidence, table_doubt=doubt))
        for name, field, evidence in (
            ("achieved", total.achieved, _number("total_achieved", total.achieved,
                                                 confirmed=own_percent or sums.achieved is True or score_known,
                                                 misfit=sums.achieved is False)),
            ("max", total.max, _number("total_max", total.max, confirmed=total.max.value == AREA_POINTS)),
            ("percent", total.percent, _number("total_percent", total.percent, confirmed=own_percent)),
        )
    )  # fmt: skip


def scores_in_overview(rows: Sequence[OverviewRow], area: int) -> frozenset[float]:
    """The scores that chapter 2's table has for an area."""
    own = (field.value for row in rows if row.number == area for field in row.values.values())
    return frozenset(value for value in own if value is not None)


def overview_numbers(rows: Sequence[OverviewRow], areas: Sequence[Area]) -> Iterator[NumberFound]:
    """Every number of chapter 2's table; the chapters confirm it, or its own column's sum."""
    scores = {area.number: area.score.value for area in areas}
    for place, row in enumerate(rows):
        for column, field in row.values.items():
            own = row.number is not None and field.value is not None and scores.get(row.number) == field.value
            evidence = _number("overview", field, confirmed=own or _column_sums(rows, column))
            yield f"/area_scores_overview/{place}/values/{escaped(column)}", field, evidence


def total_number(field: NumberField, areas: Sequence[Area]) -> FieldEvidence:
    """The report's total: the chapters' scores or the tables' totals sum to it."""
    chapters = sum(area.score.value or 0 for area in areas)
    tables = sum(area.score_table.total.achieved.value or 0 for area in areas)
    return _number("total", field, confirmed=field.value in (chapters, tables))


@dataclass(frozen=True, slots=True)
class _Sums:
    """Whether rows sum to their total; None where something is missing."""

    achieved: bool | None
    max: bool | None


def _sums(rows: Sequence[ScoreRow], area: Area) -> _Sums:
    points, whole = [row.achieved.value for row in rows], area.score_table.total.achieved.value
    most = [row.max.value for row in rows]
    achieved = most_fits = None
    if rows and whole is not None and all(value is not None for value in points):
        achieved = abs(sum(value or 0 for value in points) - whole) <= SUM_TOLERANCE
    if rows and all(value is not None for value in most):
        most_fits = sum(value or 0 for value in most) == AREA_POINTS
    return _Sums(achieved, most_fits)


def _row_numbers(
    row: ScoreRow, at: str, rows: Sequence[ScoreRow], edition: EditionPoints, sums: _Sums, table_doubt: float
) -> Iterator[NumberFound]:
    achieved, most, percent = row.achieved.value, row.max.value, row.percent.value
    pair = None if achieved is None or most is None or percent is None else agrees(achieved, most, percent)
    over = achieved is not None and most is not None and achieved > most
    allowed = edition.max_points.get(row.question_id.split("/")[1] if row.question_id else "", frozenset())
    doubt = float(
        sum(other.number == row.number for other in rows) > 1
        or sum(other.question_id == row.question_id for other in rows if row.question_id) > 1
        or (bool(edition.max_points) and (row.question_id is None or row.match_score < WEAK_MATCH))
    )
    wrong = pair is False or over
    made = (
        ("achieved", row.achieved, pair is True or sums.achieved is True, wrong or sums.achieved is False),
        ("max", row.max, most in allowed or sums.max is True, wrong or sums.max is False),
        ("percent", row.percent, pair is True, wrong),
    )
    for name, field, confirmed, misfit in made:
        evidence = _number(name, field, confirmed=confirmed, misfit=misfit)
        yield f"{at}/{name}", field, replace(evidence, row_doubt=doubt, table_doubt=table_doubt)


def _table_doubt(area: Area, edition: EditionPoints) -> float:
    allowed = edition.questions.get(area.number)
    count = sum(row.found for row in area.score_table.rows)
    odd = count not in allowed if allowed else False
    return float(odd or (count > 0 and area.score_table.total.achieved.value is None))


def _number(kind: str, field: AnyField, *, confirmed: bool, misfit: bool = False) -> FieldEvidence:
    return FieldEvidence(
        family=Family.NUMBER,
        kind=kind,
        draft=1 - field.confidence,
        repaired=float(field.raw is not None and _digits(field.raw) != str(field.value)),
        rival=max((other.confidence for other in field.alternatives), default=0.0),
        unconfirmed=float(not confirmed),
        misfit=float(misfit),
    )


def _column_sums(rows: Sequence[OverviewRow], column: str) -> bool:
    parts = [row.values[column].value for row in rows if row.number is not None and column in row.values]
    totals = [row.values[column].value for row in rows if row.number is None and column in row.values]
    if not parts or not totals or totals[0] is None or any(part is None for part in parts):
        return False
    return abs(sum(part or 0 for part in parts) - totals[0]) <= SUM_TOLERANCE


def _digits(raw: str) -> str:
    return "".join(_DIGITS.findall(normal_text(raw)))
