"""One item: shown, decided, passed over; and what happens when somebody else was faster."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kompass_extract.review.service.desk_values import Conflict, Hold, ImpossibleError, QueueFilter, RefusedError, Saved
from kompass_extract.review.service.review_errors import problem_of
from kompass_extract.web.addresses import ITEM, NEXT, QUEUE, Query, filter_of, inside, item_url, queue_url
from kompass_extract.web.item_page import Refused, gone_to, item_page, shown
from kompass_extract.web.orders import BadFormError, order_of
from kompass_extract.web.render import page
from kompass_extract.web.site import Form, Reviewer, Site, TheSite, frame_of

router = APIRouter()


@router.get(ITEM)
def show(request: Request, site: TheSite, reviewer: Reviewer) -> Response:
    """An item's page; showing it holds it, fetching it ahead does not."""
    query = request.query_params
    item = site.desk.item(query.get("report", ""), query.get("p", ""), reviewer=reviewer)
    return shown(request, site, reviewer, item)


@router.get(NEXT)
def go_on(request: Request, site: TheSite, reviewer: Reviewer) -> Response:
    """The item after or before a position of the queue."""
    query = request.query_params
    _let_go(site, reviewer, query)
    return _next(request, site, reviewer, filter_of(query), query.get("after"), back=query.get("back") == "1")


@router.post("/decide")
def decide(request: Request, site: TheSite, reviewer: Reviewer, form: Form) -> Response:
    """Save a decision and go on; show both where the item has changed meanwhile."""
    report_id, pointer = form.get("report", ""), form.get("p", "")
    item = site.desk.item(report_id, pointer, reviewer=reviewer)
    try:
        order = order_of(form, item)
        outcome = site.desk.decide(report_id, order, by=reviewer, seen=form.get("version"))
    except BadFormError as error:
        return item_page(request, site, reviewer, item, filter_of(form), refused=Refused(error.key, form))
    except RefusedError as error:
        refused = Refused(problem_of(error), form, isinstance(error, ImpossibleError))
        return item_page(request, site, reviewer, item, filter_of(form), refused=refused)
    if isinstance(outcome, Conflict):
        return _conflict(request, site, outcome, form)
    return _after(request, site, reviewer, outcome, form, asked=item.asked)


@router.post("/undo")
def undo(request: Request, site: TheSite, reviewer: Reviewer, form: Form) -> Response:
    """Take a decision back, the reviewer's latest where none is named, and show its item."""
    decision = form.get("decision") or None
    if decision is None:
        latest = site.desk.last_decision(reviewer)
        decision = latest.decision if latest else None
    if decision is None:
        return RedirectResponse(inside(form.get("then"), QUEUE), 303)
    try:
        saved = site.desk.undo(decision, by=reviewer)
    except RefusedError as error:
        return page("error.html", frame_of(request), status=422, problem=error.about, back=inside(form.get("then")))
    if form.get("stay"):
        return RedirectResponse(inside(form.get("then"), QUEUE), 303)
    return RedirectResponse(item_url(saved.report_id, saved.pointer, filter_of(form), undone="1"), 303)


@router.post("/hold")
def hold(site: TheSite, reviewer: Reviewer, form: Form) -> dict[str, object]:
    """Hold an item on, while its page is open; says whether it has changed since it was shown, and by whom."""
    report_id, pointer = form.get("report", ""), form.get("p", "")
    kept: Hold = site.desk.hold(report_id, pointer, by=reviewer)
    item = site.desk.item(report_id, pointer, reviewer=reviewer)
    changed = "version" in form and form["version"] != item.version
    others = [one.by for one in item.history if one.decision is not None and one.by != reviewer]
    by = others[-1] if changed and others else kept.by
    return {"mine": kept.mine, "by": by, "until": kept.until, "changed": changed}


@router.post("/comment")
def comment(request: Request, site: TheSite, reviewer: Reviewer, form: Form) -> Response:
    """Say something about an item."""
    report_id, pointer = form.get("report", ""), form.get("p", "")
    try:
        site.desk.comment(report_id, pointer, form.get("text", ""), by=reviewer)
    except RefusedError as error:
        item = site.desk.item(report_id, pointer, reviewer=reviewer)
        refused = Refused(error.about, {"remark": form.get("text", "")})
        return item_page(request, site, reviewer, item, filter_of(form), refused=refused)
    return RedirectResponse(item_url(report_id, pointer, filter_of(form)), 303)


def _let_go(site: Site, reviewer: str, query: Query) -> None:
    """Give the item free that the reviewer goes on from."""
    if query.get("leave_report") and query.get("leave"):
        site.desk.release(query["leave_report"], query["leave"], by=reviewer)


def _after(request: Request, site: Site, reviewer: str, saved: Saved, form: Query, *, asked: bool) -> Response:
    """Go to the next item; after an item outside the queue, stay on it."""
    wanted = filter_of(form)
    if form.get("stay") or not (asked or form.get("on")):
        waits = "1" if saved.waits_for_second else None
        return RedirectResponse(item_url(saved.report_id, saved.pointer, wanted, waits=waits), 303)
    return _next(request, site, reviewer, wanted, form.get("at") or None)


def _next(
    request: Request, site: Site, reviewer: str, wanted: QueueFilter, after: str | None, *, back: bool = False
) -> Response:
    """On to the next item; at the queue's end to its beginning once more, for what was passed over."""
    found = site.desk.next_item(wanted, reviewer=reviewer, after=after, back=back)
    if found is None and after is not None and not back:
        found = site.desk.next_item(wanted, reviewer=reviewer)
    if found is None:
        return RedirectResponse(queue_url(wanted, ended="1"), 303)
    return gone_to(request, site, reviewer, (found.report_id, found.pointer), wanted)


def _conflict(request: Request, site: Site, conflict: Conflict, form: Query) -> Response:
    wanted = filter_of(form)
    return page(
        "conflict.html",
        frame_of(request, item_url(form.get("report", ""), form.get("p", ""), wanted)),
        status=409,
        conflict=conflict,
        form={name: value for name, value in form.items() if name not in ("csrf", "version")},
        wanted=wanted,
        report_id=form.get("report", ""),
        pointer=form.get("p", ""),
    )
