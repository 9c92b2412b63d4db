"""The tables as a SQLite file made for Datasette: typed, with full-text search, views, and metadata.

datasette kompass.db --metadata metadata.json
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from kompass_extract.model.tidy_columns import tables
from kompass_extract.model.tidy_rows import TABLES_VERSION
from kompass_extract.process.files import disk_errors
from kompass_extract.review.answers.answer_index import created
from kompass_extract.review.answers.exporting.chosen_tables import (
    DESCRIPTION,
    LICENCE_ADDRESS,
    LICENCE_TITLE,
    TITLE,
    ChosenTables,
)
from kompass_extract.review.answers.table_rows import selection

FILE, METADATA = "kompass.db", "metadata.json"
_SEARCHED = {"items": ("text",), "paragraphs": ("heading", "text"), "questions": ("question",)}
_INDEXED = ("report_id", "municipality", "year", "edition", "area")
_FACETS = ("county", "edition", "year", "area", "kind", "needs_review")
_HEAD = "report_id, municipality, municipality_code, county, year, edition"
_SURE = "NOT needs_review AND NOT report_needs_review"
_ONCE = "report_id IN (SELECT report_id FROM reports WHERE counts OR evaluation NOT IN (SELECT report_id FROM reports))"
"""Of several readings of an evaluation the one that stands for it; another where that one is not in the export."""
VIEWS = {
    "area_scores": (
        "Area scores that are sure, each evaluation once: those that wait for review are not here.",
        f"SELECT {_HEAD}, area, area_id, name, score, confidence, decision, page FROM areas "
        f"WHERE score IS NOT NULL AND {_SURE} AND {_ONCE}",
    ),
    "area_scores_over_years": (
        "Each municipality's area scores by year, each evaluation once, with the change since its last evaluation by "
        "the same edition. A score that waits for review is shown with needs_review and gives no change.",
        "SELECT *, CASE WHEN NOT needs_review AND NOT lag(needs_review) OVER same THEN score - lag(score) OVER same "
        "END AS change FROM (SELECT municipality, municipality_code, county, area, edition, year, report_id, name, "
        f"score, needs_review OR report_needs_review AS needs_review FROM areas WHERE {_ONCE}) "
        "WINDOW same AS (PARTITION BY coalesce(municipality_code, municipality), edition, area "
        "ORDER BY year, report_id) ORDER BY municipality, area, edition, year",
    ),
    "area_means": (
        "Mean, lowest and highest sure score of each area by edition and year, each evaluation once; left_out counts "
        "the scores that are missing or wait for review.",
        f"SELECT edition, area, year, avg(score) FILTER (WHERE {_SURE}) AS mean_score, "
        f"min(score) FILTER (WHERE {_SURE}) AS lowest, max(score) FILTER (WHERE {_SURE}) AS highest, "
        f"count(score) FILTER (WHERE {_SURE}) AS n, count(*) - count(score) FILTER (WHERE {_SURE}) AS left_out "
        f"FROM areas WHERE {_ONCE} GROUP BY edition, area, year",
    ),
    "concept_shares": (
        "Each question's points as per cent of the most, by concept, each evaluation once, where both are sure.",
        f"SELECT concept, {_HEAD}, area, question_id, question, score, max, 100.0 * score / max AS share "
        "FROM questions WHERE concept IS NOT NULL AND max > 0 AND score IS NOT NULL "
        f"AND {_SURE} AND NOT max_needs_review AND {_ONCE}",
    ),
    "strengths": (
        "Strengths, with the score of their area.",
        "SELECT i.*, a.score AS area_score, a.needs_review AS area_score_needs_review FROM items i "
        "LEFT JOIN areas a ON a.report_id = i.report_id AND a.area = i.area WHERE i.kind = 'strength'",
    ),
    "improvements": (
        "Improvement areas, with the score of their area.",
        "SELECT i.*, a.score AS area_score, a.needs_review AS area_score_needs_review FROM items i "
        "LEFT JOIN areas a ON a.report_id = i.report_id AND a.area = i.area WHERE i.kind = 'improvement'",
    ),
}
"""Views by name: what each shows, and its statement."""


def write_sqlite(chosen: ChosenTables, folder: Path) -> list[Path]:
    """Write the database and its metadata; OSError where they could not be."""
    database, metadata = folder / FILE, folder / METADATA
    with disk_errors():
        _write_database(database, chosen)
    text = json.dumps(metadata_of(), ensure_ascii=False, indent=2)
    metadata.write_text(text + "\n", encoding="utf-8")
    return [database, metadata]


def _write_database(database: Path, chosen: ChosenTables) -> None:
    with closing(sqlite3.connect(database, isolation_level=None, uri=True)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")  # the file gets its name when it is whole
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("ATTACH ? AS source", (f"{chosen.index.path.as_uri()}?mode=ro",))
        connection.execute("BEGIN")
        _copy(connection, chosen)
        for name, (_, statement) in VIEWS.items():
            connection.execute(f"CREATE VIEW {name} AS {statement}")
        connection.execute("COMMIT")
        connection.execute("DETACH source")


def _copy(connection: sqlite3.Connection, chosen: ChosenTables) -> None:
    for name, table in tables().items():
        connection.execute(created(table))
        statement, values = selection(table, chosen.choice, source="source.")
        connection.execute(f'INSERT INTO main."{name}" {statement}', values)
        for column in _INDEXED:
            if column in table.names:
                connection.execute(f"CREATE INDEX ix_{name}_{column} ON {name} ({column})")
        if name in _SEARCHED:
            columns = ", ".join(_SEARCHED[name])
            # Datasette finds the index by content="..." in exactly this spelling.
            connection.execute(
                f'CREATE VIRTUAL TABLE {name}_fts USING fts5 ({columns}, content="{name}", '
                "tokenize = 'unicode61 remove_diacritics 0')"
            )
            connection.execute(f"INSERT INTO {name}_fts ({name}_fts) VALUES ('rebuild')")


def metadata_of() -> dict[str, object]:
    """Return Datasette's metadata: a description of each table, view and column."""
    described: dict[str, object] = {
        name: {
            "description": table.description,
            "columns": {column.name: column.description for column in table.columns},
            "facets": [one for one in _FACETS if one in table.names],
        }
        for name, table in tables().items()
    }
    described |= {name: {"description": about} for name, (about, _) in VIEWS.items()}
    return {
        "title": TITLE,
        "description": f"{DESCRIPTION} Tables version {TABLES_VERSION}.",
        "license": LICENCE_TITLE,
        "license_url": LICENCE_ADDRESS,
        "databases": {Path(FILE).stem: {"tables": described}},
    }
