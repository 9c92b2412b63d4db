"""What the shapes of letters tell and readers get wrong: dashes by their length, capitals by their height."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from kompass_extract.model.document import Word
from kompass_extract.model.geometry import Box
from kompass_extract.pages.text_layer import X_HEIGHT

_TALL = frozenset("bdfhkltgjpqyABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ0123456789")  # reach above or below an x
LEAST_TALL_SHARE = 0.2  # of Swedish text 0.38 of the letters are tall
NO_TALL_SHARE = 0.08  # a line's height is that of the tenth of its letters that is tallest

_SAME_SHAPE = frozenset("cosuvwxz")  # small letters that are capitals when larger
CAPITAL_FROM = 0.88  # of a capital's height; small letters have 0.75 at most
WIDEST_LETTER = 0.9  # of a capital's height; wider, two letters touch
_WIDE_LETTERS = {"v": 1.0, "w": 1.4}  # of a capital's height; a V of Arial has 0.94, a W 1.21
ABOVE_USUAL = 1.15  # of the usual letter's height, an x's; capitals have 1.3 to 1.5
STOP_HEIGHT, STOP_SINKS = (
    0.22,
    0.03,
)  # of a capital's height; commas are 0.15 to 0.5 high and sink 0.05 to 0.3: 64 of 64
_NUMBERING = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?")
LEAST_TALL = 2  # letters that show how high a capital is


def tall_letters(words: Sequence[Word]) -> tuple[int, int]:
    """How many letters and digits reach above or below an x, and how many there are."""
    signs = [sign for word in words for sign in word.text if sign.isalnum()]
    return sum(sign in _TALL for sign in signs), len(signs)


def capital_height(measured: float, words: Sequence[Word], em: float) -> float:
    """Height of a line's capitals, where ``measured`` is that of its taller letters, which may be an x's.

    Told by the text; where some letters are tall, by the page's usual height ``em``.
    """
    tall, letters = tall_letters(words)
    if tall >= LEAST_TALL_SHARE * letters:
        return measured
    as_x = measured / X_HEIGHT
    if tall < NO_TALL_SHARE * letters or measured <= 0 or em <= 0:
        return as_x
    return min((measured, as_x), key=lambda height: abs(math.log(height / em)))


def measured_dash(word: Word, capital: float) -> Word:
    """A lone dash by its length, which readers do not tell: hyphen 0.45, en dash 0.7, em dash 1.4 capitals."""
    if word.text not in {"-", "–", "—", "—-", "-—"}:
        return word
    length = word.box.width / max(0.1, capital)
    dash = "-" if length < 0.57 else "–" if length < 1.1 else "—"
    return word if dash == word.text else Word(dash, word.box, word.confidence, word.alternatives, word.text)


def with_measured_stops(
    words: tuple[Word, ...], capital: float, baseline: float, sign_after: Callable[[Word], Box | None]
) -> tuple[Word, ...]:
    """The words of a line, a stop behind each that a reader gave a comma whose ink stands on the baseline as a dot.

    ``sign_after`` gives the box of the last sign of a word that is lower than a letter.
    """
    return tuple(_with_stop(word, capital, baseline, sign_after) if word.text.endswith(",") else word for word in words)


def _with_stop(word: Word, capital: float, baseline: float, sign_after: Callable[[Word], Box | None]) -> Word:
    sign = sign_after(word)
    if sign is None or sign.height > STOP_HEIGHT * capital or sign.y1 - baseline > STOP_SINKS * capital:
        return word
    text = f"{word.text[:-1]}."
    alternatives = tuple(one for one in word.alternatives if one != text)
    return replace(word, text=text, alternatives=alternatives, raw=word.raw or word.text)


def with_measured_initial(
    words: tuple[Word, ...],
    capital: float,
    first_letter: Callable[[Word], Box | None],
    usual_height: Callable[[], float] = lambda: 0.0,
) -> tuple[Word, ...]:
    """The words of a line, its first letter a capital where a reader saw the small one of the same shape.

    ``first_letter`` gives that letter's box; it is as high as a capital, and higher than the line's ``usual_height``,
    that of an x, as the letters that tell a capital's height may be cut.  A number before the word is passed over.
    The other way round is no evidence: where letters touch each other, the line's height is too large.
    """
    place = 1 if len(words) > 1 and _NUMBERING.fullmatch(words[0].text) else 0
    if not words or words[place].text[:1] not in _SAME_SHAPE or tall_letters(words)[0] < LEAST_TALL:
        return words
    word = words[place]
    letter = first_letter(word)
    widest = _WIDE_LETTERS.get(word.text[0], WIDEST_LETTER)
    if letter is None or letter.height < CAPITAL_FROM * capital or letter.width > widest * capital:
        return words
    if word.text[1:].islower() and letter.height < ABOVE_USUAL * usual_height():
        return words
    made = replace(word, text=word.text[0].upper() + word.text[1:], raw=word.raw or word.text)
    return (*words[:place], made, *words[place + 1 :])
