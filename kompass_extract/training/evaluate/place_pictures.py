"""The picture of a place on a page: what a reader of the evaluation compares gold and reading with.

Pages are rendered once at a resolution that is enough for the eye, turned and levelled as the report says that they
were when they were read, so that its boxes fit.
"""

from __future__ import annotations

import atexit
import base64
import io
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image

from kompass_extract.errors import KompassError
from kompass_extract.model.report import Evidence, PageInfo
from kompass_extract.workers.fenced import FencedPictures
from kompass_extract.workers.protocol import PictureOrder

_DPI = 110  # of the pictures; text of 8 points can be read at it
_MARGIN_PT = 12.0  # shown around the box, so that its neighbourhood can be told
_LARGEST_PT = 330.0  # height of a picture; what is taller is cut, since its error is seldom at the end
_PAGES_KEPT = 8  # pages in memory; errors come in the order of pages


def picture(path: Path, pages: Sequence[PageInfo], evidence: Sequence[Evidence]) -> str | None:
    """A data URI of the first place of ``evidence`` in the input ``path``; None where it cannot be shown."""
    if not evidence or path.suffix.lower() == ".txt":
        return None
    place = evidence[0]
    if place.bbox is None:
        return None
    info = next((page for page in pages if page.number == place.page), None)
    try:
        image = _page(path, place.page, info.rotation if info else 0, info.skew if info else 0.0)
    except (KompassError, OSError, ValueError):
        return None
    x0, y0, x1, y1 = place.bbox
    y1 = min(y1, y0 + _LARGEST_PT)
    scale = _DPI / 72
    box = (
        max(0, round((x0 - _MARGIN_PT) * scale)),
        max(0, round((y0 - _MARGIN_PT) * scale)),
        min(image.width, round((x1 + _MARGIN_PT) * scale)),
        min(image.height, round((y1 + _MARGIN_PT) * scale)),
    )
    if box[2] - box[0] < 2 or box[3] - box[1] < 2:
        return None
    buffer = io.BytesIO()
    image.crop(box).quantize(16).save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


@lru_cache(maxsize=_PAGES_KEPT)
def _page(path: Path, number: int, rotation: int, skew: float) -> Image.Image:
    """Page ``number`` (from 1) in grey at ``_DPI``, upright and level; drawn in a fenced process."""
    wanted = PictureOrder(str(path), number, _DPI, rotation, skew)
    return Image.open(io.BytesIO(_pictures().jpeg(wanted))).convert("L")


@cache
def _pictures() -> FencedPictures:
    """The process that draws, ended with this one."""
    pictures = FencedPictures()
    atexit.register(pictures.end)
    return pictures
