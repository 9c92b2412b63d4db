"""Texts of a page that are drawn twice nearly at one place: the shadow of a heading, print made bold by a second print.

PDFium puts the letters of both into one line, one amid the other, so the twin is taken out of the page before its
letters are asked for.  Texts of several letters are known again by their letters.  Where each letter is a text of its
own, a shadow is known by its colour: all letters of that colour have their like at one distance.
"""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

LEAST_LETTERS = 2  # of a text that is known again by its letters
MOST_APART = 0.7  # of the first letter's height between a text and its like; lines of text are 1.4 apart
SHADOW_APART = 1.0  # of a letter's height, which may be an x's, between it and its shadow
MOST_ALIKE = 60  # texts that say the same, as numbers in a table do, which are compared each with each
PALER = 24.0  # of 255 by which a shadow is lighter than its text
LEAST_SHADOW = 6  # letters of a colour that may be a shadow's
SHADOW_SHARE = 0.9  # of them, those that have their like at the shadow's distance
SLACK_PT = 0.4  # by which these distances differ


@dataclass(frozen=True, slots=True)
class _DrawnText:
    """A text object of the page: its letters by their places in the layer, their codes, and how light it is."""

    handle: object
    places: NDArray[np.int64]
    codes: tuple[int, ...]
    shade: float


def twin_texts(
    text_page: pdfium.PdfTextPage, codes: NDArray[np.int64], boxes: NDArray[np.float64], letters: NDArray[np.bool_]
) -> list[object]:
    """Handles of the texts that are drawn again: of each two the paler, else the one below."""
    texts = _drawn_texts(text_page, codes, letters)
    shadows = _shadows(texts, codes, boxes)
    known = {id(text) for text in shadows}
    left = [text for text in texts if id(text) not in known and len(text.codes) >= LEAST_LETTERS]
    return [text.handle for text in (*shadows, *_repeated(left, boxes))]


def _drawn_texts(
    text_page: pdfium.PdfTextPage, codes: NDArray[np.int64], letters: NDArray[np.bool_]
) -> list[_DrawnText]:
    """The page's texts in the order that they are drawn in, without those of an invisible render mode."""
    places: dict[int, list[int]] = defaultdict(list)
    handles: dict[int, object] = {}
    for place in np.flatnonzero(letters).tolist():
        handle = raw.FPDFText_GetTextObject(text_page, place)
        if handle:
            address = ctypes.addressof(handle.contents)
            handles[address] = handle
            places[address].append(place)
    return [
        _DrawnText(handles[address], np.array(own), tuple(codes[own].tolist()), _shade(handles[address]))
        for address, own in places.items()
        if raw.FPDFTextObj_GetTextRenderMode(handles[address]) != raw.FPDF_TEXTRENDERMODE_INVISIBLE
    ]


def _shade(handle: object) -> float:
    """How light a text is on white, 0..255."""
    parts: Sequence[ctypes.c_uint] = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(handle, *parts):
        return 0.0
    red, green, blue, alpha = (part.value for part in parts)
    return 255 - (255 - (0.3 * red + 0.59 * green + 0.11 * blue)) * alpha / 255


def _shadows(texts: Sequence[_DrawnText], codes: NDArray[np.int64], boxes: NDArray[np.float64]) -> list[_DrawnText]:
    """The texts of a shade whose letters nearly all have their like, darker, at one distance."""
    found: list[_DrawnText] = []
    for shade in sorted({text.shade for text in texts}, reverse=True):
        pale = _places([text for text in texts if text.shade == shade])
        dark = _places([text for text in texts if text.shade < shade - PALER])
        if len(pale) < LEAST_SHADOW or not len(dark):
            continue
        offsets = [_offsets(place, dark, codes, boxes) for place in pale.tolist()]
        whole = np.concatenate(offsets)
        if not len(whole):
            continue
        near = [np.abs(whole - one).max(axis=1) <= SLACK_PT for one in whole[:: max(1, len(whole) // MOST_ALIKE)]]
        usual = whole[max(near, key=np.count_nonzero)].mean(axis=0)
        shadowed = sum(bool((np.abs(one - usual).max(axis=1) <= SLACK_PT).any()) for one in offsets if len(one))
        if shadowed >= SHADOW_SHARE * len(pale):
            found.extend(text for text in texts if text.shade == shade)
    return found


def _places(texts: Sequence[_DrawnText]) -> NDArray[np.int64]:
    return np.concatenate([text.places for text in texts]) if texts else np.zeros(0, np.int64)


def _offsets(
    place: int, others: NDArray[np.int64], codes: NDArray[np.int64], boxes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far (n, 2) the same letters among the others lie that are near a letter."""
    same = others[codes[others] == codes[place]]
    apart = boxes[same, :2] - boxes[place, :2]
    return np.asarray(apart[np.abs(apart).max(axis=1) <= SHADOW_APART * _height(boxes[place])], dtype=np.float64)


def _height(box: NDArray[np.float64]) -> float:
    return float(max(abs(box[3] - box[1]), abs(box[2] - box[0])))


def _repeated(texts: Sequence[_DrawnText], boxes: NDArray[np.float64]) -> list[_DrawnText]:
    """The texts that another of the same letters lies over, nearly at their place."""
    alike: dict[tuple[int, ...], list[_DrawnText]] = defaultdict(list)
    for text in texts:
        alike[text.codes].append(text)
    twins: dict[int, _DrawnText] = {}
    for same in alike.values():
        if not 2 <= len(same) <= MOST_ALIKE:
            continue
        for below, above in combinations(same, 2):
            first, second = boxes[below.places[0]], boxes[above.places[0]]
            if (
                np.abs(first - second).max() <= MOST_APART * _height(first)
                and not {id(below), id(above)} & twins.keys()
            ):
                lower = above if above.shade > below.shade + PALER else below
                twins[id(lower)] = lower
    return list(twins.values())
