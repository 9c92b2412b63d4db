"""The evaluation page's part on trust: silent errors, what is asked and why, and how far confidences can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.training.evaluate import figure_charts
from kompass_extract.training.evaluate.calibration import calibration
from kompass_extract.training.evaluate.evaluation import CaseResult, judgements, pooled
from kompass_extract.training.evaluate.figure_charts import Chart
from kompass_extract.training.evaluate.figures import FAMILIES
from kompass_extract.training.evaluate.judge import Judgement
from kompass_extract.training.evaluate.page_templates import percent

_ITEMS_PER_SILENT, _VALUES_PER_SILENT, _MOST_LOAD = 500, 300, 0.12  # the project's aims, the last two of poor scans
_MAX_REASONS = 25  # rows of the table of questions
_SUREST = 0.9  # share of the values that are accepted first


@dataclass(frozen=True, slots=True)
class Tile:
    """A large figure; ``good`` where it is as the project aims at."""

    name: str
    value: str
    good: bool


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How often a reason asked, and how often the value was wrong indeed."""

    reason: str
    asked: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Trust:
    """A group of values; ``asked`` is a share, ``risk`` the share that is wrong among the surest, None for none."""

    name: str
    values: int
    wrong: int
    asked: float
    silent: int
    error: float
    risk: float | None
    reliability: Chart
    coverage: Chart


def aims(results: Sequence[CaseResult]) -> list[Tile]:
    """What matters most, in large figures: silent errors by what they are in, what was asked, how far to trust."""
    one = pooled(results)
    judged = judgements(results)
    items = sum(judgement.kind in FAMILIES["items"] for judgement in judged)
    few_silent = one.silent_errors * _VALUES_PER_SILENT <= one.judged
    return [
        Tile("silent in scores", str(one.silent_scores), one.silent_scores == 0),
        Tile("silent in metadata", str(one.silent_metadata), one.silent_metadata == 0),
        Tile(f"silent of {items} items", str(one.silent_items), one.silent_items * _ITEMS_PER_SILENT <= items),
        Tile(f"silent of {one.judged} values", str(one.silent_errors), few_silent),
        Tile("fields to review", percent(one.review_load), one.review_load <= _MOST_LOAD),
        Tile("calibration error", f"{calibration(judged).error:.4f}", True),
    ]


def questions_asked(results: Sequence[CaseResult]) -> list[ReasonCount]:
    """Why reviewers are asked, and how often the value was wrong when they were; by the code of the first reason."""
    counts: dict[str, list[int]] = {}
    for result in results:
        if result.score is None or result.report is None:
            continue
        by_pointer = dict(report_fields(result.report))
        for one in result.score.judgements:
            if one.asked and (field := by_pointer.get(one.pointer)) is not None:
                reason = field.reasons[0].code if field.reasons else "no reason given"
                count = counts.setdefault(reason, [0, 0])
                count[0] += 1
                count[1] += one.status != "right"
    asked = [ReasonCount(reason, all_asked, wrong) for reason, (all_asked, wrong) in counts.items()]
    return sorted(asked, key=lambda one: -one.asked)[:_MAX_REASONS]


def confidence(results: Sequence[CaseResult]) -> list[Trust]:
    """Calibration over everything, by family of values and by scan quality."""
    return [trust for name, judged in _groups(results).items() if (trust := _trust(name, judged)) is not None]


def _groups(results: Sequence[CaseResult]) -> dict[str, list[Judgement]]:
    scored = [(result.case.quality, one) for result in results if result.score for one in result.score.judgements]
    groups = {"all": [one for _, one in scored]}
    groups |= {name: [one for _, one in scored if one.kind in kinds] for name, kinds in FAMILIES.items()}
    qualities = sorted({quality for quality, _ in scored})
    return groups | {quality: [one for of, one in scored if of == quality] for quality in qualities}


def _trust(name: str, judged: Sequence[Judgement]) -> Trust | None:
    result = calibration(judged)
    if not result.values:
        return None
    return Trust(
        name,
        values=len(judged),
        wrong=sum(one.status != "right" for one in judged),
        asked=sum(one.asked for one in judged) / len(judged),
        silent=sum(one.silent for one in judged),
        error=result.error,
        risk=next((point.risk for point in result.curve if point.coverage >= _SUREST), None),
        reliability=figure_charts.reliability(result),
        coverage=figure_charts.risk_coverage(result),
    )
