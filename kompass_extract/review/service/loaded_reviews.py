"""A document's review in memory: the machine's report, its decisions, and the two together.

Reading the file and applying the decisions takes some tens of milliseconds, so the latest cases are kept; a case is
rebuilt when the store says that the reading or the decisions have changed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import ReportRow
from kompass_extract.model.pointers import AnyField
from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.model.report import Report
from kompass_extract.report.export import load_report
from kompass_extract.review import Address, Decision
from kompass_extract.review.decisions.apply import Decided, apply, fingerprint
from kompass_extract.review.decisions.recheck import edition_of
from kompass_extract.review.service.desk_values import UnknownReportError
from kompass_extract.review.service.review_schema import DecisionRow, ReviewRow
from kompass_extract.taxonomy import EditionDecision

KEPT = 48
"""Cases in memory; one takes some 2 MB."""


@dataclass(frozen=True)
class Case:
    """One document's report with its decisions; ``changes`` is the number that the decisions had then."""

    review_id: int
    report_id: str
    json_sha256: str
    changes: int
    machine: Report
    run: str
    decisions: tuple[Decision, ...]
    decided: Decided
    double_reading: bool
    status: str

    @property
    def sha256(self) -> str:
        return self.machine.source.sha256

    @cached_property
    def fields(self) -> Mapping[str, AnyField]:
        """The decided report's fields by pointer."""
        return dict(report_fields(self.decided.report))

    @cached_property
    def machine_fields(self) -> Mapping[Address, AnyField]:
        """The machine's fields by address."""
        return dict(report_fields(self.machine))

    @cached_property
    def pointers(self) -> Mapping[Address, str]:
        """Where each address stands in the decided report."""
        return {address: pointer for pointer, address in self.decided.addresses.items()}

    @cached_property
    def edition(self) -> EditionDecision:
        """The report's edition, with the form that its questions speak for."""
        return edition_of(self.decided.report)


class Cases:
    """The latest cases of an archive, for all threads of a process."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._kept: OrderedDict[str, Case] = OrderedDict()
        self._lock = threading.Lock()

    def case(self, session: Session, report_id: str) -> Case:
        """The case as the session sees it; UnknownReportError."""
        row = session.execute(
            select(ReviewRow, ReportRow.report_id, ReportRow.json_sha256, ReportRow.path)
            .join(ReportRow, ReportRow.sha256 == ReviewRow.sha256)
            .where(ReportRow.report_id == report_id)
        ).one_or_none()
        if row is None:
            raise UnknownReportError(f"The archive holds no report {report_id}.")
        with self._lock:
            kept = self._kept.get(report_id)
        review: ReviewRow = row[0]
        same = kept is not None and (kept.json_sha256, kept.changes) == (row.json_sha256, review.changes)
        if kept is None or not same or (kept.double_reading, kept.status) != (review.double_reading, review.status):
            kept = self._made(session, review, (report_id, row.json_sha256, row.path), kept)
        self.keep(kept)
        return kept

    def keep(self, case: Case) -> None:
        """Have a case ready for the next who asks."""
        with self._lock:
            self._kept[case.report_id] = case
            self._kept.move_to_end(case.report_id)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def _made(self, session: Session, review: ReviewRow, report: tuple[str, str, str], kept: Case | None) -> Case:
        report_id, json_sha256, path = report
        if kept is not None and kept.json_sha256 == json_sha256:
            machine, run = kept.machine, kept.run
        else:
            machine = load_report(self._archive.folder / path)
            run = fingerprint(machine)
        return case_of(session, review, (report_id, json_sha256), machine=machine, run=run)


def case_of(session: Session, review: ReviewRow, row: tuple[str, str], *, machine: Report, run: str) -> Case:
    """The case of a machine's report with the decisions that the store has; ``row`` is the report's id and hash."""
    report_id, json_sha256 = row
    decisions = decisions_of(session, review.sha256)
    return Case(
        review_id=review.id,
        report_id=report_id,
        json_sha256=json_sha256,
        changes=review.changes,
        machine=machine,
        run=run,
        decisions=decisions,
        decided=apply(machine, decisions, run=run),
        double_reading=review.double_reading,
        status=review.status,
    )


def with_decisions(case: Case, decisions: tuple[Decision, ...], changes: int) -> Case:
    """The case with all its decisions."""
    decided = apply(case.machine, decisions, run=case.run)
    return replace(case, decisions=decisions, decided=decided, changes=changes)


def decisions_of(session: Session, sha256: str) -> tuple[Decision, ...]:
    """A document's decisions in the order they were saved."""
    bodies = session.scalars(select(DecisionRow.body).filter_by(sha256=sha256).order_by(DecisionRow.number))
    return tuple(Decision.model_validate_json(body) for body in bodies)
