"""Whole pages of a report: their pictures, what was read on them, and the box drawn around what was missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from starlette.responses import RedirectResponse, Response

from kompass_extract.model.reasons import Reason
from kompass_extract.model.report import BlockInfo, PageInfo, Report
from kompass_extract.review.service.desk_values import Conflict, RefusedError, UnknownItemError
from kompass_extract.review.service.review_errors import problem_of
from kompass_extract.review.service.text_source import TextLine
from kompass_extract.web.addresses import Query, item_url
from kompass_extract.web.orders import BadFormError, added_item, place_of
from kompass_extract.web.render import page
from kompass_extract.web.row_entry import impossible_row, read_row, row_numbers, save_cells
from kompass_extract.web.site import Form, Reviewer, Site, TheSite, caching, frame_of

router = APIRouter()
Number = Annotated[int, PathParameter(ge=1, le=2**31 - 1)]
"""A number in an address that a store can look for."""
GIVEN = ("x0", "y0", "x1", "y1", "text", "list", "number", "achieved", "max", "percent")
LONGEST_ROW = 2000  # characters of a row that is read from its text
ADDABLE = ("strengths", "improvements", "rubrics", "narrative", "rows", "areas")


@router.get("/picture/{row_id}/{number}.jpg")
def picture(request: Request, site: TheSite, reviewer: Reviewer, row_id: Number, number: Number) -> Response:
    """A page's picture by the archive's own numbers; no name from the request reaches the disk."""
    wanted = site.desk.page(row_id, number)
    pictures = site.thumbnails if request.query_params.get("small") else site.pictures
    etag = f'"{pictures.etag(wanted)}"'
    headers = {"ETag": etag, "Cache-Control": caching(request)}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    made = pictures.picture(wanted)
    return Response(made.jpeg, media_type="image/jpeg", headers=headers)


@router.get("/page")
def whole(request: Request, site: TheSite, reviewer: Reviewer) -> Response:
    """A whole page with its blocks; the place to add what was missed."""
    return _page(request, site, request.query_params)


@router.post("/page/add")
def add(request: Request, site: TheSite, reviewer: Reviewer, form: Form) -> Response:
    """Keep an item that the machine missed."""
    report_id = form.get("report", "")
    report = site.desk.report(report_id)
    number = _shown(report, form).number
    try:
        lines = _lines(site, report, number)
        chosen = [line for line in lines if f"line{line.number}" in form]
        if lines and not chosen:
            raise BadFormError("page.no_lines")
        order = added_item(form, number, lines=chosen, place=place_of(number, lines, chosen))
        numbers = row_numbers(form) if order.target is not None and order.target.list == "rows" else {}
        wrong = impossible_row(numbers)
        if wrong is not None and form.get("confirmed") != "1":
            return _page(request, site, form, problem=wrong, impossible=True)
        outcome = site.desk.decide(report_id, order, by=reviewer, seen=None)
    except BadFormError as error:
        return _page(request, site, form, problem=error.key)
    except RefusedError as error:
        return _page(request, site, form, problem=problem_of(error))
    if isinstance(outcome, Conflict):
        raise UnknownItemError("an added item has nothing to be in conflict with")
    save_cells(site.desk, (report_id, outcome.pointer), numbers, by=reviewer)
    return RedirectResponse(item_url(report_id, outcome.pointer), 303)


@router.get("/page/row")
def row(request: Request, reviewer: Reviewer) -> dict[str, str]:
    """A row's cells, read from its text."""
    return asdict(read_row(request.query_params.get("text", "")[:LONGEST_ROW]))


def _lines(site: Site, report: Report, number: int) -> tuple[TextLine, ...]:
    """The lines of a page of a text report; others have pictures."""
    is_text = any(one.number == number and one.kind == "text" for one in report.pages)
    return site.desk.text_lines(report.report_id, number) if is_text else ()


def _page(
    request: Request, site: Site, query: Query, *, problem: str | Reason | None = None, impossible: bool = False
) -> Response:
    line = site.desk.report_line(query.get("report", ""))
    report = site.desk.report(line.report_id)
    shown = _shown(report, query)
    blocks = [(index, block) for index, block in enumerate(report.blocks) if block.page == shown.number]
    return page(
        "page.html",
        frame_of(request, None),
        status=422 if problem else 200,
        line=line,
        report=report,
        shown=shown,
        blocks=blocks,
        lists=ADDABLE,
        area=query.get("area") or str(area_of_page([block for _, block in blocks]) or 1),
        lines=_lines(site, report, shown.number),
        chosen={name for name in query if name.startswith("line")},
        given={name: query.get(name, "") for name in GIVEN},
        problem=problem,
        impossible=impossible,
    )


def area_of_page(blocks: Sequence[BlockInfo]) -> int | None:
    """The area of most of what stands on a page; running heads and feet name the area of another page at times."""
    written: Counter[int] = Counter()
    for block in blocks:
        if block.area is not None and block.kind != "page_furniture":
            written[block.area] += len(block.text)
    return max(written, key=lambda area: written[area]) if written else None


def _shown(report: Report, query: Query) -> PageInfo:
    """The page that a query names, the first where it names none."""
    number = query.get("n", "1")
    for one in report.pages:
        if str(one.number) == number:
            return one
    if not report.pages:
        raise UnknownItemError("the report has no pages")
    return report.pages[0]
