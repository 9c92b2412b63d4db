"""``datapackage.json`` (Frictionless): what each file is, and a dictionary of the tables' columns."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from kompass_extract.model.tidy_columns import Table, tables
from kompass_extract.model.tidy_rows import TABLES_VERSION
from kompass_extract.review.answers.exporting.chosen_tables import (
    DESCRIPTION,
    LICENCE_ADDRESS,
    LICENCE_NAME,
    LICENCE_TITLE,
    TITLE,
    ChosenTables,
)

FILE = "datapackage.json"
_TYPES = {"text": "string", "integer": "integer", "number": "number", "boolean": "boolean"}
_MEDIA_TYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "db": "application/vnd.sqlite3",
    "json": "application/json",
}


def media_type(path: Path) -> str:
    """Return a file's media type by its ending."""
    return _MEDIA_TYPES[path.suffix[1:]]


def write_package(chosen: ChosenTables, folder: Path, files: Sequence[Path]) -> Path:
    """Write the package over files that lie below the folder."""
    package = {
        "profile": "data-package",
        "name": "kommunkompassen",
        "title": TITLE,
        "description": f"{DESCRIPTION} Chosen: {chosen.said()}.",
        "version": TABLES_VERSION,
        "created": chosen.made.isoformat(),
        "licenses": [{"name": LICENCE_NAME, "title": LICENCE_TITLE, "path": LICENCE_ADDRESS}],
        "resources": [_resource(path, folder) for path in files],
    }
    if chosen.publisher:
        package["contributors"] = [{"title": chosen.publisher, "role": "publisher"}]
    path = folder / FILE
    path.write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def _resource(path: Path, folder: Path) -> dict[str, object]:
    ending = path.suffix[1:]
    name = path.stem if ending == "csv" else f"{path.stem}-{ending}"
    resource: dict[str, object] = {
        "name": name,
        "type": "table" if ending == "csv" else "file",
        "path": path.relative_to(folder).as_posix(),
        "format": ending,
        "mediatype": media_type(path),
        "bytes": path.stat().st_size,
        "hash": f"sha256:{_sha256(path)}",
    }
    if ending == "csv":
        table = tables()[path.stem]
        resource |= {
            "profile": "tabular-data-resource",
            "description": table.description,
            "encoding": "utf-8",
            "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True},
            "schema": _schema(table),
        }
    return resource


def _schema(table: Table) -> dict[str, object]:
    schema: dict[str, object] = {
        "fields": [
            {"name": column.name, "type": _TYPES[column.type], "description": column.description}
            for column in table.columns
        ],
        "missingValues": [""],
    }
    if table.name == "reports":
        schema["primaryKey"] = ["report_id"]
    else:
        schema["foreignKeys"] = [
            {"fields": ["report_id"], "reference": {"resource": "reports", "fields": ["report_id"]}}
        ]
    return schema


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
