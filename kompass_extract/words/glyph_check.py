"""Check which digits the fonts of a text layer draw, independently of the layer's characters.

A font draws a glyph the same way everywhere, so each distinct digit glyph of each font is examined once per file
for all its occurrences.  The font's name, the shape of the box and the font's outline for the digit identify a
glyph: fonts of one name may differ in a file merged from several, and a font may map two
glyphs to one digit.  All digits of a font are placed side by side and read as one number; if the reading differs, the
page's numbers with the digit are read, and the majority decides.  A page with a glyph of unclear digit is read
from its image.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from kompass_extract.pages.components import Gray
from kompass_extract.pages.seen_text import SeenText, page_picture
from kompass_extract.words.engines.base import CellReader

GLYPH_DPI = 288  # digits of 9 pt are 26 px high: enough to read them alone
OUTLINE_SIZE = 100.0  # points of a font at which its outlines are compared
GLYPH_PX = 32  # height of the highest digit in the image to be read
SPACE_SHARE = 0.35  # of that height between two digits: wide enough to separate them, too narrow for a word space
EDGE_PX = 8
MOST_NUMBERS = 5  # that are read for a doubtful digit
LEAST_VOTES = 2  # readings needed to accept a digit other than the layer's
LONGEST_NUMBER = 12  # signs; a longer text is no number
_SHAPED_ALIKE = str.maketrans("OoIl|iSsBZzGq", "0011115582269")

Digit = tuple[str, str, float, int]  # font, digit, ratio of its box's width to height, number of its outline
Shown = dict[Digit, str | None]


@dataclass(slots=True)
class KnownDigits:
    """The examined digit glyphs of one file, with the digits that they show; None if unclear."""

    sha256: str = ""
    shown: Shown = field(default_factory=dict)

    def of(self, sha256: str) -> Shown:
        """Return the known digits of this file; those of another file are discarded."""
        if sha256 != self.sha256:
            self.sha256, self.shown = sha256, {}
        return self.shown


@dataclass(frozen=True, slots=True)
class _GlyphPlace:
    """A digit glyph's first occurrence on the page: its index in the layer."""

    digit: Digit
    index: int


def shown_digits(text: SeenText, reader: CellReader, known: Shown) -> dict[int, str | None]:
    """Map indices in the layer to the digit drawn there if the layer has another; None if it is unclear.

    Newly examined glyphs are added to ``known``.
    """
    places = _digit_places(text)
    new = {digit: found for digit, found in places.items() if digit not in known}
    if new:
        known.update(_looked_at(page_picture(text.page, GLYPH_DPI), text, new, reader))
    return {index: known[digit] for digit, found in places.items() if known[digit] != digit[1] for index in found}


def with_shown_digits(text: SeenText, shown: Mapping[int, str | None]) -> SeenText:
    """Replace the layer's digits by the drawn ones."""
    codes = text.characters.codes.copy()
    for index, digit in shown.items():
        codes[index] = ord(digit or "\ufffd")
    return replace(text, characters=replace(text.characters, codes=codes))


def _digit_places(text: SeenText) -> dict[Digit, list[int]]:
    """Map each distinct digit glyph to its indices in the layer."""
    places: dict[Digit, list[int]] = defaultdict(list)
    found = text.characters
    outlines = _Outlines({})
    for index in np.flatnonzero(text.seen).tolist():
        code = int(found.codes[index])
        sign = chr(code)
        if not sign.isdecimal():
            continue
        x0, y0, x1, y1 = found.boxes[index].tolist()
        digit = str(unicodedata.decimal(sign))
        shape = round((x1 - x0) / max(0.01, y1 - y0), 3)
        key = (_font(text.text_page, index), digit, shape, outlines.of(text.text_page, index, code))
        places[key].append(index)
    return places


