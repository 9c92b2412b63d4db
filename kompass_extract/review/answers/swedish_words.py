"""Swedish words as the search compares them: stems that keep å, ä and ö, and a folded form that does not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[^\W_]+")
_UNFOLDED = str.maketrans({"å": "a", "ä": "a", "ö": "o", "é": "e", "è": "e", "ü": "u", "æ": "a", "ø": "o"})
_STEMMER = snowballstemmer.stemmer("swedish")
_STOP_WORDS = (
    "och i att det som en på är av för med till den har de inte om ett men var sig så från kan eller vid då där när "
    "nu också vi man"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that decide nothing in a query of several words."""


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word in lower case with its start and end in the text."""
    composed = unicodedata.normalize("NFC", text)
    for found in _WORD.finditer(composed):
        yield found.group().lower(), found.start(), found.end()


def stems(text: str) -> list[str]:
    """Return the stem of each word in order."""
    return [stem(word) for word in _WORD.findall(unicodedata.normalize("NFC", text).lower())]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the Snowball stem of a lower-case word."""
    return str(_STEMMER.stemWord(word))


def unaccented(word: str) -> str:
    """Return the word without the signs that tell å, ä and ö from a and o."""
    return word.translate(_UNFOLDED)
