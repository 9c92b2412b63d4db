"""The tables as Parquet, typed, with each column's description in the schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kompass_extract.model.tidy_columns import Table, tables
from kompass_extract.model.tidy_rows import TABLES_VERSION
from kompass_extract.review.answers.exporting.chosen_tables import ChosenTables

FOLDER = "parquet"
_COMPRESSION = "zstd"


def write_parquet(chosen: ChosenTables, folder: Path) -> list[Path]:
    """Write ``parquet/<table>.parquet`` for each table."""
    (folder / FOLDER).mkdir()
    return [_write(chosen, table, folder / FOLDER / f"{table.name}.parquet") for table in tables().values()]


def _write(chosen: ChosenTables, table: Table, path: Path) -> Path:
    import pyarrow as pa
    from pyarrow import parquet

    schema = _schema(table)
    with parquet.ParquetWriter(path, schema, compression=_COMPRESSION) as writer:
        for rows in chosen.batches(table):
            columns = zip(*rows, strict=True)
            arrays = [_array(values, field.type) for values, field in zip(columns, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return path


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
        return pa.array(values, pa.int8()).cast(kind)  # SQLite keeps truth values as 0 and 1
    return pa.array(values, kind)
