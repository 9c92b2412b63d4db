"""Read one page: from its image to line segments with words.

Order: render; use the text layer if it can be trusted; otherwise deskew the image, find its components and
line segments, read the longest lines first, turn the page if they read better upside down, then read the rest.  A
second recogniser reads short segments, which may be numbers, and doubtful words; if it disagrees,
its reading is kept as well.  This module knows nothing about reports.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from pypdfium2 import PdfDocument

from kompass_extract.errors import OcrFailedError
from kompass_extract.model.document import Knows, Line, PageKind, Word, mean_confidence
from kompass_extract.model.geometry import Box, union
from kompass_extract.pages.components import Gray, Marks, Rule, Run, find_marks
from kompass_extract.pages.font_letters import FileLetters
from kompass_extract.pages.image import PageImage, prepare, upside_down, without_solids
from kompass_extract.pages.layer_verdict import LayerVerdict, judge_digits, judge_layer, judge_letters, judge_seen
from kompass_extract.pages.seen_text import PICTURE_DPI, SeenText, see_text
from kompass_extract.pages.source import RawPage, SourceFile, SourceKind, load_page, open_pdf
from kompass_extract.pages.text_layer import LayerWord, layer_em, layer_runs, seen_words
from kompass_extract.settings import ReadingSettings
from kompass_extract.words.crops import first_letter, last_low_sign, strip_picture, usual_height
from kompass_extract.words.engines.base import CellReader, LineReader, PictureWord
from kompass_extract.words.fusion import Look, looks_wanted, merge_readings, merge_word
from kompass_extract.words.glyph_check import KnownDigits, shown_digits, with_shown_digits
from kompass_extract.words.glyph_shapes import capital_height, measured_dash, with_measured_initial, with_measured_stops
from kompass_extract.words.segments import Strip, find_strips

PAPER = 255
"""Of a gray picture."""


@dataclass(frozen=True, slots=True)
class ReadStrip:
    """A line segment with its words; ``stroke`` is the thickness of its letters relative to their height."""

    line: Line
    letter_height: float
    stroke: float
    baseline: float


@dataclass(frozen=True, slots=True)
class PageReading:
    """The reading of one page, before the layout groups it into blocks.  Lengths in points."""

    number: int
    width: float
    height: float
    rotation: int
    skew: float
    kind: PageKind
    decision: str
    em: float
    strips: tuple[ReadStrip, ...]
    rules: tuple[Rule, ...]
    graphics: tuple[Box, ...]
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Readers:
    """The engines of one worker."""

    lines: LineReader
    cells: CellReader | None
    knows: Knows | None = None
    digits: KnownDigits = field(default_factory=KnownDigits)
    letters: FileLetters = field(default_factory=FileLetters)


def read_page(
    source: SourceFile, number: int, readers: Callable[[], Readers], settings: ReadingSettings
) -> PageReading:
    """Read page ``number``; a recogniser's failure becomes the page's ``failure``, not an exception."""
    if source.kind is SourceKind.PDF:
        digital, reason = read_digital(source, number, readers)
        if digital is not None:
            return digital
    else:
        reason = "image"
    raw = load_page(source, number, dpi=settings.dpi)
    try:
        return _read_scan(raw, readers(), reason, settings)
    except OcrFailedError as error:
        height, width = raw.gray.shape
        return failed_page(number, width * 72 / raw.dpi, height * 72 / raw.dpi, str(error))


def failed_page(number: int, width: float, height: float, failure: str) -> PageReading:
    """Return a page without content, with the reason of its failure."""
    return PageReading(number, width, height, 0, 0.0, PageKind.SCANNED, "failed", 7.0, (), (), (), failure)


def read_digital(source: SourceFile, number: int, readers: Callable[[], Readers]) -> tuple[PageReading | None, str]:
    """Read the page from its text layer, or return None and the reason why the layer is not used."""
    with open_pdf(source.path) as document:
        text = see_text(document, number)
        if text is None:
            return None, "no text layer"
        words = seen_words(text)
        marks = _marks_beside(text, words)
        verdict = judge_seen(text) or judge_layer(words, ink=marks.runs, knows=readers().knows)
        if verdict.use:
            verdict = _judge_file(document, source, words, readers()) or verdict
        cells = readers().cells
        if verdict.use and cells is not None:
            shown = shown_digits(text, cells, readers().digits.of(source.sha256))
            verdict = judge_digits(list(shown.values())) or verdict
            words = seen_words(with_shown_digits(text, shown)) if shown else words
    if not verdict.use:
        return None, verdict.reason
    runs, known, em = layer_runs(words)
    dots = _uncovered_dots(marks, words, em)
    strips = find_strips((*runs, *dots), marks.rules, em, marks=(*known, *(None for _ in dots)))
    height, width = text.picture.shape
    reading = PageReading(
        number, width * 72 / PICTURE_DPI, height * 72 / PICTURE_DPI, text.rotation, 0.0, PageKind.BORN_DIGITAL,
        verdict.reason, em,
        tuple(strip for item in strips if (strip := _layer_strip(item, (*runs, *dots), words)) is not None),
        marks.rules, marks.graphics,
    )  # fmt: skip
    return reading, verdict.reason


def _judge_file(
    document: PdfDocument, source: SourceFile, words: Sequence[LayerWord], readers: Readers
) -> LayerVerdict | None:
    """Reject a page's layer if it holds a letter that is wrong in the whole file."""
    if readers.knows is None:
        return None
    text = "".join(word.text for word in words)
    return judge_letters(
        [letter for letter in readers.letters.of(document, source.sha256, readers.knows) if letter in text]
    )


