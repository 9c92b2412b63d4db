"""``kompass stage``: the way of a page up to one room, and what that room gave."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kompass_extract.errors import UsageError
from kompass_extract.words.engines.engine_names import AUTO, ENGINES

if TYPE_CHECKING:
    from kompass_extract.model.document import Document, Page
    from kompass_extract.pages.source import SourceFile
    from kompass_extract.pipeline import Tools
    from kompass_extract.report.canvas import Canvas
    from kompass_extract.report.room_listing import Record
    from kompass_extract.words.page_reader import PageReading

ROOMS = ("pages", "words", "blocks", "labels", "content")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pages of which file are shown (None: all), and where their pictures go (None: nowhere)."""

    source: SourceFile
    pages: tuple[int, ...] | None
    folder: Path | None


def _span(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """Page numbers from 1: ``3`` or ``3-5``."""
    if value is None:
        return None
    first, dash, last = value.partition("-")
    if not first.isdecimal() or not (last if dash else first).isdecimal() or not 1 <= int(first) <= int(last or first):
        raise click.BadParameter(f"{value} is no page or range of pages: give 3 or 3-5.", ctx, param)
    return int(first), int(last or first)


@click.command()
@click.argument("room", type=click.Choice(ROOMS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", "folder", type=click.Path(path_type=Path), help="Draw page-NNN.png there.")
@click.option("--pages", "span", callback=_span, metavar="3-5", help="Show these pages only: 3 or 3-5.")
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON, texts uncut.")
@click.option("--engine", type=click.Choice(ENGINES), default=AUTO, show_default=True, help="OCR engine.")
def stage(room: str, file: Path, folder: Path | None, span: tuple[int, int] | None, as_json: bool, engine: str) -> None:
    """Run the way of a page up to ROOM and show what it gave.

    \b
    pages    rules, graphics, text runs, noise of the level page
    words    line segments with their words and list marks
    blocks   blocks with form, column, cells, in reading order
    labels   blocks with kind, confidence and area
    content  chapters, score tables and metadata, before numbers are settled

    Boxes are in points, confidences go from 0 to 1. The rooms pages and words look at the pages of --pages alone; the
    later ones need the whole report, so they read all of it and show these pages. A text file has no pages to draw and
    begins at blocks.

    \b
    Examples:
      kompass stage pages report.pdf --pages 3 --out drawn/
      kompass stage words report.pdf --pages 3-5 --out drawn/
      kompass stage labels report.pdf --out drawn/ > labels.txt
      kompass stage content report.txt --json | jq '.[] | select(.what == "strength")'
    """
    from kompass_extract.pages import open_source
    from kompass_extract.pipeline import Tools
    from kompass_extract.report.room_listing import as_lines

    wanted = _wanted(open_source(file), span, folder)
    records = _SHOW[room](wanted, Tools.default(engine))
    if as_json:
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
        return
    for line in as_lines(records):
        click.echo(line)


def _wanted(source: SourceFile, span: tuple[int, int] | None, folder: Path | None) -> Wanted:
    if span is not None and span[1] > max(1, source.pages):
        raise UsageError(f"{source.path} has {source.pages} pages, not {span[1]}.")
    return Wanted(source, tuple(range(span[0], span[1] + 1)) if span is not None else None, folder)


def _pages(wanted: Wanted, _: Tools) -> Sequence[Record]:
    from kompass_extract.pages.image import page_marks
    from kompass_extract.report import debug_pictures, room_listing
    from kompass_extract.report.canvas import Canvas

    records: list[Record] = []
    for number in _with_pictures(wanted):
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
    return records


def _words(wanted: Wanted, tools: Tools) -> Sequence[Record]:
    from kompass_extract.report import debug_pictures, room_listing
    from kompass_extract.report.canvas import Canvas

    records: list[Record] = []
    for reading in _readings(wanted, tools):
        records += [
            {"what": "page", "page": reading.number, "rotation": reading.rotation, "skew": round(reading.skew, 2),
             "kind": reading.kind.value, "because": reading.decision, "failure": reading.failure},
            *room_listing.of_lines(reading),
        ]  # fmt: skip
        if wanted.folder is not None:
            canvas = Canvas(debug_pictures.page_picture(wanted.source, reading))
            debug_pictures.draw_lines(canvas, reading)
            canvas.write(debug_pictures.picture_path(wanted.folder, reading.number))
    return records


def _readings(wanted: Wanted, tools: Tools) -> list[PageReading]:
    """The wanted pages as they are read, before any repair."""
    from functools import cache

    from kompass_extract.words import read_pages
    from kompass_extract.words.page_reader import read_page

    numbers = _with_pictures(wanted)
    if wanted.pages is None:
        cached = tools.cache_of(wanted.source)
        return read_pages(wanted.source, tools.readers, tools.settings, jobs=tools.jobs, cache=cached)
    readers = cache(tools.readers)
    return [read_page(wanted.source, number, readers, tools.settings) for number in numbers]


def _blocks(wanted: Wanted, tools: Tools) -> Sequence[Record]:
    from kompass_extract.pipeline import read_document
    from kompass_extract.report import debug_pictures, room_listing

    document = read_document(wanted.source, tools)
    _draw(wanted, document, lambda canvas, page: debug_pictures.draw_blocks(canvas, page.blocks))
    return room_listing.of_blocks(block for block in document.blocks if _is_shown(wanted, block.page))


def _labels(wanted: Wanted, tools: Tools) -> Sequence[Record]:
    from kompass_extract.pipeline import label, read_document
    from kompass_extract.report import debug_pictures, room_listing

    document = read_document(wanted.source, tools)
    blocks = label(document, tools)
    _draw(
        wanted,
        document,
        lambda canvas, page: debug_pictures.draw_labels(canvas, [b for b in blocks if b.block.page == page.number]),
    )
    return room_listing.of_labels(one for one in blocks if _is_shown(wanted, one.block.page))


def _content(wanted: Wanted, tools: Tools) -> Sequence[Record]:
    from kompass_extract import content
    from kompass_extract.pipeline import label, read_document
    from kompass_extract.report import debug_pictures, room_listing

    document = read_document(wanted.source, tools)
    read = content.read(label(document, tools), document.pages, tools.taxonomy)
    _draw(wanted, document, lambda canvas, page: debug_pictures.draw_content(canvas, read, page.number))
    return [one for one in room_listing.of_content(read) if _is_shown(wanted, one.get("page"))]


def _with_pictures(wanted: Wanted) -> tuple[int, ...]:
    """The wanted pages; UsageError for a text file, which has no pages to look at."""
    if not wanted.source.pages:
        raise UsageError(f"{wanted.source.path} is text and has no pages to look at: begin at the room blocks.")
    return wanted.pages or tuple(range(1, wanted.source.pages + 1))


def _is_shown(wanted: Wanted, page: object) -> bool:
    """Whether what stands on ``page`` is shown; what has no page is."""
    return wanted.pages is None or page is None or page in wanted.pages


def _draw(wanted: Wanted, document: Document, draw: Callable[[Canvas, Page], None]) -> None:
    """Write a picture of each wanted page; a text file has none."""
    from kompass_extract.report import debug_pictures
    from kompass_extract.report.canvas import Canvas

    if wanted.folder is None or not wanted.source.pages:
        return
    for page in document.pages:
        if _is_shown(wanted, page.number):
            canvas = Canvas(debug_pictures.report_page(wanted.source, document, page))
            draw(canvas, page)
            canvas.write(debug_pictures.picture_path(wanted.folder, page.number))


_SHOW: dict[str, Callable[[Wanted, Tools], Sequence[Record]]] = {
    "pages": _pages,
    "words": _words,
    "blocks": _blocks,
    "labels": _labels,
    "content": _content,
}
