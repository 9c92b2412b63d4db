"""The flow ``evaluate``: the pipeline measured over labelled reports, each a task, the figures as an artifact."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.runners import belongs_elsewhere, task_runner
from kompass_extract.archive.fingerprint import model_folder
from kompass_extract.training.evaluate import cases, evaluation, search_scores
from kompass_extract.training.evaluate import gate as gating
from kompass_extract.training.evaluate.figures import figures
from kompass_extract.training.evaluate.provenance import made_by, provenance
from kompass_extract.training.fenced_documents import fenced_reports
from kompass_extract.training.structure_training import carded_accuracy

SHOWN = (*gating.HIGHER_IS_BETTER, *gating.LOWER_IS_BETTER)
"""The figures that a floor can be set for."""


@task(name="measure case", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
def measure(name: str, case: cases.EvaluationCase, out: Path, engine: str, jobs: int | None) -> evaluation.CaseResult:
    """One labelled report, read and scored; one that cannot be read is a result too."""
    with fenced_reports(engine, jobs) as read:
        return evaluation.evaluate([case], read=read, out_dir=out, made_by=made_by(engine))[0]


@flow(name="evaluate", persist_result=False)
def evaluate(
    gold: str = "gold",
    reports: str | None = None,
    out: str = "out/evaluation",
    only: Sequence[str] = (),
    engine: str = "auto",
    jobs: int | None = None,
    gate: bool = False,
    runner: str | None = None,
) -> str:
    """Measure over ``gold``, or over the typeset ``reports``; the path of ``evaluation.json`` in ``out``.

    With ``gate`` only the gate's cases, and the run fails when a figure lies below its floor in ``gold/floors.json``.
    ``runner`` says where cases are read, as in ``flows.runners``.
    """
    if belongs_elsewhere(runner):
        there = evaluate.with_options(task_runner=task_runner(runner))
        return there(gold, reports, out, only, engine, jobs, gate, runner)
    found = cases.rendered_cases(Path(reports)) if reports else cases.gold_cases(Path(gold))
    found = cases.chosen(found, list(only))
    floors = gating.load(Path(gold) / gating.FLOORS_NAME) if gate else None
    found = gating.subset(found, floors) if floors is not None else found
    measured = [measure.submit(case.name, case, Path(out), engine, jobs) for case in found]
    results = [future.result() for future in measured]
    written, _ = evaluation.write(results, Path(out), made=provenance(engine))
    create_table_artifact(key="evaluation-figures", table=_table(results), description=f"Written to {written}")
    if floors is not None:
        require(results, floors, Path(gold))
    return str(written)


def require(results: Sequence[evaluation.CaseResult], floors: gating.Floors, gold: Path) -> None:
    """GateError where a figure of the reports, of left-out typesetters or of the search lies below its floor."""
    known = gating.load_errors(gold / gating.ERRORS_NAME)
    gating.require(results, floors, carded_accuracy(gold, model_folder()), known=known)
    if search_scores.has_queries(gold):
        gating.require_search(search_scores.score_search(gold), floors)


def _table(results: Sequence[evaluation.CaseResult]) -> list[dict[str, str | float]]:
    """A row for all cases together, and one for each."""
    rows: list[dict[str, str | float]] = [{"case": "all", "error": "", **_shown(results)}]
    return rows + [{"case": one.case.name, "error": one.error or "", **_shown([one])} for one in results]


def _shown(results: Sequence[evaluation.CaseResult]) -> dict[str, float]:
    scores = [result.score for result in results if result.score is not None]
    record = figures(scores).record() if scores else {}
    return {name: record[name] for name in SHOWN if name in record}
