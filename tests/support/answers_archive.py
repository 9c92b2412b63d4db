"""Archives to ask: the labelled reports, or any others, as ingestion leaves them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kompass_extract.archive.folder import Archive
from kompass_extract.model.report import Report
from tests.support import desk_archive, review_archive

IDS = ("sala-2023", "hoganas-2018", "amal-2019-areas-1-4")
ADDRESS = "https://example.se/kompass/sala.pdf"


def filled(folder: Path, *ids: str) -> Path:
    """Put labelled reports into an archive and return its folder."""
    many(folder, [review_archive.gold_report(one) for one in ids or IDS])
    return folder


def many(folder: Path, reports: Iterable[Report]) -> None:
    """Put reports into an archive."""
    archive = Archive.at(folder)
    for report in reports:
        desk_archive.put(archive, report)
