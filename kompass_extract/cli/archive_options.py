"""Options that name an archive, and telling operators of a command that could not begin in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kompass_extract.errors import KompassError, PrefectServerError, StoreError

if TYPE_CHECKING:
    from kompass_extract.archive.folder import Archive

_F = TypeVar("_F", bound=Callable[..., Any])


def _archive_option(told: str) -> Callable[[_F], _F]:
    return click.option(
        "--archive", "folder", type=click.Path(path_type=Path, file_okay=False), envvar="KOMPASS_ARCHIVE",
        default=Path("archive"), show_default=True, help=f"Folder of the archive{told} (KOMPASS_ARCHIVE).",
    )  # fmt: skip


archive_option = _archive_option("")
new_archive_option = _archive_option(", made where missing")
store_option = click.option(
    "--store", envvar="KOMPASS_STORE", help="URL of the store where it is not in the folder (KOMPASS_STORE)."
)


@contextmanager
def told_when_it_cannot_begin(archive: Archive, command: str) -> Iterator[None]:
    """Tell operators at once of what ends ``command`` before the store can keep it."""
    from kompass_extract.archive.notices import tell_at_once

    try:
        yield
    except (StoreError, PrefectServerError) as error:
        for trouble in tell_at_once(archive, f"{command} could not begin", f"{_said(error)}"):
            click.echo(f"kompass: Notice not sent: {trouble}", err=True)
        raise


def _said(error: KompassError) -> str:
    return f"{error} (exit code {error.exit_code})"
