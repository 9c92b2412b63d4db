"""The flow ``ingest`` over two Dask worker processes and a PostgreSQL server: each report once, whoever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from flows.runners import Runner, chosen
from kompass_extract.archive.schema import ClaimRow, ReportRow
from kompass_extract.archive.store import Store
from kompass_extract.errors import UsageError
from tests.support.cluster import Cluster, dask_cluster, flow_running, summary_of
from tests.support.postgres import running_postgres

WAIT_SECONDS = 200.0  # for a report to appear on a busy machine


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_postgres() as made:
        yield made


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with dask_cluster(tmp_path_factory.mktemp("dask"), workers=2) as made:
        yield made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prefect's folder, shared by the runs of this module: making its tables takes longest."""
    folder = tmp_path_factory.mktemp("prefect") / "home"
    folder.mkdir()
    return folder


@pytest.mark.slow
def test_two_workers_read_each_report_once_and_one_of_them_may_die(
    tmp_path: Path, url: str, cluster: Cluster, home: Path
) -> None:
    inputs, archive = tmp_path / "in", tmp_path / "archive"
    inputs.mkdir()
    for number in range(12):
        (inputs / f"{number}.txt").write_text(f"0.5 report {number}\n")
    (inputs / "copy.txt").write_text("0.5 report 1\n")
    store = Store.at(url)
    with flow_running(home, archive, url, inputs, f"dask:{cluster.address}") as flow:
        _wait_for_reports(store, 4, flow, home.parent / "flow.log")
        victim = cluster.workers[0]
        os.killpg(victim.pid, signal.SIGKILL)
        summary = summary_of(flow, home.parent / "flow.log")
    assert [one["status"] for one in summary["done"]] == ["done"] * 12
    assert [str(one["reason"]).partition(":")[0] for one in summary["skipped"]] == ["duplicate"]
    assert summary["failed"] == []
    with store.read() as session:
        rows = session.scalars(select(ReportRow)).all()
        assert session.scalars(select(ClaimRow)).all() == []
    store.close()
    assert Counter(row.sha256 for row in rows).most_common(1)[0][1] == 1
    assert len({row.report_id for row in rows}) == 12
    assert {row.version for row in rows} == {str(worker.pid) for worker in cluster.workers}
    assert sorted(path.stem for path in (archive / "reports").iterdir()) == sorted(row.report_id for row in rows)


def _wait_for_reports(store: Store, count: int, flow: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and flow.poll() is None:
        with store.read() as session:
            if (session.scalar(select(func.count()).select_from(ReportRow)) or 0) >= count:
                return
        time.sleep(0.1)
    raise AssertionError(f"no report came: {log.read_text()[-4000:]}")


@pytest.mark.parametrize(
    ("spec", "environment", "runner"),
    [
        (None, {}, Runner("local")),
        ("local:3", {"KOMPASS_RUNNER": "dask"}, Runner("local", workers=3)),
        (None, {"KOMPASS_RUNNER": "dask:2"}, Runner("dask", workers=2)),
        (None, {"KOMPASS_DASK": "tcp://a:8786"}, Runner("dask", address="tcp://a:8786")),
        ("dask", {"KOMPASS_DASK": "tcp://a:8786"}, Runner("dask", address="tcp://a:8786")),
        ("dask", {}, Runner("dask")),
        ("dask:tls://b:1", {"KOMPASS_DASK": "tcp://a:8786"}, Runner("dask", address="tls://b:1")),
    ],
)
def test_the_runner_is_chosen_by_configuration(spec: str | None, environment: dict[str, str], runner: Runner) -> None:
    assert chosen(spec, environment) == runner


@pytest.mark.parametrize("spec", ["spark", "local:0", "dask:", "dask:somewhere", "local:tcp://a:1", "dask:tcp://a"])
def test_a_runner_that_is_none_is_named_with_those_there_are(spec: str) -> None:
    with pytest.raises(UsageError, match="dask:tcp://scheduler:8786"):
        chosen(spec, {})
