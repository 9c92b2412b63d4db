"""Zones with columns cut where the titles of lists stand in them.

Titles beside each other amid a zone begin lists of their own below text in columns.  Titles one below the other in the
first column stand to the left of their lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.blocks.parts import beside
from kompass_extract.blocks.regions import Zone, is_grid
from kompass_extract.model.geometry import union
from kompass_extract.pages.components import Rule
from kompass_extract.taxonomy.headers import ITEM_HEADS, SECTION_HEADS, HeaderRole, header_role
from kompass_extract.words.page_reader import ReadStrip

TITLE_LINES = 3
TITLE_SPACE = 3.0  # cap heights from a title to a list that runs over columns below it
TITLE_PITCH = 2.4  # cap heights between the lines of one title
RULE_REACH = 2.5  # cap heights from the middle of a gutter to a rule in it
SECTION_SPACE = 0.9  # cap heights between lines of one text, at most
LEAST_RULE = 4.0  # cap heights of a rule between two lists
HEADS = ITEM_HEADS | {HeaderRole.RUBRICS}


def is_title(strips: Sequence[ReadStrip]) -> bool:
    """Whether lines, joined, are the title of a list."""
    return 0 < len(strips) <= TITLE_LINES and header_role(join_lines([s.line.text for s in strips])) in HEADS


def is_titled(zone: Zone) -> bool:
    """Whether the zone's first column is nothing but the title of the list in its second."""
    return zone.columns == 2 and is_title(zone.in_column(0)) and not is_title(zone.in_column(1)[:1])


def part_zones(zones: Sequence[Zone], rules: Sequence[Rule], em: float) -> list[Zone]:
    """The zones from top to bottom, those with columns cut where titles and rules show that lists begin and end."""
    parted: list[Zone] = []
    for zone in zones:
        if zone.columns == 1 or is_grid(zone):
            parted.append(zone)
            continue
        followed = any(other.box.y0 >= zone.box.y1 for other in zones)
        for whole in (part for upper in _cut_below_text(zone, em) for part in _cut_above_heads(upper, em, followed)):
            for part in _cut(whole, [*_rule_ends(whole, rules, em), *_section_tops(whole, em)]):
                parted.extend(_cut_at_titles(part, em) if part.columns == 2 else [part])
    return _with_heads(_with_titles(parted, em), em)


def _with_heads(zones: Sequence[Zone], em: float) -> list[Zone]:
    """The zones, columns together with the titles right above them: a rule may begin below the row of titles."""
    joined: list[Zone] = []
    for zone in zones:
        above = joined[-1] if joined else None
        if above is not None and _heads_columns(above, zone, em):
            joined[-1] = replace(zone, box=union([above.box, zone.box]), strips=(*above.strips, *zone.strips))
        else:
            joined.append(zone)
    return joined


def _heads_columns(above: Zone, zone: Zone, em: float) -> bool:
    """Whether a zone is nothing but the titles of the columns right below it."""
    if above.columns < 2 or above.columns != zone.columns or zone.box.y0 - above.box.y1 > TITLE_SPACE * em:
        return False
    if not all(is_title(above.in_column(index)) for index in range(above.columns)) or is_grid(zone):
        return False
    same = all(abs(a - b) < TITLE_SPACE * em for a, b in zip(above.edges, zone.edges, strict=True))
    return same and not any(is_title(zone.in_column(index)[:1]) for index in range(zone.columns))


def _with_titles(zones: Sequence[Zone], em: float) -> list[Zone]:
    """The zones, each list that runs over columns together with the title above it."""
    joined: list[Zone] = []
    for zone in sorted(zones, key=lambda zone: zone.box.y0):
        above = joined[-1] if joined else None
        heads = any(header_role(strip.line.text) in HEADS for strip in zone.strips)
        if above is not None and above.columns == 1 < zone.columns and not heads and not is_grid(zone):
            near = zone.box.y0 - above.box.y1 < TITLE_SPACE * em
            if near and is_title(above.strips) and header_role(above.strips[0].line.text) in ITEM_HEADS:
                joined[-1] = replace(zone, box=union([above.box, zone.box]), strips=(*above.strips, *zone.strips))
                continue
        joined.append(zone)
    return joined


def _rule_ends(zone: Zone, rules: Sequence[Rule], em: float) -> list[float]:
    """Where an upright rule between two columns begins and ends amid the zone."""
    ends: list[float] = []
    for edge in zone.edges:
        pieces = [r.box for r in rules if not r.horizontal and abs(r.box.center_x - edge) < RULE_REACH * em]
        pieces = [box for box in pieces if box.y0 < zone.box.y1 and box.y1 > zone.box.y0]
        if pieces and sum(box.height for box in pieces) > LEAST_RULE * em:
            ends.extend((min(box.y0 for box in pieces), max(box.y1 for box in pieces)))
    return [y for y in ends if zone.box.y0 + em < y < zone.box.y1 - em]


def _section_tops(zone: Zone, em: float) -> list[float]:
    """Where a section of the narrative begins below lists that have their heads in the zone."""
    heads = [s.line.box.y1 for s in zone.strips if header_role(s.line.text) in ITEM_HEADS]
    if not heads:
        return []
    tops = []
    for index in range(zone.columns):
        lines = zone.in_column(index)
        for place, strip in enumerate(lines):
            words = [strip.line.text, join_lines([s.line.text for s in lines[place : place + 2]])]
            if strip.line.box.y0 > max(heads) and any(header_role(text) in SECTION_HEADS for text in words):
                tops.append(strip.line.box.y0)
                break
    return [top for top in tops[:1] if _is_clear(zone, top, em)]


