"""Letters and signs that OCR engines put for digits of the same shape."""

from __future__ import annotations

DIGIT_LETTERS = {
    "l": "1", "I": "1", "i": "1", "|": "1", "!": "1", "t": "1", "j": "1",
    "O": "0", "o": "0", "Q": "0", "D": "0", "Ö": "0", "ö": "0",
    "Z": "2", "z": "2", "S": "5", "s": "5", "§": "5", "$": "5",
    "B": "8", "&": "8", "G": "6", "b": "6", "g": "9", "q": "9", "A": "4", "T": "7", "a": "4",
}  # fmt: skip
"""The digit that each may stand for; which of them are read as digits is said by where they stand."""
