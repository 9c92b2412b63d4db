"""Define the interface of all recognisers, whichever engine is behind it.

A recogniser turns images of single text lines into words; it never sees a page, so it cannot mix columns.
An empty reading is a result, not an error; a crash or a timeout is an ``OcrFailedError``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kompass_extract.model.geometry import PixelBox
from kompass_extract.pages.components import Gray


@dataclass(frozen=True, slots=True)
class PictureWord:
    """A word in an image; ``box`` is in the image's pixels, ``confidence`` 0..1 as reported by the engine."""

    text: str
    box: PixelBox
    confidence: float


class LineReader(Protocol):
    """Reads images of single text lines (uint8, dark on white)."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def languages(self) -> str: ...

    def read(self, pictures: Sequence[Gray], *, dpi: int, timeout: float) -> list[tuple[PictureWord, ...]]:
        """Return one tuple of words per image; ``timeout`` in seconds covers all of them together."""
        ...


@dataclass(frozen=True, slots=True)
class RecognisedCell:
    """The second recogniser's reading of an image, with the mean and the least probability of its characters."""

    text: str
    confidence: float
    weakest: float


class CellReader(Protocol):
    """Reads short images such as number cells, independently of the line recogniser."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def read_cells(self, pictures: Sequence[Gray]) -> list[RecognisedCell]: ...
