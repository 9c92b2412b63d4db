"""Which edition a report follows, by what it prints.

Order of evidence: area names with their numbers, questions with number, wording and max points, and last and
weakest the year.  2010 and 2016 share their area names but one and most of their questions' subjects: what
tells them apart is area 7, which 2010 calls Verksamhetsutveckling and 2016 Ständiga förbättringar, and whether the
questions are those of 2016.  A contents list can be left over from an older report, so headings and tables
count more than it.

The odds compare known editions with each other, and there are others: those of 2002 to 2009, and whatever comes.
So the best one must also fit by itself: most areas named as it names them, or most questions its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kompass_extract.model.reasons import Reason, reason
from kompass_extract.taxonomy.editions import Edition
from kompass_extract.taxonomy.fold import similarity
from kompass_extract.taxonomy.headings import name_likeness

# Natural-log odds.  Chosen so that two undamaged area names outweigh the year, a full set of names leaves no
# doubt, and one heading of area 7 against a contents line decides between 2010 and 2016.
NAME_WEIGHT = 1.5
QUESTION_WEIGHT = 1.5
MAX_POINTS_WEIGHT = 0.4
YEAR_WEIGHT = 0.6
AREA_SEVEN_WEIGHT = 2.0
# Likeness below which a text says nothing about an edition.
NOISE = 0.6
# What a question is worth to the edition whose questions are not known, as a likeness: a wording of 2016
# read through bad OCR is above it, another question below it.
UNKNOWN_QUESTION = 0.66
# What 2010 loses by a question, outside of area 7, that reads exactly as that of 2016: forty of them outweigh a
# contents line left over from 2010, five other questions in area 7 under its name of 2010 outweigh them.
KEPT_QUESTION_COST = 0.08
# 2010 and 2016 without a readable question: no confidence above this.
UNREAD_TABLES_CONFIDENCE = 0.6
# Fewer questions than this do not tell 2010 from 2016.
ENOUGH_QUESTIONS = 3
MOST_CONFIDENCE = 0.999
# Likeness from which on an area is named as an edition names it, and by how much another edition's name must be more
# like it to take it away: damaged names keep 0.72, two editions' names for one area differ by 0.17 and more.
SAME_NAME, MORE_LIKE = 0.72, 0.05
# Shares of the named areas, and of the readable questions, below both of which no known edition is meant, and below
# both of which a person decides.
LEAST_FIT, CLEAR_FIT = 0.5, 0.75
# Fewer named areas than this do not show that an edition is unknown.
ENOUGH_AREAS = 3
# The first year in which reports follow an edition; that of 2016 was in use in 2015.
FIRST_YEAR = {"2010": 2010, "2016": 2015, "2020": 2019}
BEFORE_ITS_YEAR_CONFIDENCE = 0.6


@dataclass(frozen=True, slots=True)
class AreaEvidence:
    """A printed area name; ``weight`` 1 for a heading or a score table, less for a contents line or list."""

    number: int
    name: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class QuestionEvidence:
    """A row of a score table as read; what could not be read is "" or None."""

    number: str
    text: str
    max_points: float | None = None


@dataclass(frozen=True, slots=True)
class EditionEvidence:
    """What a report shows of its edition; ``year`` is that of the evaluation or of the report."""

    areas: Sequence[AreaEvidence] = ()
    questions: Sequence[QuestionEvidence] = ()
    year: int | None = None


@dataclass(frozen=True, slots=True)
class EditionDecision:
    """The edition, its form (2020: "first", "second" or None when it cannot be told) and why.

    ``confidence`` is the share of the evidence's odds that the edition has, 0..1.  ``edition`` is None when nothing
    was recognised.
    """

    edition: str | None
    form: str | None
    confidence: float
    runner_up: str | None
    reasons: tuple[Reason, ...]


def decide_edition(
    evidence: EditionEvidence, editions: tuple[Edition, ...], earlier: tuple[Edition, ...] = ()
) -> EditionDecision:
    """Weighs everything in ``evidence``; never raises, and says in ``reasons`` what was missing.

    ``earlier`` are editions that have no name in the report JSON: a report of theirs has no edition.
    """
    following = dict(zip(editions, (*editions[1:], editions[-1]), strict=True))
    odds = {(e.name, e.form): _areas(evidence, e) + _questions(evidence, e, following[e]) for e in editions}
    names = sorted({name for name, _ in odds})
    totals = {n: max(value for (name, _), value in odds.items() if name == n) + _year(evidence.year, n) for n in names}
    support = _shares(totals)
    if max(odds.values(), default=0.0) <= 0:
        return _unknown(None, reason("no-edition-evidence"))
    best, runner_up = sorted(names, key=lambda name: support[name], reverse=True)[:2]
    form = _form(best, odds)
    fit = _fit(evidence, best, editions, earlier)
    if (why := _why_unknown(evidence, best, fit, earlier)) is not None:
        return _unknown(best, why)
    confidence, reasons = _confidence(evidence, best, support[best], fit)
    reasons.extend(_explain(evidence, best, editions))
    return EditionDecision(best, form, confidence, runner_up, tuple(reasons))


@dataclass(frozen=True, slots=True)
class _Fit:
    """How far an edition fits by itself: areas named as it names them of ``named``, and the share of its questions."""

    areas: int
    named: int
    questions: float

    @property
    def share(self) -> float:
        """The better of both shares, 0..1; 1 where too little was read to say."""
        if self.named < ENOUGH_AREAS:
            return 1.0
        return max(self.areas / self.named, self.questions)


def _fit(evidence: EditionEvidence, best: str, editions: Sequence[Edition], earlier: Sequence[Edition]) -> _Fit:
    printed = _printed_names(evidence)
    fitting = sum(_is_named_as(names, number, best, (*editions, *earlier)) for number, names in printed.items())
    readable = _readable(evidence)
    own = [edition for edition in editions if edition.name == best]
    asked = sum(any(_question(row, edition) > 0 for edition in own) for row in readable)
    share = asked / len(readable) if len(readable) >= ENOUGH_QUESTIONS else 0.0
    return _Fit(fitting, len(printed), share)


def _printed_names(evidence: EditionEvidence) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for area in evidence.areas:
        if 1 <= area.number <= 8 and area.name.strip():
            found.setdefault(area.number, []).append(area.name)
    return found


def _is_named_as(names: Sequence[str], number: int, edition: str, known: Sequence[Edition]) -> bool:
    """Whether one of an area's printed names is that of ``edition``, and no other edition's is more like it."""
    for name in names:
        likeness = {other: name_likeness(name, number, other) for other in known}
        own = max(value for other, value in likeness.items() if other.name == edition)
        if own >= SAME_NAME and own >= max(likeness.values()) - MORE_LIKE:
            return True
    return False


def _why_unknown(evidence: EditionEvidence, best: str, fit: _Fit, earlier: Sequence[Edition]) -> Reason | None:
    """Why even the best edition is none; None where it may be meant."""
    if fit.share < LEAST_FIT:
        printed = _printed_names(evidence)
        for edition in earlier:
            same = sum(_is_named_as(names, number, edition.name, (edition,)) for number, names in printed.items())
            if same > max(fit.areas, LEAST_FIT * fit.named):
                return reason("areas-of-earlier-edition", same=same, areas=fit.named, edition=edition.name)
        return reason("few-areas-of-edition", fits=fit.areas, areas=fit.named, edition=best)
    if best == "2010" and evidence.year is not None and evidence.year < FIRST_YEAR[best]:
        return reason("year-before-edition", year=evidence.year, edition=best)
    return None


def _unknown(nearest: str | None, why: Reason) -> EditionDecision:
    return EditionDecision(None, None, 0.0, nearest, (why,))


def _confidence(evidence: EditionEvidence, best: str, support: float, fit: _Fit) -> tuple[float, list[Reason]]:
    """How sure the best edition is, 0..1, and what lowers it."""
    confidence = min(MOST_CONFIDENCE, support)
    reasons: list[Reason] = []
    if best in {"2010", "2016"} and len(_readable(evidence)) < ENOUGH_QUESTIONS:
        confidence = min(confidence, UNREAD_TABLES_CONFIDENCE)
        reasons.append(reason("editions-undecided"))
    if fit.share < CLEAR_FIT:
        confidence = min(confidence, fit.share)
        reasons.append(reason("few-areas-of-edition", fits=fit.areas, areas=fit.named, edition=best))
    if evidence.year is not None and evidence.year < FIRST_YEAR[best]:
        confidence = min(confidence, BEFORE_ITS_YEAR_CONFIDENCE)
        reasons.append(reason("year-before-edition", year=evidence.year, edition=best))
    return confidence, reasons


def _areas(evidence: EditionEvidence, edition: Edition) -> float:
    total = 0.0
    for area in evidence.areas:
        if not 1 <= area.number <= 8:
            continue
        likeness = name_likeness(area.name, area.number, edition)
        if likeness >= NOISE:
            weight = AREA_SEVEN_WEIGHT if area.number == 7 else NAME_WEIGHT
            total += weight * area.weight * likeness**2
    return total


def _questions(evidence: EditionEvidence, edition: Edition, later: Edition) -> float:
    readable = _readable(evidence)
    if edition.questions:
        return sum(_question(row, edition) for row in readable)
    if readable and _areas(evidence, edition) <= 0:
        return 0.0
    return sum(_unknown_question(row, later) for row in readable)


def _unknown_question(row: QuestionEvidence, later: Edition) -> float:
    """What a row is worth to the edition of unknown questions, by how like it is to the ``later`` edition's.

    The revision of 2016 left most areas alone, so that a question of them that reads as 2016 may be older;
    area 7 was made anew.
    """
    unknown = QUESTION_WEIGHT * UNKNOWN_QUESTION**2
    if row.number.startswith("7"):
        return unknown
    return max(unknown, _question(row, later) - KEPT_QUESTION_COST)


def _question(row: QuestionEvidence, edition: Edition) -> float:
    own = [question for question in edition.questions if question.number == row.number]
    if not own:
        return 0.0
    likeness = max(similarity(row.text, wording) for wording in own[0].wordings)
    if likeness < NOISE:
        return 0.0
    fits = row.max_points == own[0].max_points
    bonus = 0.0 if row.max_points is None else (MAX_POINTS_WEIGHT if fits else -MAX_POINTS_WEIGHT)
    return max(0.0, QUESTION_WEIGHT * likeness**2 + bonus)


def _readable(evidence: EditionEvidence) -> list[QuestionEvidence]:
    return [row for row in evidence.questions if row.number and len(row.text) >= 5]


def _year(year: int | None, edition: str) -> float:
    """A weak prior: an edition is not used before its year, and seldom long after the next one's."""
    if year is None:
        return 0.0
    first, last = {"2010": (2010, 2016), "2016": (2016, 2020), "2020": (2019, 9999)}[edition]
    return YEAR_WEIGHT if first <= year <= last else -YEAR_WEIGHT


