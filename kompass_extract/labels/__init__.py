"""What each block of a report is: strength, improvement, narrative, score table, heading and so on.

Order of evidence: the block's own words and shape, the header that governs it, the headers seen before it
and the area it stands in, then its neighbours.  Blocks are labelled, never changed, moved or dropped.
"""

from __future__ import annotations

from pathlib import Path

from kompass_extract.labels.classifier import BlockClassifier, read

MODEL_NAME = "blocks.onnx"
CARD_NAME = "blocks.card.json"

__all__ = ["CARD_NAME", "MODEL_NAME", "BlockClassifier", "load"]


def load(path: Path | None = None) -> BlockClassifier:
    """The classifier of ``path``, by default the installed model; ModelError says what to do without it."""
    if path is None:
        from kompass_extract import resources

        path = resources.path(MODEL_NAME)
    return read(path)
