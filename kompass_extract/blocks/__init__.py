"""From text lines to blocks in reading order.

``lay_out`` makes the blocks of read pages; ``read_text`` those of a text file, whose lines need no page.  ``regions``
finds columns, ``grid`` tables, ``paragraphs`` the blocks of a column, ``page_breaks`` what goes on over a break.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kompass_extract.blocks.line_pairs import LinePairs
    from kompass_extract.blocks.plain_text import Repair
    from kompass_extract.model.document import Document, Knows, Page
    from kompass_extract.taxonomy import Taxonomy
    from kompass_extract.words.page_reader import PageReading

__all__ = ["GOES_ON", "PAIRS_MODEL", "lay_out", "read_text"]

PAIRS_MODEL = "structure.npz"
"""The file of the line-pair model."""
GOES_ON = 0.5
"""Probability from which on two lines are one text."""


def lay_out(
    pages: Sequence[PageReading],
    knows: Knows | None = None,
    pairs: LinePairs | None = None,
    *,
    titles: Mapping[str, str] | None = None,
) -> tuple[Page, ...]:
    """Make the blocks of all pages of a report, boxes in points; ``knows`` tells whether a word is Swedish.

    ``pairs`` is the line-pair model, the shipped one where none is given.  ``titles`` are those that the report made up
    for its lists, folded, each with the role of a header.
    """
    from kompass_extract.blocks import layout
    from kompass_extract.taxonomy.headers import own_titles

    with own_titles(titles or {}):
        return layout.lay_out(pages, knows, pairs)


def read_text(
    path: Path, *, restore: Repair | None = None, knows: Knows | None = None, taxonomy: Taxonomy | None = None
) -> Document:
    """Read a text file into the document that a page's layout would give; ``restore`` repairs its lines first."""
    from kompass_extract.blocks.plain_text import read_text_report

    return read_text_report(path, repair=restore, knows=knows, taxonomy=taxonomy)
