"""What each block of a report is: strength, improvement, narrative, score table, heading and so on.

Order of evidence: the block's own words and shape, the header that governs it, the headers seen before it
and the area it stands in, then its neighbours.  Blocks are labelled, never changed, moved or dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kompass_extract.labels.classifier import BlockClassifier
    from kompass_extract.model.document import Block, LabelledBlock
    from kompass_extract.taxonomy import HeaderRole, Taxonomy

MODEL_NAME = "blocks.onnx"
CARD_NAME = "blocks.card.json"

__all__ = ["CARD_NAME", "MODEL_NAME", "find_own_titles", "label", "load"]


def label(blocks: Sequence[Block], taxonomy: Taxonomy, classifier: BlockClassifier) -> tuple[LabelledBlock, ...]:
    """Give every block its kind, its area (from 1) and the kind's probability (0 to 1), in the order of the blocks.

    Which of its two lists an item is of is decided for each list as a whole.
    """
    from kompass_extract.labels.rests import with_rests
    from kompass_extract.labels.which_list import decide_lists

    labelled = with_rests(classifier.label(blocks, taxonomy))
    return decide_lists(labelled, classifier.list_leanings(labelled), taxonomy)


def find_own_titles(
    blocks: Sequence[Block], taxonomy: Taxonomy, classifier: Callable[[], BlockClassifier]
) -> dict[str, HeaderRole]:
    """Find the titles of the two lists in a report that has none of the known ones, folded, each with its role.

    ``classifier`` is called only where words have to decide which is which.
    """
    from kompass_extract.labels.list_titles import find_own_titles as find

    return find(blocks, taxonomy, classifier)


def load(path: Path | None = None) -> BlockClassifier:
    """The classifier of ``path``, by default the installed model; ModelError says what to do without it."""
    from kompass_extract import resources
    from kompass_extract.labels.classifier import read

    return read(path if path is not None else resources.path(MODEL_NAME))
