"""The block classifier: probabilities per block, then the best sequence over the report.

A logistic regression, learned by scikit-learn and stored as ONNX, gives each block's own probabilities; the chain
weighs them against what may stand next to what.  Furniture and charts take no part in the chain: they interrupt a
list without ending it.  Side-by-side columns are decoded one after the other, however the blocks of their rows were
interleaved.
A label's confidence is its exact marginal probability under the chain.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnxruntime

from kompass_extract.errors import ModelError
from kompass_extract.labels.crf import ChainWeights, Floats, Ints, forward_backward, viterbi
from kompass_extract.labels.features import Features, feature_hash, featurize, word_evidence
from kompass_extract.labels.lists import column_of, reading_order, region_of, without_text_columns
from kompass_extract.model.document import Block, BlockKind, LabelledBlock
from kompass_extract.taxonomy import Taxonomy

FORMAT = "kompass-blocks"
FORMAT_VERSION = 2  # 1 was skops
INPUT, OUTPUT = "features", "log_probabilities"  # of the ONNX graph: (blocks, columns) and (blocks, kinds)
LINKS = 4  # between neighbours in the chain: nothing, a page break, another column, a cut within one text
_LISTS = (BlockKind.STRENGTH, BlockKind.IMPROVEMENT)
AT_ONCE = 128  # blocks scored together: 10 MB of features
RETRAIN = "run `kompass train` to make a new one, or reinstall the package"


@dataclass(frozen=True, slots=True)
class BlockClassifier:
    """Labels the blocks of a whole report; ``kinds`` are the columns of all scores."""

    session: onnxruntime.InferenceSession
    weights: ChainWeights
    kinds: tuple[BlockKind, ...]

    def scores(self, features: Features) -> Floats:
        """Log probabilities (blocks, kinds) of each block by itself."""
        parts = [
            self.session.run([OUTPUT], {INPUT: features.dense(start, min(start + AT_ONCE, features.blocks))})[0]
            for start in range(0, features.blocks, AT_ONCE)
        ]
        return np.concatenate(parts).astype(np.float64) if parts else np.zeros((0, len(self.kinds)))

    def leanings(self, texts: Sequence[str]) -> Floats:
        """What the words of each text alone say: log odds (n,) of a strength against an improvement."""
        if not texts:
            return np.zeros(0)
        scores = self.scores(word_evidence(["", *texts]))
        odds = scores[:, self.kinds.index(BlockKind.STRENGTH)] - scores[:, self.kinds.index(BlockKind.IMPROVEMENT)]
        return np.asarray(odds[1:] - odds[0], dtype=np.float64)

    def label(self, blocks: Sequence[Block], taxonomy: Taxonomy) -> tuple[LabelledBlock, ...]:
        """One labelled block per block, in the order given, which is reading order."""
        if not blocks:
            return ()
        seen = without_text_columns(blocks)
        features, places = featurize(seen, taxonomy)
        best, marginals = decode(self.weights, self.scores(features), seen)
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

    def list_leanings(self, labelled: Sequence[LabelledBlock]) -> list[float]:
        """What the words of the items of the two lists say, 0 for all other blocks."""
        items = [index for index, one in enumerate(labelled) if one.kind in _LISTS]
        found = dict(zip(items, self.leanings([labelled[index].block.text for index in items]), strict=True))
        return [float(found.get(index, 0.0)) for index in range(len(labelled))]


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


def read(path: Path) -> BlockClassifier:
    """The model of a file; ModelError when it is missing, damaged, or of another version."""
    if not path.is_file():
        raise ModelError(f"the block model {path} is missing: {RETRAIN}")
    try:
        session = _session(path)
        about = session.get_modelmeta().custom_metadata_map
        if (about["format"], about["format_version"], about["feature_hash"]) != (
            FORMAT, str(FORMAT_VERSION), feature_hash()
        ):  # fmt: skip
            raise ModelError(
                f"the block model {path} was made for other features or by another version of the program: {RETRAIN}"
            )
        weights = ChainWeights(
            np.array(json.loads(about["transitions"])), np.array(json.loads(about["start"])), float(about["scale"])
        )
        return BlockClassifier(session, weights, tuple(BlockKind(name) for name in json.loads(about["kinds"])))
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(f"the block model {path} cannot be read ({error}): {RETRAIN}") from error


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # the readers have the other cores
    options.log_severity_level = 4  # a damaged file raises an error, which is enough
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
