"""Chapter 2's table of area scores against the chapters, against its own sums, and against its heads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kompass_extract.model.pointers import escaped
from kompass_extract.model.reasons import reason
from kompass_extract.model.report import Area, Check, OverviewRow
from kompass_extract.report.checks.check_context import AREAS, CheckContext, disagreement

MOST_OF_COLUMN = 0.75
"""Share of the areas whose score a column of chapter 2's table repeats when it is the report's own."""
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def overview_checks(areas: Sequence[Area], overview: Sequence[OverviewRow], context: CheckContext) -> Iterator[Check]:
    """Chapter 2's table against the chapters, where one of its columns is the report's own, and against its sums."""
    column = own_column(areas, overview, context.year)
    by_number = {area.number: (index, area) for index, area in enumerate(areas)}
    for place, row in enumerate(overview):
        field = row.values.get(column) if column is not None else None
        if row.number not in by_number or column is None or field is None or field.value is None:
            continue
        index, area = by_number[row.number]
        if area.score.value is None:
            continue
        fields = [f"/area_scores_overview/{place}/values/{escaped(column)}", f"/areas/{index}/score"]
        status = disagreement(area.score, field, context)
        code = "overview-disagrees" if status == "warning" else "overview-differs"
        told = reason(code, value=field.value, score=area.score.value)
        yield Check.of("chapter-overview", area.number, status, told, fields)
    yield from _overview_sums(overview)
    yield from _overview_heads(areas, overview, context)
    yield from _overview_whole(overview)


def own_column(areas: Sequence[Area], overview: Sequence[OverviewRow], year: int | None) -> str | None:
    """The column of this report: the one that repeats most of its chapters' scores, else the one headed by its year."""
    columns = list(dict.fromkeys(column for row in overview for column in row.values))
    scores = {area.number: area.score.value for area in areas if area.score.value is not None}
    repeated = {
        column: sum(
            row.number is not None and column in row.values and row.values[column].value == scores.get(row.number)
            for row in overview
        )
        for column in columns
    }
    best = max(columns, key=lambda column: repeated[column], default=None)
    if best is not None and repeated[best] >= max(1, len(scores) / 2):
        return best
    named = [column for column in columns if year is not None and str(year) in _YEAR.findall(column)]
    return named[0] if len(named) == 1 else None


def _overview_whole(overview: Sequence[OverviewRow]) -> Iterator[Check]:
    """The table has a row for each area, and as many values in each."""
    if not overview:
        return
    numbers = [row.number for row in overview if row.number is not None]
    columns = {column for row in overview for column in row.values}
    lost = sum(column not in row.values or row.values[column].value is None for row in overview for column in columns)
    totals = len(overview) - len(numbers)
    fits = sorted(numbers) == list(range(1, AREAS + 1)) and not lost and totals == 1
    told = reason("overview-complete", areas=len(numbers), totals=totals, values=lost)
    fields = ["/area_scores_overview"]
    yield Check.of("overview-rows", None, "ok" if fits else "warning", told, fields)


def _overview_sums(overview: Sequence[OverviewRow]) -> Iterator[Check]:
    rows = [row for row in overview if row.number is not None]
    totals = [(place, row) for place, row in enumerate(overview) if row.number is None]
    for place, total in totals:
        for column, field in total.values.items():
            values = [row.values[column].value for row in rows if column in row.values]
            if field.value is None or len(values) < AREAS:
                continue
            if any(value is None for value in values):
                told = reason("overview-total-unchecked", column=column, total=field.value)
                at = f"/area_scores_overview/{place}/values/{escaped(column)}"
                yield Check.of("overview-sum", None, "failed", told, [at])
                continue
            whole = sum(value for value in values if value is not None)
            fits = abs(whole - field.value) <= AREAS // 2
            pointers = [f"/area_scores_overview/{p}/values/{escaped(column)}" for p in range(len(overview))]
            told = reason("overview-sum-differs", column=column, sum=whole, total=field.value)
            fields = pointers if not fits else [pointers[place]]
            yield Check.of("overview-sum", None, "ok" if fits else "failed", told, fields)


def _overview_heads(areas: Sequence[Area], overview: Sequence[OverviewRow], context: CheckContext) -> Iterator[Check]:
    """The column that repeats the chapters' scores is the report's own, and its head does not name an older year."""
    scores = {area.number: area.score.value for area in areas if area.score.value is not None}
    rows = [row for row in overview if row.number in scores]
    for column in dict.fromkeys(column for row in rows for column in row.values):
        values = [row.values[column].value == scores.get(row.number or 0) for row in rows if column in row.values]
        named = [int(year) for year in _YEAR.findall(column)]
        if context.year is None or not named or sum(values) < MOST_OF_COLUMN * AREAS:
            continue
        fits = max(named) >= context.year - 1
        fields = [
            f"/area_scores_overview/{place}/values/{escaped(key)}"
            for place, row in enumerate(overview)
            for key in row.values
        ]
        told = reason("column-year", column=column, year=context.year)
        yield Check.of("overview-heads", None, "ok" if fits else "failed", told, [] if fits else fields)
