"""Pages drawn for tests: letters, marks and rules at known places, in points; and PDFs written byte by byte."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Gray

A4 = (595.3, 841.9)
SENTENCE = "The quick brown fox jumps over the lazy dog while the others look on and wonder"


class Sheet:
    """A white page to draw on; all lengths in points from the top left corner."""

    def __init__(self, width: float = A4[0], height: float = A4[1], dpi: int = 200, paper: int = 255) -> None:
        self.dpi = dpi
        self.image = Image.new("L", (round(width * dpi / 72), round(height * dpi / 72)), paper)
        self.pen = ImageDraw.Draw(self.image)

    @property
    def gray(self) -> Gray:
        """The picture as the modules take it: (height, width) uint8."""
        return np.array(self.image, dtype=np.uint8)

    def text(self, x: float, baseline: float, text: str, size: float = 11.0, fill: int = 0) -> float:
        """Write ``text`` on a baseline; the x where it ends."""
        font = ImageFont.load_default(size * self.dpi / 72)
        place = (x * self.dpi / 72, baseline * self.dpi / 72)
        self.pen.text(place, text, fill=fill, font=font, anchor="ls")
        return x + self.pen.textlength(text, font=font) * 72 / self.dpi

    def justified(self, x0: float, x1: float, baseline: float, text: str, size: float = 11.0) -> None:
        """Write ``text`` from x0 to x1 with its word spaces stretched evenly."""
        font = ImageFont.load_default(size * self.dpi / 72)
        words = text.split()
        widths = [self.pen.textlength(word, font=font) * 72 / self.dpi for word in words]
        space = (x1 - x0 - sum(widths)) / (len(words) - 1)
        x = x0
        for word, width in zip(words, widths, strict=True):
            self.text(x, baseline, word, size)
            x += width + space

    def dot(self, x: float, y: float, radius: float = 1.4, fill: int = 0) -> None:
        """A filled circle."""
        self.pen.ellipse(self._pixels(x - radius, y - radius, x + radius, y + radius), fill=fill)

    def square(self, x: float, y: float, side: float, fill: int = 0) -> None:
        """A filled square from its top left corner."""
        self.pen.rectangle(self._pixels(x, y, x + side, y + side), fill=fill)

    def rectangle(self, box: Box, fill: int = 0) -> None:
        """A filled rectangle: a rule, a bar, a band."""
        self.pen.rectangle(self._pixels(box.x0, box.y0, box.x1, box.y1), fill=fill)

    def paragraph(self, x: float, top: float, lines: int, size: float = 11.0, text: str = SENTENCE) -> None:
        """Lines of running text, 1.4 times the size apart; ``top`` is the first baseline."""
        for number in range(lines):
            self.text(x, top + 1.4 * size * number, text, size)

    def turned(self, degrees: float) -> Gray:
        """The page slanted counter-clockwise by ``degrees``, as a scanner would see it."""
        gray = self.gray
        height, width = gray.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        return np.asarray(cv2.warpAffine(gray, turn, (width, height), borderValue=255), dtype=np.uint8)

    def _pixels(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        unit = self.dpi / 72
        return x0 * unit, y0 * unit, x1 * unit, y1 * unit


def pdf_bytes(sizes: Sequence[tuple[float, float]]) -> bytes:
    """A PDF with one empty page per size (width, height in points), by hand."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(len(sizes)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(sizes)} >>"]
    objects.extend(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {w} {h}] >>" for w, h in sizes)
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R >>\n"
    return made + f"{end}startxref\n{len(made)}\n%%EOF\n".encode()


def save_pages(sheets: Sequence[Sheet], path: Path) -> Path:
    """The sheets as a scanned PDF or a multi-page TIFF, told by the file's ending."""
    first, *rest = [sheet.image for sheet in sheets]
    dpi = sheets[0].dpi
    if path.suffix == ".pdf":
        first.save(path, save_all=True, append_images=rest, resolution=dpi)
    else:
        first.save(path, save_all=True, append_images=rest, dpi=(dpi, dpi))
    return path
