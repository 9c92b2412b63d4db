"""A reviewer's order as a decision that can be kept: with the reading, the place and the checks it was made on."""

from __future__ import annotations

import math
import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from kompass_extract.model.evidence_places import lines_of
from kompass_extract.model.reasons import reason
from kompass_extract.model.report import Evidence
from kompass_extract.review import Action, Address, DecidedValue, Decision
from kompass_extract.review.decisions.decision import VALUE_ACTIONS
from kompass_extract.review.decisions.draft import is_number
from kompass_extract.review.decisions.impossible import impossible
from kompass_extract.review.decisions.item_kinds import LIST_KINDS, FieldKind, area_of, kind_of, label_of
from kompass_extract.review.decisions.municipality import as_registered
from kompass_extract.review.decisions.recheck import check_id, failed_by_pointer, saying
from kompass_extract.review.service.desk_values import ImpossibleError, Order, RefusedError, UnknownItemError
from kompass_extract.review.service.item_version import block_at, field_address
from kompass_extract.review.service.loaded_reviews import Case, with_decisions

MOST_CHARACTERS = 20_000
"""Of a decided text: above any paragraph; keeps a mistaken paste out of the journal."""
MOST_PLACES = 4
"""Boxes of an added item: it may run over columns and pages."""
_TICK = timedelta(microseconds=1)
_NUMBER = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,2})?")
_SPACE = re.compile(r"\s+")
_OF_ROWS = frozenset({Action.SET_QUESTION, Action.REMOVE})


@dataclass(frozen=True, slots=True)
class Author:
    """Who decides and when."""

    by: str
    at: datetime
    sampled: bool = False


def decision_of(case: Case, order: Order, author: Author) -> Decision:
    """The decision that an order is; RefusedError, UnknownItemError."""
    common = {
        "id": uuid.uuid4().hex,
        "report": case.sha256,
        "action": order.action,
        "by": author.by,
        "at": author.at.isoformat(timespec="microseconds"),
        "run": case.run,
        "sampled": author.sampled,
        "rest": _text(order.rest) if order.rest is not None else None,
        "target": order.target,
    }
    if order.action is Action.UNDO:
        raise RefusedError(reason("undo-by-id"))
    if order.action is Action.ADD:
        return _added(case, order, common)
    if order.pointer.startswith("/checks/"):
        return _accepted_finding(case, order, common)
    if order.action is Action.SET_KIND:
        return _kind_set(case, order, common)
    return _about_field(case, order, common)


def _added(case: Case, order: Order, common: dict[str, object]) -> Decision:
    if order.target is None:
        raise RefusedError(reason("say-which-list"))
    kind = LIST_KINDS.get(order.target.list, FieldKind.AREA_NAME)
    text = _text(order.value)
    if not text:
        raise RefusedError(reason("item-needs-text"))
    return Decision.model_validate(
        {
            **common,
            "pointer": "",
            "kind": kind.value,
            "area": order.target.area,
            "label": order.rest,
            "places": tuple(_on_page(case, place) for place in order.places[:MOST_PLACES]),
            "after": text,
        }
    )


def _on_page(case: Case, place: Evidence) -> Evidence:
    """A drawn box within its page, left before right and top before bottom, or a text's lines; else RefusedError."""
    page = next((one for one in case.machine.pages if one.number == place.page), None)
    if page is not None and place.bbox is None and page.kind == "text" and lines_of(place):
        return place
    if page is None or place.bbox is None or not all(map(math.isfinite, place.bbox)):
        raise RefusedError(reason("box-outside-page"))
    width, height = page.extent
    xs = sorted(min(max(x, 0.0), width) for x in place.bbox[::2])
    ys = sorted(min(max(y, 0.0), height) for y in place.bbox[1::2])
    return Evidence(page=place.page, bbox=(round(xs[0], 2), round(ys[0], 2), round(xs[1], 2), round(ys[1], 2)))


def _accepted_finding(case: Case, order: Order, common: dict[str, object]) -> Decision:
    finding = next((one for one in case.decided.findings if one.address == order.pointer), None)
    if finding is None:
        raise UnknownItemError("That check does not fail any more.")
    if order.action is not Action.ACCEPT:
        raise RefusedError(reason("finding-accepted-or-fixed"))
    said = saying(finding.check)
    return Decision.model_validate(
        {**common, "pointer": order.pointer, "kind": "finding", "area": finding.check.area, "after": said}
    )


def _kind_set(case: Case, order: Order, common: dict[str, object]) -> Decision:
    block = block_at(case.decided.report, order.pointer)
    if block is None:
        raise UnknownItemError(f"The report has no block {order.pointer}.")
    places = (block.place,)
    text = {"reading": block.text, "before": block.kind, "after": order.value}
    return Decision.model_validate(
        {**common, "pointer": order.pointer, "kind": "block", "area": block.area, "places": places, **text}
    )


def _about_field(case: Case, order: Order, common: dict[str, object]) -> Decision:
    address = field_address(case, order.pointer)
    pointer, report = case.pointers[address], case.decided.report
    field = case.fields[pointer]
    kind = kind_of(pointer)
    owner = address.removesuffix("/question") if kind is FieldKind.QUESTION else address
    of_row = order.action in _OF_ROWS and kind is FieldKind.QUESTION
    read = case.machine_fields.get(address)
    failed = failed_by_pointer(report.checks).get(pointer, [])
    other, after = order.other, _after(order, field.value, is_number(field))
    if order.action is Action.JOIN:
        common["rest"] = _joined_text(case, other)
    return Decision.model_validate(
        {
            **common,
            "pointer": owner if of_row else address,
            "kind": FieldKind.ROW.value if of_row else kind.value,
            "area": area_of(pointer, report),
            "label": label_of(pointer, report),
            "places": tuple(field.evidence),
            "reading": read.value if read is not None else None,
            "before": field.value,
            "after": as_registered(after) if kind is FieldKind.MUNICIPALITY and isinstance(after, str) else after,
            "other": other,
            "seen": tuple(sorted(check_id(check) for check in failed)),
        }
    )


