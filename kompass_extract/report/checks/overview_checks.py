"""Chapter 2's table of area scores against the chapters, against its own sums, and against its heads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kompass_extract.model.pointers import escaped
from kompass_extract.model.report import Area, Check, OverviewRow
from kompass_extract.report.checks.check_context import AREAS, CheckContext, Status, disagreement

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
        message = f"Chapter 2 prints {field.value}, the area's chapter {area.score.value}"
        fields = [f"/area_scores_overview/{place}/values/{escaped(column)}", f"/areas/{index}/score"]
        status, message = disagreement(area.score, field, message, context)
        yield Check(id="chapter-overview", area=area.number, status=status, message=message, fields=fields)
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
    message = f"{len(numbers)} areas, {totals} totals, {lost} values lost."
    fields = ["/area_scores_overview"]
    yield Check(id="overview-rows", area=None, status="ok" if fits else "warning", message=message, fields=fields)


def _overview_sums(overview: Sequence[OverviewRow]) -> Iterator[Check]:
    rows = [row for row in overview if row.number is not None]
    totals = [(place, row) for place, row in enumerate(overview) if row.number is None]
    for place, total in totals:
        for column, field in total.values.items():
            values = [row.values[column].value for row in rows if column in row.values]
            if field.value is None or len(values) < AREAS:
                continue
            if any(value is None for value in values):
                message = f"{column}: values are missing; the printed total {field.value} cannot be checked."
                at = f"/area_scores_overview/{place}/values/{escaped(column)}"
                yield Check(id="overview-sum", area=None, status="failed", message=message, fields=[at])
                continue
            whole = sum(value for value in values if value is not None)
            fits = abs(whole - field.value) <= AREAS // 2
            pointers = [f"/area_scores_overview/{p}/values/{escaped(column)}" for p in range(len(overview))]
            message = f"{column}: the areas sum to {whole}, the total prints {field.value}."
            fields = pointers if not fits else [pointers[place]]
            yield Check(id="overview-sum", area=None, status="ok" if fits else "failed", message=message, fields=fields)


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
        message = f"Column {column!r} has this report's scores, and the report is of {context.year}."
        status: Status = "ok" if fits else "failed"
        yield Check(id="overview-heads", area=None, status=status, message=message, fields=[] if fits else fields)