def _shares(totals: Mapping[str, float]) -> dict[str, float]:
    top = max(totals.values())
    weights = {name: math.exp(value - top) for name, value in totals.items()}
    whole = sum(weights.values())
    return {name: round(weight / whole, 4) for name, weight in weights.items()}


def _form(edition: str, odds: dict[tuple[str, str | None], float]) -> str | None:
    forms = {form: value for (name, form), value in odds.items() if name == edition and form is not None}
    if not forms:
        return None
    shares = _shares(forms)
    best = max(shares, key=lambda form: shares[form])
    return best if shares[best] > 0.5 else None


def _explain(evidence: EditionEvidence, best: str, editions: tuple[Edition, ...]) -> list[Reason]:
    reasons = []
    for edition in editions:
        if edition.name != best:
            continue
        fits = sum(name_likeness(a.name, a.number, edition) >= 0.8 for a in evidence.areas if 1 <= a.number <= 8)
        rows = sum(_question(row, edition) > 0 for row in evidence.questions)
        counts = {"fits": fits, "areas": len(evidence.areas), "rows": rows, "questions": len(evidence.questions)}
        code = f"edition-fit-{edition.form}-form" if edition.form else "edition-fit"
        reasons.append(reason(code, **counts, edition=best))
    if best == "2010" and evidence.year is not None and evidence.year > 2016:
        reasons.append(reason("year-speaks-later", year=evidence.year))
    return reasons
