"""How a line's picture is shown to Tesseract, and which of several readings of it counts; the same for both engines.

The time of a line is that of the columns its picture has after scaling to the model's height.  Framed with half its
height of white above and below, a cleanly printed line is read as well as by Tesseract's own framing in about 70 %
of the time; a poor one is not, and says so by its confidence.  So each line is read small first, and once more
in Tesseract's way where that was not sure, and enlarged where both were in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kompass_extract.model.document import mean_confidence
from kompass_extract.model.geometry import PixelBox
from kompass_extract.pages.components import Gray
from kompass_extract.words.engines.base import PictureWord

PADDING_PX = 12  # Tesseract loses letters that touch the picture's edge
_SMALL_FRAME = 0.5  # of the ink's height, above and below; 0.35 to 0.7 read clean pages alike, at 0.9 words are lost
_SIDE_PX = 4  # beside the ink: with more, a dash is read into the white
_INK = 160  # of 255; darker is ink
_SURE_LINE, _SURE_WORD = 0.9, 0.7  # mean and least confidence, below which a line is read again: chosen on six scans
_DOUBTFUL_LINE = 0.87  # mean confidence of the better of two readings, below which the line is read enlarged, too
_ENLARGED, _SHORTEST_PX = 1.4, 40

Words = tuple[PictureWord, ...]


@dataclass(frozen=True, slots=True)
class Framed:
    """A line's picture as Tesseract is shown it.

    ``raw``: the model gets the picture as it is; otherwise Tesseract looks for the line in it.  ``back`` takes the
    words found in this picture to where they stand in the line's own.
    """

    picture: Gray
    raw: bool
    back: Callable[[Sequence[PictureWord]], Words]


def small(picture: Gray) -> Framed | None:
    """The line, its ink cut out and framed so that the model sees it small; None where there is no ink."""
    ink = picture < _INK
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return None
    x0, y0, x1, y1 = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    frame = round(_SMALL_FRAME * (y1 - y0))

    def back(words: Sequence[PictureWord]) -> Words:
        placed = _shifted(words, x0 - _SIDE_PX, y0 - frame, PixelBox(x0, y0, x1, y1))
        return tuple(_hugging(word, ink) for word in _between_gaps(placed, columns, y1 - y0))

    return Framed(_framed(picture[y0:y1, x0:x1], frame, _SIDE_PX), True, back)


def usual(picture: Gray) -> Framed:
    """The line for Tesseract to find in its picture."""
    height, width = picture.shape

    def back(words: Sequence[PictureWord]) -> Words:
        return _shifted(words, -PADDING_PX, -PADDING_PX, PixelBox(0, 0, width, height))

    return Framed(_framed(picture, PADDING_PX, PADDING_PX), False, back)


def enlarged(picture: Gray) -> Framed:
    """The line larger than the page has it: thin strokes that run together come apart."""
    large = cv2.resize(picture, None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_CUBIC)
    framed = usual(np.asarray(large, dtype=np.uint8))

    def back(words: Sequence[PictureWord]) -> Words:
        return tuple(
            PictureWord(word.text, word.box.scaled(1 / _ENLARGED), word.confidence) for word in framed.back(words)
        )

    return Framed(framed.picture, False, back)


def is_sure(words: Sequence[PictureWord]) -> bool:
    """Whether a line read small needs no other reading."""
    return mean_confidence(words) >= _SURE_LINE and min(word.confidence for word in words) >= _SURE_WORD


def gains_enlarged(picture: Gray, words: Sequence[PictureWord]) -> bool:
    """Whether a line so doubtful as ``words`` is read enlarged, too."""
    return mean_confidence(words) < _DOUBTFUL_LINE and picture.shape[1] > _SHORTEST_PX


def surer(first: Words, *others: Words) -> Words:
    """The reading with the highest mean confidence; of equals the first."""
    return max((first, *others), key=mean_confidence)


def _framed(picture: Gray, rows: int, columns: int) -> Gray:
    """The picture with so many white rows above and below and columns beside it."""
    height, width = picture.shape
    framed = np.full((height + 2 * rows, width + 2 * columns), 255, dtype=np.uint8)
    framed[rows : rows + height, columns : columns + width] = picture
    return framed


def _shifted(words: Sequence[PictureWord], x: int, y: int, within: PixelBox) -> Words:
    """Words with their boxes moved by (x, y) pixels and kept within a box."""
    moved = []
    for word in words:
        x0, x1 = (min(max(side + x, within.x0), within.x1) for side in (word.box.x0, word.box.x1))
        y0, y1 = (min(max(side + y, within.y0), within.y1) for side in (word.box.y0, word.box.y1))
        moved.append(PictureWord(word.text, PixelBox(x0, y0, x1, y1), word.confidence))
    return tuple(moved)


def _between_gaps(words: Sequence[PictureWord], inked: NDArray[np.intp], height: int) -> Words:
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
        PictureWord(word.text, PixelBox(x0, word.box.y0, max(x0, x1), word.box.y1), word.confidence)
        for word, x0, x1 in zip(words, starts, ends, strict=True)
    )


def _hugging(word: PictureWord, ink: NDArray[np.bool_]) -> PictureWord:
    """The word with its box as high as its ink; a word without any keeps its box."""
    box = word.box
    rows = np.flatnonzero(ink[:, int(box.x0) : int(box.x1)].any(axis=1))
    if not len(rows):
        return word
    return PictureWord(word.text, PixelBox(box.x0, float(rows[0]), box.x1, float(rows[-1]) + 1), word.confidence)
