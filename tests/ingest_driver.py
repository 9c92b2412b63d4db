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

from kompass_extract import export
from kompass_extract.archive import ingest, intake, plan, recording, run
from kompass_extract.archive.folder import Archive
from tests.ingesting import FAST

STAGES: dict[str, tuple[ModuleType, str, bool]] = {
    "looked around": (plan, "discover", True),
    "copying an input": (intake, "_copy_checked", True),
    "input copied": (intake, "_copy", True),
    "inputs recorded": (plan, "admit", True),
    "about to claim": (ingest, "claim", False),
    "claimed": (ingest, "claim", True),
    "read": (ingest, "_read", True),
    "id taken": (recording, "reserve_id", True),
    "rows made": (recording, "_drop_other_ids", True),
    "report written, not recorded": (export, "write_text", True),
    "recorded": (ingest, "record_report", True),
    "failure recorded": (ingest, "record_failure", True),
    "about to end": (run, "end_run", False),
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
    ingest.ingest(archive, [folder], FAST)


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
