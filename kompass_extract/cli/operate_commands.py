"""``kompass backup``, ``kompass restore`` and ``kompass metrics``: what keeps an archive safe and watched."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kompass_extract.cli.archive_options import archive_option, store_option
from kompass_extract.errors import OutputError, UsageError

if TYPE_CHECKING:
    from kompass_extract.archive.folder import Archive

_MEGABYTE = 1e6


@click.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="FOLDER")
@archive_option
@store_option
def backup(target: Path, folder: Path, store: str | None) -> None:
    """Make a backup of the archive in FOLDER, which is not there yet or empty; everything may run meanwhile.

    Store, reports, decisions and inputs are of one moment, and each file is compared with its checksum after it was
    written. Inputs that were damaged before are named; the exit code is then 1.

    \b
    Examples:
      kompass backup /backup/kompass-$(date +%F) --archive /srv/kompass
    """
    from kompass_extract.archive import backup as backups
    from kompass_extract.archive.folder import Archive

    made = backups.backup(Archive.at(folder, store), target)
    for problem in made.problems:
        click.echo(f"kompass: damaged before the backup: {problem}", err=True)
    click.echo(f"{made.folder}: {made.files} files, {made.size / _MEGABYTE:.1f} MB, all compared")
    if made.problems:
        raise SystemExit(1)


@click.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="BACKUP")
@archive_option
@store_option
@click.option("--check", "only_check", is_flag=True, help="Read BACKUP and compare its checksums, and restore nothing.")
def restore(source: Path, folder: Path, store: str | None, only_check: bool) -> None:
    """Make an archive of BACKUP in a folder that is not there yet or empty.

    The backup is compared with its checksums first. Where the store named here is of another kind (SQLite, PostgreSQL)
    than the backup's, it is rebuilt from the files: runs and web addresses are then not known.

    \b
    Examples:
      kompass restore /backup/kompass-2026-11-28 --archive /srv/kompass
      kompass restore /backup/kompass-2026-11-28 --check
    """
    from kompass_extract.archive import backup as backups
    from kompass_extract.archive.folder import Archive
    from kompass_extract.archive.store_copies import kind_of

    if only_check:
        manifest = backups.check(source)
        click.echo(f"{source}: {len(manifest.files)} files of {manifest.made}, all whole")
        return
    archive = Archive.at(folder, store)
    manifest = backups.restore(source, archive)
    if manifest.store != kind_of(archive):
        from kompass_extract.review.service.rebuild import rebuild

        for problem in rebuild(archive).problems:
            click.echo(problem, err=True)
    click.echo(f"{archive.folder}: {len(manifest.files)} files as they were at {manifest.made}")


@click.command()
@archive_option
@store_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write a file for node_exporter, *.prom.")
@click.option("--listen", metavar="HOST:PORT", help="Answer at /metrics until stopped, as 127.0.0.1:9477.")
def metrics(folder: Path, store: str | None, out: Path | None, listen: str | None) -> None:
    """Tell an archive's figures in Prometheus' format: on the standard output, into a file, or over HTTP.

    \b
    Examples:
      kompass metrics --archive /srv/kompass
      kompass metrics --archive /srv/kompass --out /var/lib/node_exporter/kompass.prom
      kompass metrics --archive /srv/kompass --listen 127.0.0.1:9477
    """
    from kompass_extract.archive import metrics as figures
    from kompass_extract.archive.folder import Archive

    archive = Archive.at(folder, store)
    if out is not None and listen is not None:
        raise UsageError("--out and --listen exclude each other.")
    if listen is not None:
        _serve(archive, listen)
    elif out is not None:
        try:
            figures.write_textfile(archive, out)
        except OSError as error:
            raise OutputError(f"{out} could not be written ({error.strerror}). Choose another --out.") from error
    else:
        click.echo(figures.exposition(archive), nl=False)


def _serve(archive: Archive, listen: str) -> None:
    from prometheus_client import start_http_server

    from kompass_extract.archive import metrics as figures

    host, _, port = listen.rpartition(":")
    if not port.isdecimal():
        raise UsageError(f"--listen takes HOST:PORT, as 127.0.0.1:9477, and not {listen!r}.")
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    try:
        server, thread = start_http_server(int(port), host or "127.0.0.1", figures.registry_of(archive))
    except OSError as error:
        raise UsageError(f"{listen} cannot be listened at ({error.strerror}). Choose another --listen.") from error
    click.echo(f"Figures at http://{host or '127.0.0.1'}:{server.server_port}/metrics (end with Ctrl+C)")
    stopped.wait()
    server.shutdown()
    thread.join()
