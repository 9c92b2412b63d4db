"""The reading process of an ingestion: as ``workers.reader``, with a cache of the pages that were read before."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kompass_extract.workers import reader

if TYPE_CHECKING:
    from kompass_extract.pipeline import Tools


def main(arguments: list[str]) -> None:
    """Answer until the standard input ends; ``--cache`` is the folder of pages, the rest as of ``workers.reader``."""
    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    reader.serve(cache(lambda: tools(given["--engine"], given["--settings"], Path(given["--cache"]))))


def tools(engine: str, settings: str, folder: Path) -> Tools:
    """What reading needs, with the pages of ``folder``."""
    from kompass_extract.archive.page_cache import keeping_pages

    return keeping_pages(reader.make_tools(engine, settings), folder)
