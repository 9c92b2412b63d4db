"""Search in Swedish over strengths, improvement areas and narrative.

A word answers by its stem (weight 1), as a part of a compound (``dialog`` finds ``medborgardialog``), by its letters
without å, ä and ö, and, least, where the text has only the last part of the word that was asked for.  The index gives
candidates from the strictest kind of match to the loosest; the rank is BM25 over the weights of what matched.  SQLite
and PostgreSQL give the same candidates, so that both give the same answers.
"""

from __future__ import annotations

import heapq
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from kompass_extract.errors import UsageError
from kompass_extract.review.answers import swedish_words
from kompass_extract.review.answers.answer_values import Choice, Hit, PassageChoice
from kompass_extract.review.answers.choice_sql import passage_clause, report_clause
from kompass_extract.review.answers.passage_index import Candidate, Chosen, PassageIndex, PassageRow, Stems
from kompass_extract.review.answers.snippets import snippet

STEM, COMPOUND_END, COMPOUND_START, UNACCENTED, LAST_PART = 1.0, 0.6, 0.5, 0.3, 0.2
"""Weights of the kinds of match."""
SHORTEST_PART = 4  # letters of a word that is looked for within compounds: shorter ones are within anything
SHORTEST_LAST_PART = 5  # letters of the part of the asked word that may answer for it
MOST_EXPANSIONS = 60  # stems that may answer for one word, the most frequent first
MOST_CANDIDATES = 200  # passages found: with so many, no looser kind of match is looked for
MOST_SCANNED = 4_000  # passages that are ranked for one kind of match; of a word that is in more, the first are taken
USUAL_LENGTH = 40  # stems of a usual paragraph
_K1, _B = 1.2, 0.4  # BM25: how soon repetition stops to count, and how much long passages are held back
_PHRASE = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a query: the sequences of stems that answer for it, with their weights."""

    answers: Mapping[tuple[str, ...], float]
    passages: int

    def at_least(self, weight: float) -> list[Stems]:
        """Return the answers of at least that weight."""
        return [one for one, own in self.answers.items() if own >= weight]


def search(index: PassageIndex, query: str, *, reports: Choice, passages: PassageChoice, limit: int) -> list[Hit]:
    """Return the best passages, best first; UsageError for a query without a word."""
    terms = _terms(index, query)
    if index.is_empty():
        return []
    found = _candidates(index, terms, chosen_by(reports, passages), limit)
    ranker = Ranker(terms, index.size())
    ranked = heapq.nsmallest(limit, ((-ranker.rank(stems), -year, number) for number, year, stems in found))
    rows = {row["id"]: row for row in index.rows([number for _, _, number in ranked])}
    marked = {stem for term in terms for answer in term.answers for stem in answer}
    return [hit_of(rows[number], -rank, marked) for rank, _, number in ranked if number in rows]


def chosen_by(reports: Choice, passages: PassageChoice) -> Chosen:
    """Return the choice of reports and passages as a condition over the passages ``p``."""
    clauses = (report_clause(reports, "p."), passage_clause(passages, "p."))
    text = " AND ".join(clause for clause, _ in clauses if clause)
    return text, [value for _, values in clauses for value in values]


def hit_of(row: PassageRow, rank: float, found: set[str]) -> Hit:
    """Return a passage's row as a hit, with the words of the stems marked."""
    short, marks = snippet(row["text"], found)
    return Hit(
        key=key_of(row), rank=round(rank, 4), report_id=row["report_id"], municipality=row["municipality"],
        year=row["year"], edition=row["edition"], area=row["area"], kind=row["kind"], score=row["score"],
        score_needs_review=bool(row["score_needs_review"]), needs_review=bool(row["needs_review"]), page=row["page"],
        snippet=short, marks=marks, text=row["text"],
    )  # fmt: skip


def key_of(row: PassageRow) -> str:
    """Return the name of a passage: report, area, kind and place, such as ``sala-2023/3/improvement/2``."""
    place = f"{row['section']}.{row['position']}" if row["section"] is not None else str(row["position"])
    return f"{row['report_id']}/{row['area']}/{row['kind']}/{place}"


