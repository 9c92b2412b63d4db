"""What copiers, desks and cameras do to a page, each effect by itself: on gray images, 0 black, which are not changed.

Effects that belong to a machine, such as hairlines of a copier's glass, are drawn once for a report (``Glass``);
all others are drawn for each page.  No effect covers letters so that a person could not read them.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Gray = npt.NDArray[np.uint8]
Rng = np.random.Generator
STAMPS = ("INKOM", "KOPIA", "ARKIV", "2009 -03- 1 7", "Dnr", "DELGES", "KOMMUNSTYRELSEN", "EXPEDIERAT")


@dataclass(frozen=True, slots=True)
class Wear:
    """Shares 0..1 are of strength unless they say how often a page has the effect."""

    generations: int = 0  # how often the page was copied before
    hairlines: int = 0  # lines down the page, at the same places on each
    show_through: float = 0.0
    uneven: float = 0.0  # gray levels between the brightest and the darkest part, of 255
    holes: float = 0.0  # how often
    stamps: float = 0.0  # how often
    handwriting: float = 0.0  # how often
    creases: float = 0.0  # how often
    faint: float = 0.0  # how far black fades in bands of little toner
    perspective: float = 0.0  # how far corners move, as a share of the width


@dataclass(frozen=True, slots=True)
class Glass:
    """What all pages of one scan share: hairlines as (place 0..1, width in pixels, gray) and where holes are."""

    lines: tuple[tuple[float, int, int], ...]
    holes_left: bool

    @classmethod
    def draw(cls, wear: Wear, rng: Rng) -> Glass:
        """The glass of one scanner."""
        count = int(rng.integers(1, wear.hairlines + 1)) if wear.hairlines else 0
        lines = [
            (float(rng.uniform(0.02, 0.98)), int(rng.integers(1, 3)), int(rng.integers(0, 120))) for _ in range(count)
        ]
        return cls(tuple(lines), bool(rng.random() < 0.8))


def copy_again(image: Gray, times: int, rng: Rng) -> Gray:
    """``image`` copied ``times`` times: a little blur, a little loss, more contrast each time."""
    page = image
    for _ in range(times):
        soft = cv2.GaussianBlur(page, (0, 0), float(rng.uniform(0.5, 0.9))).astype(np.float32)
        soft += (
            rng.normal(0, 9, (page.shape[0] // 2 + 1, page.shape[1] // 2 + 1))
            .repeat(2, 0)
            .repeat(2, 1)[: page.shape[0], : page.shape[1]]
        )
        page = np.clip((soft - rng.uniform(90, 130)) * rng.uniform(1.7, 2.6) + 110, 0, 255).astype(np.uint8)
    return page


def draw_hairlines(image: Gray, glass: Glass, rng: Rng) -> Gray:
    """The glass's scratches as lines from top to bottom, broken here and there."""
    page = image.copy()
    height, width = page.shape
    for place, thick, gray in glass.lines:
        x = int(place * width) + int(rng.integers(-1, 2))
        top, bottom = (0, height) if rng.random() < 0.7 else sorted(int(v) for v in rng.integers(0, height, 2))
        column = page[top:bottom, max(0, x) : x + thick]
        page[top:bottom, max(0, x) : x + thick] = np.where(
            rng.random(column.shape) < 0.96, np.minimum(column, gray), column
        )
    return page


def show_through(image: Gray, back: Gray, strength: float) -> Gray:
    """``back``'s letters faintly through the paper, mirrored."""
    mirrored = cv2.resize(cv2.flip(back, 1), image.shape[::-1])
    ghost = 255 - (255 - cv2.GaussianBlur(mirrored, (0, 0), 1.8).astype(np.float32)) * strength
    return np.asarray(np.minimum(image, ghost), np.uint8)


