"""A report's evidence put back on the pages of its file, where those are not the report's one by one.

Inside, pages count in the report's reading order; the report JSON speaks of the file: its page numbers, and boxes
from the top left corner of the file's page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kompass_extract.model.document import Document, FilePage, Origin
from kompass_extract.model.report import Report


def on_file_pages(report: Report, document: Document) -> Report:
    """The report with its evidence, blocks and pages on the file's pages."""
    if not document.origins:
        return report
    record = report.model_dump()
    moved = {**record, **{name: _moved(record[name], document.origins) for name in record if name != "pages"}}
    sure = {page.number: page.ocr_confidence for page in report.pages}
    moved["pages"] = [_page(page, document.origins, sure) for page in document.file_pages]
    return Report.model_validate(moved)


def _moved(node: Any, origins: Sequence[Origin]) -> Any:
    """The node with every place in it (a page with a box) on its page of the file."""
    if isinstance(node, (list, tuple)):
        return [_moved(item, origins) for item in node]
    if not isinstance(node, dict):
        return node
    result = {name: _moved(item, origins) for name, item in node.items()}
    if isinstance(node.get("page"), int) and "bbox" in node:
        origin = origins[node["page"] - 1]
        result["page"] = origin.number
        if node["bbox"] is not None:
            x0, y0, x1, y1 = node["bbox"]
            result["bbox"] = [round(x0 + origin.x, 2), y0, round(x1 + origin.x, 2), y1]
    return result


def _page(page: FilePage, origins: Sequence[Origin], sure: dict[int, float]) -> dict[str, Any]:
    """The page's record; its confidence is the mean of its parts', 0 where it was left out."""
    parts = [sure.get(place, 0.0) for place, origin in enumerate(origins, start=1) if origin.number == page.number]
    return {
        "number": page.number,
        "width": round(page.width, 2),
        "height": round(page.height, 2),
        "rotation": page.rotation,
        "skew": round(page.skew, 3),
        "kind": page.kind.value,
        "ocr_confidence": round(sum(parts) / len(parts), 4) if parts else 0.0,
        "decision": page.decision,
        "role": page.role.value,
        "same_as": page.same_as,
        "failure": page.failure,
    }
