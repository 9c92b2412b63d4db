"""Extract the words of a PDF page's text layer with their boxes.

A layer is used only if the page is no scan, its letters are good Swedish, and its words coincide
with ink (``layer_verdict``).  A layer over a scan is an earlier OCR's reading; such a page is read from its image.
"""

from __future__ import annotations

import ctypes
import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2 as pdfium
from pypdfium2 import raw

from kompass_extract.model.geometry import Box, union
from kompass_extract.pages.components import Run
from kompass_extract.pages.seen_text import Characters, SeenText, see_text
from kompass_extract.pages.spacing_accents import accents_over_letters, with_accent

BULLET_SIGNS = frozenset("•●▪■◦○▫□‣⁃·∙►➢➤✓✔❖♦◆\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf02d")
PERHAPS_BULLETS = frozenset({"-", "–", "—", "*", "o", "»", "›", "=", "§"})


@dataclass(frozen=True, slots=True)
class LayerWord:
    """A word of the layer; ``size`` is the height of its letters in points, ``bold`` as its font states."""

    text: str
    box: Box
    size: float
    bold: bool
    baseline: float


def read_layer(document: pdfium.PdfDocument, number: int) -> tuple[LayerWord, ...]:
    """Return the visible words of the layer of page ``number`` (from 1), in layer order; empty without a layer.

    Boxes refer to the page turned upright.
    """
    seen = see_text(document, number)
    return () if seen is None else seen_words(seen)


def seen_words(text: SeenText) -> tuple[LayerWord, ...]:
    """Return the words of a layer's visible text, in layer order."""
    letters = _letters(text)
    words: list[LayerWord] = []
    current: list[_Letter] = []
    for letter in letters:
        if letter is None or (current and _apart(current[-1], letter)):
            if current:
                words.append(_word(current, words[-1] if words else None))
            current = []
        if letter is not None:
            current.append(letter)
    if current:
        words.append(_word(current, words[-1] if words else None))
    return tuple(_without_letter_spaces(words))


def layer_runs(words: Sequence[LayerWord]) -> tuple[tuple[Run, ...], tuple[bool | None, ...], float]:
    """Return the words as text runs, which of them are bullets (None: perhaps), and the page's cap height."""
    runs, marks = [], []
    for index, word in enumerate(words):
        weight = 1.5 if word.bold else 1.0
        runs.append(Run(word.box, (index,), word.size, weight, (), word.box, word.baseline))
        marks.append(True if word.text in BULLET_SIGNS else None if word.text in PERHAPS_BULLETS else False)
    return tuple(runs), tuple(marks), layer_em(words)


def layer_em(words: Sequence[LayerWord]) -> float:
    """Return the letter height of a layer's usual word, in points."""
    return statistics.median(word.size for word in words) if words else 7.0


@dataclass(frozen=True, slots=True)
class _Letter:
    text: str
    box: Box
    bold: bool


def _letters(text: SeenText) -> list[_Letter | None]:
    """Return all visible characters in layer order, None for white space and for invisible ones."""
    found = text.characters
    boxes = [Box(*box) for box in found.boxes.tolist()]
    fonts = _Fonts(text.text_page)
    letters: list[_Letter | None] = []
    broken = False
    hidden = (found.letters & ~text.seen).tolist()  # a shadow's letters are interleaved with those of its word
    accents = accents_over_letters(found, text.seen)
    marked = {letter: mark for mark, letter in accents.items()}
    for index, code in enumerate(found.codes.tolist()):
        sign = _plain_digit(chr(code)) if 0 < code < 0x110000 else "\ufffd"
        by_accent = index - 1 in accents or index + 1 in accents  # PDFium puts spaces beside some
        if hidden[index] or sign in _LINE_BREAKS or index in accents or (by_accent and sign.isspace()):
            broken = True
            continue
        if index in marked:
            sign = with_accent(found, index, marked[index]) or sign
            boxes[index] = union([boxes[index], boxes[marked[index]]])
        if code in _HYPHENS:
            if not text.seen[index] or not (_is_flat(boxes[index]) or _line_ends(boxes, found, index)):
                continue
            sign = "-"
        elif sign.isspace() or not text.seen[index]:
            letters.append(None)
            continue
        letter = _Letter(sign, boxes[index], fonts.bold(index))
        if broken and not (letters and letters[-1] and _adjoin(letters[-1], letter)):
            letters.append(None)
        broken = False
        letters.append(letter)
    return letters


