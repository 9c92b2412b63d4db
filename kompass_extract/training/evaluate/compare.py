"""Comparing texts: keys, edit counts, and who belongs to whom.

Texts are compared twice.  Strict: NFC with white space collapsed, nothing else.  Loose: quotes and dashes made
alike too, since a reader cannot see on paper which of their code points was meant.  Neither touches letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from scipy.optimize import linear_sum_assignment

FOUND = 0.95  # similarity from which an item counts as found; set by the project's aim
RELATED = 0.5  # similarity below which two texts are not two forms of one; above: one text, misread

_SPACE = re.compile(r"\s+")
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("‐‑‒–—−", "-"),
        "…": "...",
        "\u00ad": "",
    }
)


@dataclass(frozen=True, slots=True)
class CharacterErrors:
    """Edits (insertions, deletions, substitutions) over the gold text's characters."""

    edits: int = 0
    characters: int = 0

    @property
    def rate(self) -> float:
        """Edits per gold character; 0 where nothing was to be read and nothing was."""
        if self.characters == 0:
            return 1.0 if self.edits else 0.0
        return self.edits / self.characters

    def __add__(self, other: CharacterErrors) -> CharacterErrors:
        return CharacterErrors(self.edits + other.edits, self.characters + other.characters)


NO_ERRORS = CharacterErrors()


def strict(text: str) -> str:
    """The text for a strict comparison."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def loose(text: str) -> str:
    """The text for a loose comparison: strict, with quotes and dashes alike."""
    return strict(text).translate(_ALIKE)


def errors(gold: str, read: str, *, strictly: bool = False) -> CharacterErrors:
    """The edits that turn ``gold`` into ``read``."""
    key = strict if strictly else loose
    gold, read = key(gold), key(read)
    return CharacterErrors(Levenshtein.distance(gold, read), len(gold))


def similarity(gold: str, read: str) -> float:
    """1 minus the loose edit distance over the longer text's length, 0..1."""
    return float(Levenshtein.normalized_similarity(loose(gold), loose(read)))


def pair(gold: Sequence[str], read: Sequence[str]) -> list[tuple[int, int, float]]:
    """One-to-one pairs ``(index in gold, index in read, similarity)`` with the greatest sum of similarities.

    Pairs below ``RELATED`` are left out: their texts have nothing to do with each other.
    """
    if not gold or not read:
        return []
    matrix = process.cdist(
        [loose(text) for text in gold],
        [loose(text) for text in read],
        scorer=Levenshtein.normalized_similarity,
        dtype=np.float64,
    )
    rows, columns = linear_sum_assignment(-np.where(matrix >= RELATED, matrix, 0.0))
    return [
        (int(row), int(column), float(matrix[row, column]))
        for row, column in zip(rows, columns, strict=True)
        if matrix[row, column] >= RELATED
    ]
