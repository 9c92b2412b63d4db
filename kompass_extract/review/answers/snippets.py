"""The part of a passage that shows why it was found."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from kompass_extract.review.answers import swedish_words

WIDTH = 200  # letters of a snippet
LEAD = 60  # letters before the first found word
CUT = "…"

Marks = tuple[tuple[int, int], ...]


def snippet(text: str, found: Collection[str]) -> tuple[str, Marks]:
    """Return at most about ``WIDTH`` letters around the found stems, and where their words stand within."""
    text = unicodedata.normalize("NFC", text)
    spans = [(start, end) for word, start, end in swedish_words.words(text) if swedish_words.stem(word) in found]
    if len(text) <= WIDTH:
        return text, tuple(spans)
    start = _start(text, spans)
    end = _word_end(text, min(len(text), start + WIDTH))
    head, tail = CUT if start else "", CUT if end < len(text) else ""
    shift = len(head) - start
    marks = tuple((left + shift, right + shift) for left, right in spans if start <= left and right <= end)
    return f"{head}{text[start:end]}{tail}", marks


def _start(text: str, spans: list[tuple[int, int]]) -> int:
    """Return the beginning of the window with the most found words in it, at a word's beginning."""
    best = max(
        (max(0, left - LEAD) for left, _ in spans),
        key=lambda begin: (sum(begin <= left and right <= begin + WIDTH for left, right in spans), -begin),
        default=0,
    )
    best = min(best, max(0, len(text) - WIDTH))
    return text.rfind(" ", 0, best) + 1 if best else 0


def _word_end(text: str, end: int) -> int:
    if end == len(text):
        return end
    space = text.rfind(" ", 0, end)
    return space if space > 0 else end
