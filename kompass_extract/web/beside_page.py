"""The report beside its pages: the whole of it as one document, every value decided where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from kompass_extract.model.reasons import Reason
from kompass_extract.review import Action, ListName, Target
from kompass_extract.review.decisions.item_kinds import LIST_KINDS, FieldKind
from kompass_extract.review.service.desk_values import Conflict, ImpossibleError, Item, Order, RefusedError
from kompass_extract.review.service.review_errors import problem_of
from kompass_extract.web.addresses import BESIDE, Query, filter_of, filter_values, queue_url, walk_url, with_query
from kompass_extract.web.doubted_words import marked, unsure_words
from kompass_extract.web.item_view import spot_data
from kompass_extract.web.orders import BadFormError, order_of
from kompass_extract.web.render import html_of, page, said_in
from kompass_extract.web.site import Form, Reviewer, Site, TheSite, frame_of

router = APIRouter()
JOIN_NEXT, JOIN_BEFORE, OTHER_LIST, WORDING = "join_next", "join_before", "other_list", "wording"
MOST_OF_REPORT = 2000
"""Items of one report that are gone through: more than any has."""
AREAS = {"area_before": -1, "area_after": 1}
"""Actions of this page that are decisions about more than the value itself."""


@router.get(BESIDE)
def beside(request: Request, site: TheSite, reviewer: Reviewer) -> Response:
    """The document and its pages; ``p`` is the value that is looked at first, ``n`` the page.

    ``at`` is a place in the queue: the reviewer goes through it, this report's items first.
    """
    query = request.query_params
    content = _content(site, reviewer, query.get("report", ""))
    walk = _walk(site, reviewer, content["line"].report_id, query) if query.get("at") else None
    return page(
        "beside.html", frame_of(request), first=query.get("p", ""), number=query.get("n", ""), walk=walk, **content
    )


@router.get(f"{BESIDE}/next")
def go_on(site: TheSite, reviewer: Reviewer, request: Request) -> Response:
    """The next report of the queue, at its item; what was passed over comes again at the end."""
    query = request.query_params
    wanted, after, outside = filter_of(query), query.get("after"), query.get("outside")
    found = site.desk.next_item(wanted, reviewer=reviewer, after=after, outside=outside)
    if found is None and after is not None:
        found = site.desk.next_item(wanted, reviewer=reviewer, outside=outside)
    if found is None:
        return RedirectResponse(queue_url(wanted, ended="1"), 303)
    place = {"report": found.report_id, "p": found.pointer, "at": found.position}
    return RedirectResponse(with_query(BESIDE, **place, **filter_values(wanted)), 303)


@router.post(f"{BESIDE}/decide")
def decide(request: Request, site: TheSite, reviewer: Reviewer, form: Form) -> Response:
    """Save a decision; answers with the document as it is then, or says why nothing was saved."""
    report_id, pointer = form.get("report", ""), form.get("p", "")
    item = site.desk.item(report_id, pointer, reviewer=reviewer)
    frame = frame_of(request)
    try:
        order, seen = _order(site, reviewer, item, form)
        outcome = site.desk.decide(report_id, order, by=reviewer, seen=seen)
    except BadFormError as error:
        return _refused(frame.language, error.key)
    except RefusedError as error:
        return _refused(frame.language, problem_of(error), impossible=isinstance(error, ImpossibleError))
    if isinstance(outcome, Conflict):
        theirs = outcome.theirs[-1] if outcome.theirs else None
        told = {"problem": said_in(frame.language, "beside.conflict", name=theirs.by if theirs else "?")}
        return JSONResponse({**told, **_document(request, site, reviewer, report_id)}, 409)
    return JSONResponse({"pointer": outcome.pointer, **_document(request, site, reviewer, report_id)})


@router.post(f"{BESIDE}/undo")
def undo(request: Request, site: TheSite, reviewer: Reviewer, form: Form) -> Response:
    """Take the reviewer's latest decision on the report back."""
    report_id = form.get("report", "")
    latest = site.desk.last_decision(reviewer, report_id=report_id)
    if latest is None or latest.decision is None:
        return _refused(frame_of(request).language, "beside.nothing_to_undo")
    try:
        saved = site.desk.undo(latest.decision, by=reviewer)
    except RefusedError as error:
        return _refused(frame_of(request).language, problem_of(error))
    return JSONResponse({"pointer": saved.pointer, **_document(request, site, reviewer, report_id)})


