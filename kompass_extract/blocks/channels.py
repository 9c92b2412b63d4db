"""White channels between the lines of a page, along which its text may stand in columns.

A channel begins as the white between neighbours on one line.  It is joined over the lines that it passes, and goes on
up and down as long as each line keeps to one side of it and nothing heads what stands below on both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise
from statistics import median

from kompass_extract.blocks.parts import LARGER_LETTERS, beside, may_be_number_cell
from kompass_extract.blocks.staggered import staggered_white
from kompass_extract.model.geometry import union
from kompass_extract.pages.components import Rule
from kompass_extract.taxonomy.editions import load_editions
from kompass_extract.taxonomy.headers import ITEM_HEADS, SECTION_HEADS, header_role
from kompass_extract.taxonomy.headings import area_heading
from kompass_extract.words.page_reader import ReadStrip

BREAK_EM = 2.3  # white space between two lines that ends a zone on its own
RULED_BREAK_EM = 5.0  # the same where an upright rule runs on through the space
LEAST_CHANNEL_EM = 0.45
SHARED_HEIGHT = 0.25  # of the shorter of two channels beside each other; a gutter only touches what is above it
LEAST_STEPS = 4  # between the lines of a column that show how far its lines are apart
SAME_STEP = 1.25  # times that: no space stands between two lines of a column


@dataclass(frozen=True, slots=True)
class Gutter:
    x0: float
    x1: float
    y0: float
    y1: float


class _Side(Enum):
    """How a line stands to a channel."""

    ONE = auto()  # on one side of it
    HEADS = auto()  # on one side, and it may be the heading of what stands below it on both
    NEITHER = auto()


def find_channels(strips: Sequence[ReadStrip], rules: Sequence[Rule], em: float) -> list[Gutter]:
    """White between neighbours on a line, joined over the lines it passes, extended to where it ends."""
    links: list[Gutter] = []
    scores: list[Gutter] = []
    for strip in strips:
        right = [other for other in strips if other.line.box.x0 > strip.line.box.x0 and beside(strip, other)]
        if right:
            next_ = min(right, key=lambda other: other.line.box.x0)
            both = union([strip.line.box, next_.line.box])
            link = Gutter(strip.line.box.x1, next_.line.box.x0, both.y0, both.y1)
            (scores if _is_scored_heading(strip, next_, em) else links).append(link)
    links.extend(Gutter(white.x0, white.x1, white.y0, white.y1) for white in staggered_white(strips, em))
    links.sort(key=lambda link: link.y0)
    channels: list[Gutter] = []
    for link in links:
        for position in range(len(channels) - 1, -1, -1):
            joined = _joined(channels[position], link, strips, rules, em)
            if joined is not None:
                channels[position] = joined
                break
        else:
            channels.append(link)
    channels.extend(scores)
    return [_extended(channel, strips, rules, em) for channel in channels]


def _is_scored_heading(strip: ReadStrip, right: ReadStrip, em: float) -> bool:
    """Whether a line is a chapter's heading and the one to its right the score: they are of no columns above."""
    larger = strip.letter_height >= LARGER_LETTERS * em and not may_be_number_cell(strip.line.text)
    return larger and says_area(strip.line.text) and may_be_number_cell(right.line.text)


def _joined(
    channel: Gutter, link: Gutter, strips: Sequence[ReadStrip], rules: Sequence[Rule], em: float
) -> Gutter | None:
    x0, x1 = max(channel.x0, link.x0), min(channel.x1, link.x1)
    if x1 - x0 < LEAST_CHANNEL_EM * em:
        return None
    y0, y1 = min(channel.y0, link.y0), max(channel.y1, link.y1)
    between = [s for s in strips if channel.y1 < s.line.box.center_y < link.y0]
    if any((s.line.box.x0 < x1 - 0.1 and s.line.box.x1 > x0 + 0.1) or _is_heading(s, strips, x0, em) for s in between):
        return None
    headed = any(_is_list_head(s) for s in strips if channel.y0 < s.line.box.center_y < channel.y1)
    last = channel.y1
    for strip in sorted(between, key=lambda s: s.line.box.y0):
        if _broken(last, strip.line.box.y0, rules, em, headed=headed and last == channel.y1):
            return None
        last = max(last, strip.line.box.y1)
    if _broken(last, link.y0, rules, em, headed=headed and last == channel.y1):
        return None
    return Gutter(x0, x1, y0, y1)


def _is_heading(strip: ReadStrip, strips: Sequence[ReadStrip], x: float, em: float) -> bool:
    """Whether a line left of ``x`` heads what stands below it: by its words or size, and nothing is beside it."""
    text = strip.line.text
    larger = strip.letter_height >= LARGER_LETTERS * em and not may_be_number_cell(text) and not text[:1].islower()
    return (larger or _says_heading(text)) and strip.line.box.x0 < x and not _runs_past(strip, strips, x, em)


