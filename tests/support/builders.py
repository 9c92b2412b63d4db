"""Builds blocks and documents from labelled reports as the layout and the classifier would deliver them.

Tests of all later stages start here, without images or readers.  Geometry is made up but consistent: blocks stand
below each other, table cells in columns, and pages follow when one is full.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kompass_extract.content.numbers import CONFUSIONS
from kompass_extract.model.document import (
    Block,
    BlockKind,
    Cell,
    Column,
    Document,
    Form,
    LabelledBlock,
    Line,
    OcrRecord,
    Page,
    PageKind,
    Source,
    Word,
)
from kompass_extract.model.geometry import Box, union

GOLD = Path(__file__).parents[2] / "gold"
LINE_HEIGHT = 14.0
PAGE_WIDTH, PAGE_HEIGHT = 595.0, 842.0
TOP, BOTTOM, LEFT, RIGHT = 70.0, 780.0, 70.0, 525.0
NUMBER_X, QUESTION_X, VALUES_X = 70.0, 110.0, (380.0, 430.0, 480.0, 530.0)
HEADS = ("Uppnått", "Max", "Procent")


def gold(name: str) -> dict[str, Any]:
    """A labelled report as it stands in the file."""
    loaded: dict[str, Any] = json.loads((GOLD / f"{name}.json").read_text("utf-8"))
    return loaded


def words(text: str, x: float, y: float, confidence: float = 0.96) -> tuple[Word, ...]:
    """Words on one line, five points to a letter."""
    found = []
    for word in text.split():
        width = 5.0 * len(word)
        found.append(Word(word, Box(x, y, x + width, y + 10), confidence))
        x += width + 4
    return tuple(found)


def line(text: str, x: float = LEFT, y: float = TOP, confidence: float = 0.96) -> Line:
    """One line of text."""
    made = words(text, x, y, confidence)
    return Line(union(word.box for word in made) if made else Box(x, y, x + 1, y + 10), made)


@dataclass
class Writer:
    """Puts blocks on pages one below the other."""

    confidence: float = 0.96
    class_confidence: float = 0.98
    page: int = 1
    y: float = TOP
    made: list[LabelledBlock] = field(default_factory=list)

    def new_page(self) -> None:
        self.page, self.y = self.page + 1, TOP

    def room(self, height: float) -> float:
        """The next free place for a block of ``height`` points."""
        if self.y + height > BOTTOM:
            self.new_page()
        place = self.y
        self.y += height + LINE_HEIGHT / 2
        return place

    def text(self, kind: BlockKind, text: str, area: int | None, form: Form = Form.PARAGRAPH, **extra: Any) -> None:
        """A paragraph, heading or item, wrapped at about 90 letters."""
        wrapped = wrap(text, 90)
        y = self.room(LINE_HEIGHT * len(wrapped))
        lines = tuple(line(part, LEFT, y + LINE_HEIGHT * n, self.confidence) for n, part in enumerate(wrapped))
        self.add(kind, form, lines, text, area, **extra)

    def row(self, cells: Sequence[str], area: int | None, kind: BlockKind = BlockKind.SCORE_TABLE) -> None:
        """A grid row: number, question, then number columns; an empty string makes an empty cell."""
        places = (NUMBER_X, QUESTION_X, *VALUES_X)
        parts = [wrap(text, 50) for text in cells]
        y = self.room(LINE_HEIGHT * max(map(len, parts)))
        made = []
        for index, part in enumerate(parts):
            if part != [""]:
                rows = tuple(
                    line(text, places[index], y + LINE_HEIGHT * n, self.confidence) for n, text in enumerate(part)
                )
                made.append(Cell(index, union(one.box for one in rows), rows))
        lines = tuple(one for cell in made for one in cell.lines)
        self.add(kind, Form.ROW, lines, " ".join(c for c in cells if c), area, cells=tuple(made))

    def add(
        self, kind: BlockKind, form: Form, lines: tuple[Line, ...], text: str, area: int | None, **extra: Any
    ) -> None:
        number = len(self.made) + 1
        box = union(one.box for one in lines)
        block = Block(f"p{self.page}-b{number}", self.page, box, form, lines, text, **extra)
        self.made.append(LabelledBlock(block, kind, self.class_confidence, None, area))


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` letters where the words allow it; one empty line for no text."""
    lines, current = [], ""
    for word in text.split():
        if current and len(current) + 1 + len(word) > width:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}".strip()
    return [*lines, current]


def percent_text(value: int | None) -> str:
    return "" if value is None else f"{value} %"


def score_table(writer: Writer, area: dict[str, Any], *, heading: bool = True, as_lines: bool = False) -> None:
    """An area's score table as grid rows, or as lines of text with the numbers at their end."""
    table, number = area["score_table"], area["number"]
    columns = 3 if table["total"]["percent"] is not None else 2
    rows = [(f"{number}.", table["heading"], *HEADS[:columns])] if heading else []
    for row in (*table["rows"], {"number": "", "question": "", **table["total"]}):
        values = (str(row["achieved"]), str(row["max"]), percent_text(row["percent"]))[:columns]
        rows.append((row["number"], row["question"], *values))
    if not as_lines:
        for cells in rows:
            writer.row(cells, number)
        return
    texts = [" ".join(cell for cell in cells if cell) for cells in rows]
    y = writer.room(LINE_HEIGHT * len(texts))
    lines = tuple(line(text, LEFT, y + LINE_HEIGHT * n, writer.confidence) for n, text in enumerate(texts))
    writer.add(BlockKind.SCORE_TABLE, Form.PARAGRAPH, lines, " ".join(texts), number)


