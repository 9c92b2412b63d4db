"""The archive's pages on a server: addresses to views; nothing here changes anything."""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from kompass_extract.errors import KompassError, UsageError
from kompass_extract.review.answers import AnswerArchive
from kompass_extract.web.addresses import LONGEST_VALUE, Query, rooted
from kompass_extract.web.browse import archive_views, document_views
from kompass_extract.web.browse.archive_views import View
from kompass_extract.web.browse.browse_links import ROOT, ServerLinks
from kompass_extract.web.browse.browse_render import csv_of, html_of
from kompass_extract.web.browse.concept_names import concept_names
from kompass_extract.web.browse.document_views import SearchWish
from kompass_extract.web.browse.export_files import ExportFiles, names
from kompass_extract.web.browse.kept_pages import KeptPages
from kompass_extract.web.browse.value_picture import value_png
from kompass_extract.web.pictures import Pictures
from kompass_extract.web.site import caching, language_of, reviewer_of

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class _Told(APIRoute):
    """A route that shows its errors on the archive's own pages, also within the review."""

    def get_route_handler(self) -> Handler:
        handler = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handler(request)
            except (KompassError, RequestValidationError) as error:
                return not_found(request, error)

        return told


router = APIRouter(prefix=ROOT.rstrip("/"), route_class=_Told)
MOST_NAMED = 20  # further reports of a comparison
KINDS = ("strength", "improvement", "narrative")
LONGEST_NUMBER = 6  # digits of a number in an address


@dataclass(frozen=True)
class Browsing:
    """What the pages are served from; ``reviewers`` is set within the review, where who comes must be known.

    ``root`` is the path that a proxy serves the pages under.
    """

    archive: AnswerArchive
    pictures: Pictures
    files: ExportFiles
    reviewers: bool
    root: str = ""
    asking: threading.Lock = field(default_factory=threading.Lock)
    """Held while the archive is asked, which has one connection."""
    kept: KeptPages = field(default_factory=KeptPages)


async def _browsing(request: Request) -> Browsing:
    browsing = cast(Browsing, request.app.state.browsing)
    if browsing.reviewers:
        reviewer_of(request)
    return browsing


Here = Annotated[Browsing, Depends(_browsing)]


@router.get("")
def bare(here: Here) -> Response:
    """To the first page."""
    return RedirectResponse(rooted(ROOT, here.root), 307)


@router.get("/")
def start(request: Request, here: Here) -> Response:
    """Coverage and the search box."""
    return _shown(request, here, "start", lambda: archive_views.start_view(here.archive))


@router.get("/municipalities")
def places(request: Request, here: Here) -> Response:
    """All municipalities."""
    return _shown(request, here, "places", lambda: archive_views.places_view(here.archive))


@router.get("/municipality/{key}")
def place(request: Request, here: Here, key: str) -> Response:
    """One municipality."""
    return _shown(request, here, "places", lambda: archive_views.place_view(here.archive, key))


@router.get("/report/{report_id}")
def report(request: Request, here: Here, report_id: str) -> Response:
    """A report as a document."""
    return _shown(request, here, "places", lambda: document_views.report_view(here.archive, report_id))


@router.get("/report/{report_id}/page/{number}")
def page(request: Request, here: Here, report_id: str, number: int) -> Response:
    """A page of a report."""
    return _shown(request, here, "places", lambda: document_views.page_view(here.archive, report_id, number))


@router.get("/value/{report_id}/{key:path}")
def value(request: Request, here: Here, report_id: str, key: str) -> Response:
    """A single value; ``format=png`` is its place as a picture."""
    if request.query_params.get("format") == "png":
        png = value_png(here.archive, here.pictures, report_id, key)
        return Response(png, media_type="image/png", headers={"Cache-Control": caching(request)})
    return _shown(request, here, "places", lambda: document_views.value_view(here.archive, report_id, key))


@router.get("/concepts")
def concepts(request: Request, here: Here) -> Response:
    """All concepts."""
    names = concept_names(language_of(request))
    return _shown(request, here, "concepts", lambda: archive_views.concepts_view(here.archive, names))


@router.get("/concept/{concept}")
def concept(request: Request, here: Here, concept: str) -> Response:
    """One concept."""
    return _shown(request, here, "concepts", lambda: archive_views.concept_view(here.archive, concept))


