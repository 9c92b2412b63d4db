"""The evaluation page's part on trust: silent errors, what is asked and why, and how far confidences can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.model.reasons import Reason
from kompass_extract.training.evaluate import figure_charts
from kompass_extract.training.evaluate.calibration import Calibration, calibration
from kompass_extract.training.evaluate.evaluation import CaseResult, pooled
from kompass_extract.training.evaluate.figures import FAMILIES
from kompass_extract.training.evaluate.judge import Judgement

_ITEMS_PER_SILENT, _VALUES_PER_SILENT, _MOST_LOAD = 500, 300, 0.12  # the project's aims, the last two of poor scans
_MAX_REASONS = 25  # rows of the table of questions
_SUREST = 0.9  # share of the values that are accepted first


def aims(results: Sequence[CaseResult]) -> str:
    """What matters most, in large figures: silent errors by what they are in, what was asked, how far to trust."""
    one = pooled(results)
    judged = [judgement for result in results if result.score for judgement in result.score.judgements]
    items = sum(judgement.kind in FAMILIES["items"] for judgement in judged)
    few_silent = one.silent_errors * _VALUES_PER_SILENT <= one.judged
    tiles = (
        ("silent in scores", str(one.silent_scores), one.silent_scores == 0),
        ("silent in metadata", str(one.silent_metadata), one.silent_metadata == 0),
        (f"silent of {items} items", str(one.silent_items), one.silent_items * _ITEMS_PER_SILENT <= items),
        (f"silent of {one.judged} values", str(one.silent_errors), few_silent),
        ("fields to review", percent(one.review_load), one.review_load <= _MOST_LOAD),
        ("calibration error", f"{calibration(judged).error:.4f}", True),
    )
    cells = "".join(
        f"<div class='tile{'' if good else ' off'}'><b>{value}</b><span>{escape(name)}</span></div>"
        for name, value, good in tiles
    )
    return f"<div class=tiles>{cells}</div>"


def questions_asked(results: Sequence[CaseResult]) -> str:
    """Why reviewers are asked, and how often the value was wrong when they were."""
    counts: dict[str, list[int]] = {}
    for result in results:
        if result.score is None or result.report is None:
            continue
        by_pointer = dict(report_fields(result.report))
        for one in result.score.judgements:
            if one.asked and (field := by_pointer.get(one.pointer)) is not None:
                count = counts.setdefault(_kind_of_reason(field.reasons), [0, 0])
                count[one.status == "right"] += 1
    ranked = sorted(counts.items(), key=lambda item: -sum(item[1]))[:_MAX_REASONS]
    if not ranked:
        return ""
    rows = "".join(
        f"<tr><td>{escape(reason)}<td class=n>{wrong + right}<td class=n>{wrong}"
        f"<td>{figure_charts.bars([wrong / (wrong + right)])}"
        for reason, (wrong, right) in ranked
    )
    head = "<tr><th>first reason<th class=n>asked<th class=n>wrong indeed<th>share"
    return f"<h2>What is asked, and how often rightly</h2><div class=scroll><table>{head}{rows}</table></div>"


def _kind_of_reason(reasons: Sequence[Reason]) -> str:
    """The code of the first reason."""
    return reasons[0].code if reasons else "no reason given"


def confidence(results: Sequence[CaseResult]) -> str:
    """Calibration over everything, by family of values and by scan quality: a table, and charts of each."""
    groups = {name: found for name, found in _groups(results).items() if calibration(found).values}
    if not groups:
        return ""
    rows = "".join(_trust_row(name, found) for name, found in groups.items())
    charted = "".join(_trust_charts(name, calibration(found)) for name, found in groups.items())
    heads = ("values", "wrong", "asked about", "silent", "calibration error", "wrong among the surest 90 %")
    head = "".join(f"<th class=n>{one}" for one in heads)
    return (
        "<h2>Confidence</h2><p class=soft>Asked about: values put up for review. Calibration error: how far stated "
        "confidences are from the shares that are right, on average.</p>"
        f"<div class=scroll><table><tr><th>{head}{rows}</table></div><div class=charts>{charted}</div>"
    )


def _groups(results: Sequence[CaseResult]) -> dict[str, list[Judgement]]:
    scored = [(result.case.quality, one) for result in results if result.score for one in result.score.judgements]
    groups = {"all": [one for _, one in scored]}
    groups |= {name: [one for _, one in scored if one.kind in kinds] for name, kinds in FAMILIES.items()}
    qualities = sorted({quality for quality, _ in scored})
    return groups | {quality: [one for of, one in scored if of == quality] for quality in qualities}


def _trust_row(name: str, judged: Sequence[Judgement]) -> str:
    result = calibration(judged)
    asked = sum(one.asked for one in judged) / len(judged)
    risks = [point.risk for point in result.curve if point.coverage >= _SUREST]
    cells = (
        f"{len(judged)}",
        f"{sum(one.status != 'right' for one in judged)}",
        percent(asked),
        f"{sum(one.silent for one in judged)}",
        f"{result.error:.4f}",
        percent(risks[0]) if risks else "",
    )
    return f"<tr><td>{escape(name)}" + "".join(f"<td class=n>{cell}" for cell in cells)


def _trust_charts(name: str, result: Calibration) -> str:
    return (
        f"<figure><figcaption>{escape(name)}</figcaption>{figure_charts.reliability(result)}"
        f"{figure_charts.risk_coverage(result)}</figure>"
    )


def percent(share: float) -> str:
    """A share, 0..1, as the page writes it."""
    return f"{100 * share:.2f}&nbsp;%"
