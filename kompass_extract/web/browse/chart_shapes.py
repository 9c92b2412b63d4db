"""Geometry of the pages' charts.  Templates draw them as SVG whose colours come from the style sheet.

A strict Content-Security-Policy lets no style attribute through, which plotting libraries write; classes also follow
light, dark and print.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kompass_extract.review.answers.view_values import Spread

FULL = 100.0  # points of an area, and per cent


@dataclass(frozen=True, slots=True)
class ChartMark:
    """A value's place in a chart; ``sure`` values are drawn filled, others hollow."""

    x: float
    y: float
    label: str
    value: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between two marks, dashed where one of them is not sure."""

    x1: float
    y1: float
    x2: float
    y2: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Radar:
    """One report's areas and their means on axes from one centre."""

    size: float
    rings: tuple[float, ...]
    axes: tuple[Edge, ...]
    labels: tuple[ChartMark, ...]
    own: tuple[ChartMark, ...]
    own_edges: tuple[Edge, ...]
    own_fill: str | None
    mean_fill: str | None


RADAR_SIZE, RADAR_RADIUS = 360.0, 138.0
RINGS = (25.0, 50.0, 75.0, 100.0)


def radar(areas: Sequence[tuple[int, float | None, bool, float | None]]) -> Radar | None:
    """Return the radar of areas given as number, score, needs_review and mean; None for fewer than three."""
    count = len(areas)
    if count < 3:
        return None
    own: list[ChartMark | None] = []
    mean: list[ChartMark | None] = []
    axes, labels = [], []
    for place, (number, score, unsure, middle) in enumerate(areas):
        own.append(_spoke(place, count, score, str(number), sure=not unsure))
        mean.append(_spoke(place, count, middle, str(number), sure=True))
        end = _at(place, count, FULL)
        axes.append(Edge(0.0, 0.0, *end, sure=True))
        labels.append(ChartMark(*_at(place, count, FULL * 1.13), str(number), FULL, sure=True))
    complete = all(one is not None and one.sure for one in own)
    return Radar(
        RADAR_SIZE, tuple(RADAR_RADIUS * one / FULL for one in RINGS), tuple(axes), tuple(labels),
        tuple(one for one in own if one is not None), tuple(_edges([*own, own[0]])),
        _polygon(own) if complete else None, _polygon(mean) if all(mean) else None,
    )  # fmt: skip


def _at(place: int, count: int, value: float) -> tuple[float, float]:
    angle = 2 * math.pi * place / count - math.pi / 2
    length = RADAR_RADIUS * value / FULL
    return round(length * math.cos(angle), 2), round(length * math.sin(angle), 2)


def _spoke(place: int, count: int, value: float | None, label: str, *, sure: bool) -> ChartMark | None:
    return None if value is None else ChartMark(*_at(place, count, value), label, value, sure)


def _edges(marks: Sequence[ChartMark | None]) -> list[Edge]:
    return [Edge(a.x, a.y, b.x, b.y, a.sure and b.sure) for a, b in pairwise(marks) if a is not None and b is not None]


def _polygon(marks: Sequence[ChartMark | None]) -> str:
    return " ".join(f"{one.x},{one.y}" for one in marks if one is not None)


@dataclass(frozen=True, slots=True)
class Trend:
    """Values over years: marks with the lines between them, and a band of quartiles where there is one."""

    width: float
    height: float
    marks: tuple[ChartMark, ...]
    edges: tuple[Edge, ...]
    band: str | None
    years: tuple[ChartMark, ...]
    levels: tuple[ChartMark, ...]


def trend(
    values: Sequence[tuple[int, float | None, bool]], *, width: float, height: float, spreads: Sequence[Spread] = ()
) -> Trend:
    """Return values given as year, per cent and needs_review as a line; ``spreads`` of the same years make the band."""
    years = [year for year, _, _ in values]
    first, last = (min(years), max(years)) if years else (0, 0)
    span = max(1, last - first)
    left, right, top, bottom = 8.0, width - 8.0, 8.0, height - 8.0

    def x(year: int) -> float:
        return round(left + (right - left) * ((year - first) / span if last > first else 0.5), 2)

    def y(value: float) -> float:
        return round(bottom - (bottom - top) * min(FULL, max(0.0, value)) / FULL, 2)

    marks = [
        None if value is None else ChartMark(x(year), y(value), str(year), value, not unsure)
        for year, value, unsure in values
    ]
    banded = [(year, one) for year, one in zip(years, spreads, strict=False) if one.n]
    upper = [f"{x(year)},{y(one.upper or 0.0)}" for year, one in banded]
    lower = [f"{x(year)},{y(one.lower or 0.0)}" for year, one in reversed(banded)]
    return Trend(
        width, height, tuple(one for one in marks if one is not None), tuple(_edges([one for one in marks if one])),
        " ".join([*upper, *lower]) if len(banded) > 1 else None,
        tuple(ChartMark(x(year), bottom, str(year), float(year), sure=True) for year in years),
        tuple(ChartMark(left, y(level), f"{level:g}", level, sure=True) for level in (0.0, 50.0, 100.0)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a histogram, its height in per cent of the highest; ``unsure`` of its ``count`` wait for review."""

    label: str
    count: int
    unsure: int
    height: float
    unsure_height: float


STEPS = 10  # bars of a histogram from 0 to 100


def histogram(values: Sequence[tuple[float | None, bool]]) -> tuple[Bar, ...]:
    """Return how many values lie in each tenth of 0 to 100; those that wait for review are counted apart."""
    sure, unsure = [0] * STEPS, [0] * STEPS
    for value, waits in values:
        if value is not None:
            place = min(STEPS - 1, max(0, int(value * STEPS / FULL)))
            (unsure if waits else sure)[place] += 1
    most = max(1, *(one + other for one, other in zip(sure, unsure, strict=True)))
    return tuple(
        Bar(f"{10 * place}–{10 * place + 10}", one + other, other, FULL * (one + other) / most, FULL * other / most)
        for place, (one, other) in enumerate(zip(sure, unsure, strict=True))
    )


def columns(counts: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    """Return counts by label as bars."""
    most = max((count for _, count in counts), default=1) or 1
    return tuple(Bar(label, count, 0, FULL * count / most, 0.0) for label, count in counts)
