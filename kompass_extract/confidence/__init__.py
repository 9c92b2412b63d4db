"""How sure a value is, and whether a person must look at it."""

from __future__ import annotations

from kompass_extract.confidence.draft import DraftEvidence, ReviewSettings, draft_confidence

__all__ = ["DraftEvidence", "ReviewSettings", "draft_confidence"]
