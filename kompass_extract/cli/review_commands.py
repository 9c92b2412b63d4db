"""``kompass review``: the review pages, and who may use them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from kompass_extract.errors import UsageError

if TYPE_CHECKING:
    from kompass_extract.archive.folder import Archive
    from kompass_extract.web.access import Access
    from kompass_extract.web.web_settings import Role, WebSettings

_ROOT = re.compile(r"(/[\w.-]+)+", re.ASCII)
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
@click.option("--trusted-proxy", "proxies", multiple=True, metavar="ADDRESS",
              help="Address or network of a proxy in front, whose X-Forwarded-For and -Proto count.")  # fmt: skip
@click.option("--root-path", default="", metavar="/PATH", help="The path that the proxy serves the pages under.")
@click.option("--user-header", metavar="HEADER", help="Header in which a trusted proxy names who has signed in.")
@click.option("--sample-rate", type=click.FloatRange(0, 1), default=0.0, show_default=True,
              help="Share of sure values to review as a sample for the share of silent errors.")  # fmt: skip
@click.option("--add-user", metavar="NAME", help="Let NAME log in with the password asked for, and end.")
@click.option("--role", type=click.Choice(["reader", "reviewer", "admin"]),
              help="With --add-user: what NAME may do; the first user is an admin, others reviewers.")  # fmt: skip
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
    proxies: tuple[str, ...],
    root_path: str,
    user_header: str | None,
    sample_rate: float,
    add_user: str | None,
    role: str | None,
    remove_user: str | None,
) -> None:
    """Serve the review pages of an archive.

    \b
    Examples:
      kompass review --archive archive/ --as Anna
      kompass review --add-user Anna
      kompass review --address 0.0.0.0 --host-name kompass.example.se --certificate c.pem --certificate-key k.pem
      kompass review --host-name kompass.example.se --trusted-proxy 127.0.0.1 --root-path /granskning
    """
    from kompass_extract.archive.folder import Archive

    archive = Archive.at(folder, store)
    if add_user or remove_user:
        _change_users(archive, add_user, remove_user, role)
        return
    from kompass_extract.web.web_settings import WebSettings

    settings = WebSettings(
        access=archive.folder / _ACCESS_FILE,
        picture_cache=archive.cache / "pictures",
        address=address,
        port=port,
        host_names=frozenset(host_names),
        reviewer=_named(reviewer, "--as") if reviewer is not None else None,
        secure=certificate is not None,
        trusted_proxies=proxies,
        user_header=user_header,
        root=_root(root_path),
    )
    if (certificate is None) is not (certificate_key is None):
        raise UsageError("--certificate and --certificate-key go together: give both or neither.")
    _serve(archive, settings, certificate, certificate_key, sample_rate)


def _named(reviewer: str, option: str) -> str:
    """The reviewer's name as decisions carry it; UsageError for one that will not do."""
    from kompass_extract.web.access import LONGEST_NAME, clean_name

    name = clean_name(reviewer)
    if name is None:
        raise UsageError(f"{option} takes a name of at most {LONGEST_NAME} letters, without line breaks.")
    return name


def _root(path: str) -> str:
    """The path of ``--root-path``; UsageError for one that is none, or that a page of its own has."""
    from kompass_extract.web.addresses import OWN_PATHS

    root = path.rstrip("/")
    if root and not _ROOT.fullmatch(root):
        raise UsageError("--root-path is a path such as /kompass, of letters, digits, hyphens and dots.")
    if root and "/" + root.split("/")[1] in OWN_PATHS:
        raise UsageError(f"--root-path {root} is the name of one of the pages. Take another, such as /kompass.")
    return root


def _change_users(archive: Archive, added: str | None, removed: str | None, role: str | None) -> None:
    access = _access(archive)
    if removed:
        if not access.remove_user(removed):
            raise UsageError(f"There is no user {removed}.")
        click.echo(f"{removed} can no longer log in. Restart kompass review if it was the last user.")
    if added:
        added = _named(added, "--add-user")
        password = click.prompt(f"Password of {added}", hide_input=True, confirmation_prompt=True)
        chosen = role or (None if access.user_names() else "admin")
        access.set_password(added, password, role=cast("Role | None", chosen))
        click.echo(f"{added} can log in. Restart kompass review if it runs without users.")


def _access(archive: Archive) -> Access:
    from kompass_extract.web.access import Access

    return Access(archive.folder / _ACCESS_FILE)


def _serve(
    archive: Archive, settings: WebSettings, certificate: Path | None, key: Path | None, sample_rate: float
) -> None:
    from kompass_extract.review.service import Desk, DeskSettings
    from kompass_extract.web.app import create_app
    from kompass_extract.web.proxy import networks
    from kompass_extract.web.serving import serve
    from kompass_extract.web.web_settings import is_loopback

    if not archive.folder.is_dir():
        raise UsageError(f"{archive.folder} is no archive. Name one with --archive, or fill one with kompass ingest.")
    if settings.user_header and not settings.trusted_proxies:
        raise UsageError("--user-header needs --trusted-proxy: anybody can send a header.")
    networks(settings.trusted_proxies)
    reached = not is_loopback(settings.address) or bool(settings.trusted_proxies)
    if reached and not settings.user_header and not _access(archive).user_names():
        where = "through the proxy" if is_loopback(settings.address) else f"at {settings.address}"
        raise UsageError(
            f"Others could review {where} without logging in. "
            "Add users first with --add-user NAME, or listen at 127.0.0.1 without a proxy."
        )
    if not is_loopback(settings.address) and not settings.secure and not settings.trusted_proxies:
        click.echo("kompass: passwords cross the network readable; give --certificate, or put TLS in front.", err=True)
    click.echo(f"Opening {archive.folder} (new reports are put into the queue first)")
    desk = Desk(archive.folder, archive.store_url, settings=DeskSettings(sample_rate=sample_rate))
    scheme = "https" if settings.secure else "http"
    click.echo(f"Review at {scheme}://{settings.address}:{settings.port}/ (end with Ctrl+C)")
    serve(create_app(desk, settings), settings, certificate, key)
