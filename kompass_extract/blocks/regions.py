"""From strips to zones: stretches of a page whose text runs in one column or in several beside each other.

A zone with several columns begins with strips that stand beside each other and goes on, up and down, as long
as no strip crosses the white between its columns and no wide space or change of letter size breaks it off.
Then its columns are the intervals between the white channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import combinations, pairwise
from statistics import median

from kompass_extract.blocks.parts import (
    LARGER_LETTERS,
    SCORE,
    beside,
    may_be_number_cell,
    split_at,
    without_label,
    without_large_number,
)
from kompass_extract.blocks.staggered import staggered_white
from kompass_extract.model.geometry import Box, union
from kompass_extract.pages.components import Rule
from kompass_extract.taxonomy.editions import load_editions
from kompass_extract.taxonomy.headers import ITEM_HEADS, NUMBER_HEADS, SECTION_HEADS, header_role
from kompass_extract.taxonomy.headings import area_heading
from kompass_extract.words.page_reader import ReadStrip

__all__ = ["Zone", "beside", "find_zones", "is_grid", "may_be_number_cell"]

BREAK_EM = 2.3  # white space between two lines that ends a zone on its own
RULED_BREAK_EM = 5.0  # the same where an upright rule runs on through the space
LEAST_CHANNEL_EM = 0.45
SHARED_HEIGHT = 0.25  # of the shorter of two channels beside each other; a gutter only touches what is above it
HEAVIER = 1.25  # stroke of a title against that of the numbers
LEAST_NUMBERS = 5  # number cells that make a table of numbers
LEAST_STEPS = 4  # between the lines of a column that show how far its lines are apart
TEXT_WORDS, TEXT_LINES = 3, 5  # words of a line, and such lines on either side of a gutter of running text
FULL_EM = 6.0  # room left at most on a line that fills its column
TEXT_INDENT = 2.0  # cap heights by which text begins right of its gutter at most
SAME_STEP = 1.25  # times that: no space stands between two lines of a column


@dataclass(frozen=True, slots=True)
class Zone:
    """Strips in columns; ``edges`` are the channels' middles, left to right, one less than the columns."""

    box: Box
    strips: tuple[ReadStrip, ...]
    edges: tuple[float, ...] = ()

    @property
    def columns(self) -> int:
        return len(self.edges) + 1

    def column_of(self, strip: ReadStrip) -> int:
        center = strip.line.box.center_x
        return sum(edge < center for edge in self.edges)

    def in_column(self, index: int) -> tuple[ReadStrip, ...]:
        chosen = [strip for strip in self.strips if self.column_of(strip) == index]
        return tuple(sorted(chosen, key=lambda strip: (strip.baseline, strip.line.box.x0)))


@dataclass(frozen=True, slots=True)
class _Gutter:
    x0: float
    x1: float
    y0: float
    y1: float


class _Side(Enum):
    """How a line stands to a channel."""

    ONE = auto()  # on one side of it
    HEADS = auto()  # on one side, and it may be the heading of what stands below it on both
    NEITHER = auto()


def find_zones(
    strips: Sequence[ReadStrip], rules: Sequence[Rule], em: float, *, tables: Sequence[Zone] = ()
) -> tuple[Zone, ...]:
    """The page's zones from top to bottom, ``tables`` among them; every strip, or part of one, is in exactly one."""
    strips = [part for strip in strips for part in without_large_number(strip, em)]
    strips = [part for strip in strips for part in without_label(strip, strips, em)]
    channels = _channels(strips, rules, em)
    zones: list[Zone] = list(tables)
    rest = list(strips)
    for group in (band for whole in _groups(channels, em) for band in _bands(whole, rest, em)):
        top, bottom = min(c.y0 for c in group), max(c.y1 for c in group)
        members = [s for s in rest if top - 0.5 <= s.line.box.center_y <= bottom + 0.5]
        if len(members) < 2:
            continue
        edges = _edges(group, members, em)
        if edges:
            parts = tuple(part for member in members for part in split_at(member, _cuts(member, edges, members)))
            zones.append(Zone(union(s.line.box for s in members), parts, edges))
            taken = set(map(id, members))
            rest = [s for s in rest if id(s) not in taken]
    zones.extend(_single(rest, zones))
    zones = _with_column_ends(zones, em)
    zones = [part for zone in zones for part in _without_score(zone, em)]
    return tuple(sorted(zones, key=lambda zone: (zone.box.y0, zone.box.x0)))


