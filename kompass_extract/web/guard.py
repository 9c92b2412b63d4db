"""What every request passes before any page sees it, and what every answer carries.

A foreign site can reach a server on this machine in two ways: by a name of its own that it points at 127.0.0.1
(met by the host check), and by a form or script in a reviewer's browser (met by the session's CSRF token, and
by ``Sec-Fetch-Site`` where the browser says it).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kompass_extract.web.addresses import rooted

LARGEST_BODY_BYTES = 256 * 1024  # a decision's form has a few kilobytes
BODY_S = 20.0  # seconds in which a body must be whole, over the slowest of lines
LEADING = ("location", "x-kompass-at")
"""Headers of answers that name a page."""
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_METHODS = _SAFE_METHODS | {"POST"}


class Guard:
    """ASGI middleware: host names, methods, body size and origin of requests; headers of answers.

    ``root`` is the path that a proxy serves the pages under: requests may come with it or without, answers lead to it.
    A body that is not whole after ``body_seconds`` is refused.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], *, root: str = "", body_seconds: float = BODY_S) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._root = root
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what must not come in, and put the security headers on what goes out."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                _secure(headers)
                self._lead(headers)
            await send(message)

        refusal = self._refusal(scope)
        scope = self._below_root(scope)
        if scope["method"] == "POST" and refusal is None:
            try:
                async with asyncio.timeout(self._body_seconds):
                    receive = await whole_body(receive)
            except TimeoutError:
                refusal = PlainTextResponse("The body came too slowly.", 408, headers={"Connection": "close"})
        if scope["method"] == "HEAD":
            await (refusal or self._app)({**scope, "method": "GET"}, receive, without_body(with_headers))
        else:
            await (refusal or self._app)(scope, receive, with_headers)

    def _below_root(self, scope: Scope) -> Scope:
        """The request as the pages know it: without the path that the proxy serves them under."""
        if not self._root or not (scope["path"] == self._root or scope["path"].startswith(f"{self._root}/")):
            return scope
        path = scope["path"][len(self._root) :] or "/"
        return {**scope, "path": path, "raw_path": quote(path).encode()}

    def _lead(self, headers: MutableHeaders) -> None:
        for name in LEADING:
            if headers.get(name, "").startswith("/"):
                headers[name] = rooted(headers[name], self._root)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or host_name(hosts[0]) not in self._hosts:
            return PlainTextResponse("This host name is not served here.", 421)
        if scope["method"] not in _METHODS:
            return PlainTextResponse("Method not allowed.", 405)
        if b"%00" in scope["query_string"] or "\x00" in scope["path"]:
            return PlainTextResponse("There is nothing of that name.", 404)  # no store takes it as text
        if scope["method"] in _SAFE_METHODS:
            return None
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return PlainTextResponse("Forms of other sites are not taken.", 403)
        length = headers.get("content-length", "")
        if not length.isdecimal():
            return PlainTextResponse("The length of the body must be given.", 411)
        if int(length) > LARGEST_BODY_BYTES:
            return PlainTextResponse("The body is too long.", 413)
        return None


async def whole_body(receive: Receive) -> Receive:
    """Take a body in to its end, and give what hands it on; pages wait for nobody's network."""
    kept: list[Message] = []
    while True:
        message = await receive()
        kept.append(message)
        if message["type"] != "http.request" or not message.get("more_body", False):
            break

    async def handed_on() -> Message:
        return kept.pop(0) if kept else await receive()

    return handed_on


def without_body(send: Send) -> Send:
    """Send an answer's headers alone, as HEAD asks for them."""

    async def emptied(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return emptied


def host_name(header: str) -> str:
    """The name in a Host header, lower case, without port and brackets."""
    header = header.strip().lower()
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]


def _secure(headers: MutableHeaders) -> None:
    for name, value in SECURITY_HEADERS.items():
        headers[name] = value
    if "cache-control" not in headers:
        headers["Cache-Control"] = "no-store"
