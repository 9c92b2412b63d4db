"""Pictures of what each room made of a page: components, lines with words, blocks, labels, content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from kompass_extract.content import Content
from kompass_extract.model.document import Block, BlockKind, Document, Form, LabelledBlock, Origin, Page
from kompass_extract.model.geometry import Box
from kompass_extract.model.readings import UNSURE_WORD, Place
from kompass_extract.pages.components import Gray, Marks
from kompass_extract.pages.image import load_upright
from kompass_extract.pages.source import SourceFile, SourceKind
from kompass_extract.report.canvas import COLOURS, PICTURE_DPI, WORD, Canvas, Colour
from kompass_extract.words.page_reader import PageReading

RULE: Colour = (0, 0, 220)
GRAPHIC: Colour = (0, 140, 255)
RUN: Colour = (60, 160, 40)
LINE: Colour = (200, 120, 40)
BULLET: Colour = (190, 40, 170)
DOUBTFUL: Colour = (30, 90, 230)
NOISE: Colour = (210, 0, 210)
FORM_COLOURS: dict[Form, Colour] = {
    Form.PARAGRAPH: COLOURS[BlockKind.NARRATIVE],
    Form.ITEM: COLOURS[BlockKind.STRENGTH],
    Form.ROW: COLOURS[BlockKind.SCORE_TABLE],
    Form.FIGURE: COLOURS[BlockKind.FIGURE],
    Form.FURNITURE: COLOURS[BlockKind.PAGE_FURNITURE],
}


def draw_pages(source: SourceFile, document: Document, blocks: Sequence[LabelledBlock], folder: Path) -> list[Path]:
    """Write ``page-NNN.png`` with the labelled blocks for every page that has a picture; the paths in page order."""
    if source.kind is SourceKind.TEXT:
        return []
    paths = []
    for page in document.pages:
        canvas = Canvas(report_page(source, document, page))
        draw_labels(canvas, [one for one in blocks if one.block.page == page.number])
        paths.append(canvas.write(picture_path(folder, page.number)))
    return paths


def picture_path(folder: Path, number: int) -> Path:
    """Where the picture of page ``number`` (from 1) is written."""
    return folder / f"page-{number:03d}.png"


def report_page(source: SourceFile, document: Document, page: Page) -> Gray:
    """The picture of a page of the report, which may be a half of one of the file's."""
    origin = document.origins[page.number - 1] if document.origins else Origin(page.number)
    gray = page_picture(source, replace(page, number=origin.number))
    left, width = (round(side * PICTURE_DPI / 72) for side in (origin.x, page.width))
    return np.ascontiguousarray(gray[:, left : left + width])


def page_picture(source: SourceFile, page: Page | PageReading) -> Gray:
    """The page upright and level at ``PICTURE_DPI``; white for one that failed, as its file may fail again."""
    if page.failure is None:
        return load_upright(source, page.number, dpi=PICTURE_DPI, rotation=page.rotation, skew=page.skew)
    scale = PICTURE_DPI / 72
    return np.full((max(1, round(page.height * scale)), max(1, round(page.width * scale))), 255, dtype=np.uint8)


def draw_components(canvas: Canvas, marks: Marks) -> None:
    """Draw rules red, graphics orange, text runs green, list marks or first letters purple, noise magenta."""
    known = {part for run in marks.runs for part in run.parts}
    ink = marks.labels > 0
    noise = ink & ~np.isin(marks.labels, np.fromiter(known, dtype=marks.labels.dtype, count=len(known)))
    canvas.pixels[noise] = NOISE
    for run in marks.runs:
        canvas.rectangle(run.box, RUN, grown=0.5)
        if run.first is not None:
            canvas.rectangle(run.first, BULLET)
    for graphic in marks.graphics:
        canvas.rectangle(graphic, GRAPHIC, width=2)
    for rule in marks.rules:
        canvas.rectangle(rule.box, RULE, width=2, grown=0.5)


def draw_lines(canvas: Canvas, reading: PageReading) -> None:
    """Draw line segments blue, their words grey, doubtful words red, list marks purple, rules and graphics."""
    for rule in reading.rules:
        canvas.rectangle(rule.box, RULE)
    for graphic in reading.graphics:
        canvas.rectangle(graphic, GRAPHIC)
    for strip in reading.strips:
        canvas.rectangle(strip.line.box, LINE, grown=1.0)
        for word in strip.line.words:
            canvas.rectangle(word.box, DOUBTFUL if word.confidence < UNSURE_WORD else WORD)
        if strip.line.bullet is not None:
            canvas.rectangle(strip.line.bullet, BULLET, grown=1.0)


