"""The command ``kompass``: the only place that prints or exits.

Heavy libraries are imported inside the commands, so that ``kompass --help`` answers at once.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from kompass_extract import __version__
from kompass_extract.cli.answer_commands import compare, export_tables, search
from kompass_extract.cli.browse_commands import browse, cite, publish
from kompass_extract.cli.extract_command import extract
from kompass_extract.cli.extras import missing_extra
from kompass_extract.cli.gold_command import gold
from kompass_extract.cli.ingest_commands import doctor, ingest, rebuild
from kompass_extract.cli.json_logs import json_logs_option, tell_error
from kompass_extract.cli.measure_commands import evaluate, train
from kompass_extract.cli.notify_command import notify
from kompass_extract.cli.operate_commands import backup, metrics, restore
from kompass_extract.cli.review_commands import review
from kompass_extract.cli.stage_command import stage
from kompass_extract.cli.terminal import (
    OUTPUT_ERRORS,
    escape_what_cannot_be_shown,
    give_up_printing,
    open_closed_streams,
    shown,
)  # fmt: skip
from kompass_extract.cli.text_commands import repair, schema
from kompass_extract.cli.watch_command import watch
from kompass_extract.errors import KompassError, OutputError

_UNPRINTED = "kompass: the output could not be printed ({}). What was written stays."

__all__ = ["main"]


class _Group(click.Group):
    """Turns the errors that a person can act on into a message and their exit code."""

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
            if error.errno not in OUTPUT_ERRORS:
                raise
            give_up_printing(_UNPRINTED.format(error.strerror))
            ctx.exit(OutputError.exit_code)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kompass")
def main() -> None:
    """Turn Kommunkompassen reports into checked JSON in which every value knows where it was read."""


for _command in (
    extract, stage, ingest, schema, repair, evaluate, train, review, watch, gold, rebuild, doctor, notify,
    export_tables, search, compare, browse, cite, publish, backup, restore, metrics,
):  # fmt: skip
    main.add_command(_command)
for _command in (main, ingest, watch):
    _command.params.append(json_logs_option())
