"""The tables as CSV: UTF-8 with a byte order mark, comma, texts exactly as they are."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kompass_extract.model.tidy_columns import Table, tables
from kompass_extract.review.answers.exporting.chosen_tables import ChosenTables, OpenTable, RowFormat, Rows

FOLDER = "csv"
BYTE_ORDER_MARK = "\ufeff"
BUFFER = 1 << 20  # bytes written at a time


@contextmanager
def _files(chosen: ChosenTables, folder: Path) -> Iterator[OpenTable]:
    (folder / FOLDER).mkdir()

    @contextmanager
    def file_of(table: Table) -> Iterator[Callable[[Rows], object]]:
        path = folder / FOLDER / f"{table.name}.csv"
        with path.open("w", encoding="utf-8", newline="", buffering=BUFFER) as file:
            file.write(BYTE_ORDER_MARK)  # by the codec utf-8-sig each row would be encoded in Python
            writer = csv.writer(file)
            writer.writerow(table.names)
            yield writer.writerows

    yield file_of


CSV = RowFormat(_files, tuple(f"{FOLDER}/{name}.csv" for name in tables()))
"""``csv/<table>.csv`` for each table."""