def _marks_beside(text: SeenText, words: Sequence[LayerWord]) -> Marks:
    """Find the rules, graphics and text runs of the page image outside the layer's letters.

    Filled regions are judged by the letters on them, before the letters are removed.
    """
    shown, solids = without_solids(text.picture, PICTURE_DPI)
    if shown is text.picture:
        return find_marks(text.beside, PICTURE_DPI, solids, clean=True, em=layer_em(words))
    ground = np.where(shown == text.picture, text.beside, PAPER)
    picture = np.where(text.picture == text.beside, shown, ground).astype(np.uint8)
    return find_marks(picture, PICTURE_DPI, solids, clean=True, em=layer_em(words))


def _uncovered_dots(marks: Marks, words: Sequence[LayerWord], em: float) -> tuple[Run, ...]:
    """Find small components without a word in the layer: bullets drawn as shapes."""
    dots = []
    for run in marks.runs:
        if max(run.box.width, run.box.height) > 1.3 * em:
            continue
        grown = run.box.grown(0.5)
        if not any(
            word.box.x0 < grown.x1 and word.box.x1 > grown.x0 and word.box.y0 < grown.y1 and word.box.y1 > grown.y0
            for word in words
        ):
            dots.append(Run(run.box, (), run.letter_height, 1.0, (), run.box))
    return tuple(dots)


def _layer_strip(strip: Strip, runs: Sequence[Run], words: Sequence[LayerWord]) -> ReadStrip | None:
    chosen = [words[part] for run in strip.runs for part in runs[run].parts]
    if strip.skip_first:
        chosen = chosen[1:]
    if not chosen:
        return None
    line = Line(strip.box, _whole_words(chosen), strip.bullet)
    bold = sum(word.bold * len(word.text) for word in chosen) * 2 > sum(len(word.text) for word in chosen)
    return ReadStrip(line, sum(word.size for word in chosen) / len(chosen), 0.22 if bold else 0.15, strip.baseline)


_CLOSING = frozenset(".,;:!?")
_CLOSE = 0.5  # of the letters' height: a smaller gap before a closing sign is kerning, not a space


def _whole_words(chosen: Sequence[LayerWord]) -> tuple[Word, ...]:
    """Join a layer's words of one line with stops, commas and closing quotes close after them."""
    words: list[Word] = []
    for word in chosen:
        before = words[-1] if words else None
        signs = set(word.text) <= _CLOSING
        if before is not None and signs and word.box.x0 - before.box.x1 < _CLOSE * word.size:
            words[-1] = Word(before.text + word.text, union([before.box, word.box]), 1.0)
        else:
            words.append(Word(word.text, word.box, 1.0))
    return tuple(words)


