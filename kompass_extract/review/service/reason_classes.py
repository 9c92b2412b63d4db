"""Why a field is flagged, roughly: its reasons' groups, the strongest first."""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.model.reasons import Reason
from kompass_extract.review.service.desk_values import ReasonClass

STRONGEST_FIRST = (
    ReasonClass.CONTRADICTION,
    ReasonClass.DISPUTE,
    ReasonClass.CHECK,
    ReasonClass.MATCH,
    ReasonClass.KIND,
    ReasonClass.BOUNDS,
    ReasonClass.READINGS,
    ReasonClass.READ_BADLY,
)


def reason_class(reasons: Sequence[Reason], value: object, sampled: bool = False) -> ReasonClass:
    """Return the strongest group of the reasons; without any, whether the value is missing."""
    if sampled:
        return ReasonClass.SAMPLE
    found = {reason.group for reason in reasons}
    strongest = next((kind for kind in STRONGEST_FIRST if kind.value in found), None)
    return strongest or (ReasonClass.MISSING if value is None else ReasonClass.OTHER)
