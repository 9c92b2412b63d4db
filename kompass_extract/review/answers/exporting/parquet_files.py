"""The tables as Parquet, typed, with each column's description in the schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kompass_extract.model.tidy_columns import Table, tables
from kompass_extract.model.tidy_rows import TABLES_VERSION
from kompass_extract.review.answers.exporting.chosen_tables import ChosenTables, OpenTable, RowFormat, Rows

FOLDER = "parquet"
_COMPRESSION = "zstd"


@contextmanager
def _files(chosen: ChosenTables, folder: Path) -> Iterator[OpenTable]:
    import pyarrow as pa
    from pyarrow import parquet

    (folder / FOLDER).mkdir()

    @contextmanager
    def file_of(table: Table) -> Iterator[Callable[[Rows], object]]:
        schema = _schema(table)
        with parquet.ParquetWriter(folder / FOLDER / f"{table.name}.parquet", schema, compression=_COMPRESSION) as file:

            def write(rows: Rows) -> None:
                columns = zip(*rows, strict=True)
                arrays = [_array(values, field.type) for values, field in zip(columns, schema, strict=True)]
                file.write_table(pa.Table.from_arrays(arrays, schema=schema))

            yield write

    yield file_of


def _schema(table: Table) -> Any:
    import pyarrow as pa

    types = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    fields = [
        pa.field(column.name, types[column.type], metadata={"description": column.description})
        for column in table.columns
    ]
    return pa.schema(fields, metadata={"description": table.description, "tables_version": TABLES_VERSION})


def _array(values: tuple[object, ...], kind: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_boolean(kind):
        return pa.array(values, pa.string()).cast(kind)  # of true and false
    return pa.array(values, kind)


PARQUET = RowFormat(_files, tuple(f"{FOLDER}/{name}.parquet" for name in tables()))
"""``parquet/<table>.parquet`` for each table."""
