"""``kompass ingest``, ``kompass rebuild`` and ``kompass doctor``: the archive filled, mended and looked over."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from kompass_extract.cli.archive_options import (
    archive_option,
    new_archive_option,
    store_option,
    told_when_it_cannot_begin,
)
from kompass_extract.cli.ingest_runs import ended_by_sigterm, run_ingestion
from kompass_extract.cli.json_logs import json_logs_asked_for, json_logs_option
from kompass_extract.cli.terminal import summary_console
from kompass_extract.errors import STOPPED, InterruptedRunError, UsageError
from kompass_extract.words.engines.engine_names import AUTO, ENGINES

_PIPE_WIDTH = 140  # columns of the summary where it does not go to a terminal


@click.command(params=[json_logs_option()])
@click.argument("inputs", nargs=-1, type=click.Path(path_type=Path, readable=False), metavar="[PATH]...")
@new_archive_option
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
    interrupted run goes on where it was. With a folder, what earlier runs left unfinished is read too; with named
    files, they alone are. Without PATH, all that the archive holds and this version of the program has not read.

    With PREFECT_API_URL, or with --runner dask, the run is a flow of Prefect.

    \b
    Examples:
      kompass ingest scans/
      kompass ingest scans/sala-2023.pdf
      kompass ingest scans/ --archive /srv/kompass --json > summary.json
    """
    from kompass_extract.archive import ingestion, run_summary
    from kompass_extract.archive.folder import Archive
    from kompass_extract.archive.results import Status
    from kompass_extract.cli.progress_display import log_summary

    archive = Archive.at(folder, store)
    if not inputs and not archive.folder.exists():
        raise UsageError(f"{archive.folder} does not exist. Name the archive by --archive, or files to make one of.")
    settings = ingestion.IngestSettings(engine=engine, retry=retry, cores=jobs, wait_seconds=wait_seconds)
    try:
        with told_when_it_cannot_begin(archive, "kompass ingest"), ended_by_sigterm():
            summary = run_ingestion(archive, inputs, settings, runner)
    except KeyboardInterrupt:
        raise InterruptedRunError(STOPPED) from None
    if as_json:
        click.echo(json.dumps(summary.record(), ensure_ascii=False, indent=2))
    elif json_logs_asked_for():
        log_summary(summary)
    else:
        run_summary.show(summary, summary_console(_PIPE_WIDTH))
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
