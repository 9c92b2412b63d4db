"""Tesseract within the process (tesserocr): the model is loaded once, a line costs its recognition alone."""

from __future__ import annotations

import os
from collections.abc import Sequence
from time import monotonic

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # pages run in parallel; two threads on a line gain nothing

import cv2
import numpy as np
import tesserocr

from kompass_extract.errors import OcrFailedError, OcrMissingError
from kompass_extract.geometry import Box
from kompass_extract.ink import Gray
from kompass_extract.ocr.base import PictureWord
from kompass_extract.ocr.tessdata import find_tessdata

PADDING_PX = 12  # Tesseract loses letters that touch the picture's edge


class InProcessTesseract:
    """A LineReader; not to be shared between threads."""

    name = "tesserocr"

    def __init__(self, languages: str = "swe", *, whitelist: str = "") -> None:
        self.languages = languages
        self.version = tesserocr.tesseract_version().splitlines()[0].removeprefix("tesseract ").strip()
        folder = find_tessdata(languages)
        try:
            self._api = tesserocr.PyTessBaseAPI(
                path=f"{folder}/", lang=languages, oem=tesserocr.OEM.LSTM_ONLY, psm=tesserocr.PSM.SINGLE_LINE
            )
        except RuntimeError as error:
            raise OcrMissingError(f"Tesseract could not load the model {languages!r} from {folder}: {error}") from error
        self._api.SetVariable("invert_threshold", "0")  # light text on dark was inverted before; trying costs time
        if whitelist:
            self._api.SetVariable("tessedit_char_whitelist", whitelist)

    def read(self, pictures: Sequence[Gray], *, dpi: int, timeout: float) -> list[tuple[PictureWord, ...]]:
        end = monotonic() + timeout
        lines = []
        for picture in pictures:
            left = end - monotonic()
            if left <= 0:
                raise OcrFailedError(f"Reading took more than {timeout:.0f} s.")
            lines.append(self._read_line(picture, dpi, left))
        return lines

    def _read_line(self, picture: Gray, dpi: int, timeout: float) -> tuple[PictureWord, ...]:
        padded = cv2.copyMakeBorder(
            picture, PADDING_PX, PADDING_PX, PADDING_PX, PADDING_PX, cv2.BORDER_CONSTANT, value=255
        )
        padded = np.ascontiguousarray(padded)
        height, width = padded.shape
        self._api.SetImageBytes(padded.tobytes(), width, height, 1, width)
        self._api.SetSourceResolution(dpi)
        if not self._api.Recognize(max(1, int(timeout * 1000))):
            raise OcrFailedError("Tesseract gave up on a line.")
        iterator = self._api.GetIterator()
        if iterator is None:
            return ()
        words = []
        level = tesserocr.RIL.WORD
        for word in tesserocr.iterate_level(iterator, level):
            box = word.BoundingBox(level)
            text = word.GetUTF8Text(level) if box else ""
            if text and text.strip():
                x0, y0, x1, y1 = (float(side - PADDING_PX) for side in box)
                place = Box(max(0.0, x0), max(0.0, y0), min(x1, picture.shape[1]), min(y1, picture.shape[0]))
                words.append(PictureWord(text.strip(), place, word.Confidence(level) / 100))
        return tuple(words)
