"""Registry stamps on a cover: what a registrar put there says when a report came in, not what it is of.

A stamp is recognised by what registrars write (received, diary number) together with a number or a date.  Lines close
to it in letters of its size, such as the name of the authority, belong to it too, unless they name the report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.model.document import Block, Line
from kompass_extract.model.geometry import overlap, union
from kompass_extract.taxonomy.fold import fold

_RECEIVED = re.compile(
    r"\b(ink|inkom|inkommet|inkommen|ank|ankom|ankomst\w*|dnr|diarie\w*|diarienr|reg|aktbil\w*|handl nr)\b"
)
_RECEIVED_ALONE = re.compile(r"^(inkom|inkommet|ankom|ankomstdatum|diarienr|diarienummer|dnr)$")
_NUMBERED = re.compile(r"\d")
_DIARY_NUMBER = re.compile(r"\b[A-ZÅÄÖ]{2,5}[ /:-]{0,2}(?:19|20)\d\d[/:.-]\s?\d+|\b(?:19|20)\d\d[/:]\d{3,5}\b")
_OF_REPORT = re.compile(r"kompas|utvarder|analys|rapport")
LONGEST_LINE = 60  # characters of a stamp's line
CLOSE = 2.2  # of the letters' height between two lines of a stamp
SAME_SIZE = 0.3  # by which the letters of a stamp's lines differ at most, of their height


def without_stamps(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of a cover without the lines of registry stamps; a block that was all stamp is left out."""
    lines = [(block, line) for block in blocks for line in block.lines]
    stamped = {id(line) for _, line in lines if _is_stamp(line.text)}
    grown = bool(stamped)
    while grown:
        near = {
            id(line)
            for block, line in lines
            if id(line) not in stamped
            and not _OF_REPORT.search(fold(line.text))
            and any(id(other) in stamped and _close(block, line, of, other) for of, other in lines)
        }
        stamped |= near
        grown = bool(near)
    return [kept for block in blocks if (kept := _without(block, stamped)) is not None]


def _is_stamp(text: str) -> bool:
    """Whether a line says when something was received or under which number it is kept."""
    if len(text) > LONGEST_LINE or _OF_REPORT.search(fold(text)):
        return False
    if _RECEIVED_ALONE.match(fold(text)):
        return True
    return bool(_DIARY_NUMBER.search(text) or (_RECEIVED.search(fold(text)) and _NUMBERED.search(text)))


def _close(block: Block, line: Line, of: Block, other: Line) -> bool:
    """Whether a line stands right above or below another, in letters of its size."""
    height = max(block.size, of.size)
    gap = max(line.box.y0 - other.box.y1, other.box.y0 - line.box.y1)
    beside = overlap(line.box.x0, line.box.x1, other.box.x0, other.box.x1) > 0
    return beside and gap < CLOSE * height and abs(block.size - of.size) < SAME_SIZE * height


def _without(block: Block, stamped: set[int]) -> Block | None:
    kept = tuple(line for line in block.lines if id(line) not in stamped)
    if len(kept) == len(block.lines):
        return block
    if not kept:
        return None
    return replace(block, lines=kept, text=join_lines([line.text for line in kept]), box=union(k.box for k in kept))
