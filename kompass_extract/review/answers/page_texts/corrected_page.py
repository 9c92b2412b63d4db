"""A page's text as reviewers left it: the blocks of the reading with decided values in place of the machine's.

A number that has a place of its own (a cell of a score table) is put there; what else a block says is laid over its
lines.  A value that a reviewer added where nothing was read becomes a region of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kompass_extract.model.geometry import Box
from kompass_extract.model.pointers import AnyField, fields
from kompass_extract.model.report import BlockInfo, PageInfo, Report
from kompass_extract.review.answers.page_texts.inked_lines import InkedLine, PageInk
from kompass_extract.review.answers.page_texts.laid_text import laid
from kompass_extract.review.answers.page_texts.place_boxes import PlaceBoxes
from kompass_extract.review.answers.page_texts.placed_text import PlacedLine, PlacedPage, PlacedRegion

ADDED_KIND = "added"
WIDEST_CELL = 0.5  # of its block's width: a number whose place is wider has the place of all its block
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class PlacedField:
    """A field and where it stands on the page."""

    field: AnyField
    box: Box

    @property
    def corrected(self) -> bool:
        return self.field.review is not None and self.field.review.action == "corrected"

    @property
    def read(self) -> str:
        """What the machine read, as it is printed."""
        review = self.field.review
        value = review.original if review is not None else self.field.value
        if isinstance(value, str):
            return value
        return self.field.raw or ("" if value is None else f"{value:g}")

    @property
    def shown(self) -> str:
        """The decided value in the form that the machine read: a per cent sign and the like stay."""
        value = self.field.value
        if value is None or not self.corrected:
            return self.read
        if isinstance(value, str):
            return value
        return _NUMBER.sub(f"{value:g}", self.read, count=1) if _NUMBER.search(self.read) else f"{value:g}"


def corrected_page(report: Report, page: PageInfo, ink: PageInk | None) -> PlacedPage:
    """Return a page of a decided report; ``ink`` None lays lines evenly over their blocks."""
    blocks = [block for block in report.blocks if block.page == page.number]
    own: dict[str, list[PlacedField]] = {block.id: [] for block in blocks}
    added: list[PlacedField] = []
    boxes = PlaceBoxes(page, blocks)
    for field in _fields_on(report, page.number, boxes):
        home = _home(field, blocks, boxes)
        if home is not None:
            own[home.id].append(field)
        elif field.corrected:
            added.append(field)
    drawn = boxes.drawn(blocks)
    regions = [_region(report, block, own[block.id], drawn[block.id], ink) for block in blocks]
    regions += [_added(field, at, ink) for at, field in enumerate(added, start=1)]
    shown = tuple(region for region in regions if region.lines)
    return PlacedPage(page.number, *page.extent, page.ocr_confidence, shown)


def _fields_on(report: Report, page: int, boxes: PlaceBoxes) -> Iterator[PlacedField]:
    for _, field in fields(report):
        for place in field.evidence:
            if place.page == page:
                yield PlacedField(field, boxes(place))


def _home(field: PlacedField, blocks: Sequence[BlockInfo], boxes: PlaceBoxes) -> BlockInfo | None:
    """Return the smallest block in which a field stands; those that it says it came from go before others."""
    x, y = field.box.center_x, field.box.center_y
    placed = [(block, boxes(block)) for block in blocks]
    around = [(block, box.area) for block, box in placed if box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1]
    best = min(around, key=lambda pair: (pair[0].id not in field.field.blocks, pair[1]), default=None)
    return best[0] if best is not None else None


def _region(
    report: Report, block: BlockInfo, own: Sequence[PlacedField], box: Box, ink: PageInk | None
) -> PlacedRegion:
    """Return a block with its cells at their places and the rest of its text over its lines."""
    text = block.text
    cells: list[PlacedField] = []
    for field in sorted(own, key=lambda one: -one.box.x0):
        if isinstance(field.field.value, str) or not field.read or field.box.width > WIDEST_CELL * box.width:
            continue
        left = _without_last(text, field.read)
        if left is not None and left.strip():
            cells.append(field)
            text = left
    corrected = False
    for field in own:
        if field.corrected and field not in cells:
            text, changed = _replaced(report, block, text, field)
            corrected = corrected or changed
    lines = list(laid(text, _lines(ink, box, cells), _beside(box, cells), corrected=corrected))
    for cell in cells:
        lines += laid(cell.shown, _lines(ink, cell.box, ()), cell.box, corrected=cell.corrected)
    doubted = any(field.field.needs_review for field in own)
    return PlacedRegion(block.id, block.kind, block.area, box, _merged(lines), doubted)


def _added(field: PlacedField, at: int, ink: PageInk | None) -> PlacedRegion:
    lines = laid(field.shown, _lines(ink, field.box, ()), field.box, corrected=True)
    return PlacedRegion(f"added{at}", ADDED_KIND, None, field.box, lines, field.field.needs_review)


def _lines(ink: PageInk | None, box: Box, cells: Sequence[PlacedField]) -> list[InkedLine]:
    return [] if ink is None else ink.lines(box, [cell.box for cell in cells])


def _beside(box: Box, cells: Sequence[PlacedField]) -> Box:
    """Return the part of a block left of its cells, for lines that no picture shows."""
    edge = min((cell.box.x0 for cell in cells), default=box.x1)
    return Box(box.x0, box.y0, edge, box.y1) if edge > box.x0 + 1 else box


def _without_last(text: str, part: str) -> str | None:
    """Return a text without the last place where a part stands as words of its own; None where it is not there."""
    found = list(_as_words(part).finditer(text))
    return None if not found else f"{text[: found[-1].start()]} {text[found[-1].end() :]}"


def _replaced(report: Report, block: BlockInfo, text: str, field: PlacedField) -> tuple[str, bool]:
    """Return a block's text with a corrected value in it, and whether that could be done."""
    found = _as_words(field.read).search(text) if field.read else None
    if found:
        return f"{text[: found.start()]}{field.shown}{text[found.end() :]}", True
    share = _share(report, block, field)
    return (share, True) if share is not None else (text, False)


