"""The way in: log-in, or one's name where no users are kept; the way out; the keys' page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kompass_extract.web.access import TooManyAttemptsError, clean_name
from kompass_extract.web.addresses import HELP, LOGIN, LOGOUT, REPORTS, inside, with_query
from kompass_extract.web.kept_form import KeptForm, kept_in
from kompass_extract.web.render import page
from kompass_extract.web.site import (
    ForbiddenError,
    Form,
    Site,
    TheSite,
    address_of,
    frame_of,
    session_of,
    sign_in,
    site_of,
)

router = APIRouter()


@router.get("/")
def front() -> Response:
    """The list of reports is where everybody begins."""
    return RedirectResponse(REPORTS, 303)


@router.get(LOGIN)
def ask(request: Request) -> Response:
    """Who is it?"""
    target = inside(request.query_params.get("then"))
    renaming = "rename" in request.query_params and site_of(request).says_name
    if session_of(request) is not None and not renaming:
        return RedirectResponse(target, 303)
    return asking(request, target)


@router.post(LOGIN)
def enter(request: Request, site: TheSite, form: Form) -> Response:
    """Let somebody in."""
    target, name = inside(form.get("then")), clean_name(form.get("name", ""))
    if site.settings.user_header:
        raise ForbiddenError
    if site.users:
        return _by_password(request, site, form, target)
    if name is None:
        return asking(
            request, target, problem="login.bad_name", status=422, name=form.get("name", ""), kept=kept_in(form)
        )
    return _let_in(request, name, form, target)


@router.post(LOGOUT)
def leave(request: Request, site: TheSite, form: Form) -> Response:
    """Forget the session."""
    site.access.end(request.cookies.get(site.settings.cookie, ""))
    return RedirectResponse(LOGIN, 303)


@router.get(HELP)
def keys(request: Request) -> Response:
    """The keys, for those who have no script."""
    return page("help.html", frame_of(request))


def _by_password(request: Request, site: Site, form: Form, target: str) -> Response:
    name = form.get("name", "").strip()
    try:
        right = site.access.verify(name, form.get("password", ""), address_of(request))
    except TooManyAttemptsError as error:
        minutes = -(-error.wait // 60)
        answer = asking(
            request, target, problem="login.wait", status=429, name=name, minutes=minutes, kept=kept_in(form)
        )
        answer.headers["Retry-After"] = str(error.wait)
        return answer
    if not right:
        return asking(request, target, problem="login.wrong", status=403, name=name, kept=kept_in(form))
    return _let_in(request, name, form, target)


def _let_in(request: Request, name: str, form: Form, target: str) -> Response:
    """A session begins; what was written before it is shown, to be sent by its own step."""
    sign_in(request, name)
    kept = kept_in(form)
    if kept is not None:
        return page("kept.html", frame_of(request, kept.page), kept=kept)
    return RedirectResponse(target, 303)


def asking(
    request: Request,
    target: str,
    *,
    problem: str | None = None,
    status: int = 200,
    minutes: int = 0,
    name: str = "",
    kept: KeptForm | None = None,
) -> Response:
    """The page that asks who it is; ``kept`` is a form that was sent without a session and goes along."""
    session = session_of(request)
    return page(
        "login.html", frame_of(request, with_query(LOGIN, then=target)), status=status,
        kept=kept.hidden if kept else {}, then=target, problem=problem, minutes=minutes,
        password=not site_of(request).says_name,
        elsewhere=bool(site_of(request).settings.user_header),
        name=name or (session.name if session else ""),
    )  # fmt: skip