def _without_score(zone: Zone, em: float) -> list[Zone]:
    """A large number amid a column's text, the chapter's score without a column of its own, becomes a zone."""
    scores = [
        strip
        for strip in zone.strips
        if SCORE.match(strip.line.text)
        and strip.letter_height > LARGER_LETTERS * em
        and any(beside(strip, other) and zone.column_of(other) == zone.column_of(strip) for other in zone.strips)
    ]
    rest = tuple(strip for strip in zone.strips if not any(strip is score for score in scores))
    if not scores or not rest:
        return [zone]
    return [replace(zone, strips=rest), *(Zone(score.line.box, (score,)) for score in scores)]


def _channels(strips: Sequence[ReadStrip], rules: Sequence[Rule], em: float) -> list[_Gutter]:
    """White between neighbours on a line, joined over the lines it passes, extended to where it ends."""
    links = []
    for strip in strips:
        right = [other for other in strips if other.line.box.x0 > strip.line.box.x0 and beside(strip, other)]
        if right:
            next_ = min(right, key=lambda other: other.line.box.x0)
            both = union([strip.line.box, next_.line.box])
            links.append(_Gutter(strip.line.box.x1, next_.line.box.x0, both.y0, both.y1))
    links.extend(_Gutter(white.x0, white.x1, white.y0, white.y1) for white in staggered_white(strips, em))
    links.sort(key=lambda link: link.y0)
    channels: list[_Gutter] = []
    for link in links:
        for position in range(len(channels) - 1, -1, -1):
            joined = _joined(channels[position], link, strips, rules, em)
            if joined is not None:
                channels[position] = joined
                break
        else:
            channels.append(link)
    return [_extended(channel, strips, rules, em) for channel in channels]


def _joined(
    channel: _Gutter, link: _Gutter, strips: Sequence[ReadStrip], rules: Sequence[Rule], em: float
) -> _Gutter | None:
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
    return _Gutter(x0, x1, y0, y1)


def _is_heading(strip: ReadStrip, strips: Sequence[ReadStrip], x: float, em: float) -> bool:
    """Whether a line left of ``x`` heads what stands below it: by its words or size, and nothing is beside it."""
    text = strip.line.text
    larger = strip.letter_height >= LARGER_LETTERS * em and not may_be_number_cell(text) and not text[:1].islower()
    return (larger or _says_heading(text)) and strip.line.box.x0 < x and not _runs_past(strip, strips, x)


def _runs_past(strip: ReadStrip, strips: Sequence[ReadStrip], x: float) -> bool:
    """Whether text right of ``x`` runs on beside a line left of it, as columns of one running text do."""
    if any(beside(strip, other) for other in strips):
        return True
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
    return header_role(text) in SECTION_HEADS or _says_area(text)


def _is_list_head(strip: ReadStrip) -> bool:
    return header_role(strip.line.text) in ITEM_HEADS


def _broken(y0: float, y1: float, rules: Sequence[Rule], em: float, *, headed: bool = False) -> bool:
    """Whether the white from y0 to y1 is too much for one table; ``headed``: it is below the heads of lists."""
    space = y1 - y0
    if space <= BREAK_EM * em:
        return False
    ruled = any(not rule.horizontal and rule.box.y0 <= y0 + 0.5 * em and rule.box.y1 >= y1 - 0.5 * em for rule in rules)
    return space > (RULED_BREAK_EM if ruled or headed else BREAK_EM) * em


def _extended(channel: _Gutter, strips: Sequence[ReadStrip], rules: Sequence[Rule], em: float) -> _Gutter:
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
        return _Side.HEADS not in sides or _runs_past(strip, strips, channel.x0)

    y0, y1 = channel.y0, channel.y1
    for strip in sorted(strips, key=lambda s: s.line.box.y0):
        box = strip.line.box
        if box.center_y <= y1:
            continue
        if _heads(strip, strips, channel) or _broken(y1, box.y0, rules, em):
            break
        if not keeps_side(strip):
            break
        y1 = max(y1, box.y1)
    for strip in sorted(strips, key=lambda s: -s.line.box.y1):
        box = strip.line.box
        if box.center_y >= y0:
            continue
        near = y0 - box.y1 <= 0.9 * em and not _heads(strip, strips, channel)
        if not near or not keeps_side(strip):
            break
        y0 = min(y0, box.y0)
    return _Gutter(channel.x0, channel.x1, y0, y1)


def _heads(strip: ReadStrip, strips: Sequence[ReadStrip], channel: _Gutter) -> bool:
    """Whether the words of a line head what stands below it, in all columns."""
    return _says_heading(strip.line.text) and not _runs_past(strip, strips, channel.x0)


