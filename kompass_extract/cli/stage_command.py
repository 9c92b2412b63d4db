"""``kompass stage``: the way of a page up to one room, and what that room gave."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kompass_extract.errors import UnexpectedError
from kompass_extract.process.limits import usable_cores
from kompass_extract.words.engines.engine_names import AUTO, ENGINES

ROOMS = ("pages", "words", "blocks", "labels", "content")


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
    from kompass_extract.report.room_listing import as_lines
    from kompass_extract.workers.fenced import FencedReader
    from kompass_extract.workers.pool import WorkerSettings

    with FencedReader(WorkerSettings(engine=engine)) as reader:
        try:
            records = reader.listed(file, room, span=span, folder=folder, jobs=usable_cores()).records
        except UnexpectedError:
            click.echo(reader.printed(), err=True)
            raise
    if as_json:
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
        return
    for line in as_lines(records):
        click.echo(line)
