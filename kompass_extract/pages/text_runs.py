"""Group letters into text runs: neighbours on one baseline with less than a column gap between them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kompass_extract.model.geometry import Box, PixelBox
from kompass_extract.pages.specks import STOP_GAP_EM, may_be_strays, strays

Labels = NDArray[np.int32]

RUN_GAP_EM = 0.7  # of the cap height: a word space is 0.3 to 0.6, a column gap more
LEAST_MARK_EM = 0.2  # the longer side of an isolated dot or dash
LINE_CAPITAL = 0.75  # the cap height's share of a line's height from ring to descender
TOUCHING_EM = 0.15  # white between the parts of one sign
ASIDE = 0.35  # of a letter's width, most distance from its middle to that of a ring or dot over it
RING_SPACE_EM = 0.12  # between a letter and its ring; a mark as close belongs to no other letter
DESCENT_EM = 0.4  # by which a g reaches below the comma after it
COMMA_GAP_EM = 0.5  # between a letter and the comma after it
LOW_EM = 0.45  # of marks that are no letters
LEVEL_SHARE = 0.8  # of their height by which two such marks of one sign overlap
FOLLOWERS = 5  # following letters of a band that are compared with each; overlapping ones and marks take up some
MARKS_AT_ONCE = 256  # small marks compared with all lines at a time: a megabyte of distances on a full page
FUSED_EM = 2.0  # of the letters' height; two touching letters have 2.4 at the closest line spacing


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight stroke in a table or under a heading."""

    box: Box
    horizontal: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A text run: letters on one baseline without a wide gap.

    ``parts`` identify them: numbers in ``Marks.labels``, or indices of a text layer's words.  ``letter_height``
    is the height of the taller letters, ``stroke`` the mean thickness of their strokes, both in points.
    ``gaps`` are the white intervals (x0, x1) between letters that are wide enough for a word space.
    ``first`` is the box of the first letter, which may be a bullet, and ``baseline`` the y of most
    letters' feet.
    """

    box: Box
    parts: tuple[int, ...]
    letter_height: float
    stroke: float
    gaps: tuple[tuple[float, float], ...] = ()
    first: Box | None = None
    baseline: float = 0.0


@dataclass(frozen=True, slots=True)
class Components:
    """Bounding boxes in pixels (n, 4: x0, y0, x1, y1), pixel counts (n,) and label numbers (n,)."""

    boxes: NDArray[np.float64]
    counts: NDArray[np.float64]
    numbers: NDArray[np.int64]

    def take(self, mask: NDArray[np.bool_]) -> Components:
        return Components(self.boxes[mask], self.counts[mask], self.numbers[mask])

    @property
    def widths(self) -> NDArray[np.float64]:
        return self.boxes[:, 2] - self.boxes[:, 0]

    @property
    def heights(self) -> NDArray[np.float64]:
        return self.boxes[:, 3] - self.boxes[:, 1]


def cut_fused(letters: Components, labels: Labels, em: float) -> tuple[Components, Labels]:
    """Split letters that touch across two lines; return the letters and the updated labels.

    On a poor scan a g and the d below it form one component.  Its height reveals it, and letters of half that
    height beside its upper and beside its lower part.  It is split at the row with the least ink.
    """
    boxes, heights = letters.boxes, letters.heights
    fused = np.flatnonzero((heights > FUSED_EM * em) & (heights < 2 * FUSED_EM * em) & (letters.widths < FUSED_EM * em))
    found, counts, numbers = boxes.copy(), letters.counts.copy(), letters.numbers
    added: list[tuple[NDArray[np.float64], float, int]] = []
    for item in fused.tolist():
        x0, y0, x1, y1 = (int(side) for side in boxes[item])
        if not _stands_beside_two_lines(boxes, heights, item, em):
            continue
        own = labels[y0:y1, x0:x1] == numbers[item]
        rows = own.sum(axis=1)
        low, high = int(0.3 * len(rows)), int(0.7 * len(rows))
        row = low + int(np.argmin(rows[low:high]))
        labels = labels if added else labels.copy()
        number = int(labels.max()) + 1
        labels[y0 + row : y1, x0:x1][own[row:]] = number
        found[item, 3], counts[item] = y0 + row, float(rows[:row].sum())
        added.append((np.array([x0, y0 + row, x1, y1], dtype=np.float64), float(rows[row:].sum()), number))
    if not added:
        return letters, labels
    cut = Components(
        np.vstack([found, *(box[None] for box, _, _ in added)]),
        np.concatenate([counts, [count for _, count, _ in added]]),
        np.concatenate([numbers, [number for _, _, number in added]]),
    )
    return cut, labels


def _stands_beside_two_lines(boxes: NDArray[np.float64], heights: NDArray[np.float64], item: int, em: float) -> bool:
    """Tell whether lower letters adjoin the upper part of a tall one, and others its lower part."""
    x0, y0, x1, y1 = boxes[item]
    near = (boxes[:, 0] < x1 + 1.5 * em) & (boxes[:, 2] > x0 - 1.5 * em)
    near &= (heights < 0.65 * heights[item]) & (heights > 0.28 * em)
    middle = (y0 + y1) / 2
    upper = near & (boxes[:, 3] <= middle + 0.25 * em) & (boxes[:, 3] > y0)
    lower = near & (boxes[:, 1] >= middle - 0.25 * em) & (boxes[:, 1] < y1)
    return bool(upper.sum() >= 2 and lower.sum() >= 2)


def find_runs(
    letters: Components,
    rules: tuple[Rule, ...],
    em: float,
    unit: float,
    list_marks: frozenset[int] = frozenset(),
) -> tuple[Run, ...]:
    """Group letters into runs: link each to its right neighbour on the same baseline, then take the chains.

    ``list_marks`` has the numbers of small components that are known bullets: each becomes its own run.
    """
    boxes = letters.boxes
    count = len(boxes)
    if not count:
        return ()
    known = np.isin(letters.numbers, list(list_marks))
    bodies = np.flatnonzero((letters.heights >= 0.28 * em) & ~known)
    upright = [rule.box.in_pixels(unit) for rule in rules if not rule.horizontal]
    walls = np.array([[box.center_x, box.y0, box.y1] for box in upright]).reshape(-1, 3)
    links = np.concatenate([_neighbours(boxes, bodies, walls, em), _stacked(boxes, bodies, letters.heights, em)])
    first = _chained(count, links)
    groups: dict[int, list[int]] = {}
    for item, chain in zip(bodies.tolist(), first[bodies].tolist(), strict=True):
        groups.setdefault(chain, []).append(item)
    marks = np.flatnonzero((letters.heights < 0.28 * em) & ~known).tolist()
    lines, low = _lines(boxes, list(groups.values()), em)
    marks.extend(item for group in low for item in group)
    pairs = [group for group in low if len(group) == 2]
    members = _rejoined(boxes, _with_small_marks(boxes, marks, lines, em), pairs, em)
    dots = may_be_strays(boxes, em)
    members = [_without_strays(boxes, group, em) if dots[group].any() else group for group in members]
    members = [group for group in members if len(group) > 1 or _is_no_dirt(boxes[group[0]], em)]
    members.extend([item] for item in np.flatnonzero(known).tolist())
    lefts = boxes[:, 0].tolist()
    make = _RunMaker.of(letters, em, unit)
    runs = [make.run(sorted(group, key=lefts.__getitem__)) for group in members]
    return tuple(sorted(runs, key=lambda run: (run.box.y0, run.box.x0)))


def _lines(boxes: NDArray[np.float64], groups: list[list[int]], em: float) -> tuple[list[list[int]], list[list[int]]]:
    """Separate the groups that are text lines from those of one or two low marks."""
    lines: list[list[int]] = []
    low: list[list[int]] = []
    for group in groups:
        small = boxes[group, 3].max() - boxes[group, 1].min() < 0.55 * em and len(group) <= 2
        (low if small else lines).append(group)
    return lines, low


def _neighbours(
    boxes: NDArray[np.float64], bodies: NDArray[np.int64], walls: NDArray[np.float64], em: float
) -> NDArray[np.int64]:
    """Return pairs (n, 2: left, right) of adjacent letters closer than a column gap, with no vertical rule between.

    Letters are sorted into bands of one cap height by their centres, so that each is compared only with the few
    that follow it in its own band and the two adjacent ones.  ``walls`` has a row (x, y0, y1) per vertical rule.
    """
    if not len(bodies):
        return np.zeros((0, 2), np.int64)
    own = boxes[bodies]
    heights = own[:, 3] - own[:, 1]
    band = np.floor((own[:, 1] + own[:, 3]) / 2 / em)
    stride = float(own[:, 2].max()) + 2 * em
    keys = band * stride + own[:, 0]
    order = np.argsort(keys)
    ordered = keys[order]
    here = np.arange(len(own))
    found = []
    for step in (-1, 0, 1):
        start = np.searchsorted(ordered, keys + step * stride, side="right")
        for further in range(FOLLOWERS):
            place = start + further
            there = order[np.minimum(place, len(order) - 1)]
            gap = own[there, 0] - own[:, 2]
            lower = np.minimum(heights, heights[there])
            shared = np.minimum(own[:, 3], own[there, 3]) - np.maximum(own[:, 1], own[there, 1])
            fits = (place < len(order)) & (band[there] == band + step) & (there != here)
            fits &= gap <= RUN_GAP_EM * np.maximum(em, 1.2 * lower)
            fits &= (shared >= 0.45 * lower) & (np.maximum(heights, heights[there]) < 3.2 * lower)
            # A comma and the ring of the line below may be adjacent; the strokes of a quote are adjacent at one height.
            fits &= (np.maximum(heights, heights[there]) >= LOW_EM * em) | (shared >= LEVEL_SHARE * heights)
            found.append(np.stack([here[fits], there[fits]], axis=1))
    pairs = np.concatenate(found)
    pairs = pairs[~_walled(own, pairs, walls)]
    return np.asarray(bodies[pairs], dtype=np.int64)


def _walled(boxes: NDArray[np.float64], pairs: NDArray[np.int64], walls: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Find the pairs with a vertical rule between them."""
    left, right = boxes[pairs[:, 0]], boxes[pairs[:, 1]]
    middle = (np.maximum(left[:, 1], right[:, 1]) + np.minimum(left[:, 3], right[:, 3])) / 2
    blocked = np.zeros(len(pairs), dtype=np.bool_)
    for x, y0, y1 in walls.tolist():
        blocked |= (left[:, 2] - 2 <= x) & (x <= right[:, 0] + 2) & (y0 - 2 <= middle) & (middle <= y1 + 2)
    return blocked


