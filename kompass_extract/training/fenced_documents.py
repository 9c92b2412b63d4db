"""Documents and reports for training, measuring and labels, read without opening a foreign file in this process.

Pages are read in a fenced process, which keeps their readings in a folder; the stages after work on those.  Whole
reports are read as ``kompass extract`` reads them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kompass_extract.archive.page_cache import keeping_pages
from kompass_extract.pages.source import SourceFile, SourceKind
from kompass_extract.process.limits import usable_cores
from kompass_extract.workers.fenced import FencedReader
from kompass_extract.workers.pool import WorkerSettings

if TYPE_CHECKING:
    from kompass_extract.model.document import Document
    from kompass_extract.model.report import Report
    from kompass_extract.pipeline import Tools
    from kompass_extract.words.page_reader import PageReading

_WORKER = "kompass_extract.archive.worker"  # the one with a cache of pages


@dataclass(frozen=True, slots=True)
class FencedDocuments:
    """Reads one document after another; ``tools`` find the pages that the process kept."""

    reader: FencedReader
    tools: Tools

    def document(self, path: Path) -> Document:
        """The document of a file; one of ``errors`` where it cannot be read."""
        from kompass_extract.pipeline import read_document

        source, tools = self._opened(path)
        return read_document(source, tools)

    def readings(self, path: Path) -> list[PageReading]:
        """The readings of a file's pages."""
        from kompass_extract.words.workers import read_pages

        source, tools = self._opened(path)
        return read_pages(source, tools.readers, tools.settings, jobs=1, cache=tools.cache_of(source), care=tools.care)

    def _opened(self, path: Path) -> tuple[SourceFile, Tools]:
        """The file as the process saw it, and tools that read none of its pages here."""
        from kompass_extract.words.workers import Care

        read = self.reader.pages(path, jobs=self.tools.jobs or 1)
        source = SourceFile(path, SourceKind(read.source_kind), read.sha256, read.pages)
        return source, replace(self.tools, care=Care(dict(read.lost)))


@contextmanager
def fenced_documents(tools: Tools, folder: Path | None = None) -> Iterator[FencedDocuments]:
    """Make what reads documents with engines and settings of ``tools``; ``folder`` keeps the pages for another time."""
    with tempfile.TemporaryDirectory(prefix="kompass-pages-") as temporary:
        kept = folder or Path(temporary)
        settings = WorkerSettings(engine=tools.readers.engine, reading=tools.settings, cache=kept, module=_WORKER)
        with FencedReader(settings) as reader:
            yield FencedDocuments(reader, keeping_pages(tools, kept))


@contextmanager
def fenced_reports(
    engine: str = "auto", jobs: int | None = None, *, readings: Path | None = None, models: Path | None = None
) -> Iterator[Callable[[Path], Report]]:
    """Make what reads reports; ``readings`` keeps the pages for another time, ``models`` is another models' folder.

    What is made raises one of ``errors`` where a file gives no report.
    """
    from kompass_extract.model.report import Report

    settings = WorkerSettings(engine=engine, models=models)
    if readings is not None:
        settings = replace(settings, cache=readings, module=_WORKER)
    with FencedReader(settings) as reader:

        def read(path: Path) -> Report:
            return Report.model_validate_json(reader.read(path, jobs=jobs or usable_cores()).report)

        yield read
