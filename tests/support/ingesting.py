"""An archive for tests: cheap inputs, the reading process of tests, and what an archive must be like afterwards."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import IngestSettings
from kompass_extract.report import export
from kompass_extract.training.gold import load_gold
from kompass_extract.workers.pool import Limits
from tests.conftest import GOLD, report_of
from tests.support.ingest_worker import LOG_VARIABLE, TEMPLATE_VARIABLE

FAST = IngestSettings(
    worker="tests.support.ingest_worker", quiet_seconds=0.0, wait_seconds=5.0, cores=2,
    limits=Limits(seconds=60.0, stall_seconds=30.0),
)  # fmt: skip
OTHER = FAST.model_copy(update={"reading": FAST.reading.model_copy(update={"dpi": 300})})
"""As another version of the program: under another fingerprint everything is read anew."""


class Inputs:
    """A folder of inputs that the reading process of tests understands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def reports(self, *ids: str) -> None:
        for number, report_id in enumerate(ids):
            self.write(f"{number:04}-{report_id}.txt", f"report {report_id}\nfile {number}")


def template(folder: Path, areas: int = 1) -> Path:
    """A whole report JSON, small, for the reading process of tests to hand out."""
    report = report_of(load_gold(GOLD / "amal-2019-areas-1-4.json"))
    small = report.model_copy(update={"areas": report.areas[:areas], "blocks": report.blocks[:2]})
    path = folder / f"{small.report_id}.json"
    export.write_text(path, export.dumps(small))
    return path


def environment(folder: Path, areas: int = 1) -> dict[str, str]:
    """What the reading process of tests wants to find in its environment."""
    return {TEMPLATE_VARIABLE: str(template(folder, areas)), LOG_VARIABLE: str(folder / "orders.log")}


def orders(folder: Path) -> list[str]:
    """What the reading process was told to read, in order."""
    log = folder / "orders.log"
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def rows(archive: Archive, statement: str) -> list[tuple[Any, ...]]:
    """What a plain SQLite client sees."""
    connection = sqlite3.connect(archive.store_url.removeprefix("sqlite:///"))
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def report_ids(archive: Archive) -> list[str]:
    """The reports of an archive, after the files, the rows and the ids were found to agree with one another."""
    in_store = [str(row[0]) for row in rows(archive, "SELECT report_id FROM store_reports ORDER BY report_id")]
    assert in_store == [
        str(row[0]) for row in rows(archive, "SELECT report_id FROM store_report_ids ORDER BY report_id")
    ]
    assert in_store == sorted(path.stem for path in archive.reports.glob("*.json"))
    documents = dict(rows(archive, "SELECT report_id, sha256 FROM store_reports"))
    for path in archive.reports.glob("*.json"):
        report = json.loads(path.read_bytes())
        assert report["report_id"] == path.stem
        assert documents[path.stem] == report["source"]["sha256"]
    assert len(set(documents.values())) == len(documents)
    assert not rows(archive, "PRAGMA foreign_key_check")
    assert rows(archive, "PRAGMA integrity_check") == [("ok",)]
    return in_store
