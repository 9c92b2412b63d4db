"""What is open in a report: the rows of ``review_items``, made from the report and its decisions.

They are rebuilt whenever a decision is saved or a newer run has read the document.  For a report that nobody has
decided about, the store's own rows of fields are enough.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kompass_extract.archive.schema import FieldRow, ReportRow
from kompass_extract.archive.tidy_store import APPLICATION
from kompass_extract.model.pointers import AnyField
from kompass_extract.model.reasons import Reason
from kompass_extract.model.report import Check
from kompass_extract.review.decisions.decision import Address
from kompass_extract.review.decisions.item_kinds import SCORES, FieldKind, area_of, kind_of
from kompass_extract.review.decisions.recheck import findings, saying
from kompass_extract.review.decisions.sample import draw
from kompass_extract.review.service.desk_values import ReasonClass
from kompass_extract.review.service.loaded_reviews import Case
from kompass_extract.review.service.reason_classes import reason_class
from kompass_extract.review.service.review_schema import ItemRow, ReviewRow

_LOG = logging.getLogger(__name__)
TEXT_SHOWN = 160
"""Characters of a value that the queue's list shows."""
DOUBT_DIGITS = 6
FIRST, SCORE, REST = 0, 1, 2
"""``ItemRow.priority``: failed checks and contradictions, scores, all else."""

_APPLIED = "; applied "
_CHECKS = re.compile(r'^  "checks": (\[$.*?^  \]),?$', re.MULTILINE | re.DOTALL)

_REASONS = TypeAdapter(list[Reason])


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which confident fields are reviewed as a sample: a share ``rate``, 0..1, chosen by ``seed``."""

    rate: float = 0.0
    seed: str = "1"

    def __str__(self) -> str:
        """As the store remembers it, with how the decisions were applied when the items were made."""
        return f"{f'{self.rate:g} {self.seed}' if self.rate > 0 else ''}{_APPLIED}{APPLICATION}"

    @classmethod
    def remembered(cls, text: str) -> Sampling:
        """The sampling that the store remembers as ``text``."""
        rate, _, seed = (text.rpartition(_APPLIED)[0] if _APPLIED in text else text).partition(" ")
        return cls(float(rate), seed) if seed else cls()


_REASONS = TypeAdapter(list[Reason])


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An open question before it is a row."""

    address: Address
    position: int
    kind: FieldKind
    area: int | None
    reason: ReasonClass
    value: str | None
    confidence: float
    page: int | None
    sampled: bool = False
    first_reader: str | None = None

    @property
    def priority(self) -> int:
        """How much it matters."""
        if self.reason in (ReasonClass.CHECK, ReasonClass.CONTRADICTION, ReasonClass.DISPUTE):
            return FIRST
        return SCORE if self.kind in SCORES else REST


def open_items(case: Case, sampling: Sampling) -> list[OpenItem]:
    """All that is open in a case, in the order of the file; findings come last."""
    found = list(_open_fields(case, sampling))
    last = len(case.fields)
    for offset, finding in enumerate(one for one in case.decided.findings if one.open):
        found.append(finding_item(finding.address, finding.check, last + offset))
    return found


def _open_fields(case: Case, sampling: Sampling) -> Iterator[OpenItem]:
    decided = case.decided
    touched = {one.pointer for one in decided.settled.effective}
    waiting = decided.settled.waiting
    for position, (pointer, field) in enumerate(case.fields.items()):
        address = decided.addresses[pointer]
        kind = kind_of(pointer)
        sampled = (
            not field.needs_review and address not in touched and in_sample(case.sha256, address, field, kind, sampling)
        )
        reader = waiting[address].by if address in waiting and case.double_reading else None
        if field.needs_review or sampled or address in waiting:
            item = field_item(address, position, kind, _area(pointer, case), field, sampled)
            yield item if reader is None else replace(item, first_reader=reader)


def _area(pointer: str, case: Case) -> int | None:
    """The area that the queue lists a field under: overviews of all areas stand in chapter 2."""
    return area_of(pointer, case.decided.report) if pointer.startswith("/areas/") else None


