"""Score tables as read: every cell with its candidates, nothing decided yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kompass_extract.content.numbers import NumberReading
from kompass_extract.content.score_tables.rows import ColumnRole
from kompass_extract.model.readings import Place, TextReading
from kompass_extract.model.reasons import Reason


@dataclass(frozen=True, slots=True)
class CellReading:
    """A number cell; ``reading`` is None where nothing stood in the column."""

    reading: NumberReading | None
    place: Place | None


NO_CELL = CellReading(None, None)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The number cells of one row."""

    achieved: CellReading = NO_CELL
    max: CellReading = NO_CELL
    percent: CellReading = NO_CELL

    def of(self, role: ColumnRole) -> CellReading:
        """The cell of a column."""
        if role is ColumnRole.ACHIEVED:
            return self.achieved
        return self.max if role is ColumnRole.MAX else self.percent

    @property
    def empty(self) -> bool:
        """Whether nothing numeric was read in the row."""
        return all(self.of(role).reading is None for role in ColumnRole)


@dataclass(frozen=True, slots=True)
class RowReading:
    """A question with its numbers.

    ``number_text`` is what was read of its number ("" when lost); ``derived`` tells that the number is from its place,
    ``missing`` that the edition or the neighbours' numbers ask for the row and nothing of it was read.
    """

    number: str
    number_text: str
    question: TextReading
    numbers: Numbers
    derived: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class ScoreTableReading:
    """One area's score table.

    ``heading`` is the printed name of the area, None where the table has none; ``total`` is None where no
    row of totals was found; ``has_percent`` tells whether the table has a percent column at all, and
    ``percent_hints`` what speaks for one where none was found; ``column_doubts`` why another column may be that of
    the points.
    """

    area: int
    heading: TextReading | None
    rows: tuple[RowReading, ...]
    total: Numbers | None
    has_percent: bool
    places: tuple[Place, ...]
    doubts: tuple[Reason, ...] = ()
    percent_hints: tuple[Reason, ...] = ()
    column_doubts: tuple[Reason, ...] = ()


def table_totals(tables: Sequence[ScoreTableReading]) -> dict[int, float]:
    """What each area's table says of the area's points: its row of totals, else the sum where every row has points."""
    found: dict[int, float] = {}
    for table in tables:
        total = table.total.achieved.reading if table.total is not None else None
        points = [row.numbers.achieved.reading for row in table.rows]
        values = [reading.best for reading in points if reading is not None and reading.best is not None]
        if total is not None and total.best is not None:
            found[table.area] = float(total.best)
        elif values and len(values) == len(table.rows):
            found[table.area] = float(sum(values))
    return found
