"""Standard streams as they may be: closed, full, or of a terminal without Swedish letters."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

OUTPUT_ERRORS = frozenset({errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF})
"""What writing to a standard stream can come to."""


def open_closed_streams() -> None:
    """Give a program that was started with closed streams some that take everything.

    Else the next file that is opened, such as a store, gets the number of standard output, and what a library prints
    goes into it.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (for the whole program)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def escape_what_cannot_be_shown() -> None:
    r"""Print letters that the terminal has no sign for, and bytes of file names, as ``\xe5``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def shown(text: str) -> str:
    r"""A message with names in it, as it can be printed: bytes that are no letters as ``\xe5``."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def give_up_printing(message: str) -> None:
    """Say why on standard error, and let nothing more go to a standard output that takes nothing."""
    with suppress(OSError):
        click.echo(message, err=True)
    nothing = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nothing, descriptor)  # what is left in the buffers is written at the end of the program
    os.close(nothing)


def summary_console(pipe_width: int) -> Console:
    """What prints tables on standard output, ``pipe_width`` columns wide where that is no terminal.

    A pipe that its reader closed is an error like any other.
    """
    from rich.console import Console

    class PipeConsole(Console):
        def on_broken_pipe(self) -> None:
            self.quiet = True
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    return PipeConsole(highlight=False) if sys.stdout.isatty() else PipeConsole(width=pipe_width, highlight=False)
