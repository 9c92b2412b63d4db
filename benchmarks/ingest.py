"""What ingestion costs beside reading: against plain ``kompass extract``, and a rerun over unchanged files.

``python benchmarks/ingest.py rerun [--files 1000]`` and ``python benchmarks/ingest.py overhead REPORT...``.  Times are
wall clock; CPU seconds, of the command and all its processes, are what a busy machine still measures well.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

RERUN_LIMIT = 2.0  # seconds of processor time for a run with nothing new
OVERHEAD_LIMIT = 0.05  # of plain extraction


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one command, in seconds."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} s wall, {self.cpu:.1f} s CPU"


def command(*arguments: str) -> Cost:
    """Run ``kompass`` and wait for it and all its processes."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", "from kompass_extract.cli import main; main()", *arguments],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise click.ClickException(done.stderr)
    click.echo(done.stdout.strip().splitlines()[-1])
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


@click.group()
def main() -> None:
    """Measure ingestion."""


@main.command()
@click.option("--files", default=1000, show_default=True)
@click.option("--times", default=3, show_default=True)
def rerun(files: int, times: int) -> None:
    """A second run over an archive in which nothing changed."""
    from kompass_extract.archive.folder import Archive
    from kompass_extract.archive.ingestion import IngestSettings, ingest
    from tests.support.ingesting import FAST, Inputs, environment

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.update(environment(folder))
        inputs = Inputs(folder / "in")
        for number in range(files):
            inputs.write(f"{number}.txt", f"report sala-{number}\n")
        ingest(Archive.at(folder / "archive"), [inputs.folder], IngestSettings(worker=FAST.worker, quiet_seconds=0))
        costs = [command("ingest", str(inputs.folder), "--archive", str(folder / "archive")) for _ in range(times)]
    best = min(costs, key=lambda cost: cost.cpu)
    click.echo(f"{files} unchanged files: {best} (at most {RERUN_LIMIT:.0f} s CPU)")


@main.command()
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--times", default=1, show_default=True)
def overhead(reports: tuple[Path, ...], times: int) -> None:
    """Ingestion against plain extraction of the same reports, by turns."""
    plain, flow = [], []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "in").mkdir()
            for path in reports:
                shutil.copy(path, folder / "in")
            plain.append(command("extract", str(folder / "in"), "--out", str(folder / "out")))
            flow.append(command("ingest", str(folder / "in"), "--archive", str(folder / "archive")))
    one, other = min(plain, key=lambda cost: cost.wall), min(flow, key=lambda cost: cost.wall)
    click.echo(f"kompass extract: {one}\nkompass ingest: {other}")
    wall, cpu = other.wall / one.wall - 1, other.cpu / one.cpu - 1
    click.echo(f"Overhead {wall:+.1%} wall, {cpu:+.1%} CPU (at most {OVERHEAD_LIMIT:.0%})")


if __name__ == "__main__":
    main()
