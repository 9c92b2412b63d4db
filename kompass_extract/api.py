"""Provide the public functions for Python: ``extract`` for one report, ``Extractor`` for many.

Users import them as ``kompass_extract.NAME``; nothing heavy is loaded before the first report is read.
"""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kompass_extract.errors import UsageError

if TYPE_CHECKING:
    from kompass_extract.model.report import Report
    from kompass_extract.pipeline import Progress, Tools
    from kompass_extract.settings import ReadingSettings
    from kompass_extract.words.engines.registry import ReaderChoice
    from kompass_extract.words.page_reader import Readers
    from kompass_extract.words.workers import PageDone

Source = str | os.PathLike[str] | bytes | BinaryIO
"""A report: a path, the file's bytes, or a binary stream that is read to its end."""

logger = logging.getLogger("kompass_extract")

_ENDINGS = ((b"%PDF-", ".pdf"), (b"\x89PNG", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"II*\0", ".tif"), (b"MM\0*", ".tif"))
_HEAD_BYTES = 1024  # that may contain a PDF's header (PDF 1.7, implementation note 13)


def extract(
    source: Source,
    *,
    name: str | None = None,
    engine: str = "auto",
    jobs: int = 1,
    settings: ReadingSettings | None = None,
    progress: Progress | None = None,
    debug_dir: str | os.PathLike[str] | None = None,
) -> Report:
    """Read one report and return it.

    Args:
        source: A path (``str`` or ``Path``), the file's ``bytes``, or a binary stream: PDF, PNG, JPEG, TIFF, OCR text.
        name: The file name that the report states; by default the path's, or ``report.pdf`` for bytes.
        engine: ``auto``, ``tesserocr`` or ``pytesseract``.
        jobs: Pages read at a time.  1 reads in this process.  More start processes, and a script must then keep
            its work under ``if __name__ == "__main__":``.
        settings: How pages are read.
        progress: Called after each page.
        debug_dir: A folder to draw each page into, with its words, blocks and labels.

    Returns:
        The report.  Boxes are in PDF points from the upright page's top left corner, pages count from 1,
        confidences are 0..1.

    Raises:
        KompassError: One subclass per cause; the message says what to do.

    >>> report = kompass_extract.extract("sala-2023.pdf")  # doctest: +SKIP
    >>> report.areas[2].strengths[0].value  # doctest: +SKIP
    """
    extractor = Extractor(engine=engine, jobs=jobs, settings=settings)
    return extractor.extract(source, name=name, progress=progress, debug_dir=debug_dir)


class Extractor:
    """Reads many reports with models and engines that are loaded once; several threads may use it in turn.

    >>> extractor = kompass_extract.Extractor()  # doctest: +SKIP
    >>> reports = [extractor.extract(path) for path in sorted(Path("scans").glob("*.pdf"))]  # doctest: +SKIP
    """

    def __init__(self, *, engine: str = "auto", jobs: int = 1, settings: ReadingSettings | None = None) -> None:
        if jobs < 1:
            raise UsageError(f"jobs is {jobs}. Give 1 or more.")
        self._engine, self._jobs, self._settings = engine, jobs, settings
        self._tools: Tools | None = None
        self._lock = threading.Lock()

    def extract(
        self,
        source: Source,
        *,
        name: str | None = None,
        progress: Progress | None = None,
        debug_dir: str | os.PathLike[str] | None = None,
    ) -> Report:
        """Read one report like the function ``extract``."""
        from kompass_extract import pipeline

        with self._lock, _as_file(source, name) as path:
            logger.info("reading %s", path.name)
            report = pipeline.extract(
                path,
                tools=self._loaded(),
                progress=_logged(progress),
                debug_dir=Path(debug_dir) if debug_dir is not None else None,
            )
        for page in report.pages:
            logger.debug("page %d: %s, %s", page.number, page.kind, page.failure or page.decision)
        open_fields, fields = report.review.open, report.review.total
        logger.info("%s: %d pages, %d of %d fields to review", report.report_id, len(report.pages), open_fields, fields)
        if name is None:
            return report
        return report.model_copy(update={"source": report.source.model_copy(update={"file_name": name})})

    def _loaded(self) -> Tools:
        if self._tools is None:
            from kompass_extract.pipeline import Tools

            tools = Tools.default(engine=self._engine, jobs=self._jobs)
            if self._settings is not None:
                readers = replace(tools.readers, languages=self._settings.languages)
                tools = Tools(readers, self._settings, self._jobs)
            if self._jobs == 1:
                tools = replace(tools, readers=kept(tools.readers))
            self._tools = tools
        return self._tools


def kept(choice: ReaderChoice) -> ReaderChoice:
    """Return a choice of recognisers that loads them once per process and then returns the same ones."""
    from kompass_extract.words.engines.registry import ReaderChoice

    @dataclass(frozen=True)
    class KeptReaders(ReaderChoice):
        loaded: list[Readers] = field(default_factory=list)

        def __call__(self) -> Readers:
            if not self.loaded:
                self.loaded.append(ReaderChoice.__call__(self))
            return self.loaded[0]

    return KeptReaders(**{one.name: getattr(choice, one.name) for one in fields(choice)})


@contextmanager
def _as_file(source: Source, name: str | None) -> Iterator[Path]:
    """Provide the path of the report; bytes and streams get a temporary copy that is removed afterwards."""
    if isinstance(source, str | os.PathLike):
        yield Path(source)
        return
    data = source if isinstance(source, bytes) else source.read()
    if not isinstance(data, bytes):
        raise UsageError(f"The stream gives {type(data).__name__}. Open it in binary mode.")
    with tempfile.TemporaryDirectory(prefix="kompass-") as folder:
        path = Path(folder) / (Path(name).name if name else f"report{_ending(data)}")
        path.write_bytes(data)
        yield path


def _ending(data: bytes) -> str:
    """Return the file extension that the first bytes indicate; that of text if none is recognised."""
    head = data[:_HEAD_BYTES]
    return next((ending for magic, ending in _ENDINGS if head.startswith(magic) or magic in head[:_HEAD_BYTES]), ".txt")


def _logged(progress: Progress | None) -> Progress:
    def page_done(page: PageDone) -> None:
        logger.info("page %d of %d read after %.1f s", page.number, page.pages, page.seconds)
        if progress is not None:
            progress(page)

    return page_done
