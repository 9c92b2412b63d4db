"""The flow ``train``: models made again from the labelled reports, their scores as an artifact."""

from __future__ import annotations

from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from kompass_extract.training import train_models as training


@task(name="train models", cache_policy=NO_CACHE, persist_result=False)
def train_models(gold: Path, models: Path, seed: int, repair: bool) -> training.TrainReport:
    """The models, each renamed into place when it is whole."""
    return training.train(gold, models, seed=seed, repair=repair, progress=get_run_logger().info)


@flow(name="train", persist_result=False)
def train(gold: str = "gold", models: str = "models", seed: int = training.SEED, repair: bool = True) -> list[str]:
    """Train from the reports in ``gold`` into ``models``; the paths of what was made.

    Into a folder of their own, models are candidates: ``KOMPASS_MODELS`` lets a flow use them to be measured.
    """
    made = train_models(Path(gold), Path(models), seed, repair)
    create_table_artifact(
        key="training-scores",
        table=[
            {
                "condition": condition,
                "blocks": scores.blocks,
                "accuracy": round(scores.accuracy, 4),
                "lists F1": round(scores.lists_f1, 4),
                "calibration": round(scores.calibration, 4),
                "silent errors": round(scores.silent_errors, 4),
            }
            for condition, scores in made.scores.items()
        ],
        description=f"Blocks labelled rightly in municipalities left out of training; {made.examples} examples",
    )
    return [str(path) for path in (made.model, made.card, made.repair) if path is not None]
