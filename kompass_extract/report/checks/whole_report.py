"""The areas together, the report's total, and pages that could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kompass_extract.model.reasons import Reason, reason
from kompass_extract.model.report import Area, Check, Evaluator, NumberField, PageInfo
from kompass_extract.report.checks.check_context import AREAS, AUTHORS_GAP, CheckContext, Status

ROUNDED_SHARE = 0.9
"""Share of a report's other rows whose percent is the rounded points' from which on a row that is not is odd."""
ROUNDED_ROWS = 8


def missing_areas(areas: Sequence[Area]) -> Iterator[Check]:
    """All eight areas are there; one check for each that is not, since each is a chapter and a table to look for."""
    empty = {area.number: f"/areas/{index}/name" for index, area in enumerate(areas) if not area.found}
    missing = sorted((set(range(1, AREAS + 1)) - {area.number for area in areas}) | set(empty))
    for number in missing:
        fields = [empty.get(number, "/areas")]
        yield Check.of("areas", number, "failed", reason("area-not-found", area=number), fields)
    if not missing:
        yield Check.of("areas", None, "ok", reason("areas-complete"), ["/areas"])


def evaluators_found(evaluators: Sequence[Evaluator]) -> Iterator[Check]:
    """Somebody evaluated, and seldom alone."""
    count = sum(one.name.value is not None for one in evaluators)
    status: Status = "failed" if count == 0 else "warning" if count == 1 else "ok"
    few = {0: reason("no-evaluator"), 1: reason("one-evaluator")}
    told = few.get(count) or reason("evaluators-found", count=count)
    lost = [f"/report/evaluators/{place}/name" for place, one in enumerate(evaluators) if one.name.value is None]
    fields = lost or ["/report/evaluators"]
    yield Check.of("evaluators", None, status, told, fields)


def percent_rounding(areas: Sequence[Area]) -> Iterator[Check]:
    """If every other row's percentage equals rounded points / max, warn about the row whose percentage does not."""
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
    without = [i for i, area in enumerate(areas) if area.score_table.found and _no_percents(area)]
    tables = sum(area.score_table.found for area in areas)
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
    """The eight chapters' scores sum to the printed total of 800, or the tables' totals do.

    Where each chapter's score is its table's total, a total that is another is to be doubted alone.
    """
    scores = [area.score for area in areas]
    if total.value is None or len(scores) < AREAS or any(score.value is None for score in scores):
        return
    chapters = sum(score.value or 0 for score in scores)
    tables = sum(area.score_table.total.achieved.value or 0 for area in areas)
    gap = min(abs(chapters - total.value), abs(tables - total.value))
    repeated = all(area.score.value == area.score_table.total.achieved.value for area in areas)
    scored = [] if repeated else [f"/areas/{index}/score" for index in range(len(areas))]
    fields = ["/report/total", *scored]
    told = reason("report-total-differs", total=total.value, chapters=chapters, tables=tables)
    slip = gap <= AREAS * AUTHORS_GAP and all(field.confidence >= context.sure for field in [total, *scores])
    status: Status = "ok" if gap == 0 else "warning" if gap <= AREAS // 2 or slip else "failed"
    yield Check.of("sum-of-areas", None, status, told, fields)


def failed_pages(pages: Sequence[PageInfo]) -> Iterator[Check]:
    """Pages that could not be read: what stood on them is not in the report."""
    for page in pages:
        if page.failure is not None:
            told = reason("page-failed", page=page.number, why=page.failure)
            yield Check.of("page-failed", None, "failed", told, [f"/pages/{page.number - 1}"])


_ROLES = {"spread": "pages-cut", "repeat": "pages-repeated", "moved": "pages-moved"}


def arranged_pages(pages: Sequence[PageInfo]) -> Iterator[Check]:
    """Pages of the file that were cut, left out or put elsewhere; a person may look whether that was right."""
    for role, code in _ROLES.items():
        found = [index for index, page in enumerate(pages) if page.role == role]
        if found:
            told = reason(code, pages=", ".join(_named(pages[index]) for index in found))
            yield Check.of(f"page-{role}", None, "warning", told, [f"/pages/{index}" for index in found])


def _named(page: PageInfo) -> str:
    return str(page.number) if page.same_as is None else f"{page.number} (= {page.same_as})"
