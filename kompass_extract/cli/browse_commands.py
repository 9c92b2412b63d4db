"""``kompass browse``, ``kompass cite`` and ``kompass publish``: the archive's pages, served, cut out, or as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import click

from kompass_extract.cli.archive_options import archive_option, store_option
from kompass_extract.errors import OutputError, UsageError

if TYPE_CHECKING:
    from kompass_extract.archive.folder import Archive
    from kompass_extract.review.answers.municipality_groups import Groups

_TOLD_FROM = 200  # reports to index, from which it takes long enough to say so
_VALUE_PATH = "/value/"
_groups_option = click.option(
    "--groups", "groups_file", type=click.Path(path_type=Path, dir_okay=False),
    help="CSV of municipality groups for the comparison (columns group, municipality); "
    "else groups.csv in the archive's folder.",
)  # fmt: skip


@click.command()
@archive_option
@store_option
@click.option("--address", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(1, 65535), default=8723, show_default=True)
@click.option("--host-name", "host_names", multiple=True, help="A further name that browsers may call the pages by.")
@click.option("--certificate", type=click.Path(path_type=Path, exists=True), help="TLS certificate (PEM).")
@click.option("--certificate-key", type=click.Path(path_type=Path, exists=True), help="Its private key (PEM).")
@click.option("--trusted-proxy", "proxies", multiple=True, metavar="ADDRESS",
              help="Address or network of a proxy in front, whose X-Forwarded-For and -Proto count.")  # fmt: skip
@click.option("--root-path", default="", metavar="/PATH", help="The path that the proxy serves the pages under.")
@_groups_option
def browse(
    folder: Path,
    store: str | None,
    address: str,
    port: int,
    host_names: tuple[str, ...],
    certificate: Path | None,
    certificate_key: Path | None,
    proxies: tuple[str, ...],
    root_path: str,
    groups_file: Path | None,
) -> None:
    """Serve the archive's pages to read: municipalities, reports, concepts, search, comparison, downloads.

    Nobody logs in and nothing can be changed.  The same pages are within kompass review, for who has logged in there.

    \b
    Examples:
      kompass browse --archive archive/
      kompass browse --address 0.0.0.0 --host-name kompass.example.se --certificate c.pem --certificate-key k.pem
    """
    from kompass_extract.archive.folder import Archive
    from kompass_extract.archive.write_access import cache_of
    from kompass_extract.web.browse.browse_app import create_browse_app
    from kompass_extract.web.proxy import networks
    from kompass_extract.web.serving import serve
    from kompass_extract.web.web_settings import WebSettings

    if (certificate is None) is not (certificate_key is None):
        raise UsageError("--certificate and --certificate-key go together: give both or neither.")
    networks(proxies)
    groups = _groups(groups_file)
    archive = Archive.at(folder, store)
    settings = WebSettings(
        access=archive.folder / "access.db", picture_cache=cache_of(archive) / "pictures", address=address, port=port,
        host_names=frozenset(host_names), secure=certificate is not None, trusted_proxies=proxies,
        root=root_path.rstrip("/"),
    )  # fmt: skip
    _index(archive)
    app = create_browse_app(archive, settings, groups=groups)
    scheme = "https" if settings.secure else "http"
    click.echo(f"Read at {scheme}://{address}:{port}/ (end with Ctrl+C)")
    serve(app, settings, certificate, certificate_key)


@click.command()
@click.argument("address")
@archive_option
@store_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="PNG file to write.")
def cite(address: str, folder: Path, store: str | None, out: Path) -> None:
    """Write the place of a value on its page as a picture, with a box around it.

    ADDRESS is the address of the value's page, or its key: sala-2023/3/score, sala-2023/3/improvement/2,
    sala-2023/3/question/4/score, sala-2023/head/year.

    \b
    Examples:
      kompass cite sala-2023/3/score --archive archive/ --out score.png
      kompass cite http://127.0.0.1:8723/browse/value/sala-2023/3/improvement/2 --out item.png
    """
    from kompass_extract.archive.folder import Archive
    from kompass_extract.archive.write_access import cache_of
    from kompass_extract.process.files import write_whole
    from kompass_extract.review.answers import AnswerArchive
    from kompass_extract.web.browse.value_picture import value_png
    from kompass_extract.web.pictures import Pictures

    report_id, _, key = key_of(address).partition("/")
    archive = Archive.at(folder, store)
    with AnswerArchive(archive) as answers:
        png = value_png(answers, Pictures(cache_of(archive) / "pictures"), report_id, key)
    try:
        write_whole(out, png)
    except OSError as error:
        raise OutputError(
            f"{out} could not be written ({error.strerror or error}). Make room, or choose another --out."
        ) from error
    click.echo(str(out))


@click.command()
@archive_option
@store_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write into.")
@click.option("--pictures/--no-pictures", default=True, show_default=True, help="Put pictures of the pages in.")
@click.option("--dpi", type=click.IntRange(40, 300), default=100, show_default=True, help="Their resolution.")
@click.option("--publisher", help="Who answers for the data, as the data package names it.")
@_groups_option
def publish(
    folder: Path,
    store: str | None,
    out: Path,
    pictures: bool,
    dpi: int,
    publisher: str | None,
    groups_file: Path | None,
) -> None:
    """Write the archive's pages as a static site, with a search that runs in the browser and the export.

    Any web server can hand it out; its addresses are relative.  Swedish is at the root, English under en/.

    \b
    Examples:
      kompass publish --archive archive/ --out site/
      python -m http.server --directory site/
    """
    from kompass_extract.archive.folder import Archive
    from kompass_extract.web.browse.site_writer import publish_site

    groups = _groups(groups_file)
    archive = Archive.at(folder, store)
    _index(archive)

    def told(done: int, total: int) -> None:
        if total >= _TOLD_FROM:
            click.echo(f"\rWritten {done:,} of {total:,} pages", err=True, nl=done == total)

    made = publish_site(
        archive, out, dpi=dpi if pictures else None, publisher=publisher, told=told, groups=groups
    )  # fmt: skip
    click.echo(str(out))
    click.echo(f"{made.pages:,} pages, {made.pictures:,} pictures, {made.passages:,} passages to search", err=True)
    for note in made.notes:
        click.echo(f"kompass: {note}", err=True)


def key_of(address: str) -> str:
    """Return the key of a value from the address of its page, on a server or in a site, or from the key itself."""
    parts = urlsplit(address)
    if not parts.scheme and _VALUE_PATH not in parts.path and not parts.fragment:
        return address.strip("/")
    path = unquote(parts.path)
    if _VALUE_PATH in path:
        return path.partition(_VALUE_PATH)[2].strip("/")
    report_id = path.partition("/report/")[2].partition("/")[0]
    if report_id and parts.fragment:
        return f"{report_id}/{unquote(parts.fragment)}"
    raise UsageError(f"{address} is not the address of a value. Give that of its page, or a key: sala-2023/3/score.")


def _groups(path: Path | None) -> Groups | None:
    from kompass_extract.review.answers.municipality_groups import groups_from

    return groups_from(path) if path is not None else None


def _index(archive: Archive) -> None:
    from kompass_extract.review.answers import AnswerArchive

    def told(done: int, total: int) -> None:
        if total >= _TOLD_FROM:
            click.echo(f"\rIndexed {done:,} of {total:,} reports", err=True, nl=done == total)

    with AnswerArchive(archive, told=told) as answers:
        answers.refresh()
