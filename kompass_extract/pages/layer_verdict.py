"""Decide whether a PDF page's text layer is used: it must be visible, good Swedish, and agree with the page image.

A layer under or over a scan is the reading of an earlier OCR; a layer partly covered by other print differs from what
a reader sees.  Such a page is read from its image instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pypdfium2 import raw

from kompass_extract.model.document import Knows
from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Run
from kompass_extract.pages.seen_text import SeenText
from kompass_extract.pages.source import FULL_PAGE_SHARE
from kompass_extract.pages.text_layer import LayerWord

LEAST_WORDS = 8  # fewer say nothing about a layer's language
LEAST_CAPITALS = 4  # different words with a capital; fewer are no evidence about it
LEAST_KNOWN = 0.6  # good Swedish has 0.9 of its longer words in the lexicon, a layer by an English model 0.55
LEAST_LETTER_SHARE = 0.012  # å, ä and ö are 5 % of the letters of Swedish text
MOST_MISREAD, LEAST_OTHERS = 0.5, 0.8  # share of known words among those with a wrong letter, and without it
MOST_LACKING = 0.3  # of a page's text, by width, that a layer may lack: a chart's labels, a logo
LEAST_LETTERS = 3  # components of a run that may be a word
LEAST_PRINTED_OVER = 2  # letters under other print that prove that the layer is not what a reader sees
WITHIN_WORD = 0.2  # of the higher letter: most gap within a word; word spaces have 0.4 and more
MOST_LEAN = 0.3  # degrees: 2.4 pt over a line of 450 pt; beyond it positions cannot separate lines and columns
MOST_ON_PRINT = 0.1  # of the letters that may overlap other strokes if an image lies under the text

_LETTERS_AMID_DIGITS = re.compile(r"(?=.*\d)(?=.*[OolI|])[\dOolI|.,:()%–-]+")
"""A number with letters of a digit's shape."""

_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ"


@dataclass(frozen=True, slots=True)
class LayerVerdict:
    """Whether a layer is used, and the reason in words for the record."""

    use: bool
    reason: str


def judge_seen(text: SeenText) -> LayerVerdict | None:
    """Reject a layer by its visible part, or return None if that gives no reason."""
    over_picture = text.image_cover >= FULL_PAGE_SHARE
    if over_picture and (not text.seen.any() or text.on_print > MOST_ON_PRINT):
        return LayerVerdict(False, "the text layer is an earlier OCR of the scan: read anew")
    if not text.seen.any():
        return LayerVerdict(False, "none of the text layer is seen on the page: read anew")
    if text.printed_over >= LEAST_PRINTED_OVER:
        return LayerVerdict(False, f"{text.printed_over} letters of the text layer are printed over: read anew")
    lean = float(np.median(text.characters.lean(text.page.get_rotation())[text.seen]))
    if abs(lean) > MOST_LEAN:
        return LayerVerdict(False, f"the text layer's lines lean by {lean:.1f} degrees: read anew")
    unknown = _letters_without_character(text)
    if unknown:
        return LayerVerdict(False, f"{unknown} letters of the text layer have no character: read anew")
    return None


def judge_digits(shown: Sequence[str | None]) -> LayerVerdict | None:
    """Reject a layer whose digits differ from the page's (None in ``shown``: unclear which); else return None."""
    if not shown:
        return None
    unclear = sum(digit is None for digit in shown)
    if unclear:
        return LayerVerdict(False, f"{unclear} digits of the text layer are not those of the page: read anew")
    return LayerVerdict(True, f"text layer used, with {len(shown)} digits as the page shows them")


def judge_layer(
    words: Sequence[LayerWord],
    *,
    ink: Sequence[Run],
    knows: Knows | None,
) -> LayerVerdict:
    """Decide whether the layer's words are used for the page; ``ink`` are the text runs outside its letters."""
    if not words:
        return LayerVerdict(False, "no text layer")
    text = " ".join(word.text for word in words)
    broken = sum(text.count(sign) for sign in ("\ufffd", "\x00")) + sum(unicodedata.category(c) == "Co" for c in text)
    if broken > 0.02 * len(text):
        return LayerVerdict(False, f"the text layer has {broken} unreadable characters: read anew")
    mixed = sum(_LETTERS_AMID_DIGITS.fullmatch(word.text) is not None for word in words)
    if mixed:
        return LayerVerdict(False, f"{mixed} numbers of the text layer hold letters: read anew")
    verdict = _judge_swedish(words, knows)
    if verdict is not None:
        return verdict
    lacking = _share_lacking(words, ink)
    if lacking > MOST_LACKING:
        return LayerVerdict(False, f"the text layer lacks {lacking:.0%} of the page's ink: read anew")
    return LayerVerdict(True, "text layer used: good Swedish that agrees with the picture")


