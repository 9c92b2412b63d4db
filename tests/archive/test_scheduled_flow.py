"""Prefect as its users expect it: a schedule that fires by itself, states, logs, artifacts, retries, a process pool."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kompass_extract.archive.folder import Archive
from tests.support.ingesting import Inputs, environment, report_ids, rows
from tests.support.prefect_server import ROOT, PrefectServer, prefect_server
from tests.support.webserver import pdf, serving

READING = {"worker": "tests.support.ingest_worker", "quiet_seconds": 0.0}
EVERY_SECONDS = 20  # in place of an hour

RETRIED = """
import json, sys
from flows import ingest as module
from kompass_extract.archive import ingestion
from kompass_extract.errors import StoreError
read, tries = ingestion.ingest_document, []
def away_at_first(*given):
    tries.append(given)
    if len(tries) == 1:
        raise StoreError("The store's server was away.")
    return read(*given)
ingestion.ingest_document = away_at_first
module.read_document = module.read_document.with_options(retry_delay_seconds=0)
summary = module.ingest([sys.argv[1]], None, sys.argv[2], None, json.loads(sys.argv[3]))
print(json.dumps({"tries": len(tries), "done": len(summary.record()["done"])}))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    folder = tmp_path_factory.mktemp("prefect")
    with prefect_server(folder, **environment(folder)) as made:
        yield made