def draw_blocks(canvas: Canvas, blocks: Sequence[Block]) -> None:
    """Draw blocks in the colour of their form, with their place in reading order, column, cells and list marks."""
    for order, block in enumerate(blocks, start=1):
        _block(canvas, block, FORM_COLOURS[block.form])
        canvas.caption(f"{order} {block.form.value}{_marks_of(block)}", block.box, FORM_COLOURS[block.form])


def draw_labels(canvas: Canvas, blocks: Sequence[LabelledBlock]) -> None:
    """Draw labelled blocks in the colour of their kind, with its confidence (0 to 1) and area."""
    for order, one in enumerate(blocks, start=1):
        area = f" area {one.area}" if one.area is not None else ""
        _block(canvas, one.block, COLOURS[one.kind])
        caption = f"{order} {one.kind.value} {one.confidence:.2f}{area}{_marks_of(one.block)}"
        canvas.caption(caption, one.block.box, COLOURS[one.kind])


def draw_content(canvas: Canvas, content: Content, page: int) -> None:
    """Draw what was taken from page ``page`` (from 1): each text and number with what it became."""
    for name, colour, places in content_places(content):
        for place in places:
            if place.page == page:
                canvas.rectangle(place.box, colour, width=2, grown=1.0)
                canvas.caption(name, place.box, colour)


def content_places(content: Content) -> Iterator[tuple[str, Colour, Sequence[Place]]]:
    """Every value that was read: what it is, its colour, and its places."""
    for area in content.areas:
        texts = (
            ("name", BlockKind.HEADING, [area.name] if area.name else []),
            ("rubric", BlockKind.RUBRIC, area.rubrics),
            ("narrative", BlockKind.NARRATIVE, [text for one in area.sections for text in one.paragraphs]),
            ("heading", BlockKind.HEADING, [one.heading for one in area.sections if one.heading]),
            ("strength", BlockKind.STRENGTH, area.strengths),
            ("improvement", BlockKind.IMPROVEMENT, area.improvements),
        )
        for name, kind, readings in texts:
            for number, text in enumerate(readings, start=1):
                yield f"{area.number} {name} {number}", COLOURS[kind], text.places
        if area.score is not None:
            yield f"{area.number} score {area.score.reading.best}", RULE, [area.score.place]
    for table in content.tables:
        for row in table.rows:
            yield f"{table.area} row {row.number}", COLOURS[BlockKind.SCORE_TABLE], row.question.places
            cells = (row.numbers.achieved, row.numbers.max, row.numbers.percent)
            for cell in cells:
                if cell.reading is not None and cell.place is not None:
                    yield str(cell.reading.best), RULE, [cell.place]
    yield from _metadata_places(content)


def _metadata_places(content: Content) -> Iterator[tuple[str, Colour, Sequence[Place]]]:
    data = content.metadata
    for name in ("municipality", "title", "year", "evaluation_date", "total"):
        yield name, COLOURS[BlockKind.FRONT_MATTER], getattr(data, name).places
    for person in data.evaluators:
        yield "evaluator", COLOURS[BlockKind.FRONT_MATTER], person.name.places
    for row in data.overview:
        for head, value in row.values:
            yield head, COLOURS[BlockKind.FRONT_MATTER], value.places


def _block(canvas: Canvas, block: Block, colour: Colour) -> None:
    """A block's edge, the words of its lines, its list marks and its cells."""
    for line in block.lines:
        _boxes(canvas, (word.box for word in line.words), WORD, 0.0)
        if line.bullet is not None:
            canvas.rectangle(line.bullet, colour, grown=1.0)
    canvas.rectangle(block.box, colour, width=2, grown=1.5)
    _boxes(canvas, (cell.box for cell in block.cells), colour, 0.8)


def _boxes(canvas: Canvas, boxes: Iterable[Box], colour: Colour, grown: float) -> None:
    for box in boxes:
        canvas.rectangle(box, colour, grown=grown)


def _marks_of(block: Block) -> str:
    """The column of a block, and whether it goes on from the block before."""
    column = f" col {block.column.index + 1}/{block.column.count}" if block.column is not None else ""
    return column + (" (continues)" if block.continues else "")
