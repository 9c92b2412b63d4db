"""Pictures of an archive's pages, drawn by the fenced process that alone opens foreign files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from kompass_extract.errors import KompassError
from kompass_extract.model.report import PageInfo
from kompass_extract.workers.fenced import FencedPictures
from kompass_extract.workers.protocol import PictureOrder

DPI = 200  # of the pictures that are written: what the pages are usually scanned at


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page's picture; ``jpeg`` None where it could not be drawn, and ``problem`` why."""

    jpeg: bytes | None
    problem: str | None = None


class PagePictures:
    """Draws pages; close it, or use it in a ``with`` statement."""

    def __init__(self) -> None:
        self._drawing = FencedPictures()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._drawing.end()

    def of(self, source: Path | None, page: PageInfo) -> DrawnPage:
        """Return a page's picture, upright and level as its boxes are; ``source`` None has none."""
        if source is None or page.kind == "text":
            return DrawnPage(None)
        try:
            return DrawnPage(self._drawing.jpeg(PictureOrder(str(source), page.number, DPI, page.rotation, page.skew)))
        except KompassError as error:
            return DrawnPage(None, f"page {page.number} has no picture: {error}")
