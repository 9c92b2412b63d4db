"""The last word on every Field: its calibrated probability, and whether a person is asked.

A person is asked where the probability is below the family's threshold, and wherever a stage already asked: a doubt
with a reason and a failed check are never overruled.  Values are never changed here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from kompass_extract.confidence.draft import ReviewSettings
from kompass_extract.confidence.evidence import FieldEvidence
from kompass_extract.confidence.gather import Known, gather
from kompass_extract.confidence.model import ConfidenceModel
from kompass_extract.document import LabelledBlock, Page
from kompass_extract.pointers import AnyField, escaped
from kompass_extract.report import Field, Model, Report

AnyModel = TypeVar("AnyModel", bound=Model)
Judged = Callable[[str, AnyField], AnyField]


def trusted(
    report: Report, blocks: Sequence[LabelledBlock], pages: Sequence[Page], model: ConfidenceModel, known: Known
) -> Report:
    """``report`` with the model's confidences; its review counts are left to the caller."""
    evidence = gather(report, blocks, pages, known)
    return with_verdicts(report, evidence, model)


def with_verdicts(report: Report, evidence: Mapping[str, FieldEvidence], model: ConfidenceModel) -> Report:
    """``report`` with the verdicts of ``model`` on the Fields that ``evidence`` is about."""

    least = ReviewSettings().review_below

    def judged(pointer: str, field: AnyField) -> AnyField:
        about = evidence.get(pointer)
        family = model.families.get(about.family) if about is not None else None
        if field.value is None or about is None or family is None:
            return field
        verdict = family.verdict(about)
        added = [reason for reason in verdict.reasons if reason not in field.reasons]
        return field.model_copy(
            update={
                "confidence": round(verdict.probability, 4),
                "needs_review": field.needs_review or verdict.ask or verdict.probability < least,
                "reasons": [*field.reasons, *added],
            }
        )

    return _mapped(report, judged, "")


def _mapped(model: AnyModel, judged: Judged, pointer: str) -> AnyModel:
    changed: dict[str, object] = {}
    for name in type(model).model_fields:
        old = getattr(model, name)
        new = _below(old, judged, f"{pointer}/{escaped(name)}")
        if new is not old:
            changed[name] = new
    return model.model_copy(update=changed) if changed else model


def _below(value: object, judged: Judged, pointer: str) -> object:
    if isinstance(value, Field):
        return judged(pointer, value)
    if isinstance(value, Model):
        return _mapped(value, judged, pointer)
    if isinstance(value, list):
        return [_below(item, judged, f"{pointer}/{index}") for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: _below(item, judged, f"{pointer}/{escaped(str(key))}") for key, item in value.items()}
    return value
