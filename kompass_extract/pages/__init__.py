"""Turn a file into upright, clean pages and the connected components on them.

``open_source`` identifies a file.  ``source`` renders one page of it, ``image`` deskews and cleans the page image,
``components`` finds its rules, graphics and text runs, ``text_layer`` extracts the words of the PDF itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kompass_extract.pages.source import SourceFile

__all__ = ["open_source"]


def open_source(path: Path) -> SourceFile:
    """Open a PDF, an image or a text file: return its kind, SHA-256 and number of pages (a text file has one).

    Raises one of ``errors`` if the file cannot be read.
    """
    from kompass_extract.pages import source

    return source.open_source(path)
