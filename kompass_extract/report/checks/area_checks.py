"""One area against itself and its edition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kompass_extract.content.score_tables import agrees
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.model.report import Area, Check, Number, ScoreRow
from kompass_extract.report.checks.check_context import (
    AREA_POINTS,
    HALF,
    SUM_TOLERANCE,
    CheckContext,
    Status,
    disagreement,
)

MAX_ROWS, MIN_ROWS = 8, 3
"""Rows that a score table of an unknown edition can have; the known ones have 4 to 7."""
ALIKE_NAMES = 0.8
DECIMALS, TENTH = 2, 0.1
"""Decimals that printed points have at most, and the step of those that have one."""


def area_checks(area: Area, pointer: str, context: CheckContext) -> Iterator[Check]:
    """All checks within one area; ``pointer`` is where it stands in the report."""
    table = f"{pointer}/score_table"
    yield from presence(area, pointer)
    if not area.score_table.found:
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
        "score_table": not area.score_table.found,
        "rubrics": not area.rubrics,
    }
    missing = [name for name, lacks in lacking.items() if lacks]
    if not missing:
        yield _check("presence", area, "ok", reason("area-complete"), [])
        return
    status: Status = "warning" if missing == ["rubrics"] else "failed"
    fields = [f"{pointer}/{name}" for name in missing]
    yield _check("presence", area, status, reason("area-lacks", area=area.number, parts=missing), fields)


RowVerdict = tuple[Reason, tuple[str, ...]] | None


def _rows_check(name: str, area: Area, table: str, judge: Callable[[ScoreRow], RowVerdict]) -> Check:
    """One check over all rows: failed with the fields of the rows that fail."""
    said: list[tuple[str, Reason]] = []
    fields: list[str] = []
    for index, row in enumerate(area.score_table.rows):
        verdict = judge(row)
        if verdict is not None:
            said.append((row.number, verdict[0]))
            fields.extend(f"{table}/rows/{index}/{cell}" for cell in verdict[1])
    if said:
        return _check(
            name, area, "failed", reason("rows", rows=[[n, one.model_dump(mode="json")] for n, one in said]), fields
        )
    return _check(name, area, "ok", reason("rows-fit"), [])


def _max_edition(row: ScoreRow, context: CheckContext) -> RowVerdict:
    allowed = context.max_points.get(row.question_id.split("/")[1] if row.question_id else "", frozenset())
    if not allowed or row.max.value is None or row.max.value in allowed:
        return None
    return reason("max-unlike-edition", value=row.max.value, choice=sorted(allowed)), ("max",)


def _achieved_max(row: ScoreRow) -> RowVerdict:
    if row.achieved.value is None or row.max.value is None or row.achieved.value <= row.max.value:
        return None
    return reason("achieved-above-max", achieved=row.achieved.value, max=row.max.value), ("achieved", "max")


def _achieved_percent(row: ScoreRow) -> RowVerdict:
    achieved, most, percent = row.achieved.value, row.max.value, row.percent.value
    if achieved is None or most is None or percent is None or agrees(achieved, most, percent):
        return None
    told = reason("percent-does-not-fit", achieved=achieved, max=most, percent=percent)
    return told, ("achieved", "max", "percent")


def max_sum(area: Area, table: str) -> Check:
    """The max points of an area sum to 100, and its total says so."""
    rows = area.score_table.rows
    total = area.score_table.total.max.value
    fields = [f"{table}/rows/{index}/max" for index in range(len(rows))]
    values = [row.max.value for row in rows]
    if any(value is None for value in values):
        lost = [pointer for pointer, value in zip(fields, values, strict=True) if value is None]
        return _check("max-sum", area, "failed", reason("max-missing"), lost)
    whole = round(sum(value for value in values if value is not None), DECIMALS)
    fits = whole == AREA_POINTS and total in (None, AREA_POINTS)
    message = (
        reason("max-sum-differs", sum=whole, total=total)
        if total is not None
        else reason("max-sum-no-total", sum=whole)
    )
    return _check("max-sum", area, "ok" if fits else "failed", message, [*fields, f"{table}/total/max"])


def rows_total(area: Area, table: str) -> Check:
    """The rows' points sum to the total within rounding; lost ones leave room for what is between 0 and their max."""
    rows, total = area.score_table.rows, area.score_table.total.achieved.value
    fields = [*(f"{table}/rows/{index}/achieved" for index in range(len(rows))), f"{table}/total/achieved"]
    values = [row.achieved.value for row in rows]
    beside = [f"{table}/total/percent"] if area.score_table.total.percent.value is not None else []
    whole = round(sum(value for value in values if value is not None), DECIMALS)
    tolerance = _sum_tolerance(values, total)
    if total is None or any(value is None for value in values):
        room = sum(_most(row) for row in rows if row.achieved.value is None)
        if total is not None and not whole - tolerance <= total <= whole + room + tolerance:
            message = reason("rows-sum-differs", sum=whole, total=total)
            return _check("rows-total", area, "failed", message, [*fields, *beside])
        lost = [pointer for pointer, value in zip(fields, [*values, total], strict=True) if value is None]
        return _check("rows-total", area, "failed", reason("points-missing"), lost)
    fits = abs(whole - total) <= tolerance
    message = reason("rows-sum-differs", sum=whole, total=total)
    return _check("rows-total", area, "ok" if fits else "failed", message, fields if fits else [*fields, *beside])