def two_columns(writer: Writer, area: dict[str, Any]) -> None:
    """The two-column table of strengths and improvements, headers and items in reading order."""
    region = f"lists-{area['number']}"
    for index, (head, kind, items) in enumerate(
        (
            ("Styrkor", BlockKind.STRENGTH, area["strengths"]),
            ("Förbättringsmöjligheter", BlockKind.IMPROVEMENT, area["improvements"]),
        )
    ):
        column = Column(region, index, 2)
        writer.text(BlockKind.HEADING, head, area["number"], column=column)
        for item in items:
            writer.text(kind, item, area["number"], Form.ITEM, column=column, header=head, bulleted=True)


def area_chapter(writer: Writer, area: dict[str, Any], *, score_below: bool = False) -> None:
    """An area's chapter; ``score_below`` prints the score over the strengths, as newer reports do."""
    number = area["number"]
    writer.text(BlockKind.HEADING, f"Område {number} {area['name']}", number)
    if not score_below:
        writer.text(BlockKind.HEADING, "Rubriker", number)
        for rubric in area["rubrics"]:
            writer.text(BlockKind.RUBRIC, rubric, number, Form.ITEM, header="Rubriker", bulleted=True)
        score(writer, area)
    sections = area["narrative"]
    after = [s for s in sections if (s["heading"] or "").startswith("SAMMANFATTNING AV UTV")]
    for index, section in enumerate(s for s in sections if s not in after):
        if score_below and index == 1:
            writer.text(BlockKind.HEADING, "Utvärderade delområden", number)
            for rubric in area["rubrics"]:
                writer.text(BlockKind.RUBRIC, rubric, number, Form.ITEM, bulleted=True)
        narrative(writer, section, number)
    if score_below:
        score(writer, area)
    two_columns(writer, area)
    for section in after:
        narrative(writer, section, number)


def score(writer: Writer, area: dict[str, Any]) -> None:
    """The chapter's score under its head."""
    writer.text(BlockKind.HEADING, "Poäng", area["number"])
    writer.text(BlockKind.SCORE_TABLE, str(area["printed_score"]), area["number"], header="Poäng", size=28.0)


def narrative(writer: Writer, section: dict[str, Any], number: int) -> None:
    if section["heading"]:
        writer.text(BlockKind.HEADING, section["heading"], number)
    for paragraph in section["paragraphs"]:
        writer.text(BlockKind.NARRATIVE, paragraph, number)


def report_blocks(report: dict[str, Any], writer: Writer | None = None, **table: Any) -> tuple[LabelledBlock, ...]:
    """A whole labelled report as labelled blocks."""
    writer = writer or Writer()
    newer = report["edition"] == "2020"
    for text in report["front_matter"]:
        writer.text(BlockKind.FRONT_MATTER, text, None)
    for area in report["areas"]:
        writer.new_page()
        area_chapter(writer, area, score_below=newer)
    writer.new_page()
    writer.text(BlockKind.HEADING, "4 Översikt av poängfördelning", None)
    for area in report["areas"]:
        score_table(writer, area, **table)
    return tuple(writer.made)


def document(blocks: Iterable[LabelledBlock], kind: PageKind = PageKind.SCANNED) -> Document:
    """A document around labelled blocks, its pages with the blocks that stand on them."""
    plain = [labelled.block for labelled in blocks]
    pages = tuple(
        Page(
            number=number,
            width=PAGE_WIDTH,
            height=PAGE_HEIGHT,
            rotation=0,
            skew=0.0,
            kind=kind,
            ocr_confidence=0.95,
            decision="read from the image",
            blocks=tuple(block for block in plain if block.page == number),
        )
        for number in range(1, max((block.page for block in plain), default=1) + 1)
    )
    source = Source("report.pdf", "ab" * 32, "scanned", len(pages))
    return Document(source, pages, OcrRecord("tesseract", "5.3", "swe", 300))


def damaged(
    blocks: Sequence[LabelledBlock], change: Callable[[Word], Word | None], only: Callable[[LabelledBlock], bool]
) -> tuple[LabelledBlock, ...]:
    """The blocks with every word of those that ``only`` names changed, or taken out where ``change`` gives None."""
    return tuple(_changed(one, change) if only(one) else one for one in blocks)


def noise(seed: int, *, misread: float, cut: float = 0.0) -> Callable[[Word], Word | None]:
    """Damages one number in ten as poor scans do, for ``damaged``.

    ``misread`` and ``cut`` are the shares of these in which a digit is taken for another sign, or lost.
    """
    chance = random.Random(seed)

    def change(word: Word) -> Word | None:
        if not any(ch.isdigit() for ch in word.text) or "." in word.text or chance.random() > 0.1:
            return word
        letters = list(word.text)
        place, kind = chance.randrange(len(letters)), chance.random()
        if kind < misread and letters[place].isdigit():
            letters[place] = chance.choice(CONFUSIONS[letters[place]])
        elif cut and kind < misread + cut and len(letters) > 1:
            letters.pop(place)
        elif kind < 0.8:
            return None
        else:
            letters[place] = chance.choice("SlOZ?")
        return replace(word, text="".join(letters), confidence=chance.uniform(0.3, 0.85))

    return change


def _changed(labelled: LabelledBlock, change: Callable[[Word], Word | None]) -> LabelledBlock:
    def lines(old: tuple[Line, ...]) -> tuple[Line, ...]:
        made = (replace(one, words=tuple(w for w in map(change, one.words) if w)) for one in old)
        return tuple(one for one in made if one.words)

    block = labelled.block
    cells = tuple(replace(cell, lines=lines(cell.lines)) for cell in block.cells)
    cells = tuple(cell for cell in cells if cell.lines)
    kept = lines(block.lines)
    text = " ".join(one.text for one in kept)
    return replace(labelled, block=replace(block, cells=cells, lines=kept, text=text))
