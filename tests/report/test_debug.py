"""The debug pictures: each page at its size, with what stands on it in its colours at its place."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest

from kompass_extract.model.document import (
    Block,
    BlockKind,
    Cell,
    Document,
    Form,
    LabelledBlock,
    Line,
    Page,
    PageKind,
    Source,
)
from kompass_extract.model.geometry import Box
from kompass_extract.pages.source import open_source
from kompass_extract.report.debug_pictures import COLOURS, PICTURE_DPI, draw_pages
from tests.support.builders import words

WIDTH, HEIGHT = 400, 600  # points
WORDS, PAPER = (215, 215, 215), (255, 255, 255)
PLACES = {
    BlockKind.HEADING: Box(50, 60, 300, 90),
    BlockKind.STRENGTH: Box(50, 120, 180, 300),
    BlockKind.IMPROVEMENT: Box(210, 120, 350, 300),
    BlockKind.SCORE_TABLE: Box(50, 340, 350, 500),
}
BULLET, CELL = Box(60, 130, 66, 136), Box(300, 360, 340, 380)


def labelled(kind: BlockKind, page: int) -> LabelledBlock:
    """A block of a kind with a word in its middle, a list mark in a strength and a cell in a table."""
    box = PLACES[kind]
    line = Line(box, words("Ord", box.center_x, box.center_y), BULLET if kind is BlockKind.STRENGTH else None)
    cells = (Cell(0, CELL, ()),) if kind is BlockKind.SCORE_TABLE else ()
    block = Block(kind.value, page, box, Form.PARAGRAPH, (line,), line.text, cells=cells)
    return LabelledBlock(block, kind, 0.9, area=3)


@pytest.fixture
def pictures(tmp_path: Path) -> list[np.ndarray]:
    """Of two pages, the first with a block of each kind, the second failed and empty."""
    made = pdfium.PdfDocument.new()
    for _ in range(2):
        made.new_page(WIDTH, HEIGHT)
    made.save(tmp_path / "report.pdf")
    blocks = tuple(labelled(kind, 1) for kind in PLACES)
    first = Page(1, WIDTH, HEIGHT, 0, 0.0, PageKind.BORN_DIGITAL, 1.0, "", tuple(one.block for one in blocks))
    second = Page(2, WIDTH, HEIGHT, 0, 0.0, PageKind.SCANNED, 0.0, "", failure="could not be read")
    document = Document(Source("report.pdf", "a" * 64, "mixed", 2), (first, second))
    paths = draw_pages(open_source(tmp_path / "report.pdf"), document, blocks, tmp_path / "debug")
    assert paths == [tmp_path / "debug" / "page-001.png", tmp_path / "debug" / "page-002.png"]
    return [cv2.imread(str(path)) for path in paths]


def colour(picture: np.ndarray, x: float, y: float) -> tuple[int, ...]:
    """Blue, green and red at a place in points."""
    return tuple(int(part) for part in picture[int(y * PICTURE_DPI / 72), int(x * PICTURE_DPI / 72)])


def test_a_picture_has_its_pages_size(pictures: list[np.ndarray]) -> None:
    for picture in pictures:
        height, width, _ = picture.shape
        assert height == pytest.approx(HEIGHT * PICTURE_DPI / 72, abs=1)
        assert width == pytest.approx(WIDTH * PICTURE_DPI / 72, abs=1)


@pytest.mark.parametrize("kind", list(PLACES))
def test_a_block_stands_in_its_kinds_colour_at_its_place(pictures: list[np.ndarray], kind: BlockKind) -> None:
    box, picture = PLACES[kind].grown(1.5), pictures[0]
    middles = [(box.x0, box.center_y), (box.x1, box.center_y), (box.center_x, box.y0), (box.center_x, box.y1)]
    assert [colour(picture, x, y) for x, y in middles] == [COLOURS[kind]] * 4
    inner = PLACES[kind].grown(-4)
    assert colour(picture, inner.x0, inner.y1) == PAPER
    assert colour(picture, PLACES[kind].center_x, PLACES[kind].center_y + 5) == WORDS


def test_marks_and_cells_are_drawn_and_captions_stand_above(pictures: list[np.ndarray]) -> None:
    assert colour(pictures[0], BULLET.x0 - 1, BULLET.center_y) == COLOURS[BlockKind.STRENGTH]
    assert colour(pictures[0], CELL.x0 - 0.8, CELL.center_y) == COLOURS[BlockKind.SCORE_TABLE]
    caption = pictures[0][int(50 * PICTURE_DPI / 72) : int(57 * PICTURE_DPI / 72)]
    assert (caption < 200).any()


def test_a_page_that_failed_is_shown_as_it_is(pictures: list[np.ndarray]) -> None:
    assert (pictures[1] == 255).all()


def test_text_has_no_pictures(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("Kommunkompassen", encoding="utf-8")
    document = Document(Source("report.txt", "a" * 64, "text", 0), ())
    assert draw_pages(open_source(tmp_path / "report.txt"), document, (), tmp_path / "debug") == []
    assert not (tmp_path / "debug").exists()
