"""The tables as files: CSV, Parquet, a workbook, a SQLite file for Datasette, and what describes them."""

__all__: list[str] = []
