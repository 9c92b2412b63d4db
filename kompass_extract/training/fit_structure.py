"""Fitting the line-pair model: boosted trees for first and second verdicts in a column, and for those over breaks.

The second verdict learns from first verdicts on reports that the first one had not seen.  Breaks are learned from the
breaks of the reports and from columns cut between any two lines, whose labels are known.
"""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kompass_extract.blocks.habits import Habits
from kompass_extract.blocks.line_pairs import FORMAT, LinePairs, Trees, feature_hash, second_features
from kompass_extract.blocks.pair_features import (
    BASE,
    COLUMN_BREAK,
    PAGE_BREAK,
    Array,
    WordOdds,
    break_features,
    column_features,
)
from kompass_extract.blocks.pair_rows import RowColumn, words_of
from kompass_extract.process.files import write_whole
from kompass_extract.training.structure_corpus import ColumnExample, ReportExample
from kompass_extract.training.vary_columns import varied

SEED = 20
LEAVES = 24
LEAST_IN_LEAF = 25
LEAST_SEEN = 20  # times that a word stands in the texts before its odds are kept
LONGEST_WORD = 7  # letters; longer ones are not words that every report has
VARIATIONS = 2  # other layouts of each report, for the shipped model
OPEN_SHARE = 0.3  # of the texts that do not go on, those before which another text was cut
CUTS = 8  # cut columns a report, for each verdict and kind of break


@dataclass(frozen=True, slots=True)
class Size:
    """How many trees are grown, how much each counts, and how many folds give first verdicts on unseen reports."""

    trees: int
    learning_rate: float
    folds: int


SHIPPED = Size(120, 0.08, folds=4)
LEFT_OUT = Size(100, 0.1, folds=2)  # of the models that leave a typesetter out: six are fitted, without variations


@dataclass(frozen=True, slots=True)
class PreparedReport:
    """A report, or a variation of one, as features and labels: of its pairs of lines and of its breaks."""

    report: str  # of whose lines it is a layout
    typesetter: str
    columns: tuple[RowColumn, ...]
    features: tuple[Array, ...]
    labels: Array  # over all pairs: 1 one text, 0 two, NaN unknown
    breaks: Array
    break_labels: Array

    @property
    def together(self) -> Array:
        return np.concatenate(self.features) if self.features else np.zeros((0, len(BASE)))


def word_odds(texts: Iterable[str]) -> WordOdds:
    """How often the texts go on after each of their short words, and how often one begins them; each text once."""
    last, inside, first = Counter[str](), Counter[str](), Counter[str]()
    for text in dict.fromkeys(texts):
        tokens = [words_of(token) for token in text.split()]
        for place, token in enumerate(tokens):
            (last if place == len(tokens) - 1 else inside)[token.last] += 1
            (first if place == 0 else inside)[f"^{token.first}"] += 1
    ends = {
        word: round(float(np.log((inside[word] + 1) / (last[word] + 1))), 2)
        for word in {*last, *inside}
        if 0 < len(word) <= LONGEST_WORD and word.isalpha() and inside[word] + last[word] >= LEAST_SEEN
    }
    begins = {
        word[1:]: round(float(np.log((inside[word] + 1) / (first[word[1:]] + first[word] + 1))), 2)
        for word in {*inside}
        if word.startswith("^") and 1 < len(word) <= LONGEST_WORD + 1 and inside[word] + first[word] >= LEAST_SEEN
    }
    return WordOdds(dict(sorted(ends.items())), dict(sorted(begins.items())))


def prepare_all(
    examples: Sequence[ReportExample], odds: WordOdds, seed: int = SEED, *, variations: int = VARIATIONS
) -> list[PreparedReport]:
    """The examples and their variations, ready to be learned from: work that all fits share."""
    others = (varied(example, f"{seed}.{turn}") for turn in range(variations) for example in examples)
    return [prepare(example, odds, seed) for example in (*examples, *others)]


def fit(prepared: Sequence[PreparedReport], odds: WordOdds, seed: int = SEED, *, size: Size = SHIPPED) -> LinePairs:
    """The model that learns from ``prepared``."""
    first = _fit([one.together for one in prepared], [one.labels for one in prepared], seed, size)
    verdicts = _unseen_verdicts(prepared, seed, size)
    habits = [Habits.of(one.together, verdict) for one, verdict in zip(prepared, verdicts, strict=True)]
    seconds = [
        second_features(one.columns, one.features, verdict, habit)
        for one, verdict, habit in zip(prepared, verdicts, habits, strict=True)
    ]
    second = _fit(seconds, [one.labels for one in prepared], seed, size)
    broken = [np.hstack([one.breaks, habit.features(one.breaks)]) for one, habit in zip(prepared, habits, strict=True)]
    over = _fit(broken, [one.break_labels for one in prepared], seed, size)
    return LinePairs(first, second, over, odds)


def prepare(example: ReportExample, odds: WordOdds, seed: int = SEED) -> PreparedReport:
    """The features and labels of a report's pairs and breaks."""
    columns = tuple(one.column for one in example.columns)
    labels = [np.nan if flag is None else float(flag) for one in example.columns for flag in one.going_on]
    features = tuple(column_features(column, odds) for column in columns)
    breaks = _breaks(example, odds, seed)
    return PreparedReport(example.name.split("~")[0], example.typesetter, columns, features, np.array(labels), *breaks)