@dataclass(frozen=True, slots=True)
class _Outlines:
    """Numbers that identify the outlines of a page's fonts for a character; 0 without one."""

    known: dict[tuple[int, int], int]

    def of(self, text_page: pdfium.PdfTextPage, index: int, code: int) -> int:
        text = raw.FPDFText_GetTextObject(text_page, index)
        font = raw.FPDFTextObj_GetFont(text) if text else None
        if not font:
            return 0
        key = (ctypes.addressof(font.contents), code)
        if key not in self.known:
            self.known[key] = self._read(font, code)
        return self.known[key]

    @staticmethod
    def _read(font: object, code: int) -> int:
        path = raw.FPDFFont_GetGlyphPath(font, code, OUTLINE_SIZE)
        if not path:
            return 0
        points = []
        x, y = ctypes.c_float(), ctypes.c_float()
        for place in range(raw.FPDFGlyphPath_CountGlyphSegments(path)):
            raw.FPDFPathSegment_GetPoint(raw.FPDFGlyphPath_GetGlyphPathSegment(path, place), x, y)
            points.append((round(x.value, 1), round(y.value, 1)))
        return hash(tuple(points))


def _font(text_page: pdfium.PdfTextPage, index: int) -> str:
    buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text_page, index, buffer, 128, flags)
    return buffer.value.decode("utf-8", "replace")


def _looked_at(picture: Gray, text: SeenText, new: Mapping[Digit, Sequence[int]], reader: CellReader) -> Shown:
    """Return the digit that each new glyph shows."""
    fonts: dict[str, list[_GlyphPlace]] = defaultdict(list)
    for digit, places in sorted(new.items()):
        fonts[digit[0]].append(_GlyphPlace(digit, places[0]))
    rows = list(fonts.values())
    readings = reader.read_cells([_row(picture, text, row) for row in rows])
    found: Shown = {}
    for row, reading in zip(rows, readings, strict=True):
        signs = _as_digits(reading.text)
        for number, place in enumerate(row):
            said = place.digit[1]
            sign = signs[number] if len(signs) == len(row) else ""
            alike = not signs or sign == said
            found[place.digit] = said if alike else _in_numbers(picture, text, new[place.digit], reader, sign)
    return found


def _row(picture: Gray, text: SeenText, row: Sequence[_GlyphPlace]) -> Gray:
    """Place the glyphs side by side on one baseline, at their relative heights."""
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
    """Cut out the box, dark on white."""
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


def _in_numbers(picture: Gray, text: SeenText, places: Sequence[int], reader: CellReader, alone: str) -> str | None:
    """Return a glyph's digit by the numbers that hold it; ``alone`` is its reading by itself.

    The layer's digit needs a majority; another digit must be read at least twice and every time.
    """
    numbers = {_number(text, index): index for index in reversed(places)}
    chosen = sorted(numbers, key=lambda span: abs(span[1] - span[0] - 3))[:MOST_NUMBERS]
    crops = [_framed(_crop(picture, _union(text, span))) for span in chosen]
    said = chr(int(text.characters.codes[places[0]]))
    votes = [alone] if alone else []
    for span, reading in zip(chosen, reader.read_cells(crops), strict=True):
        signs = _as_digits(reading.text)
        if len(signs) == span[1] - span[0]:
            votes.append(signs[numbers[span] - span[0]])
    others = {vote for vote in votes if vote != said}
    if votes.count(said) * 2 > len(votes):
        return said
    other = next(iter(others), "")
    sure = len(others) == 1 and said not in votes and len(votes) >= LEAST_VOTES and other.isdecimal()
    return other if sure else None


def _as_digits(read: str) -> str:
    """Normalise a reading: drop spaces, replace letters by digits of the same shape."""
    return read.replace(" ", "").translate(_SHAPED_ALIKE)


def _number(text: SeenText, index: int) -> tuple[int, int]:
    """Return the first and last index (exclusive) of the adjacent signs around a digit."""
    low, high = index, index + 1
    while low > 0 and high - low < LONGEST_NUMBER and _joins(text, low - 1, low):
        low -= 1
    while high < len(text.characters) and high - low < LONGEST_NUMBER and _joins(text, high - 1, high):
        high += 1
    return low, high


def _joins(text: SeenText, left: int, right: int) -> bool:
    """Tell whether two neighbours of the layer are signs of one word."""
    if not (text.seen[left] and text.seen[right]):
        return False
    a, b = text.characters.boxes[left], text.characters.boxes[right]
    height = max(a[3] - a[1], b[3] - b[1])
    return bool(b[0] - a[0] >= 0 and b[0] - a[2] < 0.3 * height and abs(b[3] - a[3]) < height)


def _union(text: SeenText, span: tuple[int, int]) -> NDArray[np.float64]:
    boxes = text.characters.boxes[span[0] : span[1]]
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
