"""What a report says about itself, each value with where it was read and how surely."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from kompass_extract.model.document import Block
from kompass_extract.model.readings import Place, merged_places, place_of
from kompass_extract.model.reasons import Reason

T = TypeVar("T", str, int)


@dataclass(frozen=True)
class MetadataReading(Generic[T]):
    """A value with its confidence (0..1), the text it came from, its places, and why it is doubtful or missing.

    ``value`` None means that the report does not say it, or not readably; ``reasons`` then tells which.
    """

    value: T | None
    confidence: float
    raw: str | None = None
    places: tuple[Place, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluatorReading:
    """A person who evaluated, with the organisation printed for them."""

    name: MetadataReading[str]
    affiliation: MetadataReading[str]


@dataclass(frozen=True, slots=True)
class OverviewReading:
    """A row of the area scores over several evaluations; ``number`` None is the total, ``values`` by column head."""

    number: int | None
    label: MetadataReading[str]
    values: tuple[tuple[str, MetadataReading[int]], ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """The report as a whole; ``evaluation_date`` is "2018-12", ``total`` the printed total of all areas."""

    municipality: MetadataReading[str]
    municipality_code: MetadataReading[str]
    title: MetadataReading[str]
    year: MetadataReading[int]
    evaluation_date: MetadataReading[str]
    evaluators: tuple[EvaluatorReading, ...]
    total: MetadataReading[int]
    overview: tuple[OverviewReading, ...] = ()


def places(blocks: Iterable[Block]) -> tuple[Place, ...]:
    """One place per page around ``blocks``, in page order."""
    return merged_places(map(place_of, blocks))


def confidence(blocks: Iterable[Block]) -> float:
    """The reading confidence of the least sure of ``blocks``; 1 when there are none."""
    return min((block.confidence for block in blocks), default=1.0)
