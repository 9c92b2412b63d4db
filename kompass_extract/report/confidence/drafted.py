"""The first guess of a confidence, made where a value is read and before its neighbours and the checks are known.

It multiplies what the stages know as if they were independent: the reader's word confidence (as the share of
texts of that confidence that are right), the classifier's probability, the match with the taxonomy, and the
share of the table's evidence.  The checks take it to tell a number read without doubt from another; the
probability in the report JSON comes from the learned model, which has the guess among its evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

TEXT_RIGHT = ((0.0, 0.2), (0.4, 0.6), (0.6, 0.85), (0.75, 0.95), (0.88, 0.99), (0.95, 0.997), (1.0, 0.999))
"""Mean word confidence of a text against the share of such texts taken to be right but for single letters."""


@dataclass(frozen=True, slots=True)
class DraftEvidence:
    """What speaks for a value; each 0..1, 1 where it does not apply.

    ``ocr`` is the reader's mean word confidence, ``classified`` the classifier's probability of the label that
    brought the value to its field, ``share`` the part of the table's evidence that the number has (None for what
    stands in no table).
    """

    ocr: float = 1.0
    classified: float = 1.0
    share: float | None = None


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """What holds whatever a model says.

    A value of a confidence, 0..1, below ``review_below`` is more likely wrong than right and always goes to a person.
    ``sure`` is the drafted confidence from which on a number counts as read without doubt, so that a disagreement with
    another such number is the report's own.
    """

    review_below: float = 0.5
    sure: float = 0.99


def draft_confidence(evidence: DraftEvidence) -> float:
    """The guessed probability, 0..1, that a value with this evidence is right."""
    if evidence.share is not None:
        return _clipped(evidence.share)
    return _clipped(_text_right(evidence.ocr) * evidence.classified)


def _text_right(ocr: float) -> float:
    for (x0, y0), (x1, y1) in pairwise(TEXT_RIGHT):
        if ocr <= x1:
            return y0 + (y1 - y0) * (max(ocr, x0) - x0) / (x1 - x0)
    return TEXT_RIGHT[-1][1]


def _clipped(value: float) -> float:
    return round(min(0.999, max(0.0, value)), 4)
