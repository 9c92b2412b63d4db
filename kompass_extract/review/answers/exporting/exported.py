"""Write an export: the formats that are wanted, then the package, the catalogue entry and the dictionary."""

from __future__ import annotations

import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from kompass_extract.errors import OutputError, UsageError
from kompass_extract.model.tidy_columns import tables
from kompass_extract.review.answers.answer_index import AnswerIndex
from kompass_extract.review.answers.answer_values import Choice
from kompass_extract.review.answers.exporting.chosen_tables import ChosenTables, write_rows
from kompass_extract.review.answers.exporting.csv_files import CSV
from kompass_extract.review.answers.exporting.data_package import write_package
from kompass_extract.review.answers.exporting.datasette_file import write_sqlite
from kompass_extract.review.answers.exporting.dcat_entry import write_dcat
from kompass_extract.review.answers.exporting.parquet_files import PARQUET
from kompass_extract.review.answers.exporting.workbook_file import WORKBOOK

ROW_FORMATS = {"csv": CSV, "parquet": PARQUET, "xlsx": WORKBOOK}
FORMATS = (*ROW_FORMATS, "sqlite")
_NEEDED = {"parquet": "pyarrow", "xlsx": "xlsxwriter"}
MOST_WORKBOOK_ROWS = 250_000
"""Rows in all tables.  A workbook of more takes minutes to open; it is written where it is asked for by name."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the files below ``folder``, the rows of each table, and what was left out and why."""

    folder: Path
    files: tuple[Path, ...]
    rows: dict[str, int]
    notes: tuple[str, ...]


def export(
    index: AnswerIndex, out: Path, *, choice: Choice, formats: tuple[str, ...], publisher: str | None
) -> Exported:
    """Write the chosen reports' tables below ``out``; UsageError, OutputError.

    Files get their names when all of them are written, so that an interrupted export leaves the former one.
    """
    _check(formats)
    chosen = ChosenTables(index, choice, datetime.now(UTC).replace(microsecond=0), publisher)
    counts = {name: chosen.count(table) for name, table in tables().items()}
    wanted, notes = _wanted(formats, sum(counts.values()))
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=out) as folder:
            made = _written(wanted, chosen, Path(folder))
            made += [write_package(chosen, Path(folder), made), write_dcat(chosen, Path(folder), made)]
            files = tuple(_placed(path, Path(folder), out) for path in made)
    except OSError as error:
        raise OutputError(
            f"{out} could not be written ({error.strerror or error}). Make room, or choose another --out."
        ) from error
    return Exported(out, files, counts, notes)


def _written(wanted: tuple[str, ...], chosen: ChosenTables, folder: Path) -> list[Path]:
    """Write the formats; SQLite copies its tables itself, which takes no time from what is written meanwhile."""
    by_row = [ROW_FORMATS[one] for one in wanted if one in ROW_FORMATS]
    with ThreadPoolExecutor(1) as beside:
        copied = beside.submit(write_sqlite, chosen, folder) if "sqlite" in wanted else None
        write_rows(chosen, folder, by_row)
        return [*(folder / name for one in by_row for name in one.files), *(copied.result() if copied else ())]


def _check(formats: tuple[str, ...]) -> None:
    for one in formats or FORMATS:
        if one not in FORMATS:
            raise UsageError(f"{one!r} is no format. Choose from {', '.join(FORMATS)}.")
        if one in _NEEDED and find_spec(_NEEDED[one]) is None:
            raise UsageError(f"{one} needs {_NEEDED[one]}. Install kompass-extract[export], or name other --formats.")


def _wanted(formats: tuple[str, ...], rows: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the formats to write, and what to say about those that are left out."""
    if formats or rows <= MOST_WORKBOOK_ROWS:
        return formats or FORMATS, ()
    note = (
        f"The workbook is left out: {rows:,} rows are more than Excel opens well. "
        "Choose fewer reports, or ask for it with --formats xlsx."
    )
    return tuple(one for one in FORMATS if one != "xlsx"), (note,)


def _placed(path: Path, folder: Path, out: Path) -> Path:
    """Move a written file to its place."""
    place = out / path.relative_to(folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, place)
    return place