def _share(report: Report, block: BlockInfo, field: PlacedField) -> str | None:
    """Return the part of a text over several blocks that stands in this one, by how much each had of the former."""
    by_id = {one.id: one for one in report.blocks}
    parts = [by_id[one] for one in field.field.blocks if one in by_id]
    if not isinstance(field.field.value, str) or block.id not in {one.id for one in parts}:
        return None
    words, sizes = field.shown.split(), [len(one.text) for one in parts]
    at = next(number for number, one in enumerate(parts) if one.id == block.id)
    first, last = (round(len(words) * sum(sizes[:end]) / max(1, sum(sizes))) for end in (at, at + 1))
    return " ".join(words[first:last])


def _as_words(part: str) -> re.Pattern[str]:
    """Return what finds a text as words of its own, whatever blanks stand between them."""
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, part.split())) + r"(?!\w)")


def _merged(lines: Sequence[PlacedLine]) -> tuple[PlacedLine, ...]:
    """Return lines from top to bottom; those beside one another are one, its words from left to right."""
    found: list[PlacedLine] = []
    for line in sorted(lines, key=lambda one: one.box.center_y):
        before = found[-1] if found else None
        if before is not None and before.box.y0 <= line.box.center_y <= before.box.y1:
            words = tuple(sorted((*before.words, *line.words), key=lambda word: word.box.x0))
            found[-1] = PlacedLine(_around(before.box, line.box), words, before.corrected or line.corrected)
        else:
            found.append(line)
    return tuple(found)


def _around(one: Box, other: Box) -> Box:
    return Box(min(one.x0, other.x0), min(one.y0, other.y0), max(one.x1, other.x1), max(one.y1, other.y1))
