"""What all pages share, and who is asking: the session behind a request, its language, its form."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, cast

from fastapi import Depends, Request
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kompass_extract.review.service import Desk
from kompass_extract.web.access import Access, Begun, Session
from kompass_extract.web.addresses import with_query
from kompass_extract.web.pictures import Pictures
from kompass_extract.web.render import PageFrame
from kompass_extract.web.web_settings import LANGUAGES, Language, WebSettings

LANGUAGE_COOKIE = "kompass_language"
YEAR_S = 365 * 24 * 3600
SAME_SITE: Literal["lax"] = "lax"
"""A link from another site comes with the session, so that it logs nobody out; forms of other sites come without it,
and nothing that is only looked at changes a decision."""
FROM_SCRIPT = "x-kompass"
"""Header that the pages' own script sends: ``swap`` for what it shows, ``prefetch`` for what it may show later."""


@dataclass(frozen=True, slots=True)
class Site:
    """The parts that the pages are served from."""

    desk: Desk
    access: Access
    pictures: Pictures
    settings: WebSettings
    users: bool
    """Whether people log in with a password; else they say their name."""


class NotSignedInError(Exception):
    """Nobody is known behind the request: they are asked first."""


class ExpiredFormError(Exception):
    """The form does not carry its session's token."""


def site_of(request: Request) -> Site:
    """The parts of the running application."""
    return cast(Site, request.app.state.site)


async def _site(request: Request) -> Site:
    return site_of(request)  # not worth a thread of its own


async def _reviewer(request: Request) -> str:
    return reviewer_of(request)


def session_of(request: Request) -> Session | None:
    """The session that the request's cookie names, found once per request."""
    if not hasattr(request.state, "session"):
        site = site_of(request)
        token = request.cookies.get(site.settings.cookie, "")
        found = site.access.find(token) if token else None
        if found is None and site.settings.reviewer and not site.users:
            found = _begun(request, site.settings.reviewer).session
        request.state.session = found
    return cast(Session | None, request.state.session)


def stranger(request: Request) -> Session:
    """The session of a browser that nobody has logged in from, begun where there is none: forms need its token."""
    return session_of(request) or _begun(request, None).session


def _begun(request: Request, name: str | None) -> Begun:
    begun = site_of(request).access.begin(name)
    request.state.begun, request.state.session = begun, begun.session
    return begun


def sign_in(request: Request, name: str) -> None:
    """A new session under ``name``; the one before is forgotten, so that no token of a stranger lives on."""
    old = request.cookies.get(site_of(request).settings.cookie)
    if old:
        site_of(request).access.end(old)
    _begun(request, name)


class Finish:
    """ASGI middleware: the cookies that belong to an answer, and how long the pages' own files are kept."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request and finish its answer's headers."""

        async def finished(message: Message) -> None:
            if message["type"] == "http.response.start":
                _finish(Request(scope), MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, finished if scope["type"] == "http" else send)


def _finish(request: Request, headers: MutableHeaders) -> None:
    cookies = Response()
    begun: Begun | None = getattr(request.state, "begun", None)
    if begun is not None:
        settings = site_of(request).settings
        cookies.set_cookie(
            settings.cookie, begun.token, httponly=True, samesite=SAME_SITE, secure=settings.secure, path="/"
        )
    if request.query_params.get("lang"):
        cookies.set_cookie(LANGUAGE_COOKIE, language_of(request), max_age=YEAR_S, samesite=SAME_SITE, httponly=True)
    for value in cookies.headers.getlist("set-cookie"):
        headers.append("Set-Cookie", value)
    if request.url.path.startswith("/static/"):
        headers["Cache-Control"] = caching(request)


def language_of(request: Request) -> Language:
    """The language asked for in the address, else in the cookie, else Swedish."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return next((language for language in LANGUAGES if language == asked), LANGUAGES[0])


def frame_of(request: Request, here: str | None = None) -> PageFrame:
    """What the request's page needs; ``here`` names the page where the request's address does not."""
    session = session_of(request)
    query = {name: value for name, value in request.query_params.items() if name != "lang"}
    return PageFrame(
        language=language_of(request),
        reviewer=session.name if session else None,
        csrf=session.csrf if session else "",
        here=here or with_query(request.url.path, **query),
        users=site_of(request).users,
    )


def reviewer_of(request: Request) -> str:
    """The reviewer's name; NotSignedInError where nobody is known."""
    session = session_of(request)
    if session is None or session.name is None:
        raise NotSignedInError
    return session.name


def caching(request: Request) -> str:
    """How browsers keep a picture or file: for good where its address says what it shows, else asking each time."""
    return "private, max-age=31536000, immutable" if "shows" in request.query_params else "private, no-cache"


async def form_of(request: Request) -> Mapping[str, str]:
    """The request's form; ExpiredFormError where it was not given to this session."""
    given = await request.form(max_files=0, max_fields=200)
    form = {name: value.replace("\x00", "") for name, value in given.multi_items() if isinstance(value, str)}
    session = session_of(request)
    if session is None or not hmac.compare_digest(form.get("csrf", "").encode(), session.csrf.encode()):
        raise ExpiredFormError
    return form


TheSite = Annotated[Site, Depends(_site)]
Reviewer = Annotated[str, Depends(_reviewer)]
Form = Annotated[Mapping[str, str], Depends(form_of)]
