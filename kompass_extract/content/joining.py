"""Text that goes on: items and paragraphs cut by a page break or a column break, joined to one again.

Layout marks the rest of a cut block by the verdict of the line-pair model.  What was joined is said, and a text that
may be such a rest is flagged for review.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kompass_extract.blocks import GOES_ON
from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.model.document import LabelledBlock
from kompass_extract.model.readings import TextReading, text_reading
from kompass_extract.model.reasons import Reason, reason

SENTENCE_END = re.compile(r"[.!?:;…][\"”’»)\]]*$")
OPEN_END = re.compile(r"(\w[-‐­/]|,|\b(och|eller|samt|att|som|för|av|på|i|med|till|om|en|ett|den|det|de))$")
DOUBTED = 0.05
"""Probability that a text goes on the one before it from which on its beginning is flagged for review.

On 36 reports of three typesetters that the model had not seen, 1.0 % of the line pairs are as doubtful as that, and
with them 73 of 122 wrong verdicts.
"""
DOUBTED_SEAM = 0.1
"""The same of a text that was joined, or put together from lines, wrongly: at 0.05, eight right texts more of the
labelled readings are flagged.
"""


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


def goes_on(after: LabelledBlock) -> Reason | None:
    """Why ``after`` is the rest of the text before it; None when it is a text of its own."""
    return reason("joined-layout-break") if after.block.continues else None


def seam_doubts(labelled: LabelledBlock, *, follows: bool) -> list[Reason]:
    """Why a text may be wrongly cut or joined; ``follows`` that it stands next after the text that it may go on."""
    block, found = labelled.block, []
    if follows and DOUBTED <= block.rest < GOES_ON:
        found.append(reason("may-be-rest"))
    if block.continues and 0.0 < block.rest < 1 - DOUBTED_SEAM:
        found.append(reason("may-not-be-rest"))
    if block.whole < 1 - DOUBTED_SEAM:
        found.append(reason("line-may-begin-text"))
    return found
