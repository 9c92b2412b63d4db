"""Score tables: read from rows, placed in columns, and their numbers chosen by the table's own arithmetic."""

from __future__ import annotations

from kompass_extract.tables.columns import agrees
from kompass_extract.tables.grid import Vocabulary, read_score_tables
from kompass_extract.tables.model import NO_CELL, CellReading, Numbers, RowReading, ScoreTableReading
from kompass_extract.tables.rows import ColumnRole
from kompass_extract.tables.settle import (
    NOTHING_READ,
    SettledNumber,
    SettledNumbers,
    SettledTable,
    settle_table,
    settled_alone,
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
    "Vocabulary",
    "agrees",
    "read_score_tables",
    "settle_table",
    "settled_alone",
]
