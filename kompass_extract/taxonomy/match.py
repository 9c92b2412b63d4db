"""Which question of an edition a row of a score table is.

Order of evidence: the wording, damaged or drifted; the number; the max points; and, for the rows of one area
together, that no question stands in a table twice.  A weak match is None with its score, never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from kompass_extract.model.reasons import Reason, reason
from kompass_extract.taxonomy.editions import Question
from kompass_extract.taxonomy.fold import fold

# Score below which a row is left unmatched.
MIN_SCORE = 0.62
# Likeness of the wording below which number and max points cannot carry a match.
MIN_LIKENESS = 0.45
# How much of the doubt left by the wording an agreeing number or max takes away, and what a disagreeing one costs.
NUMBER_AGREES, NUMBER_DIFFERS = 0.40, 0.82
MAX_AGREES, MAX_DIFFERS = 0.15, 0.88
# A stretch of a wording counts when it is at least this share of it, and a little less than the whole would.
MIN_PART, PART_FACTOR = 0.5, 0.92
# A row with an unreadable question, placed because every other row of its table has its own number.
BY_ELIMINATION = 0.65
MIN_OTHERS = 2


@dataclass(frozen=True, slots=True)
class RowQuery:
    """A row as read; what could not be read is "" or None.  ``area`` is 1..8."""

    text: str
    number: str | None = None
    max_points: float | None = None
    area: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionMatch:
    """The question of a row, or None when no one is like enough; ``score`` and ``runner_up_score`` are 0..1.

    With ``question_id`` None, ``score`` is that of the best candidate, named as the runner-up.
    """

    question_id: str | None
    concept: str | None
    score: float
    runner_up: str | None = None
    runner_up_score: float = 0.0
    wording: str | None = None
    reasons: tuple[Reason, ...] = ()


def match_row(row: RowQuery, candidates: Sequence[Question]) -> QuestionMatch:
    """The best candidate for one row by itself."""
    ranked = sorted(((_score(row, question), question) for question in candidates), key=lambda pair: -pair[0])
    ranked = _one_per_id(ranked)
    if not ranked:
        return QuestionMatch(None, None, 0.0, reasons=(reason("questions-unknown"),))
    chosen = ranked[0][1] if ranked[0][0] >= MIN_SCORE else None
    return _match(chosen, ranked)


def match_rows(rows: Sequence[RowQuery], candidates: Sequence[Question]) -> list[QuestionMatch]:
    """One match per row, no question twice within an area: the assignment with the highest sum of scores."""
    matches: list[QuestionMatch | None] = [None] * len(rows)
    for area in {_area(row) for row in rows}:
        places = [place for place, row in enumerate(rows) if _area(row) == area]
        group = [question for question in candidates if area is None or question.area == area]
        found = _match_group([rows[place] for place in places], group)
        for place, match in zip(places, found, strict=True):
            matches[place] = match
    return [match if match is not None else QuestionMatch(None, None, 0.0) for match in matches]


def _match_group(rows: Sequence[RowQuery], candidates: Sequence[Question]) -> list[QuestionMatch]:
    if not candidates:
        return [match_row(row, candidates) for row in rows]
    scores = [[_score(row, question) for question in candidates] for row in rows]
    chosen = _assign(scores)
    matches = []
    for row_scores, column in zip(scores, chosen, strict=True):
        ranked = _one_per_id(sorted(zip(row_scores, candidates, strict=True), key=lambda pair: -pair[0]))
        matches.append(_match(None if column is None else candidates[column], ranked))
    return _by_elimination(rows, matches, candidates)


def _assign(scores: Sequence[Sequence[float]]) -> list[int | None]:
    """Rows to columns, each at most once, highest sum of the scores that reach MIN_SCORE; greedy by score.

    Scores of one table are far apart (its rows carry different numbers), so that greedy and optimal agree
    except when a number was misread; then the sure rows must keep their questions, which greedy grants.
    """
    pairs = [(score, i, j) for i, row in enumerate(scores) for j, score in enumerate(row) if score >= MIN_SCORE]
    chosen: list[int | None] = [None] * len(scores)
    taken: set[int] = set()
    for _, row, column in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if chosen[row] is None and column not in taken:
            chosen[row] = column
            taken.add(column)
    return chosen


def _by_elimination(
    rows: Sequence[RowQuery], matches: list[QuestionMatch], candidates: Sequence[Question]
) -> list[QuestionMatch]:
    numbers = {question.id: question.number for question in candidates}
    sure = [(row, m) for row, m in zip(rows, matches, strict=True) if m.question_id is not None]
    if len(sure) < MIN_OTHERS or any(row.number != numbers[str(m.question_id)] for row, m in sure):
        return matches
    taken = {match.question_id for match in matches}
    result = []
    for row, match in zip(rows, matches, strict=True):
        free = [q for q in candidates if q.number == row.number and q.id not in taken]
        fits = match.question_id is None and len(free) == 1 and row.max_points in {None, free[0].max_points}
        result.append(_placed(match, free[0]) if fits else match)
    return result


def _placed(match: QuestionMatch, question: Question) -> QuestionMatch:
    return replace(
        match,
        question_id=question.id,
        concept=question.concept,
        wording=question.wording,
        score=max(BY_ELIMINATION, match.score),
        runner_up=None,
        runner_up_score=0.0,
        reasons=(reason("placed-by-number"),),
    )


def _match(chosen: Question | None, ranked: Sequence[tuple[float, Question]]) -> QuestionMatch:
    others = [(score, question) for score, question in ranked if chosen is None or question.id != chosen.id]
    runner_score, runner = others[0] if others else (0.0, None)
    if chosen is None:
        why = reason("no-question-like-enough", value=round(runner_score, 2), asked=MIN_SCORE)
        return QuestionMatch(
            None, None, round(runner_score, 4), runner.id if runner else None, round(runner_score, 4), reasons=(why,)
        )
    score = next(score for score, question in ranked if question.id == chosen.id)
    return QuestionMatch(
        chosen.id,
        chosen.concept,
        round(score, 4),
        runner.id if runner else None,
        round(runner_score, 4),
        chosen.wording,
    )


def _one_per_id(ranked: Sequence[tuple[float, Question]]) -> list[tuple[float, Question]]:
    """Two forms of an edition have questions of one id; the better stays."""
    seen: set[str] = set()
    kept = []
    for score, question in ranked:
        if question.id not in seen:
            seen.add(question.id)
            kept.append((score, question))
    return kept


def _score(row: RowQuery, question: Question) -> float:
    likeness = max(wording_likeness(row.text, wording) for wording in question.wordings)
    if likeness < MIN_LIKENESS:
        return likeness
    score = likeness
    if row.number is not None:
        same = row.number == question.number
        score = score + NUMBER_AGREES * (1 - score) if same else score * NUMBER_DIFFERS
    if row.max_points is not None:
        same = row.max_points == question.max_points
        score = score + MAX_AGREES * (1 - score) if same else score * MAX_DIFFERS
    return score


@lru_cache(maxsize=20_000)
def wording_likeness(text: str, wording: str) -> float:
    """How like a text as read is to a wording, 0..1: as a whole, or as a stretch of at least half of it."""
    read, known = fold(text), fold(wording)
    whole = fuzz.ratio(read, known) / 100.0
    if len(read) < MIN_PART * len(known) or not read:
        return whole
    return max(whole, PART_FACTOR * fuzz.partial_ratio(read, known) / 100.0 if len(read) <= len(known) else whole)


def _area(row: RowQuery) -> int | None:
    if row.area is not None:
        return row.area
    return int(row.number[0]) if row.number and row.number[0] in "12345678" else None