def field_item(
    address: Address, position: int, kind: FieldKind, area: int | None, field: AnyField, sampled: bool
) -> OpenItem:
    """A field as an open item."""
    value = None if field.value is None else str(field.value)
    page = field.evidence[0].page if field.evidence else None
    reason = reason_class(field.reasons, field.value, sampled)
    return OpenItem(address, position, kind, area, reason, value, field.confidence, page, sampled)


def finding_item(address: Address, check: Check, position: int) -> OpenItem:
    """A finding as an open item."""
    return OpenItem(address, position, FieldKind.FINDING, check.area, ReasonClass.CHECK, saying(check), 0.0, None)


def in_sample(sha256: str, address: Address, field: AnyField, kind: FieldKind, sampling: Sampling) -> bool:
    """Whether a confident field is in the sample; what the report does not print is not."""
    if sampling.rate <= 0 or field.value in (None, "") or kind is FieldKind.OTHER:
        return False
    return draw(sha256, address, sampling.seed) < sampling.rate


def put_items(session: Session, review: ReviewRow, report: ReportRow, items: Sequence[OpenItem]) -> None:
    """The open items of a report in the place of those it had."""
    session.execute(delete(ItemRow).filter_by(review_id=review.id))
    rows = [_row(review, report, item) for item in items]
    if rows:
        session.execute(insert(ItemRow), rows)


def _row(review: ReviewRow, report: ReportRow, item: OpenItem) -> Mapping[str, object]:
    doubt = draw(review.sha256, item.address, "order") * item.confidence if item.sampled else item.confidence
    return {
        "review_id": review.id,
        "address": item.address,
        "report_id": report.report_id,
        "position": item.position,
        "kind": item.kind.value,
        "area": item.area,
        "reason": item.reason.value,
        "value": None if item.value is None else item.value[:TEXT_SHOWN],
        "confidence": item.confidence,
        "page": item.page,
        "priority": item.priority,
        "doubt": round(doubt, DOUBT_DIGITS),
        "sampled": item.sampled,
        "first_reader": item.first_reader,
        "edition": report.edition,
        "municipality": report.municipality,
    }


def undecided_items(session: Session, report: ReportRow, folder: Path, sampling: Sampling) -> list[OpenItem]:
    """What is open in a report that nobody has decided about, from the store's rows of its fields."""
    columns = (FieldRow.pointer, FieldRow.position, FieldRow.area, FieldRow.value, FieldRow.confidence, FieldRow.page)
    query = select(*columns, FieldRow.needs_review, FieldRow.reasons).where(FieldRow.report_id == report.report_id)
    if sampling.rate <= 0:
        query = query.where(FieldRow.needs_review)
    items = []
    for row in session.execute(query.order_by(FieldRow.position)):
        kind = kind_of(row.pointer)
        sampled = (
            not row.needs_review
            and bool(row.value)
            and kind is not FieldKind.OTHER
            and draw(report.sha256, row.pointer, sampling.seed) < sampling.rate
        )
        if row.needs_review or sampled:
            reason = reason_class(_REASONS.validate_json(row.reasons), row.value, sampled)
            items.append(
                OpenItem(
                    row.pointer, row.position, kind, row.area, reason, row.value, row.confidence, row.page, sampled
                )
            )
    if report.failed_checks:
        items.extend(_findings(session, report, folder))
    return items


def _findings(session: Session, report: ReportRow, folder: Path) -> Iterator[OpenItem]:
    try:
        checks = _checks((folder / report.path).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        _LOG.warning("The checks of %s could not be read: %s", report.report_id, error)
        return
    pointers = set(session.scalars(select(FieldRow.pointer).filter_by(report_id=report.report_id)))
    for offset, finding in enumerate(findings(checks, pointers, {})):
        yield finding_item(finding.address, finding.check, len(pointers) + offset)


def _checks(text: str) -> list[Check]:
    """The checks of a report file; only that part of it is parsed where its form is the usual one."""
    part = _CHECKS.search(text)
    found = json.loads(part[1]) if part is not None else json.loads(text)["checks"]
    return [Check.model_validate(check) for check in found]