def deployments(folder: Path) -> Path:
    """``prefect.yaml`` as it stands, but for a schedule that is due soon and a reading process that takes no time."""
    text = (ROOT / "prefect.yaml").read_text(encoding="utf-8")
    changed = text.replace('cron: "15 * * * *"\n        timezone: Europe/Stockholm', f"interval: {EVERY_SECONDS}")
    inbox = 'inputs: ["{{ $KOMPASS_INBOX }}"]'
    others = f"archive: {json.dumps(str(folder / 'archive'))}\n      settings: {json.dumps(READING)}"
    changed = changed.replace(inbox, f"{inbox}\n      {others}")
    assert changed.count("interval:") == changed.count("settings:") == 1
    path = folder / "prefect.yaml"
    path.write_text(changed, encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_schedule_fires_by_itself_and_shows_states_logs_and_artifacts(server: PrefectServer, tmp_path: Path) -> None:
    inputs, archive = Inputs(tmp_path / "in"), Archive.at(tmp_path / "archive")
    inputs.reports("sala-2023", "amal-2019")
    inputs.write("bad.txt", "error NotAReportError 17 bad.txt lacks everything.")
    server.environment.update({"KOMPASS_HOME": str(ROOT), "KOMPASS_INBOX": str(inputs.folder), "KOMPASS_WATCH": "x"})
    server.prefect("work-pool", "create", "kompass", "--type", "process", "--overwrite")
    server.prefect("deploy", "--name", "inbox", "--prefect-file", str(deployments(tmp_path)))
    with server.running("worker", "worker", "start", "--pool", "kompass", "--work-queue", "documents", "--limit", "1"):
        run = server.wait_for(lambda: scheduled_run(server), "a run of the schedule")
    assert run["state_type"] == "COMPLETED"
    assert run["auto_scheduled"]
    assert (run["work_pool_name"], run["work_queue_name"]) == ("kompass", "documents")
    tasks = server.ask("/task_runs/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}})
    assert sorted((one["name"], one["state_type"]) for one in tasks) == [
        ("0000-sala-2023.txt", "COMPLETED"), ("0001-amal-2019.txt", "COMPLETED"), ("bad.txt", "COMPLETED"),
    ]  # fmt: skip
    logs = server.wait_for(lambda: logs_of(server, run["id"]), "the run's logs")
    assert any("done: " in line and "sala-2023, " in line for line in logs)
    assert any("failed: " in line and "bad.txt lacks everything" in line for line in logs)
    assert any("2 done, 0 skipped, 1 failed" in line for line in logs)
    artifacts = server.ask("/artifacts/filter", {"artifacts": {"key": {"any_": ["ingest-summary"]}}})
    assert any("amal-2019, " in one["data"] for one in artifacts if one["flow_run_id"] == run["id"])
    assert report_ids(archive) == ["amal-2019", "sala-2023"]
    assert rows(archive, "SELECT DISTINCT status FROM store_runs") == [("done",)]


def scheduled_run(server: PrefectServer) -> dict[str, Any] | None:
    """A run that the schedule began and that has come to an end."""
    ended = {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}
    found: list[dict[str, Any]] = server.ask(
        "/flow_runs/filter", {"flow_runs": {"state": ended}, "sort": "START_TIME_ASC", "limit": 1}
    )
    return found[0] if found else None


def logs_of(server: PrefectServer, run_id: str) -> list[str] | None:
    """The messages of a run, None before its last one has come."""
    found = server.ask("/logs/filter", {"logs": {"flow_run_id": {"any_": [run_id]}}, "limit": 200})
    messages = [str(one["message"]) for one in found]
    return messages if any("fields to review" in one and "skipped" in one for one in messages) else None


@pytest.mark.slow
def test_a_document_is_tried_again_when_the_store_was_away(server: PrefectServer, tmp_path: Path) -> None:
    Inputs(tmp_path / "in").reports("umea-2020")
    given = (str(tmp_path / "in"), str(tmp_path / "archive"), json.dumps(READING))
    told = json.loads(server.python(RETRIED, *given).splitlines()[-1])
    assert told == {"tries": 2, "done": 1}
    tasks = server.ask("/task_runs/filter", {"task_runs": {"name": {"any_": ["0000-umea-2020.txt"]}}})
    assert [(one["state_type"], one["run_count"]) for one in tasks] == [("COMPLETED", 2)]


@pytest.mark.slow
def test_the_command_is_a_flow_where_a_server_is_named(server: PrefectServer, tmp_path: Path) -> None:
    Inputs(tmp_path / "in").reports("lund-2021")
    script = (
        "import sys; from kompass_extract.archive import ingestion\n"
        "class Quick(ingestion.IngestSettings):\n"
        "    worker: str = 'tests.support.ingest_worker'\n"
        "    quiet_seconds: float = 0.0\n"
        "ingestion.IngestSettings = Quick\n"
        "from kompass_extract.cli import main; main()"
    )
    given = ("ingest", str(tmp_path / "in"), "--archive", str(tmp_path / "archive"), "--json")
    first = json.loads(server.python(script, *given))
    assert [one["report_id"] for one in first["done"]] == ["lund-2021"]
    tasks = server.ask("/task_runs/filter", {"task_runs": {"name": {"any_": ["0000-lund-2021.txt"]}}})
    assert [one["state_type"] for one in tasks] == ["COMPLETED"]
    count = server.ask("/flow_runs/count", {})
    assert json.loads(server.python(script, *given))["unchanged"] == 1
    assert server.ask("/flow_runs/count", {}) == count, "with nothing new no flow is begun"


@pytest.mark.slow
def test_a_look_for_publications_shows_states_logs_and_artifacts(server: PrefectServer, tmp_path: Path) -> None:
    """``kompass watch`` where a server is named, as its deployment: a task for each page and file, read beside it."""
    script = (
        "import sys; from kompass_extract.archive import ingestion\n"
        "class Quick(ingestion.IngestSettings):\n"
        "    worker: str = 'tests.support.quick_reader'\n"
        "ingestion.IngestSettings = Quick\n"
        "from flows import ingest, watch\n"
        "watch.IngestSettings = Quick\n"
        "from kompass_extract.cli import main; main()"
    )
    with serving() as site:
        site.links("/a.pdf", "/missing.pdf")
        site.put("/a.pdf", pdf("first"))
        page = site.address("/", "127.0.0.1")
        host = page.split("/")[2]
        config = tmp_path / "watch.toml"
        config.write_text(
            f'contact = "a@b.se"\npages = ["{page}"]\nallow_private = ["{host}"]\n[limits]\npause = 0.0\nattempts = 1\n'
        )
        given = ("watch", "--once", "--config", str(config), "--archive", str(tmp_path / "archive"), "--json")
        found = json.loads(server.python(script, *given))
    assert found["look"]["counts"] == {"new": 1, "failed": 1}
    assert [one["report_id"] for one in found["read"]["done"]] == ["sala-2023"]
    (run,) = server.ask("/flow_runs/filter", {"flows": {"name": {"any_": ["watch"]}}})
    assert run["state_type"] == "COMPLETED"
    tasks = server.ask("/task_runs/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}})
    assert {one["name"]: one["state_type"] for one in tasks}.items() >= {
        page: "COMPLETED", f"{page}a.pdf": "COMPLETED", f"{page}missing.pdf": "COMPLETED",
    }.items()  # fmt: skip
    question = {"logs": {"flow_run_id": {"any_": [run["id"]]}}, "limit": 200}
    logs = server.wait_for(
        lambda: [str(one["message"]) for one in server.ask("/logs/filter", question)] or None, "the look's logs"
    )
    assert any(line.startswith("1 index page, 2 linked files: 1 new, 1 failed") for line in logs)
    assert any("missing.pdf" in line and "404" in line for line in logs)
    artifacts = server.ask("/artifacts/filter", {"artifacts": {"key": {"any_": ["watch-summary"]}}})
    assert any("missing.pdf" in one["data"] for one in artifacts if one["flow_run_id"] == run["id"])