def _plain_digit(sign: str) -> str:
    """Convert a digit of another script or width to an ASCII digit; return any other sign unchanged."""
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


_HYPHENS = frozenset({0x02, 0xFFFE, 0xAD})  # PDFium's codes for a line-end hyphen; a soft hyphen
FLAT = 1.4  # width against height of a hyphen's own box; a ligature's is higher


_LINE_BREAKS = frozenset("\r\n")  # PDFium also inserts them inside words that a typesetter placed in parts
ADJOINING, ADJOINING_LOW = 0.2, 0.3  # of the higher and of the lower letter's height; word spaces have 0.4 and more


def _adjoin(a: _Letter, b: _Letter) -> bool:
    """Tell whether a letter follows the other on its line so closely that no space separates them."""
    low, high = sorted((a.box.height, b.box.height))
    level = min(a.box.y1, b.box.y1) - max(a.box.y0, b.box.y0) > 0.3 * low
    return level and abs(b.box.x0 - a.box.x1) < max(ADJOINING * high, ADJOINING_LOW * low)


def _is_flat(box: Box) -> bool:
    return box.width >= FLAT * box.height


def _line_ends(boxes: Sequence[Box], found: Characters, index: int) -> bool:
    """Tell whether a line ends with this sign; PDFium inserts its hyphen sign into ligatures too.

    If PDFium treats the word as hyphenated, the next line's letter follows the sign directly.
    """
    if index + 1 >= len(found) or chr(max(1, int(found.codes[index + 1]))).isspace():
        return True
    sign, after = boxes[index], boxes[index + 1]
    beside = after.y0 < sign.center_y < after.y1 and after.x0 >= sign.x0
    return not beside or after.x0 - sign.x1 > after.height


class _Fonts:
    """Recognises bold letters by their fonts, each examined once."""

    def __init__(self, text_page: pdfium.PdfTextPage) -> None:
        self._text_page = text_page.raw  # unwrapped once, and not for each letter
        self._known: dict[tuple[bytes, int], bool] = {}
        self._name, self._flags = ctypes.create_string_buffer(128), ctypes.c_int()

    def bold(self, index: int) -> bool:
        """Tell whether a character is bold."""
        self._name[0], self._flags.value = b"\0", 0  # left unchanged for a character without a font
        raw.FPDFText_GetFontInfo(self._text_page, index, self._name, 128, self._flags)
        key = (self._name.value, self._flags.value)
        if key not in self._known:
            name = key[0].decode("utf-8", "replace").lower()
            heavy = any(part in name for part in ("bold", "black", "heavy", "semi"))
            self._known[key] = heavy or bool(key[1] & 0x40000)
        return self._known[key]