def _read_scan(raw: RawPage, readers: Readers, reason: str, settings: ReadingSettings) -> PageReading:
    sheet = _Sheet.of(prepare(raw.gray, raw.dpi))
    if sheet.strips:
        sheet = _upright(sheet, readers.lines, settings)
    read = sheet.read(range(len(sheet.strips)), readers.lines, settings)
    if readers.cells is not None:
        read = _second_look(readers.cells, sheet, read, readers.knows, settings)
    found = tuple(_read_strip(sheet, strip, words) for strip, words in zip(sheet.strips, read, strict=True) if words)
    page, marks = sheet.page, sheet.marks
    return PageReading(
        raw.number, page.width, page.height, page.rotation, page.skew, PageKind.SCANNED, reason, marks.em,
        without_scribble(found, marks.em), marks.rules, marks.graphics,
    )  # fmt: skip


def without_scribble(strips: Sequence[ReadStrip], em: float) -> tuple[ReadStrip, ...]:
    """Remove low-confidence segments: noise without a letter's height, and holes, staples or an edge beside text."""
    strips = [strip for strip in strips if not _is_dirt(strip.line, em)]
    lines = [s.line.box for s in strips if _is_text(s.line)]
    if not lines:
        return tuple(strips)
    left, right = min(box.x0 for box in lines), max(box.x1 for box in lines)
    return tuple(
        strip
        for strip in strips
        if (left < strip.line.box.x1 and strip.line.box.x0 < right)
        or strip.line.confidence >= SURE_TEXT
        or len(strip.line.text) > LONGEST_SCRIBBLE
    )


def _is_dirt(line: Line, em: float) -> bool:
    """Tell whether a line has one or two unsure signs of neither a letter's nor a dash's (or bullet's) height."""
    height = line.box.height / em
    letter = line.text.isalnum() and LETTER_HEIGHT_EM[0] <= height <= LETTER_HEIGHT_EM[1]
    return len(line.text) <= MOST_DIRT and line.confidence < SURE_TEXT and height > DASH_HEIGHT_EM and not letter


def _is_text(line: Line) -> bool:
    """Tell whether a line marks the extent of the text: it is long, or a short number or word read with confidence."""
    signs = sum(map(str.isalnum, line.text))
    return line.confidence >= (SURE_TEXT if len(line.text) >= LEAST_TEXT else SURE_SHORT) and signs >= LEAST_SIGNS


SURE_TEXT, LEAST_TEXT = 0.6, 8  # mean confidence, and signs, of lines that mark the extent of the text
SURE_SHORT, LEAST_SIGNS = 0.85, 2  # the same of the numbers of a table's last columns
LONGEST_SCRIBBLE = 4  # signs
MOST_DIRT = 2  # signs
LETTER_HEIGHT_EM, DASH_HEIGHT_EM = (0.6, 1.4), 0.3  # of isolated letters and digits, and of a dash


@dataclass(slots=True)
class _Sheet:
    """A deskewed page with its components and line segments; ``known`` collects the words read, by segment."""

    page: PageImage
    marks: Marks
    strips: tuple[Strip, ...]
    known: dict[int, tuple[Word, ...]]

    @classmethod
    def of(cls, page: PageImage) -> _Sheet:
        marks = find_marks(page.even, page.dpi, page.solids)
        strips = find_strips(marks.runs, marks.rules, marks.em)
        return cls(page, marks, tuple(strip for strip in strips if not _is_dot(strip, marks.em)), {})

    def read(self, wanted: Sequence[int], reader: LineReader, settings: ReadingSettings) -> list[tuple[Word, ...]]:
        """Return the words of the wanted segments; none is read twice."""
        missing = [index for index in wanted if index not in self.known]
        pictures = [strip_picture(self.page.even, self.marks, self.strips[index]) for index in missing]
        lines = reader.read([picture for picture, _ in pictures], dpi=self.page.dpi, timeout=settings.page_timeout)
        for index, words, (_, place) in zip(missing, lines, pictures, strict=True):
            found = _words(words, place, self.page.dpi)
            self.known[index] = tuple(word for word in found if not _is_ghost(word, self.strips[index].letter_height))
        return [self.known[index] for index in wanted]


CLEARLY_BETTER = 0.05  # by which turning an upside-down page raises the confidence of its longest lines,
LEAST_TURNED = 0.5  # and their least confidence then, 0..1: too thin or faint lines have the same either way
LONE_DOT_EM = 0.45  # a segment no larger holds no letter: a speck, or a bullet whose text is elsewhere
GHOST_HEIGHT = 0.9  # of the cap height: a dash has at most 0.25, an equals sign 0.5
GHOST_CONFIDENCE = 0.7  # 0..1; dashes without ink had at most 0.61 over six scans, printed ones mostly 0.9
_FLAT_SIGNS = frozenset("-–—=_~")


