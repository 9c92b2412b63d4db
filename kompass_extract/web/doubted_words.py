"""The words of a reading that the machine was not sure of, to be marked where a person reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from kompass_extract.model.pointers import AnyField
from kompass_extract.review.service.desk_values import Item

MAY_BE = "word-may-be"
MOST_WORDS = 24
"""Marked words of a text; where more are in doubt, the marks would say nothing."""
LEAST_ALIKE = 0.5
"""Likeness, 0..1, of two readings from which their differences are words misread and not another text."""
_EDGES = ".,;:!?()\"'”“»«"


def unsure_words(item: Item | AnyField) -> tuple[str, ...]:
    """Words that may be another, were repaired, or stand otherwise in another reading; each once, in their order."""
    if not isinstance(item.value, str) or item.review is not None:
        return ()
    words = item.value.split()
    named = {str(one.params.get("word", "")) for one in item.reasons if one.code == MAY_BE}
    others = [item.raw, *(one.value for one in item.alternatives)]
    differing = {word for other in others if isinstance(other, str) for word in _differing(words, other.split())}
    bare = [(word.strip(_EDGES), word) for word in words]
    found = [own for own, word in bare if own and ({own, word} & (named | differing))]
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def _differing(words: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    """The words that stand otherwise in another reading of the same text."""
    compared = SequenceMatcher(None, words, others, autojunk=False)
    letters = SequenceMatcher(None, " ".join(words), " ".join(others), autojunk=False)
    if letters.quick_ratio() < LEAST_ALIKE:
        return
    for operation, start, end, _, _ in compared.get_opcodes():
        if operation == "replace":
            yield from words[start:end]


def marked(text: str, unsure: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, each with whether it is one of the unsure words."""
    if not unsure:
        return ((text, False),)
    longest_first = "|".join(re.escape(word) for word in sorted(unsure, key=len, reverse=True))
    pieces = re.split(rf"(?<!\w)({longest_first})(?!\w)", text)
    return tuple((piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece)
