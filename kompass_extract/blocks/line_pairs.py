"""One model for one question: does the text of a line go on with the next one?

It is asked for lines below each other in a column and for those that a column's or page's end parts; ``pair_features``
says what it sees.  A first verdict sees a pair by itself.  A second one sees besides the first verdicts around it, the
text that it would go on, and what the report's first verdicts tell of its habits.  Boosted trees, fitted by
``kompass train`` (``training.structure_training``), evaluated here by numpy alone.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kompass_extract import resources
from kompass_extract.blocks import PAIRS_MODEL
from kompass_extract.blocks.habits import Habits
from kompass_extract.blocks.pair_features import (
    BASE,
    SECOND,
    Array,
    WordOdds,
    break_features,
    column_features,
    texts_features,
)
from kompass_extract.blocks.pair_rows import RowColumn
from kompass_extract.errors import ModelError

FORMAT = 1  # of the model file
RULED = 0.01  # most probability over a rule of a table: 2 of 981 such pairs of the rendered reports are one text
NESTED = 0.05  # most probability before a picture of a mark that stands further right than the text above
NESTED_SIGN = 0.85  # the same before a sign there, which may be a dash of the text (8 of 2,623): it is asked about
NESTED_CAPS, SAME_LEFT_CAPS = 1.0, 0.3  # cap heights by which its text begins further right, its mark further left


def feature_hash() -> str:
    """Names the features that the code computes, so that a model made for others is refused."""
    return hashlib.sha256(" ".join((*BASE, "|", *SECOND)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted trees as arrays over all nodes; a leaf is its own child."""

    feature: npt.NDArray[np.int32]
    threshold: Array
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    missing_left: npt.NDArray[np.bool_]
    value: Array
    roots: npt.NDArray[np.int32]
    baseline: float
    depth: int

    def probability(self, features: Array) -> Array:
        """For each row of features the probability that the text goes on."""
        if not len(features):
            return np.zeros(0)
        rows = np.arange(len(features))[:, None]
        nodes = np.broadcast_to(self.roots, (len(features), len(self.roots)))
        for _ in range(self.depth):
            seen = features[rows, self.feature[nodes]]
            left = np.where(np.isnan(seen), self.missing_left[nodes], seen <= self.threshold[nodes])
            nodes = np.where(left, self.left[nodes], self.right[nodes])
        margin = self.baseline + self.value[nodes].sum(axis=1)
        return np.asarray(1 / (1 + np.exp(-margin)))


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """For each column the probability that each line's text goes on in the next, and the report's habits."""

    going_on: tuple[Array, ...]
    habits: Habits


@dataclass(frozen=True, slots=True)
class LinePairs:
    """The model: trees for the first and second verdicts in a column, and for those over its end."""

    first: Trees
    second: Trees
    over_break: Trees
    odds: WordOdds

    def columns(self, columns: Sequence[RowColumn]) -> PairVerdict:
        """The verdicts for all columns of a report."""
        features = [column_features(column, self.odds) for column in columns]
        together = np.concatenate(features) if features else np.zeros((0, len(BASE)))
        first = self.first.probability(together)
        habits = Habits.of(together, first)
        second = self.second.probability(second_features(columns, features, first, habits))
        second = np.where(together[:, BASE.index("ruled")] > 0, np.minimum(second, RULED), second)
        second = np.minimum(second, np.concatenate([np.ones(0), *map(_most_by_mark, columns)]))
        ends = np.cumsum([len(one) for one in features])[:-1]
        return PairVerdict(tuple(np.split(second, ends)) if features else (), habits)

    def over(
        self, before: RowColumn, after: RowColumn, kind: float, habits: Habits, *, foot: float = math.nan
    ) -> float:
        """The probability that the last text of ``before`` goes on at the head of ``after``."""
        base = break_features(before, after, kind, self.odds, foot=foot)
        return float(self.over_break.probability(np.hstack([base, habits.features(base)]))[0])


def _most_by_mark(column: RowColumn) -> Array:
    """For each two lines of a column the most probability of one text that the mark of the second leaves."""
    most = np.ones(max(0, len(column.rows) - 1))
    for index, (above, below) in enumerate(pairwise(column.rows)):
        deeper = below.x0 - above.x0 >= NESTED_CAPS * column.cap
        if below.marked and deeper and below.mark >= above.x0 - SAME_LEFT_CAPS * column.cap:
            most[index] = NESTED if below.drawn else NESTED_SIGN
    return most


def second_features(columns: Sequence[RowColumn], features: Sequence[Array], first: Array, habits: Habits) -> Array:
    """What the second verdict sees of all pairs of a report."""
    together = np.concatenate(features) if features else np.zeros((0, len(BASE)))
    ends = np.cumsum([len(one) for one in features])[:-1]
    parts = np.split(first, ends) if features else []
    texts = [texts_features(column, part) for column, part in zip(columns, parts, strict=True)]
    around = np.concatenate(texts) if texts else np.zeros((0, 10))
    return np.hstack([together, around, habits.features(together)])


@lru_cache(maxsize=1)
def load(path: Path | None = None) -> LinePairs:
    """The model file; ModelError when it is missing, damaged, or made for other features."""
    path = path or resources.path(PAIRS_MODEL)
    try:
        with np.load(path, allow_pickle=False) as data:
            about = json.loads(str(data["about"]))
            if about["format"] != FORMAT or about["features"] != feature_hash():
                raise ModelError(f"{path} was made for other features: run 'kompass train'")
            first, second, over = (_trees(data, name) for name in ("first", "second", "over_break"))
            return LinePairs(first, second, over, WordOdds(about["last"], about["first"]))
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{path} is no model of line pairs: {error}") from error


def _trees(data: np.lib.npyio.NpzFile, name: str) -> Trees:
    def array(part: str) -> npt.NDArray[np.generic]:
        return np.asarray(data[f"{name}.{part}"])

    return Trees(
        array("feature").astype(np.int32), array("threshold").astype(np.float64), array("left").astype(np.int32),
        array("right").astype(np.int32), array("missing_left").astype(np.bool_), array("value").astype(np.float64),
        array("roots").astype(np.int32), float(array("baseline")), int(array("depth")),
    )  # fmt: skip
