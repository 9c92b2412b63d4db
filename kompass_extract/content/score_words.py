"""The words that print an area's score: `65 av 100 poäng`, `65/100`, `Poäng: 65`."""

from __future__ import annotations

import re

from kompass_extract.content.numbers import looks_numeric

POINTS = re.compile(r"po[äa]n[gq]|^p\.?$", re.IGNORECASE)
OF = frozenset({"av", "/", "max", "max.", "(max", "av:", "möjliga", "(av", "på"})
"""Words between the points and the most that there is."""
_PARTS = re.compile(r"\(?\d{1,3}(?:[.,]\d)?/\d{1,3}\)?")


def is_score(text: str) -> bool:
    """Whether a text is nothing but a number of points, or what stands beside one (`99 poäng`, `65/100`, `av 100`)."""
    words = [word for word in text.split() if not looks_numeric(word) and not _PARTS.fullmatch(word)]
    return all(POINTS.search(word) or word.casefold() in OF for word in words)


def without_score(name: str) -> str:
    """An area's name without the score that its heading ends with: `Effektivitet, 58 poäng`."""
    words = name.split()
    count = len(words)
    while count and (is_score(words[count - 1]) or not any(map(str.isalnum, words[count - 1]))):
        count -= 1
    tail = words[count:]
    if not count or not any(map(looks_numeric, tail)) or all(map(str.isdigit, tail)):
        return name
    return " ".join(words[:count]).rstrip(" ,;:(–-")