def _keeps_side(strip: ReadStrip, channel: _Gutter, left: float, height: float, em: float) -> _Side:
    box = strip.line.box
    on_side = box.x1 <= channel.x1 + 0.1 or box.x0 >= channel.x0 - 0.1
    if not on_side or box.x0 < left - 1.2 * em:
        return _Side.NEITHER
    # A heading begins at the left, with a capital; larger letters else are a chapter's score, or badly measured.
    larger = strip.letter_height >= LARGER_LETTERS * height
    heads = larger and box.x0 < channel.x0 and not strip.line.text[:1].islower()
    return _Side.HEADS if heads and not may_be_number_cell(strip.line.text) else _Side.ONE


def _groups(channels: Sequence[_Gutter], em: float) -> list[list[_Gutter]]:
    """Channels that share lines belong to one zone; the zones with most lines come first."""
    groups: list[list[_Gutter]] = []
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


def _bands(group: Sequence[_Gutter], strips: Sequence[ReadStrip], em: float) -> list[list[_Gutter]]:
    """Channels of one zone, cut to bands where text stands across a gutter of running text above or below it."""
    top, bottom = min(c.y0 for c in group), max(c.y1 for c in group)
    members = [s for s in strips if top - 0.5 <= s.line.box.center_y <= bottom + 0.5]
    cuts: set[float] = set()
    for channel in group:
        if _parts_text(channel, members, em):
            x0, x1 = channel.x0 - em, channel.x1 + em
            across = [s.line.box.center_y for s in members if s.line.box.x0 < x0 and s.line.box.x1 > x1]
            cuts.update({channel.y0} if any(y < channel.y0 for y in across) else ())
            cuts.update({channel.y1} if any(y > channel.y1 for y in across) else ())
    heights = [top, *sorted(cuts), bottom]
    return [
        [replace(c, y0=max(c.y0, y0), y1=min(c.y1, y1)) for c in group if min(c.y1, y1) - max(c.y0, y0) > 1.0]
        for y0, y1 in pairwise(heights)
    ]


def _parts_text(channel: _Gutter, strips: Sequence[ReadStrip], em: float) -> bool:
    """Whether lines of text stand on both sides of a channel, as in columns of running text."""
    within = [s for s in strips if channel.y0 <= s.line.box.center_y <= channel.y1 and len(s.line.words) >= TEXT_WORDS]
    left = sum(s.line.box.x1 <= channel.x0 + 0.1 for s in within)
    right = sum(-0.1 <= s.line.box.x0 - channel.x1 <= TEXT_INDENT * em for s in within)
    return min(left, right) >= TEXT_LINES


def _edges(channels: Sequence[_Gutter], members: Sequence[ReadStrip], em: float) -> tuple[float, ...]:
    """Middles of the white intervals between words that separate strips on some lines.

    A strip may be cut where many more lines have two: column heads stand closer than the numbers below them.
    """
    telling = _without_heads(members)
    spans = sorted((word.box.x0, word.box.x1) for s in telling for word in s.line.words)
    edges = []
    reach = spans[0][1]
    for x0, x1 in spans[1:]:
        if x0 - reach >= LEAST_CHANNEL_EM * em and any(c.x0 < x0 + 0.5 and c.x1 > reach - 0.5 for c in channels):
            middle = (reach + x0) / 2
            cut = [s for s in telling if s.line.box.x0 < middle < s.line.box.x1]
            lines = _separated_lines(middle, members) if cut else 0
            if not cut or (lines >= max(3, 3 * len(cut)) and all(_reaches_over(s, middle, members) for s in cut)):
                edges.append(middle)
        reach = max(reach, x1)
    return tuple(edges)


def _without_heads(members: Sequence[ReadStrip]) -> list[ReadStrip]:
    """In a table of numbers, the strips but titles and column heads, which may be wider than what stands below."""
    numbers = [s for s in members if may_be_number_cell(s.line.text)]
    if len(numbers) < LEAST_NUMBERS:
        return list(members)
    first = min(s.line.box.x0 for s in members)
    heads = {
        id(s)
        for s in members
        if not may_be_number_cell(s.line.text)
        and s.line.box.x0 > first
        and sum(n.line.box.x0 < s.line.box.x1 and n.line.box.x1 > s.line.box.x0 for n in numbers) >= 2
        and len(s.line.words) <= 3
    }
    stroke, height = median(s.stroke for s in numbers), median(s.letter_height for s in numbers)
    titles = {
        id(s)
        for s in members
        if (s.stroke > HEAVIER * stroke or s.letter_height > LARGER_LETTERS * height)
        and not any(beside(s, other) for other in members)
    }
    return [s for s in members if id(s) not in heads | titles]


