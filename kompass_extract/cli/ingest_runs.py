"""An ingestion as commands run it: by itself, or as a flow where Prefect is to see it or to hand it to machines."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kompass_extract.cli.flow_modules import flow_module
from kompass_extract.cli.store_views import refresh_views

if TYPE_CHECKING:
    from kompass_extract.archive.folder import Archive
    from kompass_extract.archive.ingestion import IngestSettings
    from kompass_extract.archive.progress import Listener
    from kompass_extract.archive.results import Summary


def run_ingestion(archive: Archive, inputs: Sequence[Path], settings: IngestSettings, runner: str | None) -> Summary:
    """Ingest with progress on the standard error stream; a flow only where one is wanted and there is something new."""
    from kompass_extract.archive import ingestion
    from kompass_extract.archive.ingestion import store_of
    from kompass_extract.cli.progress_display import showing_progress

    with showing_progress() as listener:
        if wants_prefect(runner) and ingestion.is_anything_new(archive, inputs, settings):
            summary = _with_prefect(archive, inputs, settings, runner, listener)
        else:
            summary = ingestion.ingest(archive, inputs, settings, listener=listener)
    refresh_views(store_of(archive), archive)
    return summary


def wants_prefect(runner: str | None) -> bool:
    """Whether a server is to see the run, or Prefect's runner is to hand documents to other processes."""
    elsewhere = flow_module("runners").chosen(runner).kind != "local"
    return elsewhere or bool(os.environ.get("PREFECT_API_URL"))


def _with_prefect(
    archive: Archive, inputs: Sequence[Path], settings: IngestSettings, runner: str | None, listener: Listener
) -> Summary:
    """Run the flow ``ingest``: the same ingestion, each document a task of Prefect."""
    local_server = flow_module("local_server")
    with local_server.local_server(archive.folder / "prefect") as server:
        flow, telling = flow_module("ingest"), flow_module("telling")
        server.ready()
        token = telling.LISTENER.set(listener)
        try:
            summary: Summary = flow.start(inputs, archive, settings, runner)
        finally:
            telling.LISTENER.reset(token)
    return summary


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM, with which systemd stops a service, end the run as Ctrl+C does: recorded, no process left."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
