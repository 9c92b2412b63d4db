"""From runs of letters to strips: the pieces of text lines that belong to one column, with their list marks.

The one question is whether a gap on a line is a wide word space or the gutter between two columns.  Order
of evidence: an upright rule in the gap; its width; other lines that begin where the text after it begins; a
channel of white that goes on above and below through lines with text on both sides.  Nothing is read here, so
nothing depends on what was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kompass_extract.geometry import Box, union
from kompass_extract.ink import Rule, Run

# Lengths in em, the height of the body text's capitals (0.7 of the font size).
COLUMN_GAP_EM = 3.2  # no word space is as wide, justified or not
CHANNEL_WIDTH_EM = 0.6  # the least white that a column gap keeps through all its lines
SURE_CHANNEL_EM = 1.2  # from here on justified text seldom has such a gap, and never in two lines at one place
WIDE_CHANNEL_EM = 2.0
CHANNEL_LINES = (2, 3, 5)  # lines with text on both sides that a wide, a sure and a narrow channel must pass
MOST_STARTS = 12  # places within a gap at which a channel is looked for
STRETCHED = 1.7  # a gutter is wider than this many times the line's usual word space, which justifying may stretch
ALIGNED_STARTS = 3  # lines that begin where the text after a gap begins and make it a column
START_EM = 0.25
STARTS_REACH_EM = 40.0  # half a page of small print
LEAST_STRETCHED = 3  # gaps that a justified line of few words has at least
ALIKE = 1.4  # ratio of its widest gap to its narrowest, digits of a pixel and letters' bearings aside
LINE_PITCH_EM = 3.2  # lines further apart than this are not of one table
BULLET_REACH_EM = 6.0  # from a list mark to its text
BULLET_GAP_EM = 0.35
WEAK_BULLET_GAP_EM = 0.6
TIGHT_GAP_EM = 0.2  # of a mark among others, with a speck before its text
ALIKE_MARKS_EM = 0.3  # by which the sides of a list's marks differ at most
DASH_EM = 0.35  # the highest mark that no letter or digit is
LEAST_ALIKE = 2  # marks that stand below each other before one that is not sure is taken for another
LONE_WIDTH_EM, LOW_MARK_EM = 1.3, 0.66  # the widest mark; the highest that is one sign whatever its parts
FULL_HEIGHT = 0.9  # of a capital's height; digits have 0.95 to 1, most list marks 0.8
DIGIT_WIDTH = 0.8  # of its height; digits have 0.5 to 0.7, rings and squares 1
FIGURE_GAP_EM = 2.0  # between the numbers of a table; a list mark stands closer to its text, as a rule


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of a text line within one column.  ``runs`` index the page's runs, left to right."""

    box: Box
    runs: tuple[int, ...]
    letter_height: float
    stroke: float
    baseline: float
    bullet: Box | None = None
    skip_first: bool = False  # the first letter of the first run is the list mark


def find_strips(
    runs: Sequence[Run],
    rules: Sequence[Rule],
    em: float,
    *,
    marks: Sequence[bool | None] | None = None,
) -> tuple[Strip, ...]:
    """Strips of a page in no particular order; every run is in exactly one strip or is a strip's list mark.

    ``marks`` tells for each run whether its first letter is known to be a list mark (from a text layer's
    characters); without it the shapes decide.
    """
    if not runs:
        return ()
    page = _Page(runs, rules, em)
    bullets = _find_bullets(page, marks)
    lone = {item for item, bullet in bullets.items() if bullet.alone}
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


@dataclass(frozen=True, slots=True)
class _Bullet:
    box: Box
    text: int  # the run that it marks
    alone: bool  # whether the mark is a run of its own
    strong: bool
    inside: bool  # whether text stands close to its left: a sign in a sentence, or the next column close to the last
    tight: bool = False  # whether its text is closer than a mark's usually is


