"""Crop what a recogniser is shown: the ink of one line segment on white, without its surroundings."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kompass_extract.model.geometry import Box, PixelBox
from kompass_extract.pages.components import Gray, Labels, Marks
from kompass_extract.words.segments import Strip

LOW_MARK = 0.4  # of the cap height; letters are higher, dots and commas are not
LAST_SIGN = (0.45, 0.15)  # of the cap height, before and after a word's end: the range of its last sign
_DARKEST_SHADE, _LIGHTEST_SHADE, _GRAIN = 110.0, 244.0, 12.0  # of 255; darker is white text on ink


def strip_picture(even: Gray, marks: Marks, strip: Strip, margin_em: float = 0.35) -> tuple[Gray, Box]:
    """Return the segment's own ink on white without its bullet, and the image's box in points."""
    unit = marks.dpi / 72
    shown = strip.box.grown(margin_em * strip.letter_height)
    x0, y0 = max(0, int(shown.x0 * unit)), max(0, int(shown.y0 * unit))
    x1, y1 = min(even.shape[1], int(shown.x1 * unit) + 1), min(even.shape[0], int(shown.y1 * unit) + 1)
    part, labels = even[y0:y1, x0:x1], marks.labels[y0:y1, x0:x1]
    own = _own(labels, marks, strip)
    if strip.bullet is not None:
        own[:, : max(0, int(strip.bullet.x1 * unit + 1) - x0)] = False
    halo = cv2.dilate(own.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    foreign = (labels != 0) & ~own
    near_foreign = cv2.dilate(foreign.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    keep = (halo & ~foreign) | ((labels == 0) & ~near_foreign)
    picture = _on_white(np.where(keep, part, 255).astype(np.uint8))
    return np.ascontiguousarray(picture), PixelBox(x0, y0, x1, y1).in_points(1 / unit)


def first_letter(marks: Marks, strip: Strip, word: Box) -> Box | None:
    """Return the box in points of a segment's word's first letter, without separate accents; None without ink."""
    unit = marks.dpi / 72
    reach = word.grown(0.1 * strip.letter_height)
    x0, y0 = max(0, int(reach.x0 * unit)), max(0, int(strip.box.y0 * unit))
    labels = marks.labels[y0 : int(strip.box.y1 * unit) + 1, x0 : int(reach.x1 * unit) + 1]
    own = np.where(_own(labels, marks, strip), labels, 0)
    for column in np.flatnonzero(own.any(axis=0)):
        for number in np.unique(own[:, column]):
            rows, columns = np.nonzero(own == number)
            pixels = PixelBox(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
            box = pixels.in_points(1 / unit)
            if number > 0 and box.height > LOW_MARK * strip.letter_height:
                return box
    return None


def last_low_sign(marks: Marks, strip: Strip, word: Box) -> Box | None:
    """Return the box in points of a word's last sign if it is lower than a letter; None if a letter is last."""
    unit, height = marks.dpi / 72, strip.letter_height
    x0, x1 = (max(0, int((word.x1 + side * height) * unit)) for side in (-LAST_SIGN[0], LAST_SIGN[1]))
    y0 = max(0, int((strip.baseline - LOW_MARK * height) * unit))
    y1 = int((strip.baseline + LOW_MARK * height) * unit) + 1
    labels = marks.labels[y0:y1, x0:x1]
    own = np.where(_own(labels, marks, strip), labels, 0)
    columns = np.flatnonzero(own.any(axis=0))
    if not len(columns):
        return None
    last = own[:, columns[-1]]
    rows, across = np.nonzero(own == last[last > 0].max())
    pixels = PixelBox(x0 + across.min(), y0 + rows.min(), x0 + across.max() + 1, y0 + rows.max() + 1)
    box = pixels.in_points(1 / unit)
    return box if rows.min() > 0 and box.height <= LOW_MARK * height else None


def usual_height(marks: Marks, strip: Strip) -> float:
    """Return the median height in points of a segment's letters, the x-height for small letters; 0 without ink."""
    unit = marks.dpi / 72
    box = strip.box.in_pixels(unit)
    labels = marks.labels[max(0, int(box.y0)) : int(box.y1) + 1, max(0, int(box.x0)) : int(box.x1) + 1]
    own = np.where(_own(labels, marks, strip), labels, 0)
    rows = [np.flatnonzero((own == number).any(axis=1)) for number in np.unique(own) if number > 0]
    heights = [(lines[-1] + 1 - lines[0]) / unit for lines in rows]
    letters = [height for height in heights if height > LOW_MARK * strip.letter_height]
    return float(np.median(letters)) if letters else 0.0


def _own(labels: Labels, marks: Marks, strip: Strip) -> NDArray[np.bool_]:
    """Mark the pixels of the segment's own letters."""
    return np.asarray(np.isin(labels, [part for run in strip.runs for part in marks.runs[run].parts]), dtype=np.bool_)


def _on_white(picture: Gray) -> Gray:
    """Lift a shade behind the letters to white."""
    if 2 * np.count_nonzero(picture >= _LIGHTEST_SHADE) > picture.size:
        return picture  # the usual case, found in a hundredth of the median's time
    shade = float(np.median(picture))
    if not _DARKEST_SHADE < shade < _LIGHTEST_SHADE:
        return picture
    return np.asarray(cv2.convertScaleAbs(picture, alpha=250.0 / (shade - _GRAIN)), dtype=np.uint8)