def _is_dot(strip: Strip, em: float) -> bool:
    return max(strip.box.width, strip.box.height) < LONE_DOT_EM * em


def _is_ghost(word: Word, capital: float) -> bool:
    """Tell whether a dash was invented in a wide space: without ink of its own its box has the line's height."""
    tall = word.box.height > GHOST_HEIGHT * capital
    return tall and word.confidence < GHOST_CONFIDENCE and set(word.text) <= _FLAT_SIGNS


def _read_strip(sheet: _Sheet, strip: Strip, words: tuple[Word, ...]) -> ReadStrip:
    """Return the segment with its words, corrected by the shapes of their letters."""
    words = tuple(measured_dash(word, strip.letter_height) for word in words)
    height = capital_height(strip.letter_height, words, sheet.marks.em)
    words = with_measured_initial(
        words,
        height,
        lambda word: first_letter(sheet.marks, strip, word.box),
        lambda: usual_height(sheet.marks, strip),
    )
    words = with_measured_stops(words, height, strip.baseline, lambda word: last_low_sign(sheet.marks, strip, word.box))
    return ReadStrip(Line(strip.box, words, strip.bullet), height, strip.stroke / max(0.1, height), strip.baseline)


def _upright(sheet: _Sheet, reader: LineReader, settings: ReadingSettings) -> _Sheet:
    """Return the sheet, turned by 180 degrees if its longest lines read better that way."""
    here = _sense(sheet, reader, settings)
    if here >= settings.upright_confidence:
        return sheet
    turned = _Sheet.of(upside_down(sheet.page))
    there = _sense(turned, reader, settings) if turned.strips else 0.0
    return turned if there > max(here + CLEARLY_BETTER, LEAST_TURNED) else sheet


def _sense(sheet: _Sheet, reader: LineReader, settings: ReadingSettings) -> float:
    """Return the mean confidence over the three longest lines, 0..1."""
    strips = sheet.strips
    longest = sorted(range(len(strips)), key=lambda i: -strips[i].box.width / max(1.0, strips[i].letter_height))[:3]
    words = [word for line in sheet.read(longest, reader, settings) for word in line]
    return mean_confidence(words)


def _words(words: Sequence[PictureWord], place: Box, dpi: int) -> tuple[Word, ...]:
    """Convert words from the image's pixels to the page's points."""
    found = []
    for word in words:
        box = word.box.in_points(72 / dpi)
        shifted = Box(box.x0 + place.x0, box.y0 + place.y0, box.x1 + place.x0, box.y1 + place.y0)
        found.append(Word(word.text, shifted, min(1.0, max(0.0, word.confidence))))
    return tuple(found)


def _second_look(
    reader: CellReader,
    sheet: _Sheet,
    read: Sequence[tuple[Word, ...]],
    knows: Knows | None,
    settings: ReadingSettings,
) -> list[tuple[Word, ...]]:
    """Read short segments and doubtful words again with the second recogniser."""
    looks = [
        look
        for index, words in enumerate(read)
        for look in looks_wanted(index, sheet.strips[index].box.width / sheet.marks.em, words, settings)
    ]
    pictures = [_look_picture(sheet, look, read) for look in looks]
    result = [list(words) for words in read]
    for look, reading in zip(looks, reader.read_cells(pictures), strict=True):
        if look.word is None:
            result[look.strip] = list(merge_readings(read[look.strip], reading, sheet.strips[look.strip].box, settings))
        else:
            result[look.strip][look.word] = merge_word(read[look.strip][look.word], reading, knows)
    return [tuple(words) for words in result]


def _look_picture(sheet: _Sheet, look: Look, read: Sequence[tuple[Word, ...]]) -> Gray:
    """Return the image of a segment, or of one of its words."""
    strip = sheet.strips[look.strip]
    picture, place = strip_picture(sheet.page.even, sheet.marks, strip, 0.12)
    if look.word is None:
        return picture
    unit, box, edge = sheet.page.dpi / 72, read[look.strip][look.word].box, 0.15 * strip.letter_height
    x0, x1 = int((box.x0 - edge - place.x0) * unit), int((box.x1 + edge - place.x0) * unit) + 1
    part = picture[:, max(0, x0) : max(x1, max(0, x0) + 4)]
    return part if part.shape[1] >= 4 else picture
