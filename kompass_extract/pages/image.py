"""Prepare the page image: deskew it, flatten its background, and clean it for the search for components.

Pixels alone cannot determine which of the four sides is up.  ``turned_sideways`` distinguishes horizontal from
vertical text lines, and the OCR engine decides between upright and upside down by what it can read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from kompass_extract.model.geometry import Box, PixelBox
from kompass_extract.pages.components import Gray, Marks, even_background, find_marks, ink_frame, ink_of
from kompass_extract.pages.hairlines import without_hairlines
from kompass_extract.pages.source import SourceFile, load_page

LARGEST_SKEW_DEG = 4.0
LEAST_SKEW_DEG = 0.08  # at 200 dpi two pixels over the width of a page
SOLID_PT = 6.5  # no stroke of a letter is as thick
SOLID_LEVEL = 170  # of 255; lighter shades keep dark text readable on them
LIGHT_TEXT_SHARE = (0.03, 0.45)  # of a dark band's area that is light if the band carries text
LARGEST_BAND_PT = 90.0  # a table's head of three rows
BAND_SHAPE = 1.5  # times as wide as high, at least
RIM_HEIGHT = 0.5  # of a dark area's height: least height of paper at its left or right edge; a cut letter has less
CORE_SHARE = 0.7  # least height of a band's core, of the band's; a box with a lower core has attached strokes, as rules
LEAST_BAND_PT = 36.0  # a word; punch holes have 20
LIGHT_LETTER_PT = (3.0, 45.0)  # height of light letters in a band; a score alone in a box has up to 40
LEAST_LIGHT_LETTERS = 3  # that prove text in a wide band, where few letters cover too small a share of the area
DARK_GROUND = 235  # of 255; the highest level of a ground with light text, as flattening the page leaves mid grey
BOX_LETTERS, LONE_LETTERS = 4, 2  # that prove text in a dark box that is no band; the second if a quarter of it high
LONE_LETTER_SHARE = 0.25  # of the height of a box: a number alone in it
ON_LINE_SHARE = 0.8  # of the light components in a box: letters that share a baseline with another
BASELINE_SHARE = 0.3  # of a letter's height by which another of its line may end higher or lower, as a p does
EDGE_SHARE = 0.025  # of the sheet's side: nothing is printed so close to its edge
LONG_EDGE_SHARE, WIDEST_EDGE_SHARE = 0.25, 0.08  # least length and most width of a dark edge, of the sheet's side
HOLLOW_SHARE = 0.35  # most of its box that a dark edge around a corner fills
GRAINY_SHARE = 0.001  # of a page's pixels that are lone dots of ink: dithered pages have 0.008 on, faxes 0.0003
GRAIN_PX = 1.0  # sigma of the blur that turns such dots back into the grey that they represent
FAR_FROM_INK_PX, NEAR_INK_PX = 9, 3  # sides of the squares around ink outside which grey is no edge of a letter
PALE_RULE_PT = 20.0  # a straight grey stroke at least this long is a rule; strokes of letters are shorter
GHOST_LEVEL, GHOST_SHARE = 225, 0.01  # of 255, and of such places, that are darker where a sheet's back shows; else 0
GHOST_MARGIN = 20  # of 255, by which print is darker somewhere than the level of ink; a back's darkest dots are not
PALE_INK, DARK_INK = 150.0, 60.0  # of 255; the usual level of ink above which print is darkened, and to what
INVERTED_LEVEL = 100  # median of 255 below which a page is white on black
LONGEST_HEAD_PT = 500.0  # light text in a dark band: beside long text no part of the band is thick
SAMPLE = 400  # letters whose neighbours determine the direction of the lines
_SPARSE = 4  # every fourth pixel of every fourth row suffices to separate paper from ink
_NEIGHBOUR_HEIGHT_PX = 1300  # letters stay apart down to 110 dpi
_SEARCH_HEIGHT_PX = 900  # page height at which the skew is searched; a finer image gains nothing measurable


@dataclass(frozen=True, slots=True)
class PageImage:
    """An upright, deskewed page: ``even`` is flattened, with paper at 255; ``width`` and ``height`` are in points.

    ``solids`` are filled regions without text, such as the bars of a chart; dark bands with light text are
    inverted to dark text on white.
    """

    even: Gray
    dpi: int
    rotation: int
    skew: float
    solids: tuple[Box, ...] = ()

    @property
    def width(self) -> float:
        return float(self.even.shape[1] * 72 / self.dpi)

    @property
    def height(self) -> float:
        return float(self.even.shape[0] * 72 / self.dpi)


def prepare(gray: Gray, dpi: int) -> PageImage:
    """Return the page dark on white, flattened, with horizontal lines; ``gray`` is (height, width) uint8."""
    if float(np.median(gray[::_SPARSE, ::_SPARSE])) < INVERTED_LEVEL:
        gray = np.asarray(255 - gray, dtype=np.uint8)
    even = _printed(even_background(gray, dpi), dpi)
    rotation = 0
    if turned_sideways(even):
        even, rotation = np.ascontiguousarray(np.rot90(even, -1)), 90
    even = without_hairlines(even, dpi)
    skew = find_skew(even)
    if abs(skew) >= LEAST_SKEW_DEG:
        even = _level(even, skew)
    else:
        skew = 0.0
    even, solids = without_solids(even, dpi)
    return PageImage(even, dpi, rotation, skew, solids)


def _printed(even: Gray, dpi: int) -> Gray:
    """Undo the copier's effects: blur dithered dots to grey, remove show-through, darken pale print."""
    middle = even[even.shape[0] // 4 : -even.shape[0] // 4]
    ink = ink_of(middle, dpi)
    alone = (ink > 0) & (cv2.boxFilter(ink, -1, (3, 3), normalize=False) == 1)
    if float(alone.mean()) > GRAINY_SHARE:
        even = np.asarray(cv2.GaussianBlur(even, (0, 0), GRAIN_PX), dtype=np.uint8)
    elif _shows_through(middle, ink, dpi):
        even = _without_back(even, dpi)
    level = float(np.median(middle[ink > 0])) if ink.any() else 0.0
    if level <= PALE_INK:
        return even
    return np.asarray(255 - cv2.convertScaleAbs(255 - even, alpha=(255 - DARK_INK) / (255 - level)), dtype=np.uint8)


def _shows_through(even: Gray, ink: Gray, dpi: int) -> bool:
    """Tell whether the back of the sheet shows through: grey strokes far from ink, blurred to ignore paper grain."""
    far = cv2.dilate(ink, np.ones((FAR_FROM_INK_PX, FAR_FROM_INK_PX), np.uint8)) == 0
    grey = cv2.GaussianBlur(even, (0, 0), GRAIN_PX) < GHOST_LEVEL
    if not far.any() or float(grey[far].mean()) <= GHOST_SHARE:
        return False
    return float((grey & ~_grounds(even, dpi))[far].mean()) > GHOST_SHARE


def _grounds(even: Gray, dpi: int) -> NDArray[np.bool_]:
    """Find grey thicker or longer than any letter, with a small margin: shaded cells, dark heads, pale rules."""
    side, length = max(3, int(SOLID_PT * dpi / 72)), max(3, int(PALE_RULE_PT * dpi / 72))
    grey = (even < GHOST_LEVEL).astype(np.uint8)
    broad = cv2.morphologyEx(grey, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    for shape in ((1, length), (length, 1)):
        broad = cv2.max(broad, cv2.morphologyEx(grey, cv2.MORPH_OPEN, np.ones(shape, np.uint8)))
    return np.asarray(cv2.dilate(broad, np.ones((side, side), np.uint8)) > 0, dtype=np.bool_)


def _without_back(even: Gray, dpi: int) -> Gray:
    """Remove show-through: keep print, which has a pixel of full darkness, and its soft edges."""
    ink = ink_of(even, dpi)
    level, _ = cv2.threshold(even, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    _, labels = cv2.connectedComponents(ink, connectivity=8)
    dark = np.zeros(int(labels.max()) + 1, dtype=np.uint8)
    dark[labels[even < level - GHOST_MARGIN]] = 1
    dark[0] = 0
    near = cv2.dilate(dark[labels], np.ones((NEAR_INK_PX, NEAR_INK_PX), np.uint8)) > 0
    return np.where(near | _grounds(even, dpi), even, np.uint8(255))


def upside_down(page: PageImage) -> PageImage:
    """Turn the page by another 180 degrees."""
    width, height = page.width, page.height
    solids = tuple(Box(width - s.x1, height - s.y1, width - s.x0, height - s.y0) for s in page.solids)
    even = np.ascontiguousarray(page.even[::-1, ::-1])
    return replace(page, even=even, rotation=(page.rotation + 180) % 360, solids=solids)


def upright(gray: Gray, rotation: int, skew: float) -> Gray:
    """Rotate and deskew a page image as it was when the page was read, so that its boxes fit.

    ``rotation`` (0, 90, 180 or 270 degrees clockwise) and ``skew`` (degrees) are those of ``document.Page``.
    """
    if rotation in (90, 270):
        gray = np.ascontiguousarray(np.rot90(gray, -1))
    if skew:
        gray = _level(gray, skew)
    return np.ascontiguousarray(gray[::-1, ::-1]) if rotation in (180, 270) else gray


def load_upright(source: SourceFile, number: int, *, dpi: int, rotation: int, skew: float) -> Gray:
    """Render page ``number`` (from 1) of a PDF or an image at ``dpi``, upright and deskewed: see ``upright``."""
    return upright(load_page(source, number, dpi=dpi).gray, rotation, skew)


def page_marks(source: SourceFile, number: int) -> tuple[PageImage, Marks]:
    """Return the deskewed image of page ``number`` (from 1) and its components, before anything is read.

    A page that is upside down is not turned: only reading reveals it.
    """
    raw = load_page(source, number)
    if raw.is_scan:
        image = prepare(raw.gray, raw.dpi)
        return image, find_marks(image.even, image.dpi, image.solids)
    even, solids = without_solids(raw.gray, raw.dpi)
    return PageImage(even, raw.dpi, 0, 0.0, solids), find_marks(even, raw.dpi, solids, clean=True)


def without_solids(even: Gray, dpi: int) -> tuple[Gray, tuple[Box, ...]]:
    """Invert areas too thick for letters that hold light letters, and return the boxes of the others."""
    unit = dpi / 72
    side = max(3, int(SOLID_PT * unit))
    dark = np.asarray(even < SOLID_LEVEL, dtype=np.uint8)
    cores, frame = np.zeros_like(dark), ink_frame(dark)
    cores[frame] = cv2.morphologyEx(dark[frame], cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    if not cores.any():
        return even, ()
    even, dark, cores = _without_frame(even, dark, cores, unit)
    if not cores.any():
        return even, ()
    wide = cv2.morphologyEx(cores, cv2.MORPH_CLOSE, np.ones((1, int(LONGEST_HEAD_PT * unit)), np.uint8))
    near = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((3 * side, side), np.uint8))
    joined = cv2.bitwise_or(
        cv2.bitwise_and(wide, cv2.dilate(near, np.ones((3, 3), np.uint8))), _whole_bands(dark, cores)
    )
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    result, solids = even.copy(), []
    for x, y, w, h, _ in stats[1:].tolist():
        if w < side or h < side:
            continue
        part = even[y : y + h, x : x + w]
        ground = np.asarray(cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((side | 1, side | 1), np.uint8)), np.uint8)
        light = _without_rim(_light_on(part, ground))
        band = w > max(BAND_SHAPE * h, LEAST_BAND_PT * unit) and h < LARGEST_BAND_PT * unit
        if _holds_text(light, unit) if band else _holds_lines(light, unit):
            result[y : y + h, x : x + w] = np.where(ground < DARK_GROUND, _dark_on_white(part, ground, light), part)
        else:
            solids.append(PixelBox(x, y, x + w, y + h).in_points(1 / unit))
    return result, tuple(solids)


def _whole_bands(dark: Gray, cores: Gray) -> Gray:
    """Fill the boxes of dark bands that are no higher than their cores: text at a band's end has no core around it."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    whole = np.zeros_like(dark)
    for number in np.unique(labels[cores > 0]).tolist():
        x, y, w, h, _ = stats[number].tolist()
        part = np.s_[y : y + h, x : x + w]
        height = int(((labels[part] == number) & (cores[part] > 0)).any(axis=1).sum())
        if w > BAND_SHAPE * h and height >= CORE_SHARE * h:
            whole[part] = 1
    return whole


def _light_on(part: Gray, ground: Gray) -> NDArray[np.bool_]:
    """Find pixels that are nearer to white than to the dark ground around them, which may be uneven."""
    return np.asarray((ground < DARK_GROUND) & (2 * (part - ground).astype(np.int16) > 255 - ground), dtype=np.bool_)


def _without_rim(light: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Remove paper along the rough edge of a dark area from its light parts: pieces at the top, the foot or a side."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(light.astype(np.uint8), connectivity=8)
    high = stats[:, cv2.CC_STAT_HEIGHT] >= RIM_HEIGHT * light.shape[0]
    rim = {*np.unique(labels[[0, -1]]), *(number for number in np.unique(labels[:, [0, -1]]) if high[number])} - {0}
    return light & ~np.isin(labels, list(rim)) if rim else light


def _dark_on_white(part: Gray, ground: Gray, light: NDArray[np.bool_]) -> Gray:
    """Invert light letters with their soft edges; unevenly lit ground between them becomes paper."""
    near = cv2.dilate(light.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    shown = 255.0 - 255.0 * (part - ground) / np.maximum(1, 255 - ground)
    return np.asarray(np.where(near, shown, 255), dtype=np.uint8)


def _holds_lines(light: NDArray[np.bool_], unit: float) -> bool:
    """Tell whether the light parts of a dark box are lines of letters and nothing else: no chart, no picture."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(light.astype(np.uint8), connectivity=8)
    found = stats[1:][stats[1:, cv2.CC_STAT_HEIGHT] > LIGHT_LETTER_PT[0] * unit]
    top, width, height = (found[:, side] for side in (cv2.CC_STAT_TOP, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
    letters = (height < LIGHT_LETTER_PT[1] * unit) & (width < 2 * height)
    feet = top + height
    near = np.abs(feet[:, None] - feet[None, :]) <= BASELINE_SHARE * np.minimum(height[:, None], height[None, :])
    on_line = letters & ((near & letters[None, :]).sum(axis=1) > 1)
    lone = on_line & (height >= LONE_LETTER_SHARE * light.shape[0])
    enough = on_line.sum() >= BOX_LETTERS or lone.sum() >= LONE_LETTERS
    return bool(enough and on_line.sum() >= ON_LINE_SHARE * len(found))


def _without_frame(even: Gray, dark: Gray, cores: Gray, unit: float) -> tuple[Gray, Gray, Gray]:
    """Remove the sheet's surroundings (a copier's lid, a scanner's bed) from the page, its dark areas and cores."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(cores, connectivity=8)
    around = [number for number in range(1, len(stats)) if _is_edge(even, tuple(stats[number].tolist()), unit)]
    if not around:
        return even, dark, cores
    side = int(SOLID_PT * unit)
    frame = cv2.dilate(np.isin(labels, around).astype(np.uint8), np.ones((side, side), np.uint8)) > 0
    paper, nothing = np.uint8(255), np.uint8(0)
    return np.where(frame, paper, even), np.where(frame, nothing, dark), np.where(frame, nothing, cores)


def _is_edge(even: Gray, found: tuple[int, ...], unit: float) -> bool:
    """Tell whether a dark area without text runs along the image's edge, as a narrow strip or around a corner."""
    x, y, w, h, area = found
    height, width = even.shape
    beside = min(x, width - x - w) <= EDGE_SHARE * width or min(y, height - y - h) <= EDGE_SHARE * height
    if not beside or max(w / width, h / height) < LONG_EDGE_SHARE:
        return False
    narrow = min(w / width, h / height) < WIDEST_EDGE_SHARE
    if not narrow and area >= HOLLOW_SHARE * w * h:
        return False
    if w < h or h > WIDEST_EDGE_SHARE * height:
        return True
    return not _holds_text(_without_rim(even[y : y + h, x : x + w] >= SOLID_LEVEL), unit)


def _holds_text(light: NDArray[np.bool_], unit: float) -> bool:
    """Tell whether the light parts of a dark band are text: by their share, or in a wide band by a few letters."""
    share = float(light.mean())
    if not 0 < share < LIGHT_TEXT_SHARE[1]:
        return False
    if share > LIGHT_TEXT_SHARE[0]:
        return True
    _, _, stats, _ = cv2.connectedComponentsWithStats(light.astype(np.uint8), connectivity=8)
    height, width = stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_WIDTH]
    letters = (height > LIGHT_LETTER_PT[0] * unit) & (height < LIGHT_LETTER_PT[1] * unit) & (width < 2 * height)
    return int(letters.sum()) >= LEAST_LIGHT_LETTERS


def turned_sideways(even: Gray) -> bool:
    """Tell whether the text lines are vertical: a letter's nearest neighbour is the next letter of its line."""
    centers = _letter_centers(even)
    if len(centers) < 20:
        return False
    sample = centers[:: max(1, len(centers) // SAMPLE)]
    across = np.abs(centers[None, :, 0] - sample[:, None, 0])
    down = np.abs(centers[None, :, 1] - sample[:, None, 1])
    distance = across**2 + down**2
    distance[distance == 0] = np.inf  # the letter itself
    nearest = distance.argmin(axis=1)
    rows = np.arange(len(sample))
    return bool((across[rows, nearest] < down[rows, nearest]).mean() > 0.6)


def find_skew(even: Gray) -> float:
    """Return the skew of the text lines in degrees, counter-clockwise positive, within ±LARGEST_SKEW_DEG; 0 if empty.

    The skew maximises the variation of the ink's row sums (Postl's criterion), searched from coarse to fine.
    """
    ink = _small_text_ink(even)
    ys, xs = np.nonzero(ink)
    if len(ys) < 200:
        return 0.0
    best, step = 0.0, 0.5
    candidates = np.arange(-LARGEST_SKEW_DEG, LARGEST_SKEW_DEG + step / 2, step)
    while step >= 0.02:
        scores = [_row_variation(xs, ys, float(angle)) for angle in candidates]
        best = float(candidates[int(np.argmax(scores))])
        step /= 4
        candidates = best + np.arange(-3, 4) * step
    return best


def _small_text_ink(even: Gray) -> NDArray[np.uint8]:
    """Return the ink of letters at a small scale, without dark borders and pictures."""
    scale = _SEARCH_HEIGHT_PX / max(even.shape)
    small = cv2.resize(even, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = ink_of(np.asarray(small, dtype=np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    sizes = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    keep = (sizes < 60) & (stats[:, cv2.CC_STAT_AREA] > 2)
    keep[0] = False
    return np.asarray(keep.astype(np.uint8)[labels], dtype=np.uint8)


def _letter_centers(even: Gray) -> NDArray[np.float64]:
    """Return the centres (n, 2: x, y) in pixels of all components that could be a letter."""
    scale = min(1.0, _NEIGHBOUR_HEIGHT_PX / max(even.shape))
    even = np.asarray(cv2.resize(even, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    _, _, stats, centers = cv2.connectedComponentsWithStats(ink_of(even), connectivity=8)
    sizes = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    short, long = even.shape[0] / 300, even.shape[0] / 25
    keep = (sizes >= short) & (sizes <= long)
    keep[0] = False
    return np.asarray(centers[keep], dtype=np.float64)


def _row_variation(xs: NDArray[np.int64], ys: NDArray[np.int64], angle: float) -> float:
    rows = ys + xs * np.tan(np.radians(angle))
    counts = np.bincount(np.round(rows - rows.min()).astype(np.int64))
    return float(np.square(np.diff(counts.astype(np.float64))).sum())


def _level(even: Gray, skew: float) -> Gray:
    height, width = even.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1.0)
    return np.asarray(
        cv2.warpAffine(
            even, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=255
        ),
        dtype=np.uint8,
    )
