"""Sort the connected components of a page into rules, graphics and text runs.

The layout is found in the ink, before anything is read, so that no OCR engine imposes its own columns.
Order of evidence: the cap height sets every other length; long thin strokes are rules; components
much larger than a letter are graphics; small isolated components are noise; neighbouring letters
less than one and a half word gaps apart form a text run.  This module never changes the pixels: a
``Marks`` assigns components to runs, so that a recogniser can be shown the components of one run alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from kompass_extract.model.geometry import Box, PixelBox
from kompass_extract.pages.mark_columns import in_columns, marks_in_pieces
from kompass_extract.pages.rule_pieces import SHORT_RULE_PT, rule_remains, without_broken_rules
from kompass_extract.pages.specks import COMMA_TAIL_EM, are_points, are_stops
from kompass_extract.pages.text_runs import Components, Labels, Rule, Run, cut_fused, find_runs

__all__ = ["Gray", "Labels", "Marks", "Rule", "Run", "even_background", "find_marks", "ink_frame", "ink_of"]

Gray = NDArray[np.uint8]

BACKGROUND_WINDOW_PT = 24.0  # wider than any stroke, narrower than a shadow's slope
DARKEST_PAPER = 0.7  # of the page's own paper; darker is a dark ground with light text on it, or a copier's edge
DARKEST_SHADOW = np.uint8(30)  # of 255; ink in a darker shadow cannot be separated from it
SOFT_STEP = 30  # gray levels over 8 pixels; a shadow's slope has less, the edge of a dark ground more
SHARP_SHARE = 0.5  # of a dark part's outline that is an edge: a dark ground
INK_LEVEL_RANGE = (110.0, 205.0)  # of 255 in the flattened image; Otsu's level is clamped to it
SURROUNDINGS_PT = 14.0  # wide enough to hold paper beside the stroke of a title's letter
LEAST_CONTRAST = 26  # of 255; a shaded cell's grain stays below
CLEAN_CONTRAST = 12
LOWEST_SHADE = 96  # darker than any shade that text is printed on
RULE_LENGTH_PT = 24.0  # shorter strokes are dashes or letters
RULE_THICKNESS_PT = 3.5
LEANING = 0.03  # most lean of a rule, as a share of its length; pages are level to 0.002 except photographs
HELD_SHARE = 0.33  # of a stroke's length with ink beside it: rules have at most 0.2, joined letters from 0.4 on
TAIL_PX = 2  # rows above and below a rule in which a tail shows
NO_LETTER = -1  # in ``Marks.labels``: ink of rules and solid areas
LETTER_HEIGHT_PT = (2.5, 42.0)  # a full stop has less, and joins later; a cover title has up to 40
DOTS_PER_EM2 = 5.0  # running text has at most two dots, commas and rings to a square em
SPECK_PX = 1  # a lone pixel is noise at any readable resolution
LEAST_LINE = 8  # letters of a run that counts as a text line, and such lines that determine the letter height
TOUCHING = 0.9  # of the height estimated from single letters; below it, letters touch each other
EDGE_PX = 2
FRAME_PX = 16  # of paper kept around the ink; strokes are bridged over 8 pixels at most, at 600 dpi
EDGE_SHARE = 0.025  # of the sheet's side: nothing is printed so close to its edge
SHADOW_SHARE, SHADOW_FILLED = 0.3, 0.5  # least length of a sheet's shadow, of its side; least dark part of its box
STOPS_SHARE = 0.1  # of other noise: with more marks at letters' feet, these are stops; noise alone has at most 0.04
PIECE_EM = (0.3, 0.45)  # width and height in cap heights below which a component may be a piece of a bullet
AROUND_SHARE = 0.7  # of the image's sides that the edge of a sheet on a desk covers
BULLET_EM = 0.2  # the least side of a dot or square bullet, in cap heights


@dataclass(frozen=True, slots=True)
class Marks:
    """All ink of a page, classified.  ``em`` is the cap height of the body text in points.

    ``labels`` has a component's number where it has ink, 0 on paper, ``NO_LETTER`` on rules and solid areas.
    """

    dpi: int
    em: float
    rules: tuple[Rule, ...]
    graphics: tuple[Box, ...]
    runs: tuple[Run, ...]
    labels: Labels = field(repr=False)
    specks: int = 0


def even_background(gray: Gray, dpi: int) -> Gray:
    """Divide shadows and paper tone out of the page: paper is near 255, ink keeps its contrast to the paper."""
    window = max(3, int(BACKGROUND_WINDOW_PT * dpi / 72 / 4)) | 1
    small = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    lightest = np.asarray(cv2.dilate(small, np.ones((5, 5), np.uint8)), dtype=np.uint8)
    paper = np.asarray(cv2.medianBlur(lightest, min(window, 255)), dtype=np.uint8)
    least = np.uint8(DARKEST_PAPER * float(np.median(paper)))
    shadow = _shadows(lightest, paper < least)
    paper = np.where(shadow, np.maximum(paper, DARKEST_SHADOW), np.maximum(paper, least)).astype(np.uint8)
    wide = cv2.resize(paper, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(gray, np.maximum(wide, 1), scale=255), dtype=np.uint8)


def _shadows(lightest: Gray, dark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Find dark parts that are paper in shadow: they end softly, a dark ground or a desk ends at a sharp edge."""
    if not dark.any():
        return dark
    edges = cv2.morphologyEx(lightest, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > SOFT_STEP
    count, labels = cv2.connectedComponents((dark & ~edges).astype(np.uint8), connectivity=4)
    shadow = np.zeros_like(dark)
    for number in range(1, count):
        part = labels == number
        around = (cv2.dilate(part.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & ~part
        if float(edges[around].mean()) < SHARP_SHARE:
            shadow |= part
    return np.asarray(cv2.dilate(shadow.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & dark


def ink_of(even: Gray, dpi: int | None = None, *, clean: bool = False) -> Gray:
    """Binarise a page: 1 for ink, 0 for paper; ``even`` is the result of ``even_background``.

    With ``dpi``, ink must also be darker than its surroundings, so that a shaded cell is paper too.  In a
    ``clean`` image, which was never scanned, the faintest hairline counts.
    """
    if clean and dpi is not None:
        return np.asarray(_darker_than_around(even, dpi, CLEAN_CONTRAST), dtype=np.uint8)
    level, _ = cv2.threshold(even, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    level = min(max(level, INK_LEVEL_RANGE[0]), INK_LEVEL_RANGE[1])
    ink = even < level
    if dpi is not None:
        ink &= _darker_than_around(even, dpi, LEAST_CONTRAST)
    return np.asarray(ink, dtype=np.uint8)


def _darker_than_around(even: Gray, dpi: int, contrast: int) -> NDArray[np.bool_]:
    """Find pixels that are darker than their surroundings by more than ``contrast`` of 255, or too dark for a shade."""
    side = int(SURROUNDINGS_PT * dpi / 72) | 1
    lightest = np.maximum(cv2.blur(even, (side, side)), contrast) - np.uint8(contrast)
    return np.asarray((even < lightest) | (even < LOWEST_SHADE), dtype=np.bool_)


def find_marks(
    even: Gray, dpi: int, solids: tuple[Box, ...] = (), *, clean: bool = False, em: float | None = None
) -> Marks:
    """Sort the ink of an upright, deskewed page image (uint8, paper white) into rules, graphics and runs.

    ``solids`` are filled regions without text, in points; they count as graphics.  ``clean``: see ``ink_of``.  ``em``
    is the cap height of the body text in points if it is known; otherwise it is estimated from the ink.
    """
    ink = ink_of(even, dpi, clean=clean)
    covered = np.zeros_like(ink)
    for solid in solids:
        area = solid.grown(1.0).in_pixels(dpi / 72)
        covered[max(0, int(area.y0)) : int(area.y1) + 1, max(0, int(area.x0)) : int(area.x1) + 1] = 1
    ink &= ~covered & 1
    rules, rule_ink = _rules(ink, dpi)
    labels, components = _components(ink & ~rule_ink)
    labels[(covered | rule_ink) > 0] = NO_LETTER
    unit = dpi / 72
    tall = components.heights >= LETTER_HEIGHT_PT[0] * unit
    known, em = em, _body_height(components.take(tall), unit) if em is None else em * unit
    filled = components.counts > 0.85 * components.widths * components.heights
    big = (components.heights > LETTER_HEIGHT_PT[1] * unit) | (
        (components.heights > 3.2 * em) & (components.widths > 6 * em)
    )
    big |= filled & (np.minimum(components.widths, components.heights) > 1.1 * em)
    shadow = _is_shadow(components, ink.shape)
    graphics = [PixelBox(*row) for row in components.boxes[big & ~shadow]]
    letters = components.take(~big & ~shadow)
    dotted = _dotted_areas(letters, em, ink.shape)
    graphics.extend(dotted)
    letters = letters.take(~_inside(letters.boxes, dotted))
    letters, broken = without_broken_rules(letters, em, unit)
    rules = tuple(sorted((*rules, *broken), key=lambda rule: rule.box))
    letters = letters.take(~rule_remains(letters, rules, em, unit))
    letters = _with_whole_marks(letters, labels, em)
    letters, specks, marks = _without_specks(letters, em)
    runs = find_runs(letters, rules, em, unit, marks)
    if known is None and (height := _letters_height(runs) * unit) < TOUCHING * em:
        em = height  # letters touch, and the usual component is more than an x
        runs = find_runs(letters, rules, em, unit, marks)
    apart, labels = cut_fused(letters, labels, em)
    if apart is not letters:
        runs = find_runs(apart, rules, em, unit, marks)
    pictures = (*solids, *(box.in_points(1 / unit) for box in graphics))
    return Marks(dpi, em / unit, rules, pictures, runs, labels, specks)


def _is_shadow(components: Components, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Find the dark edge around a sheet: components at the image's edge, hollow or thin, or all around it."""
    x0, y0, x1, y1 = components.boxes.T
    height, width = shape
    at_edge = (x0 <= EDGE_PX) | (y0 <= EDGE_PX) | (x1 >= width - EDGE_PX) | (y1 >= height - EDGE_PX)
    long = (components.widths > SHADOW_SHARE * width) | (components.heights > SHADOW_SHARE * height)
    hollow = components.counts < SHADOW_FILLED * components.widths * components.heights
    thin = np.minimum(components.widths / width, components.heights / height) < EDGE_SHARE
    around = (components.widths > AROUND_SHARE * width) & (components.heights > AROUND_SHARE * height)
    shadow: NDArray[np.bool_] = (at_edge & long & (hollow | thin)) | (around & hollow)
    return shadow


def _rules(ink: Gray, dpi: int) -> tuple[tuple[Rule, ...], Gray]:
    """Find horizontal and vertical rules, and a mask of their pixels."""
    unit = dpi / 72
    length, thickness = int(RULE_LENGTH_PT * unit), max(2, int(RULE_THICKNESS_PT * unit))
    mask: Gray = np.zeros_like(ink)
    frame = ink_frame(ink)
    top, left = (side.start for side in frame)
    rules = []
    for horizontal in (True, False):
        bridge = (max(2, int(unit)), 1) if horizontal else (1, max(2, int(unit)))
        kernel = (length, 1) if horizontal else (1, length)
        closed = cv2.morphologyEx(ink[frame], cv2.MORPH_CLOSE, np.ones(bridge[::-1], np.uint8))
        strokes = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones(kernel[::-1], np.uint8))
        outlines, _ = cv2.findContours(strokes, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE, offset=(left, top))
        for outline in outlines:
            x, y, w, h = cv2.boundingRect(outline)
            stroke = strokes[y - top : y - top + h, x - left : x - left + w]
            if (h if horizontal else w) > thickness:
                if not _is_leaning(stroke, thickness, SHORT_RULE_PT * unit):
                    continue
            elif _is_of_letters(ink, (x, y, w, h), horizontal, unit):
                continue
            rules.append(Rule(PixelBox(x, y, x + w, y + h).in_points(1 / unit), horizontal))
            mask[y : y + h, x : x + w] |= stroke.astype(np.uint8)
    grown: Gray = np.zeros_like(ink)
    grown[frame] = cv2.bitwise_and(cv2.dilate(mask[frame], np.ones((3, 3), np.uint8)), ink[frame])
    across = [rule.box.in_pixels(unit) for rule in rules if rule.horizontal]
    return tuple(sorted(rules, key=lambda rule: rule.box)), _without_tails(ink, grown, across)


def _without_tails(ink: Gray, rule_ink: Gray, boxes: Sequence[PixelBox]) -> Gray:
    """Remove letter tails that cross a rule from its ink: columns with ink directly above and below the rule."""
    left = rule_ink.copy()
    for box in boxes:
        x0, x1 = max(0, round(box.x0)), round(box.x1)
        top, bottom = max(0, round(box.y0) - 1), round(box.y1) + 1
        above = _letters_in(ink, left, max(0, top - TAIL_PX), top)[x0:x1]
        below = _letters_in(ink, left, bottom, bottom + TAIL_PX)[x0:x1]
        left[top:bottom, x0:x1][:, above & below] = 0
    return left


def _letters_in(ink: Gray, rule_ink: Gray, top: int, bottom: int) -> NDArray[np.bool_]:
    """Test each column for ink in these rows that belongs to no rule."""
    return np.asarray((ink[top:bottom] > rule_ink[top:bottom]).any(axis=0), dtype=np.bool_)


def _is_leaning(stroke: NDArray[np.generic], thickness: int, shortest: float) -> bool:
    """Tell whether a stroke with a box too thick for a rule is a thin leaning one, as on a photographed page."""
    across, along = sorted(stroke.shape)
    leans = along > shortest and across <= thickness + LEANING * along
    return bool(leans and np.count_nonzero(stroke) <= thickness * along)


def _is_of_letters(ink: Gray, frame: tuple[int, int, int, int], horizontal: bool, unit: float) -> bool:
    """Tell whether a short stroke is the feet or heads of touching letters: stems adjoin it along its whole length."""
    x, y, w, h = frame
    if max(w, h) > SHORT_RULE_PT * unit:
        return False
    if not horizontal:
        ink, x, y, w, h = ink.T, y, x, h, w
    sides = (row for row in (y - 2, y + h + 1) if 0 <= row < ink.shape[0])
    return any(float(ink[row, x : x + w].mean()) > HELD_SHARE for row in sides)


def _components(ink: Gray) -> tuple[Labels, Components]:
    """Label each pixel with its connected component (0 on paper), and return the components."""
    frame = ink_frame(ink)
    _, found, stats, _ = cv2.connectedComponentsWithStats(ink[frame], connectivity=8)
    labels: Labels = np.zeros(ink.shape, dtype=np.int32)
    labels[frame] = found
    data = stats[1:].astype(np.float64)
    x, y, w, h = data[:, 0] + frame[1].start, data[:, 1] + frame[0].start, data[:, 2], data[:, 3]
    return labels, Components(np.stack([x, y, x + w, y + h], axis=1), data[:, 4], np.arange(1, len(stats)))


def ink_frame(ink: Gray) -> tuple[slice, slice]:
    """Return the rows and columns of all ink and a small margin; paper outside them changes no stroke.

    They begin at even numbers, like the blocks in which OpenCV numbers components.
    """
    x, y, w, h = cv2.boundingRect(ink)
    first_row, first_column = (max(0, first - FRAME_PX) // 2 * 2 for first in (y, x))
    return slice(first_row, max(1, y + h + FRAME_PX)), slice(first_column, max(1, x + w + FRAME_PX))


def _body_height(letters: Components, unit: float) -> float:
    """Estimate the page's cap height in pixels: 1.4 times the median letter, which is an x."""
    if not len(letters.numbers):
        return 10.0 * unit
    usual = letters.heights[(letters.widths < 4 * letters.heights) & (letters.heights < 30 * unit)]
    median = float(np.median(usual)) if len(usual) else 7.0 * unit
    return float(np.clip(median * 1.4, 5.0 * unit, 24.0 * unit))


def _letters_height(runs: Sequence[Run]) -> float:
    """Return the usual height of the taller letters of text lines, in points; infinite for too few lines."""
    heights = [run.letter_height for run in runs if len(run.parts) >= LEAST_LINE]
    return float(np.median(heights)) if len(heights) >= LEAST_LINE else np.inf


def _dotted_areas(components: Components, em: float, shape: tuple[int, ...]) -> list[PixelBox]:
    """Find areas shaded with dots, such as the bars of a faxed chart: no text has so many components."""
    cell = max(2.0, em / 2)
    small = np.maximum(components.widths, components.heights) < 0.3 * em
    if small.sum() < 200:
        return []
    centers = components.boxes[small]
    columns = ((centers[:, 0] + centers[:, 2]) / 2 / cell).astype(np.int64)
    rows = ((centers[:, 1] + centers[:, 3]) / 2 / cell).astype(np.int64)
    counts = np.zeros((int(shape[0] / cell) + 1, int(shape[1] / cell) + 1), dtype=np.float32)
    np.add.at(counts, (rows, columns), 1)
    dense = cv2.blur(counts, (5, 5)) * 4 > DOTS_PER_EM2  # four cells are a square em
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(dense, dtype=np.uint8), connectivity=8)
    areas = []
    for x, y, w, h, cells in stats[1:].tolist():
        if cells >= 30:
            areas.append(PixelBox(x * cell, y * cell, (x + w) * cell, (y + h) * cell))
    return areas


def _inside(boxes: NDArray[np.float64], areas: list[PixelBox]) -> NDArray[np.bool_]:
    """Find the boxes with their centre within one of the areas."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    inside = np.zeros(len(boxes), dtype=np.bool_)
    for area in areas:
        inside |= (x >= area.x0) & (x <= area.x1) & (y >= area.y0) & (y <= area.y1)
    return inside


def _without_specks(components: Components, em: float) -> tuple[Components, int, frozenset[int]]:
    """Remove noise: components below letter size that are neither close to a letter, nor its stop, nor a bullet.

    A dot of an ä is as small as a speck; the letter below identifies it.  Returns the remaining components, the
    number of removed ones, and the labels of the small ones that are bullets.
    """
    small = (components.widths < 0.3 * em) & (components.heights < 0.3 * em)
    small_boxes, letters = components.boxes[small], components.boxes[~small]
    keep, marks = ~small, np.zeros_like(small)
    if len(letters):
        close = _close_to(small_boxes, letters, 0.2 * em, 0.3 * em) | are_points(small_boxes, letters, em)
        stops = are_stops(small_boxes, letters, em) & ~close
        dirt = ~close & ~stops & (components.counts[small] > SPECK_PX)
        if stops.sum() > STOPS_SHARE * dirt.sum():  # below it, random noise explains the marks after letters
            close |= stops | _close_to(small_boxes, small_boxes[stops], 0.0, COMMA_TAIL_EM * em)
        apart = small.copy()
        apart[small] = ~close & (components.counts[small] > SPECK_PX)
        marks[apart] = in_columns(components.boxes[apart], letters, em)
        keep[small] = close
    sides = np.minimum(components.widths, components.heights)
    keep |= (small & (sides >= BULLET_EM * em)) | marks
    keep &= components.counts > SPECK_PX
    return components.take(keep), int((~keep).sum()), frozenset(components.numbers[marks].tolist())


def _with_whole_marks(components: Components, labels: Labels, em: float) -> Components:
    """Merge the pieces of each bullet into one component; ``labels`` is updated in place."""
    small = np.flatnonzero((components.widths < PIECE_EM[0] * em) & (components.heights < PIECE_EM[1] * em))
    groups = marks_in_pieces(components.boxes[small], components.boxes, em)
    if not groups:
        return components
    boxes, counts, kept = components.boxes.copy(), components.counts.copy(), np.ones(len(components.numbers), np.bool_)
    for members in groups:
        first, *rest = small[members].tolist()
        pieces = boxes[[first, *rest]]
        boxes[first] = np.concatenate([pieces[:, :2].min(axis=0), pieces[:, 2:].max(axis=0)])
        counts[first] += counts[rest].sum()
        kept[rest] = False
        x0, y0, x1, y1 = (int(side) for side in boxes[first])
        area = labels[y0:y1, x0:x1]
        area[np.isin(area, components.numbers[rest])] = components.numbers[first]
    return Components(boxes, counts, components.numbers).take(kept)


def _close_to(items: NDArray[np.float64], others: NDArray[np.float64], dx: float, dy: float) -> NDArray[np.bool_]:
    """Find the ``items`` within dx and dy of any of ``others``; boxes are rows (x0, y0, x1, y1)."""
    order = np.argsort(others[:, 1])
    others = others[order]
    tallest = float((others[:, 3] - others[:, 1]).max())
    low = np.searchsorted(others[:, 1], items[:, 1] - dy - tallest)
    high = np.searchsorted(others[:, 1], items[:, 3] + dy)
    found = np.zeros(len(items), dtype=np.bool_)
    for index, (start, end) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        x0, y0, x1, _ = items[index]
        near = others[start:end]
        found[index] = bool(((near[:, 0] <= x1 + dx) & (near[:, 2] >= x0 - dx) & (near[:, 3] >= y0 - dy)).any())
    return found