def _is_clear(zone: Zone, y: float, em: float) -> bool:
    """Whether no column's text runs on past a height: columns of one running text have their sections anywhere."""
    return not any(_runs_past(zone.in_column(index), y, em) for index in range(zone.columns))


def _runs_past(strips: Sequence[ReadStrip], y: float, em: float) -> bool:
    """Whether the text of a column runs on past a height."""
    lines = [strip.line.box for strip in strips]
    above = max((box.y1 for box in lines if box.center_y < y), default=None)
    below = min((box.y0 for box in lines if box.center_y >= y), default=None)
    return above is not None and below is not None and below - above < SECTION_SPACE * em


def _run_past(zone: Zone, titles: Sequence[ReadStrip], em: float) -> bool:
    """Whether the text of a column without one of the ``titles`` runs on past these."""
    top, titled = min(title.line.box.y0 for title in titles), {zone.column_of(title) for title in titles}
    return any(_runs_past(zone.in_column(index), top, em) for index in range(zone.columns) if index not in titled)


def is_headed(zone: Zone) -> bool:
    """Whether the zone is one list that runs over columns below its title."""
    top, *rest = sorted(zone.strips, key=lambda strip: strip.line.box.y0)
    return _stands_across(top, zone) and not any(header_role(s.line.text) in ITEM_HEADS for s in rest)


def _stands_across(strip: ReadStrip, zone: Zone, *, followed: bool = False) -> bool:
    """Whether a line is the title of a list, alone on its line over columns that have no titles.

    What follows below the zone it heads too; ``followed``: there is such text on the page.
    """
    if zone.column_of(strip) or header_role(strip.line.text) not in ITEM_HEADS:
        return False
    others = [other for other in zone.strips if other is not strip]
    beyond = [other for other in others if zone.column_of(other)]
    lower = [other for other in others if other.baseline > strip.baseline]
    below = followed or any(zone.column_of(other) for other in lower)
    titles = any(header_role(other.line.text) in ITEM_HEADS for other in beyond)
    return below and not titles and not any(beside(strip, other) for other in others)


def _cut_below_text(zone: Zone, em: float) -> list[Zone]:
    """A zone cut below text that ends above its second column, where titles of the lists beside them follow it."""
    if zone.columns != 2 or not zone.in_column(1):
        return [zone]
    lines, top = zone.in_column(0), zone.in_column(1)[0].line.box.y0
    above = [strip for strip in lines if strip.line.box.y1 <= top]
    titles = list(_titles([strip for strip in lines if strip.line.box.y1 > top], em))
    if not above or not titles or not all(map(is_title, titles)) or is_title(above[-1:]):
        return [zone]
    return _cut(zone, [(above[-1].line.box.y1 + min(top, titles[0][0].line.box.y0)) / 2])


def _cut_above_heads(zone: Zone, em: float, followed: bool) -> list[Zone]:
    """A zone cut above each line where the titles of two lists stand beside each other, or one across the columns."""
    heads = [s for s in zone.strips if header_role(s.line.text) in ITEM_HEADS]
    across = [s.line.box.y0 for s in heads if _stands_across(s, zone, followed=followed)]
    tops = sorted(
        min(a.line.box.y0, b.line.box.y0)
        for a, b in pairwise(heads)
        if zone.column_of(a) != zone.column_of(b) and beside(a, b) and not _run_past(zone, (a, b), em)
    )
    return _cut(zone, [*tops, *across])


def _cut_at_titles(zone: Zone, em: float) -> list[Zone]:
    """A zone whose first column holds the titles of the lists beside it, and nothing else, cut between these."""
    titles = list(_titles(zone.in_column(0), em))
    lines = zone.in_column(1)
    if len(titles) < 2 or not all(map(is_title, titles)) or not lines:
        return [zone]
    cuts = []
    for above, below in pairwise(titles):
        first, last = above[-1].line.box.y1, below[0].line.box.y1
        spaces = [
            (round(b.line.box.y0 - a.line.box.y1, 1), (a.line.box.y1 + b.line.box.y0) / 2)
            for a, b in pairwise(lines)
            if first <= b.line.box.center_y and a.line.box.center_y <= last
        ]
        if not spaces:
            return [zone]
        cuts.append(max(spaces)[1])
    return _cut(zone, cuts)


def _titles(strips: Sequence[ReadStrip], em: float) -> Iterator[list[ReadStrip]]:
    """The first column's lines, those of one title together."""
    title: list[ReadStrip] = []
    for strip in strips:
        if title and (strip.baseline - title[-1].baseline > TITLE_PITCH * em or is_title(title)):
            yield title
            title = []
        title.append(strip)
    if title:
        yield title


def _cut(zone: Zone, heights: Sequence[float]) -> list[Zone]:
    parts: dict[int, list[ReadStrip]] = {}
    for strip in zone.strips:
        parts.setdefault(sum(height <= strip.line.box.center_y for height in sorted(heights)), []).append(strip)
    if len(parts) < 2:
        return [zone]
    return [
        replace(zone, box=union(s.line.box for s in group), strips=tuple(group)) for _, group in sorted(parts.items())
    ]
