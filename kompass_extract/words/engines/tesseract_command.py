"""Run Tesseract as a command (pytesseract): the reference engine, used if tesserocr is not installed.

The command reads many images, one for each line, and so loads its model once for all of them.  Each call of ``read``
starts it at most twice: for all lines small (see ``framing``), and again for those with low confidence,
with Tesseract's framing and, if doubtful, enlarged.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

os.environ.setdefault("OMP_THREAD_LIMIT", "1")

import pytesseract

from kompass_extract.errors import OcrFailedError, OcrMissingError
from kompass_extract.model.geometry import PixelBox
from kompass_extract.pages.components import Gray
from kompass_extract.words.engines.base import PictureWord
from kompass_extract.words.engines.framing import Framed, Words, enlarged, gains_enlarged, is_sure, small, surer, usual
from kompass_extract.words.engines.tessdata import find_tessdata

NAME = "pytesseract"
_RAW_LINE, _SINGLE_LINE = 13, 7  # page segmentation modes
_WORD_LEVEL = "5"  # of the rows of Tesseract's table


def version() -> str:
    """Return the version of the program; raise OcrMissingError without it."""
    try:
        return str(pytesseract.get_tesseract_version())
    except (pytesseract.TesseractNotFoundError, SystemExit, subprocess.SubprocessError) as error:
        raise OcrMissingError(
            "The program tesseract was not found. Install it (Debian: apt-get install tesseract-ocr "
            "tesseract-ocr-swe) or choose --engine tesserocr."
        ) from error


class CommandTesseract:
    """A LineReader that starts ``tesseract`` once or twice for the lines of a page."""

    name = NAME

    def __init__(self, languages: str = "swe") -> None:
        self.languages = languages
        self.version = version()
        self._folder = find_tessdata(languages)

    def read(self, pictures: Sequence[Gray], *, dpi: int, timeout: float) -> list[tuple[PictureWord, ...]]:
        end = monotonic() + timeout
        lines = self._recognise([small(picture) for picture in pictures], dpi, end)
        again = [index for index, words in enumerate(lines) if not is_sure(words)]
        large = [index for index in again if gains_enlarged(pictures[index], lines[index])]
        framed = [*(usual(pictures[index]) for index in again), *(enlarged(pictures[index]) for index in large)]
        others = self._recognise(framed, dpi, end)
        for index, words in zip(again, others, strict=False):
            lines[index] = surer(lines[index], words)
        for index, words in zip(large, others[len(again) :], strict=True):
            if gains_enlarged(pictures[index], lines[index]):
                lines[index] = surer(lines[index], words)
        return lines

    def _recognise(self, framed: Sequence[Framed | None], dpi: int, end: float) -> list[Words]:
        """Return the words of each image, in its line's own pixels; none for an image that is None."""
        shown = [(index, one) for index, one in enumerate(framed) if one is not None]
        found: list[Words] = [() for _ in framed]
        for raw in (True, False):
            some = [(index, one) for index, one in shown if one.raw is raw]
            if some:
                tables = self._read_files(
                    [one.picture for _, one in some], _RAW_LINE if raw else _SINGLE_LINE, dpi, end
                )
                for (index, one), words in zip(some, tables, strict=True):
                    found[index] = one.back(words)
        return found

    def _read_files(self, pictures: Sequence[Gray], mode: int, dpi: int, end: float) -> list[list[PictureWord]]:
        """Return the words of each image in its own pixels, all read by one start of the program."""
        left = end - monotonic()
        if left <= 0:
            raise OcrFailedError("Reading took more time than a page is given.")
        with tempfile.TemporaryDirectory(prefix="kompass-") as directory:
            names = [_write(picture, Path(directory) / f"{index}.pgm") for index, picture in enumerate(pictures)]
            wanted = Path(directory) / "lines.txt"
            wanted.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
            try:
                table = pytesseract.image_to_data(
                    str(wanted),
                    lang=self.languages,
                    config=f'--psm {mode} --oem 1 --dpi {dpi} -c tessedit_do_invert=0 --tessdata-dir "{self._folder}"',
                    timeout=max(1, int(left)),
                )
            except pytesseract.TesseractError as error:
                raise OcrFailedError(f"tesseract failed: {error}") from error
            except RuntimeError as error:
                raise OcrFailedError("Reading took more time than a page is given.") from error
        return _words(table, len(pictures))


def _write(picture: Gray, path: Path) -> Path:
    """Write the image as a portable gray map, which is fast to write and read."""
    height, width = picture.shape
    path.write_bytes(b"P5 %d %d 255\n" % (width, height) + picture.tobytes())
    return path


def _words(table: str, pictures: int) -> list[list[PictureWord]]:
    """Return the words of each image from Tesseract's table, whose pages are the images."""
    lines: list[list[PictureWord]] = [[] for _ in range(pictures)]
    for row in table.splitlines()[1:]:
        level, page, *_, left, top, width, height, confidence, text = row.split("\t")
        if level == _WORD_LEVEL and text.strip():
            x, y = float(left), float(top)
            box = PixelBox(x, y, x + float(width), y + float(height))
            lines[int(page) - 1].append(PictureWord(text.strip(), box, max(0.0, float(confidence)) / 100))
    return lines
