"""Lines of two columns that were read as one, cut at the gutter.

Columns may stand no farther apart than words of a justified line do.  What shows a gutter is that lines near by end
before it and begin behind it, with no word in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kompass_extract.blocks.parts import split_at
from kompass_extract.words.page_reader import ReadStrip

# Lengths in cap heights.
LEAST_GAP = 0.9  # the narrowest gutter
NEAR = 20.0  # above and below a line where others show its gutter
SAME_START = 0.25  # between the left edges of a column's lines
LEAST_LINES = 3  # that begin behind a gutter, and that end before it
LEAST_WORDS = 4  # of a line that may be two


def cut_at_gutters(strips: Sequence[ReadStrip], em: float) -> list[ReadStrip]:
    """The strips, those cut in two that stand over a gutter."""
    return [part for strip in strips for part in split_at(strip, _gutters(strip, strips, em))]


def _gutters(strip: ReadStrip, strips: Sequence[ReadStrip], em: float) -> list[float]:
    words = strip.line.words
    if len(words) < LEAST_WORDS:
        return []
    gaps = [(a.box.x1, b.box.x0) for a, b in pairwise(words) if b.box.x0 - a.box.x1 >= LEAST_GAP * em]
    if not gaps:
        return []
    return [(x0 + x1) / 2 for x0, x1 in gaps if _is_gutter(x0, x1, strip, strips, em)]


def _is_gutter(x0: float, x1: float, strip: ReadStrip, strips: Sequence[ReadStrip], em: float) -> bool:
    """Whether enough lines near by begin where the gap ends, and end where it begins, for it to be a gutter."""
    near = list(_down_to_words((x0 + x1) / 2, strip, strips, em))
    begin = sum(abs(other.line.box.x0 - x1) <= SAME_START * em for other in near)
    end = sum(abs(other.line.box.x1 - x0) <= SAME_START * em for other in near)
    return min(begin, end) >= LEAST_LINES


def _down_to_words(x: float, strip: ReadStrip, strips: Sequence[ReadStrip], em: float) -> Iterator[ReadStrip]:
    """The lines above and below a strip, each way as far as the first with a word at ``x``."""
    near = [s for s in strips if s is not strip and abs(s.baseline - strip.baseline) <= NEAR * em]
    for way in (-1, 1):
        side = [s for s in near if way * (s.baseline - strip.baseline) >= (way + 1) / 2 * 0.1]
        for other in sorted(side, key=lambda s: way * s.baseline):
            if any(word.box.x0 < x < word.box.x1 for word in other.line.words):
                break
            yield other
