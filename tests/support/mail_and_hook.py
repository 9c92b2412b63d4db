"""A mail server and a webhook on loopback that keep what they are sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.support.webserver import free_port, listening

USER, PASSWORD = "kompass", "hemligt-lösen"


@dataclass
class Mailbox:
    """What a mail server was sent, and what it answers to a message."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    answer: str = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("2"):
            self.messages.append(cast(EmailMessage, message_from_bytes(envelope.content, policy=policy.default)))
        return self.answer

    def texts(self) -> list[str]:
        """The text of each message."""
        return [message.get_content().replace("\r\n", "\n") for message in self.messages]


def _authenticated(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=known)


@contextmanager
def mail_server(*, with_users: bool = False, swedish: bool = True) -> Iterator[Mailbox]:
    """A mail server on a free port; with users it takes mail of those alone who log in.

    ``swedish`` says whether it takes addresses with letters beyond ASCII.
    """
    box = Mailbox(free_port())
    more = {"authenticator": _authenticated, "auth_required": True, "auth_require_tls": False} if with_users else {}
    server = Controller(box, hostname="127.0.0.1", port=box.port, enable_SMTPUTF8=swedish, **more)
    server.start()
    try:
        yield box
    finally:
        server.stop()


@dataclass
class Hook:
    """What a webhook was sent: the bodies and the headers; ``status`` is its answer."""

    port: int = 0
    status: int = 200
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/services/T0/secret-part"


@contextmanager
def webhook() -> Iterator[Hook]:
    """A webhook on a free port."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if hook.status < 300:
                hook.bodies.append(json.loads(body))
                hook.headers.append(dict(self.headers))
            self.send_response(hook.status)
            self.send_header("Location", f"http://127.0.0.1:{hook.port}/elsewhere")
            self.end_headers()

        def do_GET(self) -> None:
            hook.bodies.append({"redirected": self.path})

        def log_message(self, *_: object) -> None:
            return None

    with listening(Handler) as hook.port:
        yield hook
