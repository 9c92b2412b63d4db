"""``kompass ingest``, ``kompass rebuild`` and ``kompass doctor``: the archive filled, mended and looked over."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kompass_extract.cli.archive_options import (
    archive_option,
    new_archive_option,
    store_option,
    told_when_it_cannot_begin,
)
from kompass_extract.cli.flow_modules import flow_module
from kompass_extract.cli.terminal import summary_console
from kompass_extract.errors import STOPPED, InterruptedRunError, UsageError
from kompass_extract.words.engines.engine_names import AUTO, ENGINES

if TYPE_CHECKING:
    from kompass_extract.archive.folder import Archive
    from kompass_extract.archive.ingestion import IngestSettings
    from kompass_extract.archive.progress import Listener
    from kompass_extract.archive.results import Summary

_PIPE_WIDTH = 140  # columns of the summary where it does not go to a terminal


@click.command()
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
    from kompass_extract.cli.json_logs import json_logs_asked_for
    from kompass_extract.cli.progress_display import log_summary, showing_progress

    archive = Archive.at(folder, store)
    if not inputs and not archive.folder.exists():
        raise UsageError(f"{archive.folder} does not exist. Name the archive by --archive, or files to make one of.")
    settings = ingestion.IngestSettings(engine=engine, retry=retry, cores=jobs, wait_seconds=wait_seconds)
    try:
        with told_when_it_cannot_begin(archive, "kompass ingest"), _ended_by_sigterm(), showing_progress() as listener:
            if _wants_prefect(runner) and ingestion.is_anything_new(archive, inputs, settings):
                summary = _with_prefect(archive, inputs, settings, runner, listener)
            else:
                summary = ingestion.ingest(archive, inputs, settings, listener=listener)
        _refresh_tidy_rows(archive)
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


def _refresh_tidy_rows(archive: Archive) -> None:
    """Bring the rows of reports into step that an older program recorded; nothing is loaded where there are none."""
    from kompass_extract.archive.ingestion import store_of
    from kompass_extract.archive.tidy_store import is_behind

    store = store_of(archive)
    with store.read() as session:
        behind = is_behind(session)
    if behind:
        from kompass_extract.review.service.tidy_refresh import refresh_tidy_rows

        refresh_tidy_rows(store, archive.folder)


def _wants_prefect(runner: str | None) -> bool:
    """Whether a server is to see the run, or Prefect's runner is to hand documents to other processes."""
    elsewhere = flow_module("runners").chosen(runner).kind != "local"
    return elsewhere or bool(os.environ.get("PREFECT_API_URL"))


def _with_prefect(
    archive: Archive, inputs: Sequence[Path], settings: IngestSettings, runner: str | None, listener: Listener
) -> Summary:
    """Run the flow ``ingest``: the same ingestion, each document a task of Prefect."""
    local_server = flow_module("local_server")
    with local_server.local_server(archive.folder / "prefect") as server:
        flow, telling = flow_module("ingest"), flow_module("telling")
        server.ready()
        token = telling.LISTENER.set(listener)
        try:
            summary: Summary = flow.start(inputs, archive, settings, runner)
        finally:
            telling.LISTENER.reset(token)
    return summary


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM, with which systemd stops a service, end the run as Ctrl+C does: recorded, no process left."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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
