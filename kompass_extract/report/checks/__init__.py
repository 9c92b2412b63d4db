"""The report against itself and against its edition.

Each check looks at the values of the assembled areas and says what fits and what does not, with the JSON
pointers of the fields concerned.  Nothing is changed here.  Where both of two numbers that disagree were read
without doubt, the disagreement is the report's own: a warning.  Otherwise the check has failed, and every
field that it names goes to a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.model.report import Area, Check, Evaluator, NumberField, OverviewRow, PageInfo
from kompass_extract.report.checks.area_checks import area_checks
from kompass_extract.report.checks.check_context import AREA_POINTS, SUM_TOLERANCE, CheckContext
from kompass_extract.report.checks.overview_checks import overview_checks
from kompass_extract.report.checks.whole_report import (
    arranged_pages,
    evaluators_found,
    failed_pages,
    missing_areas,
    percent_columns,
    percent_rounding,
    sum_of_areas,
)

__all__ = [
    "AREA_POINTS",
    "SUM_TOLERANCE",
    "CheckContext",
    "area_checks",
    "missing_areas",
    "overview_checks",
    "page_checks",
    "run_checks",
    "sum_of_areas",
]


def run_checks(
    areas: Sequence[Area],
    overview: Sequence[OverviewRow],
    total: NumberField,
    pages: Sequence[PageInfo],
    context: CheckContext,
    evaluators: Sequence[Evaluator] | None = None,
) -> list[Check]:
    """All checks in a fixed order: per area, then over the whole report; ``evaluators`` None leaves them out."""
    found: list[Check] = []
    for index, area in enumerate(areas):
        found.extend(area_checks(area, f"/areas/{index}", context))
    found.extend(percent_rounding(areas))
    found.extend(percent_columns(areas))
    found.extend(missing_areas(areas))
    found.extend(overview_checks(areas, overview, context))
    found.extend(sum_of_areas(areas, total, context))
    if evaluators is not None:
        found.extend(evaluators_found(evaluators))
    found.extend(page_checks(pages))
    return found


def page_checks(pages: Sequence[PageInfo]) -> list[Check]:
    """Pages that could not be read, and those that were cut, left out or put elsewhere."""
    return [*failed_pages(pages), *arranged_pages(pages)]
