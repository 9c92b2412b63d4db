"""The fit: single-block probabilities first, then the chain on probabilities of reports it was not fitted on.

Everything is split by municipality, never by block: the chain learns from scores that an estimator gave to
a municipality it had not seen, so that its confidences hold for new municipalities.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from kompass_extract.labels.crf import ChainWeights, Floats
from kompass_extract.labels.features import COLUMNS, Features, featurize
from kompass_extract.taxonomy import Taxonomy
from kompass_extract.training.fit_labels.batch import KINDS, Batch, PreparedExample, batch_loss, collate, fit_chain
from kompass_extract.training.fit_labels.simulate import Example

STRENGTH_OF_FIT = 0.1  # inverse of the L2 penalty of the block scores
ITERATIONS = 150
COOLING_ITERATIONS = 12
LAYOUT_FOLDS = 3
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FittedLabels:
    """What was learned: the single-block estimator and the chain; the columns of both are ``KINDS``."""

    estimator: LogisticRegression
    weights: ChainWeights


def prepare(examples: Sequence[Example], taxonomy: Taxonomy) -> list[PreparedExample]:
    """Features of every example."""
    place = {kind: index for index, kind in enumerate(KINDS)}
    return [
        PreparedExample(
            example,
            as_matrix(featurize(example.blocks, taxonomy)[0]),
            np.array([place[kind] for kind in example.kinds], dtype=np.int64),
        )
        for example in examples
    ]


def as_matrix(features: Features) -> csr_matrix:
    """The features as scikit-learn takes them, in double precision."""
    entries = features.values.astype(np.float64), (features.rows, features.columns)
    return csr_matrix(entries, shape=(features.blocks, COLUMNS))


def fit(prepared: Sequence[PreparedExample], seed: int) -> FittedLabels:
    """The classifier of all examples; needs at least two municipalities and every kind."""
    by_layout = collate(_unseen(prepared, _layout_fold, seed))
    by_town = collate(_unseen(prepared, _town_fold, seed))
    weights = cool(fit_chain(by_layout), by_town)
    return FittedLabels(fit_blocks(prepared, seed), weights)


def _layout_fold(each: PreparedExample) -> str:
    return str(zlib.crc32(f"{each.example.report}{each.example.origin}".encode()) % LAYOUT_FOLDS)


def _town_fold(each: PreparedExample) -> str:
    return each.example.municipality


def _unseen(
    prepared: Sequence[PreparedExample], fold: Callable[[PreparedExample], str], seed: int
) -> Iterator[tuple[PreparedExample, Floats]]:
    """Every example with the scores of an estimator that was fitted on the other folds."""
    folds = [fold(each) for each in prepared]
    for name in sorted(set(folds)):
        estimator = fit_blocks([each for each, own in zip(prepared, folds, strict=True) if own != name], seed)
        for each, own in zip(prepared, folds, strict=True):
            if own == name:
                yield each, estimator.predict_log_proba(each.matrix)


def cool(weights: ChainWeights, batch: Batch) -> ChainWeights:
    """The same decisions with the confidences that hold for municipalities not seen."""

    def loss(heat: float) -> float:
        return batch_loss(_times(weights, float(np.exp(heat))), batch)[0]

    found = minimize_scalar(loss, bounds=(-2.0, 0.5), method="bounded", options={"maxiter": COOLING_ITERATIONS})
    return _times(weights, float(np.exp(found.x)))


def _times(weights: ChainWeights, factor: float) -> ChainWeights:
    return ChainWeights(weights.transitions * factor, weights.start * factor, weights.scale * factor)


def fit_blocks(prepared: Sequence[PreparedExample], seed: int) -> LogisticRegression:
    """The single-block estimator; its columns are ``KINDS`` in order, coefficients in single precision."""
    matrix = vstack([each.matrix for each in prepared]).astype(np.float32)
    labels = np.concatenate([each.labels for each in prepared])
    if len(np.unique(labels)) != len(KINDS):
        raise ValueError("the training blocks do not show every kind")
    estimator = LogisticRegression(C=STRENGTH_OF_FIT, max_iter=ITERATIONS, tol=1e-3, random_state=seed)
    estimator.fit(matrix, labels)
    estimator.coef_ = estimator.coef_.astype(np.float32)
    return estimator
