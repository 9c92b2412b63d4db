"""Join separate accents with the letters below them: TeX's old fonts and some typesetters print å, ä and ö so.

The layer then has `¨a` or, if the accent was drawn later, a bare letter and a sign elsewhere.  Position decides
which letter an accent belongs to: it is printed directly over it.
"""

from __future__ import annotations

import unicodedata

import numpy as np
from numpy.typing import NDArray

from kompass_extract.pages.seen_text import Characters

MARKS = {
    0xA8: "\u0308", 0x2DA: "\u030a", 0xB0: "\u030a", 0xB4: "\u0301", 0x60: "\u0300", 0x2CB: "\u0300", 0x2CA: "\u0301",
    0x2C6: "\u0302", 0x5E: "\u0302",
}  # fmt: skip
"""Spacing accents by code point, with the equivalent combining mark."""

ASIDE = 0.3  # of the letter's width, from its middle to the accent's; the bow of a g makes the middle uncertain
OVERLAP = 0.3  # of the letter's height by which an accent may reach into its box
ABOVE = 0.45  # of the letter's height, the most white between it and its accent


def accents_over_letters(found: Characters, seen: NDArray[np.bool_]) -> dict[int, int]:
    """Map each visible spacing accent over a letter to that letter; both are indices of characters."""
    marks = [index for index in np.flatnonzero(seen).tolist() if int(found.codes[index]) in MARKS]
    if not marks:
        return {}
    letters = np.array([index for index in np.flatnonzero(seen).tolist() if chr(int(found.codes[index])).isalpha()])
    if not len(letters):
        return {}
    x0, y0, x1, y1 = found.boxes[letters].T
    owners: dict[int, int] = {}
    for mark in marks:
        left, _, right, foot = found.boxes[mark]
        aside = np.abs((x0 + x1) / 2 - (left + right) / 2)
        over = (aside <= ASIDE * (x1 - x0)) & (foot <= y0 + OVERLAP * (y1 - y0)) & (foot >= y0 - ABOVE * (y1 - y0))
        beneath = [index for index in letters[over].tolist() if with_accent(found, index, mark) is not None]
        if beneath:
            owners[mark] = min(beneath, key=lambda index: float(found.boxes[index][1]) - foot)
    return owners


def with_accent(found: Characters, letter: int, mark: int) -> str | None:
    """Compose the letter and the accent into one character; None if there is no such character."""
    whole = unicodedata.normalize("NFC", chr(int(found.codes[letter])) + MARKS[int(found.codes[mark])])
    return whole if len(whole) == 1 else None
