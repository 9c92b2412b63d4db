"""A report as a searchable PDF: each page's picture, and its corrected text at its place, drawn invisibly.

The text is in a font that comes with the PDF library and is embedded, with a table from glyphs to characters: programs
find and copy every character, also those that the font has no shape for.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kompass_extract.review.answers.page_texts.placed_text import PlacedLine, PlacedPage
from kompass_extract.review.answers.page_texts.xml_parts import plain

FONT, FONT_FILE = "Vera", "Vera.ttf"
INVISIBLE = 3  # PDF's render mode for text that is neither filled nor stroked
ASCENT, DESCENT = 0.76, 0.24  # of the font's size: from the baseline to the upper and the lower edge
PER_CENT = 100.0


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
    """Draw a line's words, each as wide as its ink, with a blank as wide as the gap behind it."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    size = max(1.0, line.box.height / (ASCENT + DESCENT))
    baseline = page.height - line.box.y1 + DESCENT * size
    text = canvas.beginText()
    text.setFont(FONT, size)
    text.setTextRenderMode(INVISIBLE)
    for number, word in enumerate(line.words):
        shown = plain(word.text)
        following = line.words[number + 1].box.x0 if number + 1 < len(line.words) else None
        for part, left, right in ((shown, word.box.x0, word.box.x1), (" ", word.box.x1, following)):
            natural = stringWidth(part, FONT, size)
            if right is None or right <= left or not natural:
                continue
            text.setHorizScale(PER_CENT * (right - left) / natural)
            text.setTextOrigin(left, baseline)
            text.textOut(part)
    canvas.drawText(text)
