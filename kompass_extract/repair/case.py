"""Capitals: kept where the reader saw them, guessed only where the first letter itself was misread."""

from __future__ import annotations

from kompass_extract.repair.channel import RESTORED_LETTERS


def cased(raw: str, restored: str, *, opens_sentence: bool) -> str:
    """``restored`` (lower case) in the case that ``raw`` shows, in or at the beginning of a sentence."""
    letters = [letter for letter in raw if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    if capitals >= 2 and capitals >= len(letters) - 1 and len(restored) > 1:
        return restored.upper()
    if not raw[:1].isalpha():
        return restored[:1].upper() + restored[1:] if opens_sentence else restored
    if not raw[0].isupper():
        return restored
    if restored[:1] in RESTORED_LETTERS and restored[0] == "ö" and not opens_sentence:
        return restored  # "Okad" in mid-sentence: a small ö was read as a capital
    return restored[:1].upper() + restored[1:]