def _joined_text(case: Case, other: Address | None) -> str:
    if other is None or other not in case.pointers:
        raise UnknownItemError("The item to join with is not there any more.")
    return str(case.fields[case.pointers[other]].value or "")


def _after(order: Order, shown: DecidedValue, number: bool) -> DecidedValue:
    """The value that an order asks for: of an acceptance the one that was shown."""
    if order.action is Action.ACCEPT:
        return shown
    if order.action in (Action.REJECT, Action.REMOVE):
        return None
    if order.action is Action.MOVE and order.value is None:
        return shown
    if order.action is Action.SET_QUESTION:
        return order.value or None
    if number:
        return _number(order.value)
    return _text(order.value) if order.value is not None else None


def _number(value: DecidedValue) -> int | float:
    """A number as reports print it: whole, or with one or two decimals."""
    text = str(value).strip()
    if _NUMBER.fullmatch(text) is None:
        raise RefusedError(reason("number-wanted"))
    return int(text) if text.isdecimal() else float(text.replace(",", "."))


def _text(value: DecidedValue) -> str:
    """A text as reports have it: NFC, single spaces."""
    text = _SPACE.sub(" ", unicodedata.normalize("NFC", "" if value is None else str(value))).strip()
    if len(text) > MOST_CHARACTERS:
        raise RefusedError(reason("item-too-long", most=MOST_CHARACTERS))
    return "".join(character for character in text if character.isprintable())


def applied(case: Case, decision: Decision, changes: int) -> Case:
    """The case with one more decision; RefusedError where it cannot be applied."""
    if decision.action is Action.CORRECT and decision.after in (None, ""):
        raise RefusedError(reason("correction-needs-value"))
    made = with_decisions(case, (*case.decisions, decision), changes)
    why = next((one.why for one in made.decided.orphaned if one.decision.id == decision.id), None)
    if why is not None:
        raise RefusedError(reason("cannot-be-done", reason=why))
    return made


def require_possible(made: Case, decision: Decision) -> None:
    """Raise ImpossibleError where a decision leaves a value that no report can have."""
    pointer = made.pointers.get(decision.pointer, "")
    told = impossible(made.fields, pointer) if pointer in made.fields and decision.action in VALUE_ACTIONS else None
    if told is not None:
        raise ImpossibleError(told)


def knowingly(made: Case, decision: Decision) -> Decision:
    """The decision that an impossible value stands, made in sight of the checks that it fails: they ask no more."""
    pointer = made.pointers.get(decision.pointer, "")
    if pointer not in made.fields or impossible(made.fields, pointer) is None:
        return decision
    failed = failed_by_pointer(made.decided.report.checks).get(pointer, [])
    return decision.model_copy(update={"seen": tuple(sorted({*decision.seen, *map(check_id, failed)}))})


def repeats(case: Case, decision: Decision) -> Decision | None:
    """The standing decision that says the same about the same place, as when a form was sent twice."""
    compared = ("pointer", "action", "by", "after", "rest", "other", "target", "places", "run")
    standing = [one for one in case.decisions if one.id not in case.decided.settled.voided]
    latest = [one for one in standing if one.action is not Action.UNDO and _place(one) == _place(decision)][-1:]
    return next((one for one in latest if all(getattr(one, n) == getattr(decision, n) for n in compared)), None)


def _place(decision: Decision) -> object:
    return (decision.pointer, decision.target, decision.places) if decision.action is Action.ADD else decision.pointer


def staged(case: Case, decision: Decision) -> Decision:
    """The decision as one of two blind readings, where the report is read twice; RefusedError for a second by one."""
    settled = case.decided.settled
    if decision.action not in VALUE_ACTIONS or decision.pointer.startswith("/checks/"):
        return decision
    waiting = settled.waiting.get(decision.pointer)
    if decision.pointer in settled.disputed or (waiting is not None and not case.double_reading):
        return decision.model_copy(update={"stage": "adjudication"})
    if not case.double_reading or _was_settled(case, decision.pointer):
        return decision
    second = waiting is not None and waiting.by != decision.by
    return decision.model_copy(update={"stage": "second" if second else "first"})


def _was_settled(case: Case, address: Address) -> bool:
    return any(one.pointer == address for one in case.decided.settled.effective)


def author_of(case: Case, by: str, now: datetime, *, sampled: bool) -> Author:
    """Who decides, at a time after all earlier decisions on the report, also where a clock was set back."""
    latest = max((one.at for one in case.decisions), default="")
    if latest and now.isoformat(timespec="microseconds") <= latest:
        now = datetime.fromisoformat(latest) + _TICK
    return Author(by, now, sampled)


def undo_of(case: Case, wanted: Decision, author: Author) -> Decision:
    """The decision that takes another one back."""
    return Decision(
        id=uuid.uuid4().hex,
        report=case.sha256,
        pointer=wanted.pointer,
        action=Action.UNDO,
        by=author.by,
        at=author.at.isoformat(timespec="microseconds"),
        run=case.run,
        kind=wanted.kind,
        area=wanted.area,
        before=wanted.after,
        after=wanted.before,
        voids=wanted.id,
    )
