"""The tidy tables in the store, and the views under their plain names that everybody reads.

``tidy_<table>`` holds the rows of ``model.tidy_rows`` with their types; ``archive.tidy_store`` writes them.  The view
``<table>`` shows them with what the store alone knows: the state of the review and the address of the source.  The
tables are made from ``tables.toml`` and can be made anew from the reports at any time; a migration step that is needed
because columns came calls ``remake``.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Double, ForeignKey, Integer, Table, Text, text
from sqlalchemy.types import TypeEngine, UserDefinedType

from kompass_extract.archive.schema import Base, EvaluationRow
from kompass_extract.model import tidy_columns

PREFIX = "tidy_"
PLACE, STATE = "place", "state"
"""``place`` is a row's number within its report; ``state`` says which reading and decisions a report's rows show."""
FROM_STORE = ("source_address", "evaluation", "counts")
"""Columns of the tidy tables that the views take from the store."""
_HEAD = ("report_id", "municipality", "municipality_code", "county", "year", "edition")
_ORIGIN = ("decision", "decided_by", "decided_at", "machine_value", "page")
_NUMBERS = {
    "reports": (("total", "total_needs_review", False),),
    "areas": (
        ("score", "needs_review", True),
        ("table_score", "table_score_needs_review", False),
        ("table_max", "table_max_needs_review", False),
        ("table_percent", "table_percent_needs_review", False),
    ),
    "questions": (
        ("score", "needs_review", True),
        ("max", "max_needs_review", False),
        ("percent", "percent_needs_review", False),
    ),
}
"""Columns that hold numbers, the column with their doubt, and whether the row's provenance is theirs."""
_OPEN_FIELDS = """
SELECT f.report_id, r.municipality, r.year, r.edition, f.area, f.kind, f.value, f.raw, f.confidence, f.reasons,
       f.page, f.pointer, f.rank, f.position
FROM store_fields AS f JOIN store_reports AS r ON r.report_id = f.report_id
WHERE f.open
"""


class Numeric(UserDefinedType[float]):
    """SQLite's NUMERIC: whole numbers stay whole, and a number that comes as text is compared as a number."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "NUMERIC"


NUMBER: TypeEngine[Any] = Double().with_variant(Numeric(), "sqlite")
_TYPES: dict[str, TypeEngine[Any]] = {"text": Text(), "integer": Integer(), "number": NUMBER, "boolean": Boolean()}


def _table(about: tidy_columns.Table) -> Table:
    report = ForeignKey("store_reports.report_id", ondelete="CASCADE")
    columns: list[Column[Any]] = [
        Column("report_id", Text, report, primary_key=True),
        Column(PLACE, Integer, primary_key=True, autoincrement=False),
    ]
    columns += [
        Column(one.name, _TYPES[one.type]) for one in about.columns if one.name not in ("report_id", *FROM_STORE)
    ]
    if about.name == "reports":
        columns.append(Column(STATE, Text, nullable=False))
    return Table(PREFIX + about.name, Base.metadata, *columns)


TIDY_TABLES: dict[str, Table] = {name: _table(about) for name, about in tidy_columns.tables().items()}


def views() -> dict[str, str]:
    """Return the views by name, each with its statement; both databases understand them."""
    found = {name: _view(about) for name, about in tidy_columns.tables().items()}
    parts = [_number(table, *one) for table, numbers in _NUMBERS.items() for one in numbers]
    return {**found, "numbers": "\nUNION ALL\n".join(parts), "open_fields": _OPEN_FIELDS}


def columns_hash() -> str:
    """A short hash of all columns and their types, which changes when a store's tables have to be made anew."""
    columns = [
        (table.name, column.name, str(column.type)) for table in TIDY_TABLES.values() for column in table.columns
    ]
    return hashlib.sha256(repr(columns).encode()).hexdigest()[:16]


def remake(connection: Connection) -> None:
    """Make the tables and views anew; their rows are put back by those who look for reports that lack them."""
    drop(connection)
    Base.metadata.tables[EvaluationRow.__tablename__].create(connection, checkfirst=True)
    for table in TIDY_TABLES.values():
        table.create(connection)
    for name, statement in views().items():
        connection.execute(text(f"CREATE VIEW {name} AS {statement}"))


def drop(connection: Connection) -> None:
    """Drop the views and the tables, where they are there."""
    for name in reversed(views()):
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))
    for table in TIDY_TABLES.values():
        table.drop(connection, checkfirst=True)


def _view(about: tidy_columns.Table) -> str:
    columns = ",\n       ".join(_shown(about.name, one.name) for one in about.columns)
    return f"SELECT {columns}\nFROM {PREFIX}{about.name} AS t JOIN store_reports AS r ON r.report_id = t.report_id"


def _shown(table: str, column: str) -> str:
    """Return a column of a view: the store's own word on the review and the address, else the row's."""
    if column == "source_address":
        newest = "WHERE v.sha256 = r.sha256 ORDER BY v.fetched_at DESC, v.id DESC LIMIT 1"
        return f"(SELECT v.address FROM store_versions AS v {newest}) AS source_address"
    if column in ("evaluation", "counts"):
        stands = (
            "coalesce((SELECT e.evaluation FROM store_evaluations AS e WHERE e.report_id = r.report_id), r.report_id)"
        )
        return f"{stands} AS evaluation" if column == "evaluation" else f"({stands} = r.report_id) AS counts"
    if (table, column) == ("reports", "review_status"):
        return "r.status AS review_status"
    if (table, column) == ("reports", "open_fields"):
        return "CASE WHEN r.status = 'reviewed' THEN 0 ELSE t.open_fields END AS open_fields"
    return f't."{column}"'


def _number(table: str, column: str, doubt: str, own: bool) -> str:
    """Return the part of ``numbers`` that shows one column; null provenance where the row's is another value's."""
    names = tidy_columns.tables()[table].names
    told = {name: f't."{name}"' if name in names else "NULL" for name in ("area", "question_id", "concept")}
    origin = {name: f't."{name}"' if own else "NULL" for name in _ORIGIN}
    kinds = {"area": "integer", "page": "integer", "machine_value": "numeric"}
    typed = {name: f"CAST({value} AS {kinds.get(name, 'text')})" for name, value in {**told, **origin}.items()}
    columns = [
        *(f't."{name}"' for name in _HEAD),
        *(f"{typed[name]} AS {name}" for name in told),
        f"'{table}.{column}' AS measure",
        f'CAST(t."{column}" AS numeric) AS value',
        f't."{doubt}" AS needs_review',
        *(f"{typed[name]} AS {name}" for name in origin),
    ]
    return f'SELECT {", ".join(columns)}\nFROM {PREFIX}{table} AS t WHERE t."{column}" IS NOT NULL'
