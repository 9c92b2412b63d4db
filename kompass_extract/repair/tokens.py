"""Split a line into words, numbers and marks, with their positions in the line.

A word here may be misread by an English OCR model: letters with digits and signs among them
("f6r", "&r", "{4").  Hyphens and slashes separate words, since each side is its own word in the lexicon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from kompass_extract.repair.language import NUMBER, PAUSE, STOP, YEAR

_SIGNS = "&#{@£$€¥§°"  # signs that letters were misread as
# Repetitions are possessive or bounded, so the time is linear in the length of the line.
_PIECE = re.compile(
    rf"(?P<address>\S{{0,200}}(?:@\w{{1,100}}\.|https?://|www\.)\S*+)"
    rf"|(?P<number>\d{{1,60}}+(?![\w{_SIGNS}])(?:[.,:/ ]\d{{1,60}}+(?![\w{_SIGNS}]))*+)"
    rf"|(?P<word>(?=[\d_{_SIGNS}]{{0,60}}[^\W\d_])[\w{_SIGNS}]++|[{{&]\d)"
    rf"|(?P<mark>[^\w\s])"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_STOPS = ".?!"


class Sort(Enum):
    """The kind of a piece of a line."""

    WORD = "word"
    NUMBER = "number"
    ADDRESS = "address"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line: ``text`` is ``line[start:end]``."""

    sort: Sort
    text: str
    start: int
    end: int


def tokens(line: str) -> list[Token]:
    """Return the pieces of a line, left to right, without white space."""
    return [Token(Sort(match.lastgroup), match.group(), match.start(), match.end()) for match in _PIECE.finditer(line)]


def as_context(token: Token) -> str:
    """Return the token as the language model counts it."""
    if token.sort is Sort.WORD:
        return token.text.lower()
    if token.sort is Sort.MARK:
        return STOP if token.text in _STOPS else PAUSE
    return YEAR if _YEAR.fullmatch(token.text) else NUMBER


def sentence(text: str) -> list[str]:
    """Return the tokens of a text as the language model counts them."""
    return [as_context(token) for token in tokens(text)]
