"""What the report JSON says of its source: the file, what read it, its pages and their blocks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Constrained

from kompass_extract.model.field_values import (
    AREAS,
    FROM_0,
    FROM_1,
    HEX_256,
    MOMENT,
    BBox,
    Evidence,
    FileLine,
    Model,
    Probability,
    is_none,
)

TYPED_PAGE_PT = (595.0, 775.0)
"""A sheet with 60 lines of 90 characters: what a text's lines are spread over for programs that want boxes."""

BlockKindName = Literal[
    "strength",
    "improvement",
    "narrative",
    "score_table",
    "heading",
    "rubric",
    "front_matter",
    "figure",
    "page_furniture",
]


class SourceInfo(Model):
    """The file that the report was read from."""

    file_name: str = Constrained(description="The file's name.")
    sha256: str = Constrained(description="SHA-256 of the file's bytes, in hex.", json_schema_extra=HEX_256)
    kind: Literal["scanned", "born_digital", "mixed", "text"] = Constrained(
        description="How its pages came to be: from a scanner, from a program, both, or plain text."
    )
    pages: int = Constrained(description="Number of pages; 0 for plain text without pages.", json_schema_extra=FROM_0)


class OcrInfo(Model):
    """How scanned pages were recognised."""

    engine: str = Constrained(description="The OCR engine that read the lines.")
    version: str = Constrained(description="Its version.")
    languages: str = Constrained(description="Its language models, as in 'swe'.")
    dpi: int = Constrained(
        description="Resolution that pages were read at, in dots per inch.", json_schema_extra=FROM_0
    )
    second_reader: str | None = Constrained(
        default=None, description="The second recogniser and its version; null where none looked."
    )


class PipelineInfo(Model):
    """What made the report; ``fingerprint`` is the archive's for all of it, None of a report outside of an archive."""

    version: str = Constrained(description="Version of kompass-extract.")
    created_at: str = Constrained(description="When the report was made, in UTC (ISO 8601).", json_schema_extra=MOMENT)
    ocr: OcrInfo | None = Constrained(description="How pages were recognised; null for plain text.")
    models: dict[str, str] = Constrained(description="SHA-256 of each model file, by name.")
    fingerprint: Annotated[str, Constrained(pattern="^[0-9a-f]{64}$")] | None = Constrained(
        default=None,
        description="The archive's fingerprint of program, models and engines; null outside of an archive.",
    )


class BlockInfo(Model):
    """A block of text on a page."""

    id: str = Constrained(description="Id of the block within the report.")
    page: int = Constrained(description="Page of the source, from 1.", json_schema_extra=FROM_1)
    bbox: BBox | None = Constrained(description="Its box on the page; null of a text file.")
    line: FileLine = Constrained(
        default=None, exclude_if=is_none, description="First line of the text file, from 1; absent on a page."
    )
    last_line: FileLine = Constrained(
        default=None, exclude_if=is_none, description="Last line of the text file, from 1; absent on a page."
    )
    kind: BlockKindName = Constrained(description="What the block is.")
    confidence: Probability = Constrained(description="Probability that kind is right, 0 to 1.")
    area: int | None = Constrained(
        description="Number of the area that the block stands in; null outside of all.", json_schema_extra=AREAS
    )
    text: str = Constrained(description="The block's text, after repair.")

    @property
    def place(self) -> Evidence:
        """Where it stands."""
        return Evidence(page=self.page, bbox=self.bbox, line=self.line, last_line=self.last_line)


class PageInfo(Model):
    """A page and how it was read."""

    number: int = Constrained(description="Page of the source, from 1.", json_schema_extra=FROM_1)
    width: float | None = Constrained(
        description="Width of the upright page in points; null of a text, which has no pages.", json_schema_extra=FROM_0
    )
    height: float | None = Constrained(
        description="Height of the upright page in points; null of a text, which has no pages.",
        json_schema_extra=FROM_0,
    )
    rotation: Literal[0, 90, 180, 270] = Constrained(
        description="Degrees, clockwise, by which the page was turned upright."
    )
    skew: float = Constrained(default=0.0, description="Degrees by which it was levelled after that.")
    kind: Literal["scanned", "born_digital", "text"] = Constrained(description="How the page came to be.")
    ocr_confidence: Probability = Constrained(description="Mean confidence of the page's words, 0 to 1.")
    decision: str = Constrained(default="", description="Why the text layer was used, or why not.")
    failure: str | None = Constrained(default=None, description="Why the page could not be read; null where it was.")
    role: Literal["page", "spread", "repeat", "moved"] = Constrained(
        default="page",
        description="page: of the report; spread: half of a sheet; repeat: shown before, left out; moved: put back.",
    )
    same_as: int | None = Constrained(
        default=None, description="The page that it repeats; null where it repeats none.", json_schema_extra=FROM_1
    )

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height in points to lay the page out with: of a text, those of a typed page."""
        return self.width or TYPED_PAGE_PT[0], self.height or TYPED_PAGE_PT[1]
