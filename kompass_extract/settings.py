"""Every threshold that more than one stage or a user may want to set, with its unit and where it comes from.

Lengths that belong to one algorithm alone stand at the head of its module.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

LARGEST_FILE_BYTES = 2 * 1024**3
"""No input may be larger: a report of 100 pages scanned in colour has 0.2e9 bytes."""

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
"""What this machine is called by those who ask itself."""


class ReadingSettings(BaseModel):
    """How pages are read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    languages: str = Field(default="swe", description="Tesseract's models, joined by +.")
    dpi: int | None = Field(default=None, ge=72, le=600, description="Render at this; None takes 200.")
    page_timeout: float = Field(default=120.0, gt=0, description="Seconds a page may take before it counts as failed.")
    upright_confidence: float = Field(
        default=0.75,
        ge=0,
        le=1,
        description="Mean confidence of the longest lines below which the page is tried upside down.",
    )
    short_strip_em: float = Field(default=6.0, description="Strips up to this width in em may be numbers: read twice.")
    doubtful_word: float = Field(
        default=0.80, ge=0, le=1, description="A word less sure than this gets its line read twice."
    )
    sure_word: float = Field(default=0.9, ge=0, le=1, description="A short text without digits this sure is no number.")
    sure_cell: float = Field(
        default=0.93, ge=0, le=1, description="The second reader's weakest character in a sure number."
    )
