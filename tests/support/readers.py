"""Readers for tests: one that sees nothing, ones that fail in each way, a slow one, others that say what they are told.

All makers are top-level classes, so that they reach worker processes by pickle.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from kompass_extract.errors import OcrFailedError
from kompass_extract.model.geometry import PixelBox
from kompass_extract.pages.components import Gray
from kompass_extract.words.engines.base import PictureWord, RecognisedCell
from kompass_extract.words.page_reader import Readers

TALL_PX = 70  # pictures of the lines that make a reader crash or sleep; usual lines have 30 at 150 dpi


@dataclass
class EmptyReader:
    """Reads nothing anywhere."""

    name: str = "empty"
    version: str = "0"
    languages: str = "swe"
    calls: list[int] = field(default_factory=list)

    def read(self, pictures: Sequence[Gray], *, dpi: int, timeout: float) -> list[tuple[PictureWord, ...]]:
        self.calls.append(len(pictures))
        return [self.line(picture, index) for index, picture in enumerate(pictures)]

    def line(self, picture: Gray, index: int) -> tuple[PictureWord, ...]:
        return ()


@dataclass
class WidthReader(EmptyReader):
    """Says of each picture how wide it is, in one word that fills it."""

    name: str = "width"
    confidence: float = 0.95

    def line(self, picture: Gray, index: int) -> tuple[PictureWord, ...]:
        height, width = picture.shape
        return (PictureWord(f"w{width}", PixelBox(0, 0, width, height), self.confidence),)


@dataclass
class FailingReader(EmptyReader):
    """Fails as a reader may: with the error of the readers, or with any other."""

    error: Exception = field(default_factory=lambda: OcrFailedError("Tesseract gave up on a line."))

    def line(self, picture: Gray, index: int) -> tuple[PictureWord, ...]:
        raise self.error


@dataclass
class FootedReader(WidthReader):
    """Sure of letters that stand on their feet: the ink of an L is low."""

    name: str = "footed"

    def line(self, picture: Gray, index: int) -> tuple[PictureWord, ...]:
        ys, _ = np.nonzero(picture < 128)
        middle = (ys.min() + ys.max()) / 2
        upright = ys.mean() > middle
        height, width = picture.shape
        word = "LLLL" if upright else "7777"
        return (PictureWord(word, PixelBox(0, 0, width, height), 0.95 if upright else 0.30),)


@dataclass
class RecordedReader(EmptyReader):
    """Gives recorded words line by line, spread evenly over the picture; nothing once they are used up."""

    lines: Sequence[Sequence[tuple[str, float]]] = ()
    given: int = 0

    def line(self, picture: Gray, index: int) -> tuple[PictureWord, ...]:
        words = self.lines[self.given] if self.given < len(self.lines) else ()
        self.given += 1
        height, width = picture.shape
        step = width / max(1, len(words))
        return tuple(
            PictureWord(text, PixelBox(step * n, 0, step * (n + 1) - 2, height), confidence)
            for n, (text, confidence) in enumerate(words)
        )


@dataclass
class TroubledReader(WidthReader):
    """Reads, until a line with tall letters comes: then it ends its process, or sleeps."""

    name: str = "troubled"
    trouble: Callable[[], None] = lambda: None

    def line(self, picture: Gray, index: int) -> tuple[PictureWord, ...]:
        if picture.shape[0] >= TALL_PX:
            self.trouble()
        return super().line(picture, index)


@dataclass
class RecordedCells:
    """A second reader that says the same of every picture, or what a list says in turn."""

    readings: Sequence[RecognisedCell]
    name: str = "cells"
    version: str = "0"
    seen: list[tuple[int, ...]] = field(default_factory=list)

    def read_cells(self, pictures: Sequence[Gray]) -> list[RecognisedCell]:
        self.seen.extend(picture.shape for picture in pictures)
        return [self.readings[index % len(self.readings)] for index in range(len(pictures))]


def crash() -> None:
    """End the process as a segmentation fault in a library would."""
    os._exit(11)


def hang() -> None:
    """Longer than any limit in a test."""
    time.sleep(60)


class CrashingMaker:
    """Its reader takes the worker down with it."""

    def __call__(self) -> Readers:
        return Readers(TroubledReader(trouble=crash), None)


class HangingMaker:
    """Its reader does not come back and does not heed its timeout."""

    def __call__(self) -> Readers:
        return Readers(TroubledReader(trouble=hang), None)


class PlainMaker:
    """Its reader does what it should."""

    def __call__(self) -> Readers:
        return Readers(WidthReader(), None)
