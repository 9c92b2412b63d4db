"""A whole row of a score table at once: read from its text into number, question, points, maximum and percent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kompass_extract.model.reasons import Reason, reason
from kompass_extract.review import Action
from kompass_extract.review.service import Desk
from kompass_extract.review.service.desk_values import Conflict, Order, UnknownItemError
from kompass_extract.web.orders import BadFormError, number_of

CELLS = ("max", "achieved", "percent")
"""The numbers of a row, in the order in which they are saved: points are compared with their maximum."""
MOST_OF_AN_AREA = 100
_QUESTION_NUMBER = re.compile(r"\d{1,2}\.\d{1,2}\.?")
_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?%?")


@dataclass(frozen=True, slots=True)
class RowText:
    """A row's cells as text, "" for what does not stand there."""

    number: str
    question: str
    achieved: str
    max: str
    percent: str


def read_row(text: str) -> RowText:
    """The cells of a row that is written in one line: the numbers stand last, percent last of these."""
    words = re.sub(r"\s+%", "%", text.replace("|", " ").replace("\t", " ")).split()
    number = words.pop(0).rstrip(".") if words and _QUESTION_NUMBER.fullmatch(words[0]) else ""
    numbers: list[str] = []
    while words and len(numbers) < len(CELLS) and _NUMBER.fullmatch(words[-1]):
        numbers.insert(0, words.pop())
    percent = numbers.pop().rstrip("%") if numbers and (numbers[-1].endswith("%") or len(numbers) == len(CELLS)) else ""
    achieved, most = [*(one.rstrip("%") for one in numbers), "", ""][:2]
    return RowText(number, " ".join(words), achieved, most, percent)


def row_numbers(form: Mapping[str, str]) -> dict[str, int | float]:
    """The numbers of a row in a form, by their cell; BadFormError where one is no number."""
    found: dict[str, int | float] = {}
    for name in CELLS:
        text = form.get(name, "").strip().rstrip("%").strip()
        if not text:
            continue
        value = number_of(text)
        if value is None:
            raise BadFormError("page.bad_number")
        found[name] = value
    return found


def impossible_row(numbers: Mapping[str, int | float]) -> Reason | None:
    """Say why a row of these numbers cannot be."""
    if "achieved" in numbers and numbers["achieved"] > numbers.get("max", numbers["achieved"]):
        return reason("above-max", value=numbers["achieved"], max=numbers["max"])
    above = next((value for value in numbers.values() if value > MOST_OF_AN_AREA), None)
    return reason("above-hundred", value=above) if above is not None else None


def save_cells(desk: Desk, place: tuple[str, str], numbers: Mapping[str, int | float], *, by: str) -> None:
    """Save the numbers of the row at ``place`` (report id, address); what fails half-way stays open."""
    report_id, row = place
    for pointer, value in _ordered(row, numbers):
        version = desk.item(report_id, pointer, reviewer=by).version
        order = Order(action=Action.CORRECT, pointer=pointer, value=value, confirmed=True)
        outcome = desk.decide(report_id, order, by=by, seen=version)
        if isinstance(outcome, Conflict):
            raise UnknownItemError("the row was changed meanwhile")


def _ordered(row: str, numbers: Mapping[str, int | float]) -> Iterator[tuple[str, int | float]]:
    return ((f"{row}/{name}", numbers[name]) for name in CELLS if name in numbers)