@dataclass(frozen=True, slots=True)
class QueueWalk:
    """A way through the queue: the address of the next report, the query that keeps it, and what of this one fits."""

    next: str
    kept: Mapping[str, str]
    fits: tuple[str, ...]
    total: int


def _walk(site: Site, reviewer: str, report_id: str, query: Query) -> QueueWalk:
    wanted, at = filter_of(query), query.get("at", "")
    own = site.desk.queue(replace(wanted, report_id=report_id), reviewer=reviewer, limit=MOST_OF_REPORT)
    every = site.desk.queue(wanted, reviewer=reviewer, limit=1)
    kept = {"at": at, **filter_values(wanted)}
    fits = tuple(one.pointer for one in own.items)
    return QueueWalk(walk_url(wanted, after=at, outside=report_id), kept, fits, every.total)


def _content(site: Site, reviewer: str, report_id: str) -> dict[str, Any]:
    line = site.desk.report_line(report_id)
    whole = site.desk.whole(line.report_id, reviewer=reviewer)
    return {"line": line, "whole": whole, "report": whole.report, "marks": _marks, "spot_data": spot_data}


def _marks(field: Any) -> tuple[tuple[str, bool], ...]:
    """A text in pieces, with those that the machine was unsure of."""
    return marked(str(field.value), unsure_words(field))


def _document(request: Request, site: Site, reviewer: str, report_id: str) -> Mapping[str, object]:
    content = _content(site, reviewer, report_id)
    return {"document": html_of("beside_document.html", frame_of(request), **content), "open": content["whole"].open}


def _refused(language: Any, problem: str | Reason, *, impossible: bool = False) -> Response:
    return JSONResponse({"problem": said_in(language, problem), "impossible": impossible}, 422)


def _order(site: Site, reviewer: str, item: Item, form: Query) -> tuple[Order, str | None]:
    """The decision that a form asks for, and the version of what it is about; BadFormError."""
    asked, seen = form.get("action", ""), form.get("version")
    if asked == JOIN_NEXT:
        return _join(item), seen
    if asked == JOIN_BEFORE:
        before = site.desk.item(item.report_id, _before(item), reviewer=reviewer)
        return _join(before), before.version
    if asked == OTHER_LIST:
        return _move(item), seen
    if asked in AREAS:
        return _to_area(item, AREAS[asked]), seen
    if asked == WORDING:
        wording = next((one.wording for one in item.surroundings.questions if one.chosen), None)
        if wording is None:
            raise BadFormError("beside.no_wording")
        return Order(action=Action.CORRECT, pointer=item.pointer, value=wording), seen
    return order_of(form, item), seen


def _join(item: Item) -> Order:
    around = item.surroundings
    if around.next_in_list is None or Action.JOIN not in item.actions:
        raise BadFormError("beside.no_neighbour")
    return Order(action=Action.JOIN, pointer=item.pointer, value=around.joined_text, other=around.next_in_list)


def _before(item: Item) -> str:
    """The address of the item before in the same list; BadFormError where it is the first."""
    for one in item.surroundings.lists:
        addresses = [cell.pointer for cell in one.items]
        if item.pointer in addresses[1:]:
            return addresses[addresses.index(item.pointer) - 1]
    raise BadFormError("beside.no_neighbour")


def _move(item: Item) -> Order:
    """To the other list of the same area: a strength becomes an improvement and the other way round."""
    if item.kind not in ("strength", "improvement") or item.area is None:
        raise BadFormError("beside.no_other_list")
    other: Any = "improvements" if item.kind == "strength" else "strengths"
    return Order(action=Action.MOVE, pointer=item.pointer, target=Target(area=item.area, list=other))


def _to_area(item: Item, by: int) -> Order:
    """To the same list of the area before or after; a text at a chapter's edge is mostly of the one beside it."""
    lists: dict[str, ListName] = {kind.value: name for name, kind in LIST_KINDS.items() if kind is not FieldKind.ROW}
    known = sorted({one.target.area for one in item.surroundings.targets})
    if item.kind not in lists or item.area not in known:
        raise BadFormError("beside.no_other_list")
    place = known.index(item.area) + by
    if not 0 <= place < len(known):
        raise BadFormError("beside.no_other_area")
    return Order(action=Action.MOVE, pointer=item.pointer, target=Target(area=known[place], list=lists[item.kind]))
