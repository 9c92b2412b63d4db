"""Restore capitals: keep those that were read, and decide anew only if the first letter itself was misread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kompass_extract.repair.channel import RESTORED_LETTERS
from kompass_extract.repair.tokens import Sort, Token

_STOPS = ".?!:"
_OPENING = "\"“”„'’("
_ABBREVIATIONS = frozenset({"dvs", "bl", "ca", "t", "ex", "m", "fl", "osv", "resp", "fr", "etc", "kl", "nr", "ev"})
FULL_LINE = 0.8  # of the usual line length; a line ends early if the next word would have fitted within


def cased(raw: str, restored: str, *, opens_sentence: bool, name: bool = False) -> str:
    """Return lower-case ``restored`` in the case of ``raw``; position or ``name`` decide for a misread first letter."""
    letters = [letter for letter in raw if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    if capitals >= 2 and capitals >= len(letters) - 1 and len(restored) > 1:
        return restored.upper()
    misread = not raw[:1].isalpha() or (restored[:1] in RESTORED_LETTERS and raw[0].lower() != restored[0])
    capital = (opens_sentence and not raw[:1].islower()) or name if misread else raw[0].isupper()
    return restored[:1].upper() + restored[1:] if capital else restored


def openings(lines: Sequence[str], pieces: Sequence[Sequence[Token]]) -> Iterator[bool]:
    """Yield for each token of each line whether a word there begins a sentence, an item or a heading."""
    usual = sorted(len(line) for line in lines if line.strip()) or [0]
    width = usual[int(len(usual) * 0.9)] * FULL_LINE
    opens = True
    before: Token | None = None
    length = 0
    for line, tokens in zip(lines, pieces, strict=True):
        if not line.strip() or (tokens and length + 1 + tokens[0].end - tokens[0].start < width):
            opens = True
        for place, token in enumerate(tokens):
            yield opens
            if token.sort is Sort.WORD:
                opens = False
            elif token.sort is Sort.MARK:
                if token.text in _STOPS:
                    opens = before is None or before.text.lower() not in _ABBREVIATIONS
                else:
                    opens = opens or token.text in _OPENING or place == 0
            else:
                opens = opens and place == 0
            before = token
        length = len(line)
