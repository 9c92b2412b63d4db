"""Find texts on a page that are not its content: a watermark repeated on each page, illegibly small print."""

from __future__ import annotations

from math import floor

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

TINY_PT = 1.2  # height of an illegible letter; an x of 4 pt print has 2
LARGE = 2.5  # times the page's usual letter: headings have 2 at most, titles occur on one page only
LEAST_USUAL = 20  # letters that determine the usual letter height
SAME_PLACE_PT = 2.0  # side of the squares in which two pages must have the same letter
LEAST_MARKED = 3  # letters of a watermark
SAME_SHARE = 0.5  # of all letters of a page that another page has at the same places; with more, it is a duplicate page

_Place = tuple[int, int, int]  # code point, and the square of the page that holds a letter


def tiny_letters(boxes: NDArray[np.float64], letters: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the indices of illegible letters; ``letters`` are letters and digits, no signs."""
    return np.flatnonzero(letters & (_heights(boxes) < TINY_PT))


def watermark_letters(
    document: pdfium.PdfDocument, number: int, codes: NDArray[np.int64], boxes: NDArray[np.float64],
    letters: NDArray[np.bool_],
) -> NDArray[np.int64]:  # fmt: skip
    """Return the indices of large letters of page ``number`` (from 1) that an adjacent page has at the same places.

    ``boxes`` are in the file's coordinate space.
    """
    heights = _heights(boxes)
    if letters.sum() < LEAST_USUAL:
        return np.zeros(0, np.int64)
    large = np.flatnonzero(letters & (heights >= LARGE * np.median(heights[letters])))
    for other in (number + 1, number - 1):
        if not len(large) or not 1 <= other <= len(document):
            continue
        known = _letter_places(document[other - 1].get_textpage())
        same = [place for place in np.flatnonzero(letters).tolist() if _has(known, int(codes[place]), boxes[place])]
        marked = np.intersect1d(large, same)
        if len(marked) >= LEAST_MARKED and len(same) <= SAME_SHARE * letters.sum():
            return marked
    return np.zeros(0, np.int64)


def _heights(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the longer side of each box, since letters may be rotated."""
    return np.asarray(np.maximum(np.abs(boxes[:, 3] - boxes[:, 1]), np.abs(boxes[:, 2] - boxes[:, 0])), np.float64)


def _letter_places(text_page: pdfium.PdfTextPage) -> set[_Place]:
    """Return the places of a page's letters, each as the four squares around its left bottom corner."""
    found: set[_Place] = set()
    for place in range(text_page.count_chars()):
        left, bottom, _, _ = text_page.get_charbox(place)
        code = raw.FPDFText_GetUnicode(text_page, place)
        column, row = left / SAME_PLACE_PT, bottom / SAME_PLACE_PT
        found.update(
            (code, x, y)
            for x in (floor(column - 0.5), floor(column + 0.5))
            for y in (floor(row - 0.5), floor(row + 0.5))
        )
    return found


def _has(known: set[_Place], code: int, box: NDArray[np.float64]) -> bool:
    return (code, floor(box[0] / SAME_PLACE_PT), floor(box[1] / SAME_PLACE_PT)) in known
