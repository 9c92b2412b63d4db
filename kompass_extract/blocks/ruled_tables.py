"""Ruled tables: frames of rules that meet, their bands between full rules, and the bands' columns.

A ruled grid is the strongest evidence of structure on a page.  Rules are taken as they come from scans: pieces of
one rule are joined, an upright hairline that runs out of the frame or ends between two rules is no border.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kompass_extract.model.geometry import Box, union
from kompass_extract.pages.components import Rule

# Lengths in cap heights.
ALIGNED = 0.35  # between the pieces of one broken rule, across it
LARGEST_HOLE = 3.0  # between them, along it
MEETING = 0.8  # between a rule's end and the rule that it meets
OUTSIDE = 1.5  # by which an upright stands out of its frame that is a hairline
INSIDE = 1.0  # between a frame's side and its first inner border
LEAST_BAND = 0.8  # height of a row
WHOLE_WIDTH = 0.9  # share of a frame's width that a rule between two bands crosses
SAME_EDGES = 0.5  # by which borders of two bands differ at most that are one


@dataclass(frozen=True, slots=True)
class Band:
    """The space between two rules that cross a whole table; ``edges`` are the borders between its cells."""

    y0: float
    y1: float
    edges: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A frame with its bands from top to bottom."""

    box: Box
    bands: tuple[Band, ...]


def find_ruled_tables(rules: Sequence[Rule], em: float) -> tuple[RuledTable, ...]:
    """The page's ruled tables that have cells beside each other, from top to bottom."""
    level = _whole([rule.box for rule in rules if rule.horizontal], em)
    upright = [_turned(box) for box in _whole([_turned(r.box) for r in rules if not r.horizontal], em)]
    tables = [table for frame in _frames(level, upright, em) if (table := _table(*frame, em)) is not None]
    return tuple(sorted(tables, key=lambda table: table.box.y0))


def _turned(box: Box) -> Box:
    return Box(box.y0, box.x0, box.y1, box.x1)


def _whole(pieces: Sequence[Box], em: float) -> list[Box]:
    """Level rules with the pieces of a broken one joined."""
    whole: list[Box] = []
    for piece in sorted(pieces, key=lambda box: box.x0):
        for index, other in enumerate(whole):
            if abs(other.center_y - piece.center_y) < ALIGNED * em and piece.x0 - other.x1 < LARGEST_HOLE * em:
                whole[index] = union([other, piece])
                break
        else:
            whole.append(piece)
    return whole


def _frames(level: Sequence[Box], upright: Sequence[Box], em: float) -> Iterator[tuple[list[Box], list[Box]]]:
    """Level and upright rules that meet, directly or through others."""
    groups: list[tuple[list[Box], list[Box]]] = [([box], []) for box in level]
    for post in upright:
        grown = post.grown(MEETING * em)
        met = [group for group in groups if any(_touch(grown, box) for box in group[0])]
        if met:
            groups = [group for group in groups if group not in met]
            groups.append(([b for group in met for b in group[0]], [*(b for group in met for b in group[1]), post]))
    yield from groups


def _touch(a: Box, b: Box) -> bool:
    return a.x0 <= b.x1 and b.x0 <= a.x1 and a.y0 <= b.y1 and b.y0 <= a.y1


def _table(level: Sequence[Box], upright: Sequence[Box], em: float) -> RuledTable | None:
    """The table that rules which meet make; None for a frame without cells beside each other."""
    posts = _without_hairlines(level, upright, em)
    if not posts:
        return None
    box = union([*level, *posts])
    cuts = sorted(rule.center_y for rule in level if rule.width >= WHOLE_WIDTH * box.width)
    bounds = pairwise([box.y0, *cuts, box.y1])
    bands = [Band(y0, y1, _borders(box, posts, y0, y1, em)) for y0, y1 in bounds if y1 - y0 >= LEAST_BAND * em]
    return RuledTable(box, tuple(bands)) if any(band.edges for band in bands) else None


def _without_hairlines(level: Sequence[Box], upright: Sequence[Box], em: float) -> list[Box]:
    """The uprights that keep within the frame that the level rules make, where these are several."""
    if len(level) < 2:
        return list(upright)
    top, bottom = min(rule.y0 for rule in level), max(rule.y1 for rule in level)
    most = OUTSIDE * em
    kept = [post for post in upright if post.y0 > top - most and post.y1 < bottom + most]
    # A table that a page break cut has no rule at the cut: all of its uprights stand out together.
    outer = [post for post in upright if post not in kept]
    ends = {round(post.y0 / most) for post in outer} | {round(post.y1 / most) for post in outer}
    return [*kept, *outer] if len(outer) > 1 and len(ends) <= 3 else kept


def _borders(box: Box, posts: Sequence[Box], y0: float, y1: float, em: float) -> tuple[float, ...]:
    """Where uprights part the cells of a band: those that go from its upper rule to its lower one."""
    found: list[float] = []
    for post in sorted(posts, key=lambda post: post.center_x):
        inside = box.x0 + INSIDE * em < post.center_x < box.x1 - INSIDE * em
        whole = post.y0 < y0 + MEETING * em and post.y1 > y1 - MEETING * em
        if inside and whole and (not found or post.center_x - found[-1] >= SAME_EDGES * em):
            found.append(post.center_x)
    return tuple(found)


def same_edges(a: Band, b: Band, em: float) -> bool:
    """Whether two bands have the same columns."""
    return len(a.edges) == len(b.edges) and all(
        abs(p - q) < SAME_EDGES * em for p, q in zip(a.edges, b.edges, strict=True)
    )
