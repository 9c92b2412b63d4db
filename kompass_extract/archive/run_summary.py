"""A run's summary for people: as Markdown, and as tables on a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kompass_extract.archive.results import UNCHANGED, Outcome, Status, Summary

if TYPE_CHECKING:
    from rich.console import Console

MOST_ROWS = 500  # of each table; the store keeps all
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile(r"([\\`*_\[\]<>|~&])")
_TITLES = {
    Status.DONE: ("Done", "Report"),
    Status.FAILED: ("Failed", "Why"),
    Status.SKIPPED: ("Skipped", "Why"),
}


def plain(text: str) -> str:
    """Text on one line, its control characters visible: a file may be called anything."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def markdown(summary: Summary) -> str:
    """The summary as Markdown, file names and reasons as plain text in it."""
    lines = [f"# Ingestion {summary.run_id}", "", headline(summary)]
    for status in (Status.FAILED, Status.DONE, Status.SKIPPED):
        listed = listing(summary, status)
        if not listed:
            continue
        title, why = _TITLES[status]
        lines += ["", f"## {title}", "", f"| File | {why} |", "|---|---|"]
        lines += [f"| {_escaped(one.path)} | {_escaped(_said(one))} |" for one in listed[:MOST_ROWS]]
        if len(listed) > MOST_ROWS:
            lines += ["", f"and {len(listed) - MOST_ROWS} more"]
    return "\n".join(lines) + "\n"


def headline(summary: Summary) -> str:
    """One sentence with all the counts."""
    skipped = ", ".join(f"{count} {reason}" for reason, count in sorted(summary.skipped_by_reason().items()))
    return (
        f"{len(summary.of(Status.DONE))} done, {len(summary.of(Status.SKIPPED))} skipped"
        f"{f' ({skipped})' if skipped else ''}, {len(summary.of(Status.FAILED))} failed, "
        f"{summary.to_review} fields to review, {summary.seconds:.1f} s."
    )


def one_line(outcome: Outcome) -> str:
    """One input's outcome as a line of a log, whatever the file is called."""
    seconds = f", {outcome.seconds:.1f} s" if outcome.seconds else ""
    said = plain(_said(outcome))
    return f"{outcome.status.value}: {plain(outcome.path)}: {said.removesuffix('.') if seconds else said}{seconds}"


def listing(summary: Summary, status: Status) -> list[Outcome]:
    """What is worth a row of its own: not the inputs that are as they were."""
    return [outcome for outcome in summary.of(status) if outcome.reason != UNCHANGED]


def show(summary: Summary, console: Console) -> None:
    """Print the summary."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    for status in (Status.DONE, Status.SKIPPED, Status.FAILED):
        listed = listing(summary, status)
        if not listed:
            continue
        title, why = _TITLES[status]
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=f"{title}: {len(listed)}", title_justify="left")
        table.add_column("File", overflow="fold")
        table.add_column(why, overflow="fold")
        for outcome in listed[:MOST_ROWS]:
            table.add_row(Text(plain(outcome.path)), Text(plain(_said(outcome))))
        console.print(table)
        if len(listed) > MOST_ROWS:
            console.print(f"and {len(listed) - MOST_ROWS} more")
    console.print(Text(headline(summary)), soft_wrap=True)


def _said(outcome: Outcome) -> str:
    if outcome.status is not Status.DONE:
        return outcome.reason
    return f"{outcome.report_id}, {outcome.open} of {outcome.total} fields to review"


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", plain(text))
