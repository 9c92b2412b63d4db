"""Fenced processes: what opens foreign files runs in them, with limits on memory and time.

``extract`` reads one report in such a process; ``pool`` keeps reading processes for an ingestion, ``drawing`` makes
pictures of pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kompass_extract.model.report import Report

__all__ = ["extract"]


def extract(path: Path, *, jobs: int = 1, debug_dir: Path | None = None) -> Report:
    """Read one report in a process of its own; a KompassError where it cannot be read or takes more than it may."""
    from kompass_extract.workers import fenced

    return fenced.extract(path, jobs=jobs, debug_dir=debug_dir)
