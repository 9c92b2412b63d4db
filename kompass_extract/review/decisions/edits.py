"""One decision applied to a draft: values, list items, blocks and questions.

Each of these gives None, or in words why the decision cannot be applied; then the draft is as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from kompass_extract.model.document import BlockKind
from kompass_extract.model.pointers import AnyField
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.model.report import (
    Area,
    Evidence,
    NumberField,
    Review,
    ScoreRow,
    ScoreTable,
    ScoreTotal,
    TextField,
)
from kompass_extract.report.fields import missing_number, missing_text
from kompass_extract.review.decisions.block_items import DECIDED, blocks_with, item_on, mark_blocks
from kompass_extract.review.decisions.decision import Action, Address, DecidedValue, Decision, Target
from kompass_extract.review.decisions.draft import BLOCK_LISTS, Draft, ListKey, is_number, is_whole
from kompass_extract.taxonomy import load_taxonomy

ROW_NUMBER = re.compile(r"^\d?\d?(\.\d{1,2})?$")
"""A question's number as printed; "" where none was read."""
GONE = reason("decision-place-gone")
ADDED = reason("added-by-reviewer")
SPLIT_OFF = reason("split-by-reviewer")
STILL_MISSING = reason("belongs-to-added")
EDITION = "/report/edition"

Outcome = Reason | None


def edit(draft: Draft, decision: Decision) -> Outcome:
    """Apply one decision that counts."""
    return _EDITS[decision.action](draft, decision)


def _value(draft: Draft, decision: Decision) -> Outcome:
    """Accept, correct or reject; what counts is the value decided upon."""
    address = decision.pointer
    if address.startswith("/checks/"):
        return None  # an accepted finding; the report itself does not change
    if draft.report_field(address) is None or not _stands(draft, address):
        return GONE
    address = f"{address}/question" if address in draft.rows else address
    field = draft.fields[address]
    after = None if decision.action is Action.REJECT else decision.after
    wrong = unfit(field, after)
    if wrong is None:
        draft.fields[address] = decided(field, decision, after, rejected=decision.action is Action.REJECT)
    return wrong


def unfit(field: AnyField, value: DecidedValue) -> Reason | None:
    """Why a value cannot be a field's; None when it can."""
    if value is None:
        return None
    if is_number(field):
        wanted = (int,) if is_whole(field) else (int, float)
        fits = isinstance(value, wanted) and not isinstance(value, bool)
        return None if fits else reason("whole-number-wanted" if is_whole(field) else "number-wanted")
    return None if isinstance(value, str) else reason("text-wanted")


def decided(field: AnyField, decision: Decision, after: DecidedValue, *, rejected: bool = False) -> AnyField:
    """The field with what a person decided beside what was read."""
    original = field.review.original if field.review is not None else field.value
    action = "rejected" if rejected else "accepted" if after == original else "corrected"
    review = Review.model_validate({"action": action, "by": decision.by, "at": decision.at, "original": original})
    changed = {"value": after, "confidence": DECIDED, "needs_review": False, "review": review}
    return field.model_copy(update=changed)


def _split(draft: Draft, decision: Decision) -> Outcome:
    address, first, rest = decision.pointer, decision.after, decision.rest
    if address not in draft.lists or address in draft.rows:
        return GONE
    if not isinstance(first, str) or not first or not rest:
        return reason("two-texts-wanted")
    field, rank = draft.fields[address], draft.ranks[address]
    parts = sum(one[: len(rank)] == rank and len(one) == len(rank) + 1 for one in draft.ranks.values())
    draft.fields[address] = decided(field, decision, first)
    split_off = _made(decision, rest, field.evidence, SPLIT_OFF)
    draft.fields[f"@{decision.id}"] = split_off.model_copy(update={"blocks": field.blocks})
    draft.put(f"@{decision.id}", draft.lists[address], (*rank, (-parts, 0.0, 0.0, 0.0, "", "")))
    return None


def _join(draft: Draft, decision: Decision) -> Outcome:
    address, other = decision.pointer, decision.other or ""
    if address not in draft.lists or other not in draft.lists or address == other:
        return GONE
    if address in draft.rows or other in draft.rows or not isinstance(decision.after, str):
        return reason("two-texts-joined")
    field = decided(draft.fields[address], decision, decision.after)
    joined = draft.fields[other]
    places = [*field.evidence, *(one for one in joined.evidence if one not in field.evidence)]
    blocks = list(dict.fromkeys((*field.blocks, *joined.blocks)))
    draft.fields[address] = field.model_copy(update={"evidence": places, "blocks": blocks})
    draft.remove(other)
    return None


def _move(draft: Draft, decision: Decision) -> Outcome:
    address = decision.pointer
    if address not in draft.lists or address in draft.rows:
        return GONE
    field = draft.fields[address]
    key = _list_for(draft, decision.target, field.evidence)
    if isinstance(key, Reason):
        return key
    if key != draft.lists[address]:
        draft.put(address, key, draft.rank_at(key, field.evidence, decision.at, decision.id))
    after = decision.after if isinstance(decision.after, str) else field.value
    draft.fields[address] = decided(field, decision, after)
    mark_blocks(draft, field.evidence, key, ids=field.blocks)
    return None


def _remove(draft: Draft, decision: Decision) -> Outcome:
    if decision.pointer not in draft.lists:
        return GONE
    draft.remove(decision.pointer)
    return None


