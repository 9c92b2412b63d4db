"""Attach the raw readings to restored words of text input, whose lines are restored before they are parsed.

The parser moves lines into blocks and drops bullets, so a word is found again by its text and its neighbours
on the restored line; the same word with the same neighbours was nearly always read in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kompass_extract.model.document import Block, Document, Line, Word
from kompass_extract.repair import RepairedLine

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _WordOrigin:
    """The raw reading of a restored word, the confidence of the restoration, and alternatives."""

    raw: str
    confidence: float
    alternatives: tuple[str, ...]


def with_origins(document: Document, lines: Sequence[RepairedLine]) -> Document:
    """Add ``raw``, confidence and alternatives to each word that a repair changed or doubts."""
    exact: dict[Key, _WordOrigin] = {}
    for line in lines:
        for key, origin in _origins(line):
            exact.setdefault(key, origin)
    if not exact:
        return document
    by_word: dict[str, _WordOrigin] = {}
    for (_, word, _), origin in exact.items():
        by_word.setdefault(word, origin)
    pages = tuple(
        replace(page, blocks=tuple(_block(block, exact, by_word) for block in page.blocks)) for page in document.pages
    )
    return replace(document, pages=pages)


def _origins(line: RepairedLine) -> Iterator[tuple[Key, _WordOrigin]]:
    """Yield the repaired words of a line with their neighbours."""
    words = line.text.split()
    places = _places(line.text)
    shift = 0
    for repair in line.repairs:
        start = repair.start + shift
        shift += len(repair.restored) - (repair.end - repair.start)
        index = next((i for i, (a, b) in enumerate(places) if a <= start < b), None)
        if index is None or (repair.raw == repair.restored and not repair.doubtful):
            continue
        raw = words[index].replace(repair.restored, repair.raw, 1)
        others = tuple(words[index].replace(repair.restored, text, 1) for text, _ in repair.alternatives)
        alternatives = tuple(text for text in others if text != words[index]) if repair.doubtful else ()
        before = words[index - 1] if index else ""
        after = words[index + 1] if index + 1 < len(words) else ""
        yield (before, words[index], after), _WordOrigin(raw, repair.confidence, alternatives)


def _places(text: str) -> list[tuple[int, int]]:
    """Return the start and end of each word of a line."""
    places, position = [], 0
    for word in text.split():
        start = text.index(word, position)
        position = start + len(word)
        places.append((start, position))
    return places


def _block(block: Block, exact: dict[Key, _WordOrigin], by_word: dict[str, _WordOrigin]) -> Block:
    lines = tuple(_line(line, exact, by_word) for line in block.lines)
    cells = tuple(
        replace(cell, lines=tuple(_line(line, exact, by_word) for line in cell.lines)) for cell in block.cells
    )
    return replace(block, lines=lines, cells=cells)


def _line(line: Line, exact: dict[Key, _WordOrigin], by_word: dict[str, _WordOrigin]) -> Line:
    texts = ["", *(word.text for word in line.words), ""]
    company = [(a, b, c) for (a, b), c in zip(pairwise(texts), texts[2:], strict=False)]
    words = tuple(
        _with_origin(word, exact.get(key) or by_word.get(word.text))
        for word, key in zip(line.words, company, strict=True)
    )
    return replace(line, words=words)


def _with_origin(word: Word, origin: _WordOrigin | None) -> Word:
    if origin is None:
        return word
    raw = origin.raw if origin.raw != word.text else None
    sure = min(word.confidence, origin.confidence) if origin.alternatives else word.confidence
    return replace(word, raw=raw, confidence=sure, alternatives=origin.alternatives)
