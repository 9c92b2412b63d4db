"""The Fields of a report, with their pointers: only where there are any, as a report has hundreds of blocks."""

from __future__ import annotations

from collections.abc import Iterator

from kompass_extract.model.pointers import AnyField, Change, changed, fields
from kompass_extract.model.report import Report


def report_fields(report: Report) -> Iterator[tuple[str, AnyField]]:
    """Every Field of a report with its JSON pointer, in the order of the file."""
    yield from fields(report.report, "/report")
    for index, area in enumerate(report.areas):
        yield from fields(area, f"/areas/{index}")
    for index, row in enumerate(report.area_scores_overview):
        yield from fields(row, f"/area_scores_overview/{index}")


def with_fields(report: Report, change: Change) -> Report:
    """The report with each Field as ``change`` gives it for its pointer and the field."""
    return report.model_copy(
        update={
            "report": changed(report.report, change, "/report"),
            "areas": [changed(area, change, f"/areas/{index}") for index, area in enumerate(report.areas)],
            "area_scores_overview": [
                changed(row, change, f"/area_scores_overview/{index}")
                for index, row in enumerate(report.area_scores_overview)
            ],
        }
    )
