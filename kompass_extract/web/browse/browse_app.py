"""The archive's pages as an application of their own, without a log-in; and as a part of the review."""

from __future__ import annotations

import logging
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from kompass_extract.archive.folder import Archive
from kompass_extract.review.answers import AnswerArchive
from kompass_extract.review.answers.municipality_groups import Groups
from kompass_extract.web.browse import browse_routes
from kompass_extract.web.browse.browse_routes import Browsing
from kompass_extract.web.browse.export_files import ExportFiles
from kompass_extract.web.guard import Guard
from kompass_extract.web.pictures import Pictures
from kompass_extract.web.proxy import Proxy
from kompass_extract.web.site import LANGUAGE_COOKIE, SAME_SITE, YEAR_S, Finish, caching, language_of
from kompass_extract.web.web_settings import WebSettings

log = logging.getLogger(__name__)


def browsing_of(archive: Archive, settings: WebSettings, *, reviewers: bool, groups: Groups | None = None) -> Browsing:
    """Return what the pages are served from; ``groups`` None takes those of the archive's folder."""
    pictures = Pictures(settings.picture_cache)
    return Browsing(AnswerArchive(archive, groups=groups), pictures, ExportFiles(archive), reviewers, settings.root)


def create_browse_app(archive: Archive, settings: WebSettings, *, groups: Groups | None = None) -> ASGIApp:
    """The archive's pages for everybody who reaches the server; nothing can be changed through them.

    ``groups`` are the municipalities that comparisons set beside each other; None takes those of the archive's folder.
    """
    app = FastAPI(title="Kompass", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.browsing = browsing_of(archive, settings, reviewers=False, groups=groups)
    app.include_router(browse_routes.router)
    app.add_api_route("/", browse_routes.bare, methods=["GET"])
    app.mount("/static", StaticFiles(directory=Path(str(files("kompass_extract.web") / "static"))), name="static")
    app.add_middleware(Finish, finish=_finish)
    app.add_exception_handler(StarletteHTTPException, browse_routes.not_found)
    app.add_exception_handler(Exception, _mistake)
    return Proxy(Guard(app, settings.allowed_hosts, root=settings.root), settings)


def _mistake(request: Request, error: Exception) -> Response:
    log.error("a page failed", exc_info=error)
    return browse_routes.not_found(request, error)


def _finish(request: Request, headers: MutableHeaders) -> None:
    """Keep the chosen language, and say how long files may be kept."""
    if request.query_params.get("lang"):
        kept = Response()
        kept.set_cookie(LANGUAGE_COOKIE, language_of(request), max_age=YEAR_S, samesite=SAME_SITE, httponly=True)
        headers.append("Set-Cookie", kept.headers["set-cookie"])
    if request.url.path.startswith("/static/"):
        headers["Cache-Control"] = caching(request)