def _chained(count: int, links: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first (lowest) item of each item's chain; ``links`` (n, 2) join items to chains."""
    first = np.arange(count)
    left, right = links.T
    while True:
        lower = np.minimum(first[left], first[right])
        before = first.copy()
        np.minimum.at(first, first[left], lower)
        np.minimum.at(first, first[right], lower)
        first = first[first]
        if np.array_equal(first, before):
            return first


def _stacked(
    boxes: NDArray[np.float64], bodies: NDArray[np.int64], heights: NDArray[np.float64], em: float
) -> NDArray[np.int64]:
    """Return pairs (n, 2: mark, letter) of rings or accents directly over a letter, unlike a quote before it."""
    low = bodies[heights[bodies] < 0.55 * em]
    high = bodies[heights[bodies] >= 0.55 * em]
    under = boxes[high]
    widths = under[:, 2] - under[:, 0]
    pairs = []
    for mark in low.tolist():
        x0, _, x1, y1 = boxes[mark].tolist()
        space = under[:, 1] - y1
        found = np.flatnonzero((space > -0.15 * em) & (space < 0.3 * em))
        near = under[found]
        shared = np.minimum(near[:, 2], x1) - np.maximum(near[:, 0], x0)
        aside = np.abs(near[:, 0] + near[:, 2] - x0 - x1) / 2  # a comma of the line above is at a letter's side
        found = found[(shared >= 0.6 * (x1 - x0)) & (aside <= ASIDE * widths[found])]
        if len(found) and (space[found[0]] < RING_SPACE_EM * em or not _ends_line(boxes[mark], under, em)):
            pairs.append((mark, int(high[found[0]])))
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _ends_line(mark: NDArray[np.float64], letters: NDArray[np.float64], em: float) -> bool:
    """Tell whether a low mark hangs at the foot of a letter before it, as a comma does over the line below."""
    before = (letters[:, 2] <= mark[0] + TOUCHING_EM * em) & (letters[:, 2] > mark[0] - COMMA_GAP_EM * em)
    foot = mark[3] - letters[:, 3]
    return bool((before & (foot > -DESCENT_EM * em) & (letters[:, 3] > mark[1])).any())


def _with_small_marks(
    boxes: NDArray[np.float64], marks: list[int], groups: list[list[int]], em: float
) -> list[list[int]]:
    """Assign dots, rings, commas and dashes to the run that they touch; others form runs of their own."""
    groups = [list(group) for group in groups]
    frames = np.array([[*boxes[group, :2].min(axis=0), *boxes[group, 2:].max(axis=0)] for group in groups]).reshape(
        -1, 4
    )
    if not len(frames):
        return groups + [[item] for item in marks]
    # A heading has larger marks than the text.
    own = np.clip(LINE_CAPITAL * (frames[:, 3] - frames[:, 1]), em, 3 * em)
    alone = []
    for start in range(0, len(marks), MARKS_AT_ONCE):
        part = marks[start : start + MARKS_AT_ONCE]
        x0, y0, x1, y1 = (side[:, None] for side in boxes[part].T)
        dx = np.maximum(0, np.maximum(frames[:, 0] - x1, x0 - frames[:, 2]))
        dy = np.maximum(0, np.maximum(frames[:, 1] - y1, y0 - frames[:, 3]))
        best, row = np.argmin(dx + 1.5 * dy, axis=1), np.arange(len(part))
        flat = ((y1 - y0 < 0.2 * em) & (0.2 * em < x1 - x0))[:, 0]  # a dash has a word space on either side
        line = frames[best]
        stop = (x0[:, 0] >= line[:, 2]) & ((y0 + y1)[:, 0] / 2 > (line[:, 1] + line[:, 3]) / 2)
        space = np.where(flat, 0.6, np.where(stop, STOP_GAP_EM, 0.3))
        near = (dx[row, best] <= space * em) & (dy[row, best] <= 0.35 * own[best])
        for item, group, joins in zip(part, best.tolist(), near.tolist(), strict=True):
            if joins:
                groups[group].append(item)
            else:
                alone.append([item])
    return groups + alone


def _rejoined(
    boxes: NDArray[np.float64], groups: list[list[int]], pairs: list[list[int]], em: float
) -> list[list[int]]:
    """Rejoin pairs of low marks that touch each other and nothing else (», a colon)."""
    lone = {group[0] for group in groups if len(group) == 1}
    together = [
        pair for pair in pairs if lone.issuperset(pair) and _space(boxes[pair[0]], boxes[pair[1]]) <= TOUCHING_EM * em
    ]
    members = {item for pair in together for item in pair}
    return [group for group in groups if len(group) > 1 or group[0] not in members] + together


def _without_strays(boxes: NDArray[np.float64], group: list[int], em: float) -> list[int]:
    return [item for item, stray in zip(group, strays(boxes[group], em).tolist(), strict=True) if not stray]


def _is_no_dirt(box: NDArray[np.float64], em: float) -> bool:
    """Tell whether a mark that belongs to no letter is large enough for a bullet or a dash."""
    return float(max(box[2] - box[0], box[3] - box[1])) >= LEAST_MARK_EM * em


def _space(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the horizontal gap between two boxes, negative if they overlap."""
    return float(max(a[0], b[0]) - min(a[2], b[2]))


@dataclass(frozen=True, slots=True)
class _RunMaker:
    """Builds text runs from a page's letters, with plain numbers: most runs are too short for arrays to pay."""

    rows: list[list[float]]
    heights: list[float]
    tall: list[bool]  # enough to be a letter
    strokes: NDArray[np.float64]
    numbers: list[int]
    em: float
    unit: float

    @classmethod
    def of(cls, letters: Components, em: float, unit: float) -> _RunMaker:
        heights = letters.heights
        strokes = letters.counts / np.maximum(letters.widths, heights)
        tall = (heights >= 0.28 * em).tolist()
        return cls(letters.boxes.tolist(), heights.tolist(), tall, strokes, letters.numbers.tolist(), em, unit)

    def run(self, group: Sequence[int]) -> Run:
        """Make a run of letters sorted by x0."""
        unit = self.unit
        rows = [self.rows[item] for item in group]
        bodies = [item for item in group if self.tall[item]]
        lefts, tops, rights, feet = zip(*rows, strict=True)
        box = PixelBox(min(lefts), min(tops), max(rights), max(feet))
        ranked = sorted(self.heights[item] for item in bodies)
        tall = ranked[int(0.9 * (len(ranked) - 1) + 0.5)] if bodies else max(self.heights[item] for item in group)
        return Run(
            box=box.in_points(1 / unit),
            parts=tuple(self.numbers[item] for item in group),
            letter_height=tall / unit,
            stroke=(float(self.strokes[bodies].mean()) if bodies else 1.0) / unit,
            gaps=tuple((a / unit, b / unit) for a, b in _gaps(rows, 0.15 * self.em)),
            first=_first_letter(rows).in_points(1 / unit),
            baseline=(statistics.median(self.rows[item][3] for item in bodies) if bodies else box.y1) / unit,
        )


def _first_letter(rows: Sequence[Sequence[float]]) -> PixelBox:
    """Return the box of the first letter with the marks over and under it; ``rows`` are sorted by x0."""
    over = [row for row in rows if row[0] < rows[0][2]]
    lefts, tops, rights, feet = zip(*over, strict=True)
    return PixelBox(min(lefts), min(tops), max(rights), max(feet))


def _gaps(rows: Sequence[Sequence[float]], least: float) -> list[tuple[float, float]]:
    """Return the white intervals of at least ``least`` pixels between letters sorted by x0."""
    gaps = []
    reach = rows[0][2]
    for x0, _, x1, _ in rows[1:]:
        if x0 - reach >= least:
            gaps.append((reach, x0))
        reach = max(reach, x1)
    return gaps
