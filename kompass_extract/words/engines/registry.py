"""Choose the recognisers: the engine that reads lines, and whether a second one reads cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING

from kompass_extract.errors import UsageError
from kompass_extract.model.document import Knows, OcrRecord
from kompass_extract.words.engines.base import CellReader, LineReader
from kompass_extract.words.engines.engine_names import AUTO, ENGINES, IN_PROCESS

if TYPE_CHECKING:
    from kompass_extract.words.page_reader import Readers


@dataclass(frozen=True, slots=True)
class ReaderChoice:
    """Creates the recognisers of a worker; picklable, and loads nothing before it is called.

    ``lexicon`` creates the test for Swedish words; without it every word passes.
    """

    engine: str = AUTO
    languages: str = "swe"
    second_reader: bool = True
    lexicon: Callable[[], Knows] | None = field(kw_only=True)

    def __call__(self) -> Readers:
        from kompass_extract.words.page_reader import Readers

        cells = self._cells() if self.second_reader else None
        return Readers(self._lines(), cells, self.lexicon() if self.lexicon is not None else None)

    def record(self, dpi: int) -> OcrRecord:
        """Return the report JSON's record of the recognisers, without loading any."""
        second = None
        if self.second_reader:
            from kompass_extract.words.engines import ppocr

            second = f"{ppocr.NAME} {ppocr.version()}"
        if self._inside():
            from kompass_extract.words.engines import tesseract_inprocess

            return OcrRecord(tesseract_inprocess.NAME, tesseract_inprocess.version(), self.languages, dpi, second)
        from kompass_extract.words.engines import tesseract_command

        return OcrRecord(tesseract_command.NAME, tesseract_command.version(), self.languages, dpi, second)

    def _inside(self) -> bool:
        """Tell whether Tesseract runs within the process."""
        if self.engine not in ENGINES:
            raise UsageError(f"{self.engine!r} is no engine. Choose one of {', '.join(ENGINES)}.")
        return self.engine == IN_PROCESS or (self.engine == AUTO and find_spec(IN_PROCESS) is not None)

    def _lines(self) -> LineReader:
        if self._inside():
            from kompass_extract.words.engines.tesseract_inprocess import TesseractOnDemand

            return TesseractOnDemand(self.languages)
        from kompass_extract.words.engines.tesseract_command import CommandTesseract

        return CommandTesseract(self.languages)

    @staticmethod
    def _cells() -> CellReader:
        from kompass_extract.words.engines.ppocr import PaddleRecogniser

        return PaddleRecogniser()
