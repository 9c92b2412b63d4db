"""Columns whose lines stand between each other's: no line has another one beside it, yet white parts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kompass_extract.blocks.parts import beside
from kompass_extract.model.geometry import Box
from kompass_extract.words.page_reader import ReadStrip

LEAST_STEPS = 5  # from a line to the next one in the other column, running
MOST_STEP = 1.6  # cap heights between the middles of such lines: less than between lines of one text
LEAST_WHITE = 2.0  # cap heights between the columns


def staggered_white(strips: Sequence[ReadStrip], em: float) -> Iterator[Box]:
    """The white between columns wherever enough lines, from top to bottom, stand left and right of it in turn."""
    white: Box | None = None
    steps = 0
    for above, below in pairwise(sorted(strips, key=lambda strip: strip.line.box.center_y)):
        step = _step(above, below, em)
        joined = step if white is None or step is None else _both(white, step, em)
        if joined is None and steps >= LEAST_STEPS and white is not None:
            yield white
        steps = 0 if step is None else steps + 1 if joined is not None else 1
        white = joined if joined is not None else step
    if steps >= LEAST_STEPS and white is not None:
        yield white


def _step(above: ReadStrip, below: ReadStrip, em: float) -> Box | None:
    """The white between two lines of different columns; None where they are no such lines."""
    left, right = sorted((above.line.box, below.line.box), key=lambda box: box.x0)
    near = below.line.box.center_y - above.line.box.center_y <= MOST_STEP * em
    if not near or right.x0 - left.x1 < LEAST_WHITE * em or beside(above, below):
        return None
    return Box(left.x1, above.line.box.y0, right.x0, below.line.box.y1)


def _both(white: Box, step: Box, em: float) -> Box | None:
    """What is white beside both; None where that is too narrow."""
    x0, x1 = max(white.x0, step.x0), min(white.x1, step.x1)
    return Box(x0, white.y0, x1, step.y1) if x1 - x0 >= LEAST_WHITE * em else None
