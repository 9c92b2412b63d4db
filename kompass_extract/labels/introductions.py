"""Sentences between a list's title and its items (`I utvärderingen har följande styrkor noterats:`).

They are told from items by the list's own marks, all items have one, the sentence has none and begins left of their
text; and by their recurrence.  An item whose mark was not read begins where the others do.  A sentence that
introduces one area's list does so wherever it stands again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from kompass_extract.labels.lists import column_of, reading_order, region_of
from kompass_extract.model.document import Block, BlockKind, LabelledBlock
from kompass_extract.taxonomy.fold import fold

ITEMS = frozenset({BlockKind.STRENGTH, BlockKind.IMPROVEMENT})
LEAST_MARKED = 2  # items below it on its page, all with marks
LEAST_PLACES = 2  # lists that the same sentence introduces
OUTDENT_CAPS = 1.2  # cap heights by which the sentence begins left of their text at least


def without_introductions(labelled: Sequence[LabelledBlock]) -> list[LabelledBlock]:
    """The blocks, sentences that introduce a list of marked items as the narrative that they are."""
    found = Counter(fold(labelled[index].block.text) for index in _introducing(labelled))
    introductions = {text for text, places in found.items() if places >= LEAST_PLACES}
    return [
        replace(one, kind=BlockKind.NARRATIVE, runner_up=one.kind)
        if one.kind in ITEMS and not one.block.bulleted and fold(one.block.text) in introductions
        else one
        for one in labelled
    ]


def _introducing(labelled: Sequence[LabelledBlock]) -> Iterator[int]:
    """The first texts of lists, without marks, over items that all have them."""
    order = reading_order([one.block for one in labelled])
    for (listed, _), group in groupby(order, key=lambda index: (labelled[index].kind in ITEMS, labelled[index].area)):
        first, *rest = list(group)
        one, items = labelled[first].block, [labelled[index].block for index in rest]
        plain = not one.bulleted and not one.continues and one.text[:1].isupper()
        near = [item for item in items if item.page == one.page]
        if listed and plain and len(near) >= LEAST_MARKED and all(_is_item_of(item, one) for item in near):
            yield first


def _is_item_of(item: Block, above: Block) -> bool:
    """Whether a marked item stands in the column of the text above it, its own text further right."""
    same = (region_of(item), column_of(item)) == (region_of(above), column_of(above))
    return same and item.bulleted and item.box.x0 - above.box.x0 > OUTDENT_CAPS * above.size
