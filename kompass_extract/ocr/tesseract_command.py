"""Tesseract as a command (pytesseract): the reference engine; one call reads all lines of a page.

A call costs as much to start as some lines cost to read, so the lines are set one below the other on one
white sheet, which Tesseract splits again without fail because nothing on it is crooked or side by side.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

os.environ.setdefault("OMP_THREAD_LIMIT", "1")

import numpy as np
import pytesseract

from kompass_extract.errors import OcrFailedError, OcrMissingError
from kompass_extract.geometry import Box
from kompass_extract.ink import Gray
from kompass_extract.ocr.base import PictureWord
from kompass_extract.ocr.tessdata import find_tessdata

MARGIN_PX = 20
SPACE_PX = 14  # between two lines of the sheet


class CommandTesseract:
    """A LineReader that starts ``tesseract`` once per page."""

    name = "pytesseract"

    def __init__(self, languages: str = "swe") -> None:
        self.languages = languages
        try:
            self.version = str(pytesseract.get_tesseract_version())
        except (pytesseract.TesseractNotFoundError, SystemExit, subprocess.SubprocessError) as error:
            raise OcrMissingError(
                "The program tesseract was not found. Install it (Debian: apt-get install tesseract-ocr "
                "tesseract-ocr-swe) or choose --engine tesserocr."
            ) from error
        self._folder = find_tessdata(languages)

    def read(self, pictures: Sequence[Gray], *, dpi: int, timeout: float) -> list[tuple[PictureWord, ...]]:
        if not pictures:
            return []
        sheet, tops = _sheet(pictures)
        try:
            data = pytesseract.image_to_data(
                sheet,
                lang=self.languages,
                config=f'--psm 6 --oem 1 --dpi {dpi} --tessdata-dir "{self._folder}"',
                output_type=pytesseract.Output.DICT,
                timeout=max(1, int(timeout)),
            )
        except pytesseract.TesseractError as error:
            raise OcrFailedError(f"tesseract failed: {error}") from error
        except RuntimeError as error:
            raise OcrFailedError(f"Reading took more than {timeout:.0f} s.") from error
        lines: list[list[PictureWord]] = [[] for _ in pictures]
        for text, confidence, x, y, width, height in zip(
            data["text"], data["conf"], data["left"], data["top"], data["width"], data["height"], strict=True
        ):
            if not text.strip():
                continue
            line = max(0, int(np.searchsorted(tops, y + height / 2, side="right")) - 1)
            x0, y0 = x - MARGIN_PX, y - tops[line]
            box = Box(float(x0), float(y0), float(x0 + width), float(y0 + height))
            lines[line].append(PictureWord(text.strip(), box, max(0.0, float(confidence)) / 100))
        return [tuple(sorted(line, key=lambda word: word.box.x0)) for line in lines]


def _sheet(pictures: Sequence[Gray]) -> tuple[Gray, list[int]]:
    """All pictures below each other on white, and where each begins."""
    width = max(picture.shape[1] for picture in pictures) + 2 * MARGIN_PX
    height = sum(picture.shape[0] + SPACE_PX for picture in pictures) + 2 * MARGIN_PX
    sheet = np.full((height, width), 255, dtype=np.uint8)
    tops, y = [], MARGIN_PX
    for picture in pictures:
        rows, columns = picture.shape
        sheet[y : y + rows, MARGIN_PX : MARGIN_PX + columns] = picture
        tops.append(y)
        y += rows + SPACE_PX
    return sheet, tops
