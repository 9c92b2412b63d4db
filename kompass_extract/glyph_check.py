"""Whether the digits of a text layer are the digits that its fonts draw.

A font draws a glyph the same way everywhere, so each distinct digit glyph of each font is looked at once in a file
and tells for all its places.  Glyphs are told apart by their font and the size of their box.  All digits of a font
are put side by side and read as one number; where that reading differs, numbers of the page that hold the digit are
read, and the majority decides.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from kompass_extract.pages.components import Gray
from kompass_extract.seen_text import SeenText, page_picture
from kompass_extract.words.engines.base import CellReader

GLYPH_DPI = 288  # digits of 9 pt are 26 px high: enough to read them alone
GLYPH_PX = 32  # height of the highest digit in the picture that is read
SPACE_SHARE = 0.35  # of that height between two digits: wide enough to keep them apart, too narrow for a word space
EDGE_PX = 8
MOST_NUMBERS = 5  # that are read for a digit in doubt
LONGEST_NUMBER = 12  # signs; what is longer is no number
_SHAPED_ALIKE = str.maketrans("OoIl|iSsBZzGq", "0011115582269")

Digit = tuple[str, str, float, float]  # font, digit, width and height of its box relative to the font's size


@dataclass(slots=True)
class KnownDigits:
    """Digit glyphs that were looked at in one file: whether they are the digits that the layer says."""

    sha256: str = ""
    right: dict[Digit, bool] = field(default_factory=dict)

    def of(self, sha256: str) -> dict[Digit, bool]:
        """What is known of this file; what was known of another is forgotten."""
        if sha256 != self.sha256:
            self.sha256, self.right = sha256, {}
        return self.right


@dataclass(frozen=True, slots=True)
class _Place:
    """A digit glyph's first place on the page: its index in the layer."""

    digit: Digit
    index: int


def wrong_digits(page: pdfium.PdfPage, text: SeenText, reader: CellReader, known: dict[Digit, bool]) -> list[str]:
    """The digits that the layer has on this page for glyphs which show others; ``known`` gains what was looked at."""
    places = _digit_places(text)
    new = {digit: found for digit, found in places.items() if digit not in known}
    if new:
        known.update(_looked_at(page_picture(page, GLYPH_DPI), text, new, reader))
    return sorted({digit[1] for digit in places if not known[digit]})


def _digit_places(text: SeenText) -> dict[Digit, list[int]]:
    """Per distinct digit glyph where it stands."""
    places: dict[Digit, list[int]] = defaultdict(list)
    found = text.characters
    for index in np.flatnonzero(text.seen).tolist():
        code = int(found.codes[index])
        sign = chr(code)
        if not sign.isdecimal():
            continue
        x0, y0, x1, y1 = found.boxes[index].tolist()
        size = max(0.01, raw.FPDFText_GetFontSize(text.text_page, index))
        digit = str(unicodedata.decimal(sign))
        key = (_font(text.text_page, index), digit, round((x1 - x0) / size, 2), round((y1 - y0) / size, 2))
        places[key].append(index)
    return places


def _font(text_page: pdfium.PdfTextPage, index: int) -> str:
    buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text_page, index, buffer, 128, flags)
    return buffer.value.decode("utf-8", "replace")


def _looked_at(
    picture: Gray, text: SeenText, new: Mapping[Digit, Sequence[int]], reader: CellReader
) -> dict[Digit, bool]:
    """Of each new glyph whether it is the digit that the layer says."""
    fonts: dict[str, list[_Place]] = defaultdict(list)
    for digit, places in sorted(new.items()):
        fonts[digit[0]].append(_Place(digit, places[0]))
    rows = list(fonts.values())
    readings = reader.read_cells([_row(picture, text, row) for row in rows])
    right: dict[Digit, bool] = {}
    for row, reading in zip(rows, readings, strict=True):
        shown = _as_digits(reading.text)
        said = "".join(place.digit[1] for place in row)
        for number, place in enumerate(row):
            alike = not shown or (len(shown) == len(said) and shown[number] == said[number])
            right[place.digit] = alike or _reads_so(picture, text, new[place.digit], reader)
    return right


