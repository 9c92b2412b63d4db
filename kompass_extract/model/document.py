"""What stands on the pages: words, lines, blocks, and the labels the classifier gives them.

All values are frozen; a stage takes those of the stage before and gives new ones.  Page numbers count
from 1, boxes are as in ``geometry``, confidences are 0..1, text is NFC with its quotes and dashes as read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kompass_extract.model.geometry import Box
from kompass_extract.model.reasons import Reason

Knows = Callable[[str], bool]
"""Whether a word, in any case, is Swedish: in the lexicon, or a compound of words that are."""


class PageKind(StrEnum):
    """Where a page's words come from."""

    SCANNED = "scanned"
    BORN_DIGITAL = "born_digital"
    TEXT = "text"


class BlockKind(StrEnum):
    """What a block is in the report; the names are those of the report JSON."""

    STRENGTH = "strength"
    IMPROVEMENT = "improvement"
    NARRATIVE = "narrative"
    SCORE_TABLE = "score_table"
    HEADING = "heading"
    RUBRIC = "rubric"
    FRONT_MATTER = "front_matter"
    FIGURE = "figure"
    PAGE_FURNITURE = "page_furniture"


class Form(StrEnum):
    """What a block looks like, which layout alone can tell."""

    PARAGRAPH = "paragraph"  # running text of one or more lines, headings included
    ITEM = "item"  # a list item: has, or had, a bullet
    ROW = "row"  # a row of a grid with number cells; its cells are in Block.cells
    FIGURE = "figure"  # words of a chart
    FURNITURE = "furniture"  # running header, footer, page number


@dataclass(frozen=True, slots=True)
class Word:
    """One word, with the reader's own confidence and what other readers saw.

    ``raw`` is the first reader's text where another reading was preferred, else None.
    """

    text: str
    box: Box
    confidence: float
    alternatives: tuple[str, ...] = ()
    raw: str | None = None


class Read(Protocol):
    """A text with the confidence that it was read with, 0..1."""

    @property
    def text(self) -> str: ...

    @property
    def confidence(self) -> float: ...


def mean_confidence(words: Sequence[Read], *, of_none: float = 0.0) -> float:
    """Mean confidence of words weighted by their lengths, 0..1; ``of_none`` where there is no letter."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else of_none


LineSpan = tuple[int, int]
"""The first and last line of a text file, from 1."""


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline within one column, left to right.

    ``bullet`` is the box of a list mark before them, ``sign`` the mark as text, "" where it was not read.
    ``in_file`` are the lines of the text file that it was read from; None on a page.
    """

    box: Box
    words: tuple[Word, ...]
    bullet: Box | None = None
    sign: str = ""
    in_file: LineSpan | None = None

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    def part(self, words: Sequence[Word], box: Box) -> Line:
        """Some of the line's words as a line of their own; the list mark stays before the first word."""
        first = words[0] is self.words[0]
        return Line(box, tuple(words), self.bullet if first else None, self.sign if first else "", self.in_file)

    @property
    def confidence(self) -> float:
        """Mean of the words' confidences weighted by length; 1 for a line without words."""
        return mean_confidence(self.words, of_none=1.0)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a grid row; ``column`` counts from 0 over the columns of the whole grid."""

    column: int
    box: Box
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Column:
    """Where a block stands in side-by-side text: column ``index`` of ``count`` within region ``region``."""

    region: str
    index: int
    count: int


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table row in reading order.

    ``text`` is the lines joined to running text (line-end hyphens resolved); ``header`` is the text of the
    column header that governs the block, carried over page breaks.  ``size`` is the height of its letters
    (of an x with ascender, in points), ``weight`` the stroke width relative to the page's body text (1 =
    body, above 1.2 = bold), ``gap`` the white space above it in body line heights.  ``rest`` is the probability that
    the block goes on with the text before it, ``whole`` the least probability that two of its lines are one text.
    """

    id: str
    page: int
    box: Box
    form: Form
    lines: tuple[Line, ...]
    text: str
    column: Column | None = None
    header: str = ""
    cells: tuple[Cell, ...] = ()
    bulleted: bool = False
    continues: bool = False  # the rest of a block cut by a page break or a column break
    size: float = 10.0
    weight: float = 1.0
    gap: float = 1.0
    rest: float = 0.0
    whole: float = 1.0

    @property
    def confidence(self) -> float:
        """Mean reading confidence of its words, weighted by length."""
        return mean_confidence([word for line in self.lines for word in line.words], of_none=1.0)


@dataclass(frozen=True, slots=True)
class LabelledBlock:
    """A block with its kind, the classifier's probability for it and the runner-up, and its area (1..8).

    ``doubts`` are reasons why a person should look at what is made of it.
    """

    block: Block
    kind: BlockKind
    confidence: float
    runner_up: BlockKind | None = None
    area: int | None = None
    doubts: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One upright page as it was read.

    ``rotation`` is what the page was turned by to stand upright, in degrees clockwise (0, 90, 180, 270);
    ``skew`` the slant taken out after that, in degrees.  ``decision`` says why the words come from where
    they do.  A page that failed has no blocks and its reason in ``failure``.
    """

    number: int
    width: float
    height: float
    rotation: int
    skew: float
    kind: PageKind
    ocr_confidence: float
    decision: str
    blocks: tuple[Block, ...] = ()
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The input file."""

    file_name: str
    sha256: str
    kind: str  # "scanned" | "born_digital" | "mixed" | "text"
    pages: int


class PageRole(StrEnum):
    """What a page of the file is to the report."""

    PAGE = "page"
    SPREAD = "spread"  # a sheet with two pages
    REPEAT = "repeat"  # says the same as another page and is left out
    MOVED = "moved"  # stands in another place than its printed number says


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page of the report lies: page ``number`` (from 1) of the file, ``x`` points from its left edge."""

    number: int
    x: float = 0.0


@dataclass(frozen=True, slots=True)
class FilePage:
    """A page of the file as it was read, and what it is to the report; ``same_as`` is the page that it repeats."""

    number: int
    width: float
    height: float
    rotation: int
    skew: float
    kind: PageKind
    decision: str
    role: PageRole = PageRole.PAGE
    same_as: int | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report as read: its pages with their blocks in reading order.

    Where the report's pages are not the file's one by one, ``origins`` says of each where it lies, and ``file_pages``
    are the file's; else both are empty.  ``titles`` are those that the report made up for its lists, folded, each with
    the role of a header.
    """

    source: Source
    pages: tuple[Page, ...]
    ocr: OcrRecord | None = None
    origins: tuple[Origin, ...] = ()
    file_pages: tuple[FilePage, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(block for page in self.pages for block in page.blocks)


@dataclass(frozen=True, slots=True)
class OcrRecord:
    """Which engine read the pages."""

    engine: str
    version: str
    languages: str
    dpi: int
    second_reader: str | None = None
