"""People: one's own account, who may do what, who reviews what, and figures about the work."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kompass_extract.errors import UsageError
from kompass_extract.review.service import PAGE_SIZE
from kompass_extract.review.service.desk_values import QueueFilter, ReportFilter
from kompass_extract.web.access import LONGEST_NAME, TooManyAttemptsError, clean_name
from kompass_extract.web.addresses import ACCOUNT, MEASURES, PEOPLE, inside, queue_url
from kompass_extract.web.render import page
from kompass_extract.web.site import Admin, Form, Reviewer, Site, TheSite, address_of, frame_of
from kompass_extract.web.web_settings import ROLES

router = APIRouter()
DAYS = 60
"""Lines of decisions per person and day that are shown."""


@router.get(ACCOUNT)
def account(request: Request, site: TheSite, reviewer: Reviewer) -> Response:
    """One's name, role, reports, and the password where there is one."""
    return _account(request, site, reviewer)


@router.post(f"{ACCOUNT}/password")
def password(request: Request, site: TheSite, reviewer: Reviewer, form: Form) -> Response:
    """Change one's own password; other sessions end."""
    try:
        if not site.access.verify(reviewer, form.get("old", ""), address_of(request)):
            return _account(request, site, reviewer, problem="account.wrong")
        kept = request.cookies.get(site.settings.cookie)
        site.access.set_password(reviewer, form.get("new", ""), keep=kept)
    except TooManyAttemptsError:
        return _account(request, site, reviewer, problem="account.too_often")
    except UsageError:
        return _account(request, site, reviewer, problem="account.too_short")
    return _account(request, site, reviewer, changed=True)


@router.get(PEOPLE)
def people(request: Request, site: TheSite, admin: Admin) -> Response:
    """Who may do what, and who reviews which reports."""
    return _people(request, site)


@router.post(f"{PEOPLE}/role")
def role(request: Request, site: TheSite, admin: Admin, form: Form) -> Response:
    """Say what somebody may do."""
    chosen = next((one for one in ROLES if one == form.get("role")), None)
    try:
        if chosen is None:
            raise UsageError("")
        site.access.set_role(form.get("name", ""), chosen)
    except UsageError as error:
        return _people(request, site, problem=str(error) or "error.bad_request")
    return RedirectResponse(PEOPLE, 303)


@router.post("/report/assign")
def assign(site: TheSite, admin: Admin, form: Form) -> Response:
    """Give a report to somebody to review, to nobody where no name is given."""
    site.desk.assign([form.get("report", "")], clean_name(form.get("name", "")[:LONGEST_NAME]), by=admin)
    return RedirectResponse(inside(form.get("then")), 303)


@router.get(MEASURES)
def measures(request: Request, site: TheSite, reviewer: Reviewer) -> Response:
    """Decisions per person and day, silent errors over time, the machine's values as people judged them."""
    found = site.desk.figures()
    return page(
        "measures.html", frame_of(request), days=found.days[:DAYS], months=found.months, judged=found.judged,
        errors=site.desk.error_rate(),
    )  # fmt: skip


def _account(
    request: Request, site: Site, reviewer: str, *, problem: str | None = None, changed: bool = False
) -> Response:
    mine = site.desk.reports(ReportFilter(assigned=reviewer), limit=PAGE_SIZE)
    return page(
        "account.html", frame_of(request, ACCOUNT), status=422 if problem else 200, problem=problem, changed=changed,
        name=reviewer, password=site.access.role_of(reviewer) is not None and not site.settings.user_header,
        mine=mine, queue=queue_url(QueueFilter(assigned=reviewer)),
    )  # fmt: skip


def _people(request: Request, site: Site, problem: str | None = None) -> Response:
    return page(
        "people.html", frame_of(request, PEOPLE), status=422 if problem else 200, problem=problem,
        users=site.access.users(), roles=ROLES, reports=site.desk.reports(limit=PAGE_SIZE),
    )  # fmt: skip
