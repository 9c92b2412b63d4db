"""What goes on over a break is of the kind and area of the text that it goes on: a rest says little by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kompass_extract.labels.lists import column_of, reading_order, region_of
from kompass_extract.model.document import BlockKind, LabelledBlock

TEXTS = frozenset({BlockKind.STRENGTH, BlockKind.IMPROVEMENT, BlockKind.NARRATIVE})


def with_rests(labelled: Sequence[LabelledBlock]) -> tuple[LabelledBlock, ...]:
    """The blocks, each rest of a text with the kind and area of its beginning."""
    found = list(labelled)
    order = reading_order([one.block for one in labelled])
    for place, index in enumerate(order):
        rest = found[index]
        if not place or not rest.block.continues:
            continue
        begun = found[_begins_at(order[:place], index, labelled)]
        if begun.kind in TEXTS and begun.kind is not rest.kind:
            found[index] = replace(rest, kind=begun.kind, runner_up=rest.kind, area=begun.area)
    return tuple(found)


def _begins_at(before: Sequence[int], index: int, labelled: Sequence[LabelledBlock]) -> int:
    """Where the text begins that a block goes on: right before it, or in its column on the page before."""
    block, last = labelled[index].block, before[-1]
    if not region_of(block) or labelled[last].block.page == block.page:
        return last
    page = labelled[last].block.page
    same = (
        one
        for one in reversed(before)
        if labelled[one].block.page == page and column_of(labelled[one].block) == column_of(block)
    )
    return next(same, last)
