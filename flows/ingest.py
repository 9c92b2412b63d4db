"""The flow ``ingest``: ``archive.ingestion.ingest`` with each document a task, the summary as an artifact."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
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
from kompass_extract.archive.progress import Listener
from kompass_extract.archive.results import Outcome, Status, Summary
from kompass_extract.archive.run_summary import markdown, one_line
from kompass_extract.errors import StoreError
from kompass_extract.process.limits import usable_cores

ELSEWHERE_AHEAD = 64  # documents handed out at once where other machines' cores are not known


def _can_pass(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether a second try may go better: the store's server was away."""
    return isinstance(state.result(raise_on_failure=False), StoreError)


@task(
    task_run_name="{name}", retries=2, retry_delay_seconds=[2, 20], retry_condition_fn=_can_pass, cache_policy=NO_CACHE,
    persist_result=False,
)  # fmt: skip
def read_document(job: engine.Job, name: str) -> Outcome:
    """One document, read and recorded; how it went stands in the task's log."""
    outcome = engine.ingest_document(job, telling.LISTENER.get())
    log = get_run_logger()
    (log.warning if outcome.status is Status.FAILED else log.info)("%s", one_line(outcome))
    return outcome


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

    ``documents`` None takes those that belong to the inputs, as ``archive.work_list.documents_for``.
    ``archive`` and ``store`` as in ``Archive.at``, ``settings`` as in ``IngestSettings``, ``runner`` as in
    ``flows.runners``.
    """
    place = Archive.at(Path(archive) if archive else None, store)
    wanted = engine.IngestSettings.model_validate(settings or {})
    paths = [Path(item) for item in inputs]
    if belongs_elsewhere(runner):
        return start(paths, place, wanted, runner, documents)
    ahead = None
    if chosen(runner).kind != "local":
        ahead, wanted = ELSEWHERE_AHEAD, wanted.model_copy(update={"pages": wanted.pages or 1})
    summary = engine.ingest(
        place, paths, wanted, documents=documents, listener=telling.LISTENER.get(), hand_out=partial(_as_tasks, ahead)
    )
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


def _as_tasks(ahead: int | None, jobs: Sequence[engine.Job], at_a_time: int, listener: Listener) -> Iterator[Outcome]:
    """Have each job read as a task, ``ahead`` (None: ``at_a_time``) of them handed out at a time; the first error that
    ends the run is raised."""
    waiting, running = deque(jobs), list[PrefectFuture[Outcome]]()
    while waiting or running:
        while waiting and len(running) < (ahead or at_a_time):
            job = waiting.popleft()
            running.append(read_document.submit(job, job.document.name))
        finished = next(as_completed(running))
        running.remove(finished)
        yield finished.result()


def _report(summary: Summary) -> None:
    """The summary in Prefect's log, and as an artifact of the run."""
    get_run_logger().info(
        "%d done, %d skipped, %d failed, %d fields to review",
        *(len(summary.of(status)) for status in (Status.DONE, Status.SKIPPED, Status.FAILED)),
        summary.to_review,
    )
    create_markdown_artifact(key="ingest-summary", markdown=markdown(summary), description="What became of each input")
    send_logs()


def send_logs() -> None:
    """Send what Prefect's log of this run still holds; a run's process may end before Prefect has."""
    for handler in logging.getLogger("prefect.flow_runs").handlers:
        handler.flush()