class _Page:
    """The runs' boxes as columns of numbers, for questions about what stands where."""

    def __init__(self, runs: Sequence[Run], rules: Sequence[Rule], em: float) -> None:
        self.runs = runs
        self.em = em
        self.boxes: NDArray[np.float64] = np.array([[r.box.x0, r.box.y0, r.box.x1, r.box.y1] for r in runs])
        self.walls = [rule.box for rule in rules if not rule.horizontal]

    def right_neighbour(self, item: int) -> int | None:
        """The next run on the same baseline, None at the line's end."""
        x0, y0, x1, y1 = self.boxes[item]
        shared = np.minimum(self.boxes[:, 3], y1) - np.maximum(self.boxes[:, 1], y0)
        lower = np.minimum(self.boxes[:, 3] - self.boxes[:, 1], y1 - y0)
        beside = (shared >= 0.4 * lower) & (self.boxes[:, 0] >= x1 - 0.3 * self.em) & (self.boxes[:, 0] > x0)
        beside[item] = False
        found = np.flatnonzero(beside)
        return int(found[np.argmin(self.boxes[found, 0])]) if len(found) else None

    def begins(self, item: int) -> bool:
        """Whether no run stands near to the left on the line: it begins a line of its column."""
        x0, y0, _, y1 = self.boxes[item]
        shared = np.minimum(self.boxes[:, 3], y1) - np.maximum(self.boxes[:, 1], y0)
        left = (shared > 0.4 * (y1 - y0)) & (self.boxes[:, 2] <= x0 + 0.1)
        left &= self.boxes[:, 2] > x0 - COLUMN_GAP_EM * self.em
        return not bool(left.any())

    def line_gaps(self, item: int) -> list[float]:
        """The widths of all gaps between words on the line of a run, left to right."""
        _, y0, _, y1 = self.boxes[item]
        shared = np.minimum(self.boxes[:, 3], y1) - np.maximum(self.boxes[:, 1], y0)
        beside = np.flatnonzero(shared >= 0.5 * np.minimum(self.boxes[:, 3] - self.boxes[:, 1], y1 - y0))
        line = beside[np.argsort(self.boxes[beside, 0])]
        gaps = (self.boxes[line[1:], 0] - self.boxes[line[:-1], 2]).tolist()
        gaps.extend(b - a for index in line.tolist() for a, b in self.runs[index].gaps)
        return [float(gap) for gap in gaps if gap >= 0.2 * self.em]

    def word_gap(self, item: int) -> float:
        """Usual width of the word spaces on the line of a run, 0 where it has fewer than three."""
        spaces = [gap for gap in self.line_gaps(item) if 0.2 * self.em <= gap <= COLUMN_GAP_EM * self.em]
        return float(np.median(spaces)) if len(spaces) >= 3 else 0.0

    def wall_in(self, x0: float, x1: float, y0: float, y1: float) -> bool:
        middle = (y0 + y1) / 2
        return any(
            x0 - 1.5 <= wall.center_x <= x1 + 1.5 and wall.y0 - 1 <= middle <= wall.y1 + 1 for wall in self.walls
        )


def _join(page: _Page, bodies: Sequence[int], starts: set[int]) -> list[tuple[int, ...]]:
    """Chains of runs that belong to one strip; a run in ``starts`` has its own list mark and begins one."""
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


def _separated(page: _Page, left: int, right: int) -> bool:
    """Whether the gap between two neighbours on a line is a gutter between columns."""
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
    if _column_starts(page, right, x1, y0, y1) >= ALIGNED_STARTS + narrow:
        return True
    if narrow:
        return False
    wide, sure = width >= WIDE_CHANNEL_EM * page.em, width >= SURE_CHANNEL_EM * page.em
    lines = CHANNEL_LINES[0] if wide else CHANNEL_LINES[1] if sure else CHANNEL_LINES[2]
    return _channel_lines(page, x0, x1, y0, y1) >= lines


def _column_starts(page: _Page, item: int, x1: float, y0: float, y1: float) -> int:
    """How many lines begin below or above a run, with nothing near to their left and white between them and it."""
    top, bottom = _white_extent(page, x1 - CHANNEL_WIDTH_EM * page.em, x1 - 0.1, y0, y1)
    boxes = page.boxes
    starts = np.abs(boxes[:, 0] - boxes[item, 0]) < START_EM * page.em
    within = (boxes[:, 1] >= top - 1) & (boxes[:, 3] <= bottom + 1)
    near = np.abs(boxes[:, 1] - y0) < STARTS_REACH_EM * page.em
    found = [other for other in np.flatnonzero(starts & within & near) if other != item and page.begins(int(other))]
    return len(found)


def _stretched(page: _Page, item: int, x0: float, x1: float, y0: float, y1: float) -> bool:
    """Whether a wide gap is the word space of a justified line of few words: all alike, and lines above cross it."""
    gaps = page.line_gaps(item)
    wide = [gap for gap in gaps if gap >= (x1 - x0) / ALIKE]
    if len(wide) < LEAST_STRETCHED or max(wide) > ALIKE * (x1 - x0) or len(gaps) > len(wide) + 1:  # one after a mark
        return False
    return _channel_lines(page, x0, x1, y0, y1) < CHANNEL_LINES[2]


