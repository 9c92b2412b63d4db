"""One item: shown, decided, passed over; and what happens when somebody else was faster."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kompass_extract.archive.desk_model import Conflict, Hold, Item, QueueFilter, RefusedError, Saved
from kompass_extract.review import Action
from kompass_extract.review.kinds import FieldKind
from kompass_extract.web.addresses import (
    ITEM,
    NEXT,
    QUEUE,
    Query,
    filter_of,
    filter_values,
    inside,
    item_url,
    queue_url,
)
from kompass_extract.web.item_view import away, choices, overview_view, picture_view, takes_value
from kompass_extract.web.orders import KINDS, BadFormError, order_of, target_value
from kompass_extract.web.render import page
from kompass_extract.web.site import FROM_SCRIPT, Form, Reviewer, Site, TheSite, frame_of

router = APIRouter()
IN_OVERVIEW = frozenset({FieldKind.OVERVIEW, FieldKind.OVERVIEW_LABEL})


@router.get(ITEM)
def show(request: Request, site: TheSite, reviewer: Reviewer) -> Response:
    """An item's page; showing it holds it, fetching it ahead does not."""
    query = request.query_params
    item = site.desk.item(query.get("report", ""), query.get("p", ""), reviewer=reviewer)
    return _shown(request, site, reviewer, item)


@router.get(NEXT)
def go_on(request: Request, site: TheSite, reviewer: Reviewer) -> Response:
    """The item after or before a position of the queue."""
    query = request.query_params
    _let_go(site, reviewer, query)
    return _next(site, reviewer, filter_of(query), query.get("after"), back=query.get("back") == "1")


@router.post("/decide")
def decide(request: Request, site: TheSite, reviewer: Reviewer, form: Form) -> Response:
    """Save a decision and go on; show both where the item has changed meanwhile."""
    report_id, pointer = form.get("report", ""), form.get("p", "")
    item = site.desk.item(report_id, pointer, reviewer=reviewer)
    try:
        order = order_of(form, item)
        outcome = site.desk.decide(report_id, order, by=reviewer, seen=form.get("version"))
    except BadFormError as error:
        return _shown(request, site, reviewer, item, form=form, problem=error.key)
    except RefusedError as error:
        return _shown(request, site, reviewer, item, form=form, problem=str(error))
    if isinstance(outcome, Conflict):
        return _conflict(request, site, outcome, form)
    return _after(site, reviewer, outcome, form)


@router.post("/undo")
def undo(site: TheSite, reviewer: Reviewer, form: Form) -> Response:
    """Take a decision back, the reviewer's latest where none is named, and show its item."""
    decision = form.get("decision") or None
    if decision is None:
        latest = site.desk.last_decision(reviewer)
        decision = latest.decision if latest else None
    if decision is None:
        return RedirectResponse(inside(form.get("then"), QUEUE), 303)
    saved = site.desk.undo(decision, by=reviewer)
    if form.get("stay"):
        return RedirectResponse(inside(form.get("then"), QUEUE), 303)
    return RedirectResponse(item_url(saved.report_id, saved.pointer, filter_of(form), undone="1"), 303)


@router.post("/hold")
def hold(site: TheSite, reviewer: Reviewer, form: Form) -> dict[str, object]:
    """Hold an item on, while its page is open."""
    kept: Hold = site.desk.hold(form.get("report", ""), form.get("p", ""), by=reviewer)
    return {"mine": kept.mine, "by": kept.by, "until": kept.until}


def _shown(
    request: Request, site: Site, reviewer: str, item: Item, *, form: Query | None = None, problem: str | None = None
) -> Response:
    query = form or request.query_params
    wanted = filter_of(query)
    ahead = request.headers.get(FROM_SCRIPT) == "prefetch"
    if not ahead and form is None:
        _hold(site, reviewer, item)
    number = query.get("page", "")
    latest = site.desk.last_decision(reviewer)
    return page(
        "item.html",
        frame_of(request, item_url(item.report_id, item.pointer, wanted)),
        status=422 if problem else 200,
        item=item,
        line=site.desk.report_line(item.report_id),
        wanted=wanted,
        filters=filter_values(wanted),
        picture=picture_view(
            item,
            number=int(number) if number.isdecimal() else None,
            whole=query.get("view") == "page",
            blocks=lambda page: [one for one in site.desk.report(item.report_id).blocks if one.page == page],
        ),
        overview=overview_view(item, site.desk.report(item.report_id)) if item.kind in IN_OVERVIEW else None,
        choices=choices(item),
        away=away(item),
        takes_value=takes_value(item),
        typed=form.get("value") if form else None,
        typed_rest=form.get("rest") if form else None,
        problem=problem,
        place=site.desk.place(wanted, item.position, reviewer=reviewer),
        latest=latest,
        kinds=KINDS,
        target_value=target_value,
        undone="undone" in query,
        waits="waits" in query,
        Action=Action,
    )


def _hold(site: Site, reviewer: str, item: Item) -> None:
    if item.hold is None or item.hold.mine:
        site.desk.hold(item.report_id, item.pointer, by=reviewer)


def _let_go(site: Site, reviewer: str, query: Query) -> None:
    """Give the item free that the reviewer goes on from."""
    if query.get("leave_report") and query.get("leave"):
        site.desk.release(query["leave_report"], query["leave"], by=reviewer)


def _after(site: Site, reviewer: str, saved: Saved, form: Query) -> Response:
    wanted = filter_of(form)
    if form.get("stay"):
        waits = "1" if saved.waits_for_second else None
        return RedirectResponse(item_url(saved.report_id, saved.pointer, wanted, waits=waits), 303)
    return _next(site, reviewer, wanted, form.get("at") or None)


def _next(site: Site, reviewer: str, wanted: QueueFilter, after: str | None, *, back: bool = False) -> Response:
    """On to the next item; at the queue's end to its beginning once more, for what was passed over."""
    found = site.desk.next_item(wanted, reviewer=reviewer, after=after, back=back)
    if found is None and after is not None and not back:
        found = site.desk.next_item(wanted, reviewer=reviewer)
    if found is None:
        return RedirectResponse(queue_url(wanted, ended="1"), 303)
    return RedirectResponse(item_url(found.report_id, found.pointer, wanted), 303)


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
