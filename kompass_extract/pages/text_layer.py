"""A PDF page's own text: its words with their places, and whether they can be trusted.

A layer is used only on a page that is not a scan, whose letters are good Swedish, and whose words stand
where there is ink.  A layer over a scan is some OCR's earlier reading; such a page is read anew.
"""

from __future__ import annotations

import ctypes
import statistics
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from kompass_extract.model.geometry import Box, union
from kompass_extract.pages.components import Run

BULLET_SIGNS = frozenset("•●▪■◦○▫□‣⁃·∙►➢➤✓✔❖♦◆\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf02d")
PERHAPS_BULLETS = frozenset({"-", "–", "—", "*", "o", "»", "›", "=", "§"})
LEAST_WORDS = 8  # fewer say nothing about a layer's language
LEAST_KNOWN = 0.6  # good Swedish has 0.9 of its longer words in the lexicon, a layer by an English model 0.55
LEAST_LETTER_SHARE = 0.012  # å, ä and ö are 5 % of the letters of Swedish text
LEAST_ON_INK = 0.7


@dataclass(frozen=True, slots=True)
class LayerWord:
    """A word of the layer; ``size`` is the height of its letters in points, ``bold`` its font's word."""

    text: str
    box: Box
    size: float
    bold: bool
    baseline: float


@dataclass(frozen=True, slots=True)
class LayerVerdict:
    """Whether a layer is used, and why, in words for the record."""

    use: bool
    reason: str


def read_layer(page: pdfium.PdfPage) -> tuple[LayerWord, ...]:
    """The layer's words in its own order, boxes on the page as it is shown; empty for none."""
    text_page = page.get_textpage()
    try:
        letters = _letters(page, text_page)
    finally:
        text_page.close()
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


def judge_layer(
    words: Sequence[LayerWord],
    *,
    is_scan: bool,
    ink: Sequence[Run],
    knows: Callable[[str], bool] | None,
) -> LayerVerdict:
    """Decide whether the layer's words stand for the page; ``ink`` are the runs found in its picture."""
    if not words:
        return LayerVerdict(False, "no text layer")
    if is_scan:
        return LayerVerdict(False, "the text layer is an earlier OCR of the scan: read anew")
    text = " ".join(word.text for word in words)
    broken = sum(text.count(sign) for sign in ("\ufffd", "\x00")) + sum(unicodedata.category(c) == "Co" for c in text)
    if broken > 0.02 * len(text):
        return LayerVerdict(False, f"the text layer has {broken} unreadable characters: read anew")
    verdict = _judge_swedish(words, knows)
    if verdict is not None:
        return verdict
    share = _share_on_ink(words, ink)
    if share < LEAST_ON_INK:
        return LayerVerdict(False, f"only {share:.0%} of the text layer stands where there is ink: read anew")
    missing = 1 - _share_covered(words, ink)
    if missing > 1 - LEAST_ON_INK:
        return LayerVerdict(False, f"the text layer lacks {missing:.0%} of the page's ink: read anew")
    return LayerVerdict(True, "text layer used: good Swedish that agrees with the picture")


def layer_runs(words: Sequence[LayerWord]) -> tuple[tuple[Run, ...], tuple[bool | None, ...], float]:
    """The words as runs for the layout, which of them are list marks (None: perhaps), and the page's em."""
    em = statistics.median(word.size for word in words) if words else 7.0
    runs, marks = [], []
    for index, word in enumerate(words):
        weight = 1.5 if word.bold else 1.0
        runs.append(Run(word.box, (index,), word.size, weight, (), word.box, word.baseline))
        marks.append(True if word.text in BULLET_SIGNS else None if word.text in PERHAPS_BULLETS else False)
    return tuple(runs), tuple(marks), em


@dataclass(frozen=True, slots=True)
class _Letter:
    text: str
    box: Box
    bold: bool


def _letters(page: pdfium.PdfPage, text_page: pdfium.PdfTextPage) -> list[_Letter | None]:
    """All characters in the layer's order, None for white space."""
    count = text_page.count_chars()
    width, height = page.get_size()
    left, bottom, _, _ = page.get_cropbox()
    frame = _Frame(width, height, left, bottom, page.get_rotation())
    fonts = _Fonts()
    letters: list[_Letter | None] = []
    broken = False
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text_page, index)
        if code in _HYPHENS_AT_LINE_END:
            if not _line_ends(text_page, index, count, frame):
                continue
            code = ord("-")
        sign = chr(code) if 0 < code < 0x110000 else "\ufffd"
        if sign in _LINE_BREAKS:
            broken = True
            continue
        if sign.isspace():
            letters.append(None)
            continue
        letter = _Letter(sign, frame.shown(_glyph_box(text_page, index)), fonts.bold(text_page, index))
        if broken and not (letters and letters[-1] and _adjoin(letters[-1], letter)):
            letters.append(None)
        broken = False
        letters.append(letter)
    return letters


