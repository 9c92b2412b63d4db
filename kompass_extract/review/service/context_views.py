"""What stands around an item, as its page shows it: table, lists, block, questions, where it can be moved."""

from __future__ import annotations

from dataclasses import dataclass

from kompass_extract.model.report import Check, Evidence
from kompass_extract.review.decisions.decision import Address, DecidedValue, ListName, Target


@dataclass(frozen=True, slots=True)
class CellView:
    """A field as its surroundings show it; ``focus`` marks the one under review."""

    pointer: Address
    value: DecidedValue
    confidence: float
    needs_review: bool
    decided: bool
    focus: bool = False
    place: Evidence | None = None


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of a score table; ``pointer`` is the row's own address (for set_question, remove)."""

    pointer: Address
    number: str
    question_id: str | None
    question: CellView
    achieved: CellView
    max: CellView
    percent: CellView


@dataclass(frozen=True, slots=True)
class TableView:
    """A whole score table with its checks."""

    heading: CellView
    score: CellView  # the chapter's printed score
    rows: tuple[RowView, ...]
    achieved: CellView
    max: CellView
    percent: CellView
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class ListView:
    """One list of an area (or one section's paragraphs), in order."""

    list: ListName
    items: tuple[CellView, ...]
    section: Address | None = None
    heading: CellView | None = None


@dataclass(frozen=True, slots=True)
class BlockView:
    """The block of the page that the value came from; ``pointer`` (``/blocks/12``) takes a set_kind."""

    pointer: Address
    kind: str
    confidence: float
    runner_up: str | None
    area: int | None
    page: int


@dataclass(frozen=True, slots=True)
class QuestionChoice:
    """A question of the taxonomy that a row may be; ``score`` is its likeness to the row, 0..1."""

    question_id: str
    number: str
    wording: str
    max_points: int
    concept: str
    score: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class TargetChoice:
    """A list that an item can be moved to, with the area's name for people."""

    target: Target
    area_name: str | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around an item; what does not apply is None or empty."""

    table: TableView | None = None
    lists: tuple[ListView, ...] = ()
    block: BlockView | None = None
    questions: tuple[QuestionChoice, ...] = ()
    targets: tuple[TargetChoice, ...] = ()
    next_in_list: Address | None = None
    next_version: str | None = None  # of ``next_in_list``
    joined_text: str | None = None  # what a join with ``next_in_list`` would read
