"""Score tables: read from rows, placed in columns, and their numbers chosen by the table's own arithmetic."""

from __future__ import annotations

from kompass_extract.content.score_tables.columns import agrees
from kompass_extract.content.score_tables.expected import expected_questions, table_not_found, with_missing_rows
from kompass_extract.content.score_tables.look_again import looked_again
from kompass_extract.content.score_tables.rows import ColumnRole
from kompass_extract.content.score_tables.settle import (
    NOTHING_READ,
    SettledNumber,
    SettledNumbers,
    SettledTable,
    settle_table,
    settled_alone,
)
from kompass_extract.content.score_tables.table_reader import read_score_tables
from kompass_extract.content.score_tables.table_values import (
    NO_CELL,
    CellReading,
    Numbers,
    RowReading,
    ScoreTableReading,
    table_totals,
)

__all__ = [
    "NOTHING_READ",
    "NO_CELL",
    "CellReading",
    "ColumnRole",
    "Numbers",
    "RowReading",
    "ScoreTableReading",
    "SettledNumber",
    "SettledNumbers",
    "SettledTable",
    "agrees",
    "expected_questions",
    "looked_again",
    "read_score_tables",
    "settle_table",
    "settled_alone",
    "table_not_found",
    "table_totals",
    "with_missing_rows",
]