def _channel_lines(page: _Page, x0: float, x1: float, y0: float, y1: float) -> int:
    """How many lines with text on both sides the best white channel through the gap passes, up and down."""
    width = CHANNEL_WIDTH_EM * page.em
    best = 0
    for start in _channel_starts(page, x0, x1 - width):
        top, bottom = _white_extent(page, start, start + width, y0, y1)
        best = max(best, _flanked_lines(page, start, start + width, (top, bottom), (y0 + y1) / 2))
    return best


def _channel_starts(page: _Page, x0: float, last: float) -> list[float]:
    """Left edges that a channel can have: where the gap begins or ends, and where text above or below ends."""
    ends = page.boxes[(page.boxes[:, 2] > x0) & (page.boxes[:, 2] < last), 2]
    return sorted({x0, last, *(float(end) for end in np.unique(np.round(ends, 1))[:MOST_STARTS])})


def _white_extent(page: _Page, x0: float, x1: float, y0: float, y1: float) -> tuple[float, float]:
    """How far up and down the strip x0..x1 stays free of runs."""
    boxes = page.boxes
    crossing = (boxes[:, 0] < x1) & (boxes[:, 2] > x0)
    above = boxes[crossing & (boxes[:, 3] <= (y0 + y1) / 2), 3]
    below = boxes[crossing & (boxes[:, 1] >= (y0 + y1) / 2), 1]
    top = float(above.max()) if len(above) else -np.inf
    bottom = float(below.min()) if len(below) else np.inf
    return top, bottom


def _flanked_lines(page: _Page, x0: float, x1: float, extent: tuple[float, float], middle: float) -> int:
    """Lines around ``middle``, without a break, that have text on the left and on the right of the channel."""
    boxes = page.boxes
    top, bottom = extent
    inside = (boxes[:, 1] >= top - 1) & (boxes[:, 3] <= bottom + 1)
    reach = 30 * page.em
    left = boxes[inside & (boxes[:, 2] <= x0 + 0.5) & (boxes[:, 2] >= x0 - reach)]
    right = boxes[inside & (boxes[:, 0] >= x1 - 0.5) & (boxes[:, 0] <= x1 + reach)]
    # A stagger between the columns' baselines is allowed, but not more than a line's distance.
    if not len(left) or not len(right):
        return 0
    left_y, right_y = (left[:, 1] + left[:, 3]) / 2, (right[:, 1] + right[:, 3]) / 2
    beside = np.abs(left_y[:, None] - right_y[None, :]) < 1.2 * page.em
    return min(
        _levels(left_y[beside.any(axis=1)], middle, page.em), _levels(right_y[beside.any(axis=0)], middle, page.em)
    )


def _levels(centers: NDArray[np.float64], middle: float, em: float) -> int:
    """How many lines the runs at these heights stand on, from ``middle`` up and down to the first wide space."""
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


def _find_bullets(page: _Page, marks: Sequence[bool | None] | None) -> dict[int, _Bullet]:
    """List marks: runs of their own, keyed by themselves, or first letters, keyed by the run they begin."""
    candidates: dict[int, _Bullet] = {}
    for item, run in enumerate(page.runs):
        known = marks[item] if marks is not None else None
        bullet = _candidate(page, item, run, known, shapes=marks is None or not run.parts)
        if bullet is not None:
            candidates[item] = bullet
    clear = [bullet for bullet in candidates.values() if not bullet.tight]
    apart = [bullet for bullet in clear if not bullet.inside]
    found = {
        item: bullet
        for item, bullet in candidates.items()
        if not bullet.tight
        and (
            (any(_in_line(page, bullet, other) for other in apart) if bullet.inside else bullet.strong)
            or (not bullet.inside and _supported(page, bullet, clear))
        )
    }
    tight = [item for item, bullet in candidates.items() if bullet.tight]
    dashes = [candidates[item] for item in tight if candidates[item].box.height < DASH_EM * page.em]
    return found | {
        item: candidates[item]
        for item in tight
        if sum(_alike(candidates[item], other, page.em) for other in (*found.values(), *dashes)) >= LEAST_ALIKE
    }


