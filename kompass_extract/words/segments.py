"""Join text runs into line segments (``Strip``): the pieces of text lines within one column, with their bullets.

The central question is whether a gap on a line is a wide word space or the gutter between two columns.  Order
of evidence: a vertical rule in the gap; its width; other lines that begin at the same x as the text after it; a
white channel that continues above and below through lines with text on both sides.  Segmentation precedes
recognition and does not depend on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kompass_extract.model.geometry import Box, union
from kompass_extract.pages.components import Rule, Run
from kompass_extract.words.bullets import find_list_marks
from kompass_extract.words.run_columns import COLUMN_GAP_EM, RunPage

# Lengths in cap heights of the body text (0.7 of the font size).
CHANNEL_WIDTH_EM = 0.6  # the least white of a gutter through all its lines
SURE_CHANNEL_EM = 1.2  # justified text seldom has such a gap, and never in two lines at one place
WIDE_CHANNEL_EM = 2.0
FIGURE_EM = 4.0  # "100 %"; numbers of a table are closer than columns of text, and its rows may be far apart
CHANNEL_LINES = (2, 3, 5)  # lines with text on both sides that a wide, a sure and a narrow channel must cross
MOST_STARTS = 12  # places within a gap at which a channel is searched
STRETCHED = 1.7  # a gutter exceeds this multiple of the line's usual word space, which justification may stretch
ALIGNED_STARTS = 3  # lines with the same left edge as the text after a gap that prove a column
START_EM = 0.25
STARTS_REACH_EM = 40.0  # half a page of small print
LEAST_STRETCHED = 3  # least gaps of a justified line with few words
ALIKE = 1.4  # most ratio of its widest gap to its narrowest, allowing for rounding and side bearings
LINE_PITCH_EM = 3.2  # lines farther apart belong to different tables


@dataclass(frozen=True, slots=True)
class Strip:
    """A line segment: a piece of a text line within one column.  ``runs`` index the page's runs, left to right."""

    box: Box
    runs: tuple[int, ...]
    letter_height: float
    stroke: float
    baseline: float
    bullet: Box | None = None
    skip_first: bool = False  # the first letter of the first run is the bullet


def find_strips(
    runs: Sequence[Run],
    rules: Sequence[Rule],
    em: float,
    *,
    marks: Sequence[bool | None] | None = None,
) -> tuple[Strip, ...]:
    """Return the line segments of a page, unordered; every run is in exactly one segment or is a segment's bullet.

    ``marks`` states for each run whether its first letter is known to be a bullet (from a text layer's
    characters); without it the shapes decide.
    """
    if not runs:
        return ()
    page = RunPage(runs, rules, em)
    bullets = find_list_marks(page, marks)
    lone = {item for item, bullet in bullets.items() if bullet.alone}
    page.lone_marks = frozenset(lone)
    bodies = [index for index in range(len(runs)) if index not in lone]
    joined = _join(page, bodies, {item for item in bodies if item in bullets})
    owner = {group[0]: None for group in joined}
    marked: dict[int, Box] = {item: bullet.box for item, bullet in bullets.items() if not bullet.alone}
    for item in lone:
        target = bullets[item].text
        if target in owner and target not in marked:
            marked[target] = runs[item].box
    unowned = [(item,) for item in lone if bullets[item].text not in owner]
    strips = [_strip(runs, group, marked.get(group[0]), group[0] in bullets) for group in joined]
    strips.extend(_strip(runs, group, None, False) for group in unowned)
    return tuple(strips)


def _join(page: RunPage, bodies: Sequence[int], starts: set[int]) -> list[tuple[int, ...]]:
    """Chain the runs of one segment; a run in ``starts`` has its own bullet and begins a new one."""
    follows: dict[int, int] = {}
    taken: set[int] = set()
    members = set(bodies)
    for item in bodies:
        other = page.right_neighbour(item)
        while other is not None and other not in members:
            other = page.right_neighbour(other)
        if other is None or other in starts or other in taken:
            continue
        if not _separated(page, item, other):
            follows[item] = other
            taken.add(other)
    heads = members - taken
    chains = []
    for head in sorted(heads):
        chain = [head]
        while chain[-1] in follows:
            chain.append(follows[chain[-1]])
        chains.append(tuple(chain))
    return chains


