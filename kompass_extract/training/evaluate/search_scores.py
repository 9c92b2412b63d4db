"""How well the search answers judged queries over the labelled reports, beside SQLite's plain full-text search.

``gold/search/queries.toml`` has the queries with their answers as a person judged them.  The figure is nDCG@10: 1 when
the ten best answers come first, each as high as it was judged.
"""

from __future__ import annotations

import math
import re
import sqlite3
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kompass_extract.errors import UnreadableFileError
from kompass_extract.model.tidy_rows import Row
from kompass_extract.process.files import sha256_of
from kompass_extract.training.fit_labels.gold_strings import report_files
from kompass_extract.training.gold import GoldReport, load_gold

QUERIES = Path("search") / "queries.toml"
TOP = 10
ITEMS = ("strength", "improvement")


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query, and the grade of each passage that answers it: 2 answers what was asked, 1 touches it."""

    query: str
    judged: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SearchScore:
    """nDCG@10 of the search and of plain FTS5, as means and by query."""

    ndcg: float
    plain_ndcg: float
    by_query: Mapping[str, tuple[float, float]]
    queries_sha256: str

    @property
    def gain(self) -> float:
        """How much better the search is than plain FTS5."""
        return self.ndcg - self.plain_ndcg


def has_queries(gold: Path) -> bool:
    """Whether the labelled reports come with judged queries."""
    return (gold / QUERIES).is_file()


def load_queries(gold: Path) -> list[JudgedQuery]:
    """Read the judged queries; UnreadableFileError."""
    try:
        entries = tomllib.loads((gold / QUERIES).read_text(encoding="utf-8"))["queries"]
        return [
            JudgedQuery(str(one["query"]), {str(key): int(grade) for key, grade in one["judged"]}) for one in entries
        ]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise UnreadableFileError(f"{gold / QUERIES} does not hold judged queries ({error}).") from error


def score_search(gold: Path) -> SearchScore:
    """Answer each query both ways; UnreadableFileError where the queries or a labelled report cannot be read."""
    from kompass_extract.review.answers.answer_index import AnswerIndex
    from kompass_extract.review.answers.answer_values import Choice, PassageChoice
    from kompass_extract.review.answers.sqlite_passages import SqlitePassages
    from kompass_extract.review.answers.text_search import search

    queries = load_queries(gold)
    reports = [load_gold(path) for path in report_files(gold)]
    passages = PassageChoice(kinds=ITEMS)
    by_query: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        index = AnswerIndex(Path(folder) / "answers.db")
        with closing(index), closing(sqlite3.connect(":memory:")) as plain:
            plain.execute("CREATE VIRTUAL TABLE texts USING fts5 (key UNINDEXED, text)")
            with index.changing():
                for report in reports:
                    rows = list(_items(report))
                    index.put_passages(report.id, {"items": rows, "areas": _areas(report), "paragraphs": []}, state="")
                    plain.executemany("INSERT INTO texts VALUES (?, ?)", [(_key(row), row["text"]) for row in rows])
            for one in queries:
                hits = search(
                    SqlitePassages(index.connection), one.query, reports=Choice(), passages=passages, limit=TOP
                )
                ours = ndcg([hit.key for hit in hits], one.judged)
                by_query[one.query] = (ours, ndcg(_plain_answers(plain, one.query), one.judged))
    means = [sum(pair[at] for pair in by_query.values()) / max(1, len(by_query)) for at in (0, 1)]
    return SearchScore(means[0], means[1], by_query, sha256_of(gold / QUERIES))


def ndcg(keys: Sequence[str], judged: Mapping[str, int]) -> float:
    """Return the normalised discounted cumulative gain of the first ten."""

    def gain(grades: Sequence[int]) -> float:
        return sum((2.0**grade - 1.0) / math.log2(place + 2) for place, grade in enumerate(grades[:TOP]))

    best = gain(sorted(judged.values(), reverse=True))
    return gain([judged.get(key, 0) for key in keys]) / best if best else 0.0


def _items(report: GoldReport) -> Iterator[Row]:
    for area in report.areas:
        for kind, texts in zip(ITEMS, (area.strengths, area.improvements), strict=True):
            for position, text in enumerate(texts, start=1):
                yield {
                    "report_id": report.id, "municipality": report.municipality,
                    "municipality_code": report.municipality_code, "county": None, "year": report.published_year,
                    "edition": report.edition, "area": area.number, "kind": kind, "position": position, "page": None,
                    "text": text, "needs_review": False,
                }  # fmt: skip


def _areas(report: GoldReport) -> list[Row]:
    return [{"area": one.number, "score": one.printed_score, "needs_review": False} for one in report.areas]


def _key(row: Row) -> str:
    return f"{row['report_id']}/{row['area']}/{row['kind']}/{row['position']}"


def _plain_answers(connection: sqlite3.Connection, query: str) -> list[str]:
    """Return what SQLite's own full-text search gives for any of the query's words."""
    words = re.findall(r"\w+", query)
    asked = query if query.startswith('"') else " OR ".join(f'"{word}"' for word in words)
    found = connection.execute("SELECT key FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?", (asked, TOP))
    return [key for (key,) in found]
