"""The application: the pages put together, and what becomes of errors."""

from __future__ import annotations

import logging
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from kompass_extract.errors import KompassError
from kompass_extract.model.reasons import Reason
from kompass_extract.review.service import Desk
from kompass_extract.review.service.desk_values import UnknownItemError, UnknownReportError
from kompass_extract.review.service.review_errors import problem_of
from kompass_extract.web import beside_page, entry, items, list_pages, people_pages, together_page, whole_pages
from kompass_extract.web.access import Access
from kompass_extract.web.addresses import LOGIN, with_query
from kompass_extract.web.browse import browse_routes
from kompass_extract.web.browse.browse_app import browsing_of
from kompass_extract.web.entry import asking
from kompass_extract.web.guard import Guard
from kompass_extract.web.kept_form import sent_form
from kompass_extract.web.pictures import THUMBNAIL_DPI, Pictures
from kompass_extract.web.proxy import Proxy
from kompass_extract.web.render import page
from kompass_extract.web.site import (
    FROM_SCRIPT,
    ExpiredFormError,
    Finish,
    ForbiddenError,
    NotSignedInError,
    Site,
    finish_headers,
    frame_of,
    session_of,
)
from kompass_extract.web.web_settings import WebSettings

log = logging.getLogger(__name__)


def create_app(desk: Desk, settings: WebSettings) -> ASGIApp:
    """The review pages over ``desk``; its users and sessions are those of ``settings.access``."""
    access = Access(settings.access)
    app = FastAPI(title="Kompass", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.site = Site(
        desk, access, Pictures(settings.picture_cache), Pictures(settings.picture_cache, THUMBNAIL_DPI), settings,
        bool(access.user_names()),
    )  # fmt: skip
    app.state.browsing = browsing_of(desk.archive, settings, reviewers=True)
    for part in (entry, list_pages, items, whole_pages, beside_page, together_page, people_pages, browse_routes):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=Path(str(files("kompass_extract.web") / "static"))), name="static")
    app.add_middleware(Finish, finish=finish_headers)
    _errors(app)
    guarded = Guard(app, settings.allowed_hosts, root=settings.root)  # even the answer to a mistake has its headers
    return Proxy(guarded, settings)


def _errors(app: FastAPI) -> None:
    app.add_exception_handler(NotSignedInError, _ask_who)
    app.add_exception_handler(ExpiredFormError, _expired)
    app.add_exception_handler(ForbiddenError, _forbidden)
    app.add_exception_handler(UnknownReportError, _not_found)
    app.add_exception_handler(UnknownItemError, _not_found)
    app.add_exception_handler(StarletteHTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _not_found)
    app.add_exception_handler(KompassError, _refused)
    app.add_exception_handler(Exception, _mistake)


async def _ask_who(request: Request, error: Exception) -> Response:
    """To the log-in and back; the pages' script is told, as it would put the log-in where the page was.

    What was written into a form goes along.
    """
    if request.headers.get(FROM_SCRIPT):
        return JSONResponse({"login": LOGIN}, 401)
    kept = await sent_form(request)
    if kept is not None:
        return asking(request, kept.page, status=401, kept=kept)
    here = with_query(request.url.path, **request.query_params) if request.method == "GET" else ""
    return RedirectResponse(with_query(LOGIN, then=here), 303)


async def _expired(request: Request, error: Exception) -> Response:
    kept = await sent_form(request)
    if kept is not None and session_of(request) is not None:
        return page("kept.html", frame_of(request, kept.page), status=403, kept=kept)
    if kept is not None:
        return asking(request, kept.page, status=401, kept=kept)
    return _said(request, 403, "error.expired")


def _forbidden(request: Request, error: Exception) -> Response:
    return _said(request, 403, "error.forbidden")


def _not_found(request: Request, error: Exception) -> Response:
    return _said(request, 404, "error.not_found")


def _refused(request: Request, error: Exception) -> Response:
    return _said(request, 422, problem_of(error))


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException | StarletteHTTPException) else 500
    return _said(request, status, "error.not_found" if status in (404, 405) else "error.bad_request")


def _mistake(request: Request, error: Exception) -> Response:
    log.error("a page failed", exc_info=error)
    return _said(request, 500, "error.server")


def _said(request: Request, status: int, problem: str | Reason) -> Response:
    return page("error.html", frame_of(request), status=status, problem=problem, back=None)
