"""From labelled blocks to chapters, score tables and metadata.

``read`` gives all three.  ``chapters`` collects what stands in each area's chapter, ``score_tables`` reads rows with
their numbers, ``metadata`` what the report says about itself; ``joining`` makes one text of what a break cut in two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kompass_extract.content.chapters import AreaReading
    from kompass_extract.content.metadata import Metadata
    from kompass_extract.content.score_tables import ScoreTableReading
    from kompass_extract.model.document import LabelledBlock, Page
    from kompass_extract.taxonomy import Taxonomy

__all__ = ["Content", "read"]


class Content(NamedTuple):
    """What a report says, as read: nothing is decided yet, every value has its places and its doubts."""

    areas: Sequence[AreaReading]
    tables: Sequence[ScoreTableReading]
    metadata: Metadata


def read(blocks: Sequence[LabelledBlock], pages: Sequence[Page], taxonomy: Taxonomy) -> Content:
    """Read chapters, score tables and metadata; scores in points, shares in percent, confidences 0 to 1."""
    from kompass_extract.content.chapters import area_names, collect_areas, find_chapters
    from kompass_extract.content.metadata import read_metadata
    from kompass_extract.content.score_tables import read_score_tables, table_totals

    chapters = find_chapters(blocks, taxonomy)
    tables = read_score_tables(blocks, taxonomy, chapters.printed_numbers, area_names(blocks, taxonomy))
    areas = collect_areas(chapters, taxonomy, table_totals(tables))
    return Content(areas, tables, read_metadata(pages, taxonomy))