def _add(draft: Draft, decision: Decision) -> Outcome:
    target, address = decision.target, f"@{decision.id}"
    if target is None or not isinstance(decision.after, str) or not decision.after:
        return reason("item-needs-list")
    if target.list == "areas":
        return _add_area(draft, decision, target)
    places = draft.known_places(decision.places, decision.after)
    key = _list_for(draft, target, places)
    if isinstance(key, Reason):
        return key
    field = _made(decision, decision.after, places, ADDED)
    if key.list == "rows":
        draft.add_row(address, _row(field, decision.rest or ""))
    else:
        draft.fields[address] = field
    draft.put(address, key, draft.rank_at(key, places, decision.at, decision.id))
    mark_blocks(draft, places, key, ids=blocks_with(draft, decision.after, places))
    return None


def _add_area(draft: Draft, decision: Decision, target: Target) -> Outcome:
    if not 1 <= target.area <= 8 or draft.area_at(target.area) is not None:
        return reason("area-there-or-unknown", area=target.area)
    edition = draft.fields[EDITION].value
    missing = missing_number(STILL_MISSING)
    table = ScoreTable(
        heading=missing_text(STILL_MISSING), rows=[], total=ScoreTotal(achieved=missing, max=missing, percent=missing)
    )
    area = Area(
        number=target.area,
        area_id=load_taxonomy().area_id(str(edition) if edition else None, target.area),
        name=_made(decision, str(decision.after), draft.known_places(decision.places, str(decision.after)), ADDED),
        score=missing,
        rubrics=[],
        narrative=[],
        strengths=[],
        improvements=[],
        score_table=table,
    )
    draft.add_area(f"@{decision.id}", area)
    return None


def _set_kind(draft: Draft, decision: Decision) -> Outcome:
    """A block's kind, and with it the list that the item made of it stands in."""
    block = draft.blocks.get(decision.pointer)
    kinds = {kind.value: kind for kind in BlockKind}
    if block is None or decision.after not in kinds:
        return GONE if block is None else reason("no-such-kind")
    kind = kinds[str(decision.after)]
    area = decision.target.area if decision.target is not None else block.area
    places = [block.place]
    item = item_on(draft, block)
    listed = BLOCK_LISTS.get(kind)
    if listed is None:
        if item is not None:
            draft.remove(item)
    else:
        section = decision.target.section if decision.target is not None else None
        target = Target(area=area or 0, list=listed, section=section)
        address, action = (item, Action.MOVE) if item is not None else ("", Action.ADD)
        changes = {"pointer": address, "action": action, "target": target, "places": tuple(places)}
        text = {"after": block.text} if item is None else {"after": None}
        wrong = edit(draft, decision.model_copy(update={**changes, **text}))
        if wrong is not None:
            return wrong
    draft.blocks[decision.pointer] = block.model_copy(update={"kind": kind.value, "confidence": DECIDED, "area": area})
    return None


def _set_question(draft: Draft, decision: Decision) -> Outcome:
    row = draft.rows.get(decision.pointer)
    if row is None or decision.pointer not in draft.lists:
        return GONE
    wanted = str(decision.after) if decision.after else None
    edition = wanted.partition("/")[0] if wanted else None
    known = {question.id: question for question in load_taxonomy().questions(edition)}
    if wanted is not None and wanted not in known:
        return reason("no-such-question", question=wanted)
    concept = known[wanted].concept if wanted is not None else None
    number = decision.rest or row.number
    if not ROW_NUMBER.match(number):
        return reason("no-question-number", number=number)
    changes = {"number": number, "question_id": wanted, "concept": concept, "match_score": 1.0, "runner_up": None}
    draft.rows[decision.pointer] = row.model_copy(update=changes)
    field = draft.fields[f"{decision.pointer}/question"]
    draft.fields[f"{decision.pointer}/question"] = decided(field, decision, field.value)
    return None


def _list_for(draft: Draft, target: Target | None, places: Sequence[Evidence]) -> ListKey | Reason:
    """The list that a target names, or why there is none."""
    area = draft.area_at(target.area) if target is not None else None
    if target is None or area is None:
        return reason("no-such-area")
    if target.list == "areas":
        return reason("area-added-nothing-moves")
    if target.list != "narrative":
        return ListKey(area, target.list)
    known = target.section in draft.sections and str(target.section).startswith(f"{area}/")
    return ListKey(area, "narrative", target.section if known and target.section else draft.section_of(area, places))


def _row(question: TextField, number: str) -> ScoreRow:
    missing: NumberField = missing_number(STILL_MISSING)
    return ScoreRow(
        number=number,
        question=question,
        question_id=None,
        concept=None,
        match_score=0.0,
        achieved=missing,
        max=missing,
        percent=missing,
    )


def _made(decision: Decision, text: str, places: Sequence[Evidence], told: Reason) -> TextField:
    """A field that a person made; nothing was read there."""
    review = Review(action="corrected", by=decision.by, at=decision.at, original=None)
    return TextField(
        value=text,
        confidence=DECIDED,
        needs_review=False,
        reasons=[told],
        evidence=list(places),
        review=review,
    )


def _stands(draft: Draft, address: Address) -> bool:
    """Whether a field is still part of the report: a removed row's cells are not."""
    if address in draft.lists:
        return True
    owner = address.rpartition("/")[0]
    if owner in draft.rows:
        return owner in draft.lists
    return draft.report_field(address) is not None and address not in draft.ranks


_EDITS: Mapping[Action, Callable[[Draft, Decision], Outcome]] = {
    Action.ACCEPT: _value,
    Action.CORRECT: _value,
    Action.REJECT: _value,
    Action.SPLIT: _split,
    Action.JOIN: _join,
    Action.MOVE: _move,
    Action.REMOVE: _remove,
    Action.ADD: _add,
    Action.SET_KIND: _set_kind,
    Action.SET_QUESTION: _set_question,
    Action.UNDO: lambda *_: None,
}
