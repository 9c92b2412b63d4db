"""Archives with reports to review, made without reading anything: gold labels as reports, some fields in doubt."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select

from kompass_extract.archive import records
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import DocumentRow, ReportIdRow
from kompass_extract.archive.store import Store, now
from kompass_extract.model.report import Alternative, Evidence, Field, Model, PageInfo, Report
from kompass_extract.model.schema1 import reason_of_sentence
from kompass_extract.report import export
from kompass_extract.training.gold import load_gold
from tests.conftest import GOLD, report_of

FINGERPRINT = "f" * 64
PAGE = PageInfo(number=1, width=595.0, height=842.0, rotation=0, kind="born_digital", ocr_confidence=0.97)
PDF = GOLD / "scans" / "hoganas-2018.born-digital.pdf"
PAGES = 18


def put(archive: Archive, report: Report, source: Path | bytes) -> Report:
    """Record a report and its input as ingestion would; gives the report as recorded."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    suffix = ".pdf" if isinstance(source, bytes) else source.suffix
    sha256 = hashlib.sha256(data + report.report_id.encode()).hexdigest()
    report = report.model_copy(update={"source": report.source.model_copy(update={"sha256": sha256})})
    stored = archive.stored_name(sha256, suffix)
    path = archive.folder / stored
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    store = Store.open(archive)
    text = export.dumps(report)
    with store.write() as session:
        if session.scalar(select(DocumentRow.sha256).filter_by(sha256=sha256)) is None:
            session.add(
                DocumentRow(
                    sha256=sha256,
                    size=len(data),
                    media_type="application/pdf",
                    file_name=report.source.file_name,
                    stored=stored,
                    first_seen=now(),
                )
            )
            session.flush()
            session.add(ReportIdRow(report_id=report.report_id, sha256=sha256))
            session.flush()
        where = records.relative(archive.report_path(report.report_id), archive.folder)
        row = records.report_row(report, path=where, text=text, fingerprint=FINGERPRINT, run_id=None)
        records.put_report(session, row, records.field_rows(report))
        export.write_text(archive.report_path(report.report_id), text)
    store.close()
    return report


def gold_report(name: str = "hoganas-2018", **doubted: Field[Any]) -> Report:
    """The labelled report as read without any doubt, on the pages of the typeset one; ``doubted`` replaces fields."""
    report = report_of(load_gold(GOLD / f"{name}.json"))
    pages = [PAGE.model_copy(update={"number": number}) for number in range(1, PAGES + 1)]
    return spread(
        report.model_copy(update={"pages": pages, "source": report.source.model_copy(update={"pages": PAGES})})
    )


def spread(report: Report) -> Report:
    """The report with a place of its own for every field: row by row down the pages."""
    count = 0

    def place(pointer: str, field: Field[Any]) -> Field[Any]:
        nonlocal count
        count += 1
        y = 80.0 + 16 * (count % 40)
        spot = Evidence(page=1 + count // 40 % PAGES, bbox=(72.0, y, 320.0, y + 12))
        return field.model_copy(update={"evidence": [spot]})

    return Report.model_validate(changed(report, place).model_dump())


def doubted(report: Report, doubts: Mapping[str, Field[Any]]) -> Report:
    """The report with the fields at these pointers replaced; their places are kept."""

    def replaced(pointer: str, field: Field[Any]) -> Field[Any]:
        new = doubts.get(pointer)
        return field if new is None else new.model_copy(update={"evidence": new.evidence or field.evidence})

    return Report.model_validate(changed(report, replaced).model_dump())


def doubt(value: str | int | None, reason: str, *others: str | int, confidence: float = 0.5) -> Field[Any]:
    """A field that a person is asked about."""
    made = [Alternative(value=one, confidence=0.2) for one in others]
    number = isinstance(value, int) or any(isinstance(one, int) for one in others)
    kind: Any = Field[int] if number else Field[str]
    return cast(
        Field[Any],
        kind(
            value=value,
            confidence=confidence,
            needs_review=True,
            reasons=[reason_of_sentence(reason)],
            alternatives=made,
        ),
    )


def changed(model: Any, change: Callable[[str, Field[Any]], Field[Any]], pointer: str = "") -> Any:
    """A copy of the model with every Field given to ``change``."""
    if isinstance(model, Field):
        return change(pointer, model)
    if isinstance(model, Model):
        names = type(model).model_fields
        return model.model_copy(
            update={name: changed(getattr(model, name), change, f"{pointer}/{name}") for name in names}
        )
    if isinstance(model, list):
        return [changed(one, change, f"{pointer}/{index}") for index, one in enumerate(model)]
    if isinstance(model, dict):
        return {key: changed(one, change, f"{pointer}/{key}") for key, one in model.items()}
    return model
