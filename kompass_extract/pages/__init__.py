"""From a file to upright, clean pages and the ink that stands on them.

``open_source`` finds out what a file is.  ``source`` renders one page of it, ``image`` deskews and cleans the picture,
``components`` finds the rules, graphics and text runs on it, ``text_layer`` the words that the PDF itself holds.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kompass_extract.pages.source import SourceFile

__all__ = ["open_source"]


def open_source(path: Path) -> SourceFile:
    """Open a PDF, an image or a text file: its kind, SHA-256 and number of pages (from 1; a text file has one).

    Raises one of ``errors`` where the file cannot be read.
    """
    from kompass_extract.pages import source

    return source.open_source(path)
