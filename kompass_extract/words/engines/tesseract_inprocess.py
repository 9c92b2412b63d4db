"""Run Tesseract within the process (tesserocr): the model is loaded once, and a line costs only its recognition.

Each line is read small first (see ``framing``), and with Tesseract's framing if its confidence is low; on a page whose
first lines have a low confidence the order is reversed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from time import monotonic

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # pages run in parallel; two threads on a line gain nothing

import numpy as np
import tesserocr

from kompass_extract.errors import OcrFailedError, OcrMissingError
from kompass_extract.model.geometry import PixelBox
from kompass_extract.pages.components import Gray
from kompass_extract.words.engines.base import PictureWord
from kompass_extract.words.engines.framing import Framed, Words, enlarged, gains_enlarged, is_sure, small, surer, usual
from kompass_extract.words.engines.tessdata import find_tessdata

NAME = "tesserocr"
_TRIED, _MOST_UNSURE = 6, 0.4  # lines after which a page is judged; the share of unsure ones on a poor page


def version() -> str:
    """Return Tesseract's own version."""
    return str(tesserocr.tesseract_version().splitlines()[0].removeprefix("tesseract ").strip())


class TesseractOnDemand:
    """A LineReader that loads Tesseract for the first line to be read: a file with a text layer needs none."""

    name = NAME

    def __init__(self, languages: str = "swe") -> None:
        self.languages = languages
        self.version = version()

    @cached_property
    def _reader(self) -> InProcessTesseract:
        return InProcessTesseract(self.languages)

    def read(self, pictures: Sequence[Gray], *, dpi: int, timeout: float) -> list[tuple[PictureWord, ...]]:
        return self._reader.read(pictures, dpi=dpi, timeout=timeout)


class InProcessTesseract:
    """A LineReader; not to be shared between threads."""

    name = NAME

    def __init__(self, languages: str = "swe", *, whitelist: str = "") -> None:
        self.languages = languages
        self.version = version()
        folder = find_tessdata(languages)
        try:
            self._api = tesserocr.PyTessBaseAPI(
                path=f"{folder}/", lang=languages, oem=tesserocr.OEM.LSTM_ONLY, psm=tesserocr.PSM.SINGLE_LINE
            )
        except RuntimeError as error:
            raise OcrMissingError(f"Tesseract could not load the model {languages!r} from {folder}: {error}") from error
        self._api.SetVariable("invert_threshold", "0")  # light text was inverted before; trying it costs time
        if whitelist:
            self._api.SetVariable("tessedit_char_whitelist", whitelist)

    def read(self, pictures: Sequence[Gray], *, dpi: int, timeout: float) -> list[tuple[PictureWord, ...]]:
        end = monotonic() + timeout
        lines: list[Words] = []
        unsure = 0
        for picture in pictures:
            left = end - monotonic()
            if left <= 0:
                raise OcrFailedError(f"Reading took more than {timeout:.0f} s.")
            poor = len(lines) >= _TRIED and unsure > _MOST_UNSURE * len(lines)
            words, sure = self._read_best(picture, dpi, left, poor=poor)
            unsure += not sure
            lines.append(words)
        return lines

    def _read_best(self, picture: Gray, dpi: int, timeout: float, *, poor: bool) -> tuple[Words, bool]:
        """Return the surest of several readings of a line, read until one is sure; and whether the first was.

        Each framing misses some lines of a poor page, but not the same ones.
        """
        ways = (usual, small) if poor else (small, usual)
        words = self._recognise(ways[0](picture), dpi, timeout)
        if is_sure(words):
            return words, True
        words = surer(words, self._recognise(ways[1](picture), dpi, timeout))
        if gains_enlarged(picture, words):
            words = surer(words, self._recognise(enlarged(picture), dpi, timeout))
        return words, False

    def _recognise(self, framed: Framed | None, dpi: int, timeout: float) -> Words:
        if framed is None:
            return ()
        height, width = framed.picture.shape
        self._api.SetPageSegMode(tesserocr.PSM.RAW_LINE if framed.raw else tesserocr.PSM.SINGLE_LINE)
        self._api.SetImageBytes(np.ascontiguousarray(framed.picture).tobytes(), width, height, 1, width)
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
            text = _text(word, level) if box else ""
            if text:
                words.append(PictureWord(text, PixelBox(*map(float, box)), word.Confidence(level) / 100))
        return framed.back(words)


def _text(word: tesserocr.PyLTRResultIterator, level: int) -> str:
    try:
        return str(word.GetUTF8Text(level)).strip()
    except RuntimeError:  # raised by tesserocr for a word without text
        return ""
