"""Where places lie on a page that is written for other programs: a text's lines spread evenly over its page.

ALTO and PAGE want a box for each line; one of a text's says no more than where the line comes among the others.
"""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.model.evidence_places import HasPlace, lines_of
from kompass_extract.model.geometry import Box
from kompass_extract.model.report import BlockInfo, PageInfo


class PlaceBoxes:
    """The boxes of places on one page."""

    def __init__(self, page: PageInfo, blocks: Sequence[BlockInfo]) -> None:
        lines = [line for block in blocks for line in lines_of(block)]
        self._width, height = page.extent
        self._first = min(lines, default=1)
        self._height = height / (max(lines, default=1) - self._first + 1)

    def __call__(self, place: HasPlace) -> Box:
        """The box of a place in points."""
        if place.bbox is not None:
            return Box(*place.bbox)
        lines = lines_of(place)
        top, bottom = ((line - self._first) * self._height for line in (lines.start, lines.stop))
        return Box(0.0, top, self._width, bottom)

    def drawn(self, blocks: Sequence[BlockInfo]) -> dict[str, Box]:
        """The box in which each block is written, by its id: blocks of the same lines stand below one another."""
        together: dict[Box, list[BlockInfo]] = {}
        for block in blocks:
            together.setdefault(self(block), []).append(block)
        return {
            block.id: box if block.bbox is not None else _part(box, at, len(those))
            for box, those in together.items()
            for at, block in enumerate(those)
        }


def _part(box: Box, at: int, count: int) -> Box:
    height = box.height / count
    return Box(box.x0, box.y0 + at * height, box.x1, box.y0 + (at + 1) * height)
