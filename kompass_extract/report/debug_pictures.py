"""Pictures of what was made of each page: words, columns, blocks, labels and reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from kompass_extract.model.document import Block, BlockKind, Document, LabelledBlock, Origin, Page, PageKind
from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Gray
from kompass_extract.pages.image import prepare, upside_down
from kompass_extract.pages.source import SourceFile, SourceKind, load_page

PICTURE_DPI = 110
# Blue, green, red.
COLOURS: dict[BlockKind, tuple[int, int, int]] = {
    BlockKind.STRENGTH: (60, 160, 40),
    BlockKind.IMPROVEMENT: (30, 90, 230),
    BlockKind.NARRATIVE: (200, 120, 40),
    BlockKind.SCORE_TABLE: (190, 40, 170),
    BlockKind.HEADING: (40, 40, 40),
    BlockKind.RUBRIC: (160, 160, 0),
    BlockKind.FRONT_MATTER: (140, 140, 140),
    BlockKind.FIGURE: (0, 180, 220),
    BlockKind.PAGE_FURNITURE: (190, 190, 190),
}


def draw_pages(source: SourceFile, document: Document, blocks: Sequence[LabelledBlock], folder: Path) -> list[Path]:
    """Write ``page-NNN.png`` for every page that has a picture; the files' paths in page order."""
    if source.kind is SourceKind.TEXT:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for page in document.pages:
        origin = document.origins[page.number - 1] if document.origins else Origin(page.number)
        gray = upright_picture(source, replace(page, number=origin.number), PICTURE_DPI)
        left, width = (round(side * PICTURE_DPI / 72) for side in (origin.x, page.width))
        picture = cv2.cvtColor(np.ascontiguousarray(gray[:, left : left + width]), cv2.COLOR_GRAY2BGR)
        for order, labelled in enumerate((b for b in blocks if b.block.page == page.number), start=1):
            _draw(picture, labelled, order)
        paths.append(folder / f"page-{page.number:03d}.png")
        cv2.imwrite(str(paths[-1]), picture)
    return paths


def upright_picture(source: SourceFile, page: Page, dpi: int) -> Gray:
    """The page as its boxes see it: turned upright and level, at ``dpi``."""
    if page.failure is not None:  # the file may do again whatever ended the reading
        scale = dpi / 72
        return np.full((max(1, round(page.height * scale)), max(1, round(page.width * scale))), 255, dtype=np.uint8)
    raw = load_page(source, page.number, dpi=dpi)
    if page.kind is not PageKind.SCANNED:
        return np.ascontiguousarray(np.rot90(raw.gray, -page.rotation // 90))
    made = prepare(raw.gray, raw.dpi)
    return (upside_down(made) if made.rotation != page.rotation else made).even


def _draw(picture: np.ndarray, labelled: LabelledBlock, order: int) -> None:
    block, colour = labelled.block, COLOURS[labelled.kind]
    for line in block.lines:
        for word in line.words:
            _rectangle(picture, word.box, (215, 215, 215), 1)
        if line.bullet is not None:
            _rectangle(picture, line.bullet.grown(1), colour, 1)
    _rectangle(picture, block.box.grown(1.5), colour, 2)
    for cell in block.cells:
        _rectangle(picture, cell.box.grown(0.8), colour, 1)
    place = (int(block.box.x0 * PICTURE_DPI / 72), max(10, int((block.box.y0 - 2) * PICTURE_DPI / 72)))
    cv2.putText(
        picture, _caption(labelled, block, order), place, cv2.FONT_HERSHEY_SIMPLEX, 0.38, colour, 1, cv2.LINE_AA
    )


def _caption(labelled: LabelledBlock, block: Block, order: int) -> str:
    area = f" area {labelled.area}" if labelled.area is not None else ""
    column = f" col {block.column.index + 1}/{block.column.count}" if block.column is not None else ""
    rest = " (continues)" if block.continues else ""
    return f"{order} {labelled.kind.value} {labelled.confidence:.2f}{area}{column}{rest}"


def _rectangle(picture: np.ndarray, box: Box, colour: tuple[int, int, int], width: int) -> None:
    place = box.scaled(PICTURE_DPI / 72)
    cv2.rectangle(picture, (int(place.x0), int(place.y0)), (int(place.x1), int(place.y1)), colour, width)
