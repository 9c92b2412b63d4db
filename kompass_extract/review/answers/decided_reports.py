"""Whole reports with their decisions, and the pages that they were read from, without taking part in the review."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from sqlalchemy import select

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import DocumentRow
from kompass_extract.archive.store import Store
from kompass_extract.errors import UsageError
from kompass_extract.model.report import Report
from kompass_extract.review.answers.index_refresh import StoredReport, decided_report, known_reports
from kompass_extract.review.service.desk_values import PageFile
from kompass_extract.review.service.text_source import TextLine, lines_of_page

KEPT = 24  # reports in memory; one takes some 2 MB


class DecidedReports:
    """The latest reports of an archive, for all threads of a process."""

    def __init__(self, archive: Archive, store: Store) -> None:
        self._archive, self._store = archive, store
        self._kept: OrderedDict[str, tuple[str, Report]] = OrderedDict()
        self._lock = threading.Lock()

    def report(self, report_id: str) -> Report:
        """Return a report with the decisions that count; UsageError where there is none."""
        with self._store.read() as session:
            known = next(known_reports(session, report_id), None)
            if known is None:
                raise UsageError(f"The archive has no report {report_id}.")
            kept = self._kept_as(known)
            report = kept or decided_report(self._archive, session, known)
        with self._lock:
            self._kept[report_id] = (known.state, report)
            self._kept.move_to_end(report_id)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return report

    def source(self, report: Report) -> Path | None:
        """Return the archive's copy of a report's input, None where it is not there."""
        stored = self._stored(report.source.sha256)
        path = self._archive.folder / stored if stored else None
        return path if path is not None and path.is_file() else None

    def page_file(self, report: Report, number: int) -> PageFile:
        """Return the file and turn of a page, for its picture; UsageError for a page that is not there."""
        page = next((one for one in report.pages if one.number == number), None)
        stored = self._stored(report.source.sha256)
        if page is None or stored is None:
            raise UsageError(f"The report {report.report_id} has no page {number}.")
        path = str(self._archive.folder / stored)
        return PageFile(path, report.source.sha256, number, *page.extent, page.rotation, page.skew, page.kind)

    def text_lines(self, report: Report, number: int) -> tuple[TextLine, ...]:
        """Return the lines of a page of a text report; none where its file cannot be read."""
        stored = self._stored(report.source.sha256)
        return lines_of_page(self._archive.folder / str(stored), report.blocks, number)

    def _kept_as(self, known: StoredReport) -> Report | None:
        with self._lock:
            state, report = self._kept.get(known.report_id, ("", None))
        return report if state == known.state else None

    def _stored(self, sha256: str) -> str | None:
        with self._store.read() as session:
            return session.scalar(select(DocumentRow.stored).filter_by(sha256=sha256))
