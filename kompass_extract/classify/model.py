"""The block classifier: probabilities per block, then the best sequence over the report.

A logistic regression gives each block's own probabilities; the chain weighs them against what may stand
next to what.  Furniture and charts take no part in the chain: they interrupt a list without ending it.
Side-by-side columns are decoded one after the other, however the blocks of their rows were interleaved.
A label's confidence is its exact marginal probability under the chain.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
import skops.io
from sklearn.linear_model import LogisticRegression

from kompass_extract.classify.chain import ChainWeights, Floats, Ints, forward_backward, viterbi
from kompass_extract.classify.features import feature_hash, featurize
from kompass_extract.classify.runs import column_of, reading_order, region_of
from kompass_extract.document import Block, BlockKind, LabelledBlock
from kompass_extract.errors import ModelError
from kompass_extract.taxonomy import Taxonomy

FORMAT = "kompass-blocks"
FORMAT_VERSION = 1
LINKS = 4  # between neighbours in the chain: nothing, a page break, another column, a cut within one text
RETRAIN = "run `kompass train` to make a new one, or reinstall the package"


@dataclass(frozen=True, slots=True)
class BlockClassifier:
    """Labels the blocks of a whole report; ``kinds`` are the columns of all scores."""

    estimator: LogisticRegression
    weights: ChainWeights
    kinds: tuple[BlockKind, ...]

    def label(self, blocks: Sequence[Block], taxonomy: Taxonomy) -> tuple[LabelledBlock, ...]:
        """One labelled block per block, in the order given, which is reading order."""
        if not blocks:
            return ()
        matrix, places = featurize(blocks, taxonomy)
        scores = self.estimator.predict_log_proba(matrix)
        best, marginals = decode(self.weights, scores, blocks)
        labelled = []
        for index, block in enumerate(blocks):
            order = np.argsort(-marginals[index])
            second = order[0] if order[0] != best[index] else order[1]
            labelled.append(
                LabelledBlock(
                    block=block,
                    kind=self.kinds[best[index]],
                    confidence=float(marginals[index, best[index]]),
                    runner_up=self.kinds[second],
                    area=places[index].area,
                )
            )
        return tuple(labelled)


def decode(weights: ChainWeights, scores: Floats, blocks: Sequence[Block]) -> tuple[Ints, Floats]:
    """Best label (n,) and marginals (n, labels) of each block, from log probabilities (n, labels)."""
    best = np.asarray(scores.argmax(axis=1), dtype=np.int64)
    marginals = np.exp(scores)
    order, links = chain_order(blocks)
    if len(order):
        chained = scores[order]
        best[order] = viterbi(weights, chained, links)
        marginals[order] = forward_backward(weights, chained, links)[2]
    return best, marginals


def chain_order(blocks: Sequence[Block]) -> tuple[Ints, Ints]:
    """The indices of the blocks that form the chain, columns one after the other, and the links before them."""
    order = reading_order(blocks)
    links = [0]
    for before, after in pairwise(order):
        moved = region_of(blocks[before]) != region_of(blocks[after]) or column_of(blocks[before]) != column_of(
            blocks[after]
        )
        broken = 2 if moved else int(blocks[before].page != blocks[after].page)
        links.append(3 if blocks[after].continues else broken)
    return np.array(order, dtype=np.int64), np.array(links[: len(order)], dtype=np.int64)


def save(classifier: BlockClassifier, path: Path) -> None:
    """Writes the model beside ``path``, then renames it into place."""
    content = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "feature_hash": feature_hash(),
        "kinds": [str(kind) for kind in classifier.kinds],
        "estimator": classifier.estimator,
        "transitions": classifier.weights.transitions,
        "start": classifier.weights.start,
        "scale": classifier.weights.scale,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    skops.io.dump(content, draft, compression=8)
    draft.replace(path)


def read(path: Path) -> BlockClassifier:
    """The model of a file; ModelError when it is missing, damaged, not trusted, or of another version."""
    if not path.is_file():
        raise ModelError(f"the block model {path} is missing: {RETRAIN}")
    try:
        unknown = skops.io.get_untrusted_types(file=path)
        if unknown:
            raise ModelError(f"the block model {path} holds types that no block model has ({unknown[0]}): {RETRAIN}")
        content = cast("dict[str, Any]", skops.io.load(path, trusted=[]))
        found = (content["format"], content["format_version"], content["feature_hash"])
        if found != (FORMAT, FORMAT_VERSION, feature_hash()):
            raise ModelError(
                f"the block model {path} was made for other features or by another version of the program: {RETRAIN}"
            )
        return BlockClassifier(
            estimator=content["estimator"],
            weights=ChainWeights(content["transitions"], content["start"], float(content["scale"])),
            kinds=tuple(BlockKind(name) for name in content["kinds"]),
        )
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(f"the block model {path} cannot be read ({error}): {RETRAIN}") from error


def read_card(path: Path) -> dict[str, object]:
    """The model card as written by training."""
    return cast("dict[str, object]", json.loads(path.read_text("utf-8")))
