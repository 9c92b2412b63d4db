"""Score tables: read from rows, placed in columns, and their numbers chosen by the table's own arithmetic."""

from __future__ import annotations

from kompass_extract.tables.columns import agrees
from kompass_extract.tables.grid import Vocabulary, read_score_tables
from kompass_extract.tables.model import CellReading, Numbers, RowReading, ScoreTableReading
from kompass_extract.tables.rows import ColumnRole

__all__ = [
    "CellReading",
    "ColumnRole",
    "Numbers",
    "RowReading",
    "ScoreTableReading",
    "Vocabulary",
    "agrees",
    "read_score_tables",
]
