"""The full-text index in SQLite: FTS5 in the file of the answers' index."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from kompass_extract.review.answers.choice_sql import Parameter
from kompass_extract.review.answers.passage_index import (
    MOST_OF_A_KIND,
    Alternatives,
    Candidate,
    Chosen,
    PassageRow,
    after,
)


class SqlitePassages:
    """The passages of an ``AnswerIndex``, by its connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def is_empty(self) -> bool:
        return self._connection.execute("SELECT 1 FROM indexed LIMIT 1").fetchone() is None

    def size(self) -> int:
        return int(self._connection.execute("SELECT coalesce(max(id), 1) FROM passages").fetchone()[0])

    def ending(self, stem: str) -> list[str]:
        return self._looked_up("backwards >= ? AND backwards < ?", stem[::-1], after(stem[::-1]))

    def beginning(self, stem: str) -> list[str]:
        return self._looked_up("stem >= ? AND stem < ?", stem, after(stem))

    def unaccented(self, letters: str) -> list[str]:
        return self._looked_up("unaccented = ?", letters)

    def counts(self, stems: Sequence[str]) -> dict[str, int]:
        marks = ", ".join("?" * len(stems))
        asked = f"SELECT stem, passages FROM vocabulary WHERE passages > 0 AND stem IN ({marks})"
        return {str(stem): int(count) for stem, count in self._connection.execute(asked, tuple(stems))}

    def matched(
        self, terms: Sequence[Alternatives], chosen: Chosen, *, every_term: bool, limit: int
    ) -> list[Candidate]:
        condition, values = chosen
        only = f" AND {condition}" if condition else ""
        asked = (
            "SELECT s.rowid, coalesce(p.year, 0), s.stems FROM passage_stems s JOIN passages p ON p.id = s.rowid "
            f"WHERE passage_stems MATCH ?{only} ORDER BY s.rowid LIMIT ?"
        )
        parameters: list[Parameter] = [_expression(terms, " AND " if every_term else " OR "), *values, limit]
        cursor = self._connection.cursor()
        cursor.row_factory = None
        found: list[Candidate] = cursor.execute(asked, parameters).fetchall()
        return found

    def rows(self, ids: Sequence[int]) -> list[PassageRow]:
        marks = ", ".join("?" * len(ids))
        return self._passages(f"p.id IN ({marks})", tuple(ids))

    def find(self, report_id: str, area: int, kind: str, place: tuple[int | None, int]) -> PassageRow | None:
        where = "p.report_id = ? AND p.area = ? AND p.kind = ? AND p.section IS ? AND p.position = ?"
        return next(iter(self._passages(where, (report_id, area, kind, *place))), None)

    def _passages(self, where: str, values: Sequence[Parameter | None]) -> list[PassageRow]:
        asked = f"SELECT p.*, s.stems FROM passages p JOIN passage_stems s ON s.rowid = p.id WHERE {where}"
        return [dict(row) for row in self._connection.execute(asked, values)]

    def _looked_up(self, condition: str, *values: str) -> list[str]:
        asked = (
            f"SELECT stem FROM vocabulary WHERE passages > 0 AND {condition} "
            f"ORDER BY passages DESC, stem LIMIT {MOST_OF_A_KIND}"
        )
        return [str(row[0]) for row in self._connection.execute(asked, values)]


def _expression(terms: Sequence[Alternatives], joint: str) -> str:
    """Return the FTS5 expression of terms; stems are letters and digits alone."""
    parts = (" OR ".join('"' + " ".join(one) + '"' for one in alternatives) for alternatives in terms)
    return joint.join(f"({part})" for part in parts)
