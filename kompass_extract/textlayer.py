"""A PDF page's own text: its words with their places, and whether they can be trusted.

A layer is used only on a page that is not a scan, whose letters are good Swedish, and whose words stand
where there is ink.  A layer over a scan is some OCR's earlier reading; such a page is read anew.
"""

from __future__ import annotations

import ctypes
import statistics
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from kompass_extract.geometry import Box, union
from kompass_extract.ink import Run

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
                words.append(_word(current))
            current = []
        if letter is not None:
            current.append(letter)
    if current:
        words.append(_word(current))
    return tuple(words)


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
    box: Box  # of the glyph
    line: Box  # of the line's height at the glyph
    bold: bool


def _letters(page: pdfium.PdfPage, text_page: pdfium.PdfTextPage) -> list[_Letter | None]:
    """All characters in the layer's order, None for white space."""
    count = text_page.count_chars()
    width, height = page.get_size()
    bold_fonts: dict[tuple[bytes, int], bool] = {}
    letters: list[_Letter | None] = []
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text_page, index)
        sign = "-" if code in (0x02, 0xFFFE, 0xAD) else chr(code) if 0 < code < 0x110000 else "\ufffd"
        if sign.isspace():
            letters.append(None)
            continue
        box = _shown(page, _glyph_box(text_page, index), width, height)
        line = _shown(page, _line_box(text_page, index), width, height)
        letters.append(_Letter(sign, box, line, _bold(text_page, index, bold_fonts)))
    return letters


def _glyph_box(text_page: pdfium.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def _line_box(text_page: pdfium.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    rect = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text_page, index, rect)
    return rect.left, rect.bottom, rect.right, rect.top


def _bold(text_page: pdfium.PdfTextPage, index: int, known: dict[tuple[bytes, int], bool]) -> bool:
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    raw.FPDFText_GetFontInfo(text_page, index, buffer, 128, flags)
    key = (buffer.value, flags.value)
    if key not in known:
        name = buffer.value.decode("utf-8", "replace").lower()
        heavy = any(part in name for part in ("bold", "black", "heavy", "semi"))
        known[key] = heavy or bool(flags.value & 0x40000)
    return known[key]


def _shown(page: pdfium.PdfPage, box: tuple[float, float, float, float], width: float, height: float) -> Box:
    """From the PDF's own space (from the bottom, before /Rotate) to the page as shown, from the top left."""
    x0, y0, x1, y1 = box
    left, bottom, right, top = page.get_cropbox()
    x0, x1, y0, y1 = x0 - left, x1 - left, y0 - bottom, y1 - bottom
    rotation = page.get_rotation()
    if rotation == 90:
        return Box(y0, x0, y1, x1)
    if rotation == 180:
        return Box(width - x1, y0, width - x0, y1)
    if rotation == 270:
        return Box(width - y1, height - x1, width - y0, height - x0)
    return Box(x0, height - y1, x1, height - y0)


def _apart(a: _Letter, b: _Letter) -> bool:
    """Whether two characters that follow each other in the layer stand in different words."""
    same_line = min(a.line.y1, b.line.y1) - max(a.line.y0, b.line.y0) > 0.4 * min(a.line.height, b.line.height)
    gap = b.box.x0 - a.box.x1
    return not same_line or gap > 0.25 * a.line.height or gap < -1.5 * a.line.height


def _word(letters: Sequence[_Letter]) -> LayerWord:
    glyphs = union(letter.box for letter in letters)
    line = union(letter.line for letter in letters)
    size = 0.58 * line.height  # capitals are 0.7 of the font size, a line's box 1.2 of it
    low = min(glyphs.y0, line.y0 + 0.35 * line.height)
    box = Box(glyphs.x0, low, max(glyphs.x1, glyphs.x0 + 0.1), max(glyphs.y1, line.y0 + 0.75 * line.height))
    text = unicodedata.normalize("NFC", "".join(letter.text for letter in letters))
    for ligature, plain in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl")):
        text = text.replace(ligature, plain)
    bold = sum(letter.bold for letter in letters) * 2 > len(letters)
    return LayerWord(text, box, size, bold, line.y0 + 0.79 * line.height)


def _judge_swedish(words: Sequence[LayerWord], knows: Callable[[str], bool] | None) -> LayerVerdict | None:
    """A verdict against the layer, or None when its language gives no reason for one."""
    longer = [word.text.strip(".,;:!?()\"”’") for word in words if len(word.text) >= 4 and any(map(str.isalpha, word.text))]
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
    hit = sum(
        len(word.text)
        for word in words
        if any(
            run.box.x0 - 2 <= word.box.center_x <= run.box.x1 + 2 and run.box.y0 - 3 <= word.box.center_y <= run.box.y1 + 3
            for run in ink
        )
    )
    return hit / max(1, sum(len(word.text) for word in words))


def _share_covered(words: Sequence[LayerWord], ink: Sequence[Run]) -> float:
    """Share of the ink, by width of its runs, that has words on it."""
    total = sum(run.box.width for run in ink if len(run.parts) >= 3)
    if total <= 0:
        return 1.0
    covered = 0.0
    for run in ink:
        if len(run.parts) < 3:
            continue
        on_it = [w for w in words if w.box.y0 - 3 <= run.box.center_y <= w.box.y1 + 3]
        covered += min(
            run.box.width,
            sum(max(0.0, min(w.box.x1, run.box.x1) - max(w.box.x0, run.box.x0)) for w in on_it) * 1.35,
        )
    return covered / total
