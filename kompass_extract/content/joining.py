"""Text that goes on: items and paragraphs cut by a page break or a column break, joined to one again.

Layout marks the rest of a cut block where it saw the cut.  Where it did not, the text itself tells: a
paragraph that ends in the middle of a sentence, and one that begins in lower case at the top of the next page.
Two blocks are joined only on such evidence, and what was joined is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.model.document import BlockKind, LabelledBlock
from kompass_extract.model.readings import TextReading, text_reading
from kompass_extract.model.reasons import Reason, reason

SENTENCE_END = re.compile(r"[.!?:;…][\"”’»)\]]*$")
OPEN_END = re.compile(r"(\w[-‐­/]|,|\b(och|eller|samt|att|som|för|av|på|i|med|till|om|en|ett|den|det|de))$")
LISTED = frozenset({BlockKind.STRENGTH, BlockKind.IMPROVEMENT, BlockKind.RUBRIC})
MOSTLY_BULLETED = 0.7
"""Share of a list's items with a bullet, 0..1, from which on one without is thought to be a rest."""
SOME_BULLETED = 0.3
"""The same where the one without begins in lower case right below an item that is not finished."""


@dataclass(slots=True)
class Piece:
    """A text while the blocks that it consists of are collected."""

    blocks: list[LabelledBlock]
    doubts: list[Reason] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    @property
    def last(self) -> LabelledBlock:
        return self.blocks[-1]

    @property
    def text(self) -> str:
        return join_lines([labelled.block.text for labelled in self.blocks])

    def reading(self) -> TextReading:
        """The joined text with the places and confidences of its blocks."""
        return text_reading(self.text, self.blocks, doubts=tuple(self.doubts), reasons=tuple(self.reasons))


def bulleted_share(blocks: Sequence[LabelledBlock], kind: BlockKind) -> float:
    """The share of a list's items that have a bullet, 0..1; 0 for no items."""
    items = [labelled.block for labelled in blocks if labelled.kind is kind and not labelled.block.continues]
    return sum(block.bulleted for block in items) / len(items) if items else 0.0


def goes_on(before: LabelledBlock, after: LabelledBlock, share: float) -> Reason | None:
    """Why ``after`` is the rest of ``before``; None when it is a text of its own.

    ``share`` is the bulleted share of the list that both stand in (0 for running text).
    """
    if after.block.continues:
        return reason("joined-layout-break")
    head, tail = before.block.text.rstrip(), after.block.text.lstrip("(\"”’'» ")
    if after.block.bulleted or not head or not tail or SENTENCE_END.search(head):
        return None
    if after.kind in LISTED and tail[0].islower() and share >= SOME_BULLETED and _stands_below(before, after):
        return reason("joined-in-column")
    if not _stands_after_break(before, after):
        return None
    begins_low = tail[0].islower() and (after.kind not in LISTED or share >= MOSTLY_BULLETED)
    return reason("joined-over-break") if begins_low or OPEN_END.search(head) else None


def doubtful_start(before: LabelledBlock | None, after: LabelledBlock, share: float) -> Reason | None:
    """Why a list item may be the rest of another although nothing says so surely; None when it is not."""
    if before is None or after.block.bulleted or share < MOSTLY_BULLETED or not _stands_after_break(before, after):
        return None
    return reason("first-in-column")


def _stands_below(before: LabelledBlock, after: LabelledBlock) -> bool:
    """Whether the second block stands next below the first, in the same column."""
    one, other = before.block, after.block
    if one.page != other.page or one.column != other.column:
        return False
    line = min(line.box.height for line in (*one.lines, *other.lines)) if one.lines and other.lines else 10.0
    return -0.5 * line <= other.box.y0 - one.box.y1 <= line


def _stands_after_break(before: LabelledBlock, after: LabelledBlock) -> bool:
    """Whether a page break or a column break lies between two blocks that follow each other."""
    one, other = before.block, after.block
    if other.page != one.page:
        return other.page == one.page + 1
    return one.box.y0 > other.box.y0 and other.box.x0 >= one.box.x1
