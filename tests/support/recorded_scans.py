"""What the readers saw on the gold scans, kept so that everything after reading is tested on real pages in seconds.

.venv/bin/python -m tests.support.recorded_scans    reads the scans anew and writes tests/data/readings
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

from kompass_extract.pages.source import SourceFile, open_source
from kompass_extract.pipeline import Tools
from kompass_extract.words import cache
from kompass_extract.words.page_reader import PageReading
from kompass_extract.words.workers import read_pages

SCANS = Path(__file__).parents[2] / "gold" / "scans"
READINGS = Path(__file__).parent.parent / "data" / "readings"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # so that equal readings make equal files


@dataclass(frozen=True)
class Recording:
    """A ReadingCache that knows what was recorded and keeps nothing new."""

    pages: dict[int, PageReading]

    @classmethod
    def of(cls, source: SourceFile) -> Recording:
        """The recording of a gold scan; ValueError where it is of other bytes than the scan has now."""
        with zipfile.ZipFile(READINGS / f"{source.path.stem}.zip") as archive:
            if archive.comment.decode() != source.sha256:
                raise ValueError(
                    f"{source.path.name} has changed: record it anew (python -m tests.support.recorded_scans)."
                )
            readings = [cache.loads(archive.read(name)) for name in archive.namelist()]
        return cls({reading.number: reading for reading in readings})

    def get(self, number: int) -> PageReading | None:
        return self.pages.get(number)

    def put(self, reading: PageReading) -> None:
        raise AssertionError(f"page {reading.number} was not recorded")


def recorded_tools() -> Tools:
    """The tools of ``kompass extract`` with the recordings instead of the readers."""
    return replace(Tools.default(jobs=1), recorded=Recording.of, looks_again=False)


def record(path: Path, tools: Tools) -> Path:
    """Read a scan and write its recording."""
    source = open_source(path)
    readings = read_pages(source, tools.readers, tools.settings)
    READINGS.mkdir(parents=True, exist_ok=True)
    target = READINGS / f"{path.stem}.zip"
    with zipfile.ZipFile(target, "w") as archive:
        archive.comment = source.sha256.encode()
        for reading in readings:
            archive.writestr(zipfile.ZipInfo(f"{reading.number}.page", _EPOCH), cache.dumps(reading))
    return target


if __name__ == "__main__":
    for scan in sorted(SCANS.glob("*.pdf")):
        print(record(scan, Tools.default()))
