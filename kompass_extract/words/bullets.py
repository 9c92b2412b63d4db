"""Find bullets: dots, dashes, rings and ticks before the texts of a list.

Order of evidence: a shape that no letter has, with white after it; another such mark below or above it, at the same
place before its text; a hanging indent beside it.  A sign amid a line is a bullet only if bullets without text to their
left are below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Run
from kompass_extract.words.run_columns import RunPage

# Lengths in cap heights of the body text.
BULLET_REACH_EM = 6.0  # from a bullet to its text
BULLET_GAP_EM = 0.35
WEAK_BULLET_GAP_EM = 0.6
TIGHT_GAP_EM = 0.2  # of a bullet among others, with a speck before its text
ALIKE_MARKS_EM = 0.3  # most difference between the sides of a list's bullets
COMMA_EM = 0.12  # from the baseline to the middle of a bullet; a comma's is on it
DASH_EM = 0.35  # the highest mark that cannot be a letter or digit
LEAST_ALIKE = 2  # bullets in a column that are needed to accept one that is close to its text
LONE_WIDTH_EM, LOW_MARK_EM = 1.3, 0.66  # the widest mark; the highest that is one sign whatever its parts
HIGHEST_TICK_EM, SUNK_EM = 1.4, 0.1  # a tick's height and its depth below the baseline; of the letters only Q sinks
FULL_HEIGHT = 0.86  # of the cap height; digits have 0.89 (thin copies) to 1, most bullets 0.8
DIGIT_WIDTH = 0.8  # of its height; digits have 0.5 to 0.7, rings and squares 1
FIGURE_GAP_EM = 2.0  # between the numbers of a table; a bullet is usually closer to its text


@dataclass(frozen=True, slots=True)
class ListMark:
    box: Box
    text: int  # the run that it marks
    alone: bool  # whether the bullet is a run of its own
    strong: bool
    inside: bool  # whether text is close to its left: a sign in a sentence, or the next column close to the last
    tight: bool = False  # whether its text is closer than usual


def find_list_marks(page: RunPage, marks: Sequence[bool | None] | None) -> dict[int, ListMark]:
    """Find bullets: runs of their own, keyed by their own index, or first letters, keyed by the run that they begin."""
    candidates: dict[int, ListMark] = {}
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
            (_is_inner_mark(page, bullet, apart) if bullet.inside else bullet.strong)
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


def _is_inner_mark(page: RunPage, bullet: ListMark, apart: Sequence[ListMark]) -> bool:
    """Tell whether a bullet with text close to its left is below one without, and above the baseline unlike a comma."""
    floats = page.runs[bullet.text].baseline - bullet.box.center_y >= COMMA_EM * page.em
    return floats and any(_in_line(page, bullet, other) for other in apart)


def _alike(a: ListMark, b: ListMark, em: float) -> bool:
    """Tell whether two bullets are below each other and have one shape."""
    if a is b:
        return False
    sides = zip((a.box.x0, a.box.x1, a.box.height), (b.box.x0, b.box.x1, b.box.height), strict=True)
    return all(abs(p - q) < ALIKE_MARKS_EM * em for p, q in sides)


def _candidate(page: RunPage, item: int, run: Run, known: bool | None, *, shapes: bool) -> ListMark | None:
    """Return the run as a bullet, or with one before its text; ``shapes``: judge by the bullet's shape alone."""
    em = page.em
    low = run.box.width <= LONE_WIDTH_EM * em and run.box.height <= LOW_MARK_EM * em and not run.gaps
    first = run.box if low else run.first or run.box  # », or a bullet with a speck on it, is one sign
    if known is False:
        return None
    alone = run.box.width <= LONE_WIDTH_EM * em and first.width >= 0.8 * run.box.width
    small = first.width <= 1.2 * em and first.height <= 0.95 * em
    if shapes and not small and not (alone and _is_tick(run, page.right_neighbour(item), page)):
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
    return ListMark(first, target, alone, strong, _starts_inside_line(page, item, first), tight)


def _is_tick(run: Run, text: int | None, page: RunPage) -> bool:
    """Tell whether a sign of cap height reaches below its text's letters: a tick, no capital or digit."""
    if text is None or not 0.5 * run.box.height <= run.box.width <= LONE_WIDTH_EM * page.em:
        return False
    high = run.box.height <= HIGHEST_TICK_EM * page.em
    return high and run.box.y1 - page.runs[text].baseline >= SUNK_EM * page.em


def _is_figure(mark: Box, gap: float, text: Run, em: float) -> bool:
    """Tell whether a mark far from its text is as tall and narrow as a digit: then it is a score before another."""
    tall = mark.height >= FULL_HEIGHT * max(text.letter_height, FULL_HEIGHT * em)
    return tall and mark.width < DIGIT_WIDTH * mark.height and gap > FIGURE_GAP_EM * em


def _is_dot(box: Box, em: float) -> bool:
    """Tell whether a box fits a dot, square or ring: about as wide as high, smaller than an x."""
    return 0.15 * em <= box.height <= 0.66 * em and 0.5 <= box.width / max(box.height, 0.01) <= 1.8


def _starts_inside_line(page: RunPage, item: int, first: Box) -> bool:
    """Tell whether text is close to the left of the mark on its line: then it is a sign in a sentence."""
    boxes = page.boxes
    shared = np.minimum(boxes[:, 3], first.y1) - np.maximum(boxes[:, 1], first.y0)
    near = (shared > 0.4 * first.height) & (boxes[:, 2] <= first.x0 + 0.1) & (boxes[:, 2] >= first.x0 - 1.4 * page.em)
    near[item] = False
    return any(not page.wall_in(float(boxes[other, 2]), first.x0, first.y0, first.y1) for other in np.flatnonzero(near))


def _supported(page: RunPage, bullet: ListMark, others: Sequence[ListMark]) -> bool:
    """Tell whether a mark that might be a letter or dash has another one below or above it, or a hanging indent."""
    em = page.em
    if any(other is not bullet and not other.inside and _in_line(page, bullet, other) for other in others):
        return True
    boxes, text_x = page.boxes, _text_start(page, bullet)
    below = (boxes[:, 1] > bullet.box.y1) & (boxes[:, 1] < bullet.box.y1 + 2.5 * em)
    return bool((below & (np.abs(boxes[:, 0] - text_x) < 0.3 * em)).any())


def _in_line(page: RunPage, a: ListMark, b: ListMark) -> bool:
    """Tell whether two bullets, and the texts beside them, are aligned below each other."""
    text = abs(_text_start(page, a) - _text_start(page, b))
    return max(abs(a.box.x0 - b.box.x0), text) < 0.5 * page.em


def _text_start(page: RunPage, bullet: ListMark) -> float:
    run = page.runs[bullet.text]
    return run.box.x0 if bullet.alone else next((b for a, b in run.gaps if a >= bullet.box.x1 - 1), run.box.x0)