def _reaches_over(strip: ReadStrip, x: float, members: Sequence[ReadStrip]) -> bool:
    """Whether the words right of ``x`` stand over or under other strips there: they are of the next column."""
    right = [word.box for word in strip.line.words if word.box.center_x > x]
    if not right:
        return False
    x0, x1 = min(box.x0 for box in right), max(box.x1 for box in right)
    others = [s.line.box for s in members if s.line.box.x0 >= x]
    return sum(box.x0 < x1 and box.x1 > x0 for box in others) >= 2


def _separated_lines(x: float, members: Sequence[ReadStrip]) -> int:
    """How many strips left of ``x`` have one beside them on its right, within a column's width of it."""
    left = [s for s in members if s.line.box.x1 <= x]
    right = [s for s in members if s.line.box.x0 >= x]
    return sum(any(beside(a, b) for b in right) for a in left)


def _cuts(strip: ReadStrip, edges: Sequence[float], members: Sequence[ReadStrip]) -> tuple[float, ...]:
    """The edges at which a strip is two, because its words stand in both columns."""
    return tuple(edge for edge in edges if _reaches_over(strip, edge, members))


def _single(rest: Sequence[ReadStrip], zones: Sequence[Zone]) -> list[Zone]:
    """What stands between the zones, each stretch as a zone of one column."""
    tops = sorted(zone.box.y0 for zone in zones)
    stretches: dict[int, list[ReadStrip]] = {}
    for strip in rest:
        stretches.setdefault(sum(top < strip.line.box.center_y for top in tops), []).append(strip)
    return [Zone(union(s.line.box for s in group), tuple(group)) for group in stretches.values()]


def _with_column_ends(zones: Sequence[Zone], em: float) -> list[Zone]:
    """The zones, those together with the columns above that go on with the first of these below a heading in it."""
    joined: list[Zone] = []
    for zone in sorted(zones, key=lambda zone: zone.box.y0):
        above = joined[-1] if joined else None
        if above is not None and _ends_column(zone, above, em):
            joined[-1] = replace(above, box=union([above.box, zone.box]), strips=(*above.strips, *zone.strips))
        else:
            joined.append(zone)
    return joined


def _ends_column(zone: Zone, above: Zone, em: float) -> bool:
    """Whether the lines of a zone fill the first of the columns above it, and no line is wider."""
    if zone.columns > 1 or above.columns == 1 or is_grid(above) or zone.box.y0 - above.box.y1 > BREAK_EM * em:
        return False
    column = [strip.line.box for strip in above.in_column(0)]
    if not column or any(_says_area(strip.line.text) for strip in zone.strips):
        return False
    x0, x1 = min(box.x0 for box in column), max(box.x1 for box in column)
    keep = all(x0 - TEXT_INDENT * em <= s.line.box.x0 and s.line.box.x1 <= x1 + em for s in zone.strips)
    full = sum(s.line.box.x1 > x1 - FULL_EM * em for s in zone.strips)
    return keep and full >= max(TEXT_LINES, len(zone.strips) / 2)


def _says_area(text: str) -> bool:
    return area_heading(text, load_editions()) is not None


def is_grid(zone: Zone) -> bool:
    """Whether the columns hold a table of numbers: two or more lines with a number right of the first column."""
    if zone.columns < 2:
        return False
    heads = [s for s in zone.strips if zone.column_of(s) > 0 and header_role(s.line.text) in NUMBER_HEADS]
    if any(beside(a, b) for a, b in combinations(heads, 2)):
        return True  # heads of number columns, though a page break left nothing below them
    numbers = [s for s in zone.strips if zone.column_of(s) > 0 and may_be_number_cell(s.line.text)]
    columns = {zone.column_of(s) for s in numbers}
    wordy = [s for s in zone.strips if zone.column_of(s) in columns and len(s.line.text) > 14]
    lines = sorted(s.baseline for s in numbers)
    different = 1 + sum(b - a > 3 for a, b in pairwise(lines)) if lines else 0
    labels = sum(zone.column_of(s) == 0 and may_be_number_cell(s.line.text) for s in zone.strips)
    if zone.columns == 2 and labels >= 2 and not different:
        return False
    alone = len(numbers) + labels == len(zone.strips)
    if different == 1 and not wordy and (len(numbers) >= 2 if zone.columns > 2 else alone):
        return True  # the one row of a table that a page break left over
    return different >= 2 and (zone.columns > 2 or len(numbers) > len(wordy))
