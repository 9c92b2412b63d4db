"""A page's picture to draw on: boxes in points, colours by name, captions that stay on the page."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kompass_extract.model.document import BlockKind
from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Gray

Colour = tuple[int, int, int]
"""Blue, green, red, each 0 to 255."""

PICTURE_DPI = 110  # text of 8 points can be read at it
LETTER_HEIGHT_PX = 10  # of a caption; one that would stand above the page is moved down by it
_FONT_SCALE = 0.38  # of OpenCV's simplex letters: 8 pixels high

WORD: Colour = (215, 215, 215)
COLOURS: dict[BlockKind, Colour] = {
    BlockKind.STRENGTH: (60, 160, 40),
    BlockKind.IMPROVEMENT: (30, 90, 230),
    BlockKind.NARRATIVE: (200, 120, 40),
    BlockKind.SCORE_TABLE: (190, 40, 170),
    BlockKind.HEADING: (40, 40, 40),
    BlockKind.RUBRIC: (160, 160, 0),
    BlockKind.FRONT_MATTER: (140, 140, 140),
    BlockKind.FIGURE: (0, 180, 220),
    BlockKind.PAGE_FURNITURE: (190, 190, 190),
}


class Canvas:
    """A colour picture of an upright page at ``dpi``."""

    def __init__(self, gray: Gray, dpi: int = PICTURE_DPI) -> None:
        self.pixels: NDArray[np.uint8] = np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
        self._unit = dpi / 72
        self._captions: list[tuple[str, Box, Colour]] = []

    def rectangle(self, box: Box, colour: Colour, *, width: int = 1, grown: float = 0.0) -> None:
        """Draw the edge of ``box``, ``grown`` by points on each side, ``width`` pixels thick."""
        place = box.grown(grown).in_pixels(self._unit)
        cv2.rectangle(self.pixels, (int(place.x0), int(place.y0)), (int(place.x1), int(place.y1)), colour, width)

    def caption(self, text: str, box: Box, colour: Colour) -> None:
        """Write ``text`` above the upper left corner of ``box`` when all boxes are drawn."""
        self._captions.append((text, box, colour))

    def write(self, path: Path) -> Path:
        """Write the picture with its captions as PNG."""
        for caption in self._captions:
            self._put(*caption)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cv2.imencode(".png", self.pixels)[1].tobytes())
        return path

    def _put(self, text: str, box: Box, colour: Colour) -> None:
        place = (int(box.x0 * self._unit), max(LETTER_HEIGHT_PX, int((box.y0 - 2) * self._unit)))
        cv2.putText(self.pixels, text, place, cv2.FONT_HERSHEY_SIMPLEX, _FONT_SCALE, colour, 1, cv2.LINE_AA)
