"""The charts of chapter 2 as SVG: bars, a radar and a profile against an average."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 460, 230


def _svg(body: str, height: int = HEIGHT) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="Liberation Sans" font-size="9">{body}</svg>'
    )


def bars(scores: Sequence[float]) -> str:
    """A column for each area's score (0..100) and the figure above it."""
    step = WIDTH / len(scores)
    body = ""
    for i, score in enumerate(scores):
        x, top = i * step + step * 0.2, 200 - score * 1.7
        body += f'<rect x="{x:.1f}" y="{top:.1f}" width="{step * 0.6:.1f}" height="{score * 1.7:.1f}" fill="#7f9fc4"/>'
        body += f'<text x="{x + step * 0.3:.1f}" y="{top - 3:.1f}" text-anchor="middle">{score}</text>'
        body += f'<text x="{x + step * 0.3:.1f}" y="214" text-anchor="middle">{i + 1}</text>'
    return _svg(body + f'<line x1="0" y1="200" x2="{WIDTH}" y2="200" stroke="#000"/>')


def radar(scores: Sequence[float], names: Sequence[str]) -> str:
    """A net with one spoke an area."""
    cx, cy, radius, count = WIDTH / 2, 140, 95, len(scores)

    def spot(i: int, share: float) -> tuple[float, float]:
        angle = 2 * math.pi * i / count - math.pi / 2
        return cx + radius * share * math.cos(angle), cy + radius * share * math.sin(angle)

    body = ""
    for ring in (0.25, 0.5, 0.75, 1.0):
        points = " ".join("{:.1f},{:.1f}".format(*spot(i, ring)) for i in range(count))
        body += f'<polygon points="{points}" fill="none" stroke="#bbb"/>'
        body += f'<text x="{cx + 2}" y="{cy - radius * ring:.1f}" fill="#666">{int(ring * 100)}</text>'
    points = " ".join("{:.1f},{:.1f}".format(*spot(i, s / 100)) for i, s in enumerate(scores))
    body += f'<polygon points="{points}" fill="none" stroke="#1f4e79" stroke-width="2"/>'
    for i, name in enumerate(names):
        x, y = spot(i, 1.12)
        anchor = "middle" if abs(x - cx) < 10 else "start" if x > cx else "end"
        body += f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="8">{escape(name)}</text>'
    return _svg(body, 280)


def profile(scores: Sequence[float], average: Sequence[float], legend: tuple[str, str]) -> str:
    """Two lines over the areas: the municipality and the average."""
    step, body = WIDTH / (len(scores) + 1), ""
    for level in range(0, 101, 20):
        y = 190 - level * 1.7
        body += f'<line x1="24" y1="{y}" x2="{WIDTH}" y2="{y}" stroke="#ddd"/><text x="2" y="{y + 3}">{level}</text>'
    for values, colour in ((scores, "#1f4e79"), (average, "#c45911")):
        points = " ".join(f"{(i + 1) * step:.1f},{190 - v * 1.7:.1f}" for i, v in enumerate(values))
        body += f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for i in range(len(scores)):
        body += f'<text x="{(i + 1) * step:.1f}" y="204" text-anchor="middle">{i + 1}</text>'
    body += f'<text x="60" y="222" fill="#1f4e79">{escape(legend[0])}</text>'
    return _svg(body + f'<text x="260" y="222" fill="#c45911">{escape(legend[1])}</text>')
