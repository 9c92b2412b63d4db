"""How far an ingestion is, on the standard error stream: a bar on a terminal, else a line a document, or JSON logs."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from kompass_extract.archive.progress import Estimate, Listener, duration
from kompass_extract.archive.results import Outcome, Status, Summary
from kompass_extract.archive.run_summary import headline, one_line
from kompass_extract.cli.json_logs import json_logs_asked_for

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from kompass_extract.workers.protocol import Progress

_LOG = logging.getLogger("kompass_extract.ingest")


@contextmanager
def showing_progress() -> Iterator[Listener]:
    """The listener that shows an ingestion's progress in the way that suits where the output goes."""
    if json_logs_asked_for():
        yield _Logged()
    elif not sys.stderr.isatty():
        yield _LineDisplay()
    else:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Columns

        columns = (
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
        )  # fmt: skip
        with Columns(*columns, console=Console(stderr=True), transient=True) as bar:
            yield _ProgressBars(bar)


def log_summary(summary: Summary) -> None:
    """The end of a run as an event, without the inputs that were told already."""
    counts = {status.value: len(summary.of(status)) for status in Status}
    about = {"run": summary.run_id, **counts, "to_review": summary.to_review, "seconds": round(summary.seconds, 2)}
    _LOG.info("%s", headline(summary), extra={"event": "summary", "summary": about})


class _ProgressBars(Estimate):
    """Two bars: documents with the time left, and pages."""

    def __init__(self, bar: Bar) -> None:
        super().__init__()
        self._bar = bar
        self._of_documents = bar.add_task("documents", total=None, left="")
        self._of_pages = bar.add_task("pages", total=None, left="")

    def planned(self, documents: int) -> None:
        super().planned(documents)
        self._show()

    def page(self, document: str, progress: Progress) -> None:
        super().page(document, progress)
        self._show()

    def finished(self, outcome: Outcome) -> None:
        super().finished(outcome)
        self._show()

    def _show(self) -> None:
        now = self.state()
        left = "" if now.seconds_left is None else f"{duration(now.seconds_left)} left"
        self._bar.update(self._of_documents, total=now.documents, completed=now.documents_done, left=left)
        self._bar.update(self._of_pages, total=now.pages, completed=now.pages_done)


class _LineDisplay(Estimate):
    """A line for each document that is done, with how many are and how long the rest will take."""

    def finished(self, outcome: Outcome) -> None:
        super().finished(outcome)
        now = self.state()
        left = f", {duration(now.seconds_left)} left" if now.seconds_left else ""
        click.echo(f"{now.documents_done}/{now.documents} {one_line(outcome)}{left}", err=True)


class _Logged(Estimate):
    """An event for what is planned, for each document, and none for each page."""

    def planned(self, documents: int) -> None:
        super().planned(documents)
        _LOG.info("%d documents to read", documents, extra={"event": "planned", "documents": documents})

    def finished(self, outcome: Outcome) -> None:
        super().finished(outcome)
        now = self.state()
        level = logging.WARNING if outcome.status is Status.FAILED else logging.INFO
        extra = {"event": "document", "outcome": asdict(outcome), "progress": asdict(now)}
        _LOG.log(level, "%s", one_line(outcome), extra=extra)