def _sum_tolerance(values: Sequence[Number | None], total: Number | None) -> float:
    """By how much printed numbers may miss their total: less where they are printed with decimals."""
    printed = [value for value in (*values, total) if value is not None]
    if all(value == int(value) for value in printed):
        return SUM_TOLERANCE
    whole = total is not None and total == int(total)
    return len(values) * TENTH / 2 + (HALF if whole else TENTH / 2)


def _most(row: ScoreRow) -> float:
    """The max points of a row, by what is offered for it where it was not read."""
    if row.max.value is not None:
        return row.max.value
    offered = [other.value for other in row.max.alternatives[:1] if not isinstance(other.value, str)]
    return offered[0] if offered else AREA_POINTS


def total_percent(area: Area, table: str) -> Iterator[Check]:
    """The total's percent is its points, as the max is 100."""
    total = area.score_table.total
    if total.achieved.value is None or total.percent.value is None:
        return
    decimals = total.achieved.value != int(total.achieved.value) or total.percent.value != int(total.percent.value)
    gap = abs(total.achieved.value - total.percent.value)
    message = reason("total-percent-differs", achieved=total.achieved.value, percent=total.percent.value)
    fields = [f"{table}/total/achieved", f"{table}/total/percent"]
    yield _check("total-percent", area, "ok" if gap <= HALF * decimals else "failed", message, fields)


def row_count(area: Area, table: str, context: CheckContext) -> Check:
    """The table has as many rows as the edition has questions, each once; what may be none of them is named."""
    rows = [row for row in area.score_table.rows if row.found]
    allowed = context.questions.get(area.number) or frozenset(range(MIN_ROWS, MAX_ROWS + 1))
    ids = [row.question_id for row in rows]
    numbers = [row.number for row in rows]
    doubled = [n for n, row in enumerate(rows) if numbers.count(row.number) > 1 or (ids[n] and ids.count(ids[n]) > 1)]
    fits = len(rows) in allowed and not doubled
    unknown = [n for n, one in enumerate(ids) if one is None] if context.max_points and len(rows) > max(allowed) else []
    odd = sorted({*doubled, *(n for n in unknown if not fits)})
    places = [n for n, row in enumerate(area.score_table.rows) if row.found]
    cells = [f"{table}/rows/{places[n]}/{cell}" for n in odd for cell in ("achieved", "max", "percent")]
    message = reason("rows-count-twice" if doubled else "rows-count", rows=len(rows), choice=sorted(allowed))
    return _check("row-count", area, "ok" if fits else "failed", message, [f"{table}/rows", *cells])


def chapter_table(area: Area, pointer: str, context: CheckContext) -> Iterator[Check]:
    """The chapter's score is the table's total."""
    score, total = area.score, area.score_table.total.achieved
    if score.value is None or total.value is None:
        return
    fields = [f"{pointer}/score", f"{pointer}/score_table/total/achieved"]
    status = disagreement(score, total, context)
    code = "chapter-table-disagree" if status == "warning" else "chapter-table-differ"
    yield _check("chapter-table", area, status, reason(code, score=score.value, total=total.value), fields)


def area_name(area: Area, pointer: str, context: CheckContext) -> Iterator[Check]:
    """The chapter and the score table name the area alike; authors often do not."""
    name, heading = area.name.value, area.score_table.heading.value
    if name is None or heading is None:
        return
    alike = context.likeness(name, heading) >= ALIKE_NAMES
    message = reason("names-differ", name=name, heading=heading)
    fields = [f"{pointer}/name", f"{pointer}/score_table/heading"]
    yield _check("area-name", area, "ok" if alike else "warning", message, fields)


def _check(name: str, area: Area, status: Status, found: Reason, fields: list[str]) -> Check:
    return Check.of(name, area.number, status, found, fields)