def _unseen_verdicts(prepared: Sequence[PreparedReport], seed: int, size: Size) -> list[Array]:
    """First verdicts for each report by a model of the other folds."""
    order = list(dict.fromkeys(one.report for one in prepared))
    random.Random(seed).shuffle(order)
    verdicts: list[Array] = [np.zeros(0)] * len(prepared)
    for fold in range(min(size.folds, len(order))):
        out = set(order[fold :: size.folds])
        others = [one for one in prepared if one.report not in out]
        trees = _fit([one.together for one in others], [one.labels for one in others], seed, size)
        for index, one in enumerate(prepared):
            if one.report in out:
                verdicts[index] = trees.probability(one.together)
    return verdicts


def real_breaks(example: ReportExample) -> Iterator[tuple[RowColumn, RowColumn, float, float]]:
    """Columns that a break of the report parts, its kind, and whether the text goes on."""
    for one in example.breaks:
        before, after = example.columns[one.before].column, example.columns[one.after].column
        yield before, after, PAGE_BREAK if before.page != after.page else COLUMN_BREAK, float(one.goes_on)


def cut_columns(example: ReportExample, seed: int = SEED) -> Iterator[tuple[RowColumn, RowColumn, float, float]]:
    """The same of columns cut between two lines whose label is known."""
    rng = random.Random(f"{seed}/{example.name}")
    cuts = [(column, i) for column in example.columns for i, flag in enumerate(column.going_on) if flag is not None]
    ends = {flag: [cut for cut in cuts if cut[0].going_on[cut[1]] is flag] for flag in (True, False)}
    for flag, chosen in ends.items():
        for kind in (PAGE_BREAK, COLUMN_BREAK):
            for cut, index in rng.sample(chosen, min(len(chosen), CUTS)):
                before = _upper(cut, index)
                if (
                    not flag and rng.random() < OPEN_SHARE
                ):  # the text before goes on elsewhere, as in lists side by side
                    before = _upper(*rng.choice(ends[True])) if ends[True] else before
                yield before, replace(cut.column, rows=cut.column.rows[index + 1 :]), kind, float(flag)


def _upper(cut: ColumnExample, index: int) -> RowColumn:
    """The column down to line ``index``."""
    return replace(cut.column, rows=cut.column.rows[: index + 1])


def _breaks(example: ReportExample, odds: WordOdds, seed: int) -> tuple[Array, Array]:
    features, labels = [np.zeros((0, len(BASE)))], []
    for before, after, kind, label in (*real_breaks(example), *cut_columns(example, seed)):
        features.append(break_features(before, after, kind, odds))
        labels.append(label)
    return np.concatenate(features), np.array(labels)


def _fit(features: Sequence[Array], labels: Sequence[Array], seed: int, size: Size) -> Trees:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    x, y = np.concatenate(list(features)), np.concatenate(list(labels))
    known = ~np.isnan(y)
    x = np.where(np.isnan(x[known]).all(axis=0), 0.0, x)  # scikit-learn takes no feature that is never known
    model = HistGradientBoostingClassifier(
        max_iter=size.trees, max_leaf_nodes=LEAVES, learning_rate=size.learning_rate, min_samples_leaf=LEAST_IN_LEAF,
        l2_regularization=1.0, max_features=0.4, early_stopping=False, random_state=seed,
    )  # fmt: skip
    with threadpool_limits(limits=1):  # small data; waiting threads cost more than they give
        model.fit(x[known], y[known])
    return as_arrays(model)


def as_arrays(model: Any) -> Trees:
    """The nodes of scikit-learn's trees in arrays; a leaf becomes its own child."""
    names = ("feature", "threshold", "left", "right", "missing", "value")
    parts: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in names}
    roots, start, depth = [], 0, 0
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        own = np.arange(len(nodes)) + start
        parts["feature"].append(np.where(leaf, 0, nodes["feature_idx"]))
        parts["threshold"].append(np.where(leaf, 0.0, nodes["num_threshold"]))
        parts["left"].append(np.where(leaf, own, nodes["left"] + start))
        parts["right"].append(np.where(leaf, own, nodes["right"] + start))
        parts["missing"].append(nodes["missing_go_to_left"].astype(bool))
        parts["value"].append(np.where(leaf, nodes["value"], 0.0))
        roots.append(start)
        start += len(nodes)
        depth = max(depth, int(nodes["depth"].max()))
    joined = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    return Trees(
        joined["feature"].astype(np.int32), joined["threshold"].astype(np.float64), joined["left"].astype(np.int32),
        joined["right"].astype(np.int32), joined["missing"], joined["value"].astype(np.float64),
        np.array(roots, dtype=np.int32), float(np.ravel(model._baseline_prediction)[0]), depth,
    )  # fmt: skip


def save(model: LinePairs, path: Path) -> None:
    """Write the model file, whole or not at all."""
    arrays: dict[str, Any] = {
        "about": json.dumps({"format": FORMAT, "features": feature_hash(), "last": dict(model.odds.last),
                             "first": dict(model.odds.first)}, ensure_ascii=False),
    }  # fmt: skip
    for name, trees in (("first", model.first), ("second", model.second), ("over_break", model.over_break)):
        for part in ("feature", "left", "right", "roots"):
            arrays[f"{name}.{part}"] = getattr(trees, part).astype(np.int32)
        for part in ("threshold", "value"):
            arrays[f"{name}.{part}"] = getattr(trees, part)
        arrays[f"{name}.missing_left"] = trees.missing_left
        arrays[f"{name}.baseline"], arrays[f"{name}.depth"] = np.float64(trees.baseline), np.int32(trees.depth)
    data = io.BytesIO()
    np.savez_compressed(data, **arrays)
    write_whole(path, data.getvalue())
