"""A reviewer's decision: what is done to which place of a report, who did it, and what stood there before.

A decision is never changed and never deleted; an undo is a decision that voids another.  It names its place by an
*address*: the JSON pointer in the machine's report, which no later split or move shifts, or ``@<decision id>`` (and
``@<decision id>/<field>``) for an item that a decision made.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from kompass_extract.model.report import Evidence, Model

Address = str
DecidedValue = str | int | float | None
ListName = Literal["strengths", "improvements", "rubrics", "narrative", "rows", "areas"]


class Action(StrEnum):
    """What a reviewer can do."""

    ACCEPT = "accept"  # the value stands; of a check: it is so on paper
    CORRECT = "correct"  # ``after`` is the value
    REJECT = "reject"  # wrong and nothing in its place, or not on the page: the value is None
    SPLIT = "split"  # one text becomes ``after`` and, as the next item, ``rest``
    JOIN = "join"  # the item at ``other`` goes on this one: together ``after``
    MOVE = "move"  # to the list ``target``
    REMOVE = "remove"  # no item at all
    ADD = "add"  # a missed item with the text ``after`` at ``places``, in the list ``target``
    SET_KIND = "set_kind"  # of a block: ``after`` is its kind, ``target`` its list where the kind has one
    SET_QUESTION = (
        "set_question"  # of a score row: ``after`` is its id, None for not in the taxonomy; ``rest`` its number
    )
    UNDO = "undo"  # the decision ``voids`` counts no more


VALUE_ACTIONS = frozenset({Action.ACCEPT, Action.CORRECT, Action.REJECT})


class Target(Model):
    """A list of the report: ``strengths`` of area 3; ``section`` is the address of a narrative's section.

    For the list ``areas`` the ``area`` is the number of the area that is missing.
    """

    area: int
    list: ListName
    section: Address | None = None


class Decision(Model):
    """One decision; ``report`` is the sha256 of the input, so that every reading of the file finds it again.

    ``places`` is where the item stood on the page, ``kind`` what it was (``FieldKind``) and ``label`` what tells it
    from others of its kind in the area (a row's number): by these a newer reading's field is found.  ``reading`` is
    what the machine read there, ``before`` the value shown, ``run`` the fingerprint of the reading it was decided on.
    ``seen`` are the failed checks (``id/area``) that named the field then.  ``stage`` tells first and second readings
    apart where a report is read twice; ``sampled`` that the field was asked about although nothing was in doubt.
    """

    id: str
    report: str
    pointer: Address
    action: Action
    by: str
    at: str
    run: str = ""
    kind: str = ""
    area: int | None = None
    label: str | None = None
    places: tuple[Evidence, ...] = ()
    reading: DecidedValue = None
    before: DecidedValue = None
    after: DecidedValue = None
    rest: str | None = None
    other: Address | None = None
    target: Target | None = None
    voids: str | None = None
    seen: tuple[str, ...] = ()
    stage: Literal["only", "first", "second", "adjudication"] = "only"
    sampled: bool = False

    @property
    def order(self) -> tuple[str, str]:
        """Decisions on one place follow each other in this order: time, then id."""
        return self.at, self.id
