"""Which number columns of a wide table are the municipality's own.

Beside the points and their max a table can print the mean of all municipalities, the best one, or an earlier year.
The tables of one report have one form, so all that are as wide are judged together: what the heads say, whether one
column holds the max points of the instrument and sums to 100, whether another is a percentage of the points, and
which column sums to the score that the chapter prints.  The columns that are not the municipality's own are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from statistics import fmean

from kompass_extract.content.numbers import NumberKind, read_words
from kompass_extract.content.score_tables.columns import FULL, WITHOUT_PERCENT, Roles, agrees
from kompass_extract.content.score_tables.finish import CollectedTable
from kompass_extract.content.score_tables.rows import CellValue, ColumnRole, Fragment
from kompass_extract.model.reasons import reason
from kompass_extract.taxonomy import Taxonomy
from kompass_extract.taxonomy.headers import heads_comparison

LEAST_WIDTH, MOST_WIDTH = 3, 7
"""Numbers of a row from which on some may be another's, and beyond which no score table goes."""
AREA_POINTS = 100
CLEAR = 1.0
"""Points by which the chosen column of points must lead over any other one for nobody to be asked."""
MAX_FITS, MAX_SUMS, BELOW_MAX, PERCENT_FITS, PERCENT_COST, SIGN = 5.0, 3.0, 20.0, 6.0, 2.4, 3.0
"""What full agreement of all rows is worth; a percent column must agree in two fifths of the rows to be one."""
HEAD_SAYS, HEAD_OF_OTHERS, CHAPTER_SAYS, USUAL_ORDER = 3.0, 4.0, 5.0, 0.3
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
Heads = Mapping[str, Sequence[Fragment]]
"""Per grid the rows that head its columns."""
Slots = tuple[ColumnRole | None, ...]
"""What each number of a row is, from left to right; None for another's."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """A table's full rows: question numbers, and the values from left to right; the total's are last."""

    table: CollectedTable
    numbers: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    percents: tuple[tuple[float | None, ...], ...]
    signs: tuple[frozenset[int], ...]
    total: tuple[float | None, ...]


def own_columns(
    tables: Sequence[CollectedTable], heads: Heads, printed: Mapping[int, frozenset[int]], taxonomy: Taxonomy
) -> list[CollectedTable]:
    """The tables without the columns that are not the municipality's own; ``printed`` are its chapters' numbers."""
    widths = {id(table): width(table) for table in tables}
    own: dict[int, CollectedTable] = {}
    for wide in sorted(set(widths.values())):
        if not LEAST_WIDTH <= wide <= MOST_WIDTH:
            continue
        group = [table for table in tables if widths[id(table)] == wide]
        slots, clear = _SharedForm(group, wide, heads, printed, taxonomy).best()
        if None in slots:
            own |= {id(table): _narrowed(table, slots, clear) for table in group}
    return [own.get(id(table), table) for table in tables]


def width(table: CollectedTable) -> int:
    """How many numbers most rows of a table have."""
    counts = Counter(len(part.values) for part in _lines(table) if part.values)
    return counts.most_common(1)[0][0] if counts else 0


def _lines(table: CollectedTable) -> list[Fragment]:
    found = [row.values for row in table.rows if row.values is not None]
    return [*found, table.total] if table.total is not None else found


class _SharedForm:
    """The form that tables of one width share."""

    def __init__(
        self,
        group: Sequence[CollectedTable],
        wide: int,
        heads: Heads,
        printed: Mapping[int, frozenset[int]],
        taxonomy: Taxonomy,
    ) -> None:
        self._width = wide
        self._printed = printed
        self._rows = [_full_rows(table, wide) for table in group]
        self._allowed = _max_points(taxonomy)
        self._heads = _slot_heads(group, wide, heads)
        self._role_of = taxonomy.header_role
        self._taxonomy = taxonomy

    def best(self) -> tuple[Slots, bool]:
        """What each column is, and whether no other column could be that of the points."""
        ranked = sorted(self._possible(), key=self._score, reverse=True)
        best = ranked[0]
        others = [slots for slots in ranked if slots.index(ColumnRole.ACHIEVED) != best.index(ColumnRole.ACHIEVED)]
        lead = self._score(best) - self._score(others[0]) if others else CLEAR
        headed = self._width > LEAST_WIDTH or all(self._of_somebody(i) for i, role in enumerate(best) if role is None)
        return best, lead >= CLEAR and headed

    def _possible(self) -> Iterator[Slots]:
        for roles in (FULL, WITHOUT_PERCENT):
            for places in permutations(range(self._width), len(roles)):
                named = dict(zip(places, roles, strict=True))
                yield tuple(named.get(place) for place in range(self._width))

    def _score(self, slots: Slots) -> float:
        order: Roles = tuple(role for role in slots if role is not None)
        points, most = slots.index(ColumnRole.ACHIEVED), slots.index(ColumnRole.MAX)
        percent = slots.index(ColumnRole.PERCENT) if ColumnRole.PERCENT in slots else None
        score = USUAL_ORDER if order in (FULL, WITHOUT_PERCENT) else 0.0
        score += self._by_max(points, most) + self._by_percent(points, most, percent)
        score += self._by_chapter(points)
        return score + sum(self._by_head(place, role) for place, role in enumerate(slots))

    def _by_max(self, points: int, most: int) -> float:
        rows = [(number, row[points], row[most]) for one in self._rows for number, row in _numbered(one)]
        if not rows:
            return 0.0
        fits = fmean(limit in self._allowed.get(number, self._allowed[""]) for number, _, limit in rows)
        below = fmean(own is None or limit is None or own <= limit for _, own, limit in rows)
        sums = fmean(sum(row[most] or 0 for row in one.values) == AREA_POINTS for one in self._rows)
        return MAX_FITS * fits + MAX_SUMS * sums - BELOW_MAX * (1 - below)

    def _by_percent(self, points: int, most: int, percent: int | None) -> float:
        signs = [found for one in self._rows for found in one.signs]
        if not signs:
            return 0.0
        signed = fmean(points in found or most in found for found in signs)
        if percent is None:
            return -SIGN * signed
        known = [
            (row[points], row[most], shares[percent])
            for one in self._rows
            for row, shares in zip(one.values, one.percents, strict=True)
        ]
        fit = fmean(None not in one and agrees(*(value or 0.0 for value in one)) for one in known)
        shown = fmean(percent in found for found in signs)
        return PERCENT_FITS * fit - PERCENT_COST + SIGN * (shown - signed)

    def _by_chapter(self, points: int) -> float:
        """Whether the column sums to what the chapters print as their scores."""
        said = []
        for one in self._rows:
            whole = one.total[points] if one.total else sum(row[points] or 0 for row in one.values)
            numbers = self._printed.get(one.table.area or 0, frozenset())
            if numbers and whole is not None:
                said.append(any(abs(whole - number) <= 0.5 for number in numbers))
        return CHAPTER_SAYS * fmean(said) if said else 0.0

    def _by_head(self, place: int, role: ColumnRole | None) -> float:
        head = self._heads[place]
        if not head:
            return 0.0
        if (named := self._named(head)) is not None:
            return HEAD_SAYS if role is named else -HEAD_SAYS / (1 if role else 3)
        if role is not ColumnRole.ACHIEVED:
            return -HEAD_SAYS if role is ColumnRole.MAX and self._of_somebody(place) else 0.0
        if heads_comparison(head):
            return -HEAD_OF_OTHERS
        years = [int(year[1]) for other in self._heads if (year := YEAR.search(other))]
        if (year := YEAR.search(head)) is not None:
            return HEAD_SAYS if int(year[1]) == max(years) else -HEAD_OF_OTHERS
        return HEAD_SAYS / 2 if self._of_somebody(place) else 0.0

    def _of_somebody(self, place: int) -> bool:
        """Whether a column is headed with a year, a municipality, or what others have."""
        head = self._heads[place]
        return bool(YEAR.search(head) or heads_comparison(head) or self._taxonomy.municipalities.mentions(head))

    def _named(self, head: str) -> ColumnRole | None:
        found = str(self._role_of(head))
        return {"score": ColumnRole.ACHIEVED, "achieved": ColumnRole.ACHIEVED, "max": ColumnRole.MAX,
                "percent": ColumnRole.PERCENT}.get(found)  # fmt: skip


def _numbered(rows: _Rows) -> Iterator[tuple[str, tuple[float | None, ...]]]:
    return zip(rows.numbers, rows.values, strict=True)


def _full_rows(table: CollectedTable, wide: int) -> _Rows:
    full = [(row.number or "", row.values) for row in table.rows if row.values and len(row.values.values) == wide]
    total = table.total if table.total is not None and len(table.total.values) == wide else None
    return _Rows(
        table,
        tuple(number for number, _ in full),
        tuple(_values(part) for _, part in full),
        tuple(_values(part, NumberKind.PERCENT) for _, part in full),
        tuple(frozenset(place for place, value in enumerate(part.values) if "%" in value.text) for _, part in full),
        _values(total) if total is not None else (),
    )


def _values(part: Fragment, kind: NumberKind = NumberKind.POINTS) -> tuple[float | None, ...]:
    return tuple(_number(value, kind) for value in part.values)


def _number(value: CellValue, kind: NumberKind) -> float | None:
    reading = read_words(value.words, kind)
    return reading.decimal if reading.decimal is not None else reading.best


def _max_points(taxonomy: Taxonomy) -> dict[str, frozenset[float]]:
    """Per question number the max points that any edition allows; under "" what is usual."""
    found: dict[str, frozenset[float]] = {"": frozenset(map(float, range(5, 45, 5)))}
    for edition in taxonomy.editions:
        for question in edition.questions:
            found[question.number] = found.get(question.number, frozenset()) | {float(question.max_points)}
    return found


def _slot_heads(group: Sequence[CollectedTable], wide: int, heads: Heads) -> list[str]:
    """The words over each of the number columns, by the first table of the group whose grid has heads."""
    for table in group:
        full = [part for part in _lines(table) if len(part.values) == wide]
        for part in full[:1]:
            columns = [value.column for value in part.values]
            for head in heads.get(part.grid, ()):
                texts = {cell.column: cell.text for cell in head.source.block.cells}
                found = [texts.get(column, "") if column is not None else "" for column in columns]
                if sum(map(bool, found)) > 1 and len(set(columns)) == wide:
                    return found
    return [""] * wide


def _narrowed(table: CollectedTable, slots: Slots, clear: bool) -> CollectedTable:
    """The table with the municipality's own numbers only."""
    columns = _columns(table, len(slots))

    def own(part: Fragment) -> Fragment:
        if len(part.values) != len(slots) and all(value.column is None for value in part.values):
            return part  # a line of words, which says the own numbers alone
        values = [
            value
            for place, value in enumerate(part.values)
            if slots[place if len(part.values) == len(slots) else columns.get(value.column, place % len(slots))]
            is not None
        ]
        kept = {column for column, place in columns.items() if slots[place] is not None}
        roles = tuple((role, column) for role, column in part.roles if column is None or column in kept)
        return replace(part, values=tuple(values), roles=roles)

    rows = [replace(row, parts=[own(part) for part in row.parts]) for row in table.rows]
    doubts = [] if clear else [reason("own-column-unclear")]
    return replace(
        table,
        rows=rows,
        total=own(table.total) if table.total is not None else None,
        headers=[own(part) for part in table.headers],
        column_doubts=doubts,
    )


def _columns(table: CollectedTable, wide: int) -> dict[int | None, int]:
    """Per grid column which number of a full row stands in it."""
    full = [part for part in _lines(table) if len(part.values) == wide]
    return {value.column: place for part in full for place, value in enumerate(part.values) if value.column is not None}