def _runs_past(strip: ReadStrip, strips: Sequence[ReadStrip], x: float, em: float) -> bool:
    """Whether text right of ``x`` runs on beside a line left of it, as columns of one running text do."""
    larger = strip.letter_height >= LARGER_LETTERS * em
    if any(beside(strip, other) and not (larger and may_be_number_cell(other.line.text)) for other in strips):
        return True  # but for the chapter's score beside its heading
    if strip.line.box.x1 > x:
        return False
    baselines = sorted(other.baseline for other in strips if other.line.box.x0 >= x)
    steps = [below - above for above, below in pairwise(baselines) if below - above > 1.0]
    if len(steps) < LEAST_STEPS:
        return False
    middle = strip.line.box.center_y
    around = [below - above for above, below in pairwise(baselines) if above <= middle < below]
    return any(step <= SAME_STEP * median(steps) for step in around)


def _says_heading(text: str) -> bool:
    return header_role(text) in SECTION_HEADS or says_area(text)


def _is_list_head(strip: ReadStrip) -> bool:
    return header_role(strip.line.text) in ITEM_HEADS


def _broken(y0: float, y1: float, rules: Sequence[Rule], em: float, *, headed: bool = False) -> bool:
    """Whether the white from y0 to y1 is too much for one table; ``headed``: it is below the heads of lists."""
    space = y1 - y0
    if space <= BREAK_EM * em:
        return False
    ruled = any(not rule.horizontal and rule.box.y0 <= y0 + 0.5 * em and rule.box.y1 >= y1 - 0.5 * em for rule in rules)
    return space > (RULED_BREAK_EM if ruled or headed else BREAK_EM) * em


def _extended(channel: Gutter, strips: Sequence[ReadStrip], rules: Sequence[Rule], em: float) -> Gutter:
    """The channel with the lines above and below that keep, with what stands beside them, to one of its sides."""
    within = [s for s in strips if channel.y0 - 1 <= s.line.box.center_y <= channel.y1 + 1]
    if not within:
        return channel
    left = min(s.line.box.x0 for s in within)
    height = median(s.letter_height for s in within)

    def keeps_side(strip: ReadStrip) -> bool:
        whole = (strip, *(other for other in strips if beside(strip, other)))
        sides = [_keeps_side(one, channel, left, height, em) for one in whole]
        if _Side.NEITHER in sides:
            return False
        heads = (one for one, side in zip(whole, sides, strict=True) if side is _Side.HEADS)
        return all(_runs_past(head, strips, channel.x0, em) for head in heads)

    y0, y1 = channel.y0, channel.y1
    for strip in sorted(strips, key=lambda s: s.line.box.y0):
        box = strip.line.box
        if box.center_y <= y1:
            continue
        if _heads(strip, strips, channel, em) or _broken(y1, box.y0, rules, em):
            break
        if not keeps_side(strip):
            break
        y1 = max(y1, box.y1)
    for strip in sorted(strips, key=lambda s: -s.line.box.y1):
        box = strip.line.box
        if box.center_y >= y0:
            continue
        near = y0 - box.y1 <= 0.9 * em and not _heads(strip, strips, channel, em)
        if not near or not keeps_side(strip):
            break
        y0 = min(y0, box.y0)
    return Gutter(channel.x0, channel.x1, y0, y1)


def _heads(strip: ReadStrip, strips: Sequence[ReadStrip], channel: Gutter, em: float) -> bool:
    """Whether the words of a line head what stands below it, in all columns."""
    return _says_heading(strip.line.text) and not _runs_past(strip, strips, channel.x0, em)


def _keeps_side(strip: ReadStrip, channel: Gutter, left: float, height: float, em: float) -> _Side:
    box = strip.line.box
    on_side = box.x1 <= channel.x1 + 0.1 or box.x0 >= channel.x0 - 0.1
    if not on_side or box.x0 < left - 1.2 * em:
        return _Side.NEITHER
    # A heading begins at the left, with a capital; larger letters else are a chapter's score, or badly measured.
    larger = strip.letter_height >= LARGER_LETTERS * height
    heads = larger and box.x0 < channel.x0 and not strip.line.text[:1].islower()
    return _Side.HEADS if heads and not may_be_number_cell(strip.line.text) else _Side.ONE


def group_channels(channels: Sequence[Gutter], em: float) -> list[list[Gutter]]:
    """Channels that share lines belong to one zone; the zones with most lines come first."""
    groups: list[list[Gutter]] = []
    for channel in sorted(channels, key=lambda c: c.y0):
        for group in groups:
            shared = max(c.y1 for c in group) - channel.y0
            shorter = min(channel.y1 - channel.y0, *(c.y1 - c.y0 for c in group))
            if shared > max(0.2 * em, SHARED_HEIGHT * shorter):
                group.append(channel)
                break
        else:
            groups.append([channel])
    return sorted(groups, key=lambda group: min(c.y0 for c in group) - max(c.y1 for c in group))


def says_area(text: str) -> bool:
    return area_heading(text, load_editions()) is not None