def _alike(a: _Bullet, b: _Bullet, em: float) -> bool:
    """Whether two marks stand below each other and are of one shape."""
    if a is b:
        return False
    sides = zip((a.box.x0, a.box.x1, a.box.height), (b.box.x0, b.box.x1, b.box.height), strict=True)
    return all(abs(p - q) < ALIKE_MARKS_EM * em for p, q in sides)


def _candidate(page: _Page, item: int, run: Run, known: bool | None, *, shapes: bool) -> _Bullet | None:
    """The run as a list mark, or with one before its text; ``shapes``: judge by the mark's shape alone."""
    em = page.em
    low = run.box.width <= LONE_WIDTH_EM * em and run.box.height <= LOW_MARK_EM * em and not run.gaps
    first = run.box if low else run.first or run.box  # », or a mark with a speck on it, is one sign
    if known is False:
        return None
    alone = run.box.width <= LONE_WIDTH_EM * em and first.width >= 0.8 * run.box.width
    small = first.width <= 1.2 * em and first.height <= 0.95 * em
    if shapes and not small:
        return None
    if alone:
        text = page.right_neighbour(item)
        if text is None or page.boxes[text][0] - run.box.x1 > BULLET_REACH_EM * em:
            return None
        gap, target = float(page.boxes[text][0]) - run.box.x1, text
        if page.wall_in(run.box.x1, float(page.boxes[text][0]), run.box.y0, run.box.y1):
            return None
    else:
        following = [b for a, b in run.gaps if a >= first.x1 - 0.1 * em]
        if not following or run.gaps[0][0] > first.x1 + 0.1 * em:
            return None
        gap, target = run.gaps[0][1] - first.x1, item
    if gap < TIGHT_GAP_EM * em:
        return None
    strong = bool(known) or (shapes and _is_dot(first, em))
    if shapes and not strong and _is_figure(first, gap, page.runs[target], em):
        return None
    tight = gap < (BULLET_GAP_EM if strong or not shapes else WEAK_BULLET_GAP_EM) * em
    return _Bullet(first, target, alone, strong, _starts_inside_line(page, item, first), tight)


def _is_figure(mark: Box, gap: float, text: Run, em: float) -> bool:
    """Whether a mark far from its text is as tall and narrow as a digit of it: then it is a score before another."""
    tall = mark.height >= FULL_HEIGHT * max(text.letter_height, FULL_HEIGHT * em)
    return tall and mark.width < DIGIT_WIDTH * mark.height and gap > FIGURE_GAP_EM * em


def _is_dot(box: Box, em: float) -> bool:
    """A filled dot, square or ring: about as wide as high, smaller than an x."""
    return 0.15 * em <= box.height <= 0.66 * em and 0.5 <= box.width / max(box.height, 0.01) <= 1.8


def _starts_inside_line(page: _Page, item: int, first: Box) -> bool:
    """Whether text stands close to the left of the mark on its line: then it is a sign in a sentence."""
    boxes = page.boxes
    shared = np.minimum(boxes[:, 3], first.y1) - np.maximum(boxes[:, 1], first.y0)
    near = (shared > 0.4 * first.height) & (boxes[:, 2] <= first.x0 + 0.1) & (boxes[:, 2] >= first.x0 - 1.4 * page.em)
    near[item] = False
    return any(not page.wall_in(float(boxes[other, 2]), first.x0, first.y0, first.y1) for other in np.flatnonzero(near))


def _supported(page: _Page, bullet: _Bullet, others: Sequence[_Bullet]) -> bool:
    """A mark that might be a letter or a dash: another one below or above it, or text that hangs beside it."""
    em = page.em
    if any(other is not bullet and not other.inside and _in_line(page, bullet, other) for other in others):
        return True
    boxes, text_x = page.boxes, _text_start(page, bullet)
    below = (boxes[:, 1] > bullet.box.y1) & (boxes[:, 1] < bullet.box.y1 + 2.5 * em)
    return bool((below & (np.abs(boxes[:, 0] - text_x) < 0.3 * em)).any())


def _in_line(page: _Page, a: _Bullet, b: _Bullet) -> bool:
    """Whether two marks, and the texts beside them, stand below each other."""
    text = abs(_text_start(page, a) - _text_start(page, b))
    return max(abs(a.box.x0 - b.box.x0), text) < 0.5 * page.em


def _text_start(page: _Page, bullet: _Bullet) -> float:
    run = page.runs[bullet.text]
    return run.box.x0 if bullet.alone else next((b for a, b in run.gaps if a >= bullet.box.x1 - 1), run.box.x0)


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