_TALL = frozenset("bdfhklABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_LOW = frozenset("acemnorsuvwxz")
_BELOW = frozenset("gjpqyQJ,;()[]|/")
X_HEIGHT = 0.72  # of a capital's height, in text fonts 0.68 to 0.76


def _apart(a: _Letter, b: _Letter) -> bool:
    """Tell whether two consecutive characters of the layer belong to different words.

    PDFium inserts most spaces itself, so this only finds the ones that it overlooks.
    """
    height = max(a.box.height, b.box.height)
    return b.box.x0 - a.box.x1 > 1.2 * height or b.box.x0 < a.box.x0 - height or not _overlap_vertically(a, b, height)


def _overlap_vertically(a: _Letter, b: _Letter, height: float) -> bool:
    return min(a.box.y1, b.box.y1) - max(a.box.y0, b.box.y0) > -0.8 * height


def _word(letters: Sequence[_Letter], before: LayerWord | None) -> LayerWord:
    """Join letters into a word; its box rises at least an x-height above the baseline, also for a dash or a dot.

    A word of signs takes the size of the word before it on its line.
    """
    box = union(letter.box for letter in letters)
    size = _capital_height(letters)
    standing = [letter.box.y1 for letter in letters if letter.text in _TALL or letter.text in _LOW]
    if size is None and before is not None and _goes_on(before, box):
        size, baseline = before.size, before.baseline
    else:
        size = size or max(5.0, min(box.height, 9.0))
        baseline = statistics.median(standing) if standing else _baseline_of_signs(letters, size)
    box = Box(box.x0, min(box.y0, baseline - 0.7 * size), max(box.x1, box.x0 + 0.1), max(box.y1, baseline))
    text = unicodedata.normalize("NFC", "".join(letter.text for letter in letters))
    for ligature, plain in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl")):
        text = text.replace(ligature, plain)
    bold = sum(letter.bold for letter in letters) * 2 > len(letters)
    return LayerWord(text, box, size, bold, baseline)


LEAST_SPACED = 5  # consecutive one-letter words that indicate letter-spacing
SPACED_SHARE = 0.7  # least share of one-letter words among consecutive words
MOST_PAIRED = 3  # letters that close spacing may keep together in a letter-spaced word
WIDER = 1.7  # ratio of the space between two such words to that between their letters


def _without_letter_spaces(words: Sequence[LayerWord]) -> list[LayerWord]:
    """Join the letters of words set with letter-spacing (`A L L M Ä N T`)."""
    result: list[LayerWord] = []
    spaced: list[LayerWord] = []
    for word in (*words, None):
        if word is not None and _may_be_spaced(word) and (not spaced or _follows(spaced[-1], word)):
            spaced.append(word)
            continue
        result.extend(_whole(spaced))
        spaced = [word] if word is not None and _may_be_spaced(word) else []
        if word is not None and not spaced:
            result.append(word)
    return result


def _goes_on(before: LayerWord, box: Box) -> bool:
    """Tell whether the box follows the word at a word space."""
    return before.box.y0 - 1 < box.center_y < before.box.y1 + 1 and 0 < box.x0 - before.box.x1 < before.size


def _may_be_spaced(word: LayerWord) -> bool:
    return len(word.text) <= MOST_PAIRED and word.text.isalpha()


def _follows(a: LayerWord, b: LayerWord) -> bool:
    return abs(a.baseline - b.baseline) < 0.2 * a.size and 0 < b.box.x0 - a.box.x1 < 1.2 * a.size


def _whole(spaced: Sequence[LayerWord]) -> list[LayerWord]:
    """Join consecutive letters into words, split at wider spaces; keep other short words unchanged."""
    single = sum(len(word.text) == 1 for word in spaced)
    if single < LEAST_SPACED or single < SPACED_SHARE * len(spaced):
        return list(spaced)
    gaps = [b.box.x0 - a.box.x1 for a, b in pairwise(spaced)]
    usual = statistics.median(gaps)
    groups: list[list[LayerWord]] = [[spaced[0]]]
    for gap, word in zip(gaps, spaced[1:], strict=True):
        if gap > WIDER * usual:
            groups.append([])
        groups[-1].append(word)
    return [
        replace(group[0], text="".join(word.text for word in group), box=union(word.box for word in group))
        for group in groups
    ]


def _capital_height(letters: Sequence[_Letter]) -> float | None:
    """Estimate the cap height from the word's letters; None if no letter indicates it."""
    heights = [letter.box.height for letter in letters if letter.text in _TALL]
    heights.extend(letter.box.height / X_HEIGHT for letter in letters if letter.text in _LOW)
    return statistics.median(heights) if heights else None


def _baseline_of_signs(letters: Sequence[_Letter], size: float) -> float:
    """Estimate the baseline of a word of signs only: dashes and dots float, brackets reach below."""
    bottom = max(letter.box.y1 for letter in letters)
    if all(letter.text in "-–—•·*=»«•▪" for letter in letters):
        return bottom + 0.25 * size
    return bottom - 0.2 * size if any(letter.text in _BELOW for letter in letters) else bottom
