"""Find texts drawn twice at nearly one place: the shadow of a heading, print made bold by a second print.

PDFium interleaves the letters of both in one line, so the twin is removed from the page before its
letters are extracted.  Texts of several letters are matched by their letters.  If each letter is its own text object,
the colour identifies a shadow: all letters of that colour have the same letter in another colour at one distance.
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

LEAST_LETTERS = 2  # of a text that is matched by its letters
MOST_APART = 0.7  # of the first letter's height between a text and its twin; text lines are 1.4 apart
SHADOW_APART = 1.0  # of a letter's height, possibly an x-height, between it and its shadow
MOST_ALIKE = 60  # equal texts, such as numbers in a table, that are compared pairwise
MOST_COMPARED = 1000  # letters of one code point that are compared pairwise; a page has 300
PALER = 24.0  # of 255 by which a shadow is lighter than its text
LEAST_SHADOW = 6  # letters of a colour that may be a shadow's
SHADOW_SHARE = 0.9  # of these letters, the least share with a twin at the shadow's distance
LEVEL_PT, BESIDE = 0.1, 0.8  # offset of a letter from the same one before it, down, and across in widths: "ll"
SLACK_PT = 0.4  # most difference between these distances


@dataclass(frozen=True, slots=True)
class _DrawnText:
    """A text object of the page: its letters' indices in the layer, their codes, and its lightness."""

    handle: object
    places: NDArray[np.int64]
    codes: tuple[int, ...]
    shade: float


def twin_texts(
    text_page: pdfium.PdfTextPage, codes: NDArray[np.int64], boxes: NDArray[np.float64], letters: NDArray[np.bool_]
) -> list[object]:
    """Return the handles of duplicate texts: the paler of two, or the covered one if both are equally dark."""
    if not _may_have_twins(codes[letters], boxes[letters]):
        return []
    texts = _drawn_texts(text_page, codes, letters)
    shadows = _shadows(texts, codes, boxes)
    known = {id(text) for text in shadows}
    left = [text for text in texts if id(text) not in known and len(text.codes) >= LEAST_LETTERS]
    return [text.handle for text in (*shadows, *_repeated(left, boxes))]


def _may_have_twins(codes: NDArray[np.int64], boxes: NDArray[np.float64]) -> bool:
    """Tell whether some letters have a twin over or close above them, where no next letter of a word can be."""
    found = 0
    for code in np.unique(codes):
        own = boxes[codes == code][:MOST_COMPARED]
        across, down = (np.abs(own[:, None, side] - own[None, :, side]) for side in (0, 1))
        width, height = own[:, 2] - own[:, 0], np.abs(own[:, 3] - own[:, 1])
        near = (across < SHADOW_APART * height) & (down < SHADOW_APART * height)
        beside = (down < LEVEL_PT) & (across > BESIDE * width)
        found += int((np.triu(near & ~beside, 1)).sum())
        if found >= LEAST_LETTERS:
            return True
    return False


def _drawn_texts(
    text_page: pdfium.PdfTextPage, codes: NDArray[np.int64], letters: NDArray[np.bool_]
) -> list[_DrawnText]:
    """Return the page's texts in drawing order, without those in an invisible render mode."""
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
    """Return the lightness of a text on white, 0..255."""
    parts: Sequence[ctypes.c_uint] = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(handle, *parts):
        return 0.0
    red, green, blue, alpha = (part.value for part in parts)
    return 255 - (255 - (0.3 * red + 0.59 * green + 0.11 * blue)) * alpha / 255


def _shadows(texts: Sequence[_DrawnText], codes: NDArray[np.int64], boxes: NDArray[np.float64]) -> list[_DrawnText]:
    """Find the texts of a shade whose letters nearly all have a darker twin at one distance."""
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
    """Return the offsets (n, 2) to nearby equal letters among the others."""
    same = others[codes[others] == codes[place]]
    apart = boxes[same, :2] - boxes[place, :2]
    return np.asarray(apart[np.abs(apart).max(axis=1) <= SHADOW_APART * _height(boxes[place])], dtype=np.float64)


def _height(box: NDArray[np.float64]) -> float:
    return float(max(abs(box[3] - box[1]), abs(box[2] - box[0])))


def _repeated(texts: Sequence[_DrawnText], boxes: NDArray[np.float64]) -> list[_DrawnText]:
    """Find texts that another text of the same letters covers at nearly the same place."""
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
