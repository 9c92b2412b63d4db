"""The flows ``watch``, ``train`` and ``evaluate`` with small work, over a Prefect server of their own.

Run in a process of its own, since Prefect reads its settings when it is imported; says on its standard output what
came of them.  Arguments: a folder, and the address of a site's page that can be read and of one that cannot.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flows.local_server import local_server
from tests.conftest import GOLD, report_of

READING = {"worker": "tests.support.quick_reader", "quiet_seconds": 0.0}


def main(folder: Path, good: str, bad: str) -> dict[str, Any]:
    """What each flow gave, and the artifacts by their keys."""
    with local_server(folder / "prefect") as server:
        server.ready()
        found = {
            "first": watched(folder, [good]),
            "second": watched(folder, [good, bad]),
            "trained": trained(folder),
            "evaluated": evaluated(folder),
        }
        return {**found, "artifacts": artifacts()}


def watched(folder: Path, pages: list[str]) -> dict[str, Any]:
    """A look at ``pages``, of which those that cannot be read end the flow as failed."""
    from flows.watch import UnreadPagesError, watch

    host = pages[0].split("/")[2]
    config = folder / "watch.toml"
    config.write_text(
        f'contact = "archive@example.se"\npages = {json.dumps(pages)}\nallow_private = ["{host}"]\n'
        "[limits]\npause = 0.0\nattempts = 1\n"
    )
    error = None
    try:
        seen = watch(str(config), str(folder / "archive"), None, READING)
    except UnreadPagesError as raised:
        seen, error = raised.watched, str(raised)
    return {"look": seen.look.record(), "read": seen.read.record(), "error": error}


def trained(folder: Path) -> list[str]:
    """A training that takes no time."""
    from flows.train import train as flow
    from kompass_extract.training import train_models as training
    from kompass_extract.training.fit_labels.label_scores import Scores

    def train(gold: Path, models: Path, *, seed: int, repair: bool, progress: Any) -> training.TrainReport:
        progress(f"training with seed {seed}")
        scores = {"simulated": Scores(100, 0.98765, 0.9, {}, 0.95, 0.01, 0.002)}
        return training.TrainReport(models / "blocks.onnx", models / "card.json", 3, 100, scores)

    with patch.object(training, "train", train):
        return flow(models=str(folder / "models"), seed=7, repair=False)


def evaluated(folder: Path) -> str:
    """An evaluation of perfect readings."""
    from flows.evaluate import evaluate as flow
    from kompass_extract.training.evaluate import evaluation
    from kompass_extract.training.evaluate.score import score_report
    from kompass_extract.training.gold import load_gold

    def evaluate(cases: list[Any], *, read: object, out_dir: Path, made_by: str | None) -> list[evaluation.CaseResult]:
        gold = load_gold(cases[0].gold_path)
        report = report_of(gold)
        return [evaluation.CaseResult(cases[0], score_report(report, gold), report, 0.1)]

    with patch.object(evaluation, "evaluate", evaluate):
        return flow(gold=str(GOLD), out=str(folder / "out"), only=["*.text"])


def artifacts() -> dict[str, Any]:
    """The newest artifact under each key."""
    from prefect.artifacts import Artifact

    keys = ("watch-summary", "training-scores", "evaluation-figures")
    found: dict[str, Any] = {key: Artifact.get(key) for key in keys}
    return {key: artifact.data for key, artifact in found.items() if artifact is not None}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])))
