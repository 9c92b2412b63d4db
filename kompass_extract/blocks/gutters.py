"""Lines of two columns that were read as one, cut at the gutter.

Columns may stand no farther apart than words of a justified line do.  What shows a gutter is that lines near by end
before it and begin behind it, with no word in it.  Where columns begin on many lines of the report, two lines are
enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from kompass_extract.blocks.parts import split_at
from kompass_extract.words.page_reader import ReadStrip

# Lengths in cap heights.
LEAST_GAP = 0.9  # the narrowest gutter
NEAR = 20.0  # above and below a line where others show its gutter
SAME_START = 0.25  # between the left edges of a column's lines
RAGGED = 4.0  # between the right edges of a column's lines: ragged ones, and hyphens that hang over the edge
LEAST_LINES = 3  # that begin behind a gutter, and that end before it
LEAST_WORDS = 2  # of a line that may be two
NEXT_LINE = 2.8  # to the line above or below
LEAST_STARTS = 12  # lines of the report that show where a column begins
LEAST_BESIDE = 3  # words of such a line: cells of tables have fewer


def column_starts(pages: Iterable[Sequence[ReadStrip]], em: float) -> list[float]:
    """Where columns of text begin on many lines of a report, behind text on the same line."""
    found: Counter[int] = Counter()
    for strips in pages:
        texts = sorted((s for s in strips if len(s.line.words) >= LEAST_BESIDE), key=lambda s: s.baseline)
        for place, strip in enumerate(texts):
            level = [s for s in texts[max(0, place - 4) : place + 5] if abs(s.baseline - strip.baseline) < 0.3 * em]
            if any(s.line.box.x1 + LEAST_GAP * em <= strip.line.box.x0 for s in level):
                found[round(strip.line.box.x0)] += 1
    return [float(x) for x in found if found[x - 1] + found[x] + found[x + 1] >= LEAST_STARTS]


def cut_at_gutters(strips: Sequence[ReadStrip], em: float, starts: Sequence[float] = ()) -> list[ReadStrip]:
    """The strips, those cut in two that stand over a gutter; columns of the report begin at ``starts``."""
    return [part for strip in strips for part in split_at(strip, _gutters(strip, strips, em, starts))]


def _gutters(strip: ReadStrip, strips: Sequence[ReadStrip], em: float, starts: Sequence[float]) -> list[float]:
    if len(strip.line.words) < LEAST_WORDS:
        return []
    return [
        (x0 + x1) / 2
        for x0, x1 in _gaps(strip, em)
        if _is_gutter(x0, x1, strip, strips, em) or _is_usual(x1, strip, strips, em, starts)
    ]


def _gaps(strip: ReadStrip, em: float) -> list[tuple[float, float]]:
    words = strip.line.words
    return [(a.box.x1, b.box.x0) for a, b in pairwise(words) if b.box.x0 - a.box.x1 >= LEAST_GAP * em]


def _is_usual(x: float, strip: ReadStrip, strips: Sequence[ReadStrip], em: float, starts: Sequence[float]) -> bool:
    """Whether a column of the report begins at ``x``, and a line right above or below has a gap before it too."""
    if not any(abs(x - start) <= SAME_START * em for start in starts):
        return False
    near = [s for s in strips if s is not strip and abs(s.baseline - strip.baseline) <= NEXT_LINE * em]
    return any(abs(x - after) <= SAME_START * em for other in near for _, after in _gaps(other, em))


def _is_gutter(x0: float, x1: float, strip: ReadStrip, strips: Sequence[ReadStrip], em: float) -> bool:
    """Whether enough lines near by begin where the gap ends, and end right before it, for it to be a gutter."""
    near = list(_down_to_words((x0 + x1) / 2, strip, strips, em))
    begin = sum(abs(other.line.box.x0 - x1) <= SAME_START * em for other in near)
    end = sum(-RAGGED * em <= other.line.box.x1 - x0 <= SAME_START * em for other in near)
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
