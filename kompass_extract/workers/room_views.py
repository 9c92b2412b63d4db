"""What each room of the way gave, as records and as pictures of the pages; made in the fenced process.

``kompass stage`` shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from kompass_extract import content
from kompass_extract.errors import UsageError
from kompass_extract.model.document import Document, Page
from kompass_extract.pages import open_source
from kompass_extract.pages.image import page_marks
from kompass_extract.pages.source import SourceFile
from kompass_extract.pipeline import Progress, Tools, label, read_document
from kompass_extract.report import debug_pictures, room_listing
from kompass_extract.report.canvas import Canvas
from kompass_extract.report.room_listing import Record
from kompass_extract.words import read_pages
from kompass_extract.words.page_reader import PageReading
from kompass_extract.words.workers import Care, PageDone

_NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True)
class RoomOrder:
    """Which pages of which file are shown, and where their pictures go (None: nowhere)."""

    source: SourceFile
    pages: tuple[int, ...]
    folder: Path | None

    def shows(self, page: object) -> bool:
        """Whether what stands on ``page`` is shown; what has no page is."""
        return page is None or not self.pages or page in self.pages


def wanted(path: Path, span: Sequence[int] | None, folder: Path | None) -> RoomOrder:
    """What is to be shown, all pages where ``span`` is None; UsageError where the file has not so many."""
    source = open_source(path)
    first, last = span or (1, source.pages)
    if span and last > max(1, source.pages):
        raise UsageError(f"{path} has {source.pages} pages, not {last}.")
    return RoomOrder(source, tuple(range(first, last + 1)), folder)


def _pages(wanted: RoomOrder, tools: Tools, tell: Progress) -> Sequence[Record]:
    records: list[Record] = []
    for number in _with_pictures(wanted):
        if tools.care is not None and tools.care.begun is not None:
            tools.care.begun(number)
        image, marks = page_marks(wanted.source, number)
        records += [
            {"what": "page", "page": number, "rotation": image.rotation, "skew": round(image.skew, 2),
             "letter_height": round(marks.em, 2), "specks": marks.specks},
            *room_listing.of_marks(number, marks),
        ]  # fmt: skip
        if wanted.folder is not None:
            canvas = Canvas(image.even, image.dpi)
            debug_pictures.draw_components(canvas, marks)
            canvas.write(debug_pictures.picture_path(wanted.folder, number))
        tell(PageDone(number, wanted.source.pages, 0.0))
    return records


def _words(wanted: RoomOrder, tools: Tools, tell: Progress) -> Sequence[Record]:
    records: list[Record] = []
    for reading in _readings(wanted, tools, tell):
        records += [
            {"what": "page", "page": reading.number, "rotation": reading.rotation, "skew": round(reading.skew, 2),
             "kind": reading.kind.value, "because": reading.decision, "failure": reading.failure},
            *room_listing.of_lines(reading),
        ]  # fmt: skip
        if wanted.folder is not None:
            canvas = Canvas(debug_pictures.page_picture(wanted.source, reading))
            debug_pictures.draw_lines(canvas, reading)
            canvas.write(debug_pictures.picture_path(wanted.folder, reading.number))
            tell(PageDone(reading.number, wanted.source.pages, 0.0))
    return records


def _readings(wanted: RoomOrder, tools: Tools, tell: Progress) -> list[PageReading]:
    """The wanted pages as they are read, before any repair; the others are not read."""
    shown, care = _with_pictures(wanted), tools.care or Care()
    others = {number: _NOT_SHOWN for number in range(1, wanted.source.pages + 1) if number not in shown}
    readings = read_pages(
        wanted.source, tools.readers, tools.settings, jobs=tools.jobs, progress=tell,
        cache=tools.cache_of(wanted.source), care=replace(care, lost={**care.lost, **others}),
    )  # fmt: skip
    return [reading for reading in readings if reading.number in shown]


def _blocks(wanted: RoomOrder, tools: Tools, tell: Progress) -> Sequence[Record]:
    document = read_document(wanted.source, tools, tell)
    _draw(wanted, document, tell, lambda canvas, page: debug_pictures.draw_blocks(canvas, page.blocks))
    return room_listing.of_blocks(block for block in document.blocks if wanted.shows(block.page))


def _labels(wanted: RoomOrder, tools: Tools, tell: Progress) -> Sequence[Record]:
    document = read_document(wanted.source, tools, tell)
    blocks = label(document, tools)
    _draw(
        wanted,
        document,
        tell,
        lambda canvas, page: debug_pictures.draw_labels(canvas, [b for b in blocks if b.block.page == page.number]),
    )
    return room_listing.of_labels(one for one in blocks if wanted.shows(one.block.page))


def _content(wanted: RoomOrder, tools: Tools, tell: Progress) -> Sequence[Record]:
    document = read_document(wanted.source, tools, tell)
    read = content.read(label(document, tools), document.pages, tools.taxonomy.with_titles(document.titles))
    _draw(wanted, document, tell, lambda canvas, page: debug_pictures.draw_content(canvas, read, page.number))
    return [one for one in room_listing.of_content(read) if wanted.shows(one.get("page"))]


def _with_pictures(wanted: RoomOrder) -> tuple[int, ...]:
    """The wanted pages; UsageError for a text file, which has no pages to look at."""
    if not wanted.source.pages:
        raise UsageError(f"{wanted.source.path} is text and has no pages to look at: begin at the room blocks.")
    return wanted.pages


def _draw(wanted: RoomOrder, document: Document, tell: Progress, draw: Callable[[Canvas, Page], None]) -> None:
    """Write a picture of each wanted page; a text file has none."""
    if wanted.folder is None or not wanted.source.pages:
        return
    for page in document.pages:
        if wanted.shows(page.number):
            canvas = Canvas(debug_pictures.report_page(wanted.source, document, page))
            draw(canvas, page)
            canvas.write(debug_pictures.picture_path(wanted.folder, page.number))
            tell(PageDone(page.number, wanted.source.pages, 0.0))


VIEWS: Mapping[str, Callable[[RoomOrder, Tools, Progress], Sequence[Record]]] = MappingProxyType(
    {"pages": _pages, "words": _words, "blocks": _blocks, "labels": _labels, "content": _content}
)
"""What shows each room that ``kompass stage`` knows."""
