"""Open one page of a PDF as a viewer shows it, and list its objects.

Annotations and form fields are drawn into the page's content first, so that its image and its text layer both
hold what a reader sees.  The page box follows the PDF specification: the crop box within the medium,
inherited or reversed.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

MOST_NESTED = 8  # form XObjects within each other; PDF producers nest two or three
LEAST_CROP_PT = 1.0  # by which a cropped page's box is smaller than the medium
LEAST_CUT = 3  # words that the page's box cuts in two
PAGES_AROUND = 3  # pages on each side that are searched too: on this one a table's edge may be at the box
WITHIN_WORD = 0.3  # of a letter's height: most distance to the next letter of its word
COVER_CELL_PT = 2.0  # side of the squares that measure how much of the page images cover
_NOT_DRAWN = frozenset({raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP})  # annotations that add nothing to the page

Matrix = NDArray[np.float64]  # (3, 3), from an object's space to the page's, for column vectors


@dataclass(frozen=True, slots=True)
class PageObjects:
    """The objects of a page and its forms: handles of text objects, and the share of the page under images (0..1)."""

    texts: tuple[object, ...]
    image_cover: float


def shown_page(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    """Return page ``number`` (from 1) of an open document, annotations and form fields drawn into its content."""
    page = document[number - 1]
    if _box_cuts_text(document, page, number):
        page.set_cropbox(*page.get_mediabox())
        page.close()
        page = document[number - 1]
    if not any(_annotation_kinds(page)):
        return page
    if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
        page.close()
        page = document[number - 1]
    return page


def _box_cuts_text(document: pdfium.PdfDocument, page: pdfium.PdfPage, number: int) -> bool:
    """Tell whether the page's box cuts words, here or on adjacent pages, and so is a mistake of the file."""
    if not _is_cropped(page):
        return False
    box, cut = page.get_bbox(), 0
    for near in sorted(range(max(1, number - PAGES_AROUND), min(len(document), number + PAGES_AROUND) + 1),
                       key=lambda other: abs(other - number)):  # fmt: skip
        other = page if near == number else document[near - 1]
        if other is page or _is_cropped(other):
            cut += _words_cut(other, box, LEAST_CUT - cut)
        if cut >= LEAST_CUT:
            return True
    return False


def _is_cropped(page: pdfium.PdfPage) -> bool:
    sides = zip(page.get_bbox(), page.get_mediabox(), strict=True)
    return bool(max(abs(side - other) for side, other in sides) >= LEAST_CROP_PT)


def _words_cut(page: pdfium.PdfPage, box: tuple[float, float, float, float], most: int) -> int:
    """Count the words with letters on both sides of a box's edge, up to ``most``."""
    text_page = page.get_textpage()
    cut = 0
    before: tuple[bool, float, float] | None = None
    for place in range(text_page.count_chars()):
        left, bottom, right, top = text_page.get_charbox(place)
        if right <= left:
            before = None
            continue
        inside = box[0] <= (left + right) / 2 <= box[2] and box[1] <= (bottom + top) / 2 <= box[3]
        if before is not None and inside is not before[0]:
            cut += abs(left - before[1]) < WITHIN_WORD * (top - bottom) and bottom < before[2]
        if cut >= most:
            break
        before = (inside, right, top)
    return cut


def _annotation_kinds(page: pdfium.PdfPage) -> Iterator[bool]:
    """Yield for each annotation whether it is drawn."""
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if annotation:
            yield raw.FPDFAnnot_GetSubtype(annotation) not in _NOT_DRAWN
            raw.FPDFPage_CloseAnnot(annotation)


def page_objects(page: pdfium.PdfPage) -> PageObjects:
    """Return the page's objects, including those within forms."""
    walk = _ContentWalk([], _Cover.of(page))
    walk.through(page, np.eye(3), 0)
    return PageObjects(tuple(walk.texts), walk.cover.share)


@dataclass(frozen=True, slots=True)
class _Cover:
    """A grid of squares of ``COVER_CELL_PT`` over the page that marks the ones under an image."""

    cells: NDArray[np.uint8]
    left: float
    bottom: float

    @classmethod
    def of(cls, page: pdfium.PdfPage) -> _Cover:
        left, bottom, right, top = page.get_bbox()
        rows, columns = (max(1, round(side / COVER_CELL_PT)) for side in (top - bottom, right - left))
        return cls(np.zeros((rows, columns), np.uint8), left, bottom)

    def add(self, image: object, matrix: Matrix) -> None:
        """Mark the area of an image: its unit square mapped by its matrix, within its clip path."""
        corners = _mapped(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]), matrix @ _matrix(image))
        shape = self._cells(corners)
        part = np.zeros_like(self.cells)
        cv2.fillConvexPoly(part, shape, 1)
        for path in _clip_paths(image):
            clip = self._cells(_mapped(path, matrix))
            (x0, y0), (x1, y1) = clip.min(axis=0), clip.max(axis=0)
            keep = np.zeros_like(part)
            keep[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)] = 1
            part &= keep
        np.bitwise_or(self.cells, part, out=self.cells)

    def _cells(self, points: NDArray[np.float64]) -> NDArray[np.int32]:
        shifted = np.clip((points - (self.left, self.bottom)) / COVER_CELL_PT, -32000, 32000)
        return np.asarray(np.round(shifted), dtype=np.int32)

    @property
    def share(self) -> float:
        return float(self.cells.mean())


@dataclass(frozen=True, slots=True)
class _ContentWalk:
    """Walks through a page's objects and into its forms."""

    texts: list[object]
    cover: _Cover

    def through(self, parent: object, matrix: Matrix, depth: int) -> None:
        count = raw.FPDFFormObj_CountObjects if depth else raw.FPDFPage_CountObjects
        take = raw.FPDFFormObj_GetObject if depth else raw.FPDFPage_GetObject
        for index in range(count(parent)):
            item = take(parent, index)
            active = ctypes.c_int(1)
            if raw.FPDFPageObj_GetIsActive(item, active) and not active.value:
                continue
            kind = raw.FPDFPageObj_GetType(item)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self.texts.append(item)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                self.cover.add(item, matrix)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MOST_NESTED:
                self.through(item, matrix @ _matrix(item), depth + 1)


def _matrix(item: object) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, found):
        return np.eye(3)
    return np.array([[found.a, found.c, found.e], [found.b, found.d, found.f], [0.0, 0.0, 1.0]])


def _mapped(points: NDArray[np.float64], matrix: Matrix) -> NDArray[np.float64]:
    return np.asarray(points @ matrix[:2, :2].T + matrix[:2, 2], dtype=np.float64)


def _clip_paths(item: object) -> Iterator[NDArray[np.float64]]:
    """Yield the points of each clip path of an object, in the object's outer space."""
    clip = raw.FPDFPageObj_GetClipPath(item)
    for path in range(max(0, raw.FPDFClipPath_CountPaths(clip)) if clip else 0):
        points = []
        for place in range(max(0, raw.FPDFClipPath_CountPathSegments(clip, path))):
            x, y = ctypes.c_float(), ctypes.c_float()
            if raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, place), x, y):
                points.append((x.value, y.value))
        if points:
            yield np.array(points)
