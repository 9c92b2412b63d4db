"""What people decide about a report, applied to what the machine read.

``apply`` gives the decided report from the machine's report and a set of decisions, whatever their order.
``decisions`` holds the decisions and what they do, ``service`` the review desk over an archive's store.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kompass_extract.review.decisions.decision import Action, Address, DecidedValue, Decision, ListName, Target

if TYPE_CHECKING:
    from kompass_extract.model.report import Report
    from kompass_extract.review.decisions.apply import Decided

__all__ = ["Action", "Address", "DecidedValue", "Decision", "ListName", "Target", "apply"]


def apply(report: Report, decisions: Iterable[Decision], *, run: str | None = None) -> Decided:
    """Apply the decisions that count to the machine's report; ``run`` is the report's fingerprint where it is known."""
    from kompass_extract.review.decisions import apply as applying

    return applying.apply(report, decisions, run=run)
