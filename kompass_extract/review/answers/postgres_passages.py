"""The full-text index in PostgreSQL, beside the store: ``tsvector`` over the same stems that FTS5 has.

Its tables are shared by all machines that ask the archive.  They hold nothing that the reports do not hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from kompass_extract.archive.store import Store
from kompass_extract.model.tidy_rows import Row
from kompass_extract.review.answers import swedish_words
from kompass_extract.review.answers.passage_index import (
    MOST_OF_A_KIND,
    PASSAGE_COLUMNS,
    Alternatives,
    Candidate,
    Chosen,
    PassageRow,
    after,
    passages_of,
)

VERSION = 1  # rises when the tables are filled in another way: older ones are then rebuilt
_LOCK = 0x6B6F6D72  # any number that all who write the index agree on
_LAST_POSITION = 16_383  # PostgreSQL counts positions no further
_NAMES = ("store_passages", "store_vocabulary", "store_passage_states")
_TABLES = (
    "CREATE TABLE store_passage_states (report_id text PRIMARY KEY, state text NOT NULL)",
    "CREATE TABLE store_passages (id bigint PRIMARY KEY, report_id text NOT NULL, municipality text, "
    "municipality_code text, county text, year integer, edition text, area integer NOT NULL, kind text NOT NULL, "
    "section integer, position integer NOT NULL, page integer, text text NOT NULL, needs_review boolean NOT NULL, "
    "score double precision, score_needs_review boolean NOT NULL, stems text NOT NULL, found tsvector NOT NULL)",
    "CREATE INDEX ix_store_passages_report_id ON store_passages (report_id)",
    "CREATE INDEX ix_store_passages_found ON store_passages USING gin (found)",
    'CREATE TABLE store_vocabulary (stem text COLLATE "C" PRIMARY KEY, backwards text COLLATE "C" NOT NULL, '
    'unaccented text COLLATE "C" NOT NULL, passages integer NOT NULL)',
    "CREATE INDEX ix_store_vocabulary_backwards ON store_vocabulary (backwards)",
    "CREATE INDEX ix_store_vocabulary_unaccented ON store_vocabulary (unaccented)",
    f"COMMENT ON TABLE store_passages IS 'version {VERSION}'",
)


class PostgresPassages:
    """The passages in a store on PostgreSQL; its tables are made when it is first opened."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with self._writing() as connection:
            asked = text("SELECT obj_description(to_regclass('store_passages'))")
            if connection.execute(asked).scalar() != f"version {VERSION}":
                for name in _NAMES:
                    connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
                for statement in _TABLES:
                    connection.execute(text(statement))

    def states(self) -> dict[str, str]:
        """Return the state that each report was indexed in."""
        return {str(one): str(state) for one, state in self._all("SELECT report_id, state FROM store_passage_states")}

    @contextmanager
    def changing(self) -> Iterator[PassageWriter]:
        """Keep all changes made within together, or none of them; one process changes the index at a time."""
        with self._writing() as connection:
            writer = PassageWriter(connection)
            yield writer
            writer.keep_counts()

    def is_empty(self) -> bool:
        return not self._all("SELECT 1 FROM store_passage_states LIMIT 1")

    def size(self) -> int:
        return int(self._all("SELECT coalesce(max(id), 1) FROM store_passages")[0][0])

    def ending(self, stem: str) -> list[str]:
        return self._looked_up("backwards >= :least AND backwards < :end", least=stem[::-1], end=after(stem[::-1]))

    def beginning(self, stem: str) -> list[str]:
        return self._looked_up("stem >= :least AND stem < :end", least=stem, end=after(stem))

    def unaccented(self, letters: str) -> list[str]:
        return self._looked_up("unaccented = :letters", letters=letters)

    def counts(self, stems: Sequence[str]) -> dict[str, int]:
        asked = "SELECT stem, passages FROM store_vocabulary WHERE passages > 0 AND stem = ANY(:stems)"
        return {str(stem): int(count) for stem, count in self._all(asked, stems=list(stems))}

    def matched(
        self, terms: Sequence[Alternatives], chosen: Chosen, *, every_term: bool, limit: int
    ) -> list[Candidate]:
        condition, values = _named(chosen)
        only = f" AND {condition}" if condition else ""
        asked = (
            "SELECT p.id, coalesce(p.year, 0), p.stems FROM store_passages p "
            f"WHERE p.found @@ CAST(:asked AS tsquery){only} ORDER BY p.id LIMIT :most"
        )
        expression = _expression(terms, " & " if every_term else " | ")
        found = self._all(asked, asked=expression, most=limit, **values)
        return [(number, year, stems) for number, year, stems in found]

    def rows(self, ids: Sequence[int]) -> list[PassageRow]:
        return self._passages("id = ANY(:ids)", ids=list(ids))

    def find(self, report_id: str, area: int, kind: str, place: tuple[int | None, int]) -> PassageRow | None:
        where = (
            "report_id = :report AND area = :area AND kind = :kind AND section IS NOT DISTINCT FROM "
            "CAST(:section AS integer) AND position = :position"
        )
        found = self._passages(where, report=report_id, area=area, kind=kind, section=place[0], position=place[1])
        return next(iter(found), None)

    def _passages(self, where: str, **values: object) -> list[PassageRow]:
        columns = ("id", *PASSAGE_COLUMNS, "stems")
        found = self._all(f"SELECT {', '.join(columns)} FROM store_passages WHERE {where}", **values)
        return [dict(zip(columns, row, strict=True)) for row in found]

    def _looked_up(self, condition: str, **values: object) -> list[str]:
        asked = (
            f"SELECT stem FROM store_vocabulary WHERE passages > 0 AND {condition} "
            f"ORDER BY passages DESC, stem LIMIT {MOST_OF_A_KIND}"
        )
        return [str(row[0]) for row in self._all(asked, **values)]

    def _all(self, statement: str, **values: object) -> Sequence[Any]:
        with self._store.read() as session:
            return session.execute(text(statement), values).all()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._store.write() as session:
            connection = session.connection()
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection


class PassageWriter:
    """Changes the index within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._changes: Counter[str] = Counter()  # passages with each stem that came and went

    def state(self, report_id: str) -> str | None:
        """Return the state that a report was indexed in, as the transaction sees it."""
        asked = text("SELECT state FROM store_passage_states WHERE report_id = :report")
        return self._connection.execute(asked, {"report": report_id}).scalar()

    def take_out(self, report_id: str) -> None:
        """Remove a report's passages."""
        report = {"report": report_id}
        gone = text("DELETE FROM store_passages WHERE report_id = :report RETURNING stems")
        self._count((row[0].split() for row in self._connection.execute(gone, report)), -1)
        self._connection.execute(text("DELETE FROM store_passage_states WHERE report_id = :report"), report)

    def put(self, report_id: str, made: Mapping[str, Sequence[Row]], *, state: str) -> None:
        """Put in a report's passages in place of those that are there."""
        self.take_out(report_id)
        highest = text("SELECT coalesce(max(id), 0) FROM store_passages")
        first = int(self._connection.execute(highest).scalar_one()) + 1
        found = passages_of(made)
        rows = [
            {
                **{name: row[name] for name in PASSAGE_COLUMNS},
                "id": number,
                "stems": " ".join(stems),
                "found": _vector(stems),
            }
            for number, (row, stems) in enumerate(found, start=first)
        ]
        if rows:
            columns = ("id", *PASSAGE_COLUMNS, "stems")
            marks = ", ".join(f":{name}" for name in columns)
            put = f"INSERT INTO store_passages ({', '.join(columns)}, found) VALUES ({marks}, CAST(:found AS tsvector))"
            self._connection.execute(text(put), rows)
        self._count((stems for _, stems in found), +1)
        known = text("INSERT INTO store_passage_states VALUES (:report, :state)")
        self._connection.execute(known, {"report": report_id, "state": state})

    def keep_counts(self) -> None:
        """Write how many passages have each stem: once for all reports of the transaction."""
        rows = [
            {"stem": one, "backwards": one[::-1], "unaccented": swedish_words.unaccented(one), "count": count}
            for one, count in sorted(self._changes.items())
        ]
        if rows:
            put = text(
                "INSERT INTO store_vocabulary VALUES (:stem, :backwards, :unaccented, :count) "
                "ON CONFLICT (stem) DO UPDATE SET passages = store_vocabulary.passages + excluded.passages"
            )
            self._connection.execute(put, rows)

    def _count(self, passages: Iterable[Sequence[str]], sign: int) -> None:
        for passage in passages:
            for stem in set(passage):
                self._changes[stem] += sign


def _vector(stems: Sequence[str]) -> str:
    """Return the text of a tsvector with each stem at its positions."""
    places: dict[str, list[int]] = {}
    for position, stem in enumerate(stems, start=1):
        places.setdefault(stem, []).append(min(position, _LAST_POSITION))
    return " ".join(f"{_quoted(stem)}:{','.join(map(str, at))}" for stem, at in places.items())


def _expression(terms: Sequence[Alternatives], joint: str) -> str:
    """Return the text of a tsquery; a phrase is its stems one after the other."""
    parts = (" | ".join("(" + " <-> ".join(map(_quoted, one)) + ")" for one in alternatives) for alternatives in terms)
    return joint.join(f"({part})" for part in parts)


def _quoted(stem: str) -> str:
    doubled = stem.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def _named(chosen: Chosen) -> tuple[str, dict[str, object]]:
    """Return a condition with named parameters in place of ``?``."""
    condition, values = chosen
    parts = condition.split("?")
    named = "".join(f"{part}:chosen{number}" for number, part in enumerate(parts[:-1])) + parts[-1]
    return named, {f"chosen{number}": value for number, value in enumerate(values)}