_HYPHENS_AT_LINE_END = frozenset({0x02, 0xFFFE, 0xAD})  # PDFium's sign for a hyphen it takes for the typesetter's


_LINE_BREAKS = frozenset("\r\n")  # PDFium puts them amid words, too, where a typesetter placed their parts one by one
ADJOINING = 0.2  # of a letter's height; a word space has 0.3 and more


def _adjoin(a: _Letter, b: _Letter) -> bool:
    """Whether a letter follows the other so closely on its line that no space is between them."""
    height = max(a.box.height, b.box.height)
    level = min(a.box.y1, b.box.y1) - max(a.box.y0, b.box.y0) > 0.3 * min(a.box.height, b.box.height)
    return level and abs(b.box.x0 - a.box.x1) < ADJOINING * height


def _line_ends(text_page: pdfium.PdfTextPage, index: int, count: int, frame: _Frame) -> bool:
    """Whether a line ends with this sign; PDFium puts its hyphen sign into ligatures, too.

    Where PDFium takes the word for hyphenated, the next line's letter follows the sign directly.
    """
    if index + 1 >= count or chr(max(1, raw.FPDFText_GetUnicode(text_page, index + 1))).isspace():
        return True
    sign, after = (frame.shown(_glyph_box(text_page, place)) for place in (index, index + 1))
    beside = after.y0 < sign.center_y < after.y1 and after.x0 >= sign.x0
    return not beside or after.x0 - sign.x1 > after.height


@dataclass(frozen=True, slots=True)
class _Frame:
    """From the PDF's own space (from the bottom, before /Rotate) to the page as shown, from the top left."""

    width: float
    height: float
    left: float
    bottom: float
    rotation: int

    def shown(self, box: tuple[float, float, float, float]) -> Box:
        x0, y0, x1, y1 = box
        x0, x1, y0, y1 = x0 - self.left, x1 - self.left, y0 - self.bottom, y1 - self.bottom
        if self.rotation == 90:
            return Box(y0, x0, y1, x1)
        if self.rotation == 180:
            return Box(self.width - x1, y0, self.width - x0, y1)
        if self.rotation == 270:
            return Box(self.width - y1, self.height - x1, self.width - y0, self.height - x0)
        return Box(x0, self.height - y1, x1, self.height - y0)


