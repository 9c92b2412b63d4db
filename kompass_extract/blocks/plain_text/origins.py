"""What stood in the file, put beside each word of the document that reads otherwise now.

The parser moves lines into blocks, wraps them and drops list marks and tags, so a word is found again by itself and
its neighbours, then by itself and one of them.  A mark that finds no place goes to every word that reads as it does:
a doubt is rather told twice than lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from kompass_extract.model.document import Block, Document, Line, Word

# A line with more words is no line of a report; its marks go by their words alone.
MOST_WORDS = 2_000
_TAG = re.compile(r"<[^<>]{0,200}>")
_Key = tuple[str, str, str]
_Rewrite = Callable[[Sequence[Word]], Iterable[Word]]
_ANY = "\0"  # in a key: whatever stands there


@dataclass(frozen=True, slots=True)
class WordMark:
    """How a word stood in the file (None: as now), its confidence (0..1; None: as any word's), what else it may be."""

    raw: str | None = None
    confidence: float | None = None
    alternatives: tuple[str, ...] = ()


Marks = dict[int, dict[int, WordMark]]
"""By line of the file and word of the line, both from 0."""


def raw_marks(raw: Sequence[str], lines: Sequence[str]) -> Marks:
    """A mark for each word of ``lines`` that stands otherwise in ``raw``, line by line."""
    found: Marks = {}
    for number, (before, after) in enumerate(zip(raw, lines, strict=True)):
        if before != after and after.strip():
            marks = {place: WordMark(word) for place, word in _changed(_file_words(before), after.split())}
            if marks:
                found[number] = marks
    return found


def with_marks(document: Document, marks: Marks, before: Sequence[str], after: Sequence[str]) -> Document:
    """The document with the marks, which count the words of ``before``; it was parsed from the lines ``after``."""
    keyed = [(key, mark) for number in marks for key, mark in _keyed(marks[number], before[number], after[number])]
    if not keyed:
        return document
    exact = _first_of((key, mark) for key, mark in keyed)
    nearly = _first_of((one, mark) for key, mark in keyed for one in _one_neighbour(key))
    used: set[int] = set()

    def marked(words: Sequence[Word]) -> Iterator[Word]:
        texts = ["", *(word.text for word in words), ""]
        for place, word in enumerate(words):
            key = texts[place], word.text, texts[place + 2]
            mark = exact.get(key) or next((nearly[one] for one in _one_neighbour(key) if one in nearly), None)
            if mark is not None:
                used.add(id(mark))
            yield word if mark is None else _with_mark(word, mark)

    document = _with_words(document, marked)
    lost = _first_of(((_ANY, key[1], _ANY), mark) for key, mark in keyed if id(mark) not in used and mark.alternatives)
    if not lost:
        return document

    def marked_by_itself(words: Sequence[Word]) -> Iterator[Word]:
        for word in words:
            mark = lost.get((_ANY, word.text, _ANY))
            yield word if mark is None or word.raw is not None else _with_mark(word, mark)

    return _with_words(document, marked_by_itself)


def _first_of(pairs: Iterable[tuple[_Key, WordMark]]) -> dict[_Key, WordMark]:
    found: dict[_Key, WordMark] = {}
    for key, mark in pairs:
        found.setdefault(key, mark)
    return found


def _one_neighbour(key: _Key) -> tuple[_Key, _Key]:
    return (key[0], key[1], _ANY), (_ANY, key[1], key[2])


def _keyed(marks: dict[int, WordMark], before: str, after: str) -> Iterator[tuple[_Key, WordMark]]:
    """The marks of a line with their words and neighbours as the line stands after its repair."""
    old, words = before.split(), after.split()
    places = range(len(old)) if len(old) == len(words) else _kept(old, words)
    plain = ["", *(_TAG.sub("", word) for word in words), ""]
    for place, now in enumerate(places):
        if place in marks and now is not None:
            mark = marks[place]
            yield (plain[now], plain[now + 1], plain[now + 2]), mark


def _kept(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """For each old word the place of the same word among the new ones."""
    found: list[int | None] = [None] * len(old)
    if max(len(old), len(new)) <= MOST_WORDS:
        for a, b, size in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
            found[a : a + size] = range(b, b + size)
    return found


def _file_words(line: str) -> list[str]:
    """The words between the file's own spaces; a no-break space that is half of a letter parts nothing."""
    return [word for word in re.split(r"[ \t\f]+", line) if word]


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each new word that is not the old one of its place, with the old one."""
    if len(old) == len(new):
        yield from ((place, was) for place, (was, now) in enumerate(zip(old, new, strict=True)) if was != now)
    elif max(len(old), len(new)) <= MOST_WORDS:
        for kind, a, end, b, other in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind == "replace":
                for place in range(b, other):
                    yield place, old[a + place - b] if end - a == other - b else " ".join(old[a:end])


def _with_words(document: Document, words: _Rewrite) -> Document:
    pages = tuple(replace(page, blocks=tuple(_block(block, words) for block in page.blocks)) for page in document.pages)
    return replace(document, pages=pages)


def _block(block: Block, words: _Rewrite) -> Block:
    cells = tuple(replace(cell, lines=tuple(_line(line, words) for line in cell.lines)) for cell in block.cells)
    return replace(block, lines=tuple(_line(line, words) for line in block.lines), cells=cells)


def _line(line: Line, words: _Rewrite) -> Line:
    return replace(line, words=tuple(words(line.words)))


def _with_mark(word: Word, mark: WordMark) -> Word:
    return replace(
        word,
        raw=word.raw if mark.raw is None or mark.raw == word.text else mark.raw,
        confidence=word.confidence if mark.confidence is None else min(word.confidence, mark.confidence),
        alternatives=word.alternatives or mark.alternatives,
    )
