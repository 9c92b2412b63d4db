"""Texts that stand on a page without being its text: a watermark that each page has, print too small for any reader."""

from __future__ import annotations

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

TINY_PT = 1.2  # height of a letter that nobody can read; of 4 pt print an x has 2
LARGE = 2.5  # times the page's usual letter: headings have 2 at most, titles stand on one page
LEAST_USUAL = 20  # letters that show how high the usual ones are
SAME_PLACE_PT = 2.0  # between the places of a letter on two pages
SAME_SHARE = 0.8  # of a page's large letters, those that the other page has at their places


def tiny_letters(boxes: NDArray[np.float64], letters: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Places of the letters in which nothing can be made out; ``letters`` are letters and digits, no signs."""
    return np.flatnonzero(letters & (_heights(boxes) < TINY_PT))


def watermark_letters(
    document: pdfium.PdfDocument, number: int, codes: NDArray[np.int64], boxes: NDArray[np.float64],
    letters: NDArray[np.bool_],
) -> NDArray[np.int64]:  # fmt: skip
    """Places of the large letters of page ``number`` (from 1) that the page beside it has at the same places.

    ``boxes`` are in the file's own space.
    """
    heights = _heights(boxes)
    if letters.sum() < LEAST_USUAL:
        return np.zeros(0, np.int64)
    large = np.flatnonzero(letters & (heights >= LARGE * np.median(heights[letters])))
    for other in (number + 1, number - 1):
        if not len(large) or not 1 <= other <= len(document):
            continue
        known = _large_letters(document[other - 1].get_textpage(), float(heights[large].min()))
        same = [(int(codes[place]), *boxes[place, :2]) for place in large.tolist()]
        if sum(_has(known, *one) for one in same) >= SAME_SHARE * len(large):
            return large
    return np.zeros(0, np.int64)


def _heights(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The longer side of each box, as letters may be turned."""
    return np.asarray(np.maximum(np.abs(boxes[:, 3] - boxes[:, 1]), np.abs(boxes[:, 2] - boxes[:, 0])), np.float64)


def _large_letters(text_page: pdfium.PdfTextPage, least: float) -> list[tuple[int, float, float]]:
    """Code point, left and bottom of each letter of a page that is at least so high."""
    found = []
    for place in range(text_page.count_chars()):
        left, bottom, right, top = text_page.get_charbox(place)
        if max(top - bottom, right - left) >= least - SAME_PLACE_PT:
            found.append((raw.FPDFText_GetUnicode(text_page, place), left, bottom))
    return found


def _has(known: list[tuple[int, float, float]], code: int, left: float, bottom: float) -> bool:
    return any(
        code == other and abs(left - x) <= SAME_PLACE_PT and abs(bottom - y) <= SAME_PLACE_PT for other, x, y in known
    )
