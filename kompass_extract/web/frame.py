"""Which part of a page is shown: enough around a place to read it, never less than the whole of it."""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.model.geometry import Box, union

LEAST_WIDTH_PT = 330.0  # about a column of text; narrower crops lose their surroundings
AROUND = 0.12  # of the width, left free on either side
SHAPE = 0.95  # height of the shown part by its width, about that of the room on a 1280 × 800 screen
ABOVE = 0.42  # where in the shown part the place's middle stands, from its top


def crop(places: Sequence[Box], width: float, height: float) -> Box:
    """The part of a page of ``width`` × ``height`` points to show around ``places``; the whole page for none.

    It has the ``SHAPE`` of the room, holds every place that a page can hold, and stays on the page where it can.
    """
    if not places or width <= 0 or height <= 0:
        return Box(0.0, 0.0, max(1.0, width), max(1.0, height))
    place = union(places)
    wide = max(LEAST_WIDTH_PT, place.width * (1 + 2 * AROUND), place.height * (1 + AROUND) / SHAPE)
    wide = min(wide, max(width, height / SHAPE))
    high = wide * SHAPE
    x0 = _held(place.center_x - wide / 2, wide, width)
    above = max(place.y1 - high, min(place.y0, place.center_y - high * ABOVE))
    y0 = _held(above, high, height)
    return Box(x0, y0, x0 + wide, y0 + high)


def _held(start: float, length: float, whole: float) -> float:
    """The start of an interval moved so that it lies within ``whole``, or in its middle where it is longer."""
    if length >= whole:
        return (whole - length) / 2
    return min(max(0.0, start), whole - length)


def view_box(box: Box) -> str:
    """The box as an SVG ``viewBox``."""
    return " ".join(f"{value:.1f}" for value in (box.x0, box.y0, box.width, box.height))
