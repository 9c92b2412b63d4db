"""Run the second recogniser: that of PP-OCR, which errs differently from Tesseract.

The model comes from the rapidocr wheel; onnxruntime runs it on single lines and cells, so
that neither its detector nor its layout is needed.  It knows %, • and the Swedish letters; of its 18,000
characters only those that a Swedish report can contain are allowed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from kompass_extract.errors import OcrMissingError
from kompass_extract.pages.components import Gray
from kompass_extract.words.engines.base import RecognisedCell

HEIGHT_PX = 48  # the model's input height
LEAST_WIDTH_PX = 48
BATCH = 16
BATCH_PX = 16 * 300  # a batch's padded width; the model returns 18,000 numbers for each 8 px: 43 MB in all
_EXTRA = "–—”“’‘•…€§°½éüÉÜæøÆØ"
NAME = "pp-ocr"


def version(model: Path | None = None) -> str:
    """Return the model's name and the wheel that contains it; raise OcrMissingError without it."""
    return f"{(model or _packaged_model()).stem} (rapidocr {metadata.version('rapidocr')})"


class PaddleRecogniser:
    """A CellReader; one session on one thread."""

    name = NAME

    def __init__(self, model: Path | None = None) -> None:
        path = model or _packaged_model()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # cells differ in width; the arena would keep the largest forever
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.version = version(path)
        characters = self._session.get_modelmeta().custom_metadata_map["character"].split("\n")
        self._columns, self._characters = _swedish(["", *characters, " "])

    def read_cells(self, pictures: Sequence[Gray]) -> list[RecognisedCell]:
        inputs = [_input(picture) for picture in pictures]
        readings: list[RecognisedCell | None] = [None] * len(inputs)
        for chosen in _batches([one.shape[2] for one in inputs]):
            width = max(inputs[index].shape[2] for index in chosen)
            batch = np.ones((len(chosen), 3, HEIGHT_PX, width), dtype=np.float32)
            for row, index in enumerate(chosen):
                batch[row, :, :, : inputs[index].shape[2]] = inputs[index]
            (output,) = self._session.run(None, {"x": batch})
            for row, index in enumerate(chosen):
                readings[index] = self._decode(output[row])
        return [reading for reading in readings if reading is not None]

    def _decode(self, output: NDArray[np.float32]) -> RecognisedCell:
        """Decode the best path of connectionist temporal classification (Graves et al. 2006) over Swedish letters."""
        probabilities = output[:, self._columns]
        best = probabilities.argmax(axis=1)
        letters, weights, previous = [], [], -1
        for step, choice in enumerate(best.tolist()):
            if choice not in (previous, 0):
                letters.append(self._characters[choice])
                weights.append(float(probabilities[step, choice]))
            elif choice == previous and choice != 0:
                weights[-1] = max(weights[-1], float(probabilities[step, choice]))
            previous = choice
        text = unicodedata.normalize("NFC", "".join(letters)).strip()
        if not weights:
            return RecognisedCell("", 0.0, 0.0)
        return RecognisedCell(text, float(np.mean(weights)), float(np.min(weights)))


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Yield indices of images to be read together, narrow ones first, in batches of bounded memory."""
    batch: list[int] = []
    for index in sorted(range(len(widths)), key=lambda index: widths[index]):
        if len(batch) == BATCH or (batch and (len(batch) + 1) * widths[index] > BATCH_PX):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _packaged_model() -> Path:
    """Find the recognition model within the rapidocr wheel without importing it."""
    spec = find_spec("rapidocr")
    folder = Path(spec.origin).parent / "models" if spec is not None and spec.origin else None
    found = sorted(folder.glob("*rec*.onnx")) if folder is not None else []
    if not found:
        raise OcrMissingError("The package rapidocr with its recognition model is not installed: run make install.")
    return found[-1]


def _swedish(characters: list[str]) -> tuple[NDArray[np.int64], list[str]]:
    columns = [
        index
        for index, character in enumerate(characters)
        if index == 0
        or (len(character) == 1 and (" " <= character <= "~" or character in _EXTRA or character in "åäöÅÄÖ"))
    ]
    return np.array(columns), [characters[index] for index in columns]


@lru_cache(maxsize=4)
def _blank(width: int) -> NDArray[np.float32]:
    return np.ones((3, HEIGHT_PX, width), dtype=np.float32)


def _input(picture: Gray) -> NDArray[np.float32]:
    """Scale the image to the model's height, with three equal channels in -1..1."""
    height, width = picture.shape
    target = max(8, round(width * HEIGHT_PX / height))
    enlarge = height < HEIGHT_PX
    scaled = cv2.resize(picture, (target, HEIGHT_PX), interpolation=cv2.INTER_CUBIC if enlarge else cv2.INTER_AREA)
    plane = scaled.astype(np.float32) / 127.5 - 1.0
    if target < LEAST_WIDTH_PX:
        wide = _blank(LEAST_WIDTH_PX).copy()
        wide[:, :, :target] = plane
        return wide
    return np.repeat(plane[None], 3, axis=0)
