"""Sentences between a list's title and its items (`I utvärderingen har följande styrkor noterats:`).

They are told from items by the list's own marks: all items have one, the sentence has none and begins left of their
text.  An item whose mark was not read begins where the others do.  A sentence that
introduces one area's list does so wherever it stands again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kompass_extract.labels.lists import column_of, reading_order, region_of
from kompass_extract.model.document import Block, BlockKind, LabelledBlock
from kompass_extract.taxonomy.fold import fold

ITEMS = frozenset({BlockKind.STRENGTH, BlockKind.IMPROVEMENT})
LEAST_MARKED = 2  # items right below, all with marks
OUTDENT_CAPS = 1.2  # cap heights by which the sentence begins left of their text at least


def without_introductions(labelled: Sequence[LabelledBlock]) -> list[LabelledBlock]:
    """The blocks, sentences that introduce a list of marked items as the narrative that they are."""
    introductions: set[str] = set()
    order = reading_order([one.block for one in labelled])
    for place, index in enumerate(order):
        one = labelled[index]
        below = [labelled[other] for other in order[place + 1 : place + 1 + LEAST_MARKED]]
        begins = not place or labelled[order[place - 1]].kind not in ITEMS
        if begins and len(below) == LEAST_MARKED and _introduces(one, below):
            introductions.add(fold(one.block.text))
    return [
        replace(one, kind=BlockKind.NARRATIVE, runner_up=one.kind)
        if one.kind in ITEMS and not one.block.bulleted and fold(one.block.text) in introductions
        else one
        for one in labelled
    ]


def _introduces(one: LabelledBlock, below: Sequence[LabelledBlock]) -> bool:
    block = one.block
    if one.kind not in ITEMS or block.bulleted or block.continues or not block.text[:1].isupper():
        return False
    return all(other.kind is one.kind and _is_item_of(other.block, block) for other in below)


def _is_item_of(item: Block, above: Block) -> bool:
    """Whether a marked item stands in the column of the text above it, its own text further right."""
    same = item.page == above.page and (region_of(item), column_of(item)) == (region_of(above), column_of(above))
    return same and item.bulleted and item.box.x0 - above.box.x0 > OUTDENT_CAPS * above.size