def _row(picture: Gray, text: SeenText, row: Sequence[_Place]) -> Gray:
    """The glyphs side by side on one baseline, as high as they are to each other."""
    crops = [_crop(picture, text.characters.boxes[place.index]) for place in row]
    tallest = max(crop.shape[0] for crop in crops)
    space = np.full((GLYPH_PX, round(SPACE_SHARE * GLYPH_PX)), 255, np.uint8)
    parts: list[Gray] = [space]
    for crop in crops:
        lifted = cv2.copyMakeBorder(crop, tallest - crop.shape[0], 0, 0, 0, cv2.BORDER_CONSTANT, value=255)
        width = max(1, round(lifted.shape[1] * GLYPH_PX / tallest))
        parts += [np.asarray(cv2.resize(lifted, (width, GLYPH_PX), interpolation=cv2.INTER_AREA), np.uint8), space]
    return _framed(np.concatenate(parts, axis=1))


def _crop(picture: Gray, box: NDArray[np.float64]) -> Gray:
    """What is in the box, dark on white."""
    unit = GLYPH_DPI / 72
    x0, y0 = np.maximum(0, np.floor(box[:2] * unit)).astype(int)
    x1, y1 = np.ceil(box[2:] * unit).astype(int)
    crop = picture[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
    if not crop.size:
        return np.full((GLYPH_PX, GLYPH_PX // 2), 255, np.uint8)
    border = np.concatenate([crop[0], crop[-1], crop[:, 0], crop[:, -1]])
    if float(np.median(border)) < float(crop.mean()):
        crop = np.asarray(255 - crop, np.uint8)
    return np.asarray(cv2.normalize(crop, np.empty_like(crop), 0, 255, cv2.NORM_MINMAX), np.uint8)


def _framed(picture: Gray) -> Gray:
    return np.asarray(
        cv2.copyMakeBorder(picture, EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX, cv2.BORDER_CONSTANT, value=255), np.uint8
    )


def _reads_so(picture: Gray, text: SeenText, places: Sequence[int], reader: CellReader) -> bool:
    """Whether the numbers that hold the glyph are read as the layer says, by the majority of them."""
    numbers = {_number(text, index): index for index in reversed(places)}
    chosen = sorted(numbers, key=lambda span: abs(span[1] - span[0] - 3))[:MOST_NUMBERS]
    crops = [_framed(_crop(picture, _union(text, span))) for span in chosen]
    votes = 0
    for span, reading in zip(chosen, reader.read_cells(crops), strict=True):
        said = "".join(chr(int(code)) for code in text.characters.codes[span[0] : span[1]])
        shown = _as_digits(reading.text)
        offset = numbers[span] - span[0]
        if len(shown) == len(said):
            votes += 1 if shown[offset] == said[offset] else -1
        elif shown:
            votes -= 1
    return votes > 0 or not chosen


def _as_digits(read: str) -> str:
    """A reading without spaces, letters of a digit's shape taken for it."""
    return read.replace(" ", "").translate(_SHAPED_ALIKE)


def _number(text: SeenText, index: int) -> tuple[int, int]:
    """First and last place (exclusive) of the signs that stand together around a digit."""
    low, high = index, index + 1
    while low > 0 and high - low < LONGEST_NUMBER and _joins(text, low - 1, low):
        low -= 1
    while high < len(text.characters) and high - low < LONGEST_NUMBER and _joins(text, high - 1, high):
        high += 1
    return low, high


def _joins(text: SeenText, left: int, right: int) -> bool:
    """Whether two neighbours of the layer are signs of one word."""
    if not (text.seen[left] and text.seen[right]):
        return False
    a, b = text.characters.boxes[left], text.characters.boxes[right]
    height = max(a[3] - a[1], b[3] - b[1])
    return bool(b[0] - a[0] >= 0 and b[0] - a[2] < 0.3 * height and abs(b[3] - a[3]) < height)


def _union(text: SeenText, span: tuple[int, int]) -> NDArray[np.float64]:
    boxes = text.characters.boxes[span[0] : span[1]]
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
