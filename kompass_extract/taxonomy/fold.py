"""Comparison keys that survive damaged letters; folding exists here only, never in stored text.

An OCR model without Swedish letters reads å, ä and ö as a, d, é, i, 4, &, o, 6 and others.  The commonest of
these fold to one letter each; what is left is for the fuzzy comparison.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz import fuzz

_LIKE_A = "åäáàâãæéèêë"
_LIKE_O = "öóòôõø"
_FOLDED = str.maketrans({**dict.fromkeys(_LIKE_A, "a"), **dict.fromkeys(_LIKE_O, "o"), "ü": "u", "ﬁ": "fi", "ﬂ": "fl"})
_SIGN_IN_WORD = re.compile(r"(?<=[a-z])[&@4](?=[a-z])|\b[&@](?=[a-z])|(?<=[a-z])[&@]\b")
_SIX_IN_WORD = re.compile(r"(?<=[a-z])6|\b6(?=[a-z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Lower-case words of a to z and digits with single spaces; "" where nothing is left."""
    folded = unicodedata.normalize("NFC", text).casefold().translate(_FOLDED)
    folded = _SIX_IN_WORD.sub("o", _SIGN_IN_WORD.sub("a", folded))
    return _NOT_WORD.sub(" ", folded).strip()


def similarity(a: str, b: str) -> float:
    """How alike two texts are when folded, 0..1; word order and length count."""
    return fuzz.ratio(fold(a), fold(b)) / 100.0
