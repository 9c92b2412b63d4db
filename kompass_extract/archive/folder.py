"""Where things lie in an archive.

::

    archive.db                    the store, unless a PostgreSQL URL is given
    files/<aa>/<sha256>.<ext>     a copy of every input, under its content's hash
    reports/<report_id>.json      what the machine read
    reviewed/<report_id>.json     the same with a reviewer's decisions
    history/<report_id>/*.json    machine reports that a later run replaced
    cache/readings/               pages as they were read, by content, settings and readers
    decisions.jsonl               what reviewers decided, as it was decided
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

FOLDER_VARIABLE, STORE_VARIABLE = "KOMPASS_ARCHIVE", "KOMPASS_STORE"
DEFAULT_FOLDER = Path("archive")
_STORE_FILE = "archive.db"
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive's folder and its store; picklable, so that it reaches other processes and machines."""

    folder: Path
    store_url: str

    @classmethod
    def at(cls, folder: Path | None = None, store_url: str | None = None) -> Archive:
        """The archive in ``folder``, else KOMPASS_ARCHIVE, else ./archive; likewise the store's URL."""
        chosen = folder or Path(os.environ.get(FOLDER_VARIABLE) or DEFAULT_FOLDER)
        chosen = chosen.expanduser().resolve()
        url = store_url or os.environ.get(STORE_VARIABLE) or f"{_SQLITE}{chosen / _STORE_FILE}"
        return cls(chosen, url)

    @property
    def store_file(self) -> Path | None:
        """The store where it is on SQLite, None where a server has it."""
        return Path(self.store_url.removeprefix(_SQLITE)) if self.store_url.startswith(_SQLITE) else None

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def reports(self) -> Path:
        return self.folder / "reports"

    @property
    def reviewed(self) -> Path:
        return self.folder / "reviewed"

    @property
    def history(self) -> Path:
        return self.folder / "history"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def journal(self) -> Path:
        """The reviewers' decisions, one JSON object a line."""
        return self.folder / "decisions.jsonl"

    def report_path(self, report_id: str) -> Path:
        return self.reports / f"{report_id}.json"

    def holds(self, path: str) -> bool:
        """Whether a file lies at ``path`` below the folder; an empty one is what a broken disk leaves, and none."""
        try:
            return (self.folder / path).stat().st_size > 0
        except OSError:
            return False

    def stored_name(self, sha256: str, suffix: str) -> str:
        """The path of an input's copy below the folder; ``suffix`` with its dot, or empty."""
        return f"files/{sha256[:2]}/{sha256}{suffix}"
