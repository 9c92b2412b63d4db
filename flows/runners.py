"""Where a flow's tasks run: in this process, or on Dask workers on this or on other machines.

Chosen by configuration and not by other code: ``--runner``, else ``KOMPASS_RUNNER``, else ``KOMPASS_DASK``, else here.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from kompass_extract.errors import UsageError

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner

FORMS = "local, local:2 (threads), dask, dask:2 (own worker processes), dask:tcp://scheduler:8786"
_ADDRESS = re.compile(r"(?:(?:tcp|tls|ucx)://)?[^/\s]+:\d+")


@dataclass(frozen=True, slots=True)
class Runner:
    """A choice: ``workers`` (1 or more) of its own, or those of the Dask scheduler at ``address``.

    ``workers`` None takes one for a local runner and one for each core with Dask.
    """

    kind: Literal["local", "dask"]
    workers: int | None = None
    address: str | None = None


def chosen(spec: str | None = None, environment: Mapping[str, str] | None = None) -> Runner:
    """The runner that ``spec`` or the environment asks for; UsageError names the forms where it is none of them."""
    environment = os.environ if environment is None else environment
    address = environment.get("KOMPASS_DASK", "").strip()
    spec = (spec or environment.get("KOMPASS_RUNNER", "") or (f"dask:{address}" if address else "local")).strip()
    kind, _, rest = spec.partition(":")
    if rest.isdecimal() and int(rest) > 0 and kind in {"local", "dask"}:
        return Runner("local" if kind == "local" else "dask", workers=int(rest))
    if kind == "dask" and _ADDRESS.fullmatch(rest or address):
        return Runner("dask", address=rest or address)
    if spec in {"local", "dask"} and not (kind == "dask" and address):
        return Runner("local" if kind == "local" else "dask")
    raise UsageError(f"No runner is called {spec!r}. Take one of: {FORMS}.")


def task_runner(spec: str | None = None, environment: Mapping[str, str] | None = None) -> TaskRunner[Any]:
    """Prefect's task runner for ``spec``, as ``chosen``; UsageError where prefect-dask is not installed."""
    runner = chosen(spec, environment)
    if runner.kind == "local":
        from prefect.task_runners import ThreadPoolTaskRunner

        return ThreadPoolTaskRunner(max_workers=runner.workers or 1)
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise UsageError("Dask is not installed: install kompass-extract[cluster] on every machine.") from error
    logging.getLogger("distributed").setLevel(logging.ERROR)  # its comings and goings; what fails, fails a task
    if runner.address:
        return DaskTaskRunner(address=runner.address)
    # Processes and not threads: reading a page holds the interpreter and is bounded by limits of a process.
    workers = {"n_workers": runner.workers or os.cpu_count() or 1, "threads_per_worker": 1, "processes": True}
    return DaskTaskRunner(cluster_kwargs={**workers, "dashboard_address": None})


def belongs_elsewhere(spec: str | None) -> bool:
    """Whether ``spec`` asks for Dask and the flow run under way is not on it: a deployment begins every run here."""
    from prefect.context import FlowRunContext
    from prefect.task_runners import ThreadPoolTaskRunner

    context = FlowRunContext.get()
    here = context is None or isinstance(context.task_runner, ThreadPoolTaskRunner)
    return here and chosen(spec).kind == "dask"
