"""``kompass export``, ``kompass search`` and ``kompass compare``: answers from an archive."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kompass_extract.cli.archive_options import archive_option, store_option
from kompass_extract.cli.terminal import summary_console
from kompass_extract.errors import UsageError

if TYPE_CHECKING:
    from kompass_extract.review.answers import AnswerArchive
    from kompass_extract.review.answers.answer_values import Choice, Compared, Comparison, Hit

Command = TypeVar("Command", bound=Callable[..., Any])
_TOLD_FROM = 200  # reports to index, from which it takes long enough to say so
_PIPE_WIDTH = 140  # columns of the table where it does not go to a terminal
_HEADS = ("own", "among", "n", "left out", "mean", "median", "quartiles", "rank")
_LABEL_LETTERS = 46  # of a question in the table


def _choice_options(command: Command) -> Command:
    """Add the options that choose reports."""
    for option in (
        click.option("--municipality", "municipalities", multiple=True, help="Name or code; may be repeated."),
        click.option("--year", "years", type=int, multiple=True, help="Year of the report; may be repeated."),
        click.option("--county", "counties", multiple=True, help="County by name or two-digit code; may be repeated."),
        click.option("--edition", "editions", multiple=True, help="Edition, such as 2020; may be repeated."),
    ):
        command = option(command)
    return command


@click.command("export")
@archive_option
@store_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write into.")
@click.option("--formats", help="Of csv,parquet,xlsx,sqlite, with commas between; all where not given.")
@click.option("--pages", "page_formats", multiple=True, type=click.Choice(["alto", "page", "pdf"]),
              help="Pages with their corrected text as ALTO, PAGE-XML or searchable PDF; may be repeated. "
              "The tables are then written only where --formats is given.")  # fmt: skip
@click.option("--only", type=click.Choice(["reviewed"]), help="Only reports whose review is finished.")
@click.option("--once", is_flag=True, help="Of several readings of one evaluation the best alone.")
@_choice_options
@click.option("--publisher", help="Who answers for the data, as package and catalogue entry name it.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def export_tables(
    folder: Path,
    store: str | None,
    out: Path,
    formats: str | None,
    page_formats: tuple[str, ...],
    only: str | None,
    once: bool,
    publisher: str | None,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Write the archive's tables as CSV, Parquet, Excel and SQLite, or its pages with their corrected text.

    With the tables come a data package and a catalogue entry.

    Reviewers' values stand in place of the machine's.  A value that waits for review has needs_review set.

    \b
    Examples:
      kompass export --archive archive/ --out data/
      kompass export --out skane/ --county Skåne --formats csv,xlsx
      kompass export --out library/ --pages alto --pages pdf --only reviewed
    """
    wanted = [one.strip() for one in (formats or "").split(",") if one.strip()]
    choice = _choice(reviewed_only=only == "reviewed", once=once, **chosen)
    files: list[Path] = []
    notes: list[str] = []
    rows: dict[str, int] = {}
    with _opened(folder, store) as archive:
        if wanted or not page_formats:
            done = archive.export(out, choice=choice, formats=wanted, publisher=publisher)
            files, notes, rows = [*done.files], [*done.notes], done.rows
        if page_formats:
            pages = archive.write_pages(out, choice=choice, formats=page_formats)
            files, notes = [*files, *pages.files], [*notes, *pages.notes]
    if as_json:
        about = {"files": [str(path) for path in files], "rows": rows, "notes": notes}
        click.echo(json.dumps(about, ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(str(path) for path in files))
    if rows:
        click.echo(", ".join(f"{count:,} {name}" for name, count in rows.items()), err=True)
    for note in notes:
        click.echo(f"kompass: {note}", err=True)


@click.command()
@click.argument("query", required=False)
@archive_option
@store_option
@click.option("--like", metavar="ITEM", help="More like this item, such as sala-2023/3/improvement/2.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(["strength", "improvement", "narrative"]))
@click.option("--area", "areas", multiple=True, type=click.IntRange(1, 8), help="Number of an area.")
@click.option("--concept", help="Only areas with a question about this concept, such as citizen-dialogue.")
@_choice_options
@click.option("--min-score", type=float, help="Only areas with at least this score, which must be sure.")
@click.option("--every-reading", is_flag=True, help="Search all readings of an evaluation, not the best alone.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the hits as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the hits as CSV.")
def search(
    query: str | None,
    folder: Path,
    store: str | None,
    like: str | None,
    kinds: tuple[str, ...],
    areas: tuple[int, ...],
    concept: str | None,
    min_score: float | None,
    every_reading: bool,
    limit: int,
    as_json: bool,
    as_csv: bool,
    **chosen: Any,
) -> None:
    """Search strengths, improvement areas and narrative, in Swedish.

    Words are found in their inflected forms and within compounds; text in quotation marks is a phrase.

    \b
    Examples:
      kompass search medborgardialog --archive archive/ --kind strength --min-score 70
      kompass search '"politiska mål" uppföljning' --county Skåne --json
      kompass search --like sala-2023/3/improvement/2
    """
    from kompass_extract.review.answers.answer_values import PassageChoice

    if (query is None) is (like is None):
        raise UsageError("Give words to search for, or --like ITEM.")
    passages = PassageChoice(kinds, areas, concept, min_score)
    reports = _choice(once=not every_reading, **chosen)
    with _opened(folder, store) as archive:
        if like is not None:
            hits = archive.like(like, reports=reports, passages=passages, limit=limit)
        else:
            hits = archive.search(query or "", reports=reports, passages=passages, limit=limit)
    if as_json:
        click.echo(json.dumps([asdict(hit) for hit in hits], ensure_ascii=False, indent=2))
    elif as_csv:
        click.echo(_csv_of(hits), nl=False)
    else:
        _print_hits(hits, limit)


@click.command()
@click.argument("report_id")
@archive_option
@store_option
@click.option("--with", "named", multiple=True, metavar="REPORT", help="A report to compare with; may be repeated.")
@click.option("--groups", type=click.Path(path_type=Path, dir_okay=False),
              help="CSV with the columns group and municipality; else groups.csv in the archive's folder.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
def compare(
    report_id: str, folder: Path, store: str | None, named: tuple[str, ...], groups: Path | None, as_json: bool
) -> None:
    """Set a report's areas and questions beside its edition, county, groups and own earlier evaluations.

    Means, quartiles and ranks count the report itself, and leave out every value that waits for review.

    \b
    Examples:
      kompass compare sala-2023 --archive archive/
      kompass compare sala-2023 --groups groups.csv --with hoganas-2018 --json
    """
    from kompass_extract.review.answers.municipality_groups import groups_from

    read = groups_from(groups) if groups is not None else None
    with _opened(folder, store) as archive:
        found = archive.compare(report_id, groups=read, named=named)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        _print_comparison(found)


@contextmanager
def _opened(folder: Path, store: str | None) -> Iterator[AnswerArchive]:
    from kompass_extract.archive.folder import Archive
    from kompass_extract.review.answers import AnswerArchive

    def told(done: int, total: int) -> None:
        if total >= _TOLD_FROM:
            click.echo(f"\rIndexed {done:,} of {total:,} reports", err=True, nl=done == total)

    with AnswerArchive(Archive.at(folder, store), told=told) as archive:
        yield archive


def _choice(**chosen: Any) -> Choice:
    from kompass_extract.review.answers.answer_values import Choice

    return Choice(**chosen)


def _csv_of(hits: Sequence[Hit]) -> str:
    """The hits as the export's CSV files are written: marked as UTF-8, truth as true and false."""
    from kompass_extract.review.answers.answer_values import Hit
    from kompass_extract.review.answers.exporting.csv_files import BYTE_ORDER_MARK

    names = [one.name for one in fields(Hit) if one.name != "marks"]
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.DictWriter(text, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for hit in hits:
        row = asdict(hit)
        writer.writerow({name: str(row[name]).lower() if isinstance(row[name], bool) else row[name] for name in names})
    return text.getvalue()


def _print_hits(hits: Sequence[Hit], limit: int) -> None:
    for hit in hits:
        score = "no score" if hit.score is None else f"{hit.score:g}"
        doubt = " (score waits for review)" if hit.score_needs_review else ""
        page = f", page {hit.page}" if hit.page else ""
        head = f"{hit.municipality} {hit.year}, area {hit.area}: {score}{doubt}, {hit.kind}{page}"
        click.echo(f"{click.style(head, bold=True)}  {hit.key}")
        waiting = "[waits for review] " if hit.needs_review else ""
        click.echo(f"  {waiting}{_marked(hit)}\n")
    many = len(hits) >= limit
    said = f"{len(hits)} shown, as many as --limit allows; there may be more" if many else f"{len(hits)} found"
    click.echo(said if hits else "Nothing found.", err=True)


def _marked(hit: Hit) -> str:
    parts, at = [], 0
    for start, end in hit.marks:
        parts += [hit.snippet[at:start], click.style(hit.snippet[start:end], fg="yellow", bold=True)]
        at = end
    return "".join([*parts, hit.snippet[at:]]).replace("\n", " ")


def _print_comparison(found: Comparison) -> None:
    from rich.table import Column, Table

    console = summary_console(_PIPE_WIDTH)
    for title, rows in (("Areas (points of 100)", found.areas), ("Questions (per cent of the most)", found.questions)):
        table = Table(Column("", min_width=_LABEL_LETTERS), *_HEADS, title=title)
        for row in rows:
            _add(table, row)
        console.print(table)
    for warning in found.warnings:
        click.echo(f"kompass: {warning}", err=True)


def _add(table: Any, row: Compared) -> None:
    """Add a line for each group; what waits for review has a question mark."""
    label = f"{row.id or row.area} {row.label or ''}"[:_LABEL_LETTERS]
    own = f"{_shown(row.value)}{'?' if row.needs_review else ''}"
    for standing in row.standings:
        quartiles = f"{_shown(standing.lower_quartile)} to {_shown(standing.upper_quartile)}" if standing.n else ""
        rank = f"{standing.rank} of {standing.n}" if standing.rank else ""
        cells = (standing.n, standing.left_out, _shown(standing.mean), _shown(standing.median), quartiles, rank)
        table.add_row(label, own, standing.group, *map(str, cells))
        label = own = ""
    if not row.standings:
        table.add_row(label, own)


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}".removesuffix(".0")
