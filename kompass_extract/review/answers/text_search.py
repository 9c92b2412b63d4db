"""Search in Swedish over strengths, improvement areas and narrative.

A word answers by its stem (weight 1), as a part of a compound (``dialog`` finds ``medborgardialog``), by its letters
without å, ä and ö, and, least, where the text has only the last part of the word that was asked for.  The index gives
candidates from the strictest kind of match to the loosest; the rank is BM25 over the weights of what matched.
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from kompass_extract.errors import UsageError
from kompass_extract.review.answers import swedish_words
from kompass_extract.review.answers.answer_values import Choice, Hit, PassageChoice
from kompass_extract.review.answers.choice_sql import Parameter, passage_clause, report_clause
from kompass_extract.review.answers.snippets import snippet

STEM, COMPOUND_END, COMPOUND_START, UNACCENTED, LAST_PART = 1.0, 0.6, 0.5, 0.3, 0.2
"""Weights of the kinds of match."""
SHORTEST_PART = 4  # letters of a word that is looked for within compounds: shorter ones are within anything
SHORTEST_LAST_PART = 5  # letters of the part of the asked word that may answer for it
MOST_EXPANSIONS = 60  # stems that may answer for one word, the most frequent first
MOST_CANDIDATES = 200  # passages that are ranked for one query and kind of match
MOST_SCANNED = 20_000  # matches that the index orders; of a word that is in more passages, the first are taken
_K1, _B = 1.2, 0.4  # BM25: how soon repetition stops to count, and how much long passages are held back
_PHRASE = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a query: the sequences of stems that answer for it, with their weights."""

    answers: Mapping[tuple[str, ...], float]
    passages: int

    def expression(self, least: float) -> str | None:
        """Return the FTS5 expression of the answers of at least that weight; None where there is none."""
        parts = [_quoted(one) for one, weight in self.answers.items() if weight >= least]
        return f"({' OR '.join(parts)})" if parts else None


def search(
    connection: sqlite3.Connection, query: str, *, reports: Choice, passages: PassageChoice, limit: int
) -> list[Hit]:
    """Return the best passages, best first; UsageError for a query without a word."""
    terms = _terms(connection, query)
    total = int(connection.execute("SELECT count(*) FROM indexed").fetchone()[0])
    if not total:
        return []
    rows = _candidates(connection, terms, _filter(reports, passages), limit)
    count = int(connection.execute("SELECT coalesce(max(id), 1) FROM passages").fetchone()[0])
    ranked = sorted(((_rank(terms, row["stems"].split(), count), row) for row in rows), key=_order)
    found = {stem for term in terms for answer in term.answers for stem in answer}
    return [hit_of(row, rank, found) for rank, row in islice(ranked, limit)]


def _order(ranked: tuple[float, sqlite3.Row]) -> tuple[float, int, int]:
    rank, row = ranked
    return -rank, -(row["year"] or 0), row["id"]


def hit_of(row: sqlite3.Row, rank: float, found: set[str]) -> Hit:
    """Return a passage's row as a hit, with the words of the stems marked."""
    short, marks = snippet(row["text"], found)
    return Hit(
        key=key_of(row), rank=round(rank, 4), report_id=row["report_id"], municipality=row["municipality"],
        year=row["year"], edition=row["edition"], area=row["area"], kind=row["kind"], score=row["score"],
        score_needs_review=bool(row["score_needs_review"]), needs_review=bool(row["needs_review"]), page=row["page"],
        snippet=short, marks=marks, text=row["text"],
    )  # fmt: skip


def key_of(row: sqlite3.Row) -> str:
    """Return the name of a passage: report, area, kind and place, such as ``sala-2023/3/improvement/2``."""
    place = f"{row['section']}.{row['position']}" if row["section"] is not None else str(row["position"])
    return f"{row['report_id']}/{row['area']}/{row['kind']}/{place}"


def _terms(connection: sqlite3.Connection, query: str) -> list[Term]:
    phrases = [swedish_words.stems(one) for one in _PHRASE.findall(query)]
    asked = [word for word, _, _ in swedish_words.words(_PHRASE.sub(" ", query))]
    telling = [word for word in asked if word not in swedish_words.STOP_WORDS]
    if not telling and not any(phrases):
        telling = asked
    terms = [_phrase(connection, one) for one in phrases if one]
    terms += [_word(connection, swedish_words.stem(one)) for one in dict.fromkeys(telling)]
    if not terms:
        raise UsageError("The query has no word in it. Give a word, several, or a phrase in quotation marks.")
    return terms


def _phrase(connection: sqlite3.Connection, stems: Sequence[str]) -> Term:
    counts = [_passages(connection, one) for one in stems]
    return Term({tuple(stems): STEM}, min(counts))


