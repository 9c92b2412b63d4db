"""Two evaluations side by side, on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from kompass_extract.training.evaluate.provenance import Provenance
from kompass_extract.training.evaluate.value_changes import ChangeKind, by_cause

if TYPE_CHECKING:
    from kompass_extract.training.evaluate.run_diff import Diff

_MOST_ROWS = 40  # values of each kind; the page shows more
_PIPE_WIDTH = 140
_COLOURS = {1: "green", -1: "red"}


def show_diff(diff: Diff) -> None:
    """Print figures, causes and the values that became worse and better."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False) if sys.stdout.isatty() else Console(width=_PIPE_WIDTH, highlight=False)
    console.print(Text(f"A  {diff.before.name}: {made(diff.before.run)}\nB  {diff.after.name}: {made(diff.after.run)}"))
    for line in diff.warnings:
        console.print(Text(line, style="red"))
    figures = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("figure", "A", "B", "change"):
        figures.add_column(name, justify="left" if name == "figure" else "right")
    for row in diff.figures:
        figures.add_row(row.name, row.before, row.after, Text(row.change, style=_COLOURS.get(row.better, "")))
    console.print(figures)
    causes = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    causes.add_column("cause")
    for kind in ChangeKind:
        causes.add_column(kind.value, justify="right")
    for cause, counts in by_cause(diff.changes):
        causes.add_row(cause, *(str(counts[kind] or "") for kind in ChangeKind))
    console.print(causes if diff.changes else Text("No value was won or lost."))
    for kind in (ChangeKind.LOST, ChangeKind.SILENCED, ChangeKind.WON, ChangeKind.HEARD):
        found = diff.of(kind)
        if found:
            console.print(Text(f"{kind.value}: {len(found)}", style="bold"))
        for one in found[:_MOST_ROWS]:
            console.print(Text(f"  {one}"), soft_wrap=True)
        if len(found) > _MOST_ROWS:
            console.print(f"  and {len(found) - _MOST_ROWS} more")


def made(run: Provenance) -> str:
    """What an evaluation was made with, in a line."""
    commit = f", commit {run.commit[:12]}{' with changes' if run.changed else ''}" if run.commit else ""
    return ", ".join(part for part in (f"kompass {run.version}{commit}", run.date, run.machine) if part)
