"""How the review pages are served."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kompass_extract.settings import LOOPBACK_NAMES

Language = Literal["sv", "en"]
Role = Literal["reader", "reviewer", "admin"]
ROLES: tuple[Role, ...] = ("reader", "reviewer", "admin")
"""What people may do, each what those before it may: look, decide, say who may do what."""
LANGUAGES: tuple[Language, ...] = ("sv", "en")
DEFAULT_PORT = 8722


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where the pages listen and who is let in.

    ``access`` is the file of users and sessions.  ``host_names`` are the names, besides those of this machine
    itself, by which a browser may call the pages; any other is refused, so that no foreign site's name can be
    pointed at them.  ``reviewer`` is the name decisions are signed with where nobody is asked to log in.
    """

    access: Path
    picture_cache: Path
    address: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    host_names: frozenset[str] = frozenset()
    reviewer: str | None = None
    secure: bool = False
    """Whether the pages are served over TLS; the session's cookie is then never sent without it."""

    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks of proxies whose ``X-Forwarded-For`` and ``X-Forwarded-Proto`` count."""
    user_header: str | None = None
    """The header in which a trusted proxy names who has signed in with it."""
    root: str = ""
    """The path that a proxy serves the pages under, such as ``/kompass``; "" for the whole of its host."""
    most_connections: int = 200
    """Connections at one time; others are answered that the server is busy."""

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Host names, lower case and without port, that a request may carry."""
        own = frozenset() if self.address in ("0.0.0.0", "::") else frozenset({self.address.lower()})
        return LOOPBACK_NAMES | own | {name.lower() for name in self.host_names}

    @property
    def cookie(self) -> str:
        """The session cookie's name; browsers keep one jar for all ports of a host."""
        return f"kompass_{self.port}"

    @property
    def form_cookie(self) -> str:
        """The name of the cookie by which forms of a browser without a session are known."""
        return f"kompass_{self.port}_form"


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches ``address`` (a host name or an IP address)."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