def light_unevenly(image: Gray, depth: float, rng: Rng) -> Gray:
    """Light that falls off to one side, with a soft shadow."""
    coarse = np.asarray(rng.uniform(0, 1, (3, 3)), np.float32)
    field = cv2.resize(coarse, image.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.clip(image.astype(np.float32) - depth * np.clip(field, 0, 1), 0, 255).astype(np.uint8)


def punch(image: Gray, glass: Glass, rng: Rng) -> Gray:
    """Two or four holes at the binding edge, black or shaded, as the lid behind them was."""
    page = image.copy()
    height, width = page.shape
    x = int(width * (10 if glass.holes_left else 200) / 210)
    offsets = (-40, 40) if rng.random() < 0.6 else (-61, -40, 40, 61)
    for offset in offsets:
        cv2.circle(
            page, (x, int(height * (0.5 + offset / 297))), int(width * 2.8 / 210), int(rng.integers(10, 180)), -1
        )
    return page


def stamp(image: Gray, rng: Rng) -> Gray:
    """An office's stamp in the upper margin, slanting, through which letters stay readable."""
    height, width = image.shape
    scale = width / 1650
    layer = np.full((int(150 * scale) or 1, int(460 * scale) or 1), 255, np.uint8)
    cv2.rectangle(layer, (4, 4), (layer.shape[1] - 5, layer.shape[0] - 5), 60, max(1, int(4 * scale)))
    for line in range(2):
        text = str(rng.choice(STAMPS))
        cv2.putText(
            layer,
            text,
            (int(20 * scale), int((60 + 60 * line) * scale)),
            cv2.FONT_HERSHEY_DUPLEX,
            1.2 * scale,
            60,
            max(1, int(2.5 * scale)),
        )
    turn = cv2.getRotationMatrix2D((layer.shape[1] / 2, layer.shape[0] / 2), float(rng.uniform(-9, 9)), 0.92)
    layer = np.asarray(cv2.warpAffine(layer, turn, layer.shape[::-1], borderValue=255), np.uint8)
    layer[rng.random(layer.shape) < 0.18] = 255
    x = int(rng.uniform(0.45, 0.97) * (width - layer.shape[1]))
    y = int(rng.uniform(0.005, 0.05) * height)
    page = image.copy()
    page[y : y + layer.shape[0], x : x + layer.shape[1]] = np.minimum(
        page[y : y + layer.shape[0], x : x + layer.shape[1]], layer
    )
    return page


def write_by_hand(image: Gray, rng: Rng) -> Gray:
    """Strokes of a pen: ticks and lines in the margin, underlined words, a scribble."""
    page = image.copy()
    height, width = page.shape
    thick = max(1, width // 700)
    for _ in range(int(rng.integers(1, 5))):
        gray, y = int(rng.integers(30, 130)), int(rng.uniform(0.12, 0.9) * height)
        kind = rng.choice(("tick", "margin", "underline", "scribble"))
        x = int(rng.choice((rng.uniform(0.02, 0.06), rng.uniform(0.93, 0.97))) * width)
        if kind == "tick":
            points = [(x, y), (x + width // 120, y + height // 130), (x + width // 40, y - height // 70)]
        elif kind == "margin":
            points = [(x + int(rng.normal(0, 2)), y + step * height // 90) for step in range(int(rng.integers(2, 9)))]
        elif kind == "underline":
            start, length = int(rng.uniform(0.15, 0.6) * width), int(rng.uniform(0.06, 0.25) * width)
            points = [(start + step * length // 8, y + int(rng.normal(0, 1.5))) for step in range(9)]
        else:
            steps = np.cumsum(rng.normal(0, width / 260, (14, 2)), axis=0) + np.array((x, y))
            points = [(int(a), int(b)) for a, b in steps]
        cv2.polylines(page, [np.array(points, np.int32)], False, gray, thick, cv2.LINE_AA)
    return page


def crease(image: Gray, rng: Rng) -> Gray:
    """A fold across the page: a thin line, dark on one side and light on the other."""
    page = image.astype(np.float32)
    height = page.shape[0]
    y = int(height * rng.choice((1 / 3, 1 / 2, 2 / 3)) + rng.normal(0, 8))
    reach = max(2, height // 300)
    page[y : y + reach] -= np.linspace(45, 0, reach, dtype=np.float32)[:, None]
    page[y - reach : y] += np.linspace(0, 25, reach, dtype=np.float32)[:, None]
    return np.clip(page, 0, 255).astype(np.uint8)


def fade(image: Gray, strength: float, rng: Rng) -> Gray:
    """Bands of little toner down the page, in which black turns gray."""
    width = image.shape[1]
    coarse = np.asarray(rng.uniform(0, 1, (1, 14)), np.float32) ** 2
    band = cv2.resize(coarse, (width, 1), interpolation=cv2.INTER_CUBIC).clip(0, 1) * strength
    return (255 - (255 - image.astype(np.float32)) * (1 - band)).astype(np.uint8)


def photograph(image: Gray, shift: float, rng: Rng) -> Gray:
    """The page on a desk as a camera sees it: corners moved, the desk around it, light from one side."""
    height, width = image.shape
    edge = 0.03 * width
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    inner = corners * (1 - 2 * edge / width) + edge
    moved = (inner + rng.uniform(-shift, shift, (4, 2)) * width / 2).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    desk = float(rng.integers(60, 150))
    page = cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=desk)
    return light_unevenly(np.asarray(page, np.uint8), 70, rng)


def wear_page(image: Gray, back: Gray | None, wear: Wear, glass: Glass, rng: Rng) -> Gray:
    """One page with all effects of ``wear``, in the order in which they happen to paper."""
    page = image
    if back is not None and wear.show_through:
        page = show_through(page, back, wear.show_through * float(rng.uniform(0.5, 1)))
    if wear.faint:
        page = fade(page, wear.faint, rng)
    for often, effect in ((wear.handwriting, write_by_hand), (wear.stamps, stamp), (wear.creases, crease)):
        if rng.random() < often:
            page = effect(page, rng)
    if rng.random() < wear.holes:
        page = punch(page, glass, rng)
    if wear.generations:
        page = copy_again(page, wear.generations, rng)
    if glass.lines:
        page = draw_hairlines(page, glass, rng)
    if wear.uneven:
        page = light_unevenly(page, wear.uneven, rng)
    return photograph(page, wear.perspective, rng) if wear.perspective else page
