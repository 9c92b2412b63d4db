"""The flow ``ingest``: an archive's inputs read, each document a task."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.futures import PrefectFuture, as_completed
from prefect.tasks import Task

from flows import telling
from flows.runners import belongs_elsewhere, chosen, task_runner
from kompass_extract.archive import ingestion as engine
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.results import Outcome, Status, Summary
from kompass_extract.archive.run_summary import markdown
from kompass_extract.errors import StoreError
from kompass_extract.process.limits import usable_cores

ELSEWHERE_AHEAD = 64  # documents handed out at once where other machines' cores are not known
SHOWN, TOLD = telling.SHOWN, telling.TOLD


def _can_pass(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether a second try may go better: the store's server was away."""
    return isinstance(state.result(raise_on_failure=False), StoreError)


@task(
    task_run_name="{name}", retries=2, retry_delay_seconds=[2, 20], retry_condition_fn=_can_pass, cache_policy=NO_CACHE,
    persist_result=False,
)  # fmt: skip
def read_document(job: engine.Job, name: str) -> Outcome:
    """One document, read and recorded."""
    return engine.ingest_document(job, telling.TOLD.get())


@flow(name="ingest", persist_result=False, validate_parameters=False)
def ingest(
    inputs: list[str],
    documents: list[str] | None = None,
    archive: str | None = None,
    store: str | None = None,
    settings: dict[str, Any] | None = None,
    runner: str | None = None,
) -> Summary:
    """Read what is new in ``inputs`` (files and folders) and of ``documents`` (SHA-256 of the archive's own).

    ``documents`` None takes all of the archive that were not read yet, after an interrupted run for example.
    ``archive`` and ``store`` as in ``Archive.at``, ``settings`` as in ``IngestSettings``, ``runner`` as in
    ``flows.runners``.
    """
    place = Archive.at(Path(archive) if archive else None, store)
    wanted = engine.IngestSettings.model_validate(settings or {})
    if belongs_elsewhere(runner):
        return start([Path(item) for item in inputs], place, wanted, runner, documents)
    local = chosen(runner).kind == "local"
    if not local:
        wanted = wanted.model_copy(update={"pages": wanted.pages or 1})
    with engine.running(place, wanted) as (run, finish):
        known = engine.unread(run) if documents is None else documents
        plan = engine.plan(run, [Path(item) for item in inputs], known)
        ahead = plan.at_a_time if local else ELSEWHERE_AHEAD
        outcomes = _work(plan.jobs, ahead)
        outcomes += _work(engine.postponed(plan.jobs, outcomes), ahead)
        summary = finish([plan.outcomes, engine.settled_outcomes(outcomes)])
    _report(summary)
    return summary


def start(
    inputs: Iterable[Path],
    archive: Archive,
    settings: engine.IngestSettings,
    runner: str | None = None,
    documents: list[str] | None = None,
) -> Summary:
    """Run the flow ``ingest`` where ``runner`` says."""
    threads = settings.cores or usable_cores()
    tasks = task_runner(f"local:{threads}" if chosen(runner).kind == "local" else runner)
    return ingest.with_options(task_runner=tasks)(
        [str(path) for path in inputs], documents, str(archive.folder), archive.store_url,
        settings.model_dump(mode="json"), runner,
    )  # fmt: skip


def _work(jobs: Iterable[engine.Job], ahead: int) -> list[Outcome]:
    """The outcomes of all jobs, ``ahead`` of them handed out at a time; the first that ends the run is raised."""
    shown, outcomes = SHOWN.get(), []
    waiting = deque(jobs)
    running: list[PrefectFuture[Outcome]] = []
    if shown is not None and waiting:
        shown(len(waiting), None)
    while waiting or running:
        while waiting and len(running) < ahead:
            job = waiting.popleft()
            running.append(read_document.submit(job, job.document.name))
        finished = next(as_completed(running))
        running.remove(finished)
        outcome = finished.result()
        outcomes.append(outcome)
        if shown is not None:
            shown(0, outcome)
    return outcomes


def _report(summary: Summary) -> None:
    """The summary in Prefect's log, and as an artifact of the run."""
    get_run_logger().info(
        "%d done, %d skipped, %d failed, %d fields to review",
        *(len(summary.of(status)) for status in (Status.DONE, Status.SKIPPED, Status.FAILED)),
        summary.to_review,
    )
    create_markdown_artifact(key="ingest-summary", markdown=markdown(summary), description="What became of each input")
