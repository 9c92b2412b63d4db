"""Blocks of the page and the list items that were read from them: what is decided about one is true of the other."""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.model.geometry import Box, intersection
from kompass_extract.model.report import Evidence
from kompass_extract.review.decisions.decision import Address
from kompass_extract.review.decisions.draft import BLOCK_LISTS, Draft, ListKey

DECIDED = 0.999
"""Confidence of what a person decided: the highest that the report JSON gives."""
ON_BLOCK = 0.8
"""Share of an item's box, 0..1, that must lie in a block for the block's kind to be the item's."""


def item_on(draft: Draft, place: Evidence) -> Address | None:
    """The text item that lies on a block and nowhere else."""
    box = Box(*place.bbox)
    for address in draft.lists:
        field = draft.fields.get(address)
        if field is None or len(field.evidence) != 1 or field.evidence[0].page != place.page:
            continue
        own = Box(*field.evidence[0].bbox)
        if own.area and box.area and intersection(own, box) >= ON_BLOCK * max(own.area, box.area):
            return address
    return None


def mark_blocks(draft: Draft, places: Sequence[Evidence], key: ListKey) -> None:
    """The blocks that an item was read from are of the kind of its list."""
    kind = next((kind for kind, listed in BLOCK_LISTS.items() if listed == key.list), None)
    if kind is None:
        return
    for address, block in draft.blocks.items():
        box = Box(*block.bbox)
        inside = any(
            one.page == block.page and intersection(Box(*one.bbox), box) >= ON_BLOCK * box.area for one in places
        )
        if inside and box.area:
            area = draft.areas[key.area].number
            draft.blocks[address] = block.model_copy(update={"kind": kind.value, "area": area, "confidence": DECIDED})
