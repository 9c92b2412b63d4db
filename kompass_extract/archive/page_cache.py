"""Page readings kept in the archive's cache, by the content read and everything that decides how it is read."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kompass_extract.archive.code_version import reading_version
from kompass_extract.archive.fingerprint import readers
from kompass_extract.pages.source import SourceFile
from kompass_extract.process.files import write_whole
from kompass_extract.settings import ReadingSettings
from kompass_extract.words import cache
from kompass_extract.words.page_reader import PageReading

if TYPE_CHECKING:
    from kompass_extract.pipeline import Tools


@dataclass(frozen=True, slots=True)
class ReadingFolder:
    """Makes the cache of a file; ``readers`` names engines and their models, as ``fingerprint.readers`` does."""

    folder: Path
    settings: ReadingSettings
    readers: str

    def __call__(self, source: SourceFile) -> FileReadings:
        parts = [source.sha256, self.settings.model_dump(mode="json"), self.readers, reading_version()]
        key = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
        return FileReadings(self.folder / key[:2] / key)


def keeping_pages(tools: Tools, folder: Path) -> Tools:
    """``tools`` that take pages read before from ``folder``, and keep there what they read."""
    engines = readers(tools.readers.engine, tools.settings.languages)
    return replace(tools, recorded=ReadingFolder(folder, tools.settings, engines))


@dataclass(frozen=True, slots=True)
class FileReadings:
    """The readings of one file's pages, one file each; a damaged one counts as unknown and is read again."""

    folder: Path

    def get(self, number: int) -> PageReading | None:
        try:
            reading = cache.loads(self._path(number).read_bytes())
        except (OSError, ValueError):
            return None
        return reading if reading.number == number else None

    def put(self, reading: PageReading) -> None:
        """Keep a reading; a cache that cannot be written costs time and nothing else."""
        path = self._path(reading.number)
        with suppress(OSError):
            write_whole(path, cache.dumps(reading))

    def _path(self, number: int) -> Path:
        return self.folder / f"{number}.page"
