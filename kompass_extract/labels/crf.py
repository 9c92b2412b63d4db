"""A report's blocks as a chain: scores of single blocks and of neighbours, decoded together.

The chain is a linear-chain conditional random field whose block scores come from outside (log
probabilities times ``scale``) and whose transition scores depend on what lies between two neighbours
(nothing, a page break, another column, a cut within one text).  ``forward_backward`` gives exact marginals,
``viterbi`` the single best sequence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ChainWeights:
    """``transitions[link, before, after]`` and ``start[label]`` in log units, ``scale`` of the block scores."""

    transitions: Floats
    start: Floats
    scale: float


def log_sum(values: Floats, axis: int) -> Floats:
    """Logarithm of the sum of exponentials along an axis."""
    top = values.max(axis=axis, keepdims=True)
    total = np.log(np.exp(values - top).sum(axis=axis)) + np.squeeze(top, axis=axis)
    return np.asarray(total, dtype=np.float64)


def forward_backward(weights: ChainWeights, scores: Floats, links: Ints) -> tuple[Floats, Floats, Floats, float]:
    """Log forward and backward sums, marginals (n, labels) and the log partition of one chain.

    ``scores`` is (n, labels) with n >= 1; ``links[t]`` is what lies between t - 1 and t, ``links[0]`` unused.
    """
    local = weights.scale * scores
    count, labels = local.shape
    forward, backward = np.empty((count, labels)), np.zeros((count, labels))
    forward[0] = weights.start + local[0]
    for t in range(1, count):
        forward[t] = log_sum(forward[t - 1][:, None] + weights.transitions[links[t]], 0) + local[t]
    for t in range(count - 2, -1, -1):
        backward[t] = log_sum(weights.transitions[links[t + 1]] + local[t + 1] + backward[t + 1], 1)
    partition = float(log_sum(forward[-1], 0))
    marginals = np.exp(forward + backward - partition)
    return forward, backward, marginals / marginals.sum(axis=1, keepdims=True), partition


def viterbi(weights: ChainWeights, scores: Floats, links: Ints) -> Ints:
    """The best label of each place, (n,)."""
    local = weights.scale * scores
    count, labels = local.shape
    back = np.zeros((count, labels), dtype=np.int64)
    best = weights.start + local[0]
    for t in range(1, count):
        ways = best[:, None] + weights.transitions[links[t]]
        back[t] = ways.argmax(axis=0)
        best = ways.max(axis=0) + local[t]
    path = np.empty(count, dtype=np.int64)
    path[-1] = int(best.argmax())
    for t in range(count - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path
