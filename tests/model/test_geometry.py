"""Points and pixels: two types of boxes that turn into each other and into nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kompass_extract.model.geometry import Box, PixelBox

SIDES = st.floats(0, 5000, allow_nan=False)


@given(SIDES, SIDES, SIDES, SIDES, st.sampled_from([72, 110, 150, 200, 300]))
def test_a_box_comes_back_from_a_picture_as_it_was(x0: float, y0: float, x1: float, y1: float, dpi: int) -> None:
    box = Box(x0, y0, x1, y1)
    back = box.in_pixels(dpi / 72).in_points(72 / dpi)
    sides = zip((back.x0, back.y0, back.x1, back.y1), (x0, y0, x1, y1), strict=True)
    assert all(abs(side - own) <= 1e-9 * max(1.0, own) for side, own in sides)


def test_pixels_are_no_points() -> None:
    assert Box(0, 0, 72, 36).in_pixels(200 / 72) == PixelBox(0, 0, 200, 100)
    assert PixelBox(0, 0, 10, 10) != Box(0, 0, 10, 10)
    assert PixelBox(1, 2, 3, 4).scaled(2) == PixelBox(2, 4, 6, 8)