def _judge_swedish(words: Sequence[LayerWord], knows: Knows | None) -> LayerVerdict | None:
    """Reject the layer, or return None if its language gives no reason."""
    longer = longer_words(word.text for word in words)
    letters = [c for word in words for c in word.text.lower() if c.isalpha()]
    if len(longer) < LEAST_WORDS:
        return None
    share = sum(c in "åäö" for c in letters) / max(1, len(letters))
    sure = {word: knows(word) for word in longer} if knows is not None else {}
    known = sum(sure.get(word, True) for word in longer) / len(longer)
    if known < LEAST_KNOWN:
        return LayerVerdict(False, f"only {known:.0%} of the text layer's words are Swedish: read anew")
    if len(letters) > 400 and share < LEAST_LETTER_SHARE:
        return LayerVerdict(False, f"å, ä and ö are {share:.1%} of the text layer's letters: read anew")
    return judge_letters(misread_letters(sure, knows)) if knows is not None else None


def judge_letters(wrong: Sequence[str]) -> LayerVerdict | None:
    """Reject a layer that has other characters for these letters; return None if there are none."""
    if not wrong:
        return None
    return LayerVerdict(False, f"the words with {', '.join(wrong)} in the text layer are not Swedish: read anew")


def _letters_without_character(text: SeenText) -> int:
    """Count the visible letters of words that have no character in their font; PDFium invents one, or returns none.

    A sign by itself is a bullet of a symbol font, which need not have one.
    """
    handle, boxes = text.text_page.raw, text.characters.boxes
    unknown = [
        place for place in np.flatnonzero(text.seen).tolist() if raw.FPDFText_HasUnicodeMapError(handle, place) == 1
    ]
    return sum(any(_adjoin(text, boxes, place, other) for other in (place - 1, place + 1)) for place in unknown)


def _adjoin(text: SeenText, boxes: NDArray[np.float64], place: int, other: int) -> bool:
    """Tell whether a visible neighbour in the layer is closer to a letter than a word space."""
    if not 0 <= other < len(boxes) or not text.seen[other]:
        return False
    (x0, y0, x1, y1), (a0, b0, a1, b1) = boxes[place].tolist(), boxes[other].tolist()
    gap = max(x0, a0) - min(x1, a1)
    return bool(min(y1, b1) > max(y0, b0) and gap < WITHIN_WORD * max(y1 - y0, b1 - b0))


def longer_words(texts: Iterable[str]) -> list[str]:
    """Return the words that indicate a layer's language, without the signs around them."""
    return [text.strip('.,;:!?()"”’') for text in texts if len(text) >= 4 and any(map(str.isalpha, text))]


def misread_letters(known: Mapping[str, bool], knows: Knows) -> list[str]:
    """Find letters whose words are mostly unknown while the others are known: a font maps one letter to another.

    Capitals have their own glyphs.  Names begin with them, so another letter must turn their words into known ones.
    """
    wrong = []
    for letter in sorted({c for word in known for c in word if c.isalpha()}):
        having = [word for word in known if letter in word]
        unknown = [word for word in having if not known[word]]
        others = [sure for word, sure in known.items() if letter not in word]
        least = LEAST_CAPITALS if letter.isupper() else LEAST_WORDS
        if len(having) < least or len(others) < LEAST_WORDS or len(unknown) <= MOST_MISREAD * len(having):
            continue
        if sum(others) > LEAST_OTHERS * len(others) and (letter.islower() or _another_fits(letter, unknown, knows)):
            wrong.append(letter)
    return wrong


def _another_fits(letter: str, unknown: Sequence[str], knows: Knows) -> bool:
    """Tell whether one other capital makes most of the unknown words Swedish."""
    made = (sum(knows(word.replace(letter, other)) for word in unknown) for other in _CAPITALS if other != letter)
    return max(made) >= LEAST_KNOWN * len(unknown)


def _share_lacking(words: Sequence[LayerWord], ink: Sequence[Run]) -> float:
    """Return the share (0..1) of the page's text, by width, that is ink without a word of the layer."""
    runs = _sides(run.box for run in ink if len(run.parts) >= LEAST_LETTERS)
    boxes = _sides(word.box for word in words)
    middle = ((runs[:, 1] + runs[:, 3]) / 2)[:, None]
    on_it = (boxes[:, 1] - 3 <= middle) & (middle <= boxes[:, 3] + 3)
    shared = np.minimum(boxes[:, 2], runs[:, 2:3]) - np.maximum(boxes[:, 0], runs[:, :1])
    covered = np.where(on_it, np.maximum(0.0, shared), 0.0).sum(axis=1)
    lacking = float(np.maximum(runs[:, 2] - runs[:, 0] - covered, 0.0).sum())
    return lacking / (lacking + float((boxes[:, 2] - boxes[:, 0]).sum()))


def _sides(boxes: Iterable[Box]) -> NDArray[np.float64]:
    return np.array([(box.x0, box.y0, box.x1, box.y1) for box in boxes], dtype=np.float64).reshape(-1, 4)
