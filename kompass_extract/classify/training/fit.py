"""The fit: single-block probabilities first, then the chain on probabilities of reports it was not fitted on.

Everything is split by municipality, never by block: the chain learns from scores that an estimator gave to
a municipality it had not seen, so that its confidences hold for new municipalities.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from kompass_extract.classify.chain import ChainWeights, Floats, Ints, forward_backward
from kompass_extract.classify.features import featurize
from kompass_extract.classify.model import LINKS, BlockClassifier, chain_order
from kompass_extract.classify.training.simulate import Example
from kompass_extract.document import BlockKind
from kompass_extract.taxonomy import Taxonomy

KINDS = tuple(BlockKind)
STRENGTH_OF_FIT = 0.1  # inverse of the L2 penalty of the block scores
ITERATIONS = 150
CHAIN_PENALTY = 0.5  # L2, per squared log unit
CHAIN_ITERATIONS = 40
COOLING_ITERATIONS = 12
LAYOUT_FOLDS = 3
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An example with its features (blocks, columns) and its labels as columns of ``KINDS``."""

    example: Example
    matrix: csr_matrix
    labels: Ints


def prepare(examples: Sequence[Example], taxonomy: Taxonomy) -> list[Prepared]:
    """Features of every example."""
    place = {kind: index for index, kind in enumerate(KINDS)}
    return [
        Prepared(
            example,
            featurize(example.blocks, taxonomy)[0],
            np.array([place[kind] for kind in example.kinds], dtype=np.int64),
        )
        for example in examples
    ]


def fit(prepared: Sequence[Prepared], seed: int) -> BlockClassifier:
    """The classifier of all examples; needs at least two municipalities and every kind."""
    by_layout = [_chain(each, scores) for each, scores in _unseen(prepared, _layout_fold, seed)]
    by_town = [_chain(each, scores) for each, scores in _unseen(prepared, _town_fold, seed)]
    weights = cool(fit_chain(by_layout), by_town)
    return BlockClassifier(fit_blocks(prepared, seed), weights, KINDS)


def _layout_fold(each: Prepared, _: int) -> str:
    return str(zlib.crc32(f"{each.example.report}{each.example.origin}".encode()) % LAYOUT_FOLDS)


def _town_fold(each: Prepared, _: int) -> str:
    return each.example.municipality


def _unseen(
    prepared: Sequence[Prepared], fold: Callable[[Prepared, int], str], seed: int
) -> Iterator[tuple[Prepared, Floats]]:
    """Every example with the scores of an estimator that was fitted on the other folds."""
    folds = [fold(each, index) for index, each in enumerate(prepared)]
    for name in sorted(set(folds)):
        estimator = fit_blocks([each for each, own in zip(prepared, folds, strict=True) if own != name], seed)
        for each, own in zip(prepared, folds, strict=True):
            if own == name:
                yield each, estimator.predict_log_proba(each.matrix)


def cool(weights: ChainWeights, chains: Sequence[_Chain]) -> ChainWeights:
    """The same decisions with the confidences that hold for municipalities not seen."""

    def loss(heat: float) -> float:
        tempered = _times(weights, float(np.exp(heat)))
        return sum(_loss(tempered, chain) for chain in chains)

    found = minimize_scalar(loss, bounds=(-2.0, 0.5), method="bounded", options={"maxiter": COOLING_ITERATIONS})
    return _times(weights, float(np.exp(found.x)))


def _times(weights: ChainWeights, factor: float) -> ChainWeights:
    return ChainWeights(weights.transitions * factor, weights.start * factor, weights.scale * factor)


def _loss(weights: ChainWeights, chain: _Chain) -> float:
    return _add_gradient(weights, chain, np.zeros(LINKS * len(KINDS) ** 2 + len(KINDS) + 1), LINKS * len(KINDS) ** 2)


def fit_blocks(prepared: Sequence[Prepared], seed: int) -> LogisticRegression:
    """The single-block estimator; its columns are ``KINDS`` in order, coefficients in single precision."""
    matrix = vstack([each.matrix for each in prepared]).astype(np.float32)
    labels = np.concatenate([each.labels for each in prepared])
    if len(np.unique(labels)) != len(KINDS):
        raise ValueError("the training blocks do not show every kind")
    estimator = LogisticRegression(C=STRENGTH_OF_FIT, max_iter=ITERATIONS, tol=1e-3, random_state=seed)
    estimator.fit(matrix, labels)
    estimator.coef_ = estimator.coef_.astype(np.float32)
    return estimator


@dataclass(frozen=True, slots=True)
class _Chain:
    scores: Floats
    labels: Ints
    links: Ints


def _chain(each: Prepared, scores: Floats) -> _Chain:
    order, links = chain_order(each.example.blocks)
    return _Chain(scores[order], each.labels[order], links)


def fit_chain(chains: Sequence[_Chain]) -> ChainWeights:
    """Transitions, start and scale that make the true label sequences most probable."""
    labels = len(KINDS)
    size = LINKS * labels * labels

    def unpack(values: Floats) -> ChainWeights:
        transitions = values[:size].reshape(LINKS, labels, labels)
        return ChainWeights(transitions, values[size : size + labels], float(np.exp(values[-1])))

    def loss(values: Floats) -> tuple[float, Floats]:
        weights, gradient = unpack(values), np.zeros_like(values)
        total = 0.0
        for chain in chains:
            total += _add_gradient(weights, chain, gradient, size)
        total += CHAIN_PENALTY * float(values @ values)
        return total, gradient + 2 * CHAIN_PENALTY * values

    start = np.zeros(size + labels + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": CHAIN_ITERATIONS})
    return unpack(found.x)


def _add_gradient(weights: ChainWeights, chain: _Chain, gradient: Floats, size: int) -> float:
    """Adds one chain's gradient of the negative log likelihood; returns that likelihood's negative logarithm."""
    labels = len(KINDS)
    local = weights.scale * chain.scores
    forward, backward, marginals, partition = forward_backward(weights, chain.scores, chain.links)
    truth, links = chain.labels, chain.links[1:]
    before, after = truth[:-1], truth[1:]
    places = np.arange(len(truth))
    score = weights.start[truth[0]] + local[places, truth].sum() + weights.transitions[links, before, after].sum()
    moves = gradient[:size].reshape(LINKS, labels, labels)
    pairs = np.exp(forward[:-1, :, None] + weights.transitions[links] + (local + backward)[1:, None, :] - partition)
    np.add.at(moves, links, pairs)
    np.subtract.at(moves, (links, before, after), 1.0)
    gradient[size : size + labels] += marginals[0]
    gradient[size + truth[0]] -= 1.0
    gradient[-1] += float((marginals * local).sum() - local[places, truth].sum())
    return float(partition - score)
