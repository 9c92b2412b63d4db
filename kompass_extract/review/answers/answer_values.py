"""What is asked of an archive and what is answered, as plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from kompass_extract.model.tidy_rows import Cell

Kind = str
"""``strength``, ``improvement`` or ``narrative``."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which reports are meant; an empty tuple allows all.

    ``reviewed_only`` keeps the reports whose review is finished, ``once`` those that stand for their evaluation, so
    that no evaluation counts twice.  A municipality is given by its name or its code.
    """

    editions: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    municipalities: tuple[str, ...] = ()
    reviewed_only: bool = False
    once: bool = False


EVERY_REPORT = Choice()
EVERY_EVALUATION = Choice(once=True)


@dataclass(frozen=True, slots=True)
class PassageChoice:
    """Which passages are meant beside the choice of reports.

    ``concept`` keeps the areas whose edition has a question about that concept.  ``min_score`` keeps the areas
    whose score is at least that and is not waiting for review.
    """

    kinds: tuple[Kind, ...] = ()
    areas: tuple[int, ...] = ()
    concept: str | None = None
    min_score: float | None = None


EVERY_PASSAGE = PassageChoice()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers; ``key`` names it, ``marks`` are the spans of the found words within ``snippet``."""

    key: str
    rank: float
    report_id: str
    municipality: str | None
    year: int | None
    edition: str | None
    area: int
    kind: Kind
    score: float | None
    score_needs_review: bool
    needs_review: bool
    page: int | None
    snippet: str
    marks: tuple[tuple[int, int], ...]
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One value of a report among those of a group; None where the group has no sure value.

    ``n`` counts the sure values, the report's own among them.  ``rank`` is 1 for the highest; it is None where the
    own value is missing or waits for review.  ``left_out`` counts values that wait for review.
    """

    group: str
    n: int
    left_out: int
    mean: float | None
    median: float | None
    lower_quartile: float | None
    upper_quartile: float | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class Compared:
    """An area's score (points of 100) or a question's share of its maximum (per cent) beside the groups'."""

    measure: str
    area: int
    id: str | None
    concept: str | None
    label: str | None
    value: float | None
    needs_review: bool
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A report beside others; ``warnings`` say where numbers must not be compared without thought."""

    report_id: str
    municipality: str | None
    year: int | None
    edition: str | None
    areas: tuple[Compared, ...]
    questions: tuple[Compared, ...]
    warnings: tuple[str, ...]


Rows = list[dict[str, Cell]]
