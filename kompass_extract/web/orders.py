"""What a form orders: the fields of a decision's form as the desk takes them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import get_args

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.model.geometry import Box, union
from kompass_extract.model.report import BlockKindName, Evidence
from kompass_extract.review import Action, DecidedValue, ListName, Target
from kompass_extract.review.service.desk_values import Item, Order
from kompass_extract.review.service.text_source import TextLine

LONGEST_TEXT = 50_000  # characters; the longest paragraph of a report has some thousand
_TAG = re.compile(r"<[^<>]{1,200}>")
_NUMBER = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?")
ABSENT = "absent"
"""A form's action that says that the report does not print what is missing."""
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
    if item.value is None and "value" in form and not is_changed(form, item) and asked in (SAVE, Action.ACCEPT):
        raise BadFormError("item.nothing_written")
    if asked == ABSENT:
        return Order(action=Action.ACCEPT, pointer=item.pointer) if not is_changed(form, item) else _save(form, item)
    if asked == SAVE or (asked == Action.ACCEPT and "value" in form and Action.CORRECT in item.actions):
        return _save(form, item)
    if asked in (Action.REJECT, Action.REMOVE) and "value" in form and is_changed(form, item):
        raise BadFormError("item.changed_and_rejected")
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
        other_seen=form.get("other_version") if action is Action.JOIN else None,
        target=_target(_target_asked(form, action)),
        confirmed=form.get("confirmed") == "1",
    )


def added_item(form: FormValues, page: int, *, lines: Sequence[TextLine] = (), place: Evidence | None = None) -> Order:
    """A missed item at a drawn box of a page, or on ``lines`` of a text; BadFormError says what is lacking.

    ``place`` is where the lines stand; None for a page that a box is drawn on.
    """
    text, listed = _text(form.get("text", "")), _target(f"{form.get('area', '')}:{form.get('list', '')}:")
    if listed is None:
        raise BadFormError("error.bad_request")
    text = text or _text(join_lines([_TAG.sub(" ", line.text) for line in lines]))
    if not text:
        raise BadFormError("page.no_text")
    number = _text(form.get("number", "")) if listed.list == "rows" else None
    place = place or _on_page(page, _drawn_box(form))
    return Order(action=Action.ADD, value=text, rest=number or None, target=listed, places=(place,))


def place_of(page: int, lines: Sequence[TextLine], chosen: Sequence[TextLine]) -> Evidence | None:
    """Where the chosen lines of a text's page stand; None for no lines.

    In a report that gave boxes to texts they stand on their blocks, else on those of the nearest line.
    """
    if not chosen:
        return None
    known = [line for line in lines if line.boxes]
    if not known:
        return Evidence(page=page, bbox=None, line=chosen[0].number, last_line=chosen[-1].number)
    boxes = [box for line in chosen for box in line.boxes]
    return _on_page(page, union(boxes or min(known, key=lambda line: abs(line.number - chosen[0].number)).boxes))


def _on_page(page: int, box: Box) -> Evidence:
    return Evidence(page=page, bbox=(box.x0, box.y0, box.x1, box.y1))


def _drawn_box(form: FormValues) -> Box:
    x0, y0, x1, y1 = (_coordinate(form.get(name, "")) for name in ("x0", "y0", "x1", "y1"))
    if x0 is None or y0 is None or x1 is None or y1 is None or x0 >= x1 or y0 >= y1:
        raise BadFormError("page.bad_box")
    return Box(x0, y0, x1, y1)


def target_value(target: Target) -> str:
    """A target as a form's value; ``_target`` reads it."""
    return f"{target.area}:{target.list}:{target.section or ''}"


def _save(form: FormValues, item: Item) -> Order:
    """Accept the value where it stands as it was shown, correct it where it does not, whatever key was pressed."""
    same = Action.ACCEPT in item.actions and not is_changed(form, item)
    return Order(
        action=Action.ACCEPT if same else Action.CORRECT,
        pointer=item.pointer,
        value=None if same else _value(form, item),
        confirmed=form.get("confirmed") == "1",
    )


def is_changed(form: FormValues, item: Item) -> bool:
    """Whether the form's value is another than the one that the item's page showed."""
    if not item.number:
        return _text(form.get("value", "")) != _text("" if item.value is None else str(item.value))
    return _value(form, item) != item.value


def _target_asked(form: FormValues, action: Action) -> str:
    """The form's value of the list that an item goes to; empty for what stays where it is."""
    if action is Action.SET_KIND:
        return f"{form.get('block_area', '')}:{KIND_LISTS.get(form.get('value', ''), '')}:"
    return form.get("target", "") if action is Action.MOVE else ""


def _value(form: FormValues, item: Item) -> DecidedValue:
    """The value written: a number where it looks like one and the item wants one, else text for the desk to judge."""
    text = _text(form.get("value", ""))
    if not item.number:
        return text
    number = number_of(text)
    return number if number is not None else text or None


def number_of(text: str) -> int | float | None:
    """The number that a text is, as reports print them: whole, or with one or two decimals."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    return int(found[1]) if not (found[2] or "").strip("0") else float(f"{found[1]}.{found[2]}")


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
