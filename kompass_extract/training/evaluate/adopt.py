"""A reviewed report of an archive becomes one of the gold reports: its labels, its input, its blocks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import DocumentRow, ReportRow
from kompass_extract.archive.store import Store
from kompass_extract.errors import OutputError, UnreadableFileError, UsageError
from kompass_extract.model.report import Report
from kompass_extract.process.files import write_whole
from kompass_extract.report import export
from kompass_extract.review.decisions.impossible import impossible_values
from kompass_extract.training.evaluate.label_files import labels_of

if TYPE_CHECKING:
    from kompass_extract.pipeline import Tools

_QUALITIES = {"scanned": "scan", "born_digital": "born-digital", "mixed": "mixed"}
"""How the input of a gold report is called by its kind, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """The files of a new gold report; ``blocks`` is None for a text, whose blocks are read when training."""

    labels: Path
    source: Path
    blocks: Path | None


def adopt(
    archive: Archive,
    report_id: str,
    gold_dir: Path,
    *,
    tools: Tools | None = None,
    quality: str | None = None,
    force: bool = False,
) -> Adopted:
    """Make the reviewed report ``report_id`` a gold report in ``gold_dir``.

    UsageError where it is not reviewed, a value of it cannot be, or there is one of that name already and not
    ``force``.  With ``tools`` the blocks of a scan or PDF are read and kept with their labels, so that training learns
    from them.
    """
    report, stored = _reviewed(archive, report_id)
    is_text = report.source.kind == "text"
    name = f"{report_id}.ocr.txt" if is_text else f"{report_id}.{quality or _QUALITIES[report.source.kind]}"
    source = gold_dir / ("text" if is_text else "scans") / (name if is_text else f"{name}{stored.suffix}")
    labels = gold_dir / f"{report_id}.json"
    _require_possible(report)
    if labels.exists() and not force:
        raise UsageError(f"{labels} is there already; say --force to write it anew.")
    made = labels_of(report, report_id, source.name if is_text else None)
    text = made.model_dump_json(indent=1) + "\n"
    _copy(stored, source)
    export.write_text(labels, text)
    blocks = _keep_blocks(labels, source, gold_dir, tools) if tools is not None and not is_text else None
    return Adopted(labels, source, blocks)


def _reviewed(archive: Archive, report_id: str) -> tuple[Report, Path]:
    """The reviewed report and its input's copy; UsageError where it is not signed."""
    store = Store.open(archive)
    try:
        with store.read() as session:
            row = session.execute(
                select(ReportRow.status, DocumentRow.stored)
                .join(DocumentRow, DocumentRow.sha256 == ReportRow.sha256)
                .where(ReportRow.report_id == report_id)
            ).one_or_none()
    finally:
        store.close()
    if row is None:
        raise UsageError(f"The archive holds no report {report_id}.")
    if row.status != "reviewed":
        raise UsageError(f"{report_id} is not reviewed: decide what is open and sign it first (kompass review).")
    return export.load_report(archive.reviewed / f"{report_id}.json"), archive.folder / row.stored


def _require_possible(report: Report) -> None:
    """Refuse a report with a value that cannot be: models would learn from a slip, or from a misprint."""
    wrong = [f"{pointer}: {told.text}" for pointer, told in impossible_values(report)]
    if wrong:
        raise UsageError(f"{report.report_id} has values that cannot be; correct them first: {'; '.join(wrong)}.")


def _copy(stored: Path, target: Path) -> None:
    """Copy the input to its place, whole or not at all."""
    try:
        write_whole(target, stored.read_bytes())
    except FileNotFoundError as error:
        raise UnreadableFileError(f"{stored} is missing in the archive; ingest the report again.") from error
    except OSError as error:
        raise OutputError(f"{target} could not be written: {error.strerror}.") from error


def _keep_blocks(labels: Path, source: Path, gold_dir: Path, tools: Tools) -> Path:
    """The input's blocks as they are read, labelled by their likeness to the labels."""
    from kompass_extract.training.fenced_documents import fenced_documents
    from kompass_extract.training.fit_labels.corpus import BLOCKS_FOLDER, SUFFIX, aligned, write_examples
    from kompass_extract.training.fit_labels.gold_strings import read_gold

    report = read_gold(labels)
    with fenced_documents(tools) as fenced:
        document = fenced.document(source)
    kept = gold_dir / BLOCKS_FOLDER / f"{report.id}{SUFFIX}"
    write_examples(kept, [aligned(report, f"reviewed:{source.name}", document.blocks, tools.taxonomy)])
    return kept
