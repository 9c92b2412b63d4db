"""Tesseract within the process (tesserocr): the model is loaded once, a line costs its recognition alone.

The time of a line is that of the columns its picture has after scaling to the model's height.  Framed with half its
height of white above and below, a cleanly printed line is read as well as by Tesseract's own framing in about 70 %
of the time; a poor one is not, and says so by its confidence.  So each line is read small first, and once more
in Tesseract's way where that was not sure; on a page whose first lines are not sure it is the other way round.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from time import monotonic

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # pages run in parallel; two threads on a line gain nothing

import cv2
import numpy as np
import tesserocr
from numpy.typing import NDArray

from kompass_extract.errors import OcrFailedError, OcrMissingError
from kompass_extract.geometry import Box
from kompass_extract.ink import Gray
from kompass_extract.ocr.base import PictureWord
from kompass_extract.ocr.tessdata import find_tessdata

PADDING_PX = 12  # Tesseract loses letters that touch the picture's edge
_SMALL_FRAME = 0.5  # of the ink's height, above and below; 0.35 to 0.7 read clean pages alike, at 0.9 words are lost
_SIDE_PX = 4  # beside the ink: with more, a dash is read into the white
_INK = 160  # of 255; darker is ink
_SURE_LINE, _SURE_WORD = 0.9, 0.7  # mean and least confidence, below which a line is read again: chosen on six scans
_DOUBTFUL_LINE = 0.87  # mean confidence of the better of two readings, below which the line is read enlarged, too
_ENLARGED, _SHORTEST_PX = 1.4, 40
_TRIED, _MOST_UNSURE = 6, 0.4  # lines after which, and the share of unsure ones from which on, a page is a poor one


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
        lines: list[tuple[PictureWord, ...]] = []
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

    def _read_best(
        self, picture: Gray, dpi: int, timeout: float, *, poor: bool
    ) -> tuple[tuple[PictureWord, ...], bool]:
        """The surest reading of a line, read in other ways until one is sure; and whether the first was.

        Either way reads some lines of a poor page as nothing, and not the same ones.
        """
        ways = (self._read_line, self._read_small) if poor else (self._read_small, self._read_line)
        words = ways[0](picture, dpi, timeout)
        if _is_sure(words):
            return words, True
        words = max(words, ways[1](picture, dpi, timeout), key=_mean_confidence)
        if _mean_confidence(words) < _DOUBTFUL_LINE and picture.shape[1] > _SHORTEST_PX:
            words = max(words, self._read_enlarged(picture, dpi, timeout), key=_mean_confidence)
        return words, False

    def _read_enlarged(self, picture: Gray, dpi: int, timeout: float) -> tuple[PictureWord, ...]:
        """The line larger than the page has it: thin strokes that run together come apart."""
        large = cv2.resize(picture, None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_CUBIC)
        words = self._read_line(np.asarray(large, dtype=np.uint8), dpi, timeout)
        return tuple(PictureWord(word.text, word.box.scaled(1 / _ENLARGED), word.confidence) for word in words)

    def _read_small(self, picture: Gray, dpi: int, timeout: float) -> tuple[PictureWord, ...]:
        """The line, its ink cut out and framed so that the model sees it small."""
        ink = picture < _INK
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        if not len(rows):
            return ()
        x0, y0, x1, y1 = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
        frame = round(_SMALL_FRAME * (y1 - y0))
        framed = _framed(picture[y0:y1, x0:x1], frame, _SIDE_PX)
        words = self._recognise(framed, tesserocr.PSM.RAW_LINE, dpi, timeout)
        placed = _shifted(words, x0 - _SIDE_PX, y0 - frame, Box(x0, y0, x1, y1))
        return tuple(_hugging(word, ink) for word in _between_gaps(placed, columns, y1 - y0))

    def _read_line(self, picture: Gray, dpi: int, timeout: float) -> tuple[PictureWord, ...]:
        """The line as Tesseract finds it in its picture."""
        words = self._recognise(_framed(picture, PADDING_PX, PADDING_PX), tesserocr.PSM.SINGLE_LINE, dpi, timeout)
        return _shifted(words, -PADDING_PX, -PADDING_PX, Box(0, 0, picture.shape[1], picture.shape[0]))

    def _recognise(self, picture: Gray, mode: int, dpi: int, timeout: float) -> tuple[PictureWord, ...]:
        height, width = picture.shape
        self._api.SetPageSegMode(mode)
        self._api.SetImageBytes(np.ascontiguousarray(picture).tobytes(), width, height, 1, width)
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
                words.append(PictureWord(text, Box(*map(float, box)), word.Confidence(level) / 100))
        return tuple(words)


def _framed(picture: Gray, rows: int, columns: int) -> Gray:
    """The picture with so many white rows above and below and columns beside it."""
    return np.pad(picture, ((rows, rows), (columns, columns)), constant_values=255)


def _text(word: tesserocr.PyLTRResultIterator, level: int) -> str:
    try:
        return str(word.GetUTF8Text(level)).strip()
    except RuntimeError:  # tesserocr's way to say that a word has no text
        return ""


def _shifted(words: Sequence[PictureWord], x: int, y: int, within: Box) -> tuple[PictureWord, ...]:
    """Words with their boxes moved by (x, y) pixels and kept within a box."""
    moved = []
    for word in words:
        x0, x1 = (min(max(side + x, within.x0), within.x1) for side in (word.box.x0, word.box.x1))
        y0, y1 = (min(max(side + y, within.y0), within.y1) for side in (word.box.y0, word.box.y1))
        moved.append(PictureWord(word.text, Box(x0, y0, x1, y1), word.confidence))
    return tuple(moved)


def _between_gaps(words: Sequence[PictureWord], inked: NDArray[np.intp], height: int) -> tuple[PictureWord, ...]:
    """Words with their sides at the widest gaps between the inked columns; read small, a model's places are coarse.

    Where the gaps do not lie where the words were read, within the line's ``height`` in pixels, words end at the
    latest where the next begins.
    """
    if not words:
        return ()
    widths = np.diff(inked)
    before = np.sort(np.argsort(-widths, kind="stable")[: len(words) - 1])
    starts = [float(inked[0]), *(float(column) for column in inked[before + 1])]
    ends = [*(float(column) + 1 for column in inked[before]), float(inked[-1]) + 1]
    if len(starts) != len(words) or any(
        abs(start - word.box.x0) > height for start, word in zip(starts, words, strict=True)
    ):
        starts = [word.box.x0 for word in words]
        following = [*starts[1:], float(inked[-1]) + 1]
        ends = [min(word.box.x1, end) for word, end in zip(words, following, strict=True)]
    return tuple(
        PictureWord(word.text, Box(x0, word.box.y0, max(x0, x1), word.box.y1), word.confidence)
        for word, x0, x1 in zip(words, starts, ends, strict=True)
    )


def _hugging(word: PictureWord, ink: NDArray[np.bool_]) -> PictureWord:
    """The word with its box as high as its ink; a word without any keeps its box."""
    box = word.box
    rows = np.flatnonzero(ink[:, int(box.x0) : int(box.x1)].any(axis=1))
    if not len(rows):
        return word
    return PictureWord(word.text, Box(box.x0, float(rows[0]), box.x1, float(rows[-1]) + 1), word.confidence)


def _is_sure(words: Sequence[PictureWord]) -> bool:
    return _mean_confidence(words) >= _SURE_LINE and min(word.confidence for word in words) >= _SURE_WORD


def _mean_confidence(words: Sequence[PictureWord]) -> float:
    """Mean over the letters, 0..1; 0 where nothing was read."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0
