"""Restore Swedish letters in the text of an English OCR model, and correct misread words of scanned pages.

``repair_pages`` corrects the words of pages; ``Repairer.repair_lines`` restores lines of text; ``text_files`` keeps
the raw reading of every restored word of a text file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kompass_extract.repair.known_words import KnownWords
from kompass_extract.repair.repairer import Repairer, load
from kompass_extract.repair.similar_shapes import OddWord, Proposal
from kompass_extract.repair.values import Repair, RepairedLine, RepairedText

if TYPE_CHECKING:
    from kompass_extract.words.page_reader import PageReading

__all__ = [
    "KnownWords",
    "OddWord",
    "Proposal",
    "Repair",
    "RepairedLine",
    "RepairedText",
    "Repairer",
    "load",
    "repair_pages",
]


def repair_pages(pages: Sequence[PageReading], repairer: Repairer) -> list[PageReading]:
    """Replace misread words of scanned pages if the correction is sure, and lower their confidence otherwise.

    The raw word is kept as well.  Numbers, short words and text layers are never changed.
    """
    from kompass_extract.repair.scanned_pages import with_likely_words

    return with_likely_words(pages, repairer)
