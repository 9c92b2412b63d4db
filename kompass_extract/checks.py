"""The report against itself and against its edition.

Each check looks at the values of the assembled areas and says what fits and what does not, with the JSON
pointers of the fields concerned.  Nothing is changed here.  Where both of two numbers that disagree were read
without doubt, the disagreement is the report's own: a warning.  Otherwise the check has failed, and every
field that it names goes to a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kompass_extract.document import Page
from kompass_extract.report import Area, Check, Field, NumberField, OverviewRow, ScoreRow
from kompass_extract.tables import agrees

Status = Literal["ok", "warning", "failed"]
AREAS = 8
AREA_POINTS = 100
SUM_TOLERANCE = 2
"""Points by which rounded rows may miss their rounded total (see the domain's rounding rules)."""
MAX_ROWS, MIN_ROWS = 8, 3
"""Rows that a score table of an unknown edition can have; the known ones have 4 to 7."""
ALIKE_NAMES = 0.8
ROUNDED_SHARE = 0.9
"""Share of a report's other rows whose percent is the rounded points' from which on a row that is not is odd."""
ROUNDED_ROWS = 8
MOST_OF_COLUMN = 0.75
"""Share of the areas whose score a column of chapter 2's table repeats when it is the report's own."""
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

Likeness = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What checks need beside the areas.

    ``max_points`` maps question numbers to the max points that the edition allows; ``questions`` area numbers
    to how many questions they may have; both empty for an edition whose questions are not known.  ``sure`` is
    the confidence from which on a number was read without doubt; ``likeness`` compares names, 0..1; ``year`` is
    the report's.
    """

    max_points: Mapping[str, frozenset[int]]
    questions: Mapping[int, frozenset[int]]
    sure: float
    likeness: Likeness
    year: int | None = None


def run_checks(
    areas: Sequence[Area],
    overview: Sequence[OverviewRow],
    total: NumberField,
    pages: Sequence[Page],
    context: CheckContext,
) -> list[Check]:
    """All checks in a fixed order: per area, then over the whole report."""
    found: list[Check] = []
    for index, area in enumerate(areas):
        found.extend(area_checks(area, f"/areas/{index}", context))
    found.extend(_percent_rounding(areas))
    found.extend(_percent_columns(areas))
    found.extend(missing_areas(areas))
    found.extend(overview_checks(areas, overview, context))
    found.extend(sum_of_areas(areas, total, context))
    found.extend(failed_pages(pages))
    return found


def area_checks(area: Area, pointer: str, context: CheckContext) -> Iterator[Check]:
    """All checks within one area; ``pointer`` is where it stands in the report."""
    table = f"{pointer}/score_table"
    yield from presence(area, pointer)
    if not area.score_table.rows:
        return
    yield _rows_check("max-edition", area, table, lambda row: _max_edition(row, context))
    yield _rows_check("achieved-max", area, table, _achieved_max)
    yield _rows_check("achieved-percent", area, table, _achieved_percent)
    yield max_sum(area, table)
    yield rows_total(area, table)
    yield from total_percent(area, table)
    yield row_count(area, table, context)
    yield from chapter_table(area, pointer, context)
    yield from area_name(area, pointer, context)


def presence(area: Area, pointer: str) -> Iterator[Check]:
    """What every area should have: a score, a list of each kind, narrative, a score table with a total."""
    lacking = {
        "name": area.name.value is None,
        "score": area.score.value is None,
        "narrative": not area.narrative,
        "strengths": not area.strengths,
        "improvements": not area.improvements,
        "score_table": not area.score_table.rows,
        "rubrics": not area.rubrics,
    }
    missing = [name for name, lacks in lacking.items() if lacks]
    if not missing:
        yield Check(id="presence", area=area.number, status="ok", message="The area has all its parts.", fields=[])
        return
    status: Status = "warning" if missing == ["rubrics"] else "failed"
    message = f"Area {area.number} lacks: {', '.join(missing)}."
    fields = [f"{pointer}/{name}" for name in missing]
    yield Check(id="presence", area=area.number, status=status, message=message, fields=fields)


RowVerdict = tuple[str, tuple[str, ...]] | None


def _rows_check(name: str, area: Area, table: str, judge: Callable[[ScoreRow], RowVerdict]) -> Check:
    """One check over all rows: failed with the fields of the rows that fail."""
    messages: list[str] = []
    fields: list[str] = []
    for index, row in enumerate(area.score_table.rows):
        verdict = judge(row)
        if verdict is not None:
            messages.append(f"{row.number}: {verdict[0]}")
            fields.extend(f"{table}/rows/{index}/{cell}" for cell in verdict[1])
    if messages:
        return Check(id=name, area=area.number, status="failed", message="; ".join(messages), fields=fields)
    return Check(id=name, area=area.number, status="ok", message="All rows fit.", fields=[])


def _max_edition(row: ScoreRow, context: CheckContext) -> RowVerdict:
    allowed = context.max_points.get(row.question_id.split("/")[1] if row.question_id else "", frozenset())
    if not allowed or row.max.value is None or row.max.value in allowed:
        return None
    return f"max {row.max.value}, the edition has {' or '.join(map(str, sorted(allowed)))}", ("max",)


def _achieved_max(row: ScoreRow) -> RowVerdict:
    if row.achieved.value is None or row.max.value is None or row.achieved.value <= row.max.value:
        return None
    return f"{row.achieved.value} achieved of at most {row.max.value}", ("achieved", "max")


def _achieved_percent(row: ScoreRow) -> RowVerdict:
    achieved, most, percent = row.achieved.value, row.max.value, row.percent.value
    if achieved is None or most is None or percent is None or agrees(achieved, most, percent):
        return None
    return f"{achieved} of {most} is not {percent} %", ("achieved", "max", "percent")


def max_sum(area: Area, table: str) -> Check:
    """The max points of an area sum to 100, and its total says so."""
    rows = area.score_table.rows
    total = area.score_table.total.max.value
    fields = [f"{table}/rows/{index}/max" for index in range(len(rows))]
    values = [row.max.value for row in rows]
    if any(value is None for value in values):
        lost = [pointer for pointer, value in zip(fields, values, strict=True) if value is None]
        return _check("max-sum", area, "failed", "A max is missing; their sum cannot be checked.", lost)
    whole = sum(value for value in values if value is not None)
    fits = whole == AREA_POINTS and total in (None, AREA_POINTS)
    message = f"The max points sum to {whole}, the total prints {total}."
    return _check("max-sum", area, "ok" if fits else "failed", message, [*fields, f"{table}/total/max"])


def rows_total(area: Area, table: str) -> Check:
    """The rows' points sum to the total within rounding."""
    rows, total = area.score_table.rows, area.score_table.total.achieved.value
    fields = [*(f"{table}/rows/{index}/achieved" for index in range(len(rows))), f"{table}/total/achieved"]
    values = [row.achieved.value for row in rows]
    if total is None or any(value is None for value in values):
        lost = [pointer for pointer, value in zip(fields, [*values, total], strict=True) if value is None]
        return _check("rows-total", area, "failed", "Points are missing; their sum cannot be checked.", lost)
    whole = sum(value for value in values if value is not None)
    fits = abs(whole - total) <= SUM_TOLERANCE
    message = f"The rows sum to {whole}, the total prints {total}."
    return _check("rows-total", area, "ok" if fits else "failed", message, fields)


def total_percent(area: Area, table: str) -> Iterator[Check]:
    """The total's percent is its points, as the max is 100."""
    total = area.score_table.total
    if total.achieved.value is None or total.percent.value is None:
        return
    gap = abs(total.achieved.value - total.percent.value)
    message = f"The total prints {total.achieved.value} points and {total.percent.value} %."
    fields = [f"{table}/total/achieved", f"{table}/total/percent"]
    yield _check("total-percent", area, "ok" if gap == 0 else "failed", message, fields)


def row_count(area: Area, table: str, context: CheckContext) -> Check:
    """The table has as many rows as the edition has questions, each once; what may be none of them is named."""
    rows = area.score_table.rows
    allowed = context.questions.get(area.number) or frozenset(range(MIN_ROWS, MAX_ROWS + 1))
    ids = [row.question_id for row in rows]
    numbers = [row.number for row in rows]
    doubled = [n for n, row in enumerate(rows) if numbers.count(row.number) > 1 or (ids[n] and ids.count(ids[n]) > 1)]
    fits = len(rows) in allowed and not doubled
    unknown = [n for n, one in enumerate(ids) if one is None] if context.max_points and len(rows) > max(allowed) else []
    odd = sorted({*doubled, *(n for n in unknown if not fits)})
    cells = [f"{table}/rows/{n}/{cell}" for n in odd for cell in ("achieved", "max", "percent")]
    expected = " or ".join(map(str, sorted(allowed)))
    message = f"{len(rows)} rows, {expected} expected" + ("; a question stands twice." if doubled else ".")
    return _check("row-count", area, "ok" if fits else "failed", message, [f"{table}/rows", *cells])


def chapter_table(area: Area, pointer: str, context: CheckContext) -> Iterator[Check]:
    """The chapter's score is the table's total."""
    score, total = area.score, area.score_table.total.achieved
    if score.value is None or total.value is None:
        return
    fields = [f"{pointer}/score", f"{pointer}/score_table/total/achieved"]
    message = f"The chapter prints {score.value}, the table totals {total.value}"
    yield _check("chapter-table", area, *_disagreement(score, total, message, context), fields)


def area_name(area: Area, pointer: str, context: CheckContext) -> Iterator[Check]:
    """The chapter and the score table name the area alike; authors often do not."""
    name, heading = area.name.value, area.score_table.heading.value
    if name is None or heading is None:
        return
    alike = context.likeness(name, heading) >= ALIKE_NAMES
    message = f"The chapter is called {name!r}, the score table {heading!r}."
    fields = [f"{pointer}/name", f"{pointer}/score_table/heading"]
    yield _check("area-name", area, "ok" if alike else "warning", message, fields)


def missing_areas(areas: Sequence[Area]) -> Iterator[Check]:
    """All eight areas are there."""
    missing = sorted(set(range(1, AREAS + 1)) - {area.number for area in areas})
    message = f"The report lacks the areas {', '.join(map(str, missing))}." if missing else "All eight areas are there."
    status: Status = "failed" if missing else "ok"
    yield Check(id="areas", area=None, status=status, message=message, fields=["/areas"])


def _percent_rounding(areas: Sequence[Area]) -> Iterator[Check]:
    """Where all other rows' percent is that of the rounded points, one that is not is a misreading or a slip."""
    odd: list[tuple[str, str]] = []
    count = 0
    for index, area in enumerate(areas):
        for place, row in enumerate(area.score_table.rows):
            achieved, most, percent = row.achieved.value, row.max.value, row.percent.value
            if achieved is None or not most or percent is None:
                continue
            count += 1
            if abs(percent - 100 * achieved / most) > 0.5 + 1e-9:
                pointer = f"/areas/{index}/score_table/rows/{place}"
                odd.append((pointer, f"{row.number}: {achieved} of {most} beside {percent} %"))
    if not odd or count < ROUNDED_ROWS or (count - len(odd)) / count < ROUNDED_SHARE:
        return
    fields = [f"{pointer}/{cell}" for pointer, _ in odd for cell in ("achieved", "percent")]
    message = "Percents are the rounded points' everywhere but here: " + "; ".join(text for _, text in odd)
    yield Check(id="percent-rounding", area=None, status="failed", message=message, fields=fields)


def _percent_columns(areas: Sequence[Area]) -> Iterator[Check]:
    """Either all score tables have a percent column, or none has."""
    without = [i for i, area in enumerate(areas) if area.score_table.rows and _no_percents(area)]
    tables = sum(bool(area.score_table.rows) for area in areas)
    if not without or len(without) == tables:
        return
    fields = [
        f"/areas/{index}/score_table/rows/{place}/percent"
        for index in without
        for place in range(len(areas[index].score_table.rows))
    ]
    message = "Other score tables of the report have a percent column, these have none."
    yield Check(id="percent-columns", area=None, status="failed", message=message, fields=fields)


def _no_percents(area: Area) -> bool:
    return all(row.percent.value is None and not row.percent.needs_review for row in area.score_table.rows)


def overview_checks(areas: Sequence[Area], overview: Sequence[OverviewRow], context: CheckContext) -> Iterator[Check]:
    """Chapter 2's table against the chapters (its first column is the report's own), and against its own sums."""
    column = next(iter(overview[0].values), None) if overview else None
    by_number = {area.number: (index, area) for index, area in enumerate(areas)}
    for place, row in enumerate(overview):
        field = row.values.get(column) if column is not None else None
        if row.number not in by_number or field is None or field.value is None:
            continue
        index, area = by_number[row.number]
        if area.score.value is None:
            continue
        message = f"Chapter 2 prints {field.value}, the area's chapter {area.score.value}"
        fields = [f"/area_scores_overview/{place}/values/{_escaped(column)}", f"/areas/{index}/score"]
        yield _check("chapter-overview", area, *_disagreement(area.score, field, message, context), fields)
    yield from _overview_sums(overview)
    yield from _overview_heads(areas, overview, context)


def _overview_sums(overview: Sequence[OverviewRow]) -> Iterator[Check]:
    rows = [row for row in overview if row.number is not None]
    totals = [(place, row) for place, row in enumerate(overview) if row.number is None]
    for place, total in totals:
        for column, field in total.values.items():
            values = [row.values[column].value for row in rows if column in row.values]
            if field.value is None or len(values) < AREAS or any(value is None for value in values):
                continue
            whole = sum(value for value in values if value is not None)
            fits = abs(whole - field.value) <= AREAS // 2
            pointers = [f"/area_scores_overview/{p}/values/{_escaped(column)}" for p in range(len(overview))]
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
            f"/area_scores_overview/{place}/values/{_escaped(key)}"
            for place, row in enumerate(overview)
            for key in row.values
        ]
        message = f"Column {column!r} has this report's scores, and the report is of {context.year}."
        status: Status = "ok" if fits else "failed"
        yield Check(id="overview-heads", area=None, status=status, message=message, fields=[] if fits else fields)


