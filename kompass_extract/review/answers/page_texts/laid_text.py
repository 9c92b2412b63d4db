"""A text laid over the lines that a block has: which words stand on which line, and where."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from kompass_extract.model.geometry import Box
from kompass_extract.review.answers.page_texts.inked_lines import InkedLine
from kompass_extract.review.answers.page_texts.placed_text import PlacedLine, PlacedWord

LETTER_WIDTH, LINE_HEIGHT = 5.5, 14.0  # points of a usual letter and line, where no picture shows them
GAPS_WEIGHT = 4.0
"""Of a gap's square against a misfit's: gaps are some four points wide, words some eight off their letters' width."""
OVERFULL = 1.5  # of a line's share of the letters: no line is tried with more than that and a word
TIGHTEST = 0.12  # of its letters' usual width: a gap's ink is none of a word that is wider; a lone "l" has a fifth


def laid(text: str, lines: Sequence[InkedLine], box: Box, *, corrected: bool = False) -> tuple[PlacedLine, ...]:
    """Return the text's words on the lines of a block; on even lines where none were found."""
    words = text.split()
    if not words:
        return ()
    lines = lines or even_lines(text, box)
    placed = []
    for line, (first, last) in zip(lines, _shared(words, [line.box.width for line in lines]), strict=True):
        if first < last:
            placed.append(PlacedLine(line.box, _words(words[first:last], line), corrected))
    return tuple(placed)


def even_lines(text: str, box: Box) -> list[InkedLine]:
    """Return as many lines of one height as a text needs within a box."""
    by_height = max(1, round(box.height / LINE_HEIGHT))
    by_width = max(1, round(len(text) * LETTER_WIDTH / max(box.width, LETTER_WIDTH)))
    count = min(by_height, by_width)
    height = box.height / count
    boxes = [Box(box.x0, box.y0 + at * height, box.x1, box.y0 + (at + 1) * height) for at in range(count)]
    return [InkedLine(one, ((one.x0, one.x1),)) for one in boxes]


def _shared(words: Sequence[str], widths: Sequence[float]) -> list[tuple[int, int]]:
    """Return the first and last word of each line, so that letters and widths go together best over all lines."""
    if len(widths) == 1:
        return [(0, len(words))]
    letters = [0]
    for word in words:
        letters.append(letters[-1] + len(word) + 1)
    scale = sum(widths) / letters[-1]
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}  # words placed: the misfit, where each line ended
    for at, width in enumerate(widths):
        after: dict[int, tuple[float, tuple[int, ...]]] = {}
        most = width * OVERFULL / scale + len(max(words, key=len)) + 1
        for done, (cost, ends) in best.items():
            until = bisect_right(letters, letters[done] + most)
            for end in [len(words)] if at == len(widths) - 1 else range(done, until):
                misfit = cost + ((letters[end] - letters[done]) * scale - width) ** 2
                if end not in after or misfit < after[end][0]:
                    after[end] = (misfit, (*ends, end))
        best = after
    ends = best[len(words)][1]
    return list(zip((0, *ends[:-1]), ends, strict=True))


def _words(words: Sequence[str], line: InkedLine) -> tuple[PlacedWord, ...]:
    """Return the words of a line at their ink: its widest gaps part them, or those that fit the words' lengths."""
    letter = line.box.width / (sum(map(len, words)) + len(words) - 1)
    parts = _parted(line, len(words))
    if any(right - left < TIGHTEST * letter * len(word) for word, (left, right) in zip(words, parts, strict=False)):
        parts = _fitted(line, [letter * len(word) for word in words])
    return tuple(
        PlacedWord(word, Box(left, line.box.y0, right, line.box.y1))
        for word, (left, right) in zip(words, parts or _by_letters(words, line.box), strict=True)
    )


def _parted(line: InkedLine, count: int) -> list[tuple[float, float]]:
    pairs = zip(line.spans, line.spans[1:], strict=False)
    gaps = sorted(((after[0] - before[1], at) for at, (before, after) in enumerate(pairs)), reverse=True)
    if len(gaps) < count - 1:
        return []
    cuts = sorted(at for _, at in gaps[: count - 1])
    firsts = [0, *(at + 1 for at in cuts)]
    lasts = [*cuts, len(line.spans) - 1]
    return [(line.spans[first][0], line.spans[last][1]) for first, last in zip(firsts, lasts, strict=True)]


def _fitted(line: InkedLine, widths: Sequence[float]) -> list[tuple[float, float]]:
    """Return spans of ink together as wide as each word should be; there are no fewer spans than words."""
    spans = line.spans
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}  # spans taken: the misfit, where each word ended
    for at, width in enumerate(widths):
        after: dict[int, tuple[float, tuple[int, ...]]] = {}
        behind = len(widths) - at - 1  # words that want a span each
        for taken, (cost, ends) in best.items():
            for end in [len(spans)] if not behind else range(taken + 1, len(spans) - behind + 1):
                gap = spans[end][0] - spans[end - 1][1] if behind else 0.0
                misfit = cost + (spans[end - 1][1] - spans[taken][0] - width) ** 2 - GAPS_WEIGHT * gap**2
                if end not in after or misfit < after[end][0]:
                    after[end] = (misfit, (*ends, end))
        best = after
    ends = best[len(spans)][1]
    return [(spans[first][0], spans[last - 1][1]) for first, last in zip((0, *ends[:-1]), ends, strict=True)]


def _by_letters(words: Sequence[str], box: Box) -> list[tuple[float, float]]:
    letter = box.width / (sum(map(len, words)) + len(words) - 1)
    found, at = [], box.x0
    for word in words:
        found.append((at, at + len(word) * letter))
        at += (len(word) + 1) * letter
    return found
