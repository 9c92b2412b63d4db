"""Many values on one page, each with what is printed: all that are left in are accepted by one step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kompass_extract.model.evidence_places import boxes_on
from kompass_extract.model.geometry import Box, union
from kompass_extract.model.report import PageInfo
from kompass_extract.review.service.desk_together import Acceptable, is_batch, new_batch
from kompass_extract.review.service.desk_values import QueueFilter, RefusedError
from kompass_extract.review.service.review_errors import problem_of
from kompass_extract.review.service.text_source import TextLine
from kompass_extract.web.addresses import (
    LONGEST_VALUE,
    TOGETHER,
    Query,
    filter_of,
    filter_values,
    together_url,
    whole_number,
)
from kompass_extract.web.addresses import picture_url as address_of_picture
from kompass_extract.web.doubted_words import marked, unsure_words
from kompass_extract.web.render import page
from kompass_extract.web.site import Form, Reviewer, Site, TheSite, frame_of

router = APIRouter()
MARGIN_PT = 14.0
"""Room around a place, so that its first and last letters and the lines beside it are seen."""
LEAST_WIDE_PT = 300.0
PICKED = "take"
"""Begin of the names of the fields of values that are left in; their position on the page follows."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a page with the places in it; ``lines`` are those of a text, which has no picture."""

    page: int
    url: str | None
    view: Box
    whole: Box
    places: tuple[Box, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One value with all that is needed to judge it; ``name`` and ``key`` are its field's in the form."""

    value: Acceptable
    name: str
    key: str
    pieces: tuple[tuple[str, bool], ...]
    crops: tuple[Crop, ...]


@router.get(TOGETHER)
def together(request: Request, site: TheSite, reviewer: Reviewer) -> Response:
    """All values of a filter that may be accepted together, some at a time."""
    return _page(request, site, reviewer, filter_of(request.query_params))


@router.post(TOGETHER)
def accept(request: Request, site: TheSite, reviewer: Reviewer, form: Form) -> Response:
    """Accept what was left in: a transaction for each report, a decision for each value."""
    batch, wanted = form.get("batch", ""), filter_of(form)
    left: list[tuple[str, str]] = []
    try:
        for report_id, seen in _picked(form).items():
            missed = site.desk.accept_together(report_id, seen, by=reviewer, batch=batch)
            left += [(report_id, pointer) for pointer in missed]
    except RefusedError as error:
        return _page(request, site, reviewer, wanted, problem=problem_of(error))
    place = None if left else form.get("next")
    address = together_url(wanted, batch=batch, left=len(left) or None, **{"from": place})
    return RedirectResponse(address, 303)


@router.post(f"{TOGETHER}/undo")
def undo(request: Request, site: TheSite, reviewer: Reviewer, form: Form) -> Response:
    """Take back all that was accepted together."""
    wanted = filter_of(form)
    try:
        taken = site.desk.undo_together(form.get("batch", ""), by=reviewer)
    except RefusedError as error:
        return _page(request, site, reviewer, wanted, problem=problem_of(error))
    return RedirectResponse(together_url(wanted, undone=taken.values), 303)


def _page(
    request: Request, site: Site, reviewer: str, wanted: QueueFilter, *, problem: object | None = None
) -> Response:
    query = request.query_params
    after = query.get("from", "")[:LONGEST_VALUE] or None
    found = site.desk.acceptable(wanted, reviewer=reviewer, after=after)
    batch = query.get("batch", "")
    return page(
        "together.html",
        frame_of(request, together_url(wanted)),
        status=422 if problem else 200,
        found=found,
        cards=tuple(_cards(site, found.values)),
        wanted=wanted,
        filters=filter_values(wanted),
        batch=new_batch(),
        done=site.desk.together(batch) if is_batch(batch) else None,
        left=whole_number(query.get("left", "")),
        undone=whole_number(query.get("undone", "")),
        problem=problem,
    )


def _picked(form: Query) -> Mapping[str, dict[str, str]]:
    """The values that were left in, by report: their addresses with the version that was shown."""
    picked: dict[str, dict[str, str]] = {}
    for name, told in form.items():
        parts = told.splitlines()
        if name.startswith(PICKED) and len(parts) == 3:
            picked.setdefault(parts[0], {})[parts[1]] = parts[2]
    return picked


def _cards(site: Site, values: tuple[Acceptable, ...]) -> Iterator[Card]:
    lines = lru_cache(maxsize=None)(site.desk.text_lines)
    for index, one in enumerate(values):
        own = (f"{one.item.report_id}\n{one.item.pointer}\n{one.version}", f"{PICKED}{index}")
        crops = tuple(
            _crop(one, shown, lines(one.item.report_id, shown.number) if shown.kind == "text" else ())
            for shown in one.pages
        )
        yield Card(one, own[1], own[0], marked(str(one.field.value), unsure_words(one.field)), crops)


def _crop(one: Acceptable, shown: PageInfo, lines: tuple[TextLine, ...]) -> Crop:
    places = boxes_on(shown.number, one.field.evidence)
    whole = Box(0.0, 0.0, *shown.extent)
    return Crop(
        page=shown.number,
        url=None if shown.kind == "text" else address_of_picture(one.row_id, shown, one.sha256),
        view=_around(places, whole) if places else whole,
        whole=whole,
        places=places,
        lines=tuple(line.text for line in lines if any(line.is_at(place) for place in one.field.evidence)),
    )


def _around(places: tuple[Box, ...], whole: Box) -> Box:
    """The places with some room, wide enough to be read, within the page."""
    place = union(list(places))
    wide = min(whole.width, max(LEAST_WIDE_PT, place.width + 2 * MARGIN_PT))
    x0 = min(max(0.0, place.center_x - wide / 2), whole.width - wide)
    y0, y1 = max(0.0, place.y0 - MARGIN_PT), min(whole.height, place.y1 + MARGIN_PT)
    return Box(x0, y0, x0 + wide, max(y0 + 1.0, y1))
