"""Blocks of the page and the list items that were read from them: what is decided about one is true of the other."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kompass_extract.model.evidence_places import common, size
from kompass_extract.model.report import BlockInfo, Evidence
from kompass_extract.review.decisions.decision import Address
from kompass_extract.review.decisions.draft import BLOCK_LISTS, Draft, ListKey

DECIDED = 0.999
"""Confidence of what a person decided: the highest that the report JSON gives."""
ON_BLOCK = 0.8
"""Share of an item's box, 0..1, that must lie in a block for the block's kind to be the item's."""


def item_on(draft: Draft, block: BlockInfo) -> Address | None:
    """The text item that lies on a block and nowhere else."""
    for address in draft.lists:
        field = draft.fields.get(address)
        if field is None or len(field.evidence) != 1 or field.evidence[0].page != block.page:
            continue
        if block.bbox is None:  # several blocks stand on one line of a text
            on_block = list(field.blocks) == [block.id]
        else:
            own = field.evidence[0]
            larger = max(size(own), size(block))
            on_block = bool(size(own) and size(block)) and common(own, block) >= ON_BLOCK * larger
        if on_block:
            return address
    return None


def mark_blocks(draft: Draft, places: Sequence[Evidence], key: ListKey, *, ids: Collection[str] = ()) -> None:
    """The blocks that an item was read from are of the kind of its list.

    ``ids`` are those of its blocks where they are known: on a line of a text others may stand beside them.
    """
    kind = next((kind for kind, listed in BLOCK_LISTS.items() if listed == key.list), None)
    if kind is None:
        return
    for address, block in draft.blocks.items():
        if block.bbox is None:
            inside = block.id in ids
        else:
            inside = bool(size(block)) and any(common(one, block) >= ON_BLOCK * size(block) for one in places)
        if inside:
            area = draft.areas[key.area].number
            draft.blocks[address] = block.model_copy(update={"kind": kind.value, "area": area, "confidence": DECIDED})


def blocks_with(draft: Draft, text: str, places: Sequence[Evidence]) -> list[str]:
    """Ids of the blocks at ``places`` whose text is a part of ``text``: what an added item of a text was made of."""
    whole = _plain(text)
    return [
        block.id
        for block in draft.blocks.values()
        if _plain(block.text) and _plain(block.text) in whole and any(common(one, block) for one in places)
    ]


def _plain(text: str) -> str:
    return " ".join(text.split())
