"""Learning the confidence model from labelled evidence.

Weights are those of a logistic regression that may only add doubt.  Every row is scored by weights that were learned
without its municipality; from these scores come the steps and the threshold, so neither knows its own cases.  The
weights that are kept are learned from all rows.  Nothing is random.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from kompass_extract.report.confidence.confidence_model import ConfidenceModel, FamilyModel
from kompass_extract.report.confidence.evidence import SIGNALS, USED, Family
from kompass_extract.training.evidence_rows import EvidenceRow

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

RIDGE = 0.5  # of squared weights, beside the sum of the rows' losses: a signal seen once says little
KIND_RIDGE = 5.0  # kinds of a family should differ only on much evidence
PRIOR_WRONG, PRIOR_RIGHT = 0.5, 0.5  # Jeffreys' prior of the share of right values at one score
LEAST_STEP = 20  # labelled values that a step of probabilities rests on
WORTH = 100  # questions that finding one silent error is worth, where the target is out of reach
_DIGITS = 6  # of doubts and probabilities in the model
FOLDS = 10  # municipalities are dealt to this many parts, or one part each where there are fewer


@dataclass(frozen=True, slots=True)
class ReviewTarget:
    """What the threshold of a family is chosen for: shares of its values, 0..1.

    ``silent`` is how many may be wrong without a review flag; ``load`` how many may be flagged at most,
    beside those that a doubt or a failed check asks about anyway.
    """

    silent: float
    load: float


TARGETS = {
    Family.ITEM: ReviewTarget(1 / 700, 0.05),
    Family.RUBRIC: ReviewTarget(1 / 1000, 0.05),
    Family.NARRATIVE: ReviewTarget(1 / 380, 0.04),
    Family.NAME: ReviewTarget(1 / 2000, 0.05),
    Family.HEADING: ReviewTarget(1 / 180, 0.04),
    Family.NUMBER: ReviewTarget(0.0, 0.04),
    Family.METADATA: ReviewTarget(0.0, 0.06),
}
"""Stricter than the aims (1 in 500 items, none in scores and metadata; 3 to 12 % asked in all), which are of new
reports."""


@dataclass(frozen=True, slots=True)
class FittedConfidence:
    """A model with the probability that each row got from a model that had not seen its municipality."""

    model: ConfidenceModel
    held_out: Floats
    asked: Bools


def fit(rows: Sequence[EvidenceRow], rows_sha256: str) -> FittedConfidence:
    """The model of all families that ``rows`` has."""
    families: dict[Family, FamilyModel] = {}
    held_out, asked = np.ones(len(rows)), np.zeros(len(rows), dtype=np.bool_)
    for family in Family:
        places = [index for index, row in enumerate(rows) if row.evidence.family is family]
        if not places:
            continue
        model, probabilities = _fit_family([rows[index] for index in places], family)
        families[family] = model
        held_out[places] = probabilities
        asked[places] = probabilities < model.ask_below
    whole = ConfidenceModel(signals=SIGNALS, rows_sha256=rows_sha256, families=families)
    return FittedConfidence(whole, held_out, asked | np.array([row.asked for row in rows], dtype=np.bool_))


def _fit_family(rows: Sequence[EvidenceRow], family: Family) -> tuple[FamilyModel, Floats]:
    names = USED[family]
    kinds = sorted({row.evidence.kind for row in rows})
    signals = np.array([[float(getattr(row.evidence, name)) for name in names] for row in rows])
    of_kind = np.array([[float(row.evidence.kind == kind) for kind in kinds] for row in rows])
    wrong = np.array([not row.right for row in rows], dtype=np.float64)
    parts = _parts([row.municipality for row in rows])
    doubts = np.zeros(len(rows))
    for part in range(int(parts.max()) + 1):
        seen, new = parts != part, parts == part
        weights = _weights(signals[seen], of_kind[seen], wrong[seen]) if seen.any() else None
        if weights is not None:
            doubts[new] = signals[new] @ weights[0] + of_kind[new] @ weights[1]
    knots, probabilities = (np.round(part, _DIGITS) for part in _steps(doubts, wrong))
    held_out: Floats = np.interp(doubts, knots, probabilities)
    threshold = _threshold(held_out, wrong.astype(bool), np.array([row.asked for row in rows]), TARGETS[family])
    signal_weights, kind_weights = _weights(signals, of_kind, wrong)
    model = FamilyModel(
        weights={name: round(float(w), 4) for name, w in zip(names, signal_weights, strict=True) if w > 1e-4},
        kinds={kind: round(float(w), 4) for kind, w in zip(kinds, kind_weights, strict=True)},
        doubts=tuple(knots.tolist()),
        probabilities=tuple(probabilities.tolist()),
        ask_below=threshold,
        values=len(rows),
    )
    return model, held_out


def _parts(municipalities: Sequence[str]) -> NDArray[np.int64]:
    """The part of each row; no municipality is in two, the large ones are dealt first."""
    names, counts = np.unique(municipalities, return_counts=True)
    ranked = [str(names[index]) for index in np.argsort(-counts, kind="stable")]
    part = {name: index % FOLDS for index, name in enumerate(ranked)}
    return np.array([part[name] for name in municipalities], dtype=np.int64)


def _weights(signals: Floats, of_kind: Floats, wrong: Floats) -> tuple[Floats, Floats]:
    """Weights of signals (never negative) and of kinds that make the labels likeliest, less the ridge."""
    seen = signals.any(axis=0)
    found_weights, kind_weights = _minimum(signals[:, seen], of_kind, wrong)
    weights = np.zeros(signals.shape[1])
    weights[seen] = found_weights
    return weights, kind_weights


def _minimum(signals: Floats, of_kind: Floats, wrong: Floats) -> tuple[Floats, Floats]:
    count = signals.shape[1]
    base = float(np.log((wrong.sum() + 0.5) / (len(wrong) - wrong.sum() + 0.5)))
    ridge = np.concatenate([np.full(count, RIDGE), np.full(of_kind.shape[1], KIND_RIDGE)])
    centre = np.concatenate([np.zeros(count), np.full(of_kind.shape[1], base)])
    table = np.hstack([signals, of_kind])

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = table @ weights
        away = weights - centre
        value = float(np.sum(np.logaddexp(0.0, scores) - wrong * scores) + ridge @ away**2)
        slope: Floats = table.T @ (expit(scores) - wrong) + 2 * ridge * away
        return value, slope

    bounds = [(0.0, None)] * count + [(None, None)] * of_kind.shape[1]
    found = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 200})
    weights: Floats = np.asarray(found.x, dtype=np.float64)
    return weights[:count], weights[count:]


def _steps(doubts: Floats, wrong: Floats) -> tuple[Floats, Floats]:
    """Knots that rise and the probabilities there, which fall: an isotonic fit, each step on ``LEAST_STEP`` values."""
    order = np.argsort(doubts, kind="stable")
    steps: list[_Step] = []
    for part in np.array_split(order, max(1, len(order) // LEAST_STEP)):
        steps.append(_Step(len(part), float(wrong[part].sum()), float(doubts[part].sum())))
        while len(steps) > 1 and steps[-1].risk <= steps[-2].risk:
            steps[-2:] = [steps[-2] + steps[-1]]
    return np.array([step.mean for step in steps]), np.array([1 - step.risk for step in steps])


@dataclass(frozen=True, slots=True)
class _Step:
    """Values of neighbouring doubt: how many, how many of them wrong, the sum of their doubts."""

    values: int
    wrong: float
    doubts: float

    @property
    def risk(self) -> float:
        """The posterior mean of the share that is wrong."""
        return (self.wrong + PRIOR_WRONG) / (self.values + PRIOR_WRONG + PRIOR_RIGHT)

    @property
    def mean(self) -> float:
        return self.doubts / self.values

    def __add__(self, other: _Step) -> _Step:
        return _Step(self.values + other.values, self.wrong + other.wrong, self.doubts + other.doubts)


def _threshold(held_out: Floats, wrong: Bools, asked: Bools, target: ReviewTarget) -> float:
    """The lowest threshold that keeps to the target; where its load does not allow any, the one worth most."""
    order = np.argsort(held_out, kind="stable")
    silent = np.concatenate([[0], np.cumsum(wrong[order] & ~asked[order])])
    left = silent[-1] - silent  # after asking about the first 0, 1, 2 … of the order
    added = np.concatenate([[0], np.cumsum(~asked[order])])
    allowed = added <= target.load * len(order)
    reached = allowed & (left <= target.silent * len(order))
    count = (
        int(np.argmax(reached)) if reached.any() else int(np.argmin(np.where(allowed, WORTH * left + added, np.inf)))
    )
    if count >= len(order):
        return 1.0
    return float(held_out[order[count]])
