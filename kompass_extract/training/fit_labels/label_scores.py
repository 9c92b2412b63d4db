"""How well a classifier labels reports of a municipality that it has not seen, also without list headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kompass_extract.labels.classifier import decode
from kompass_extract.labels.outline import LISTS as LIST_ROLES
from kompass_extract.labels.outline import walk
from kompass_extract.model.document import BlockKind
from kompass_extract.taxonomy import Taxonomy
from kompass_extract.training.fit_labels.batch import KINDS, PreparedExample
from kompass_extract.training.fit_labels.fit import FittedLabels, Progress, fit, prepare
from kompass_extract.training.fit_labels.simulate import Example

SURE = 0.95  # confidence from which a wrong label counts as a silent one
LISTS = (BlockKind.STRENGTH, BlockKind.IMPROVEMENT)


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares are 0..1; ``f1`` per kind name; ``calibration`` is mean confidence minus share right."""

    blocks: int
    accuracy: float
    single_accuracy: float  # without the chain
    f1: dict[str, float]
    lists_f1: float
    calibration: float
    silent_errors: float  # share of all blocks that are wrong at SURE or more


@dataclass(frozen=True, slots=True)
class _PredictedLabels:
    truth: np.ndarray[tuple[int], np.dtype[np.int64]]
    found: np.ndarray[tuple[int], np.dtype[np.int64]]
    single: np.ndarray[tuple[int], np.dtype[np.int64]]
    confidence: np.ndarray[tuple[int], np.dtype[np.float64]]


def leave_one_out(examples: Sequence[Example], taxonomy: Taxonomy, seed: int, progress: Progress) -> dict[str, Scores]:
    """Scores over all municipalities, each labelled by a model of the others; the keys name the condition."""
    prepared = prepare(examples, taxonomy)
    bare = prepare([without_list_headers(example, taxonomy) for example in examples], taxonomy)
    read = [example.origin.split(":")[0] for example in examples]
    outcomes: dict[str, list[_PredictedLabels]] = {}
    for name in sorted({example.municipality for example in examples}):
        progress(f"training without {name}")
        classifier = fit([each for each in prepared if each.example.municipality != name], seed)
        for each, stripped, origin in zip(prepared, bare, read, strict=True):
            if each.example.municipality == name:
                outcomes.setdefault(origin, []).append(_label(classifier, each))
                outcomes.setdefault(f"{origin}, list headers removed", []).append(_label(classifier, stripped))
    return {condition: _score(found) for condition, found in sorted(outcomes.items())}


def without_list_headers(example: Example, taxonomy: Taxonomy) -> Example:
    """The example as if no header of a list had been read."""
    places = walk(example.blocks, taxonomy)
    kept = [
        (replace(block, header="" if place.governing in LIST_ROLES else block.header), kind)
        for block, kind, place in zip(example.blocks, example.kinds, places, strict=True)
        if not (place.own in LIST_ROLES and kind is BlockKind.HEADING)
    ]
    return replace(example, blocks=tuple(block for block, _ in kept), kinds=tuple(kind for _, kind in kept))


def _label(classifier: FittedLabels, each: PreparedExample) -> _PredictedLabels:
    scores = classifier.estimator.predict_log_proba(each.matrix)
    best, marginals = decode(classifier.weights, scores, each.example.blocks)
    return _PredictedLabels(each.labels, best, scores.argmax(axis=1), marginals[np.arange(len(best)), best])


def _score(outcomes: Sequence[_PredictedLabels]) -> Scores:
    truth = np.concatenate([outcome.truth for outcome in outcomes])
    found = np.concatenate([outcome.found for outcome in outcomes])
    single = np.concatenate([outcome.single for outcome in outcomes])
    confidence = np.concatenate([outcome.confidence for outcome in outcomes])
    right = truth == found
    counts = {kind: _counts(truth, found, index) for index, kind in enumerate(KINDS)}
    both = tuple(sum(counts[kind][place] for kind in LISTS) for place in range(3))
    return Scores(
        blocks=len(truth),
        accuracy=round(float(right.mean()), 4),
        single_accuracy=round(float((truth == single).mean()), 4),
        f1={str(kind): _f1(count) for kind, count in counts.items()},
        lists_f1=_f1(both),
        calibration=round(float(confidence.mean() - right.mean()), 4),
        silent_errors=round(float((~right & (confidence >= SURE)).mean()), 4),
    )


def _counts(
    truth: np.ndarray[tuple[int], np.dtype[np.int64]], found: np.ndarray[tuple[int], np.dtype[np.int64]], label: int
) -> tuple[int, ...]:
    """Hits, found and true blocks of one label."""
    return int(((truth == label) & (found == label)).sum()), int((found == label).sum()), int((truth == label).sum())


def _f1(counts: tuple[int, ...]) -> float:
    hits, found, true = counts
    return round(2 * hits / (found + true), 4) if found + true else 1.0
