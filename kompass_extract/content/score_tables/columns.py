"""Which number of a row stands in which column.

Order of evidence: the header words over the grid's columns; percent signs; and the table's own arithmetic
(achieved at most max, achieved against percent, max points that sum to 100).  Rows whose cells were lost are
placed by their column, or, where there is no grid, by the order that fits best.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, permutations

from kompass_extract.content.numbers import NumberKind, NumberReading, read_number, read_words, strict
from kompass_extract.content.score_tables.rows import CellValue, ColumnRole, Fragment, merged_value, split_value
from kompass_extract.content.score_tables.table_values import NO_CELL, CellReading, Numbers
from kompass_extract.model.readings import Place

Roles = tuple[ColumnRole, ...]

FULL: Roles = (ColumnRole.ACHIEVED, ColumnRole.MAX, ColumnRole.PERCENT)
WITHOUT_PERCENT: Roles = (ColumnRole.ACHIEVED, ColumnRole.MAX)

TWO_ROLES = frozenset(permutations(WITHOUT_PERCENT))
MOSTLY_AGREEING = 0.6
"""Share of the rows, 0..1, whose numbers must agree for a third number without a head to be their percent."""
MOSTLY_HEADED = 0.8
"""Share of a table's numbers that stand under its header words, 0..1, from which on the others are strays."""
HALF = 0.5  # of a point or a percent: what rounding moves a value by at most
EQUAL = 1e-9  # points by which floats that stand for one value may differ
USUAL_ORDER_BONUS = 1.0
"""Points that the usual order of columns has before any row is looked at; one row that fits gives up to 3."""


def kind_of(role: ColumnRole) -> NumberKind:
    return NumberKind.PERCENT if role is ColumnRole.PERCENT else NumberKind.POINTS


def column_roles(fragments: Sequence[Fragment]) -> Roles:
    """The number columns of a table from left to right, by header words or by what the numbers say."""
    headed = [fragment.roles for fragment in fragments if len(fragment.roles) >= 2]
    if headed:
        roles = max(headed, key=len)
        found = tuple(dict.fromkeys(role for role, _ in roles))
        if _fits_count(found, fragments) or (found in TWO_ROLES and not _third_is_percent(found, fragments)):
            return found
    width = _width(fragments)
    possible = list(permutations(FULL)) if width >= 3 else [*permutations(WITHOUT_PERCENT)]
    return max(possible, key=lambda roles: _score(roles, fragments))


def grid_columns(fragments: Sequence[Fragment], roles: Roles) -> dict[str, dict[int, ColumnRole]]:
    """Per grid its columns by number; a table that goes on on the next page goes on in another grid."""
    grids: dict[str, list[Fragment]] = {}
    for fragment in fragments:
        grids.setdefault(fragment.grid, []).append(fragment)
    return {grid: _columns_of(members, roles) for grid, members in grids.items()}


def _columns_of(fragments: Sequence[Fragment], roles: Roles) -> dict[int, ColumnRole]:
    """One grid's columns: from header cells, else the columns that most number cells stand in."""
    found = {column: role for fragment in fragments for role, column in fragment.roles if column is not None}
    used = Counter(value.column for fragment in fragments for value in fragment.values if value.column is not None)
    inside = sum(count for column, count in used.items() if column in found)
    if len(found) == len(roles) and inside >= MOSTLY_HEADED * sum(used.values()):
        return found
    columns = sorted(column for column, _ in used.most_common(len(roles)))
    return dict(zip(columns, roles, strict=True)) if len(columns) == len(roles) else found


def place_numbers(fragment: Fragment, roles: Roles, columns: dict[str, dict[int, ColumnRole]]) -> Numbers:
    """The row's values in their columns; ``columns`` as ``grid_columns`` found them."""
    chosen = _by_grid(fragment.values, roles, columns.get(fragment.grid, {})) or _by_order(fragment.values, roles)
    cells = {role: _cell(fragment, value, role) for role, value in chosen.items()}
    return Numbers(
        achieved=cells.get(ColumnRole.ACHIEVED, NO_CELL),
        max=cells.get(ColumnRole.MAX, NO_CELL),
        percent=cells.get(ColumnRole.PERCENT, NO_CELL),
    )


def _cell(fragment: Fragment, value: CellValue, role: ColumnRole) -> CellReading:
    reading = read_words(value.words, kind_of(role))
    return CellReading(reading, Place(fragment.source.block.page, value.box, (fragment.source.block.id,)))


def _by_grid(
    values: Sequence[CellValue], roles: Roles, columns: dict[int, ColumnRole]
) -> dict[ColumnRole, CellValue] | None:
    """By grid column; None when two values share one, stand where no column is, or ran together in one cell."""
    if len(values) < len(roles) and any(len(split_value(value)) > 1 for value in values):
        return None
    chosen: dict[ColumnRole, CellValue] = {}
    for value in values:
        role = columns.get(value.column) if value.column is not None else None
        if role in chosen:
            return None
        if role is not None:
            chosen[role] = value
    return chosen if len(chosen) == min(len(values), len(roles)) else None


