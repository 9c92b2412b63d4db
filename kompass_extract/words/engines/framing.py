"""Frame a line's image for Tesseract, and choose among several readings of it; both Tesseract engines use it.

The time of a line is proportional to the width of its image after scaling to the model's height.  With half its
height of white above and below, a cleanly printed line is read as well as with Tesseract's own framing in about 70 %
of the time; a poor line is not, and its confidence shows it.  So each line is read small first, again
with Tesseract's framing if its confidence is low, and enlarged if both readings are doubtful.
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

PADDING_PX = 12  # Tesseract loses letters that touch the image's edge
_SMALL_FRAME = 0.5  # of the ink's height, above and below; 0.35 to 0.7 read clean pages alike, at 0.9 words are lost
_SIDE_PX = 4  # beside the ink: with more, Tesseract reads a dash in the white
_INK = 160  # of 255; darker is ink
_SURE_LINE, _SURE_WORD = 0.9, 0.7  # mean and least confidence, below which a line is read again: chosen on six scans
_DOUBTFUL_LINE = 0.87  # mean confidence of the better of two readings, below which the line is also read enlarged
_ENLARGED, _SHORTEST_PX = 1.4, 40

Words = tuple[PictureWord, ...]


@dataclass(frozen=True, slots=True)
class Framed:
    """A line's image as Tesseract is shown it.

    ``raw``: the model gets the image unchanged; otherwise Tesseract searches for the line in it.  ``back`` maps the
    words found in this image to their places in the line's own image.
    """

    picture: Gray
    raw: bool
    back: Callable[[Sequence[PictureWord]], Words]


def small(picture: Gray) -> Framed | None:
    """Cut out the line's ink and frame it so that the model sees it small; None without ink."""
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
    """Frame the line so that Tesseract searches for it in its image."""
    height, width = picture.shape

    def back(words: Sequence[PictureWord]) -> Words:
        return _shifted(words, -PADDING_PX, -PADDING_PX, PixelBox(0, 0, width, height))

    return Framed(_framed(picture, PADDING_PX, PADDING_PX), False, back)


def enlarged(picture: Gray) -> Framed:
    """Enlarge the line: thin strokes that run together separate."""
    large = cv2.resize(picture, None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_CUBIC)
    framed = usual(np.asarray(large, dtype=np.uint8))

    def back(words: Sequence[PictureWord]) -> Words:
        return tuple(
            PictureWord(word.text, word.box.scaled(1 / _ENLARGED), word.confidence) for word in framed.back(words)
        )

    return Framed(framed.picture, False, back)


def is_sure(words: Sequence[PictureWord]) -> bool:
    """Tell whether a line read small needs no other reading."""
    return mean_confidence(words) >= _SURE_LINE and min(word.confidence for word in words) >= _SURE_WORD


def gains_enlarged(picture: Gray, words: Sequence[PictureWord]) -> bool:
    """Tell whether a line as doubtful as ``words`` is also read enlarged."""
    return mean_confidence(words) < _DOUBTFUL_LINE and picture.shape[1] > _SHORTEST_PX


def surer(first: Words, *others: Words) -> Words:
    """Return the reading with the highest mean confidence; among equals the first."""
    return max((first, *others), key=mean_confidence)


def _framed(picture: Gray, rows: int, columns: int) -> Gray:
    """Pad the image with white rows above and below and white columns beside it."""
    height, width = picture.shape
    framed = np.full((height + 2 * rows, width + 2 * columns), 255, dtype=np.uint8)
    framed[rows : rows + height, columns : columns + width] = picture
    return framed


def _shifted(words: Sequence[PictureWord], x: int, y: int, within: PixelBox) -> Words:
    """Shift the boxes of words by (x, y) pixels and clip them to a box."""
    moved = []
    for word in words:
        x0, x1 = (min(max(side + x, within.x0), within.x1) for side in (word.box.x0, word.box.x1))
        y0, y1 = (min(max(side + y, within.y0), within.y1) for side in (word.box.y0, word.box.y1))
        moved.append(PictureWord(word.text, PixelBox(x0, y0, x1, y1), word.confidence))
    return tuple(moved)


def _between_gaps(words: Sequence[PictureWord], inked: NDArray[np.intp], height: int) -> Words:
    """Move the sides of words to the widest gaps between inked columns; in small lines a model's positions are coarse.

    If the gaps are farther than the line's ``height`` in pixels from the words' positions, words end at the
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
    """Shrink the word's box to the height of its ink; a word without ink keeps its box."""
    box = word.box
    rows = np.flatnonzero(ink[:, int(box.x0) : int(box.x1)].any(axis=1))
    if not len(rows):
        return word
    return PictureWord(word.text, PixelBox(box.x0, float(rows[0]), box.x1, float(rows[-1]) + 1), word.confidence)
