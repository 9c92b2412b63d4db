"""What people decide about a report, applied to what the machine read.

``apply`` gives the decided report from the machine's report and a set of decisions, whatever their order;
``carry_over`` finds the places of decisions again in a newer reading of the same file.
"""

from __future__ import annotations

from kompass_extract.review.decisions.decision import Action, Address, DecidedValue, Decision, ListName, Target

__all__ = ["Action", "Address", "DecidedValue", "Decision", "ListName", "Target"]
