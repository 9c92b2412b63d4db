"""``kompass gold``: reviewed reports become labelled ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kompass_extract.archive.folder import Archive
    from kompass_extract.pipeline import Tools


@click.group()
def gold() -> None:
    """The labelled reports that models learn from and figures are measured against.

    \b
    Examples:
      kompass gold add sala-2023 --archive archive/
      kompass gold rendered build/rendered
    """


@gold.command()
@click.argument("report")
@click.option(
    "--archive", "folder", type=click.Path(path_type=Path), help="The archive's folder; else KOMPASS_ARCHIVE."
)
@click.option("--store", help="The store's address where it is not in the folder; else KOMPASS_STORE.")
@click.option(
    "--gold", "gold_dir", type=click.Path(path_type=Path), default=Path("gold"), show_default=True,
    help="Labelled reports.",
)  # fmt: skip
@click.option("--quality", help="What the input is called: <report>.<quality>.pdf; else by its kind.")
@click.option("--blocks/--no-blocks", default=True, show_default=True, help="Keep the blocks to learn classes from.")
@click.option("--force", is_flag=True, help="Write over a gold report of that name.")
def add(
    report: str, folder: Path | None, store: str | None, gold_dir: Path, quality: str | None, blocks: bool, force: bool
) -> None:
    """Make the reviewed REPORT (its id) a gold report.

    Its labels are what the review says, its input is copied from the archive.  Compare them with the page
    (gold/GUIDELINES.md), then let 'kompass train' learn from it and 'kompass evaluate' show what that brought.

    \b
    Example:
      kompass gold add sala-2023 --archive archive/ --gold gold/
    """
    from kompass_extract.archive.folder import Archive
    from kompass_extract.training.evaluate.adopt import adopt

    archive = Archive.at(folder, store)
    tools = _tools(archive) if blocks else None
    made = adopt(archive, report, gold_dir, tools=tools, quality=quality, force=force)
    for path in (made.labels, made.source, made.blocks):
        if path is not None:
            click.echo(path)


@gold.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--gold", "gold_dir", type=click.Path(path_type=Path), default=Path("gold"), show_default=True,
    help="Labelled reports that the rendered ones were made from.",
)  # fmt: skip
@click.option("--pattern", default="*.pdf", show_default=True, help="Which files of each folder are read.")
def rendered(folders: tuple[Path, ...], gold_dir: Path, pattern: str) -> None:
    """Read the rendered reports in FOLDERS and keep their labelled blocks to learn classes from.

    Each folder holds what the renderer wrote: NAME.LAYOUT.QUALITY.pdf beside NAME.gold.json. A folder of 28 reports
    takes some minutes.

    \b
    Example:
      python -m kompass_extract.training.render --out rendered/ --reports 16 --qualities none --seed 4242
      kompass gold rendered rendered/ && kompass train
    """
    from kompass_extract.training.train_models import keep_rendered

    kept = keep_rendered(folders, gold_dir, pattern=pattern, progress=lambda line: click.echo(line, err=True))
    click.echo(kept)


def _tools(archive: Archive) -> Tools:
    """What reads the input once more; pages that the archive's ingestion has read are taken from its cache."""
    from kompass_extract.archive.page_cache import keeping_pages
    from kompass_extract.pipeline import Tools

    return keeping_pages(Tools.default(), archive.cache / "readings")
