"""The command ``kompass``: the only place that prints or exits.

A command's module is imported when the command is called, and heavy libraries inside of it, so that a small command
takes little time.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from kompass_extract import __version__
from kompass_extract.cli.extras import missing_extra
from kompass_extract.cli.json_logs import json_logs_option, tell_error
from kompass_extract.cli.terminal import (
    OUTPUT_ERRORS,
    escape_what_cannot_be_shown,
    give_up_printing,
    open_closed_streams,
    shown,
)  # fmt: skip
from kompass_extract.errors import KompassError, OutputError

_UNPRINTED = "kompass: the output could not be printed ({}). What was written stays."

__all__ = ["main"]


_COMMANDS = {
    "answer_commands": ("compare", "export", "search"),
    "browse_commands": ("browse", "cite", "publish"),
    "extract_command": ("extract",),
    "gold_command": ("gold",),
    "ingest_commands": ("doctor", "ingest", "rebuild"),
    "measure_commands": ("evaluate", "train"),
    "notify_command": ("notify",),
    "operate_commands": ("backup", "metrics", "restore"),
    "review_commands": ("review",),
    "stage_command": ("stage",),
    "text_commands": ("repair", "schema"),
    "watch_command": ("watch",),
}
"""The commands that each module of this room has, by their names."""

_MODULES = {name: module for module, names in _COMMANDS.items() for name in names}


class _Group(click.Group):
    """Loads commands when they are called; turns errors that a person can act on into a message and their exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        found = vars(import_module(f"{__name__}.{_MODULES[cmd_name]}")).values()
        return next(one for one in found if isinstance(one, click.Command) and one.name == cmd_name)

    def main(self, *args: Any, **more: Any) -> Any:
        open_closed_streams()
        try:
            return super().main(*args, **more)
        except OSError as error:  # of the help, which is printed before a command begins
            if error.errno not in OUTPUT_ERRORS:
                raise
            give_up_printing(_UNPRINTED.format(error.strerror))
            sys.exit(OutputError.exit_code)

    def invoke(self, ctx: click.Context) -> object:
        escape_what_cannot_be_shown()
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
            return done
        except KompassError as error:
            tell_error(shown(str(error)), exit_code=error.exit_code)
            ctx.exit(error.exit_code)
        except ModuleNotFoundError as error:
            missing = missing_extra(ctx.invoked_subcommand, error)
            if missing is None:
                raise
            tell_error(str(missing), exit_code=missing.exit_code)
            ctx.exit(missing.exit_code)
        except OSError as error:
            if error.filename is not None:
                said = OutputError(f"{error.filename} could not be read or written ({error.strerror}).")
                tell_error(shown(str(said)), exit_code=said.exit_code)
                ctx.exit(said.exit_code)
            if error.errno not in OUTPUT_ERRORS:
                raise
            give_up_printing(_UNPRINTED.format(error.strerror))
            ctx.exit(OutputError.exit_code)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kompass")
def main() -> None:
    """Turn Kommunkompassen reports into checked JSON in which every value knows where it was read."""


main.params.append(json_logs_option())
