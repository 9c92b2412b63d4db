"""What a report's processor time goes to: the readers, the rest of a page's way to words, everything else.

One process reads page after page, so that nothing else runs beside what is measured:

- ``readers``: recognition by Tesseract and by the second reader, loading them included
- ``pages``: rendering, levelling, finding lines, cutting them out, merging two readings
- ``rest``: starting Python, imports, models, layout, labels, tables, checks, confidence

    .venv/bin/python benchmarks/extract_shares.py gold/scans/sala-2023.office200.pdf
"""

from __future__ import annotations

import argparse
import json
import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import cv2

from kompass_extract.pages.components import Gray
from kompass_extract.pipeline import Tools, extract
from kompass_extract.repair import KnownWords
from kompass_extract.settings import ReadingSettings
from kompass_extract.words.engines.base import CellReader, LineReader, PictureWord, RecognisedCell
from kompass_extract.words.engines.registry import ReaderChoice
from kompass_extract.words.page_reader import Readers
from kompass_extract.words.workers import PageDone

DEFAULT = Path("gold/scans/sala-2023.office200.pdf")

Reader = TypeVar("Reader", LineReader, CellReader)


def spent() -> float:
    """Processor seconds of this process since it began, and of the programs it ran."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


@dataclass
class Clock:
    """Processor seconds summed over what ran inside ``running``."""

    seconds: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        start = spent()
        yield
        self.seconds += spent() - start


@dataclass(frozen=True)
class Timed(Generic[Reader]):
    """A reader and the clock that takes its time."""

    reader: Reader
    clock: Clock

    @property
    def name(self) -> str:
        return self.reader.name

    @property
    def version(self) -> str:
        return self.reader.version


class TimedLines(Timed[LineReader]):
    """A LineReader with its time taken."""

    @property
    def languages(self) -> str:
        return self.reader.languages

    def read(self, pictures: Sequence[Gray], *, dpi: int, timeout: float) -> list[tuple[PictureWord, ...]]:
        with self.clock.running():
            return self.reader.read(pictures, dpi=dpi, timeout=timeout)


class TimedCells(Timed[CellReader]):
    """A CellReader with its time taken."""

    def read_cells(self, pictures: Sequence[Gray]) -> list[RecognisedCell]:
        with self.clock.running():
            return self.reader.read_cells(pictures)


@dataclass(frozen=True)
class TimedChoice(ReaderChoice):
    """A ReaderChoice whose readers' time is taken."""

    clock: Clock = field(default_factory=Clock)

    def __call__(self) -> Readers:
        with self.clock.running():
            readers = super().__call__()
        cells = TimedCells(readers.cells, self.clock) if readers.cells is not None else None
        return Readers(TimedLines(readers.lines, self.clock), cells, readers.knows)


def shares(path: Path, engine: str) -> dict[str, float]:
    """Processor seconds by what they went to, reading the report in this process."""
    cv2.setNumThreads(1)
    choice = TimedChoice(engine, lexicon=KnownWords)
    tools = Tools(choice, ReadingSettings(), jobs=1)
    begun = read = spent()

    def page_done(_: PageDone) -> None:
        nonlocal read
        read = spent()

    extract(path, tools=tools, progress=page_done)
    total, readers = spent(), choice.clock.seconds
    return {"readers": readers, "pages": read - begun - readers, "rest": total - (read - begun), "all": total}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--engine", default="auto")
    options = parser.parse_args()
    print(json.dumps({name: round(value, 2) for name, value in shares(options.path, options.engine).items()}))


if __name__ == "__main__":
    main()