def sum_of_areas(areas: Sequence[Area], total: NumberField, context: CheckContext) -> Iterator[Check]:
    """The eight chapters' scores sum to the printed total of 800, or the tables' totals do."""
    scores = [area.score for area in areas]
    if total.value is None or len(scores) < AREAS or any(score.value is None for score in scores):
        return
    chapters = sum(score.value or 0 for score in scores)
    tables = sum(area.score_table.total.achieved.value or 0 for area in areas)
    gap = min(abs(chapters - total.value), abs(tables - total.value))
    fields = ["/report/total", *(f"/areas/{index}/score" for index in range(len(areas)))]
    message = f"The report's total is {total.value}; the chapters sum to {chapters}, the tables to {tables}."
    sure = all(field.confidence >= context.sure for field in [total, *scores])
    status: Status = "ok" if gap == 0 else "warning" if gap <= AREAS // 2 or sure else "failed"
    yield Check(id="sum-of-areas", area=None, status=status, message=message, fields=fields)


def failed_pages(pages: Sequence[Page]) -> Iterator[Check]:
    """Pages that could not be read: what stood on them is not in the report."""
    for page in pages:
        if page.failure is not None:
            message = f"Page {page.number} could not be read: {page.failure}"
            yield Check(
                id="page-failed", area=None, status="failed", message=message, fields=[f"/pages/{page.number - 1}"]
            )


def _disagreement(one: NumberField, other: NumberField, message: str, context: CheckContext) -> tuple[Status, str]:
    """Status and message of two numbers that should be one."""
    if one.value == other.value:
        return "ok", f"{message}."
    if _sure(one, context) and _sure(other, context):
        return "warning", f"{message}: the report disagrees with itself."
    return "failed", f"{message}."


def _sure(field: Field[int], context: CheckContext) -> bool:
    return field.confidence >= context.sure and not field.needs_review


def _check(name: str, area: Area, status: Status, message: str, fields: list[str]) -> Check:
    return Check(id=name, area=area.number, status=status, message=message, fields=fields)


def _escaped(name: str | None) -> str:
    return (name or "").replace("~", "~0").replace("/", "~1")