def _terms(index: PassageIndex, query: str) -> list[Term]:
    phrases = [swedish_words.stems(one) for one in _PHRASE.findall(query)]
    asked = [word for word, _, _ in swedish_words.words(_PHRASE.sub(" ", query))]
    telling = [word for word in asked if word not in swedish_words.STOP_WORDS]
    if not telling and not any(phrases):
        telling = asked
    terms = [_phrase(index, one) for one in phrases if one]
    terms += [_word(index, swedish_words.stem(one)) for one in dict.fromkeys(telling)]
    if not terms:
        raise UsageError("The query has no word in it. Give a word, several, or a phrase in quotation marks.")
    return terms


def _phrase(index: PassageIndex, stems: Sequence[str]) -> Term:
    counts = index.counts(stems)
    return Term({tuple(stems): STEM}, min(counts.get(one, 0) for one in stems))


def _word(index: PassageIndex, stem: str) -> Term:
    """Return a word with all stems of the vocabulary that answer for it, and how many passages that makes."""
    answers = {stem: STEM}
    for weight, found in _expansions(index, stem):
        answers.setdefault(found, weight)
    kept = dict(islice(answers.items(), MOST_EXPANSIONS))
    return Term({(one,): weight for one, weight in kept.items()}, sum(index.counts(list(kept)).values()))


def _expansions(index: PassageIndex, stem: str) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    if len(stem) >= SHORTEST_PART:
        found += [(COMPOUND_END, one) for one in index.ending(stem)]
        found += [(COMPOUND_START, one) for one in index.beginning(stem)]
    found += [(UNACCENTED, one) for one in index.unaccented(swedish_words.unaccented(stem))]
    ends = [stem[cut:] for cut in range(3, len(stem) - SHORTEST_LAST_PART + 1)]
    if ends:
        known = index.counts(ends)
        found += [(LAST_PART, one) for one in sorted(known, key=lambda one: (-known[one], one))]
    return found


def _candidates(index: PassageIndex, terms: Sequence[Term], chosen: Chosen, limit: int) -> list[Candidate]:
    """Return passages from the strictest kind of match to the loosest, until there are enough."""
    found: dict[int, Candidate] = {}
    tried: list[tuple[bool, list[list[Stems]]]] = []
    for joined, least in ((True, STEM), (True, LAST_PART), (False, STEM), (False, LAST_PART)):
        asked = [term.at_least(least) for term in terms]
        every_term = joined or len(terms) == 1
        if (every_term, asked) in tried:
            continue
        tried.append((every_term, asked))
        for one in index.matched(asked, chosen, every_term=every_term, limit=MOST_SCANNED):
            found.setdefault(one[0], one)
        if len(found) >= max(MOST_CANDIDATES, limit):
            break
    return list(found.values())


class Ranker:
    """BM25 over the weights of what matched; a word that is in few passages counts more."""

    def __init__(self, terms: Sequence[Term], passages: int) -> None:
        self._rarity = [math.log(1 + passages / (1 + term.passages)) for term in terms]
        self._words: dict[str, list[tuple[int, float]]] = {}
        self._phrases: list[tuple[int, Stems, float]] = []
        for number, term in enumerate(terms):
            for answer, weight in term.answers.items():
                if len(answer) == 1:
                    self._words.setdefault(answer[0], []).append((number, weight))
                else:
                    self._phrases.append((number, answer, weight))

    def rank(self, text: str) -> float:
        """Return how well a passage of these stems answers."""
        stems = text.split()
        sums, best = [0.0] * len(self._rarity), [0.0] * len(self._rarity)
        for stem in filter(self._words.__contains__, stems):
            for number, weight in self._words[stem]:
                sums[number] += weight
                best[number] = max(best[number], weight)
        for number, phrase, weight in self._phrases:
            if times := _times(phrase, stems):
                sums[number] += times * weight
                best[number] = max(best[number], weight)
        length = _K1 * (1 - _B + _B * len(stems) / USUAL_LENGTH)
        rank = 0.0
        for rarity, weight, most in zip(self._rarity, sums, best, strict=True):
            if weight:
                rank += rarity * most * weight * (_K1 + 1) / (weight + length)
        return rank


def _times(phrase: Stems, stems: Sequence[str]) -> int:
    width = len(phrase)
    return sum(
        stems[start] == phrase[0] and tuple(stems[start : start + width]) == phrase
        for start in range(len(stems) - width + 1)
    )
