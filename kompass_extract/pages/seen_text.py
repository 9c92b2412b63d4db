"""Find the letters of a PDF's text layer that are visible on the page, and their direction.

The page is rendered with its text and without it.  A letter is visible where the two images differ: a letter in an
invisible render mode, on a layer that is switched off, outside the page, white on white, or covered by other content
makes no difference.  Where letters of two texts overlap, each text is left out in turn.  Before that, the page is
turned so that most of its letters are upright; rotated ones (a watermark, a line up the margin, a turned
stamp) are removed from both the image and the layer.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from kompass_extract.pages.components import Gray
from kompass_extract.pages.foreign_texts import tiny_letters, watermark_letters
from kompass_extract.pages.pdf_page import page_objects, shown_page
from kompass_extract.pages.text_twins import twin_texts

PICTURE_DPI = 144  # enough to show rules and bullets, which a layer lacks
UNIT = PICTURE_DPI / 72  # pixels to a point
SOFT_EDGE_PX = 2  # around a letter's box: its soft edge, and its shift by hinting
TURNED_DEG = 3.0  # a letter that deviates more from most of its page is rotated; a scan's text leans 1 or 2
LEAST_SPREAD = 0.15  # of the page's side: rotated letters spread over less are a line in the margin, not a turned page
LEAST_CHANGE = 20  # of 255 by which a letter changes a pixel; paler text is not meant to be read
LEAST_DRAWN = 0.06  # of a letter's box that its strokes fill; thin print fills 0.15, a stroke of a neighbour 0.02
SHARED_BOX = 0.25  # of the smaller of two letters' boxes that both share: one may hide the other
SAME_PLACE = 0.5  # the same; from here on two equal letters are one letter drawn twice
NEAR_PT = 10.0  # most distance between the centres of letters that may overlap, on each axis
STROKE_PT = 4.5  # thicker than the strokes of text, thinner than fields of colour
RULE_PT = 20.0  # straight strokes as long as this are rules
GROUND_CHANGE = 60  # of 255 between a stroke and its ground
LEAST_PRINTED = 0.1  # of a letter's box that strokes of other print fill; a rule across it fills 0.06


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of a text layer in its order: code points, tight boxes (n, 4: x0, y0, x1, y1), angles in degrees.

    Boxes are in points from the top left corner of the page as shown; angles are clockwise and as in the
    file.
    """

    codes: NDArray[np.int64]
    boxes: NDArray[np.float64]
    angles: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.codes)

    def lean(self, rotation: int) -> NDArray[np.float64]:
        """Return the lean of each character, -180 to 180 degrees, on a page with this /Rotate."""
        return np.asarray((self.angles + rotation + 180) % 360 - 180, dtype=np.float64)

    @property
    def letters(self) -> NDArray[np.bool_]:
        """Mark the characters that leave ink: no white space, and with a box."""
        spaces = _told(self.codes, lambda code: code <= 0 or chr(code).isspace())
        sized = (self.boxes[:, 2] > self.boxes[:, 0]) & (self.boxes[:, 3] > self.boxes[:, 1])
        return np.asarray(~spaces & sized, dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class SeenText:
    """The visible text of a page: its characters, which of them are visible, and the page image without rotated text.

    ``rotation`` is the clockwise angle by which the page as shown was turned to make its text upright; characters and
    image belong to the turned page.  ``beside`` is the image without the layer's letters.  ``hidden`` counts the
    invisible letters, ``printed_over`` those of them that other print covers; ``on_print`` is the share
    (0..1) of the visible ones that overlap other ink.
    """

    page: pdfium.PdfPage
    text_page: pdfium.PdfTextPage
    characters: Characters
    seen: NDArray[np.bool_]
    picture: Gray
    beside: Gray
    rotation: int
    image_cover: float
    hidden: int
    printed_over: int
    on_print: float


def see_text(document: pdfium.PdfDocument, number: int) -> SeenText | None:
    """Return the visible text of page ``number`` (from 1); None for a page without a text layer."""
    page = shown_page(document, number)
    text_page = page.get_textpage()
    if not text_page.count_chars():
        return None
    found = _as_in_file(text_page)
    rotation = _upright(page, found)
    if rotation:  # PDFium orders the letters by the page's rotation at the time of opening
        page.set_rotation((page.get_rotation() + rotation) % 360)
        page.close()
        page = document[number - 1]
        text_page = page.get_textpage()
        found = _as_in_file(text_page)
    apart = _foreign_texts(document, number, page, text_page, found)
    apart += twin_texts(text_page, found.codes, found.boxes, found.letters)
    if apart:
        _set_active(apart, False)
        text_page = page.get_textpage()
        found = _as_in_file(text_page)
    found = Characters(found.codes, Frame.of(page).shown(found.boxes), found.angles)
    objects = page_objects(page)
    drawn = page_picture(page)
    _set_active(objects.texts, False)
    without = page_picture(page)
    _set_active(objects.texts, True)
    ink = _difference(drawn, without)
    seen = drawing = found.letters & _are_drawn(ink, found.boxes)
    shared = _together(text_page, found, seen)
    seen = seen & ~_hidden_by_text(page, text_page, drawn, found, shared.among(seen & _are_alphanumeric(found)).places)
    hidden = found.letters & ~seen
    over = hidden
    if hidden.any():
        over = hidden & _is_printed(without, found.boxes) & ~_beneath(found.boxes, seen, drawn.shape)
    on_print = _is_printed(without, found.boxes)[seen] if objects.image_cover > 0 and seen.any() else np.zeros(1)
    return SeenText(
        page, text_page, found, seen & ~_drawn_twice(found, seen, shared.among(seen)), drawn,
        _beside(drawn, without, ink, found.boxes[drawing]), rotation, objects.image_cover,
        int(hidden.sum()), int(over.sum()), float(on_print.mean()),
    )  # fmt: skip


def page_picture(page: pdfium.PdfPage, dpi: int = PICTURE_DPI) -> Gray:
    """Render the page in gray; (height, width) uint8."""
    array = page.render(scale=dpi / 72, grayscale=True, fill_color=(255, 255, 255, 255)).to_numpy()
    return np.ascontiguousarray(array[:, :, 0] if array.ndim == 3 else array)


def _as_in_file(text_page: pdfium.PdfTextPage) -> Characters:
    """Return all characters of the layer, boxes (left, bottom, right, top) in the PDF's own space."""
    count = text_page.count_chars()
    handle = text_page.raw  # unwrapped once, and not for each of a page's thousands of letters
    codes = np.array([raw.FPDFText_GetUnicode(handle, index) for index in range(count)], dtype=np.int64)
    angles = np.array([raw.FPDFText_GetCharAngle(handle, index) for index in range(count)], dtype=np.float64)
    boxes = []
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for index in range(count):
        raw.FPDFText_GetCharBox(handle, index, left, right, bottom, top)
        boxes.append((left.value, bottom.value, right.value, top.value))
    return Characters(codes, np.array(boxes, dtype=np.float64).reshape(-1, 4), np.degrees(angles))


@dataclass(frozen=True, slots=True)
class Frame:
    """Maps the PDF's own space (from the bottom, before /Rotate) to the page as shown, from the top left."""

    width: float
    height: float
    left: float
    bottom: float
    rotation: int

    @classmethod
    def of(cls, page: pdfium.PdfPage) -> Frame:
        left, bottom, _, _ = page.get_bbox()
        width, height = page.get_size()
        return cls(width, height, left, bottom, page.get_rotation())

    def shown(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map boxes (n, 4: left, bottom, right, top) to (n, 4: x0, y0, x1, y1)."""
        x0, y0, x1, y1 = (boxes - (self.left, self.bottom, self.left, self.bottom)).T
        if self.rotation == 90:
            sides = (y0, x0, y1, x1)
        elif self.rotation == 180:
            sides = (self.width - x1, y0, self.width - x0, y1)
        elif self.rotation == 270:
            sides = (self.width - y1, self.height - x1, self.width - y0, self.height - x0)
        else:
            sides = (x0, self.height - y1, x1, self.height - y0)
        return np.stack(sides, axis=1)


def _upright(page: pdfium.PdfPage, found: Characters) -> int:
    """Return the clockwise rotation in degrees that makes most letters of the page upright."""
    lie = _usual_quarter(found)
    most = (lie + page.get_rotation() // 90) % 4
    if most in (1, 3):
        boxes = Frame.of(page).shown(found.boxes[found.letters & (_quarters(found) == lie)])
        if boxes[:, 2].max() - boxes[:, 0].min() < LEAST_SPREAD * page.get_width():
            return 0
    return int((360 - 90 * most) % 360)


def _quarters(found: Characters) -> NDArray[np.int64]:
    """Return by how many right angles, clockwise, each character is rotated in the file."""
    return np.asarray(np.round(found.angles / 90) % 4, dtype=np.int64)


def _usual_quarter(found: Characters) -> int:
    """Return by how many right angles most letters are rotated in the file, 0 for none."""
    counts = np.bincount(_quarters(found)[found.letters], minlength=4)
    return int(np.argmax(counts))


def _turned(found: Characters, rotation: int) -> NDArray[np.int64]:
    """Return the indices of letters that deviate from the page's upright direction."""
    return np.flatnonzero((np.abs(found.lean(rotation)) > TURNED_DEG) & found.letters)


def _foreign_texts(
    document: pdfium.PdfDocument, number: int, page: pdfium.PdfPage, text_page: pdfium.PdfTextPage, found: Characters
) -> list[object]:
    """Return the texts that are rotated against the page's, illegibly small, or a watermark."""
    letters = found.letters & _are_alphanumeric(found)
    places = (
        _turned(found, page.get_rotation()),
        tiny_letters(found.boxes, letters),
        watermark_letters(document, number, found.codes, found.boxes, letters),
    )
    return _texts_of(text_page, np.unique(np.concatenate(places)))


def _texts_of(text_page: pdfium.PdfTextPage, places: NDArray[np.int64]) -> list[object]:
    """Return the text objects that draw these characters."""
    return [text for place in places.tolist() if (text := raw.FPDFText_GetTextObject(text_page, place))]


def _set_active(texts: Sequence[object], active: bool) -> None:
    for text in texts:
        raw.FPDFPageObj_SetIsActive(text, active)


def _difference(drawn: Gray, other: Gray) -> NDArray[np.bool_]:
    """Find the pixels in which two images differ as much as a letter changes them."""
    return np.asarray(cv2.absdiff(drawn, other) >= LEAST_CHANGE, dtype=np.bool_)


def _are_drawn(ink: NDArray[np.bool_], boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Test each box for as much ink as a letter's strokes fill."""
    return np.asarray(_share(ink, boxes) >= LEAST_DRAWN, dtype=np.bool_)


def _beside(drawn: Gray, without: Gray, ink: NDArray[np.bool_], boxes: NDArray[np.float64]) -> Gray:
    """Erase the letters in these boxes from the rendered page; text without letters, as a font's own signs, stays.

    ``ink`` marks where the images with and without all text differ.
    """
    rest = ink.copy()
    corners = np.hstack([np.floor(boxes[:, :2] * UNIT) - SOFT_EDGE_PX, np.ceil(boxes[:, 2:] * UNIT) + SOFT_EDGE_PX])
    for x0, y0, x1, y1 in np.maximum(corners, 0).astype(np.int64).tolist():
        rest[y0:y1, x0:x1] = False
    if not rest.any():
        return without
    near = cv2.dilate(rest.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.asarray(np.where(near, drawn, without), dtype=np.uint8)


def _share(pixels: NDArray[np.bool_], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share (0..1) of each box that is set; boxes are in points, pixels outside the image are not set."""
    height, width = pixels.shape
    sums = cv2.integral(pixels.astype(np.uint8))
    low, high = np.floor(boxes[:, :2] * UNIT), np.ceil(boxes[:, 2:] * UNIT)
    area = np.maximum(1.0, (high - low).prod(axis=1))
    limit = (width, height)
    (x0, y0), (x1, y1) = (np.clip(corner, 0, limit).astype(np.int64).T for corner in (low, high))
    inside = sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0]
    return np.asarray(inside / area, dtype=np.float64)


def _is_printed(picture: Gray, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Test each box for strokes in the image, dark on light or light on dark; rules do not count."""
    side = int(STROKE_PT * UNIT) | 1
    kernel = np.ones((side, side), np.uint8)
    dark = cv2.morphologyEx(picture, cv2.MORPH_BLACKHAT, kernel)
    light = cv2.morphologyEx(picture, cv2.MORPH_TOPHAT, kernel)
    strokes = np.asarray(cv2.max(dark, light) >= GROUND_CHANGE, dtype=np.uint8)
    long = int(RULE_PT * UNIT)
    rules = [cv2.morphologyEx(strokes, cv2.MORPH_OPEN, np.ones(size, np.uint8)) for size in ((1, long), (long, 1))]
    loose = (strokes > 0) & (rules[0] == 0) & (rules[1] == 0)
    return np.asarray(_share(loose, boxes) >= LEAST_PRINTED, dtype=np.bool_)


def _beneath(boxes: NDArray[np.float64], seen: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Test whether visible letters overlap each box."""
    mask = np.zeros(shape, np.uint8)
    for x0, y0, x1, y1 in np.round(boxes[seen] * UNIT).astype(np.int64).tolist():
        mask[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)] = 1
    return np.asarray(_share(mask > 0, boxes) >= SHARED_BOX, dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class _SharedPlaces:
    """Pairs of characters (n, 2), the earlier first, whose boxes overlap, and the share (n) of the overlap."""

    places: NDArray[np.int64]
    share: NDArray[np.float64]

    def among(self, characters: NDArray[np.bool_]) -> _SharedPlaces:
        """Return the pairs with both of these characters."""
        both = characters[self.places].all(axis=1)
        return _SharedPlaces(self.places[both], self.share[both])


def _together(text_page: pdfium.PdfTextPage, found: Characters, seen: NDArray[np.bool_]) -> _SharedPlaces:
    """Return the overlapping visible characters that belong to two texts.

    The letters of a ligature overlap too, but belong to one text.
    """
    places = np.flatnonzero(seen)
    boxes = found.boxes[places]
    if len(places) < 2:
        return _SharedPlaces(np.zeros((0, 2), np.int64), np.zeros(0))
    pairs = _near((boxes[:, :2] + boxes[:, 2:]) / 2)
    a, b = boxes[pairs[:, 0]], boxes[pairs[:, 1]]
    sides = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    smaller = np.minimum((a[:, 2:] - a[:, :2]).prod(axis=1), (b[:, 2:] - b[:, :2]).prod(axis=1))
    share = np.maximum(sides, 0).prod(axis=1) / np.maximum(smaller, 0.01)
    close = np.flatnonzero(share >= SHARED_BOX)
    chosen = [index for index in close.tolist() if _of_two_texts(text_page, places[pairs[index]])]
    return _SharedPlaces(np.sort(places[pairs[chosen]], axis=1).reshape(-1, 2), share[chosen])


def _near(centres: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return pairs (n, 2) of centres at most ``NEAR_PT`` apart on both axes, by a sweep from left to right."""
    order = np.argsort(centres[:, 0])
    x, y = centres[order].T
    found = [np.zeros((0, 2), np.int64)]
    for step in range(1, len(order)):
        beside = x[step:] - x[:-step] <= NEAR_PT
        if not beside.any():
            break
        left = np.flatnonzero(beside & (np.abs(y[step:] - y[:-step]) <= NEAR_PT))
        found.append(np.stack([order[left], order[left + step]], axis=1))
    return np.concatenate(found)


def _of_two_texts(text_page: pdfium.PdfTextPage, places: NDArray[np.int64]) -> bool:
    one, other = (raw.FPDFText_GetTextObject(text_page, place) for place in places.tolist())
    return bool(one) and bool(other) and ctypes.addressof(one.contents) != ctypes.addressof(other.contents)


def _drawn_twice(found: Characters, seen: NDArray[np.bool_], shared: _SharedPlaces) -> NDArray[np.bool_]:
    """Find letters drawn again at their place: under a shadow, for bold print, or covered by the same letter."""
    pairs = shared.places
    twice = np.zeros(len(found), np.bool_)
    same = (found.codes[pairs[:, 0]] == found.codes[pairs[:, 1]]) & (shared.share >= SAME_PLACE)
    twice[pairs[same, 0]] = True
    return twice


def _hidden_by_text(
    page: pdfium.PdfPage, text_page: pdfium.PdfTextPage, drawn: Gray, found: Characters, pairs: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Find letters that another text hides, or that form a blot together with one.

    Of two overlapping texts each is left out in turn: if the image stays the same, that text is hidden.
    """
    hidden = np.zeros(len(found), np.bool_)
    pairs = pairs[found.codes[pairs[:, 0]] != found.codes[pairs[:, 1]]]
    for side in (0, 1):
        places = np.unique(pairs[:, side])
        texts = _texts_of(text_page, places)
        if not texts:
            continue
        _set_active(texts, False)
        hidden[places[~_are_drawn(_difference(drawn, page_picture(page)), found.boxes[places])]] = True
        _set_active(texts, True)
    blots = ~hidden[pairs].any(axis=1)
    hidden[pairs[blots, 1]] = True
    return hidden


def _are_alphanumeric(found: Characters) -> NDArray[np.bool_]:
    return _told(found.codes, lambda code: code > 0 and chr(code).isalnum())


def _told(codes: NDArray[np.int64], tell: Callable[[int], bool]) -> NDArray[np.bool_]:
    """Call ``tell`` once for each distinct code point, of which a page has some eighty."""
    distinct, places = np.unique(codes, return_inverse=True)
    return np.array([tell(code) for code in distinct.tolist()], dtype=np.bool_)[places]
