"""What a proxy in front of the pages says of a request: who asks, from where, and whether over TLS.

Anybody can send such headers; they count only where the connection comes from an address that the operator trusts.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from kompass_extract.errors import UsageError
from kompass_extract.web.web_settings import WebSettings

SIGNED_IN = "kompass.signed_in"
"""Key of a request's scope: whom a trusted proxy says has signed in with it; missing where it says nobody."""
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Proxy:
    """ASGI middleware: takes over what trusted proxies say."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._networks = networks(settings.trusted_proxies)
        self._header = settings.user_header.lower().encode() if settings.user_header else None
        trusted = [str(one) for one in self._networks]
        self._app: ASGIApp = ProxyHeadersMiddleware(app, trusted_hosts=trusted)  # type: ignore[arg-type, assignment]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note who has signed in, then address and scheme."""
        if scope["type"] == "http":
            named = [value for name, value in scope["headers"] if name == self._header]
            if len(named) == 1 and self._trusts(scope):
                scope = {**scope, SIGNED_IN: _text(named[0])}
        await self._app(scope, receive, send)

    def _trusts(self, scope: Scope) -> bool:
        client = scope.get("client")
        try:
            address = ipaddress.ip_address(client[0] if client else "")
        except ValueError:
            return False
        return any(address in network for network in self._networks)


def networks(given: Iterable[str]) -> tuple[Network, ...]:
    """The networks of ``--trusted-proxy``; UsageError for what is no address."""
    try:
        return tuple(ipaddress.ip_network(one.strip()) for one in given)
    except ValueError as error:
        raise UsageError(f"--trusted-proxy takes an IP address or a network such as 10.0.0.0/24: {error}.") from error


def _text(value: bytes) -> str:
    """A header's value; proxies send names in UTF-8, HTTP itself in Latin-1."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
