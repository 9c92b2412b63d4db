"""``kompass extract``: reports in, report JSON out."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kompass_extract.cli.terminal import shown, summary_console
from kompass_extract.errors import KompassError, UnexpectedError, UsageError
from kompass_extract.process.limits import usable_cores
from kompass_extract.words.engines.engine_names import AUTO, ENGINES

if TYPE_CHECKING:
    from kompass_extract.report.summary import ReportSummary
    from kompass_extract.workers.fenced import FencedReader
    from kompass_extract.workers.protocol import Progress

_INPUT_SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".txt"})
_PIPE_WIDTH = 110  # columns of the summary where it does not go to a terminal

_EXIT_CODES = """\b
Exit codes: 0 all well; 2 usage; 10 unreadable file; 11 not a PDF;
12 encrypted; 13 truncated; 14 no pages; 15 absurd page size;
16 Tesseract or its language missing; 17 not a Kommunkompassen report;
18 model file; 19 output could not be written; 20 OCR failed;
22 too much time or memory; 23 the reading process broke off;
1 anything else. Of several inputs, that of the first error."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that gave no report."""

    file: str
    exit_code: int
    error: str
    message: str


@click.command(epilog=_EXIT_CODES)
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False), metavar="INPUT...")
@click.option(
    "--out", "out_dir", required=True, type=click.Path(path_type=Path), help="Directory for <report_id>.json."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON summary instead of tables.")
@click.option("--debug-dir", type=click.Path(path_type=Path), help="Draw each page with its words, blocks and labels.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=AUTO,
    show_default=True,
    help="OCR engine; auto takes tesserocr where it is installed.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Pages read at a time; one per core where not given.")
@click.option("--force", is_flag=True, help="Write over a report that holds a reviewer's decisions.")
def extract(
    inputs: tuple[Path, ...],
    out_dir: Path,
    as_json: bool,
    debug_dir: Path | None,
    engine: str,
    jobs: int | None,
    force: bool,
) -> None:
    """Read reports: PDF, PNG, JPEG, TIFF, OCR text, or folders of them.

    \b
    Examples:
      kompass extract report.pdf --out json/
      kompass extract scans/ more/sala.pdf --out json/ --json > summary.json
      kompass extract page1.png --out json/ --debug-dir pages/
    """
    from kompass_extract.workers.fenced import FencedReader
    from kompass_extract.workers.pool import WorkerSettings

    summaries: list[ReportSummary] = []
    failures: list[Failure] = []
    signal.signal(signal.SIGTERM, _terminated)
    with FencedReader(WorkerSettings(engine=engine)) as reader:
        for path in _files(inputs):
            one_debug_dir = debug_dir / path.stem if debug_dir and len(inputs) > 1 else debug_dir
            outcome = _attempt(path, partial(_one, path, out_dir, reader, jobs or usable_cores(), one_debug_dir, force))
            if isinstance(outcome, Failure):
                failures.append(outcome)
                named = "" if outcome.file in outcome.message else f"{outcome.file}: "
                click.echo(shown(f"kompass: {named}{outcome.message}"), err=True)
            else:
                summaries.append(outcome)
                if not as_json:
                    _show(outcome)
    if as_json:
        _print_json(summaries, failures)
    if failures:
        sys.exit(failures[0].exit_code)


def _terminated(number: int, frame: object) -> None:
    """End as an interrupted program does, so that the reading process is ended first."""
    sys.exit(128 + number)


def _one(
    path: Path, out_dir: Path, reader: FencedReader, jobs: int, debug_dir: Path | None, force: bool
) -> ReportSummary:
    """Read one input and write its report."""
    from kompass_extract.report import export, summary

    if path.is_dir():
        raise UsageError(f"{path} holds no PDF, image or text file.")
    try:
        with _progress(path.name) as told:
            done = reader.read(path, jobs=jobs, debug_dir=debug_dir, told=told)
    except UnexpectedError as error:
        click.echo(reader.printed(), err=True)
        raise UnexpectedError(f"{error}. This is a mistake in the program; please report it.") from error
    assert done.summary is not None
    return summary.ReportSummary.placed(done.summary, export.place(done.report, out_dir, force=force))


def _attempt(path: Path, work: Callable[[], ReportSummary]) -> ReportSummary | Failure:
    """The outcome of one input; what goes wrong with it ends this input and not the run."""
    try:
        return work()
    except KompassError as error:
        return Failure(str(path), error.exit_code, type(error).__name__, str(error))


def _files(inputs: tuple[Path, ...]) -> list[Path]:
    """The inputs with folders opened (their files of a kind that is taken, by name), each once.

    A folder without any stays itself, so that it is reported as an input that gave nothing.
    """
    files: dict[Path, None] = {}
    for path in inputs:
        if not path.is_dir():
            files[path] = None
            continue
        found = sorted(
            file
            for file in path.rglob("*")
            if file.is_file() and file.suffix.lower() in _INPUT_SUFFIXES and not file.name.startswith(".")
        )
        files.update(dict.fromkeys(found or [path]))
    return list(files)


@contextmanager
def _progress(name: str) -> Iterator[Callable[[Progress], None] | None]:
    """A bar over the pages on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("pages"))
    with Bar(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)

        def page_done(page: Progress) -> None:
            bar.update(task, total=page.pages, advance=1)

        yield page_done


def _show(report: ReportSummary) -> None:
    from kompass_extract.report import summary

    summary.show(report, summary_console(_PIPE_WIDTH))


def _print_json(summaries: list[ReportSummary], failures: list[Failure]) -> None:
    record = {"reports": [one.record() for one in summaries], "errors": [asdict(one) for one in failures]}
    click.echo(json.dumps(record, ensure_ascii=False, indent=2))
