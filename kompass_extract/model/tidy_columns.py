"""The columns of the tidy tables, with their types and what they hold, as ``tables.toml`` describes them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

ColumnType = Literal["text", "integer", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class TidyColumn:
    """A column; ``description`` is a plain sentence."""

    name: str
    type: ColumnType
    description: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of ``kompass_extract.model.tidy_rows``, its columns in order."""

    name: str
    description: str
    columns: tuple[TidyColumn, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.columns)


@lru_cache(maxsize=1)
def tables() -> dict[str, Table]:
    """Return the tables by name, in the order in which they are listed."""
    text = files("kompass_extract.model").joinpath("tables.toml").read_text(encoding="utf-8")
    return {name: _table(name, about) for name, about in tomllib.loads(text).items()}


def _table(name: str, about: dict[str, object]) -> Table:
    entries = cast("list[list[str]]", about["columns"])
    value_type = _value_type(entries)
    columns = (
        TidyColumn(column, cast(ColumnType, value_type if kind == "any" else kind), text)
        for column, kind, text in entries
    )
    return Table(name, str(about["description"]), tuple(columns))


def _value_type(entries: list[list[str]]) -> str:
    """Return the type of the value that a row stands for: points where the table has a score, text elsewhere."""
    return "number" if any(name == "score" for name, _, _ in entries) else "text"
