"""How sure a value is, and whether a person must look at it.

Drafted where a value is read (``draft``), judged when the whole report is there: evidence is gathered about every
Field (``gather``), a learned model turns it into a probability and a decision (``model``, ``apply``), and labelled
reports teach it (``rows``, ``fit``).
"""

from __future__ import annotations

from kompass_extract.report.confidence.confidence_model import MODEL_NAME, ConfidenceModel, load
from kompass_extract.report.confidence.drafted import DraftEvidence, ReviewSettings, draft_confidence
from kompass_extract.report.confidence.evidence import Family, FieldEvidence
from kompass_extract.report.confidence.gather import Known, gather
from kompass_extract.report.confidence.slips import WordCosts
from kompass_extract.report.confidence.verdicts import trusted, with_verdicts

__all__ = [
    "MODEL_NAME",
    "ConfidenceModel",
    "DraftEvidence",
    "Family",
    "FieldEvidence",
    "Known",
    "ReviewSettings",
    "WordCosts",
    "draft_confidence",
    "gather",
    "load",
    "trusted",
    "with_verdicts",
]
