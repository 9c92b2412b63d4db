"""The chain's transitions, learned from all reports at once: one padded array instead of a loop over reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from kompass_extract.labels.classifier import LINKS, chain_order
from kompass_extract.labels.crf import ChainWeights, Floats, Ints, log_sum
from kompass_extract.model.document import BlockKind
from kompass_extract.training.fit_labels.simulate import Example

KINDS = tuple(BlockKind)
CHAIN_PENALTY = 2.0  # L2, per squared log unit
CHAIN_ITERATIONS = 40


@dataclass(frozen=True, slots=True)
class PreparedExample:
    """An example with its features (blocks, columns) and its labels as columns of ``KINDS``."""

    example: Example
    matrix: csr_matrix
    labels: Ints


@dataclass(frozen=True, slots=True)
class Batch:
    """Chains of several lengths, padded: ``scores`` (chains, places, labels), the rest (chains, places)."""

    scores: Floats
    labels: Ints
    links: Ints
    real: NDArray[np.bool_]


def collate(scored: Iterable[tuple[PreparedExample, Floats]]) -> Batch:
    """The chains of examples with log probabilities (blocks, labels) for each."""
    chains = []
    for each, scores in scored:
        order, links = chain_order(each.example.blocks)
        chains.append((scores[order], each.labels[order], links))
    longest = max(len(links) for _, _, links in chains)
    shape = len(chains), longest
    batch = Batch(
        np.zeros((*shape, len(KINDS))), np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.bool_)
    )
    for row, (scores, labels, links) in enumerate(chains):
        end = len(links)
        batch.scores[row, :end], batch.labels[row, :end], batch.links[row, :end] = scores, labels, links
        batch.real[row, :end] = True
    return batch


def fit_chain(batch: Batch) -> ChainWeights:
    """Transitions, start and scale that make the true label sequences most probable."""
    labels = len(KINDS)
    size = LINKS * labels * labels

    def unpack(values: Floats) -> ChainWeights:
        transitions = values[:size].reshape(LINKS, labels, labels)
        return ChainWeights(transitions, values[size : size + labels], float(np.exp(values[-1])))

    def loss(values: Floats) -> tuple[float, Floats]:
        total, gradient = batch_loss(unpack(values), batch)
        return total + CHAIN_PENALTY * float(values @ values), gradient + 2 * CHAIN_PENALTY * values

    start = np.zeros(size + labels + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": CHAIN_ITERATIONS})
    return unpack(found.x)


def batch_loss(weights: ChainWeights, batch: Batch) -> tuple[float, Floats]:
    """Negative log likelihood of the true labels, and its gradient by transitions, start and log scale."""
    local = weights.scale * batch.scores
    forward, backward = _passes(weights, batch, local)
    partition = log_sum(forward[:, -1], 1)
    real = batch.real[:, :, None]
    marginals = np.exp(forward + backward - partition[:, None, None]) * real
    inner = batch.real[:, 1:]
    pairs = np.exp(
        forward[:, :-1, :, None]
        + weights.transitions[batch.links[:, 1:]]
        + (local + backward)[:, 1:, None, :]
        - partition[:, None, None, None]
    )[inner]
    truth = np.eye(len(KINDS))[batch.labels] * real
    before, after, links = batch.labels[:, :-1][inner], batch.labels[:, 1:][inner], batch.links[:, 1:][inner]
    moves = np.zeros_like(weights.transitions)
    for link in range(LINKS):
        moves[link] = pairs[links == link].sum(axis=0)
    np.subtract.at(moves, (links, before, after), 1.0)
    first = marginals[:, 0].sum(axis=0) - truth[:, 0].sum(axis=0)
    scale = float(((marginals - truth) * local).sum())
    score = weights.start[batch.labels[:, 0]].sum() + (truth * local).sum()
    score += weights.transitions[links, before, after].sum()
    return float(partition.sum() - score), np.concatenate([moves.ravel(), first, [scale]])


def _passes(weights: ChainWeights, batch: Batch, local: Floats) -> tuple[Floats, Floats]:
    """Log forward and backward sums (chains, places, labels); padding repeats the last real place's."""
    forward, backward = np.zeros_like(local), np.zeros_like(local)
    forward[:, 0] = weights.start + local[:, 0]
    places = local.shape[1]
    for t in range(1, places):
        moved = log_sum(forward[:, t - 1, :, None] + weights.transitions[batch.links[:, t]], 1) + local[:, t]
        forward[:, t] = np.where(batch.real[:, t, None], moved, forward[:, t - 1])
    for t in range(places - 2, -1, -1):
        ahead = (local[:, t + 1] + backward[:, t + 1])[:, None, :]
        moved = log_sum(weights.transitions[batch.links[:, t + 1]] + ahead, 2)
        backward[:, t] = np.where(batch.real[:, t + 1, None], moved, 0.0)
    return forward, backward
