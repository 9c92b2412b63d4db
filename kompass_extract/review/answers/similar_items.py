"""More like this: passages that say something near to a given one, by TF-IDF over stems.

The index proposes passages that share the given one's most telling words; scikit-learn orders them by the cosine of
their TF-IDF vectors, with each word's rarity taken from the whole archive.
"""

from __future__ import annotations

import math
import sqlite3
from collections import Counter

import numpy as np

from kompass_extract.errors import UsageError
from kompass_extract.review.answers.answer_values import Choice, Hit, PassageChoice
from kompass_extract.review.answers.choice_sql import Parameter, passage_clause, report_clause
from kompass_extract.review.answers.swedish_words import STOP_WORDS
from kompass_extract.review.answers.text_search import hit_of

TELLING_WORDS = 12  # words of the given passage that propose others
PROPOSED = 400  # passages that are compared
_KEY_PARTS = 4


def similar(
    connection: sqlite3.Connection, key: str, *, reports: Choice, passages: PassageChoice, limit: int
) -> list[Hit]:
    """Return the passages nearest to the one of this key, in other reports, nearest first; UsageError."""
    given = _passage(connection, key)
    rarity = _rarity(connection, given["stems"].split())
    telling = [one for one, _ in sorted(rarity.items(), key=lambda pair: (-pair[1], pair[0]))[:TELLING_WORDS]]
    if not telling:
        return []
    rows = _proposed(connection, given, telling, (reports, passages))
    if not rows:
        return []
    near = _cosines(connection, [given, *rows])
    ranked = sorted(zip(near, rows, strict=True), key=lambda pair: (-pair[0], pair[1]["id"]))
    return [hit_of(row, float(one), set(telling)) for one, row in ranked[:limit] if one > 0]


def _passage(connection: sqlite3.Connection, key: str) -> sqlite3.Row:
    parts = key.split("/")
    place = parts[-1].split(".")
    if len(parts) != _KEY_PARTS or not parts[1].isdigit() or not all(one.isdigit() for one in place):
        raise UsageError(f"{key!r} names no item. Write report/area/kind/number, such as sala-2023/3/improvement/2.")
    section = int(place[0]) if len(place) > 1 else None
    row = connection.execute(
        "SELECT p.*, s.stems FROM passages p JOIN passage_stems s ON s.rowid = p.id "
        "WHERE p.report_id = ? AND p.area = ? AND p.kind = ? AND p.section IS ? AND p.position = ?",
        (parts[0], int(parts[1]), parts[2], section, int(place[-1])),
    ).fetchone()
    if row is None:
        raise UsageError(f"The archive has no item {key}.")
    found: sqlite3.Row = row
    return found


def _rarity(connection: sqlite3.Connection, stems: list[str]) -> dict[str, float]:
    """Return each stem's weight in the given passage: how often it is there, times how rare it is in the archive."""
    total = int(connection.execute("SELECT coalesce(max(id), 1) FROM passages").fetchone()[0])
    counts = Counter(one for one in stems if one not in STOP_WORDS)
    return {one: count * _idf(total, known) for one, count in counts.items() if (known := _count(connection, one))}


def _idf(total: int, passages: int) -> float:
    return math.log((1 + total) / (1 + passages)) + 1


def _count(connection: sqlite3.Connection, stem: str) -> int:
    row = connection.execute("SELECT passages FROM vocabulary WHERE stem = ?", (stem,)).fetchone()
    return int(row[0]) if row else 0


def _proposed(
    connection: sqlite3.Connection, given: sqlite3.Row, telling: list[str], choices: tuple[Choice, PassageChoice]
) -> list[sqlite3.Row]:
    clauses = (report_clause(choices[0], "p."), passage_clause(choices[1], "p."))
    condition = "".join(f" AND {clause}" for clause, _ in clauses if clause)
    values: list[Parameter] = [value for _, many in clauses for value in many]
    rows: dict[int, sqlite3.Row] = {}
    for size in (4, 2, 1):  # the most telling words together first: a word alone is in too many passages
        for first in range(0, len(telling) - size + 1, size):
            expression = " AND ".join(f'"{one}"' for one in telling[first : first + size])
            found = connection.execute(
                "SELECT p.*, f.stems FROM passage_stems f JOIN passages p ON p.id = f.rowid "
                f"WHERE passage_stems MATCH ? AND p.report_id <> ?{condition} LIMIT ?",
                [expression, given["report_id"], *values, PROPOSED // TELLING_WORDS * size],
            )
            rows.update((row["id"], row) for row in found)
        if len(rows) >= PROPOSED:
            break
    return list(rows.values())


def _cosines(connection: sqlite3.Connection, rows: list[sqlite3.Row]) -> list[float]:
    """Return how near each row but the first is to the first, 0 to 1."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.preprocessing import normalize

    counter = CountVectorizer(analyzer=str.split, stop_words=None)
    counts = counter.fit_transform([row["stems"] for row in rows])
    total = int(connection.execute("SELECT coalesce(max(id), 1) FROM passages").fetchone()[0])
    rarity = [
        0.0 if one in STOP_WORDS else _idf(total, _count(connection, one)) for one in counter.get_feature_names_out()
    ]
    vectors = normalize(counts.multiply(np.array(rarity)).tocsr())
    near: list[float] = (vectors[1:] @ vectors[0].T).toarray().ravel().tolist()
    return near
