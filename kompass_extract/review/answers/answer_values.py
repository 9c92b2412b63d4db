"""What is asked of an archive and what is answered, as plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from kompass_extract.errors import UsageError
from kompass_extract.model.tidy_rows import Cell

Kind = str
"""One of ``KINDS``."""
KINDS: tuple[Kind, ...] = ("strength", "improvement", "narrative")


def require_several(name: str, values: object) -> None:
    """UsageError for one value where several are taken: a text would be taken for its letters."""
    if isinstance(values, str | int):
        raise UsageError(f"{name} takes several values, such as ({values!r},), and not {values!r} alone.")


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

    def __post_init__(self) -> None:
        for name in ("editions", "counties", "years", "municipalities"):
            require_several(name, getattr(self, name))


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

    def __post_init__(self) -> None:
        for name in ("kinds", "areas"):
            require_several(name, getattr(self, name))
        unknown = [one for one in self.kinds if one not in KINDS]
        if unknown:
            raise UsageError(f"{unknown[0]!r} is no kind of passage. Choose from {', '.join(KINDS)}.")


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


_CAUTIONS = {
    "edition_unknown": "The report's edition is not known; its areas are compared with reports of no known edition.",
    "other_reading": "This reading does not count: {detail} stands for the evaluation, and enters others' figures.",
    "head_waits": "The report's municipality, year or edition waits for review; its groups may be wrong.",
    "other_editions": "{group}: holds reports of other editions ({detail}). Their areas are left out, "
    "their questions are compared by concept.",
    "max_differs": "{subject}: the most points differ in {group} ({detail}); per cent of the most are compared.",
    "alone": "The archive has no other report of its edition, county or groups, and no earlier one of the "
    "municipality. Name reports to compare with.",
    "few": "{group}: only {detail} reports; read its figures with care.",
}


@dataclass(frozen=True, slots=True)
class Caution:
    """Why numbers must not be compared without thought, as a code with its values."""

    code: str
    group: str = ""
    detail: str = ""
    subject: str = ""

    @property
    def sentence(self) -> str:
        """The caution in English."""
        return _CAUTIONS[self.code].format(group=self.group, detail=self.detail, subject=self.subject)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A report beside others; ``warnings`` say where numbers must not be compared without thought.

    ``cautions`` are the same as codes.
    """

    report_id: str
    municipality: str | None
    year: int | None
    edition: str | None
    areas: tuple[Compared, ...]
    questions: tuple[Compared, ...]
    warnings: tuple[str, ...]
    cautions: tuple[Caution, ...] = ()


Rows = list[dict[str, Cell]]
