"""The page of one item, put together; shown when it is asked for, and in answer to the decision before it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from fastapi import Request
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from kompass_extract.model.reasons import Reason
from kompass_extract.review import Action
from kompass_extract.review.decisions.item_kinds import FieldKind
from kompass_extract.review.service import Desk
from kompass_extract.review.service.desk_values import Item, QueueFilter, UnknownItemError, UnknownReportError
from kompass_extract.web.addresses import Query, filter_of, filter_values, item_url, whole_number
from kompass_extract.web.doubted_words import marked, unsure_words
from kompass_extract.web.item_view import away, choices, overview_view, picture_view, spot_data, takes_value
from kompass_extract.web.orders import KINDS, target_value
from kompass_extract.web.render import page
from kompass_extract.web.site import FROM_SCRIPT, Site, frame_of, role_of

AT = "X-Kompass-At"
"""Header of an answer: the address of what it shows, where that is not the address that was asked."""
_IN_OVERVIEW = frozenset({FieldKind.OVERVIEW, FieldKind.OVERVIEW_LABEL})


@dataclass(frozen=True, slots=True)
class Refused:
    """A decision that was not saved: why, what the form held, and whether it may be confirmed."""

    problem: str | Reason
    form: Query
    impossible: bool = False


def item_page(
    request: Request, site: Site, reviewer: str, item: Item, wanted: QueueFilter, *, refused: Refused | None = None
) -> Response:
    """The item's page; ``wanted`` is the queue that the reviewer goes through."""
    query, form = request.query_params, refused.form if refused else {}
    if role_of(request) == "reader":
        item = replace(item, actions=())
    number = query.get("page", "")
    unsure = unsure_words(item)
    return page(
        "item.html",
        frame_of(request, item_url(item.report_id, item.pointer, wanted)),
        status=422 if refused else 200,
        item=item,
        line=site.desk.report_line(item.report_id),
        wanted=wanted,
        filters=filter_values(wanted),
        picture=picture_view(
            item,
            number=whole_number(number),
            whole=query.get("view") == "page",
            lines=lambda page: site.desk.text_lines(item.report_id, page),
        ),
        overview=overview_view(item, site.desk.report(item.report_id)) if item.kind in _IN_OVERVIEW else None,
        choices=choices(item),
        spots=spot_data(item.spots),
        unsure=unsure,
        marks=marked(form.get("value") or str(item.value or ""), unsure),
        impossible=form.get("action") if refused and refused.impossible else None,
        away=away(item),
        takes_value=takes_value(item),
        typed=form.get("value"),
        typed_rest=form.get("rest"),
        remark=form.get("remark", ""),
        problem=refused.problem if refused else None,
        place=site.desk.place(wanted, item.position, reviewer=reviewer),
        latest=site.desk.last_decision(reviewer),
        kinds=KINDS,
        target_value=target_value,
        undone="undone" in query,
        waits="waits" in query,
        Action=Action,
    )


def shown(request: Request, site: Site, reviewer: str, item: Item) -> Response:
    """The item's page in answer to a look at it."""
    return _held(
        request, site, reviewer, item, item_page(request, site, reviewer, item, filter_of(request.query_params))
    )


def gone_to(request: Request, site: Site, reviewer: str, place: tuple[str, str], wanted: QueueFilter) -> Response:
    """On to the item at ``place`` (report id, pointer): the pages' script gets it at once, others are sent there."""
    address = item_url(*place, wanted)
    if FROM_SCRIPT not in request.headers:
        return RedirectResponse(address, 303)
    item = site.desk.item(*place, reviewer=reviewer)
    answer = _held(request, site, reviewer, item, item_page(request, site, reviewer, item, wanted))
    answer.headers[AT] = address
    return answer


def _held(request: Request, site: Site, reviewer: str, item: Item, answer: Response) -> Response:
    """The answer, and once it is sent the item is held; not where it was only fetched ahead, or somebody else does."""
    ahead = request.headers.get(FROM_SCRIPT) == "prefetch"
    if not ahead and (item.hold is None or item.hold.mine):
        answer.background = BackgroundTask(_hold, site.desk, item, reviewer)
    return answer


def _hold(desk: Desk, item: Item, reviewer: str) -> None:
    with suppress(UnknownItemError, UnknownReportError):  # it went away meanwhile
        desk.hold(item.report_id, item.pointer, by=reviewer)
