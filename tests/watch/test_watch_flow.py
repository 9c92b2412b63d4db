"""The flows ``watch``, ``train`` and ``evaluate`` run by Prefect, the command, and the deployments."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kompass_extract.cli import main
from tests.support.webserver import pdf, serving

ROOT = Path(__file__).parents[2]
yaml: Any = pytest.importorskip("yaml")  # Prefect needs it, and this file of Prefect's is written in it
_SECONDS = 240.0  # Prefect's server takes most of it on a busy machine


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the flows gave: one process for all, since it is starting Prefect that takes time."""
    folder = tmp_path_factory.mktemp("flows")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "KOMPASS"))}
    with serving() as site:
        site.links("/a.pdf", "/missing.pdf")
        site.put("/a.pdf", pdf("first"))
        pages = [site.address(path, "127.0.0.1") for path in ("/", "/gone")]
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.flow_driver", str(folder), *pages],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.slow
def test_a_look_fetches_and_reads_what_is_new(run: dict[str, Any]) -> None:
    first = run["first"]
    assert first["error"] is None
    assert first["look"]["counts"] == {"new": 1, "failed": 1}
    (report,) = first["read"]["done"]
    assert report["report_id"].startswith("sala-2023")


@pytest.mark.slow
def test_an_unread_index_page_fails_the_run_and_not_the_others(run: dict[str, Any]) -> None:
    second = run["second"]
    assert second["error"].endswith("/gone: not read in this look: status 404")
    assert second["look"]["counts"] == {"unchanged": 1, "failed": 1}
    assert second["read"]["done"] == []


@pytest.mark.slow
def test_training_shows_its_scores(run: dict[str, Any]) -> None:
    assert [Path(path).name for path in run["trained"]] == ["blocks.onnx", "card.json"]
    (row,) = json.loads(run["artifacts"]["training-scores"])
    assert (row["condition"], row["accuracy"], row["silent errors"]) == ("simulated", 0.9877, 0.002)


@pytest.mark.slow
def test_evaluation_shows_its_figures(run: dict[str, Any]) -> None:
    rows = json.loads(run["artifacts"]["evaluation-figures"])
    assert rows[0]["case"] == "all"
    assert all(row["cells_right"] == 1.0 and row["error"] == "" for row in rows)
    written = json.loads(Path(run["evaluated"]).read_text("utf-8"))
    assert len(written["cases"]) == len(rows) - 1


@pytest.mark.slow
def test_a_look_leaves_a_summary(run: dict[str, Any]) -> None:
    summary = run["artifacts"]["watch-summary"]
    assert "2 index pages (1 not read), 2 linked files: 1 unchanged, 1 failed." in summary
    assert "missing.pdf" in summary


LOOK = """
import sys
from kompass_extract.archive import ingestion
class Quick(ingestion.IngestSettings):
    worker: str = "tests.support.quick_reader"
    quiet_seconds: float = 0.0
ingestion.IngestSettings = Quick
from kompass_extract.cli import main
try:
    main()
finally:
    print("prefect" in sys.modules)
"""


@pytest.mark.slow
def test_a_look_by_hand_starts_no_server(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "KOMPASS"))}
    with serving() as site:
        site.links("/a.pdf")
        site.put("/a.pdf", pdf("first"))
        page = site.address("/", "127.0.0.1")
        host = page.split("/")[2]
        (tmp_path / "watch.toml").write_text(
            f'contact = "a@b.se"\npages = ["{page}"]\nallow_private = ["{host}"]\n[limits]\npause = 0.0\n'
        )
        command = [sys.executable, "-c", LOOK, "watch", "--once", "--config", str(tmp_path / "watch.toml")]
        command += ["--archive", str(tmp_path / "archive"), "--json"]
        done = [
            subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
            for _ in range(2)
        ]
    assert [one.returncode for one in done] == [0, 0], done[0].stderr + done[1].stderr
    records = [json.loads(one.stdout.rpartition("}")[0] + "}") for one in done]
    assert [record["look"]["counts"] for record in records] == [{"new": 1}, {"unchanged": 1}]
    assert [len(record["read"]["done"]) for record in records] == [1, 0]
    assert [one.stdout.splitlines()[-1] for one in done] == ["False", "False"], "Prefect is not even imported"
    assert not (tmp_path / "archive" / "prefect").exists()


def test_the_command_says_what_is_wrong_with_its_configuration(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["watch", "--once", "--config", str(tmp_path / "none.toml")])
    assert result.exit_code == 40
    assert "could not be read" in result.output


def test_without_once_it_looks_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "watch.toml"
    config.write_text('contact = "a@b.se"\npages = ["https://skr.se/"]\nevery_hours = 2\n')
    looks: list[list[str]] = []
    pauses: list[float] = []

    class Look:
        def __init__(self, command: list[str]) -> None:
            looks.append(command)

        def __enter__(self) -> Look:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def wait(self) -> int:
            return 1 if len(looks) == 1 else 0

        def terminate(self) -> None:
            return None

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("subprocess.Popen", Look)
    monkeypatch.setattr("time.sleep", sleep)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["kompass", "watch", "--config", str(config)])
    CliRunner().invoke(main, ["watch", "--config", str(config)])
    assert pauses == [7200.0] * 3
    assert [command[-4:] for command in looks] == [["watch", "--config", str(config), "--once"]] * 3


def deployments() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    return found


@pytest.mark.parametrize("deployment", deployments(), ids=lambda deployment: deployment["name"])
def test_each_deployment_calls_a_flow_that_takes_its_parameters(deployment: dict[str, Any]) -> None:
    path, _, name = deployment["entrypoint"].partition(":")
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    (function,) = [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == name]
    taken = {argument.arg for argument in function.args.args}
    assert set(deployment["parameters"]) <= taken
    needed = {argument.arg for argument in function.args.args[: len(function.args.args) - len(function.args.defaults)]}
    assert needed <= set(deployment["parameters"])


@pytest.mark.parametrize("deployment", deployments(), ids=lambda deployment: deployment["name"])
def test_no_deployment_overlaps_itself(deployment: dict[str, Any]) -> None:
    assert deployment["concurrency_limit"]["limit"] == 1
    if deployment.get("schedules") and deployment["name"] in {"inbox", "publications"}:
        assert deployment["concurrency_limit"]["collision_strategy"] == "CANCEL_NEW"