def _glyph_box(text_page: pdfium.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    left, right, bottom, top = ctypes.c_double(), ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


class _Fonts:
    """Tells bold letters by their fonts, each of which is looked at once."""

    def __init__(self) -> None:
        self._bold: dict[tuple[bytes, int], bool] = {}
        self._name, self._flags = ctypes.create_string_buffer(128), ctypes.c_int()

    def bold(self, text_page: pdfium.PdfTextPage, index: int) -> bool:
        """Whether a character is bold."""
        self._name.value, self._flags.value = b"", 0
        raw.FPDFText_GetFontInfo(text_page, index, self._name, 128, self._flags)
        key = (self._name.value, self._flags.value)
        if key not in self._bold:
            name = key[0].decode("utf-8", "replace").lower()
            heavy = any(part in name for part in ("bold", "black", "heavy", "semi"))
            self._bold[key] = heavy or bool(key[1] & 0x40000)
        return self._bold[key]


_TALL = frozenset("bdfhklABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_LOW = frozenset("acemnorsuvwxz")
_BELOW = frozenset("gjpqyQJ,;()[]|/")
_X_HEIGHT = 0.72  # of a capital's height, in text fonts 0.68 to 0.76


def _apart(a: _Letter, b: _Letter) -> bool:
    """Whether two characters that follow each other in the layer stand in different words.

    PDFium puts a space wherever there is one, so only what it overlooks is told here.
    """
    height = max(a.box.height, b.box.height)
    return b.box.x0 - a.box.x1 > 1.2 * height or b.box.x0 < a.box.x0 - height or not _overlap_vertically(a, b, height)


def _overlap_vertically(a: _Letter, b: _Letter, height: float) -> bool:
    return min(a.box.y1, b.box.y1) - max(a.box.y0, b.box.y0) > -0.8 * height


def _word(letters: Sequence[_Letter], before: LayerWord | None) -> LayerWord:
    """The letters as a word; its box reaches from the baseline at least an x up, also for a dash or a dot.

    Signs alone are as large as the word before them on their line.
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


LEAST_SPACED = 5  # words of a letter each that show letter-spacing
SPACED_SHARE = 0.7  # of the words in a row, those of one letter
MOST_PAIRED = 3  # letters that a close pair leaves together in a letter-spaced word
WIDER = 1.7  # the space between two such words against that between their letters


def _without_letter_spaces(words: Sequence[LayerWord]) -> list[LayerWord]:
    """The words, those set with wide spaces between their letters (`A L L M Ä N T`) made whole."""
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
    """Whether what is in the box stands a word space after the word."""
    return before.box.y0 - 1 < box.center_y < before.box.y1 + 1 and 0 < box.x0 - before.box.x1 < before.size


def _may_be_spaced(word: LayerWord) -> bool:
    return len(word.text) <= MOST_PAIRED and word.text.isalpha()


def _follows(a: LayerWord, b: LayerWord) -> bool:
    return abs(a.baseline - b.baseline) < 0.2 * a.size and 0 < b.box.x0 - a.box.x1 < 1.2 * a.size


def _whole(spaced: Sequence[LayerWord]) -> list[LayerWord]:
    """Letters in a row as the words that they are, cut where the space is wider; other short words as they are."""
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
    """Height of a capital as the word's letters tell it, None for a word without telling letters."""
    heights = [letter.box.height for letter in letters if letter.text in _TALL]
    heights.extend(letter.box.height / _X_HEIGHT for letter in letters if letter.text in _LOW)
    return statistics.median(heights) if heights else None


def _baseline_of_signs(letters: Sequence[_Letter], size: float) -> float:
    """Baseline of a word of signs alone: dashes and dots float, brackets reach below."""
    bottom = max(letter.box.y1 for letter in letters)
    if all(letter.text in "-–—•·*=»«•▪" for letter in letters):
        return bottom + 0.25 * size
    return bottom - 0.2 * size if any(letter.text in _BELOW for letter in letters) else bottom


def _judge_swedish(words: Sequence[LayerWord], knows: Callable[[str], bool] | None) -> LayerVerdict | None:
    """A verdict against the layer, or None when its language gives no reason for one."""
    longer = [
        word.text.strip('.,;:!?()"”’') for word in words if len(word.text) >= 4 and any(map(str.isalpha, word.text))
    ]
    letters = [c for word in words for c in word.text.lower() if c.isalpha()]
    if len(longer) < LEAST_WORDS:
        return None
    share = sum(c in "åäö" for c in letters) / max(1, len(letters))
    known = sum(knows(word) for word in longer) / len(longer) if knows is not None else 1.0
    if known < LEAST_KNOWN:
        return LayerVerdict(False, f"only {known:.0%} of the text layer's words are Swedish: read anew")
    if len(letters) > 400 and share < LEAST_LETTER_SHARE:
        return LayerVerdict(False, f"å, ä and ö are {share:.1%} of the text layer's letters: read anew")
    return None


def _share_on_ink(words: Sequence[LayerWord], ink: Sequence[Run]) -> float:
    """Share of the words, by length, whose middle lies on a run of ink."""
    if not ink:
        return 0.0
    x0, y0, x1, y1 = (side[None, :] for side in _sides([run.box for run in ink]))
    left, top, right, bottom = (side[:, None] for side in _sides([word.box for word in words]))
    x, y = (left + right) / 2, (top + bottom) / 2
    on_ink = ((x0 - 2 <= x) & (x <= x1 + 2) & (y0 - 3 <= y) & (y <= y1 + 3)).any(axis=1).tolist()
    hit = sum(len(word.text) for word, on in zip(words, on_ink, strict=True) if on)
    return hit / max(1, sum(len(word.text) for word in words))


def _sides(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """The left, upper, right and lower sides of boxes, a row each."""
    return np.array([(box.x0, box.y0, box.x1, box.y1) for box in boxes], dtype=np.float64).reshape(-1, 4).T


def _share_covered(words: Sequence[LayerWord], ink: Sequence[Run]) -> float:
    """Share of the ink, by width of its runs, that has words on it."""
    total = sum(run.box.width for run in ink if len(run.parts) >= 3)
    if total <= 0:
        return 1.0
    x0, y0, x1, y1 = _sides([word.box for word in words])
    covered = 0.0
    for run in ink:
        if len(run.parts) < 3:
            continue
        on_it = (y0 - 3 <= run.box.center_y) & (run.box.center_y <= y1 + 3)
        shared = np.minimum(x1[on_it], run.box.x1) - np.maximum(x0[on_it], run.box.x0)
        covered += min(run.box.width, sum(np.maximum(0.0, shared).tolist()) * 1.35)
    return covered / total
