"""What a form orders: the fields of a decision's form as the desk takes them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import get_args

from kompass_extract.model.report import BlockKindName, Evidence
from kompass_extract.review import Action, DecidedValue, ListName, Target
from kompass_extract.review.service.desk_values import Item, Order

LONGEST_TEXT = 50_000  # characters; the longest paragraph of a report has some thousand
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,6}")
SAVE = "save"
"""A form's action that accepts the value where it is unchanged and corrects it where it is not."""

KINDS: tuple[BlockKindName, ...] = get_args(BlockKindName)
KIND_LISTS: dict[str, ListName] = {
    "strength": "strengths",
    "improvement": "improvements",
    "rubric": "rubrics",
    "narrative": "narrative",
}
"""The list that a block of that kind has its text in."""

FormValues = Mapping[str, str]


class BadFormError(Exception):
    """The form cannot be a decision; ``key`` are the words that say why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def order_of(form: FormValues, item: Item) -> Order:
    """The decision about ``item`` that a form asks for; BadFormError where it is none."""
    asked = form.get("action", "")
    if asked == SAVE:
        return _save(form, item)
    if asked not in set(Action) - {Action.UNDO, Action.ADD}:
        raise BadFormError("error.bad_request")
    action = Action(asked)
    value: DecidedValue = None
    if action in (Action.CORRECT, Action.SPLIT, Action.JOIN):
        value = _value(form, item)
    elif action in (Action.SET_KIND, Action.SET_QUESTION):
        value = _text(form.get("value", "")) or None
    return Order(
        action=action,
        pointer=item.pointer,
        value=value,
        rest=_text(form.get("rest", "")) if action is Action.SPLIT else None,
        other=form.get("other") or None if action is Action.JOIN else None,
        target=_target(_target_asked(form, action)),
    )


def added_item(form: FormValues, page: int) -> Order:
    """A missed item at a drawn box of a page; BadFormError says what is lacking."""
    text, listed = _text(form.get("text", "")), _target(f"{form.get('area', '')}:{form.get('list', '')}:")
    if listed is None:
        raise BadFormError("error.bad_request")
    if not text:
        raise BadFormError("page.no_text")
    x0, y0, x1, y1 = (_coordinate(form.get(name, "")) for name in ("x0", "y0", "x1", "y1"))
    if x0 is None or y0 is None or x1 is None or y1 is None or x0 >= x1 or y0 >= y1:
        raise BadFormError("page.bad_box")
    place = Evidence(page=page, bbox=(x0, y0, x1, y1))
    number = _text(form.get("number", "")) if listed.list == "rows" else None
    return Order(action=Action.ADD, value=text, rest=number or None, target=listed, places=(place,))


def target_value(target: Target) -> str:
    """A target as a form's value; ``_target`` reads it."""
    return f"{target.area}:{target.list}:{target.section or ''}"


def _save(form: FormValues, item: Item) -> Order:
    value = _value(form, item)
    same = value == item.value and Action.ACCEPT in item.actions
    action = Action.ACCEPT if same else Action.CORRECT
    return Order(action=action, pointer=item.pointer, value=None if same else value)


def _target_asked(form: FormValues, action: Action) -> str:
    """The form's value of the list that an item goes to; empty for what stays where it is."""
    if action is Action.SET_KIND:
        return f"{form.get('block_area', '')}:{KIND_LISTS.get(form.get('value', ''), '')}:"
    return form.get("target", "") if action is Action.MOVE else ""


def _value(form: FormValues, item: Item) -> DecidedValue:
    """The value written: a number where it looks like one and the item wants one, else text for the desk to judge."""
    text = _text(form.get("value", ""))
    if item.number:
        return int(text) if _WHOLE_NUMBER.fullmatch(text) else text or None
    return text


def _text(given: str) -> str:
    """Text in one line, as report JSON has it; line ends of a field that wraps are spaces."""
    return " ".join(given[:LONGEST_TEXT].split())


def _target(given: str) -> Target | None:
    area, _, rest = given.partition(":")
    name, _, section = rest.partition(":")
    names: tuple[ListName, ...] = get_args(ListName)
    chosen = next((one for one in names if one == name), None)
    if chosen is None or area not in tuple("12345678"):
        return None
    return Target(area=int(area), list=chosen, section=section or None)


def _coordinate(given: str) -> float | None:
    try:
        value = float(given.replace(",", "."))
    except ValueError:
        return None
    return round(value, 2) if math.isfinite(value) and 0 <= value <= 10_000 else None