def _separated(page: RunPage, left: int, right: int) -> bool:
    """Tell whether the gap between two neighbours on a line is a gutter between columns."""
    a, b = page.boxes[left], page.boxes[right]
    x0, x1 = float(a[2]), float(b[0])
    y0, y1 = float(min(a[1], b[1])), float(max(a[3], b[3]))
    if page.wall_in(x0, x1, y0, y1):
        return True
    width = x1 - x0
    if width >= COLUMN_GAP_EM * page.em:
        return not _stretched(page, left, x0, x1, y0, y1)
    if width < CHANNEL_WIDTH_EM * page.em:
        return False
    narrow = width < STRETCHED * page.word_gap(left)
    if not narrow and width >= WIDE_CHANNEL_EM * page.em and _stand_alone(page, left, right):
        return True
    if _column_starts(page, right, x1, y0, y1) >= ALIGNED_STARTS + narrow:
        return True
    if narrow:
        return False
    wide, sure = width >= WIDE_CHANNEL_EM * page.em, width >= SURE_CHANNEL_EM * page.em
    lines = CHANNEL_LINES[0] if wide else CHANNEL_LINES[1] if sure else CHANNEL_LINES[2]
    return _channel_lines(page, x0, x1, y0, y1) >= lines


def _stand_alone(page: RunPage, *items: int) -> bool:
    """Tell whether runs are as short as numbers, and isolated on their line like cells of a table."""
    boxes = page.boxes
    for item in items:
        x0, y0, x1, y1 = boxes[item]
        shared = np.minimum(boxes[:, 3], y1) - np.maximum(boxes[:, 1], y0)
        space = np.maximum(boxes[:, 0] - x1, x0 - boxes[:, 2])
        near = (shared > 0.4 * (y1 - y0)) & (space < WIDE_CHANNEL_EM * page.em)
        near[item] = False
        if x1 - x0 >= FIGURE_EM * page.em or near.any():
            return False
    return True


def _column_starts(page: RunPage, item: int, x1: float, y0: float, y1: float) -> int:
    """Count the lines that begin below or above a run, with nothing close to their left and white in between."""
    top, bottom = _white_extent(page, x1 - CHANNEL_WIDTH_EM * page.em, x1 - 0.1, y0, y1)
    boxes = page.boxes
    starts = np.abs(boxes[:, 0] - boxes[item, 0]) < START_EM * page.em
    within = (boxes[:, 1] >= top - 1) & (boxes[:, 3] <= bottom + 1)
    near = np.abs(boxes[:, 1] - y0) < STARTS_REACH_EM * page.em
    found = [other for other in np.flatnonzero(starts & within & near) if other != item and page.begins(int(other))]
    return len(found)


def _stretched(page: RunPage, item: int, x0: float, x1: float, y0: float, y1: float) -> bool:
    """Tell whether a wide gap is a word space of a justified line with few words: all alike, crossed by lines above."""
    gaps = page.line_gaps(item)
    wide = [gap for gap in gaps if gap >= (x1 - x0) / ALIKE]
    if len(wide) < LEAST_STRETCHED or max(wide) > ALIKE * (x1 - x0) or len(gaps) > len(wide) + 1:  # one after a bullet
        return False
    return _channel_lines(page, x0, x1, y0, y1) < CHANNEL_LINES[2]


