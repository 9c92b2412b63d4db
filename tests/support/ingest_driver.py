"""An ingestion in a process of its own that kills itself with SIGKILL at a stage, for tests."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
from collections.abc import Callable
from functools import wraps
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import ModuleType
from typing import Any

from kompass_extract.archive import ingest_run, ingestion, recording, take_in, work_list
from kompass_extract.archive.folder import Archive
from kompass_extract.report import export
from tests.support.ingesting import FAST

STAGES: dict[str, tuple[ModuleType, str, bool]] = {
    "looked around": (work_list, "discover", True),
    "copying an input": (take_in, "_copy_checked", True),
    "input copied": (take_in, "_copy", True),
    "inputs recorded": (work_list, "admit", True),
    "about to claim": (ingestion, "claim", False),
    "claimed": (ingestion, "claim", True),
    "read": (ingestion, "_read", True),
    "id taken": (recording, "reserve_id", True),
    "rows made": (recording, "_drop_other_ids", True),
    "report written, not recorded": (export, "write_text", True),
    "recorded": (ingestion, "record_report", True),
    "failure recorded": (ingestion, "record_failure", True),
    "about to end": (ingest_run, "end_run", False),
}
"""Where, as (module, function, after it); ``write_text`` happens within the transaction that records."""


def drive(archive: Archive, folder: Path, stage: str, count: int) -> ForkProcess:
    """Start an ingestion of ``folder`` that dies at the ``count``-th time that ``stage`` is reached.

    A fork, so that nothing is imported anew; the caller must have no store of this archive open.
    """
    process = multiprocessing.get_context("fork").Process(target=_run, args=(archive, folder, stage, count))
    process.start()
    return process


def _run(archive: Archive, folder: Path, stage: str, count: int) -> None:
    mine(stage, count)
    ingestion.ingest(archive, [folder], FAST)


def mine(stage: str, count: int) -> None:
    """Lay a mine at a stage."""
    module, name, after = STAGES[stage]
    function: Callable[..., Any] = getattr(module, name)
    calls = itertools.count(1)

    @wraps(function)
    def mined(*arguments: Any, **options: Any) -> Any:
        here = next(calls) == count
        if here and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **options)
        if here:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(module, name, mined)
