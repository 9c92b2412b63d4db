"""``kompass review``: the review pages, and who may use them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kompass_extract.errors import UsageError

if TYPE_CHECKING:
    from kompass_extract.archive.folder import Archive
    from kompass_extract.web.access import Access
    from kompass_extract.web.web_settings import WebSettings

_ACCESS_FILE = "access.db"


@click.command()
@click.option(
    "--archive", "folder", type=click.Path(path_type=Path), help="The archive's folder; else KOMPASS_ARCHIVE."
)
@click.option("--store", help="The store's address where it is not in the folder; else KOMPASS_STORE.")
@click.option("--address", default="127.0.0.1", show_default=True, help="Where to listen; others need users.")
@click.option("--port", type=click.IntRange(1, 65535), default=8722, show_default=True)
@click.option("--host-name", "host_names", multiple=True, help="A further name that browsers may call the pages by.")
@click.option("--as", "reviewer", help="The name that decisions carry; else the page asks for it.")
@click.option("--certificate", type=click.Path(path_type=Path, exists=True), help="TLS certificate (PEM).")
@click.option("--certificate-key", type=click.Path(path_type=Path, exists=True), help="Its private key (PEM).")
@click.option("--sample-rate", type=click.FloatRange(0, 1), default=0.0, show_default=True,
              help="Share of sure values that are asked about too, to know the share of silent errors.")  # fmt: skip
@click.option("--add-user", metavar="NAME", help="Let NAME log in with the password asked for, and end.")
@click.option("--remove-user", metavar="NAME", help="Take NAME's log-in away, and end.")
def review(
    folder: Path | None,
    store: str | None,
    address: str,
    port: int,
    host_names: tuple[str, ...],
    reviewer: str | None,
    certificate: Path | None,
    certificate_key: Path | None,
    sample_rate: float,
    add_user: str | None,
    remove_user: str | None,
) -> None:
    """Serve the review pages of an archive.

    \b
    Examples:
      kompass review --archive archive/ --as Anna
      kompass review --add-user Anna
      kompass review --address 0.0.0.0 --host-name kompass.example.se --certificate c.pem --certificate-key k.pem
    """
    from kompass_extract.archive.folder import Archive

    archive = Archive.at(folder, store)
    if add_user or remove_user:
        _change_users(archive, add_user, remove_user)
        return
    from kompass_extract.web.web_settings import WebSettings

    settings = WebSettings(
        access=archive.folder / _ACCESS_FILE,
        picture_cache=archive.cache / "pictures",
        address=address,
        port=port,
        host_names=frozenset(host_names),
        reviewer=_named(reviewer),
        secure=certificate is not None,
    )
    if (certificate is None) is not (certificate_key is None):
        raise UsageError("--certificate and --certificate-key go together: give both or neither.")
    _serve(archive, settings, certificate, certificate_key, sample_rate)


def _named(reviewer: str | None) -> str | None:
    """The reviewer's name as decisions carry it; UsageError for one that will not do."""
    from kompass_extract.web.access import LONGEST_NAME, clean_name

    if reviewer is None:
        return None
    name = clean_name(reviewer)
    if name is None:
        raise UsageError(f"--as takes a name of at most {LONGEST_NAME} letters.")
    return name


def _change_users(archive: Archive, added: str | None, removed: str | None) -> None:
    access = _access(archive)
    if removed:
        if not access.remove_user(removed):
            raise UsageError(f"There is no user {removed}.")
        click.echo(f"{removed} can no longer log in. Restart kompass review if it was the last user.")
    if added:
        password = click.prompt(f"Password of {added}", hide_input=True, confirmation_prompt=True)
        access.set_password(added, password)
        click.echo(f"{added} can log in. Restart kompass review if it runs without users.")


def _access(archive: Archive) -> Access:
    from kompass_extract.web.access import Access

    return Access(archive.folder / _ACCESS_FILE)


def _serve(
    archive: Archive, settings: WebSettings, certificate: Path | None, key: Path | None, sample_rate: float
) -> None:
    import uvicorn

    from kompass_extract.review.service import Desk, DeskSettings
    from kompass_extract.web.app import create_app
    from kompass_extract.web.web_settings import is_loopback

    if not archive.folder.is_dir():
        raise UsageError(f"{archive.folder} is no archive. Name one with --archive, or fill one with kompass ingest.")
    if not is_loopback(settings.address) and not _access(archive).user_names():
        raise UsageError(
            f"Others could review at {settings.address} without logging in. "
            "Add users first with --add-user NAME, or listen at 127.0.0.1."
        )
    if not is_loopback(settings.address) and not settings.secure:
        click.echo("kompass: passwords cross the network readable; give --certificate, or put TLS in front.", err=True)
    click.echo(f"Opening {archive.folder} (new reports are put into the queue first)")
    desk = Desk(archive.folder, archive.store_url, settings=DeskSettings(sample_rate=sample_rate))
    scheme = "https" if settings.secure else "http"
    click.echo(f"Review at {scheme}://{settings.address}:{settings.port}/ (end with Ctrl+C)")
    uvicorn.run(
        create_app(desk, settings),
        host=settings.address,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
