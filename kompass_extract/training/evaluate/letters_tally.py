"""What a repair did to a text, counted against its truth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from rapidfuzz.distance import Levenshtein

HARM_UNIT = 10_000  # words

Lines = Sequence[str]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over a text: words and characters of the truth, edits towards it, and what became of words."""

    words: int = 0
    word_edits: int = 0
    characters: int = 0
    character_edits: int = 0
    damaged: int = 0
    restored: int = 0
    changed: int = 0
    changed_right: int = 0
    harmed: int = 0
    digits_changed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    @property
    def word_error_rate(self) -> float:
        return self.word_edits / max(1, self.words)

    @property
    def character_error_rate(self) -> float:
        return self.character_edits / max(1, self.characters)

    @property
    def precision(self) -> float:
        """Share of changed words that are right after it; 1 where none was changed."""
        return self.changed_right / self.changed if self.changed else 1.0

    @property
    def recall(self) -> float:
        """Share of damaged words that are right after it; 1 where none was damaged."""
        return self.restored / self.damaged if self.damaged else 1.0

    @property
    def harm(self) -> float:
        """Right words made wrong, per 10,000 right words."""
        return HARM_UNIT * self.harmed / max(1, self.words - self.damaged)


def tally_of(raw: Lines, repaired: Lines, truth: Lines) -> Tally:
    """Counts for a text line by line; words are what white space parts."""
    total = Tally()
    for before, after, right in zip(raw, repaired, truth, strict=True):
        total = total + _line_tally(before, after, right)
    return total


def _line_tally(before: str, after: str, right: str) -> Tally:
    raw, repaired, truth = before.split(), after.split(), right.split()
    right_before = {b for _, b in _matches(raw, truth)}
    right_after = {b: a for a, b in _matches(repaired, truth)}
    unchanged = {b for _, b in _matches(raw, repaired)}
    changed = [place for place in range(len(repaired)) if place not in unchanged]
    kept_right = set(right_after.values())
    digits = {re.sub(r"\D", "", word) for word in repaired}
    return Tally(
        words=len(truth),
        word_edits=Levenshtein.distance(repaired, truth),
        characters=len(right),
        character_edits=Levenshtein.distance(after, right),
        damaged=len(truth) - len(right_before),
        restored=sum(place in right_after for place in range(len(truth)) if place not in right_before),
        changed=len(changed),
        changed_right=sum(place in kept_right for place in changed),
        harmed=sum(place not in right_after for place in right_before),
        digits_changed=sum(word not in digits for word in raw if word.isdigit() and word in truth),
    )


def _matches(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Places of equal words in the two, in order."""
    blocks = Levenshtein.opcodes(left, right)
    return [
        (block.src_start + step, block.dest_start + step)
        for block in blocks
        if block.tag == "equal"
        for step in range(block.src_end - block.src_start)
    ]
