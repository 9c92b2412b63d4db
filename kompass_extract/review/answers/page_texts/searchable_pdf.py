"""A report as a searchable PDF: each page's picture, and its corrected text at its place, drawn invisibly.

The text is in a font that comes with the PDF library and is embedded, with a table from glyphs to characters: programs
find and copy every character, also those that the font has no shape for.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kompass_extract.model.geometry import Box
from kompass_extract.review.answers.page_texts.placed_text import PlacedLine, PlacedPage
from kompass_extract.review.answers.page_texts.xml_parts import plain

FONT, FONT_FILE = "Vera", "Vera.ttf"
INVISIBLE = 3  # PDF's render mode for text that is neither filled nor stroked
ASCENT, DESCENT = 0.76, 0.24  # of the font's size: from the baseline to the upper and the lower edge
PER_CENT = 100.0
NARROWEST = 0.75
"""Of a letter's own width: readers take two letters for one drawn twice (bold) where they stand within a tenth of the
font's size, and the narrowest letters are 0.28 of it wide."""
GAP = 0.25  # of the font's size: readers join words that stand nearer, also with a blank between them
SMALLEST = 0.5  # points


def write_pdf(path: Path, title: str, pages: Iterable[tuple[PlacedPage, bytes | None]]) -> None:
    """Write the pages with their pictures; a page without a picture is white."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, FONT_FILE))
    canvas = Canvas(str(path), pageCompression=1, invariant=1, lang="sv-SE")
    canvas.setTitle(plain(title))
    canvas.setCreator("kompass-extract")
    for page, picture in pages:
        canvas.setPageSize((page.width, page.height))
        if picture is not None:
            canvas.drawImage(ImageReader(io.BytesIO(picture)), 0, 0, page.width, page.height)
        for region in page.regions:
            for line in region.lines:
                _draw(canvas, page, line)
        canvas.showPage()
    canvas.save()


def _draw(canvas: Any, page: PlacedPage, line: PlacedLine) -> None:
    """Draw a line's words, each as wide as its ink and with the blank behind it in one piece.

    Some readers take no blank that is a piece of its own.
    """
    from reportlab.pdfbase.pdfmetrics import stringWidth

    tall = max(SMALLEST, line.box.height / (ASCENT + DESCENT))
    baseline = page.height - line.box.y1 + DESCENT * tall
    words = [(shown, word.box) for word in line.words if (shown := plain(word.text))]
    natural = [stringWidth(shown, FONT, 1.0) for shown, _ in words]  # in sizes of the font
    rooms = _rooms([box for _, box in words], GAP * tall)
    size = _size(tall, rooms, natural)
    text = canvas.beginText()
    text.setFont(FONT, size)
    text.setTextRenderMode(INVISIBLE)
    for (shown, box), room, width in zip(words, rooms, natural, strict=True):
        wide = max(min(box.width, room - GAP * size), NARROWEST * width * size)
        text.setHorizScale(PER_CENT * wide / (width * size) if width else PER_CENT)
        text.setTextOrigin(box.x0, baseline)
        text.textOut(f"{shown} ")
    canvas.drawText(text)


def _rooms(boxes: Sequence[Box], gap: float) -> list[float]:
    """Return how much room each word has up to the next one; the last has its box and a gap."""
    edges = [*(box.x0 for box in boxes[1:]), *(box.x1 + gap for box in boxes[-1:])]
    return [max(0.0, edge - box.x0) for box, edge in zip(boxes, edges, strict=True)]


def _size(tall: float, rooms: Sequence[float], natural: Sequence[float]) -> float:
    """Return the size of a line's font: its height, or less where a word and its gap have too little room at that."""
    fitting = (room / (NARROWEST * width + GAP) for room, width in zip(rooms, natural, strict=True))
    return max(SMALLEST, min([tall, *fitting]))