def _word(connection: sqlite3.Connection, stem: str) -> Term:
    """Return a word with all stems of the vocabulary that answer for it, and how many passages that makes."""
    answers = {stem: STEM}
    for least, found in _expansions(connection, stem):
        answers.setdefault(found, least)
    kept = dict(islice(answers.items(), MOST_EXPANSIONS))
    passages = sum(_passages(connection, one) for one in kept)
    return Term({(one,): weight for one, weight in kept.items()}, passages)


def _expansions(connection: sqlite3.Connection, stem: str) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []

    def look(weight: float, condition: str, *values: str) -> None:
        asked = f"SELECT stem FROM vocabulary WHERE passages > 0 AND {condition} ORDER BY passages DESC LIMIT 40"
        found.extend((weight, row[0]) for row in connection.execute(asked, values))

    if len(stem) >= SHORTEST_PART:
        look(COMPOUND_END, "backwards >= ? AND backwards < ?", stem[::-1], _after(stem[::-1]))
        look(COMPOUND_START, "stem >= ? AND stem < ?", stem, _after(stem))
    look(UNACCENTED, "unaccented = ?", swedish_words.unaccented(stem))
    ends = [stem[cut:] for cut in range(3, len(stem) - SHORTEST_LAST_PART + 1)]
    if ends:
        look(LAST_PART, f"stem IN ({', '.join('?' * len(ends))})", *ends)
    return found


def _after(prefix: str) -> str:
    """Return the first text that sorts after all texts with this beginning."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def _passages(connection: sqlite3.Connection, stem: str) -> int:
    row = connection.execute("SELECT passages FROM vocabulary WHERE stem = ?", (stem,)).fetchone()
    return int(row[0]) if row else 0


def _filter(reports: Choice, passages: PassageChoice) -> tuple[str, list[Parameter]]:
    clauses = (report_clause(reports, "p."), passage_clause(passages, "p."))
    text = " AND ".join(clause for clause, _ in clauses if clause)
    return text, [value for _, values in clauses for value in values]


def _candidates(
    connection: sqlite3.Connection, terms: Sequence[Term], chosen: tuple[str, list[Parameter]], limit: int
) -> list[sqlite3.Row]:
    """Return passages from the strictest kind of match to the loosest, until there are enough."""
    rows: dict[int, sqlite3.Row] = {}
    enough = max(MOST_CANDIDATES, limit)
    ways = [(" AND ", STEM), (" AND ", LAST_PART), (" OR ", STEM), (" OR ", LAST_PART)]
    tried: set[str] = set()
    for joint, least in ways:
        parts = [term.expression(least) for term in terms]
        expression = joint.join(part for part in parts if part)
        if expression in tried or (joint == " AND " and None in parts):
            continue
        tried.add(expression)
        for row in _matched(connection, expression, chosen, enough):
            rows.setdefault(row["id"], row)
        if len(rows) >= enough:
            break
    return list(rows.values())


def _matched(
    connection: sqlite3.Connection, expression: str, chosen: tuple[str, list[Parameter]], limit: int
) -> list[sqlite3.Row]:
    condition, values = chosen
    inner = "SELECT rowid AS found, bm25(passage_stems) AS near FROM passage_stems WHERE passage_stems MATCH ?"
    if condition:
        inner = (
            "SELECT f.rowid AS found, bm25(passage_stems) AS near FROM passage_stems f "
            f"JOIN passages p ON p.id = f.rowid WHERE passage_stems MATCH ? AND {condition}"
        )
    statement = (
        "SELECT p.*, s.stems FROM "
        f"(SELECT found FROM ({inner} LIMIT {MOST_SCANNED}) ORDER BY near, found LIMIT ?) AS best "
        "JOIN passages p ON p.id = best.found JOIN passage_stems s ON s.rowid = best.found"
    )
    return connection.execute(statement, [expression, *values, limit]).fetchall()


def _rank(terms: Sequence[Term], stems: Sequence[str], passages: int) -> float:
    """Return BM25 over the weights of what matched; a word that is in few passages counts more."""
    length = 1 - _B + _B * len(stems) / 40  # 40 stems: a usual paragraph
    rank = 0.0
    for term in terms:
        weight = sum(_times(answer, stems) * weight for answer, weight in term.answers.items())
        if weight:
            best = max(weight for answer, weight in term.answers.items() if _times(answer, stems))
            rarity = math.log(1 + passages / (1 + term.passages))
            rank += rarity * best * weight * (_K1 + 1) / (weight + _K1 * length)
    return rank


def _times(answer: tuple[str, ...], stems: Sequence[str]) -> int:
    if len(answer) == 1:
        return stems.count(answer[0])
    width = len(answer)
    return sum(tuple(stems[start : start + width]) == answer for start in range(len(stems) - width + 1))


def _quoted(stems: Sequence[str]) -> str:
    return '"' + " ".join(stems) + '"'
