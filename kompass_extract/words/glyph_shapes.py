"""Correct by shape what recognisers get wrong: dashes by their length, capitals by their height."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from kompass_extract.model.document import Word
from kompass_extract.model.geometry import Box
from kompass_extract.pages.text_layer import X_HEIGHT

_TALL = frozenset("bdfhkltgjpqyABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ0123456789")  # letters that reach above or below an x
LEAST_TALL_SHARE = 0.2  # of Swedish text 0.38 of the letters are tall
NO_TALL_SHARE = 0.08  # the tallest tenth of a line's letters determines its height

_SAME_SHAPE = frozenset("cosuvwxz")  # small letters with the shape of their capitals
CAPITAL_FROM = 0.88  # of the cap height; small letters have 0.75 at most
WIDEST_LETTER = 0.9  # of the cap height; if wider, two letters touch
_WIDE_LETTERS = {"v": 1.0, "w": 1.4}  # of the cap height; a V of Arial has 0.94, a W 1.21
ABOVE_USUAL = 1.15  # of the x-height; capitals have 1.3 to 1.5
STOP_HEIGHT, STOP_SINKS = (
    0.22,
    0.03,
)  # of the cap height; commas are 0.15 to 0.5 high and sink 0.05 to 0.3: 64 of 64
_NUMBERING = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?")
LEAST_TALL = 2  # letters that indicate the cap height


def tall_letters(words: Sequence[Word]) -> tuple[int, int]:
    """Count the letters and digits that reach above or below an x, and all of them."""
    signs = [sign for word in words for sign in word.text if sign.isalnum()]
    return sum(sign in _TALL for sign in signs), len(signs)


def capital_height(measured: float, words: Sequence[Word], em: float) -> float:
    """Return a line's cap height; ``measured`` is the height of its taller letters, possibly the x-height.

    The text decides; if it has few tall letters, the page's cap height ``em`` does.
    """
    tall, letters = tall_letters(words)
    if tall >= LEAST_TALL_SHARE * letters:
        return measured
    as_x = measured / X_HEIGHT
    if tall < NO_TALL_SHARE * letters or measured <= 0 or em <= 0:
        return as_x
    return min((measured, as_x), key=lambda height: abs(math.log(height / em)))


def measured_dash(word: Word, capital: float) -> Word:
    """Choose a lone dash by its length, which recognisers ignore: hyphen 0.45, en dash 0.7, em dash 1.4 cap heights."""
    if word.text not in {"-", "–", "—", "—-", "-—"}:
        return word
    length = word.box.width / max(0.1, capital)
    dash = "-" if length < 0.57 else "–" if length < 1.1 else "—"
    return word if dash == word.text else Word(dash, word.box, word.confidence, word.alternatives, word.text)


def with_measured_stops(
    words: tuple[Word, ...], capital: float, baseline: float, sign_after: Callable[[Word], Box | None]
) -> tuple[Word, ...]:
    """Replace commas by stops if their ink is a dot on the baseline.

    ``sign_after`` returns the box of a word's last sign if it is lower than a letter.
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
    """Capitalise a line's first letter if a recogniser read the small letter of the same shape.

    ``first_letter`` returns that letter's box.  It must have cap height, and exceed the line's ``usual_height``, the
    x-height, since the letters that indicate the cap height may be cut.  A number before the word is skipped.
    The converse is no evidence: where letters touch each other, the line's height is too large.
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
