"""``kompass watch``: new publications fetched from the pages that name them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from kompass_extract.cli.archive_options import new_archive_option, store_option, told_when_it_cannot_begin
from kompass_extract.cli.flow_modules import flow_module
from kompass_extract.cli.ingest_runs import ended_by_sigterm, run_ingestion
from kompass_extract.cli.json_logs import json_logs_option, tell_error
from kompass_extract.cli.terminal import shown
from kompass_extract.errors import STOPPED, FetchError, InterruptedRunError, StoreError, WatchError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kompass_extract.archive.folder import Archive
    from kompass_extract.watch.config import WatchSettings
    from kompass_extract.watch.crawl_results import PageSight, Sight
    from kompass_extract.watch.recorded_look import Watched

    _S = TypeVar("_S", PageSight, Sight)

_SECONDS_PER_HOUR = 3600.0
_TEXT_WIDTH = 90  # characters of a link's text that are shown


@click.command(params=[json_logs_option()])
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=Path("watch.toml"),
    show_default=True,
    help="Index pages, hosts and limits; docs/operation.md explains them.",
)
@click.option(
    "--once", is_flag=True, help="Look once and end; otherwise every so many hours as the configuration says."
)
@click.option("--explain", metavar="URL", help="Say what a look would do with each link of a page, and end.")
@click.option("--accept", metavar="URL", help="Take an index page as right with the files it has now, and end.")
@new_archive_option
@store_option
@click.option("--runner", envvar="KOMPASS_RUNNER", help="Where documents are read: local, or dask:ADDRESS.")
@click.option("--json", "as_json", is_flag=True, help="Print what was seen and read as JSON.")
def watch(
    config: Path,
    once: bool,
    explain: str | None,
    accept: str | None,
    folder: Path,
    store: str | None,
    runner: str | None,
    as_json: bool,
) -> None:
    """Look at publication pages for reports that are new or changed, fetch them politely and read them.

    Index pages, allowed hosts and limits stand in a TOML file. Files are kept with their address and date; a changed
    file under an old address is kept beside the old one. Ends with an error when an index page is lost: not read in
    several looks, or without the files that it had.

    With PREFECT_API_URL, a look is a flow of Prefect.

    \b
    Examples:
      kompass watch --config watch.toml --once
      kompass watch --config watch.toml --archive /srv/kompass
      kompass watch --config watch.toml --explain https://www.sala.se/kommunkompassen
    """
    from kompass_extract.archive.folder import Archive
    from kompass_extract.watch import config as configuration

    settings = configuration.load(config)
    archive = Archive.at(folder, store)
    if explain is not None:
        _explain(settings, explain, archive, as_json)
    elif accept is not None:
        _accept(settings, accept, archive)
    elif once:
        sys.exit(_look(settings, config, archive, runner, as_json))
    else:
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
        while True:
            _look_in_a_process()
            time.sleep(settings.every_hours * _SECONDS_PER_HOUR)


def _explain(settings: WatchSettings, address: str, archive: Archive, as_json: bool) -> None:
    """Each link of a page, as a table or as JSON."""
    from kompass_extract.archive.run_summary import plain
    from kompass_extract.archive.store import Store
    from kompass_extract.watch.crawl_store import Publications
    from kompass_extract.watch.explain import explain
    from kompass_extract.watch.fetch import Fetcher

    known = None
    with suppress(StoreError):  # a page can be explained before there is an archive
        known = Publications(archive, Store.unchanged(archive))
        known.store.revision()
    try:
        found = list(explain(address, Fetcher.of(settings), known, include=settings.include))
    except FetchError as error:
        raise FetchError(f"{address} was not read: {error}. Open it in a browser, and look at --config.") from error
    if as_json:
        click.echo(json.dumps([one.record() for one in found], ensure_ascii=False, indent=2))
        return
    counts: Counter[str] = Counter()
    for one in found:
        counts[one.action] += 1
        click.echo(f"{one.action:26} {plain(one.text or '-')[:_TEXT_WIDTH]}")
        click.echo(f"{'':26} {plain(one.address)}")
        click.echo(f"{'':26} {plain(one.why)}{f'; {plain(one.said)}' if one.said else ''}")
    click.echo(", ".join(f"{count} {action}" for action, count in counts.items()) or "no link")


def _accept(settings: WatchSettings, address: str, archive: Archive) -> None:
    """End the alarm of an index page."""
    from kompass_extract.cli.store_views import opened_store
    from kompass_extract.watch.crawl_store import Publications
    from kompass_extract.watch.page_state import PageState

    if address not in settings.pages:
        raise WatchError(f"{address} is none of the pages of the configuration: {', '.join(settings.pages)}.")
    publications = Publications(archive, opened_store(archive))
    had = publications.page_state(address)
    publications.keep_page(PageState(address, read_at=had.read_at))
    click.echo(f"{address}: what the next look finds there counts as right.")


def _look_in_a_process() -> None:
    """The same command with ``--once``: between two looks nothing is held open, and a bad one ends alone."""
    command = [sys.executable, "-P", "-c", "from kompass_extract.cli import main; main()", *sys.argv[1:], "--once"]
    with subprocess.Popen(command) as process:
        try:
            process.wait()
        finally:
            process.terminate()


def _look(settings: WatchSettings, config: Path, archive: Archive, runner: str | None, as_json: bool) -> int:
    """One look, printed; the exit code of what was wrong with it, 0 where nothing was."""
    from kompass_extract.watch.recorded_look import UnreadPagesError, require_pages

    try:
        with told_when_it_cannot_begin(archive, "kompass watch"), ended_by_sigterm():
            if os.environ.get("PREFECT_API_URL"):
                watched = _with_prefect(config, archive, runner)
            else:
                watched = _here(settings, archive, runner)
    except KeyboardInterrupt:
        raise InterruptedRunError(STOPPED) from None
    _print(watched, as_json)
    try:
        require_pages(watched)
    except UnreadPagesError as error:
        tell_error(shown(str(error)), exit_code=error.exit_code)
        return error.exit_code
    return 0


def _here(settings: WatchSettings, archive: Archive, runner: str | None) -> Watched:
    """Look and read without a server, but for a runner that needs one and has something to read."""
    from kompass_extract.archive.ingestion import IngestSettings
    from kompass_extract.watch.recorded_look import Watched, recorded_look

    told = _told_as_visited()
    look = recorded_look(
        archive,
        settings,
        lambda watcher: watcher.look(
            lambda address: [told(page) for page in watcher.pages(address)], lambda link: told(watcher.visit(link))
        ),
    )
    return Watched(look, run_ingestion(archive, [], IngestSettings(), runner))


def _with_prefect(config: Path, archive: Archive, runner: str | None) -> Watched:
    """Run the flow ``watch``: the same look, each page and file a task of Prefect."""
    from kompass_extract.watch.recorded_look import UnreadPagesError

    local_server = flow_module("local_server")
    with local_server.local_server(archive.folder / "prefect") as server:
        flow = flow_module("watch")
        server.ready()
        flow.SHOWN.set(_told_as_visited())
        try:
            watched: Watched = flow.watch(str(config), str(archive.folder), archive.store_url, None, runner)
        except UnreadPagesError as error:
            watched = error.watched
    return watched


def _told_as_visited() -> Callable[[_S], _S]:
    """What says each page and file on a terminal when it was visited, and gives it back."""
    from kompass_extract.watch.crawl_summary import line_of

    def told(one: _S) -> _S:
        if sys.stderr.isatty():
            click.echo(line_of(one), err=True)
        return one

    return told


def _print(watched: Watched, as_json: bool) -> None:
    from kompass_extract.archive import run_summary as reading
    from kompass_extract.archive.results import Status
    from kompass_extract.watch import crawl_summary as looking

    if as_json:
        record = {"look": watched.look.record(), "read": watched.read.record()}
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
        return
    for line in looking.lines_of(watched.look):
        click.echo(line)
    for outcome in watched.read.of(Status.FAILED):
        said = "no report" if looking.is_no_report(outcome) else "not read"
        click.echo(f"{said:11} {reading.plain(outcome.path)}: {reading.plain(outcome.reason)}")
    click.echo(f"Read: {looking.read_headline(watched.read)}")
