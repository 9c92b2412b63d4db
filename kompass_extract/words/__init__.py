"""Turn a page into line segments with words.

``read_pages`` reads the pages of a file.  ``page_reader`` reads one: ``segments`` finds the line segments, the
recognisers in ``engines`` read them, ``fusion`` merges the readings of two recognisers; ``workers`` reads pages in
parallel, ``cache`` stores page readings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kompass_extract.pages.source import SourceFile
    from kompass_extract.settings import ReadingSettings
    from kompass_extract.words.cache import ReadingCache
    from kompass_extract.words.page_reader import PageReading
    from kompass_extract.words.workers import Care, MakeReaders, PageDone

__all__ = ["read_pages"]


def read_pages(
    source: SourceFile,
    make_readers: MakeReaders,
    settings: ReadingSettings,
    *,
    jobs: int | None = None,
    progress: Callable[[PageDone], None] | None = None,
    meanwhile: Callable[[], object] | None = None,
    cache: ReadingCache | None = None,
    care: Care | None = None,
) -> list[PageReading]:
    """Read all pages of a PDF or an image, in order; lengths in points, confidences 0 to 1.

    A page that cannot be read carries its ``failure``.  ``jobs`` is the number of pages read at a time, None for one
    per core.  ``meanwhile`` is called once while the workers read.  Pages in ``cache`` are not read again.
    """
    from kompass_extract.words import workers

    return workers.read_pages(
        source, make_readers, settings, jobs=jobs, progress=progress, meanwhile=meanwhile, cache=cache, care=care
    )
