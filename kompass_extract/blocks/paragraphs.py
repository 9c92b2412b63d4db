"""From the lines of one column to paragraphs, headings and list items, by the verdicts of the line-pair model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from kompass_extract.blocks import GOES_ON
from kompass_extract.blocks.pair_features import Array
from kompass_extract.words.page_reader import ReadStrip

MOST_PITCH_CAPS = 3.3  # lines of one text are no further apart (line height 2.3 times the font size)
USUAL_PITCH_CAPS = 1.9  # where a column has no two lines of one text


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that make one block, top to bottom; ``space`` is the white above it in lines (1 = usual pitch).

    ``rest`` is the probability that its first line goes on with the line above, ``whole`` the least of those inside.
    """

    strips: tuple[ReadStrip, ...]
    space: float = 2.0
    rest: float = 0.0
    whole: float = 1.0

    @property
    def bulleted(self) -> bool:
        return self.strips[0].line.bullet is not None


def lines_of(strips: Sequence[ReadStrip]) -> tuple[tuple[ReadStrip, ...], ...]:
    """Strips sorted by baseline as lines: those on one baseline together, left to right."""
    lines: list[list[ReadStrip]] = []
    for strip in strips:
        if lines and _same_line(lines[-1][-1], strip):
            lines[-1].append(strip)
            lines[-1].sort(key=lambda s: s.line.box.x0)
        else:
            lines.append([strip])
    return tuple(map(tuple, lines))


def _same_line(a: ReadStrip, b: ReadStrip) -> bool:
    p, q = a.line.box, b.line.box
    shared = min(p.y1, q.y1) - max(p.y0, q.y0)
    return shared > 0.5 * min(p.height, q.height) and (p.x1 <= q.x0 + 1 or q.x1 <= p.x0 + 1)


def join_stretches(lines: Sequence[Sequence[ReadStrip]], going_on: Array, cap: float) -> list[Stretch]:
    """The blocks of a column; ``going_on`` is for each line but the last the probability that the next goes on."""
    steps = [lines[i + 1][0].baseline - lines[i][0].baseline for i in range(len(lines) - 1)]
    usual = _usual_step(steps, going_on, cap)
    stretches: list[Stretch] = []
    start = 0
    for end in range(1, len(lines) + 1):
        if end < len(lines) and going_on[end - 1] >= GOES_ON:
            continue
        strips = tuple(strip for line in lines[start:end] for strip in line)
        rest = float(going_on[start - 1]) if start else 0.0
        space = steps[start - 1] / max(1.0, usual) if start else 2.0
        stretches.append(Stretch(strips, space, rest, float(min(going_on[start : end - 1], default=1.0))))
        start = end
    return stretches


def _usual_step(steps: Sequence[float], going_on: Array, cap: float) -> float:
    """The usual distance between lines of one text in the column, in points."""
    inside = [step for step, going in zip(steps, going_on, strict=True) if going >= GOES_ON]
    close = inside or sorted(step for step in steps if 0.9 * cap < step < MOST_PITCH_CAPS * cap)[:1]
    return median(close) if close else USUAL_PITCH_CAPS * cap
