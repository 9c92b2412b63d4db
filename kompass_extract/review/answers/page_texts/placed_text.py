"""A page's text with the place of each word, as plain frozen values; boxes are in points on the upright page."""

from __future__ import annotations

from dataclasses import dataclass

from kompass_extract.model.geometry import Box


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word; its box is that of its ink where a picture shows it, else its share of the line."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of words; ``corrected`` where a reviewer's text stands in place of the machine's."""

    box: Box
    words: tuple[PlacedWord, ...]
    corrected: bool = False

    @property
    def text(self) -> str:
        """The words with blanks between."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class PlacedRegion:
    """A block; ``doubted`` where a value in it waits for review."""

    id: str
    kind: str
    area: int | None
    box: Box
    lines: tuple[PlacedLine, ...]
    doubted: bool

    @property
    def corrected(self) -> bool:
        """Whether a reviewer changed any of it."""
        return any(line.corrected for line in self.lines)


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """A page's regions in reading order; ``confidence`` is the readers' mean, 0 to 1."""

    number: int
    width: float
    height: float
    confidence: float
    regions: tuple[PlacedRegion, ...]
