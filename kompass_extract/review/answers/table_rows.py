"""The rows of a tidy table as the index keeps them."""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.model.tidy_columns import Table
from kompass_extract.model.tidy_rows import Cell, Row
from kompass_extract.review.answers.answer_values import Choice
from kompass_extract.review.answers.choice_sql import Parameter, report_clause

TRUE, FALSE = "true", "false"


def selection(table: Table, choice: Choice, *, source: str = "", spelled: bool = False) -> tuple[str, list[Parameter]]:
    """Return the statement for a table's chosen rows, in the reports' order, and its parameters.

    ``source`` is the schema, with its dot, that the index is attached as.  ``spelled`` gives truth values as ``true``
    and ``false`` instead of 1 and 0.
    """
    clause, values = report_clause(choice, source=source)
    where = f" WHERE {clause}" if clause else ""
    columns = ", ".join(
        f"CASE \"{one.name}\" WHEN 1 THEN '{TRUE}' WHEN 0 THEN '{FALSE}' END"
        if spelled and one.type == "boolean" else f'"{one.name}"'
        for one in table.columns
    )  # fmt: skip
    return f'SELECT {columns} FROM {source}"{table.name}"{where} ORDER BY report_id, rowid', values


def typed(table: Table, values: Sequence[Cell]) -> Row:
    """Return a row with truth values as such, which SQLite keeps as 0 and 1."""
    return {
        column.name: bool(value) if column.type == "boolean" and value is not None else value
        for column, value in zip(table.columns, values, strict=True)
    }
