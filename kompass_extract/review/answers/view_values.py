"""What the archive's pages show, as plain frozen values; each figure says how many values are behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One report in a list; ``place`` is the key of its municipality's page.

    ``counts`` is False for another reading of an evaluation (a scan, copy or part of it): it enters no figure.
    """

    report_id: str
    place: str
    municipality: str | None
    municipality_code: str | None
    county: str | None
    year: int | None
    edition: str | None
    total: float | None
    total_needs_review: bool
    head_needs_review: bool
    review_status: str
    open_fields: int
    fields: int
    counts: bool


@dataclass(frozen=True, slots=True)
class MunicipalityReports:
    """A municipality with its reports, newest first."""

    key: str
    name: str | None
    code: str | None
    county: str | None
    reports: tuple[ReportEntry, ...]

    @property
    def evaluations(self) -> tuple[ReportEntry, ...]:
        """The reports that count, one for each evaluation, newest first."""
        return tuple(one for one in self.reports if one.counts) or self.reports[:1]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the archive holds; ``by_county`` counts reports by county (None) and year, each evaluation once."""

    reports: int
    places: int
    reviewed: int
    values: int
    waiting: int
    items: int
    by_county: Mapping[tuple[str | None, int | None], int]
    latest: tuple[ReportEntry, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """Sure values of a group: ``n`` of them; ``left_out`` are missing or wait for review and enter no figure."""

    n: int
    left_out: int
    mean: float | None
    lower: float | None
    median: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class AreaPoint:
    """An area's score in one report, beside all reports of its edition."""

    report_id: str
    area: int
    name: str | None
    score: float | None
    needs_review: bool
    page: int | None
    among: Spread


@dataclass(frozen=True, slots=True)
class ConceptPoint:
    """A question's share of the most points, in per cent; ``row`` is its place in the score table, from 1."""

    report_id: str
    place: str
    municipality: str | None
    year: int | None
    edition: str | None
    area: int
    row: int
    question: str | None
    score: float | None
    most: float | None
    share: float | None
    needs_review: bool
    page: int | None


@dataclass(frozen=True, slots=True)
class PassageEntry:
    """A strength or improvement area; ``key`` names it as ``kompass cite`` and ``kompass search --like`` take it."""

    key: str
    area: int
    kind: str
    text: str
    needs_review: bool
    page: int | None


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A municipality's page: its reports, the newest one's areas and lists, and each concept over its reports."""

    place: MunicipalityReports
    areas: tuple[AreaPoint, ...]
    concepts: Mapping[str, tuple[ConceptPoint, ...]]
    passages: tuple[PassageEntry, ...]


@dataclass(frozen=True, slots=True)
class ConceptView:
    """A concept over the archive: each report's share, the spread by year, and the best with their strengths.

    ``latest`` holds each municipality's newest value; ``best`` are the highest sure ones of these.
    """

    concept: str
    latest: tuple[ConceptPoint, ...]
    spread: Spread
    by_year: tuple[tuple[int, Spread], ...]
    best: tuple[tuple[ConceptPoint, tuple[PassageEntry, ...]], ...]


@dataclass(frozen=True, slots=True)
class ConceptEntry:
    """A concept in a list, with the spread of its values over all reports."""

    concept: str
    spread: Spread
