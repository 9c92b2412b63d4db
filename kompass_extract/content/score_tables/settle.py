"""The decision about every number of a table, from the shares that the evidence gives its values.

A number read well stays as printed unless all other evidence is against it, and then a person is asked.  A
misread one is put right where one reading is left, its raw text kept and the reason said.  A number that was not read
at all may follow from the others: then it is offered, never accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kompass_extract.content.numbers import WELL_READ, CandidateOrigin, NumberReading, rounded
from kompass_extract.content.score_tables.shares import RowShares, Shares, table_shares
from kompass_extract.content.score_tables.table_values import NO_CELL, CellReading, Numbers, ScoreTableReading
from kompass_extract.model.readings import Place
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.model.report import Number

SETTLED = 0.98
"""Share of the evidence, 0..1, from which on one reading is left."""
DERIVABLE = 0.9
"""Share from which on a value that was not read is offered for review; below, the field stays empty."""
WORTH_OFFERING = 0.01
MAX_ALTERNATIVES = 4
SAME_ELSEWHERE = 20.0
"""How much likelier a chapter's score is that the table's total repeats (18 of 20 labelled areas)."""
READ = frozenset({CandidateOrigin.PRINTED, CandidateOrigin.SECOND_READER})


@dataclass(frozen=True, slots=True)
class SettledNumber:
    """A cell's value after all evidence; ``share`` is its part of the evidence, 0..1.

    ``doubts`` not empty means that a person must look; ``alternatives`` are other values with their shares.
    ``value`` None: nothing was read and nothing certain follows from the rest.
    """

    value: Number | None
    share: float
    raw: str | None
    place: Place | None
    ocr_confidence: float
    certain: bool = False
    alternatives: tuple[tuple[int, float], ...] = ()
    doubts: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class SettledNumbers:
    """A row's numbers; ``percent`` is None where the table has no such column."""

    achieved: SettledNumber
    max: SettledNumber
    percent: SettledNumber | None


@dataclass(frozen=True, slots=True)
class SettledTable:
    """A table's numbers in the order of its rows, and its totals."""

    table: ScoreTableReading
    rows: tuple[SettledNumbers, ...]
    total: SettledNumbers


def settle_table(
    table: ScoreTableReading, fixed: Sequence[frozenset[int]], chapter_score: NumberReading | None = None
) -> SettledTable:
    """Choose every number of ``table``.

    ``fixed`` holds per row the max points that the edition allows, empty where the question is not known.
    """
    total = table.total or Numbers()
    numbers = [row.numbers for row in table.rows]
    shares, whole = table_shares(numbers, total, fixed, has_percent=table.has_percent, chapter_score=chapter_score)
    rows = tuple(_settled(own, share) for own, share in zip(numbers, shares, strict=True))
    return SettledTable(table, rows, _settled(total, whole))


def _settled(numbers: Numbers, shares: RowShares) -> SettledNumbers:
    return SettledNumbers(
        achieved=settled_number(numbers.achieved, shares.achieved),
        max=settled_number(numbers.max, shares.max),
        percent=settled_number(numbers.percent, shares.percent) if shares.percent is not None else None,
    )


def settled_number(cell: CellReading, shares: Shares) -> SettledNumber:
    """The decision about one cell from the shares of its values."""
    reading = cell.reading
    value = int(np.argmax(shares))
    if reading is None or not reading.candidates:
        return _derived(cell, shares, value)
    origins = {candidate.value: candidate.origin for candidate in reading.candidates}
    doubts: list[Reason] = []
    if value not in origins:
        doubts.append(reason("other-numbers-ask", raw=reading.raw, value=value))
        value = reading.candidates[0].value
    exact = reading.decimal if reading.decimal is not None and rounded(reading.decimal) == value else None
    as_read = origins[value] is CandidateOrigin.PRINTED or exact is not None
    reasons = () if as_read else (reason("number-repaired", raw=reading.raw, reason=reason(origins[value].value)),)
    doubts.extend(_doubts(reading, value, origins[value], float(shares[value])))
    return SettledNumber(
        value=value if exact is None else exact,
        share=float(shares[value]),
        raw=reading.raw,
        place=cell.place,
        ocr_confidence=reading.confidence,
        certain=reading.certain,
        alternatives=_others(shares, value),
        doubts=tuple(doubts),
        reasons=reasons,
    )


def settled_alone(cell: CellReading, hint: Number | None) -> SettledNumber:
    """The decision about a number outside of any table (a chapter's score); ``hint`` is what it should equal.

    The hint confirms a reading or chooses between those of a garbled number; a number read well stays.
    """
    shares = np.zeros(101)
    expected = None if hint is None else rounded(hint)
    for candidate in cell.reading.candidates if cell.reading else ():
        shares[candidate.value] += candidate.weight * (SAME_ELSEWHERE if candidate.value == expected else 1.0)
    if shares.sum() > 0:
        shares /= shares.sum()
        return settled_number(cell, shares)
    if expected is not None:
        shares[expected] = 1.0
    return _derived(cell, shares, int(np.argmax(shares)))


def _doubts(reading: NumberReading, value: int, origin: CandidateOrigin, share: float) -> list[Reason]:
    if reading.certain:
        return []
    doubts = (
        [reason("number-repaired", raw=reading.raw, reason=reason("above-limit")).doubted()]
        if reading.beyond_limit
        else []
    )
    if reading.printed not in (None, value) and reading.confidence >= WELL_READ and origin not in READ:
        doubts.append(reason("well-read-but-others-ask", value=reading.printed, other=value))
    if origin is CandidateOrigin.ROUNDED and reading.decimal is None:
        doubts.append(reason("printed-rounded", raw=reading.raw))
    if share < SETTLED:
        doubts.append(reason("several-readings"))
    return doubts


def _derived(cell: CellReading, shares: Shares, value: int) -> SettledNumber:
    """A number that was not read: empty, or offered for review where the others leave one value."""
    raw = cell.reading.raw if cell.reading else None
    share = float(shares[value])
    known = share >= DERIVABLE
    return SettledNumber(
        value=value if known else None,
        share=share if known else 0.0,
        raw=raw,
        place=cell.place,
        ocr_confidence=0.0,
        alternatives=_others(shares, value if known else None),
        doubts=(_not_read(raw, value if known else None),),
    )


def _not_read(raw: str | None, value: int | None) -> Reason:
    """Why a cell has no number of its own; ``value`` is what follows from the others, None for nothing."""
    if value is None:
        return reason("no-number-in", raw=raw) if raw else reason("no-number-read")
    return reason("follows-no-number", raw=raw, value=value) if raw else reason("follows-unread", value=value)


def _others(shares: Shares, value: int | None) -> tuple[tuple[int, float], ...]:
    ranked = sorted(((int(v), float(shares[v])) for v in np.flatnonzero(shares >= WORTH_OFFERING)), key=lambda p: -p[1])
    return tuple((other, share) for other, share in ranked if other != value)[:MAX_ALTERNATIVES]


NOTHING_READ = settled_alone(NO_CELL, None)
