"""The tables as CSV: UTF-8 with a byte order mark, comma, texts exactly as they are."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from kompass_extract.model.tidy_columns import Table, tables
from kompass_extract.model.tidy_rows import Cell
from kompass_extract.review.answers.exporting.chosen_tables import ChosenTables

FOLDER = "csv"
BYTE_ORDER_MARK = "\ufeff"
BUFFER = 1 << 20  # bytes written at a time
_TRUTH = {None: "", 0: "false", 1: "true"}


def write_csv(chosen: ChosenTables, folder: Path) -> list[Path]:
    """Write ``csv/<table>.csv`` for each table."""
    (folder / FOLDER).mkdir()
    return [_write(chosen, table, folder / FOLDER / f"{table.name}.csv") for table in tables().values()]


def _write(chosen: ChosenTables, table: Table, path: Path) -> Path:
    truths = [number for number, column in enumerate(table.columns) if column.type == "boolean"]
    with path.open("w", encoding="utf-8", newline="", buffering=BUFFER) as file:
        file.write(BYTE_ORDER_MARK)  # by the codec utf-8-sig each row would be encoded in Python
        writer = csv.writer(file)
        writer.writerow(table.names)
        for rows in chosen.batches(table):
            writer.writerows(_spelled(rows, truths))
    return path


def _spelled(rows: Iterable[tuple[Cell, ...]], truths: list[int]) -> Iterator[list[Cell]]:
    """Yield rows with truth values as words."""
    for row in rows:
        cells = list(row)
        for number in truths:
            cells[number] = _TRUTH[cells[number]]  # type: ignore[index]
        yield cells