@router.get("/compare")
def compare_start(request: Request, here: Here) -> Response:
    """The choice of a report."""
    if chosen := request.query_params.get("report", "").strip():
        return RedirectResponse(_links(request, here).compare(chosen[:LONGEST_VALUE]), 303)
    return _shown(request, here, "compare", lambda: archive_views.compare_start_view(here.archive))


@router.get("/compare/{report_id}")
def compare(request: Request, here: Here, report_id: str) -> Response:
    """A report beside others."""
    named = [one.strip() for one in request.query_params.getlist("with") if one.strip()][:MOST_NAMED]
    return _shown(request, here, "compare", lambda: archive_views.compare_view(here.archive, report_id, named))


@router.get("/search")
def search(request: Request, here: Here) -> Response:
    """What the search answers."""
    wish = wish_of(request.query_params)
    return _shown(request, here, "search", lambda: document_views.search_view(here.archive, wish))


@router.get("/data")
def data(request: Request, here: Here) -> Response:
    """Downloads and dictionary."""
    return _shown(request, here, "data", lambda: document_views.data_view(here.archive, names()))


@router.get("/download/{name:path}")
def download(here: Here, name: str) -> Response:
    """A file of the export, made when it is first asked for since the archive changed."""
    path: Path = here.files.file(name)
    return FileResponse(path, filename=path.name)


@router.get("/picture/{report_id}/{number}.jpg")
def picture(request: Request, here: Here, report_id: str, number: int) -> Response:
    """The picture of a page."""
    documents = here.archive.documents
    wanted = documents.page_file(documents.report(report_id), number)
    etag = f'"{here.pictures.etag(wanted)}"'
    headers = {"ETag": etag, "Cache-Control": caching(request)}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(here.pictures.picture(wanted).jpeg, media_type="image/jpeg", headers=headers)


def not_found(request: Request, error: Exception) -> Response:
    """The page for what the archive has not, and for what cannot be asked."""
    told = str(error) if isinstance(error, KompassError) and not isinstance(error, UsageError) else ""
    status = getattr(error, "status_code", None) or _status(error)
    view = View("problem.html", tuple, {"told": told})
    return HTMLResponse(html_of(view, _links(request, request.app.state.browsing)), status)


def _status(error: Exception) -> int:
    if isinstance(error, UsageError | RequestValidationError):
        return 404
    return 422 if isinstance(error, KompassError) else 500


def wish_of(query: Query) -> SearchWish:
    """The search in an address; what cannot be searched by counts as not given."""
    kind = query.get("kind", "")
    return SearchWish(
        query=query.get("q", "")[:LONGEST_VALUE],
        like=query.get("like", "")[:LONGEST_VALUE],
        kind=kind if kind in KINDS else "",
        area=_number(query, "area", most=8),
        concept=query.get("concept", "")[:LONGEST_VALUE],
        edition=query.get("edition", "")[:LONGEST_VALUE],
        county=query.get("county", "")[:LONGEST_VALUE],
        year=_number(query, "year", most=9999),
        municipality=query.get("municipality", "").strip()[:LONGEST_VALUE],
        min_score=_decimal(query.get("min", "")),
        page=_number(query, "page", most=document_views.MOST_HITS) or 1,
    )


def _shown(request: Request, here: Browsing, section: str, make: Callable[[], View]) -> Response:
    """The page of the view that ``make`` asks the archive for, or its rows as CSV."""
    links = _links(request, here)
    with here.asking, here.archive.one_state():
        if request.query_params.get("format") == "csv":
            return _as_csv(request, make())
        shown = here.kept.page(here.archive.generation, links, lambda: html_of(make(), links, section))
    return HTMLResponse(shown)


def _as_csv(request: Request, view: View) -> Response:
    name = request.url.path.removeprefix(ROOT).strip("/").replace("/", "-") or "archive"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}.csv"}
    return Response(csv_of(view.rows()), media_type="text/csv; charset=utf-8", headers=headers)


def _links(request: Request, browsing: Browsing) -> ServerLinks:
    query = [(name, value) for name, value in request.query_params.multi_items() if name not in ("lang", "format")]
    here = f"{request.url.path}?{urlencode(query)}" if query else request.url.path
    return ServerLinks(language_of(request), here, browsing.reviewers, browsing.root)


def _number(query: Query, name: str, *, most: int) -> int | None:
    given = query.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER):
        return None
    return int(given) if 0 < int(given) <= most else None


def _decimal(given: str) -> float | None:
    plain = given.strip().replace(",", ".")
    return float(plain) if plain.replace(".", "", 1).isascii() and plain.replace(".", "", 1).isdigit() else None
