"""The lists: reports with their state, one report's parts, the queue, what was decided."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kompass_extract.model.reasons import Reason
from kompass_extract.review.service import PAGE_SIZE
from kompass_extract.review.service.desk_values import (
    QueueFilter,
    RefusedError,
    ReportFilter,
    ReviewStatus,
    UnfinishedError,
)
from kompass_extract.web.addresses import (
    HISTORY,
    LONGEST_VALUE,
    QUEUE,
    REPORTS,
    Query,
    filter_of,
    inside,
    report_url,
    whole_number,
)
from kompass_extract.web.render import page
from kompass_extract.web.site import Form, Reviewer, Site, TheSite, frame_of

router = APIRouter()
STATUSES: tuple[ReviewStatus, ...] = ("pending", "in_review", "reviewed")
EDITIONS = ("2010", "2016", "2020")
REPORT_QUEUE = 30  # of a report's open items shown on its own page


@router.get(REPORTS)
def reports(request: Request, site: TheSite, reviewer: Reviewer) -> Response:
    """All reports, or those that fit the filter."""
    query = request.query_params
    wanted, offset = _report_filter(query), _number(query, "offset")
    found = site.desk.reports(wanted, offset=offset, limit=PAGE_SIZE)
    return page(
        "reports.html", frame_of(request),
        found=found, wanted=wanted, offset=offset, size=PAGE_SIZE, statuses=STATUSES, editions=EDITIONS,
        errors=site.desk.error_rate(),
    )  # fmt: skip


@router.get("/report")
def report(request: Request, site: TheSite, reviewer: Reviewer) -> Response:
    """One report: its areas, its checks, what is open; where it is signed."""
    return _report_page(request, site, reviewer, request.query_params.get("id", ""))


def _report_page(
    request: Request, site: Site, reviewer: str, report_id: str, problem: str | Reason | None = None
) -> Response:
    line = site.desk.report_line(report_id)
    queue = site.desk.queue(QueueFilter(report_id=line.report_id), reviewer=reviewer, limit=REPORT_QUEUE)
    return page(
        "report.html", frame_of(request, report_url(line.report_id)), status=422 if problem else 200, problem=problem,
        line=line, report=site.desk.report(line.report_id), others=site.desk.other_readings(line.report_id),
        queue=queue, wanted=QueueFilter(report_id=line.report_id),
    )  # fmt: skip


@router.post("/report/sign")
def sign(request: Request, site: TheSite, reviewer: Reviewer, form: Form) -> Response:
    """The reviewer vouches for the report; what is lacking is said on its page."""
    try:
        site.desk.sign(form.get("report", ""), by=reviewer)
    except UnfinishedError as error:
        return _report_page(request, site, reviewer, form.get("report", ""), error.about)
    return RedirectResponse(inside(form.get("then"), report_url(form.get("report", ""))), 303)


@router.post("/report/reopen")
def reopen(site: TheSite, reviewer: Reviewer, form: Form) -> Response:
    """A signed report goes back to review."""
    site.desk.reopen(form.get("report", ""), by=reviewer)
    return RedirectResponse(report_url(form.get("report", "")), 303)


@router.post("/report/double")
def double(request: Request, site: TheSite, reviewer: Reviewer, form: Form) -> Response:
    """Whether two people read the report without seeing each other's decisions."""
    try:
        site.desk.set_double_reading(form.get("report", ""), form.get("wanted") == "1", by=reviewer)
    except RefusedError as error:
        return _report_page(request, site, reviewer, form.get("report", ""), error.about)
    return RedirectResponse(report_url(form.get("report", "")), 303)


@router.get(QUEUE)
def queue(request: Request, site: TheSite, reviewer: Reviewer) -> Response:
    """What is asked, in the order of what matters."""
    query = request.query_params
    wanted = filter_of(query)
    found = site.desk.queue(wanted, reviewer=reviewer, after=query.get("from"), limit=PAGE_SIZE)
    return page(
        "queue.html", frame_of(request),
        found=found, wanted=wanted, facets=site.desk.facets(wanted, reviewer=reviewer), ended="ended" in query,
    )  # fmt: skip


@router.get(HISTORY)
def history(request: Request, site: TheSite, reviewer: Reviewer) -> Response:
    """Who did what in a report or in all of them, and when; newest first, some at a time."""
    query = request.query_params
    report_id, by, offset = (
        query.get("report", ""),
        query.get("by", "")[:LONGEST_VALUE] or None,
        _number(query, "offset"),
    )
    line = site.desk.report_line(report_id) if report_id else None
    known = line.report_id if line else None
    found = site.desk.history(known, by=by, offset=offset, limit=PAGE_SIZE + 1)
    return page(
        "history.html", frame_of(request),
        line=line, entries=found[:PAGE_SIZE], by=by, offset=offset, size=PAGE_SIZE, more=len(found) > PAGE_SIZE,
        signed=line is not None and line.status == "reviewed",
    )  # fmt: skip


def _report_filter(query: Query) -> ReportFilter:
    status, edition = query.get("status"), query.get("edition")
    return ReportFilter(
        status=next((one for one in STATUSES if one == status), None),
        edition=edition if edition in EDITIONS else None,
        assigned=query.get("assigned", "")[:LONGEST_VALUE] or None,
        text=query.get("text", "").strip()[:LONGEST_VALUE] or None,
    )


def _number(query: Query, name: str) -> int:
    """A count in a query, 0 for anything that is none."""
    return whole_number(query.get(name, "")) or 0
