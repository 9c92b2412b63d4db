"""The files of the export, made when they are first asked for, and again when the archive has changed."""

from __future__ import annotations

import shutil
import threading
from importlib.util import find_spec
from pathlib import Path

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.write_access import cache_of
from kompass_extract.errors import UsageError
from kompass_extract.review.answers import AnswerArchive
from kompass_extract.web.browse.document_views import PARQUET_FILES, TABLE_FILES, WHOLE_FILES

NEEDS = {"parquet": "pyarrow", "xlsx": "xlsxwriter"}
"""What must be installed for a format: the extra ``export`` brings it."""
_FORMATS = {"kompass.xlsx": "xlsx", "kompass.db": "sqlite", "metadata.json": "sqlite"}
_WHOLE = ".whole"  # stands in a folder when everything in it was written


def formats() -> tuple[str, ...]:
    """Return the formats that can be written here."""
    return tuple(one for one in ("csv", "parquet", "xlsx", "sqlite") if find_spec(NEEDS.get(one, "json")))


def names() -> tuple[str, ...]:
    """Return the names of the files that can be written here."""
    return tuple(one for one in (*TABLE_FILES, *PARQUET_FILES, *WHOLE_FILES) if _format(one) in formats())


class ExportFiles:
    """The export's files below the archive's cache, one folder for each state and format."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._folder = cache_of(archive) / "downloads"
        self._making = threading.Lock()

    def file(self, name: str) -> Path:
        """Return the path of a file; UsageError for a name that the export has not."""
        if name not in names():
            raise UsageError(f"The export has no file {name}.")
        with self._making, AnswerArchive(self._archive) as archive:
            archive.refresh()
            made = self._folder / archive.generation / _format(name)
            if not (made / _WHOLE).exists():
                self._forget(made.parent)
                archive.export(made, formats=[_format(name)])
                (made / _WHOLE).touch()
        if not (made / name).exists():
            raise UsageError(f"The export left {name} out: the archive is too large for it.")
        return made / name

    def _forget(self, current: Path) -> None:
        """Take away what was made of an archive that has changed since."""
        for folder in self._folder.glob("*"):
            if folder != current:
                shutil.rmtree(folder, ignore_errors=True)


def _format(name: str) -> str:
    return name.partition("/")[0] if "/" in name else _FORMATS.get(name, "csv")
