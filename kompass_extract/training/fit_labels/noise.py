"""Reading mistakes for simulated blocks: those of a poor scan and those of an English text layer."""

from __future__ import annotations

import random

ENGLISH_LAYER = str.maketrans(
    {"å": "a", "ä": "a", "ö": "o", "Å": "A", "Ä": "A", "Ö": "O", "é": "e", "•": "e", "–": "-", "”": '"'}
)
ENGLISH_ODD = {"å": "&d4", "ä": "éi4", "ö": "6éi"}  # what the same letters become now and then
CONFUSED = {
    "l": "1iI", "i": "lj1", "e": "co", "o": "0ec", "r": "nt", "n": "rh", "m": "nn", "t": "fl", "c": "eo", "g": "qy",
    "ö": "oó6", "ä": "aåá", "å": "aäá", "0": "OÖ8", "1": "lI", "5": "S6", "8": "B3", "%": "0", ",": ".", ".": ",",
}  # fmt: skip
ODD_SHARE = 0.25  # of the diacritics of an English layer


def english_layer(text: str, rng: random.Random) -> str:
    """The text as an English OCR model reads it: no å, ä or ö."""
    odd = (rng.choice(ENGLISH_ODD[char]) if char in ENGLISH_ODD and rng.random() < ODD_SHARE else char for char in text)
    return "".join(odd).translate(ENGLISH_LAYER)


def misread(text: str, rate: float, rng: random.Random) -> str:
    """The text with about ``rate`` (0..1) of its letters confused, lost or doubled."""
    if rate <= 0:
        return text
    read: list[str] = []
    for char in text:
        if rng.random() >= rate:
            read.append(char)
            continue
        fate = rng.random()
        if fate < 0.6:
            read.append(rng.choice(CONFUSED.get(char, char)))
        elif fate < 0.8:
            read.append(char + char if char.isalpha() else " ")
    return "".join(read).strip() or text