def _channel_lines(page: RunPage, x0: float, x1: float, y0: float, y1: float) -> int:
    """Count the lines with text on both sides that the best white channel through the gap crosses, up and down."""
    width = CHANNEL_WIDTH_EM * page.em
    best = 0
    for start in _channel_starts(page, x0, x1 - width):
        top, bottom = _white_extent(page, start, start + width, y0, y1)
        best = max(best, _flanked_lines(page, start, start + width, (top, bottom), (y0 + y1) / 2))
    return best


def _channel_starts(page: RunPage, x0: float, last: float) -> list[float]:
    """Return possible left edges of a channel: where the gap begins or ends, and where text above or below ends."""
    ends = page.boxes[(page.boxes[:, 2] > x0) & (page.boxes[:, 2] < last), 2]
    return sorted({x0, last, *(float(end) for end in np.unique(np.round(ends, 1))[:MOST_STARTS])})


def _white_extent(page: RunPage, x0: float, x1: float, y0: float, y1: float) -> tuple[float, float]:
    """Return how far up and down the interval x0..x1 stays free of runs."""
    boxes = page.boxes
    crossing = (boxes[:, 0] < x1) & (boxes[:, 2] > x0)
    above = boxes[crossing & (boxes[:, 3] <= (y0 + y1) / 2), 3]
    below = boxes[crossing & (boxes[:, 1] >= (y0 + y1) / 2), 1]
    top = float(above.max()) if len(above) else -np.inf
    bottom = float(below.min()) if len(below) else np.inf
    return top, bottom


def _flanked_lines(page: RunPage, x0: float, x1: float, extent: tuple[float, float], middle: float) -> int:
    """Count the consecutive lines around ``middle`` with text to the left and right of the channel."""
    boxes = page.boxes
    top, bottom = extent
    inside = (boxes[:, 1] >= top - 1) & (boxes[:, 3] <= bottom + 1)
    reach = 30 * page.em
    left = boxes[inside & (boxes[:, 2] <= x0 + 0.5) & (boxes[:, 2] >= x0 - reach)]
    right = boxes[inside & (boxes[:, 0] >= x1 - 0.5) & (boxes[:, 0] <= x1 + reach)]
    # The columns' baselines may be offset, but by less than a line's distance.
    if not len(left) or not len(right):
        return 0
    left_y, right_y = (left[:, 1] + left[:, 3]) / 2, (right[:, 1] + right[:, 3]) / 2
    beside = np.abs(left_y[:, None] - right_y[None, :]) < 1.2 * page.em
    return min(
        _levels(left_y[beside.any(axis=1)], middle, page.em), _levels(right_y[beside.any(axis=0)], middle, page.em)
    )


def _levels(centers: NDArray[np.float64], middle: float, em: float) -> int:
    """Count the lines of the runs at these heights, from ``middle`` up and down to the first wide space."""
    if not len(centers):
        return 0
    heights = np.sort(centers)
    new = np.concatenate([[True], np.diff(heights) > 0.6 * em])
    lines = heights[new]
    start = int(np.argmin(np.abs(lines - middle)))
    wide = np.diff(lines) > LINE_PITCH_EM * em
    below = np.flatnonzero(wide[start:])
    above = np.flatnonzero(wide[:start])
    last = start + int(below[0]) if len(below) else len(lines) - 1
    first = int(above[-1]) + 1 if len(above) else 0
    return last - first + 1


def _strip(runs: Sequence[Run], group: Sequence[int], bullet: Box | None, skip_first: bool) -> Strip:
    members = [runs[item] for item in group]
    box = union(run.box for run in members)
    if skip_first and bullet is not None:
        start = next((b for a, b in members[0].gaps if a >= bullet.x1 - 1), box.x0)
        box = Box(start, box.y0, box.x1, box.y1)
    longest = max(members, key=lambda run: run.box.width)
    telling = [run for run in members if len(run.parts) >= 8] or [longest]
    baseline = longest.baseline or longest.box.y1
    own_mark = skip_first and bullet is not None
    return Strip(
        box, tuple(group), max(run.letter_height for run in telling), longest.stroke, baseline, bullet, own_mark
    )
