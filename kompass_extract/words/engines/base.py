"""What every reader gives, whichever engine is behind it.

A reader gets pictures of single text lines and gives words; it never sees a page, so it cannot mix columns.
Reading nothing is a result, not an error; a crash or a timeout is an ``OcrFailedError``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kompass_extract.model.geometry import PixelBox
from kompass_extract.pages.components import Gray


@dataclass(frozen=True, slots=True)
class PictureWord:
    """A word in a picture; ``box`` is in the picture's pixels, ``confidence`` 0..1 as the engine gives it."""

    text: str
    box: PixelBox
    confidence: float


class LineReader(Protocol):
    """Reads pictures of single text lines (uint8, dark on white)."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def languages(self) -> str: ...

    def read(self, pictures: Sequence[Gray], *, dpi: int, timeout: float) -> list[tuple[PictureWord, ...]]:
        """One tuple of words per picture; ``timeout`` in seconds holds for all of them together."""
        ...


@dataclass(frozen=True, slots=True)
class RecognisedCell:
    """What the second reader sees in a picture, with the mean and the least probability of its characters."""

    text: str
    confidence: float
    weakest: float


class CellReader(Protocol):
    """Reads short pictures such as number cells, independently of the line reader."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def read_cells(self, pictures: Sequence[Gray]) -> list[RecognisedCell]: ...
