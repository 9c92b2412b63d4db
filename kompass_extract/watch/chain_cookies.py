"""Cookies within one chain of redirects.

Some servers set a cookie, send the reader back to the same address, and answer only to who brings it.  The standard
library's jar decides which cookie goes to which host; the jar is thrown away at the end of the chain.
"""

from __future__ import annotations

from email.message import Message
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import cast
from urllib.request import Request

MOST = 50  # cookies of one answer; browsers keep 50 of a domain
LONGEST = 4096  # characters of one cookie, as browsers keep them


class ChainCookies:
    """What the answers of one chain set so far."""

    def __init__(self) -> None:
        self._jar = CookieJar()

    def keep(self, address: str, cookies: tuple[str, ...]) -> None:
        """Take the Set-Cookie headers of the answer from ``address``."""
        fit = [cookie for cookie in cookies if len(cookie) <= LONGEST][:MOST]
        if fit:
            self._jar.extract_cookies(cast(HTTPResponse, _Said(fit)), Request(address))

    def header(self, address: str) -> dict[str, str]:
        """The Cookie header for a request to ``address``; empty where none belongs there."""
        request = Request(address)
        self._jar.add_cookie_header(request)
        sent = request.get_header("Cookie")
        return {"Cookie": sent} if sent and sent.isprintable() else {}


class _Said:
    """An answer, as far as the jar asks about it."""

    def __init__(self, cookies: list[str]) -> None:
        self._message = Message()
        for cookie in cookies:
            self._message["Set-Cookie"] = cookie

    def info(self) -> Message:
        """Its headers."""
        return self._message
