"""From strips to zones: stretches of a page whose text runs in one column or in several beside each other.

A zone with several columns begins with strips that stand beside each other and goes on, up and down, as long
as no strip crosses the white between its columns and no wide space or change of letter size breaks it off.
Then its columns are the intervals between the white channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from statistics import median

from kompass_extract.blocks.channels import BREAK_EM, LEAST_CHANNEL_EM, Gutter, find_channels, group_channels, says_area
from kompass_extract.blocks.parts import (
    LARGER_LETTERS,
    SCORE,
    beside,
    may_be_number_cell,
    split_at,
    without_label,
    without_large_number,
)
from kompass_extract.model.geometry import Box, union
from kompass_extract.pages.components import Rule
from kompass_extract.taxonomy.headers import NUMBER_HEADS, header_role
from kompass_extract.words.page_reader import ReadStrip

__all__ = ["Zone", "beside", "find_zones", "is_grid", "may_be_number_cell"]

HEAVIER = 1.25  # stroke of a title against that of the numbers
LEAST_NUMBERS = 5  # number cells that make a table of numbers
TEXT_WORDS, TEXT_LINES = 3, 5  # words of a line, and such lines on either side of a gutter of running text
FULL_EM = 6.0  # room left at most on a line that fills its column
TEXT_INDENT = 2.0  # cap heights by which text begins right of its gutter at most


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


def find_zones(
    strips: Sequence[ReadStrip], rules: Sequence[Rule], em: float, *, tables: Sequence[Zone] = ()
) -> tuple[Zone, ...]:
    """The page's zones from top to bottom, ``tables`` among them; every strip, or part of one, is in exactly one."""
    strips = [part for strip in strips for part in without_large_number(strip, em)]
    strips = [part for strip in strips for part in without_label(strip, strips, em)]
    channels = find_channels(strips, rules, em)
    zones: list[Zone] = list(tables)
    rest = list(strips)
    for group in (band for whole in group_channels(channels, em) for band in _bands(whole, rest, em)):
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


def _bands(group: Sequence[Gutter], strips: Sequence[ReadStrip], em: float) -> list[list[Gutter]]:
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


def _parts_text(channel: Gutter, strips: Sequence[ReadStrip], em: float) -> bool:
    """Whether lines of text stand on both sides of a channel, as in columns of running text."""
    within = [s for s in strips if channel.y0 <= s.line.box.center_y <= channel.y1 and len(s.line.words) >= TEXT_WORDS]
    left = sum(s.line.box.x1 <= channel.x0 + 0.1 for s in within)
    right = sum(-0.1 <= s.line.box.x0 - channel.x1 <= TEXT_INDENT * em for s in within)
    return min(left, right) >= TEXT_LINES


def _edges(channels: Sequence[Gutter], members: Sequence[ReadStrip], em: float) -> tuple[float, ...]:
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
    if not column or any(says_area(strip.line.text) for strip in zone.strips):
        return False
    x0, x1 = min(box.x0 for box in column), max(box.x1 for box in column)
    keep = all(x0 - TEXT_INDENT * em <= s.line.box.x0 and s.line.box.x1 <= x1 + em for s in zone.strips)
    full = sum(s.line.box.x1 > x1 - FULL_EM * em for s in zone.strips)
    return keep and full >= max(TEXT_LINES, len(zone.strips) / 2)


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
