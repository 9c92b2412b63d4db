"""Figures about the reviewing itself: who decides how much, how good the machine is, how many errors were silent."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kompass_extract.review import Action, Decision
from kompass_extract.review.decisions.decision import VALUE_ACTIONS
from kompass_extract.review.decisions.sample import Rate, silent_errors, wilson
from kompass_extract.review.service.review_schema import DecisionRow

HOUR = 13  # characters of an ISO time up to its hour
MONTH = 7
ZONE = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, slots=True)
class Day:
    """One person's decisions of one day."""

    day: str
    by: str
    decisions: int


@dataclass(frozen=True, slots=True)
class Month:
    """Silent errors among the sampled values that were judged in a month."""

    month: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Judged:
    """The machine's values of a kind that people judged: ``wrong`` of ``rate.checked`` were not what is printed."""

    kind: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class WorkFigures:
    """Everything that is known about the reviewing."""

    days: tuple[Day, ...]
    months: tuple[Month, ...]
    judged: tuple[Judged, ...]


def figures(session: Session) -> WorkFigures:
    """Count the decisions of an archive; undone ones are no judgement, but they were work."""
    return WorkFigures(_days(session), _months(session), _judged(session))


def _days(session: Session) -> tuple[Day, ...]:
    hour = func.substr(DecisionRow.decided_at, 1, HOUR)
    query = select(DecisionRow.reviewer, hour, func.count()).where(DecisionRow.action != Action.UNDO.value)
    counts: Counter[tuple[str, str]] = Counter()
    for reviewer, begun, count in session.execute(query.group_by(DecisionRow.reviewer, hour)):
        local = datetime.fromisoformat(f"{begun}:00:00+00:00").astimezone(ZONE)
        counts[local.date().isoformat(), reviewer] += count
    newest_first = sorted(counts.items(), key=lambda one: one[0][1])
    return tuple(
        Day(day, by, count) for (day, by), count in sorted(newest_first, key=lambda one: one[0][0], reverse=True)
    )


def _months(session: Session) -> tuple[Month, ...]:
    undone = select(DecisionRow.voids).where(DecisionRow.voids.is_not(None))
    bodies = session.scalars(select(DecisionRow.body).where(DecisionRow.sampled, DecisionRow.id.not_in(undone)))
    by_month: dict[str, list[Decision]] = defaultdict(list)
    for decision in map(Decision.model_validate_json, bodies):
        by_month[decision.at[:MONTH]].append(decision)
    return tuple(Month(month, silent_errors(made)) for month, made in sorted(by_month.items(), reverse=True))


def _judged(session: Session) -> tuple[Judged, ...]:
    """Of each place the last judgement; what a person added has no reading to be judged."""
    undone = set(session.scalars(select(DecisionRow.voids).where(DecisionRow.voids.is_not(None))))
    rows = session.execute(select(DecisionRow.id, DecisionRow.body).order_by(DecisionRow.number))
    latest: dict[tuple[str, str], tuple[str, bool]] = {}
    for made, body in rows:
        known = json.loads(body)
        if made in undone or known["action"] not in VALUE_ACTIONS or known["pointer"].startswith(("@", "/checks/")):
            continue
        latest[known["report"], known["pointer"]] = known["kind"], known["after"] != known["reading"]
    return tuple(Judged(kind, rate) for kind, rate in sorted(_by_kind(latest.values()).items()))


def _by_kind(judged: Iterable[tuple[str, bool]]) -> dict[str, Rate]:
    checked: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for kind, is_wrong in judged:
        checked[kind] += 1
        wrong[kind] += is_wrong
    return {kind: wilson(wrong[kind], count) for kind, count in checked.items()}
