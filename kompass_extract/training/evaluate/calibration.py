"""How far confidences can be trusted: reliability, expected calibration error, risk against coverage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kompass_extract.training.evaluate.judge import Judgement

_BINS = 10  # bins of equal width over 0..1, the usual number for the expected calibration error
_TOP = 0.999  # confidences from here on stand in a bin of their own: nearly all of them do


@dataclass(frozen=True, slots=True)
class Bin:
    """Values whose confidence lies in [``low``, ``high``): how sure they were and how often right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class CoveragePoint:
    """Accepting all values of at least ``threshold``: the share accepted, and the share of those that is wrong."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Over values that were read and have a confidence; ``error`` is the expected calibration error, 0..1."""

    values: int
    error: float
    bins: tuple[Bin, ...]
    curve: tuple[CoveragePoint, ...]


def calibration(judgements: Iterable[Judgement]) -> Calibration:
    """Reliability and risk–coverage of the read values among ``judgements``."""
    pairs = [
        (one.confidence, one.status == "right")
        for one in judgements
        if one.confidence is not None and one.read is not None and one.kind != "question_id"
    ]
    return calibration_of(pairs)


def calibration_of(pairs: Sequence[tuple[float, bool]]) -> Calibration:
    """The same of pairs of confidence, 0..1, and whether the value is right."""
    bins = _bins(pairs)
    error = sum(one.count * abs(one.confidence - one.right) for one in bins) / len(pairs) if pairs else 0.0
    return Calibration(len(pairs), error, bins, _curve(pairs))


def _bins(pairs: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    edges = [index / _BINS for index in range(_BINS)] + [_TOP, 1.0 + 1e-9]
    bins = []
    for low, high in pairwise(edges):
        members = [(confidence, right) for confidence, right in pairs if low <= confidence < high]
        if members:
            mean = sum(confidence for confidence, _ in members) / len(members)
            share = sum(right for _, right in members) / len(members)
            bins.append(Bin(low, min(high, 1.0), len(members), mean, share))
    return tuple(bins)


def _curve(pairs: Sequence[tuple[float, bool]]) -> tuple[CoveragePoint, ...]:
    """One point per confidence that occurs, from the surest down; equal confidences are accepted together."""
    points: list[CoveragePoint] = []
    ranked = sorted(pairs, reverse=True)
    wrong = 0
    for index, (confidence, right) in enumerate(ranked, start=1):
        wrong += not right
        if index == len(ranked) or ranked[index][0] < confidence:
            points.append(CoveragePoint(confidence, index / len(ranked), wrong / index))
    return tuple(points)
