"""One item as its page shows it: the reading, why it is flagged, and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kompass_extract.model.reasons import check_reason
from kompass_extract.model.report import Report
from kompass_extract.review import Action, Address, Decision
from kompass_extract.review.decisions.draft import is_number
from kompass_extract.review.decisions.item_kinds import FieldKind, area_of, kind_of
from kompass_extract.review.decisions.recheck import Finding, failed_by_pointer
from kompass_extract.review.service import history as trails
from kompass_extract.review.service.context import around
from kompass_extract.review.service.desk_values import Hold, Item, ReasonClass, Remark, UnknownItemError
from kompass_extract.review.service.guesses import guesses_of, value_spots
from kompass_extract.review.service.item_version import block_at, field_address, version
from kompass_extract.review.service.loaded_reviews import Case
from kompass_extract.review.service.open_items import OpenItem, field_item, finding_item
from kompass_extract.review.service.queue import position_of
from kompass_extract.review.service.reason_classes import reason_class

_FIELD = (Action.ACCEPT, Action.CORRECT, Action.REJECT)
_TEXTS = frozenset({FieldKind.STRENGTH, FieldKind.IMPROVEMENT, FieldKind.RUBRIC, FieldKind.PARAGRAPH})


@dataclass(frozen=True, slots=True)
class Shown:
    """What the store knows about an item: who holds it, its place in the queue, whether it is in the sample."""

    hold: Hold | None = None
    position: str | None = None
    sampled: bool = False
    asked: bool = False
    remarks: tuple[Remark, ...] = ()


def view(case: Case, address: Address, shown: Shown) -> Item:
    """All about the item at an address, without actions where its report is signed; UnknownItemError."""
    item = replace(_seen(case, address, shown), asked=shown.asked, remarks=shown.remarks)
    return replace(item, actions=(), signed=True) if case.status == "reviewed" else item


def _seen(case: Case, address: Address, shown: Shown) -> Item:
    finding = next((one for one in case.decided.findings if one.address == address), None)
    if finding is not None:
        return _of_finding(case, finding, shown)
    if address.startswith("/checks/"):
        raise UnknownItemError("That check does not fail any more.")
    if address.startswith("/blocks/"):
        return _of_block(case, address, shown)
    return _of_field(case, field_address(case, address), shown)


def address_of(case: Case, address: Address) -> Address:
    """The address that an item is kept under: of a row that of its question; UnknownItemError."""
    return address if address.startswith(("/checks/", "/blocks/")) else field_address(case, address)


def _of_field(case: Case, address: Address, shown: Shown) -> Item:
    pointer = case.pointers[address]
    field, report = case.fields[pointer], case.decided.report
    kind, area = kind_of(pointer), area_of(pointer, report)
    position = list(case.fields).index(pointer)
    item = field_item(address, position, kind, area, field, shown.sampled)
    return Item(
        report_id=case.report_id,
        row_id=case.review_id,
        sha256=case.sha256,
        pointer=address,
        kind=kind.value,
        area=area,
        area_name=_area_name(report, area),
        number=is_number(field),
        value=field.value,
        raw=field.raw,
        confidence=field.confidence,
        needs_review=field.needs_review,
        review=field.review,
        reasons=tuple(field.reasons),
        reason_class=reason_class(field.reasons, field.value, shown.sampled),
        alternatives=tuple(field.alternatives),
        guesses=guesses_of(case, pointer),
        spots=value_spots(field),
        evidence=tuple(field.evidence),
        checks=tuple(failed_by_pointer(report.checks).get(pointer, ())),
        check=None,
        version=version(case, address),
        hold=shown.hold,
        actions=_actions(kind),
        history=trails.of_field(case, address),
        surroundings=around(case, address, pointer, kind, area),
        position=shown.position or _position(case, item),
        pages=tuple(report.pages),
        previous=_previous(case, address),
    )


def _position(case: Case, item: OpenItem) -> str:
    return position_of(item.priority, item.confidence, case.report_id, item.position)


def _area_name(report: Report, number: int | None) -> str | None:
    return next((area.name.value for area in report.areas if area.number == number), None)


def _previous(case: Case, address: Address) -> tuple[Decision, ...]:
    """Decisions that an open contradiction or dispute about the address is about."""
    contradicted = [one.decision for one in case.decided.contradicted if one.address == address]
    return (*contradicted, *case.decided.settled.disputed.get(address, ()))


def _actions(kind: FieldKind) -> tuple[Action, ...]:
    """What makes sense for a field: items of lists are split, joined, moved and removed."""
    if kind in _TEXTS:
        more: Sequence[Action] = (Action.SPLIT, Action.JOIN, Action.MOVE, Action.REMOVE)
        return (Action.ACCEPT, Action.CORRECT, *more)
    if kind is FieldKind.QUESTION:
        return (*_FIELD, Action.SET_QUESTION, Action.REMOVE)
    return _FIELD


def _of_finding(case: Case, finding: Finding, shown: Shown) -> Item:
    check, report = finding.check, case.decided.report
    item = finding_item(finding.address, check, len(case.fields))
    return Item(
        report_id=case.report_id,
        row_id=case.review_id,
        sha256=case.sha256,
        pointer=finding.address,
        kind=FieldKind.FINDING.value,
        area=check.area,
        area_name=_area_name(report, check.area),
        number=False,
        value=None,
        raw=None,
        confidence=0.0,
        needs_review=finding.open,
        review=None,
        reasons=(check_reason(check.id, check.found),),
        reason_class=ReasonClass.CHECK,
        alternatives=(),
        evidence=(),
        checks=(check,),
        check=check,
        version=version(case, finding.address),
        hold=shown.hold,
        actions=(Action.ACCEPT, Action.ADD),
        history=trails.of_field(case, finding.address),
        surroundings=around(case, finding.address, _first_place(check.fields), FieldKind.FINDING, check.area),
        position=shown.position or _position(case, item),
        pages=tuple(report.pages),
    )


def _first_place(pointers: Sequence[str]) -> str:
    return pointers[0] if pointers else ""


def _of_block(case: Case, address: Address, shown: Shown) -> Item:
    report, block = case.decided.report, block_at(case.decided.report, address)
    if block is None:
        raise UnknownItemError(f"The report {case.report_id} has no block {address}.")
    return Item(
        report_id=case.report_id,
        row_id=case.review_id,
        sha256=case.sha256,
        pointer=address,
        kind=FieldKind.BLOCK.value,
        area=block.area,
        area_name=_area_name(report, block.area),
        number=False,
        value=block.text,
        raw=None,
        confidence=block.confidence,
        needs_review=False,
        review=None,
        reasons=(),
        reason_class=ReasonClass.OTHER,
        alternatives=(),
        evidence=(block.place,),
        checks=(),
        check=None,
        version=version(case, address),
        hold=shown.hold,
        actions=(Action.SET_KIND,),
        history=trails.of_field(case, address),
        surroundings=around(case, address, address, FieldKind.BLOCK, block.area),
        position=position_of(2, block.confidence, case.report_id, 0),
        pages=tuple(report.pages),
    )
