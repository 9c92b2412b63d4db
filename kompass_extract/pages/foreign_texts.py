"""Texts that stand on a page without being its text: a watermark that each page has, print too small for any reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

TINY_PT = 1.2  # height of a letter that nobody can read; of 4 pt print an x has 2
LARGE = 2.5  # times the page's usual letter: headings have 2 at most, titles stand on one page
LEAST_USUAL = 20  # letters that show how high the usual ones are
SAME_PLACE_PT = 2.0  # between the places of a letter on two pages
LEAST_MARKED = 3  # letters of a watermark
SAME_SHARE = 0.5  # of all letters of a page, those that another has at their places: more, and it is the page again


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
        known = _letters_by_code(document[other - 1].get_textpage())
        same = [place for place in np.flatnonzero(letters).tolist() if _has(known, int(codes[place]), boxes[place])]
        marked = np.intersect1d(large, same)
        if len(marked) >= LEAST_MARKED and len(same) <= SAME_SHARE * letters.sum():
            return marked
    return np.zeros(0, np.int64)


def _heights(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The longer side of each box, as letters may be turned."""
    return np.asarray(np.maximum(np.abs(boxes[:, 3] - boxes[:, 1]), np.abs(boxes[:, 2] - boxes[:, 0])), np.float64)


def _letters_by_code(text_page: pdfium.PdfTextPage) -> dict[int, list[tuple[float, float]]]:
    """Left and bottom of each letter of a page, by its code point."""
    found: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for place in range(text_page.count_chars()):
        left, bottom, _, _ = text_page.get_charbox(place)
        found[raw.FPDFText_GetUnicode(text_page, place)].append((left, bottom))
    return found


def _has(known: Mapping[int, Sequence[tuple[float, float]]], code: int, box: NDArray[np.float64]) -> bool:
    near = (abs(box[0] - x) <= SAME_PLACE_PT and abs(box[1] - y) <= SAME_PLACE_PT for x, y in known.get(code, ()))
    return any(near)
