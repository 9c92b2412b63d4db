"""Strips with words as the reader would give them, built by hand: baselines, columns and list marks at will."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kompass_extract.model.document import Line, PageKind, Word
from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Rule, Run
from kompass_extract.words.page_reader import PageReading, ReadStrip

EM = 7.2  # height of a capital of ten-point text
LETTER, SPACE, PITCH = 4.8, 2.8, 13.0
WIDTH, HEIGHT = 595.0, 842.0


def strip(
    x: float,
    baseline: float,
    text: str,
    *,
    size: float = EM,
    stroke: float = 0.15,
    bullet: bool = False,
    confidence: float = 0.96,
) -> ReadStrip:
    """One strip from ``x`` on; ``size`` is the height of its capitals, a list mark stands 11 points before it."""
    words, reach = [], x
    for text_ in text.split():
        width = LETTER * len(text_) * size / EM
        words.append(Word(text_, Box(reach, baseline - size, reach + width, baseline + 0.25 * size), confidence))
        reach += width + SPACE * size / EM
    box = Box(x, baseline - size, words[-1].box.x1, baseline + 0.25 * size)
    mark = Box(x - 11, baseline - 5, x - 8, baseline - 2) if bullet else None
    return ReadStrip(Line(box, tuple(words), mark), size, stroke, baseline)


def lines(x: float, baseline: float, texts: Iterable[str], *, bullet: bool = False, **style: float) -> list[ReadStrip]:
    """Lines of one text below each other, a list mark before the first."""
    return [strip(x, baseline + PITCH * n, text, bullet=bullet and n == 0, **style) for n, text in enumerate(texts)]


def items(x: float, baseline: float, texts: Sequence[Sequence[str]], *, gap: float = 5.0) -> list[ReadStrip]:
    """List items with marks, each of one or more lines."""
    made: list[ReadStrip] = []
    for text in texts:
        made.extend(lines(x, baseline, text, bullet=True))
        baseline += PITCH * len(text) + gap
    return made


def page(
    strips: Iterable[ReadStrip], number: int = 1, rules: Sequence[Rule] = (), graphics: Sequence[Box] = ()
) -> PageReading:
    """A page that was read without trouble."""
    return PageReading(
        number, WIDTH, HEIGHT, 0, 0.0, PageKind.SCANNED, "read", EM, tuple(strips), tuple(rules), tuple(graphics)
    )


def rule(x0: float, y0: float, x1: float, y1: float) -> Rule:
    """A rule 0.6 points thick, horizontal when y0 equals y1."""
    horizontal = y0 == y1
    return Rule(Box(x0, y0, x1 + (0 if horizontal else 0.6), y1 + (0.6 if horizontal else 0)), horizontal)


def runs(x: float, baseline: float, text: str, *, space: float = SPACE) -> list[Run]:
    """Ink of a line: one run per word, as where word spaces are stretched; letters stand 0.4 points apart."""
    made, reach = [], x
    for word in text.split():
        width = LETTER * len(word)
        box = Box(reach, baseline - EM, reach + width, baseline)
        first = Box(reach, baseline - EM, reach + LETTER - 0.4, baseline)
        made.append(Run(box, tuple(range(len(word))), EM, 1.0, (), first, baseline))
        reach += width + space
    return made


def mark(x0: float, y0: float, x1: float, y1: float) -> Run:
    """Ink that stands alone, such as a list mark."""
    box = Box(x0, y0, x1, y1)
    return Run(box, (1,), y1 - y0, 1.0, (), box, y1)
