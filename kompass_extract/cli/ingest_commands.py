"""``kompass ingest``, ``kompass rebuild`` and ``kompass doctor``: the archive filled, mended and looked over."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kompass_extract.cli.archive_options import archive_option, store_option, told_when_it_cannot_begin
from kompass_extract.cli.flow_modules import flow_module
from kompass_extract.errors import STOPPED, InterruptedRunError, UsageError
from kompass_extract.words.engines.engine_names import AUTO, ENGINES

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from kompass_extract.archive.results import Outcome
    from kompass_extract.workers.protocol import Progress

_PIPE_WIDTH = 140  # columns of the summary where it does not go to a terminal


@click.command()
@click.argument("inputs", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@archive_option
@store_option
@click.option("--jobs", type=click.IntRange(min=1), help="Pages read at a time; one per core where not given.")
@click.option("--engine", type=click.Choice(ENGINES), default=AUTO, show_default=True)
@click.option("--retry", is_flag=True, help="Read again what failed before.")
@click.option("--runner", envvar="KOMPASS_RUNNER", help="Where documents are read: local, or dask:ADDRESS.")
@click.option("--wait", "wait_seconds", type=float, default=120.0, show_default=True,
              help="Seconds to wait for files that are being written.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--strict", is_flag=True, help="End with the first failure's exit code when an input failed.")
def ingest(
    inputs: tuple[Path, ...],
    folder: Path,
    store: str | None,
    jobs: int | None,
    engine: str,
    retry: bool,
    runner: str | None,
    wait_seconds: float,
    as_json: bool,
    strict: bool,
) -> None:
    """Read files and folders into the archive: what is new, and what was not finished.

    Each document is known by its content and read once. Run it again at any time: what is done stays done, and an
    interrupted run goes on where it was. Without PATH, only what the archive holds and has not read yet.

    \b
    Examples:
      kompass ingest scans/
      kompass ingest scans/ --archive /srv/kompass --json > summary.json
    """
    from kompass_extract.archive.folder import Archive

    archive = Archive.at(folder, store)
    local_server = flow_module("local_server")
    with (
        told_when_it_cannot_begin(archive, "kompass ingest"),
        local_server.local_server(archive.folder / "prefect") as server,
    ):
        from kompass_extract.archive import run_summary
        from kompass_extract.archive.ingestion import IngestSettings, store_of
        from kompass_extract.archive.results import Status
        from kompass_extract.review.service.tidy_refresh import refresh_tidy_rows

        settings = IngestSettings(engine=engine, retry=retry, cores=jobs, wait_seconds=wait_seconds)
        store_of(archive)  # what cannot be opened is said before anybody waits for the server
        flow = flow_module("ingest")
        server.ready()
        try:
            with _progress(flow):
                summary = flow.start(inputs, archive, settings, runner)
        except KeyboardInterrupt:
            raise InterruptedRunError(STOPPED) from None
        refresh_tidy_rows(store_of(archive), archive.folder)  # of reports that an older program had recorded
    if as_json:
        click.echo(json.dumps(summary.record(), ensure_ascii=False, indent=2))
    else:
        run_summary.show(summary, _console())
    failed = summary.of(Status.FAILED)
    if strict and failed:
        sys.exit(failed[0].exit_code)


@click.command()
@archive_option
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def rebuild(folder: Path, store: str | None, as_json: bool) -> None:
    """Make the archive's store anew from its files: inputs, report JSON and reviewers' decisions.

    \b
    Example:
      kompass rebuild --archive /srv/kompass
    """
    from kompass_extract.archive.folder import Archive
    from kompass_extract.review.service.rebuild import rebuild as make

    if not folder.is_dir():
        raise UsageError(f"{folder} does not exist. Name the archive by --archive.")
    made = make(Archive.at(folder, store))
    if as_json:
        click.echo(json.dumps(asdict(made), ensure_ascii=False, indent=2))
        return
    for problem in made.problems:
        click.echo(problem, err=True)
    click.echo(f"{made.documents} inputs, {made.reports} reports")


@click.command()
@archive_option
@store_option
@click.option("--deep", is_flag=True, help="Read every input to see whether it is whole.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(folder: Path, store: str | None, deep: bool, as_json: bool) -> None:
    """Check programs, models, store and files against each other; exit code 1 where something is wrong.

    \b
    Example:
      kompass doctor --archive /srv/kompass --deep
    """
    from kompass_extract.archive.doctor import Level, examine
    from kompass_extract.archive.folder import Archive

    findings = examine(Archive.at(folder, store), deep=deep)
    if as_json:
        click.echo(json.dumps([one.record() for one in findings], ensure_ascii=False, indent=2))
    else:
        for one in findings:
            click.echo(f"{one.level.value:8} {one.about:10} {one.message} {one.advice}".rstrip())
    if any(one.level is Level.ERROR for one in findings):
        sys.exit(1)


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False) if sys.stdout.isatty() else Console(width=_PIPE_WIDTH, highlight=False)


@contextmanager
def _progress(flow: Any) -> Iterator[None]:
    """A bar over documents and the pages of those under way on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Columns

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Columns(*columns, console=Console(stderr=True), transient=True) as bar:
        flow.SHOWN.set(_documents(bar))
        flow.TOLD.set(_pages(bar))
        yield


def _documents(bar: Bar) -> Any:
    task = bar.add_task("documents", total=None)
    known = 0

    def shown(more: int, outcome: Outcome | None) -> None:
        nonlocal known
        known += more
        bar.update(task, total=known, advance=0 if outcome is None else 1)

    return shown


def _pages(bar: Bar) -> Any:
    task = bar.add_task("pages", total=None)

    def told(page: Progress) -> None:
        bar.update(task, advance=1)

    return told
