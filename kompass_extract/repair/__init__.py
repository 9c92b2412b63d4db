"""Swedish letters restored in text that an English reader made, and misread words of scanned pages.

``repair_pages`` gives pages their likely words; ``Repairer.repair_lines`` restores lines of text, ``text_files`` keeps
what was read beside every word of a text file that was restored.
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
    """Replace misread words of scanned pages where that is sure, doubt them where it is not.

    The raw word stays beside the new one.  Numbers, short words and text layers are never changed.
    """
    from kompass_extract.repair.scanned_pages import with_likely_words

    return with_likely_words(pages, repairer)
