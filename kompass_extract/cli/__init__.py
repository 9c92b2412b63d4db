"""The command ``kompass``: the only place that prints or exits.

Heavy libraries are imported inside the commands, so that ``kompass --help`` answers at once.
"""

from __future__ import annotations

import click

from kompass_extract import __version__
from kompass_extract.cli.extract_command import extract
from kompass_extract.cli.gold_command import gold
from kompass_extract.cli.ingest_commands import doctor, ingest, rebuild
from kompass_extract.cli.measure_commands import evaluate, train
from kompass_extract.cli.review_commands import review
from kompass_extract.cli.text_commands import repair, schema
from kompass_extract.cli.watch_command import watch
from kompass_extract.errors import KompassError

__all__ = ["main"]


class _Group(click.Group):
    """Turns the errors that a person can act on into a message and their exit code."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KompassError as error:
            click.echo(f"kompass: {error}", err=True)
            ctx.exit(error.exit_code)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kompass")
def main() -> None:
    """Turn Kommunkompassen reports into checked JSON in which every value knows where it was read."""


for _command in (extract, ingest, schema, repair, evaluate, train, review, watch, gold, rebuild, doctor):
    main.add_command(_command)
