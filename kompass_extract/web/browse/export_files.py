"""The files of the export, made when they are first asked for, and again when the archive has changed."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

from kompass_extract.archive.folder import Archive
from kompass_extract.errors import UsageError
from kompass_extract.review.answers import AnswerArchive
from kompass_extract.web.browse.document_views import PARQUET_FILES, TABLE_FILES, WHOLE_FILES

_FORMATS = {"kompass.xlsx": "xlsx", "kompass.db": "sqlite", "metadata.json": "sqlite"}


class ExportFiles:
    """The export's files below the archive's cache, one folder for each state and format."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._folder = archive.cache / "downloads"
        self._making = threading.Lock()

    def file(self, name: str) -> Path:
        """Return the path of a file; UsageError for a name that the export has not."""
        if name not in (*TABLE_FILES, *PARQUET_FILES, *WHOLE_FILES):
            raise UsageError(f"The export has no file {name}.")
        form = name.rpartition(".")[2] if name in (*TABLE_FILES, *PARQUET_FILES) else _FORMATS.get(name, "csv")
        with self._making, AnswerArchive(self._archive) as archive:
            archive.refresh()
            folder = self._folder / archive.generation
            made = folder / form
            if not (made / ".whole").exists():
                self._forget(folder)
                archive.export(made, formats=[form])
                (made / ".whole").touch()
        found = [made / name, made / form / name]
        return next((path for path in found if path.exists()), found[0])

    def _forget(self, current: Path) -> None:
        """Take away what was made of an archive that has changed since."""
        for folder in self._folder.glob("*"):
            if folder != current:
                shutil.rmtree(folder, ignore_errors=True)
