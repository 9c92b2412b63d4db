"""A whole batch over two Dask workers and PostgreSQL, with SIMULATED readings: what the platform itself costs.

    .venv/bin/python benchmarks/batch_dask_postgres.py --documents 300 [--seconds 0.05]

Each document is a text of its own, answered by tests.support.quick_reader with a labelled report after so many
seconds: nothing is recognised, so the figures are those of tasks, claims, records and the store.  A real scan takes 60
to 100 seconds of processor time.  Ends with an error where a report is missing or was recorded twice.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import click
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import func, select

from kompass_extract.archive.schema import ClaimRow, ReportRow, RunRow
from kompass_extract.archive.store import Store
from tests.support.cluster import dask_cluster, flow_running
from tests.support.postgres import running_postgres

LONGEST = 3600.0  # seconds for the whole batch


def measured(folder: Path, documents: int, seconds: float) -> dict[str, Any]:
    """Read the batch and say what it took."""
    inputs, home = folder / "in", folder / "prefect" / "home"
    inputs.mkdir()
    home.mkdir(parents=True)
    for number in range(documents):
        (inputs / f"{number:04}.txt").write_text(f"{seconds} report {number}\n", encoding="utf-8")
    with running_postgres() as url, dask_cluster(folder, workers=2) as cluster:
        begun = time.monotonic()
        with flow_running(home, folder / "archive", url, inputs, f"dask:{cluster.address}") as flow:
            peak, output = _followed(flow)
        taken = time.monotonic() - begun
        if flow.returncode:
            raise click.ClickException((home.parent / "flow.log").read_text(encoding="utf-8")[-4000:])
        summary = json.loads(output.splitlines()[-1])
        cores = sum(sum(psutil.Process(worker.pid).cpu_times()[:4]) for worker in cluster.workers)
        return {
            "documents": documents, "done": len(summary["done"]), "failed": len(summary["failed"]),
            "by worker": _checked(url, documents), "seconds": round(taken, 1),
            "seconds a document": round(taken / documents, 3), "processor seconds of the workers": round(cores, 1),
            "largest memory of the flow's process, MB": round(peak / 1e6),
        }  # fmt: skip


def _followed(flow: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    """Wait for the flow; the most memory that its process had, and what it printed, which no pipe would hold."""
    peak, end, process = 0, time.monotonic() + LONGEST, psutil.Process(flow.pid)
    while time.monotonic() < end:
        try:
            peak = max(peak, process.memory_info().rss)
            return peak, flow.communicate(timeout=0.5)[0]
        except psutil.NoSuchProcess:
            return peak, flow.communicate(timeout=60)[0]
        except subprocess.TimeoutExpired:
            continue
    raise click.ClickException(f"The batch was not done within {LONGEST:.0f} s.")


def _checked(url: str, documents: int) -> dict[str, int]:
    """How many reports each worker gave; ClickException where the store does not hold each once."""
    store = Store.at(url)
    try:
        with store.read() as session:
            rows = session.scalars(select(ReportRow)).all()
            claims = session.scalar(select(func.count()).select_from(ClaimRow))
            states = session.scalars(select(RunRow.status)).all()
    finally:
        store.close()
    if len({row.sha256 for row in rows}) != documents or len(rows) != documents or claims or list(states) != ["done"]:
        raise click.ClickException(f"{len(rows)} reports of {documents}, {claims} claims left, runs {states}")
    return dict(Counter(re.sub(r"\D", "", row.version) for row in rows))


@click.command()
@click.option("--documents", default=300, show_default=True)
@click.option("--seconds", default=0.05, show_default=True, help="That a simulated reading takes.")
def main(documents: int, seconds: float) -> None:
    """Measure a batch with simulated readings."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory(prefix="kompass-batch-") as name:
        found = measured(Path(name), documents, seconds)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found["processor seconds of all"] = round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1)
    click.echo(json.dumps({"readings": "simulated", **found}, indent=2))


if __name__ == "__main__":
    main()
