"""What comparisons count, in memory: the scores of each area and the shares of each question over all reports.

A measure is read when it is first asked for and stays until the archive changes, so that the next comparison of any
report costs some additions.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

HUNDRED = 100.0  # most points of an area, and per cent
_REPORTS = "SELECT report_id, municipality, municipality_code, county, year, edition, evaluation, counts FROM reports"
_AREAS = (
    "SELECT area, report_id, score, 100.0, needs_review FROM areas INDEXED BY ix_areas_edition "
    "WHERE edition IS ? AND area IN (SELECT value FROM json_each(?))"
)
_QUESTIONS = (
    "SELECT {key}, report_id, score, max, needs_review OR max_needs_review FROM questions "
    "WHERE {key} IN (SELECT value FROM json_each(?))"
)
QUARTERS = np.array((0.25, 0.5, 0.75))


@dataclass(frozen=True, slots=True)
class ArchiveMeasure:
    """One measure over all reports, lowest value first: number of the report and value; ``sure`` may be counted.

    A missing value is NaN, last and not sure.  ``levels`` are the most points that occur, ``level`` which of them each
    value has.
    """

    reports: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    sure: npt.NDArray[np.bool_]
    levels: npt.NDArray[np.float64]
    level: npt.NDArray[np.int64]


class Measures:
    """The measures of one state of an archive, and its reports by number."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.reports: Sequence[sqlite3.Row] = connection.execute(_REPORTS).fetchall()
        self.numbers: Mapping[str, int] = {row["report_id"]: number for number, row in enumerate(self.reports)}
        self._known: dict[tuple[str, object], ArchiveMeasure] = {}

    def areas(self, edition: str | None, areas: Iterable[int]) -> dict[object, ArchiveMeasure]:
        """Return the scores of an edition's areas, by the area's number."""
        return self._measures(f"area of {edition}", areas, lambda asked: (_AREAS, (edition, asked)))

    def questions(self, key: str, wanted: Iterable[str]) -> dict[object, ArchiveMeasure]:
        """Return the shares of questions by ``key``, which is ``concept`` or ``question_id``."""
        return self._measures(key, wanted, lambda asked: (_QUESTIONS.format(key=key), (asked,)))

    def _measures(self, kind: str, wanted: Iterable[object], query: Any) -> dict[object, ArchiveMeasure]:
        asked = list(dict.fromkeys(wanted))
        missing = [one for one in asked if (kind, one) not in self._known]
        if missing:
            cursor = self._connection.cursor()
            cursor.row_factory = None
            found: dict[object, list[tuple[Any, ...]]] = {one: [] for one in missing}
            for key, *rest in cursor.execute(*query(json.dumps(missing))):
                found[key].append(tuple(rest))
            self._known |= {(kind, one): self._measure(rows) for one, rows in found.items()}
        return {one: self._known[kind, one] for one in asked}

    def _measure(self, rows: Sequence[tuple[Any, ...]]) -> ArchiveMeasure:
        reports, scores, mosts, unsure = zip(*rows, strict=True) if rows else ((), (), (), ())
        score = np.array(scores, dtype=np.float64)  # None becomes NaN
        most = np.array(mosts, dtype=np.float64)
        most[most == 0] = np.nan
        value = np.where(most == HUNDRED, score, HUNDRED * score / most)
        order = np.argsort(value, kind="stable")
        number = np.array([self.numbers[one] for one in reports], dtype=np.int64)
        sure = ~np.array(unsure, dtype=np.bool_) & ~np.isnan(value)
        levels, level = np.unique(most, return_inverse=True)
        return ArchiveMeasure(number[order], value[order], sure[order], levels, level[order])


def quartiles(ordered: npt.NDArray[np.float64]) -> list[float]:
    """Return the lower quartile, median and upper quartile of ordered values, as Excel's QUARTILE.INC and pandas do."""
    last = len(ordered) - 1
    found: list[float] = np.interp(QUARTERS * last, np.arange(last + 1), ordered).tolist()
    return found
