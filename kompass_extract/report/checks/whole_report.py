"""The areas together, the report's total, and pages that could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kompass_extract.model.reasons import Reason, reason
from kompass_extract.model.report import Area, Check, Evaluator, NumberField, PageInfo
from kompass_extract.report.checks.check_context import AREAS, CheckContext, Status

ROUNDED_SHARE = 0.9
"""Share of a report's other rows whose percent is the rounded points' from which on a row that is not is odd."""
ROUNDED_ROWS = 8


def missing_areas(areas: Sequence[Area]) -> Iterator[Check]:
    """All eight areas are there; one check for each that is not, since each is a chapter and a table to look for."""
    missing = sorted(set(range(1, AREAS + 1)) - {area.number for area in areas})
    for number in missing:
        yield Check.of("areas", number, "failed", reason("area-not-found", area=number), ["/areas"])
    if not missing:
        yield Check.of("areas", None, "ok", reason("areas-complete"), ["/areas"])


def evaluators_found(evaluators: Sequence[Evaluator]) -> Iterator[Check]:
    """Somebody evaluated, and seldom alone: a name that was not found has no Field to ask about."""
    count = len(evaluators)
    status: Status = "failed" if count == 0 else "warning" if count == 1 else "ok"
    few = {0: reason("no-evaluator"), 1: reason("one-evaluator")}
    told = few.get(count) or reason("evaluators-found", count=count)
    yield Check.of("evaluators", None, status, told, ["/report/evaluators"])


def percent_rounding(areas: Sequence[Area]) -> Iterator[Check]:
    """Where all other rows' percent is that of the rounded points, one that is not is a misreading or a slip."""
    odd: list[tuple[str, str, Reason]] = []
    count = 0
    for index, area in enumerate(areas):
        for place, row in enumerate(area.score_table.rows):
            achieved, most, percent = row.achieved.value, row.max.value, row.percent.value
            if achieved is None or not most or percent is None:
                continue
            count += 1
            if abs(percent - 100 * achieved / most) > 0.5 + 1e-9:
                pointer = f"/areas/{index}/score_table/rows/{place}"
                told = reason("row-beside-percent", achieved=achieved, max=most, percent=percent)
                odd.append((pointer, row.number, told))
    if not odd or count < ROUNDED_ROWS or (count - len(odd)) / count < ROUNDED_SHARE:
        return
    fields = [f"{pointer}/{cell}" for pointer, *_ in odd for cell in ("achieved", "percent")]
    rows = [[number, told.model_dump(mode="json")] for _, number, told in odd]
    yield Check.of("percent-rounding", None, "failed", reason("percents-not-rounded", rows=rows), fields)


def percent_columns(areas: Sequence[Area]) -> Iterator[Check]:
    """Either all score tables have a percent column, or none has."""
    without = [i for i, area in enumerate(areas) if area.score_table.rows and _no_percents(area)]
    tables = sum(bool(area.score_table.rows) for area in areas)
    if not without or len(without) == tables:
        return
    tables_at = {index: f"/areas/{index}/score_table" for index in without}
    fields = [
        pointer
        for index, table in tables_at.items()
        for pointer in (
            *(f"{table}/rows/{place}/percent" for place in range(len(areas[index].score_table.rows))),
            f"{table}/total/percent",
        )
    ]
    yield Check.of("percent-columns", None, "failed", reason("percent-columns-differ"), fields)


def _no_percents(area: Area) -> bool:
    return all(row.percent.value is None for row in area.score_table.rows)


def sum_of_areas(areas: Sequence[Area], total: NumberField, context: CheckContext) -> Iterator[Check]:
    """The eight chapters' scores sum to the printed total of 800, or the tables' totals do."""
    scores = [area.score for area in areas]
    if total.value is None or len(scores) < AREAS or any(score.value is None for score in scores):
        return
    chapters = sum(score.value or 0 for score in scores)
    tables = sum(area.score_table.total.achieved.value or 0 for area in areas)
    gap = min(abs(chapters - total.value), abs(tables - total.value))
    fields = ["/report/total", *(f"/areas/{index}/score" for index in range(len(areas)))]
    told = reason("report-total-differs", total=total.value, chapters=chapters, tables=tables)
    sure = all(field.confidence >= context.sure for field in [total, *scores])
    status: Status = "ok" if gap == 0 else "warning" if gap <= AREAS // 2 or sure else "failed"
    yield Check.of("sum-of-areas", None, status, told, fields)


def failed_pages(pages: Sequence[PageInfo]) -> Iterator[Check]:
    """Pages that could not be read: what stood on them is not in the report."""
    for page in pages:
        if page.failure is not None:
            told = reason("page-failed", page=page.number, why=page.failure)
            yield Check.of("page-failed", None, "failed", told, [f"/pages/{page.number - 1}"])
