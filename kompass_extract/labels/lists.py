"""Lists as a whole: neighbouring items are of one kind, so each is told what its list and the lists beside it say.

One item of five may open as a strength does and still stand among improvements; the share of a list is
steadier than any of its items, and the difference to the list beside it steadier still.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from kompass_extract.labels.outline import OutlinePlace, OutlineZone
from kompass_extract.labels.word_signals import Feature, WordSignals, opens_as_improvement
from kompass_extract.model.document import Block, Form

ITEM_CHARACTERS = 260  # the longest items of the gold reports have 400; a paragraph that long is narrative
LONG_RUN = 8  # items


@dataclass(frozen=True, slots=True)
class ListRun:
    """A list: the indices of its blocks and shares (0..1) over them."""

    members: tuple[int, ...]
    asking: float  # open as improvements
    sentences: float  # end as sentences
    bulleted: float
    words: float  # mean per item

    @property
    def size(self) -> int:
        return len(self.members)


def region_of(block: Block) -> str:
    """The side-by-side region that the block is part of, "" for none."""
    return block.column.region if block.column and block.column.count > 1 else ""


def column_of(block: Block) -> int:
    """The column within that region, 0 for none."""
    return block.column.index if block.column and block.column.count > 1 else 0


def without_text_columns(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, those of running text in columns without their columns: only lists stand beside each other."""
    regions: dict[str, list[Block]] = {}
    for block in blocks:
        if region_of(block):
            regions.setdefault(region_of(block), []).append(block)
    running = {region for region, members in regions.items() if _is_running(members)}
    return [replace(block, column=None) if region_of(block) in running else block for block in blocks]


def _is_running(members: Sequence[Block]) -> bool:
    """Whether a region holds paragraphs of prose, and neither list marks nor heads of lists nor rows of a table."""
    if any(block.header or block.bulleted or block.form is Form.ROW for block in members):
        return False
    return any(len(block.text) > ITEM_CHARACTERS and block.form is Form.PARAGRAPH for block in members)


def reading_order(blocks: Sequence[Block]) -> list[int]:
    """Indices of the blocks of running text, columns one after the other, without furniture and figures."""
    flowing = [index for index, block in enumerate(blocks) if block.form not in (Form.FURNITURE, Form.FIGURE)]
    order: list[int] = []
    for _, group in groupby(flowing, key=lambda index: region_of(blocks[index])):
        order.extend(sorted(group, key=lambda index: column_of(blocks[index])))
    return order


def find_runs(
    blocks: Sequence[Block], places: Sequence[OutlinePlace], readings: Sequence[WordSignals]
) -> list[tuple[ListRun, ListRun | None, ListRun | None]]:
    """Each list with the lists before and after it in the same area, in reading order."""

    def key(index: int) -> tuple[object, ...]:
        block, place = blocks[index], places[index]
        item = block.form is Form.ITEM or (block.form is Form.PARAGRAPH and len(block.text) <= ITEM_CHARACTERS)
        listed = item and place.own is None and not place.names_area
        return listed, region_of(block), column_of(block), place.area, place.zone

    runs: list[tuple[object, ListRun]] = []
    for found, group in groupby(reading_order(blocks), key=key):
        if found[0] and found[-1] is not OutlineZone.SCORES:
            runs.append((found[-2], _run(tuple(group), blocks, readings)))
    result = []
    for place, (area, run) in enumerate(runs):
        before = runs[place - 1][1] if place and runs[place - 1][0] == area else None
        after = runs[place + 1][1] if place + 1 < len(runs) and runs[place + 1][0] == area else None
        result.append((run, before, after))
    return result


def _run(members: tuple[int, ...], blocks: Sequence[Block], readings: Sequence[WordSignals]) -> ListRun:
    size = len(members)
    return ListRun(
        members=members,
        asking=sum(opens_as_improvement(readings[index], 0) for index in members) / size,
        sentences=sum(readings[index].ends_sentence for index in members) / size,
        bulleted=sum(blocks[index].bulleted for index in members) / size,
        words=sum(len(readings[index].words) for index in members) / size,
    )


def run_features(run: ListRun, before: ListRun | None, after: ListRun | None) -> Iterator[Feature]:
    """What the list says to each of its items; differences are -1..1."""
    listed = "list" if run.size > 1 else "single"
    yield f"run|{listed}", 1.0
    yield "run size", min(1.0, run.size / LONG_RUN)
    yield "run asks", run.asking * (run.size > 1)
    yield "run asks at all", float(run.asking > 0)
    yield "run ends sentences", run.sentences
    yield "run bulleted", run.bulleted
    yield "run words", min(1.0, run.words / 30)
    for name, other in (("before", before), ("after", after)):
        if other is None:
            yield f"no run {name}", 1.0
            continue
        yield f"run {name} of {'list' if other.size > 1 else 'single'}", 1.0
        if run.size > 1 or other.size > 1:
            yield f"asks more than run {name}", run.asking - other.asking
