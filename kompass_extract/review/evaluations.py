"""Readings of one evaluation recognised as such: a scan, a copy, the born-digital file, a part of it.

They are of one municipality, of one year and edition where both say them, and their numbers are alike.  One of them,
the best, stands for the evaluation wherever an archive counts evaluations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from kompass_extract.model.report import Report

ALIKE = 0.8
"""Share of the numbers that both have which must be equal: poor scans misread a tenth of them."""
FEWEST = 3
"""Numbers that two readings must have in common: fewer are equal by chance."""
ALIKE_OF_ANOTHER_YEAR = 0.95
FEWEST_OF_ANOTHER_YEAR = 12
"""The same where the years or editions differ, which then one of the readings has wrong: no two evaluations of a
municipality give the same points for nearly every question."""
KINDS = ("born_digital", "mixed", "scanned", "text")
"""Kinds of source, the best to cite first: a text has no pages that a value could be shown on."""

Score = int | float


@dataclass(frozen=True, slots=True)
class EvaluationReading:
    """What of a report tells which evaluation it is of, and how good a reading it is.

    ``scores`` are its numbers by area and question; ``open_share`` the share of its values that wait for a person.
    """

    report_id: str
    municipality: str | None
    year: int | None
    edition: str | None
    scores: Mapping[str, Score]
    areas: int
    reviewed: bool
    open_share: float
    kind: str

    @property
    def worth(self) -> tuple[int, bool, int, float, str]:
        """An order of readings, the best first: whole, reviewed, with pages to cite, little in doubt."""
        place = KINDS.index(self.kind) if self.kind in KINDS else len(KINDS)
        return -self.areas, not self.reviewed, place, self.open_share, self.report_id


def reading_of(report: Report) -> EvaluationReading:
    """What a report says of its evaluation."""
    info = report.report
    return EvaluationReading(
        report_id=report.report_id,
        municipality=info.municipality_code.value or info.municipality.value,
        year=info.year.value,
        edition=info.edition.value,
        scores=_scores(report),
        areas=len(report.areas),
        reviewed=report.review.status == "reviewed",
        open_share=report.review.open / max(1, report.review.total),
        kind=report.source.kind,
    )


def _scores(report: Report) -> dict[str, Score]:
    found: dict[str, Score] = {}
    for area in report.areas:
        if area.score.value is not None:
            found[f"{area.number}"] = area.score.value
        for row in area.score_table.rows:
            if row.achieved.value is not None and row.number:
                found[f"{area.number}/{row.number}"] = row.achieved.value
    return found


def same_evaluation(one: EvaluationReading, other: EvaluationReading) -> bool:
    """Whether two readings are of one evaluation."""
    if one.municipality is None or one.municipality != other.municipality:
        return False
    differ = _differ(one.year, other.year) or _differ(one.edition, other.edition)
    common = one.scores.keys() & other.scores.keys()
    equal = sum(one.scores[key] == other.scores[key] for key in common)
    fewest, alike = (FEWEST_OF_ANOTHER_YEAR, ALIKE_OF_ANOTHER_YEAR) if differ else (FEWEST, ALIKE)
    return len(common) >= fewest and equal >= alike * len(common)


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


def evaluations(readings: Iterable[EvaluationReading]) -> dict[str, str]:
    """For each report the id of the one that stands for its evaluation, its own where it is that or the only one."""
    by_place: dict[str, list[EvaluationReading]] = {}
    found: dict[str, str] = {}
    for one in readings:
        found[one.report_id] = one.report_id
        if one.municipality is not None:
            by_place.setdefault(one.municipality, []).append(one)
    for those in by_place.values():
        for group in _groups(those):
            best = min(group, key=lambda one: one.worth)
            found.update((one.report_id, best.report_id) for one in group)
    return found


def _groups(readings: Sequence[EvaluationReading]) -> list[list[EvaluationReading]]:
    """Readings that are connected: two parts of an evaluation are, by a reading of the whole."""
    of = list(range(len(readings)))
    for one, other in combinations(range(len(readings)), 2):
        if of[one] != of[other] and same_evaluation(readings[one], readings[other]):
            joined, kept = of[other], of[one]
            of = [kept if group == joined else group for group in of]
    return [[one for one, mine in zip(readings, of, strict=True) if mine == group] for group in dict.fromkeys(of)]
