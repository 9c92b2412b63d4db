"""Join rules that a fax or a worn drum broke into pieces, and find the rough remains beside a rule."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kompass_extract.model.geometry import PixelBox
from kompass_extract.pages.text_runs import Components, Rule

SHORT_RULE_PT = 90.0  # bold letters that touch each other make strokes up to 60 pt long
FLAT_EM, ROW_STEP_PX = 0.1, 1  # most height of a broken rule's pieces; most vertical step between two of them
UPRIGHT_EM, UPRIGHT_SHARE = 0.24, 0.7  # the same for a vertical rule; stacked I are farther apart than its pieces
UPRIGHT_PT = 30.0  # least length of such a rule: five stacked letters have wider gaps
LEAST_PIECES, PIECES_SHARE = 5, 0.2  # of a broken rule: pieces, and their share of its length; dashes have less
LETTER_EM = 0.5  # the least height of a letter below dots or a ring
DOT_EM, DOT_WIDTH = 0.08, 2.0  # of such a dot: least height, and most width in heights; a rule's rough edge is flat
DOT_SPACE_EM = 0.3  # white between a letter and its dots


def rule_remains(components: Components, rules: tuple[Rule, ...], em: float, unit: float) -> NDArray[np.bool_]:
    """Find thin components along a rule: the remains of its rough edge."""
    thin = (components.heights < 0.3 * em) | (components.widths < 0.16 * em)
    remains = np.zeros(len(components.numbers), dtype=np.bool_)
    x = (components.boxes[:, 0] + components.boxes[:, 2]) / 2
    y = (components.boxes[:, 1] + components.boxes[:, 3]) / 2
    for rule in rules:
        box = rule.box.in_pixels(unit)
        reach = 0.25 * em
        along = (components.heights < 0.3 * em) if rule.horizontal else (components.widths < 0.16 * em)
        near = (
            (x >= box.x0 - 2 * em) & (x <= box.x1 + 2 * em)
            if rule.horizontal
            else (x >= box.x0 - reach) & (x <= box.x1 + reach)
        )
        level = (
            (y >= box.y0 - reach) & (y <= box.y1 + reach)
            if rule.horizontal
            else (y >= box.y0 - em) & (y <= box.y1 + em)
        )
        remains |= thin & along & near & level
    found = np.flatnonzero(remains)
    remains[found] = ~_over_letters(components.boxes[found], components.boxes[components.heights > LETTER_EM * em], em)
    return remains


def without_broken_rules(components: Components, em: float, unit: float) -> tuple[Components, list[Rule]]:
    """Remove rules that a fax or worn drum broke into thin strokes; return the other components and the rules."""
    rules, kept = [], np.ones(len(components.numbers), dtype=np.bool_)
    for horizontal, rows in ((True, _flat_rows(components, em)), (False, _upright_rows(components, em))):
        across, along = (1, 0) if horizontal else (0, 1)  # indices of a box: its side across the rule, and along it
        share, shortest = (PIECES_SHARE, SHORT_RULE_PT) if horizontal else (UPRIGHT_SHARE, UPRIGHT_PT)
        for row in rows:
            if len(row) < LEAST_PIECES:
                continue
            boxes = components.boxes[row]
            box = PixelBox(boxes[:, 0].min(), boxes[:, 1].min(), boxes[:, 2].max(), boxes[:, 3].max())
            sides = (box.width, box.height)
            inked = float((boxes[:, along + 2] - boxes[:, along]).sum()) >= share * sides[along]
            if inked and sides[along] > shortest * unit and sides[across] < em:
                rules.append(Rule(box.in_points(1 / unit), horizontal))
                kept[row] = False
    return (components.take(kept), rules) if rules else (components, rules)


def _flat_rows(components: Components, em: float) -> list[NDArray[np.intp]]:
    """Group flat strokes by their vertical position."""
    flat = np.flatnonzero(
        (components.heights <= max(2.0, FLAT_EM * em)) & (components.widths >= 3 * components.heights)
    )
    flat = flat[np.argsort(components.boxes[flat, 1])]
    return np.split(flat, np.flatnonzero(np.diff(components.boxes[flat, 1]) > ROW_STEP_PX) + 1)


def _upright_rows(components: Components, em: float) -> Iterator[NDArray[np.intp]]:
    """Yield columns of closely spaced upright strokes, one for each x with many of them."""
    thin = np.flatnonzero(
        (components.widths <= max(3.0, UPRIGHT_EM * em)) & (components.heights >= 3 * components.widths)
    )
    if len(thin) < LEAST_PIECES:
        return
    middles = np.rint((components.boxes[thin, 0] + components.boxes[thin, 2]) / 2).astype(np.int64)
    ink = np.asarray(np.bincount(middles, components.heights[thin]), dtype=np.float64)
    peaks = np.flatnonzero((ink >= LEAST_PIECES * em / 2) & (ink == _window_maximum(ink)))
    for peak in peaks.tolist():
        row = thin[np.abs(middles - peak) <= ROW_STEP_PX]
        row = row[np.argsort(components.boxes[row, 1])]
        white = components.boxes[row[1:], 1] - components.boxes[row[:-1], 3]
        yield from np.split(row, np.flatnonzero(white > em) + 1)


def _window_maximum(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each index the largest value among it and its two neighbours."""
    padded = np.pad(values, ROW_STEP_PX)
    shifted = [padded[step : step + len(values)] for step in range(2 * ROW_STEP_PX + 1)]
    return np.asarray(np.max(shifted, axis=0), dtype=np.float64)


def _over_letters(bits: NDArray[np.float64], letters: NDArray[np.float64], em: float) -> NDArray[np.bool_]:
    """Find bits that are dots and rings of letters directly below: as high as wide, within a letter's width."""
    sides = bits[:, 2:] - bits[:, :2]
    round_ = (sides[:, 1] >= max(2.0, DOT_EM * em)) & (sides[:, 0] <= DOT_WIDTH * sides[:, 1])
    middle = (bits[:, 0] + bits[:, 2]) / 2
    within = (letters[None, :, 0] <= middle[:, None]) & (letters[None, :, 2] >= middle[:, None])
    space = letters[None, :, 1] - bits[:, None, 3]
    return np.asarray(round_ & (within & (space > 0) & (space <= DOT_SPACE_EM * em)).any(axis=1), dtype=np.bool_)
