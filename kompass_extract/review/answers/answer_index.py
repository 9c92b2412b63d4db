"""The index behind the answers: the tidy tables of every report and a full-text index, in SQLite.

The index stands in ``cache/answers.db`` of the archive's folder and follows the store, whether that is SQLite or
PostgreSQL.  A report's rows are made anew when its reading, its decisions, its review status or its source address
changed.  The file may be removed at any time; the next question makes it again.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from kompass_extract.errors import StoreError
from kompass_extract.model import tidy_rows
from kompass_extract.model.report import Report
from kompass_extract.model.tidy_columns import Table, tables
from kompass_extract.model.tidy_rows import Cell, Row
from kompass_extract.review.answers import swedish_words
from kompass_extract.review.answers.passage_index import PASSAGE_COLUMNS, passages_of
from kompass_extract.review.evaluations import EvaluationReading, evaluations, reading_of

INDEX_VERSION = 4  # rises when the index is built in another way: an older one is then made anew
_UNSEARCHED = 1_000_000  # is added to the version of a file without a full-text index
_BUSY_SECONDS = 60.0
_SQL_TYPES = {"text": "TEXT", "integer": "INTEGER", "number": "NUMERIC", "boolean": "INTEGER"}
_SCHEMA = """
CREATE TABLE indexed (report_id TEXT PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE readings (report_id TEXT PRIMARY KEY, reading TEXT NOT NULL);
CREATE TABLE passages (
  id INTEGER PRIMARY KEY, report_id TEXT NOT NULL, municipality TEXT, municipality_code TEXT, county TEXT,
  year INTEGER, edition TEXT, area INTEGER NOT NULL, kind TEXT NOT NULL, section INTEGER, position INTEGER NOT NULL,
  page INTEGER, text TEXT NOT NULL, needs_review INTEGER NOT NULL, score NUMERIC, score_needs_review INTEGER NOT NULL
);
CREATE INDEX ix_passages_report_id ON passages (report_id);
CREATE VIRTUAL TABLE passage_stems USING fts5 (stems, tokenize = "unicode61 remove_diacritics 0");
CREATE TABLE vocabulary (
  stem TEXT PRIMARY KEY, backwards TEXT NOT NULL, unaccented TEXT NOT NULL, passages INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ix_vocabulary_backwards ON vocabulary (backwards);
CREATE INDEX ix_vocabulary_unaccented ON vocabulary (unaccented);
"""
_TABLE_INDEXES = (  # what pages and comparisons ask for is answered from these alone
    "CREATE INDEX ix_reports_code ON reports (municipality_code, year)",
    "CREATE INDEX ix_areas_edition ON areas (edition, area, report_id, score, needs_review)",
    "CREATE INDEX ix_questions_concept ON questions "
    "(concept, report_id, score, max, needs_review, max_needs_review, municipality_code, year, edition, area)",
    "CREATE INDEX ix_questions_question_id ON questions "
    "(question_id, report_id, score, max, needs_review, max_needs_review)",
)


def created(table: Table, name: str | None = None) -> str:
    """Return the statement that makes a tidy table in SQLite, with its types."""
    columns = ", ".join(f'"{column.name}" {_SQL_TYPES[column.type]}' for column in table.columns)
    return f'CREATE TABLE "{name or table.name}" ({columns})'


class AnswerIndex:
    """The open index of one archive."""

    def __init__(self, path: Path, *, searched: bool = True) -> None:
        """``searched`` False keeps no full-text index here: the store has its own."""
        self.path, self._searched = path, searched
        self._changes: Counter[str] = Counter()  # passages with each stem that came and went in this transaction
        with _explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.connection = _connected(path)
            if self._version() != self._wanted():
                self._make()

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def change_mark(self) -> int:
        """Return a number that changes when another connection has changed the index."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def states(self) -> dict[str, str]:
        """Return the state that each report was indexed in."""
        return dict(self.connection.execute("SELECT report_id, state FROM indexed"))

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Keep all changes made within together, or none of them."""
        with _explained(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            self._changes.clear()
            try:
                yield
                self._keep_counts()
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def take_out(self, report_id: str) -> None:
        """Remove a report's rows."""
        cursor = self.connection
        found = cursor.execute(
            "SELECT p.id, f.stems FROM passages p JOIN passage_stems f ON f.rowid = p.id WHERE p.report_id = ?",
            (report_id,),
        ).fetchall()
        self._count((text.split() for _, text in found), -1)
        cursor.executemany("DELETE FROM passage_stems WHERE rowid = ?", [(number,) for number, _ in found])
        for name in ("passages", "indexed", "readings", *tables()):
            cursor.execute(f"DELETE FROM {name} WHERE report_id = ?", (report_id,))

    def put(self, report: Report, *, state: str, source_address: str | None) -> None:
        """Put in a report's rows in place of those that are there."""
        made = {name: tidy_rows.rows(report, name, source_address=source_address) for name in tables()}
        self.take_out(report.report_id)
        for name, table in tables().items():
            self._insert(name, table.names, made[name])
        self.put_passages(report.report_id, made, state=state)
        reading = json.dumps(asdict(reading_of(report)), default=dict)
        self.connection.execute("INSERT INTO readings VALUES (?, ?)", (report.report_id, reading))

    def recognise_evaluations(self) -> None:
        """Mark the reports that stand for their evaluation, and which one does for the others."""
        known = self.connection.execute("SELECT reading FROM readings ORDER BY report_id")
        found = evaluations(EvaluationReading(**json.loads(row[0])) for row in known)
        self.connection.executemany(
            "UPDATE reports SET evaluation = ?, counts = ? WHERE report_id = ?",
            [(best, best == report_id, report_id) for report_id, best in found.items()],
        )

    def put_passages(self, report_id: str, made: Mapping[str, Sequence[Row]], *, state: str) -> None:
        """Put in what can be searched: the items and paragraphs of a report's rows, with their areas' scores."""
        found = passages_of(made)
        first = int(self.connection.execute("SELECT coalesce(max(id), 0) + 1 FROM passages").fetchone()[0])
        rows: list[Row] = [{"id": number, **row} for number, (row, _) in enumerate(found, start=first)]
        self._insert("passages", ("id", *PASSAGE_COLUMNS), rows)
        if self._searched:
            self.connection.executemany(
                "INSERT INTO passage_stems (rowid, stems) VALUES (?, ?)",
                [(number, " ".join(stems)) for number, (_, stems) in enumerate(found, start=first)],
            )
            self._count((stems for _, stems in found), +1)
        self.connection.execute("INSERT INTO indexed VALUES (?, ?)", (report_id, state))

    def _insert(self, table: str, names: Sequence[str], rows: Sequence[Row]) -> None:
        marks = ", ".join("?" * len(names))
        columns = ", ".join(f'"{name}"' for name in names)
        values: list[list[Cell]] = [[row[name] for name in names] for row in rows]
        self.connection.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', values)

    def _count(self, passages: Iterable[Sequence[str]], sign: int) -> None:
        for passage in passages:
            for stem in set(passage):
                self._changes[stem] += sign

    def _keep_counts(self) -> None:
        """Write how many passages have each stem: once for all reports of a transaction."""
        self.connection.executemany(
            "INSERT INTO vocabulary VALUES (?, ?, ?, ?) "
            "ON CONFLICT (stem) DO UPDATE SET passages = passages + excluded.passages",
            [(one, one[::-1], swedish_words.unaccented(one), count) for one, count in sorted(self._changes.items())],
        )

    def _version(self) -> int:
        return int(self.connection.execute("PRAGMA user_version").fetchone()[0])

    def _wanted(self) -> int:
        major, minor = tidy_rows.TABLES_VERSION.split(".")
        return INDEX_VERSION * 10_000 + int(major) * 100 + int(minor) + (0 if self._searched else _UNSEARCHED)

    def _make(self) -> None:
        """Make the tables anew; another process that does the same waits and then finds them made."""
        self.connection.execute("BEGIN IMMEDIATE")
        if self._version() != self._wanted():
            names = ("indexed", "readings", "passages", "passage_stems", "vocabulary", *tables())
            statements = [f'DROP TABLE IF EXISTS "{name}"' for name in names]
            statements += [one for one in _SCHEMA.split(";\n") if one.strip()]
            for name, table in tables().items():
                statements += [created(table), f"CREATE INDEX ix_{name}_report_id ON {name} (report_id)"]
            statements += list(_TABLE_INDEXES)
            for statement in statements:
                self.connection.execute(statement)
            self.connection.execute(f"PRAGMA user_version = {self._wanted()}")
        self.connection.execute("COMMIT")


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-65536", "mmap_size=1073741824"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.DatabaseError) as error:
        raise StoreError(
            f"The index {path} cannot be used ({error}). Look at the folder's permissions and at the disk, or remove "
            "the file: it is made again."
        ) from error
