"""What all pages share, and who is asking: the session behind a request, its language, its form."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, cast

from fastapi import Depends, Request
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kompass_extract.review.service import Desk
from kompass_extract.web.access import Access, Begun, Session, clean_name
from kompass_extract.web.addresses import ACCOUNT, LOGIN, LOGOUT, with_query
from kompass_extract.web.pictures import Pictures
from kompass_extract.web.proxy import SIGNED_IN
from kompass_extract.web.render import PageFrame
from kompass_extract.web.web_settings import LANGUAGES, Language, Role, WebSettings

LANGUAGE_COOKIE = "kompass_language"
YEAR_S = 365 * 24 * 3600
SAME_SITE: Literal["lax"] = "lax"
"""A link from another site comes with the session, so that it logs nobody out; forms of other sites come without it,
and nothing that is only looked at changes a decision."""
NONCE = re.compile(r"[\w-]{32}")
OF_READERS = frozenset({LOGIN, LOGOUT, f"{ACCOUNT}/password", f"{ACCOUNT}/keys"})
"""Forms that somebody may send who may only look."""
FROM_SCRIPT = "x-kompass"
"""Header that the pages' own script sends: ``swap`` for what it shows, ``prefetch`` for what it may show later."""


@dataclass(frozen=True, slots=True)
class Site:
    """The parts that the pages are served from."""

    desk: Desk
    access: Access
    pictures: Pictures
    thumbnails: Pictures
    settings: WebSettings
    users: bool
    """Whether people log in with a password."""

    @property
    def says_name(self) -> bool:
        """Whether whoever comes says their own name."""
        return not self.users and not self.settings.user_header


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


async def _admin(request: Request) -> str:
    name = reviewer_of(request)
    if role_of(request) != "admin":
        raise ForbiddenError
    return name


def address_of(request: Request) -> str:
    """The address that a request comes from, as a trusted proxy says it."""
    return request.client.host if request.client else ""


class ForbiddenError(Exception):
    """The one who asks may look, not change."""


def session_of(request: Request) -> Session | None:
    """The session behind a request, found once: of its cookie, else of whom a trusted proxy names, else of ``--as``."""
    if not hasattr(request.state, "session"):
        site = site_of(request)
        token = request.cookies.get(site.settings.cookie, "")
        found = site.access.find(token) if token and not site.settings.user_header else None
        request.state.session = found or _without_cookie(request)
    return cast(Session | None, request.state.session)


def _without_cookie(request: Request) -> Session | None:
    """A session that is kept nowhere: its name comes with each request, its token from the browser's form cookie."""
    site = site_of(request)
    alone = site.settings.reviewer if site.says_name else None
    named = clean_name(request.scope.get(SIGNED_IN, "")) or alone
    return Session(named, form_token(request)) if named else None


def form_token(request: Request) -> str:
    """The token of forms for a browser without a session of its own; its cookie comes with the answer."""
    nonce = request.cookies.get(site_of(request).settings.form_cookie, "")
    if not NONCE.fullmatch(nonce):
        nonce = getattr(request.state, "nonce", None) or secrets.token_urlsafe(24)
        request.state.nonce = nonce
    return site_of(request).access.form_token(nonce)


def sign_in(request: Request, name: str) -> None:
    """A new session under ``name``; the one before is forgotten."""
    old = request.cookies.get(site_of(request).settings.cookie)
    if old:
        site_of(request).access.end(old)
    begun = site_of(request).access.begin(name)
    request.state.begun, request.state.session = begun, begun.session


def role_of(request: Request) -> Role:
    """What the one who asks may do: everything where nobody logs in; of people a proxy names, by its settings."""
    site, session = site_of(request), session_of(request)
    if session is None:
        return "reader"
    known = site.access.role_of(session.name)
    if known is not None:
        return known
    return "reviewer" if site.users or site.settings.user_header else "admin"


class Finish:
    """ASGI middleware: ``finish`` completes the headers of each answer (cookies, how long files are kept)."""

    def __init__(self, app: ASGIApp, finish: Callable[[Request, MutableHeaders], None]) -> None:
        self._app, self._finish = app, finish

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request and finish its answer's headers."""

        async def finished(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._finish(Request(scope), MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, finished if scope["type"] == "http" else send)


def finish_headers(request: Request, headers: MutableHeaders) -> None:
    """Add the cookies that belong to an answer, and say how long the pages' own files are kept."""
    cookies = Response()
    begun: Begun | None = getattr(request.state, "begun", None)
    if begun is not None:
        settings = site_of(request).settings
        _set(request, cookies, settings.cookie, begun.token)
    if (nonce := getattr(request.state, "nonce", None)) is not None:
        _set(request, cookies, site_of(request).settings.form_cookie, nonce)
    if request.query_params.get("lang"):
        _set(request, cookies, LANGUAGE_COOKIE, language_of(request), max_age=YEAR_S)
    for value in cookies.headers.getlist("set-cookie"):
        headers.append("Set-Cookie", value)
    if request.url.path.startswith("/static/"):
        headers["Cache-Control"] = caching(request)


def _set(request: Request, cookies: Response, name: str, value: str, max_age: int | None = None) -> None:
    """A cookie of these pages: not for scripts, and never without TLS where this request came over it."""
    settings = site_of(request).settings
    secure = settings.secure or request.url.scheme == "https"
    path = settings.root or "/"
    cookies.set_cookie(name, value, max_age, httponly=True, samesite=SAME_SITE, secure=secure, path=path)


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
        csrf=session.csrf if session else form_token(request),
        here=here or with_query(request.url.path, **query),
        users=not site_of(request).says_name,
        root=site_of(request).settings.root,
        role=role_of(request),
    )


def reviewer_of(request: Request) -> str:
    """The reviewer's name; NotSignedInError where nobody is known."""
    session = session_of(request)
    if session is None:
        raise NotSignedInError
    return session.name


def caching(request: Request) -> str:
    """How browsers keep a picture or file: for good where its address says what it shows, else asking each time."""
    return "private, max-age=31536000, immutable" if "shows" in request.query_params else "private, no-cache"


async def parsed_form(request: Request) -> Mapping[str, str]:
    """The request's form as it came, whoever sent it; read once."""
    known: Mapping[str, str] | None = getattr(request.state, "form", None)
    if known is None:
        given = await request.form(max_files=0, max_fields=200)
        known = {name: value.replace("\x00", "") for name, value in given.multi_items() if isinstance(value, str)}
        request.state.form = known
    return known


async def form_of(request: Request) -> Mapping[str, str]:
    """The request's form; ExpiredFormError where it was not given to this session."""
    form = await parsed_form(request)
    session = session_of(request)
    expected = session.csrf if session else form_token(request)
    if not hmac.compare_digest(form.get("csrf", "").encode(), expected.encode()):
        raise ExpiredFormError
    if session is not None and role_of(request) == "reader" and request.url.path not in OF_READERS:
        raise ForbiddenError
    return form


TheSite = Annotated[Site, Depends(_site)]
Reviewer = Annotated[str, Depends(_reviewer)]
Admin = Annotated[str, Depends(_admin)]
Form = Annotated[Mapping[str, str], Depends(form_of)]
