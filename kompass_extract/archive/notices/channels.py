"""Sending a message by e-mail and by webhook, each within a bounded time, with errors that tell no secret."""

from __future__ import annotations

import json
import queue
import smtplib
import socket
import ssl
import threading
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import partial
from http.client import HTTPException
from typing import IO
from urllib.parse import urlsplit

from kompass_extract import __version__
from kompass_extract.archive.notices.notify_settings import EmailChannel, NotifySettings, WebhookChannel
from kompass_extract.archive.run_summary import plain
from kompass_extract.errors import NotifyError
from kompass_extract.settings import LOOPBACK_NAMES

STEP_SECONDS = 20.0  # for one step of sending, as connecting
MOST_SECONDS = 60.0  # for all of it, however steadily a server drips
_SUBJECT_LENGTH = 150  # characters
_WELL = range(200, 300)
_AUTHENTICATED = 235


@dataclass(frozen=True, slots=True)
class Notice:
    """One event: its topic, what it is in a line, and what is known of it."""

    key: str
    topic: str
    subject: str
    body: str
    created: str


def channels_of(settings: NotifySettings) -> dict[str, Callable[[Sequence[Notice]], None]]:
    """What sends notices, for each channel that is set up; NotifyError where it cannot."""
    found: dict[str, Callable[[Sequence[Notice]], None]] = {}
    if settings.email is not None:
        found["email"] = partial(send_email, settings.email)
    if settings.webhook is not None:
        found["webhook"] = partial(send_webhook, settings.webhook)
    return found


def send_email(channel: EmailChannel, notices: Sequence[Notice]) -> None:
    """Send all notices in one message; NotifyError."""
    message = EmailMessage()
    message["Subject"] = f"kompass: {_subject(notices)}"
    message["From"] = channel.sender
    message["To"] = ", ".join(channel.to)
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=channel.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nothing answers to it
    message.set_content(_text(notices))
    _within(f"mail server {channel.host}:{channel.port}", lambda: _submit(channel, message))


def send_webhook(channel: WebhookChannel, notices: Sequence[Notice]) -> None:
    """POST all notices as one JSON object, whose "text" chats show; NotifyError."""
    body = {
        "text": f"kompass: {_subject(notices)}\n\n{_text(notices)}",
        "host": socket.gethostname(),
        "version": __version__,
        "notices": [
            {"key": one.key, "topic": one.topic, "subject": one.subject, "body": one.body, "created": one.created}
            for one in notices
        ],
    }
    headers = {"Content-Type": "application/json", "User-Agent": f"kompass-extract/{__version__}"}
    if token := channel.token.get_secret_value():
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(
        channel.address.get_secret_value(), json.dumps(body).encode(), headers, method="POST"
    )
    _within(f"webhook {channel.shown_address}", lambda: _post(request))


def _submit(channel: EmailChannel, message: EmailMessage) -> None:
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if channel.security == "tls":
        server = smtplib.SMTP_SSL(channel.host, channel.port, timeout=STEP_SECONDS, context=context)
    else:
        server = smtplib.SMTP(channel.host, channel.port, timeout=STEP_SECONDS)
    with server:
        if channel.security == "starttls":
            server.starttls(context=context)
        if channel.user:
            _log_in(server, channel.user, channel.password.get_secret_value())
        _require_addresses(server, channel)
        refused = server.send_message(message)
    if refused:
        raise NotifyError(f"refuses {', '.join(refused)}")


def _require_addresses(server: smtplib.SMTP, channel: EmailChannel) -> None:
    """NotifyError for an address with letters beyond ASCII where the server takes none (RFC 6531)."""
    server.ehlo_or_helo_if_needed()
    if not all(one.isascii() for one in (channel.sender, *channel.to)) and not server.has_extn("smtputf8"):
        raise NotifyError("takes no address with letters beyond a to z, such as å (no SMTPUTF8); name another address")


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """Log in; letters beyond ASCII, which smtplib refuses, go as UTF-8 (RFC 4616)."""
    if user.isascii() and password.isascii():
        server.login(user, password)
        return
    server.ehlo_or_helo_if_needed()
    said_once = b64encode(b"\0".join((b"", user.encode(), password.encode()))).decode()
    code, said = server.docmd("AUTH", f"PLAIN {said_once}")
    if code != _AUTHENTICATED:
        raise smtplib.SMTPAuthenticationError(code, said)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirected POST would become a GET, and carry its token elsewhere."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: object, newurl: str
    ) -> None:
        return None


def _post(request: urllib.request.Request) -> None:
    proxies: dict[str, str] | None = {} if urlsplit(request.full_url).hostname in LOOPBACK_NAMES else None
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies), _NoRedirects)
    with opener.open(request, timeout=STEP_SECONDS) as answer:
        if answer.status not in _WELL:
            raise NotifyError(f"answers with status {answer.status}")


def _within(place: str, send: Callable[[], None]) -> None:
    """Call ``send`` for at most ``MOST_SECONDS``; what goes wrong is named without addresses, users and passwords."""
    done: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()

    def run() -> None:
        try:
            send()
        except Exception as error:  # given to the caller, who waits
            done.put(error)
        else:
            done.put(None)

    threading.Thread(target=run, daemon=True, name="notice").start()
    try:
        error = done.get(timeout=MOST_SECONDS)
    except queue.Empty:
        raise NotifyError(f"The {place} takes longer than {MOST_SECONDS:.0f} s.") from None
    if error is not None:
        raise NotifyError(f"The {place} {_said(error)}.") from None  # the cause may quote a secret


def _said(error: Exception) -> str:
    if isinstance(error, NotifyError):
        return str(error)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"does not take the user and password (status {error.smtp_code})"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "does not offer what was set up: see --security and --user"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"answers with status {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"refuses {', '.join(sorted(error.recipients))}"
    if isinstance(error, urllib.error.HTTPError):
        return f"answers with status {error.code}"
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(inner, ssl.SSLCertVerificationError):
        return f"has a certificate that is not accepted ({inner.verify_message})"
    if isinstance(inner, TimeoutError):
        return "does not answer in time"
    if isinstance(inner, OSError | HTTPException | smtplib.SMTPException):
        return f"cannot be reached ({getattr(inner, 'strerror', None) or type(inner).__name__})"
    return f"cannot be used ({type(inner).__name__})"


def _subject(notices: Sequence[Notice]) -> str:
    first = plain(notices[0].subject)
    more = f" (and {len(notices) - 1} more)" if len(notices) > 1 else ""
    return f"{first[:_SUBJECT_LENGTH]}{more}"


def _text(notices: Sequence[Notice]) -> str:
    return "\n\n".join(f"{plain(one.subject)}\n{one.body}".strip() for one in notices) + "\n"