def _by_order(values: Sequence[CellValue], roles: Roles) -> dict[ColumnRole, CellValue]:
    """The order-keeping placement of the values that fits best, over all ways to group them."""
    if len(values) < len(roles):
        values = [part for value in values for part in split_value(value)]
    groupings = [values[-len(roles) :]]
    if len(values) > 1:
        groupings.append([*values[:-2], merged_value(values[-2:])][-len(roles) :])
    placements = [
        dict(zip(chosen, grouping, strict=True))
        for grouping in groupings
        for chosen in combinations(roles, len(grouping))
    ]
    return max(placements, key=_placement_score, default={})


def _placement_score(placement: dict[ColumnRole, CellValue]) -> float:
    readings = {role: read_number(value.text, kind_of(role), 0.9) for role, value in placement.items()}
    score = _row_score(readings)
    percent = placement.get(ColumnRole.PERCENT)
    signs = [role for role, value in placement.items() if "%" in value.text]
    if signs:
        score += 3.0 if signs == [ColumnRole.PERCENT] else -3.0
    elif percent is not None and len(placement) < len(FULL):
        score -= 0.5
    return score


def _row_score(readings: dict[ColumnRole, NumberReading]) -> float:
    """How well a row's numbers fit each other, about -3..3."""
    best = {role: reading.best for role, reading in readings.items()}
    achieved, most = best.get(ColumnRole.ACHIEVED), best.get(ColumnRole.MAX)
    percent = best.get(ColumnRole.PERCENT)
    score = 0.0
    if most is not None:
        score += 0.5 if most in (10, 15, 20, 25, 30, 40, 100) else -0.5
    if achieved is not None and most is not None:
        score += 0.5 if achieved <= most else -2.0
        if percent is not None and most:
            score += 2.0 if agrees(achieved, most, percent) else -1.0
    return score


def rounding_gap(most: float) -> float:
    """How many points of ``most`` lie at most between rounded points and a rounded percentage of one score."""
    return HALF + HALF / 100 * most + EQUAL


def agrees(achieved: float, most: float, percent: float) -> bool:
    """Whether points and percent can be two roundings of one score (see the domain's rounding rules)."""
    return abs(achieved - percent * most / 100) <= rounding_gap(most)


def _score(roles: Roles, fragments: Sequence[Fragment]) -> float:
    score = USUAL_ORDER_BONUS if roles in (FULL, WITHOUT_PERCENT) else 0.0
    for fragment in fragments:
        if len(fragment.values) == len(roles):
            score += _placement_score(dict(zip(roles, fragment.values, strict=True)))
    return score


def _width(fragments: Sequence[Fragment]) -> int:
    """How many number columns most rows show; 3 when percent signs stand in any of them."""
    counts = Counter(min(3, count) for fragment in fragments if (count := _count(fragment)) >= 2)
    signs = any(strict(v.text, NumberKind.PERCENT) is not None for fragment in fragments for v in fragment.values)
    if signs:
        return 3
    return counts.most_common(1)[0][0] if counts else 3


def _count(fragment: Fragment) -> int:
    """How many numbers a row shows, those told apart that share a cell."""
    return sum(len(split_value(value)) for value in fragment.values)


def _third_is_percent(roles: Roles, fragments: Sequence[Fragment]) -> bool:
    """Whether the numbers beyond points and max are percents whose head was lost, and no column of another kind."""
    rows = [fragment.values for fragment in fragments if len(fragment.values) > len(roles)]
    placed = (dict(zip((*roles, ColumnRole.PERCENT), values, strict=False)) for values in rows)
    readings = ({role: read_number(v.text, kind_of(role), 0.9).best for role, v in one.items()} for one in placed)
    agreeing = sum(_agree(best) for best in readings)
    return agreeing >= MOSTLY_AGREEING * len(rows)


def _agree(best: dict[ColumnRole, int | None]) -> bool:
    achieved, most, percent = (best[role] for role in FULL)
    return achieved is not None and most is not None and percent is not None and agrees(achieved, most, percent)


def _fits_count(roles: Roles, fragments: Sequence[Fragment]) -> bool:
    """Whether a header names as many columns as the rows show; a header whose words were lost does not."""
    if {ColumnRole.ACHIEVED, ColumnRole.MAX} - set(roles):
        return False
    counts = Counter(min(len(FULL), len(fragment.values)) for fragment in fragments if fragment.values)
    return not counts or max(counts.items(), key=lambda item: item[1])[0] <= len(roles)
