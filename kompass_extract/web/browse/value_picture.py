"""A value's place on its page as a picture: what is cut out, and the box around it."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from kompass_extract.errors import UsageError
from kompass_extract.model.evidence_places import boxes_on
from kompass_extract.model.geometry import Box
from kompass_extract.review.answers import AnswerArchive
from kompass_extract.review.answers.value_keys import keyed_field
from kompass_extract.web.frame import crop
from kompass_extract.web.pictures import PICTURE_DPI, Pictures

POINTS_PER_INCH = 72
BOX_COLOUR, DOUBT_COLOUR = (29, 79, 115), (217, 119, 6)
BOX_WIDTH = 3  # pixels
FREE = 3.0  # points between a value and its box


def value_png(archive: AnswerArchive, pictures: Pictures, report_id: str, key: str) -> bytes:
    """Return the place of a value as PNG; UsageError where it has none on a page with a picture."""
    report = archive.report(report_id)
    one = keyed_field(report, key)
    if not one.field.evidence:
        raise UsageError(f"The value {report_id}/{key} has no place on a page.")
    number = one.field.evidence[0].page
    page = archive.documents.page_file(report, number)
    if page.kind == "text":
        line = next((place.line for place in one.field.evidence if place.line is not None), None)
        stands = f"; the value stands on line {line} of {report.source.file_name}" if line is not None else ""
        raise UsageError(f"The report {report_id} is a text file, which has no pictures{stands}.")
    boxes = boxes_on(number, one.field.evidence)
    picture = Image.open(io.BytesIO(pictures.picture(page).jpeg)).convert("RGB")
    scale = picture.width / page.width if page.width else PICTURE_DPI / POINTS_PER_INCH
    colour = DOUBT_COLOUR if one.field.needs_review else BOX_COLOUR
    return _cut(picture, boxes, (page.width, page.height), scale, colour)


def _cut(
    picture: Image.Image, boxes: Sequence[Box], size: tuple[float, float], scale: float, colour: tuple[int, int, int]
) -> bytes:
    drawing = ImageDraw.Draw(picture)
    for box in boxes:
        around = (box.x0 - FREE, box.y0 - FREE, box.x1 + FREE, box.y1 + FREE)
        drawing.rectangle([scale * one for one in around], outline=colour, width=BOX_WIDTH)
    part = crop(boxes, *size)
    left, top = max(0, round(scale * part.x0)), max(0, round(scale * part.y0))
    right, bottom = min(picture.width, round(scale * part.x1)), min(picture.height, round(scale * part.y1))
    out = io.BytesIO()
    picture.crop((left, top, max(left + 1, right), max(top + 1, bottom))).save(out, "PNG", optimize=True)
    return out.getvalue()
