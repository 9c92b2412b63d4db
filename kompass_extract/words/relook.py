"""Read places of a page again, enlarged and with both recognisers, where expected content was not read.

The page is turned and deskewed as for its first reading; each cut-out is given to the recognisers as
a single line.  Content passes page and box and never sees an image.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol

import cv2
import numpy as np

from kompass_extract.errors import KompassError
from kompass_extract.model.document import Page, Word
from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Gray
from kompass_extract.pages.image import PageImage, prepare, upside_down
from kompass_extract.pages.source import SourceFile, SourceKind, load_page
from kompass_extract.settings import ReadingSettings
from kompass_extract.words.fusion import merge_readings
from kompass_extract.words.page_reader import Readers

ENLARGED = 2
"""Factor by which a place is enlarged; a lone digit of a poor scan is some ten pixels high."""
DARK, RULE_SHARE = 128, 0.6
"""A row or column of the cut-out is a rule if more than this share of its pixels is darker than this, of 255."""
LEAST_PX = 6
"""A cut-out lower or narrower than this, in pixels before enlargement, holds nothing readable."""


class Relook(Protocol):
    """Reads places of a page again."""

    def __call__(self, page: Page, boxes: Sequence[Box]) -> list[tuple[Word, ...]]:
        """Return the words in each of the boxes (points on the upright page); () if nothing was read."""
        ...


class PageRelook:
    """Reads places of one file's pages again; recognisers and pages are loaded on first use."""

    def __init__(self, source: SourceFile, readers: Callable[[], Readers], settings: ReadingSettings) -> None:
        self._source = source
        self._settings = settings
        self._readers = lru_cache(maxsize=1)(readers)
        self._picture = lru_cache(maxsize=1)(self._load)

    def __call__(self, page: Page, boxes: Sequence[Box]) -> list[tuple[Word, ...]]:
        if self._source.kind is SourceKind.TEXT or not boxes:
            return [() for _ in boxes]
        try:
            image = self._picture(page.number, page.rotation)
            return self._read(image, boxes)
        except KompassError:  # the value stays missing and is flagged for review
            return [() for _ in boxes]

    def _load(self, number: int, rotation: int) -> PageImage:
        raw = load_page(self._source, number, dpi=self._settings.dpi)
        image = prepare(raw.gray, raw.dpi)
        return image if image.rotation == rotation else upside_down(image)

    def _read(self, image: PageImage, boxes: Sequence[Box]) -> list[tuple[Word, ...]]:
        readers = self._readers()
        pictures = [_cut(image, box) for box in boxes]
        shown = [n for n, picture in enumerate(pictures) if picture is not None]
        enlarged = [picture for picture in pictures if picture is not None]
        if not enlarged:
            return [() for _ in boxes]
        lines = readers.lines.read(enlarged, dpi=image.dpi * ENLARGED, timeout=self._settings.page_timeout)
        cells = readers.cells.read_cells(enlarged) if readers.cells is not None else [None] * len(enlarged)
        found: list[tuple[Word, ...]] = [() for _ in boxes]
        for place, line, cell in zip(shown, lines, cells, strict=True):
            words = tuple(Word(word.text, boxes[place], min(1.0, max(0.0, word.confidence))) for word in line)
            merged = merge_readings(words, cell, boxes[place], self._settings) if cell is not None else words
            found[place] = merged
        return found


def _cut(image: PageImage, box: Box) -> Gray | None:
    """Cut out and enlarge a place without the rules around it; None if it lies outside the page."""
    unit = image.dpi / 72
    rows = slice(max(0, int(box.y0 * unit)), int(box.y1 * unit) + 1)
    columns = slice(max(0, int(box.x0 * unit)), int(box.x1 * unit) + 1)
    part = image.even[rows, columns].copy()
    if min(part.shape) < LEAST_PX:
        return None
    dark = part < DARK
    part[dark.mean(axis=1) > RULE_SHARE, :] = 255
    part[:, dark.mean(axis=0) > RULE_SHARE] = 255
    inked = np.argwhere(part < DARK)
    if not len(inked):
        return None
    (y0, x0), (y1, x1) = inked.min(axis=0), inked.max(axis=0) + 1
    edge = max(2, (y1 - y0) // 4)
    framed = cv2.copyMakeBorder(part[y0:y1, x0:x1], edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=255)
    enlarged = cv2.resize(framed, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(enlarged, dtype=np.uint8)
