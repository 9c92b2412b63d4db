"""The tables of one export: which reports, when, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kompass_extract.model.tidy_columns import Table, tables
from kompass_extract.model.tidy_rows import Cell
from kompass_extract.review.answers.answer_index import AnswerIndex
from kompass_extract.review.answers.answer_values import Choice
from kompass_extract.review.answers.choice_sql import report_clause
from kompass_extract.review.answers.table_rows import selection

BATCH = 20_000  # rows in memory at a time
LICENCE_NAME, LICENCE_TITLE = "CC0-1.0", "Creative Commons Zero v1.0 Universal"
LICENCE_ADDRESS = "https://creativecommons.org/publicdomain/zero/1.0/"
TITLE = "Kommunkompassen: evaluations of Swedish municipalities"
DESCRIPTION = (
    "Scores, strengths, improvement areas and narrative of Kommunkompassen reports, read from the published reports "
    "by kompass-extract and corrected by reviewers where a person has decided. A value that waits for review has "
    "needs_review set; leave it out of means."
)

Rows = Sequence[tuple[Cell, ...]]
OpenTable = Callable[[Table], AbstractContextManager[Callable[[Rows], object]]]
"""Begins a table in one format and gives what writes its rows; tables are written one after another."""


@dataclass(frozen=True, slots=True)
class ChosenTables:
    """The index with the choice of reports; ``publisher`` is who answers for the export, where that is stated."""

    index: AnswerIndex
    choice: Choice
    made: datetime
    publisher: str | None = None

    def batches(self, table: Table) -> Iterator[list[tuple[Cell, ...]]]:
        """Yield a table's rows in order, some at a time; truth values are the words ``true`` and ``false``."""
        cursor = self.index.connection.cursor()
        cursor.row_factory = None
        cursor.execute(*selection(table, self.choice, spelled=True))
        while rows := cursor.fetchmany(BATCH):
            yield rows

    def count(self, table: Table) -> int:
        """Return how many rows a table has."""
        clause, values = report_clause(self.choice)
        where = f" WHERE {clause}" if clause else ""
        found = self.index.connection.execute(f'SELECT count(*) FROM "{table.name}"{where}', values).fetchone()
        return int(found[0])

    def said(self) -> str:
        """Say which reports were chosen."""
        parts = {
            "edition": self.choice.editions, "county": self.choice.counties, "year": self.choice.years,
            "municipality": self.choice.municipalities,
        }  # fmt: skip
        chosen = [f"{name} {', '.join(map(str, values))}" for name, values in parts.items() if values]
        if self.choice.reviewed_only:
            chosen.append("reviewed reports only")
        return "; ".join(chosen) or "all reports"


@dataclass(frozen=True, slots=True)
class RowFormat:
    """A format that tables are written in row by row, and the files below the folder that it makes."""

    opened: Callable[[ChosenTables, Path], AbstractContextManager[OpenTable]]
    files: tuple[str, ...]


def write_rows(chosen: ChosenTables, folder: Path, formats: Sequence[RowFormat]) -> None:
    """Write all tables in each of the formats; each row is read once for all of them."""
    with ExitStack() as opened:
        begin = [opened.enter_context(one.opened(chosen, folder)) for one in formats]
        for table in tables().values():
            with ExitStack() as begun:
                writing = [begun.enter_context(one(table)) for one in begin]
                for rows in chosen.batches(table) if writing else ():
                    for write in writing:
                        write(rows)
