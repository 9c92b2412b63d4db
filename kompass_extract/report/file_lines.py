"""A text report's evidence as lines of its file: a text has no page, so no box of it is told.

Inside, a text stands on pages of typed lines (``blocks.plain_text.place``), whose boxes the stages look at; the report
JSON says which lines of the file a value was read from, and ``bbox`` is null.
"""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.model.document import Document, Line, LineSpan
from kompass_extract.model.pointers import AnyField, changed
from kompass_extract.model.report import BlockInfo, Evidence, Report

_SLACK = 0.5  # points; boxes of evidence are written with two digits


def on_file_lines(report: Report, document: Document) -> Report:
    """The report with the file's lines in place of the boxes of its evidence and blocks."""
    spans = _Spans(document)

    def placed(_: str, field: AnyField) -> AnyField:
        evidence = [spans.of_evidence(place) for place in field.evidence]
        return field.model_copy(update={"evidence": evidence}) if evidence else field

    blocks = [spans.of_block(block) for block in report.blocks]
    return changed(report, placed).model_copy(update={"blocks": blocks})


class _Spans:
    """Finds the lines of the file that stand at a place of the typed pages."""

    def __init__(self, document: Document) -> None:
        self._lines = {page.number: [line for block in page.blocks for line in block.lines] for page in document.pages}
        self._blocks = {block.id: _span(block.lines) for block in document.blocks}

    def of_evidence(self, place: Evidence) -> Evidence:
        if place.bbox is None:
            return place
        x0, y0, x1, y1 = place.bbox
        lines = self._lines[place.page]
        inside = [
            line
            for line in lines
            if line.box.y0 < y1 - _SLACK
            and line.box.y1 > y0 + _SLACK
            and line.box.x0 < x1 - _SLACK
            and line.box.x1 > x0 + _SLACK
        ]
        # What is missing between two rows has a place and no line: the last one above it.
        above = [line for line in lines if line.box.y1 <= y1 + _SLACK] or lines[:1]
        first, last = _span(inside or above[-1:])
        return Evidence(page=place.page, bbox=None, line=first, last_line=last)

    def of_block(self, block: BlockInfo) -> BlockInfo:
        first, last = self._blocks[block.id]
        return block.model_copy(update={"bbox": None, "line": first, "last_line": last})


def _span(lines: Sequence[Line]) -> LineSpan:
    """The first and last line of the file of all ``lines``."""
    spans = [line.in_file for line in lines if line.in_file is not None]
    return min(first for first, _ in spans), max(last for _, last in spans)
