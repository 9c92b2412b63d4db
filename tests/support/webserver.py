"""A web server on loopback that can be told to misbehave, and what it was asked."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"
HANGS = 20.0  # seconds that a hanging answer holds its thread at most; the test is over long before
Answering = Callable[[BaseHTTPRequestHandler], None]


def pdf(text: str = "") -> bytes:
    """What begins and ends like a PDF, with something to tell it by."""
    return PDF.replace(b"trailer", f"% {text}\ntrailer".encode())


@dataclass
class Asked:
    """One request as the server saw it."""

    path: str
    headers: dict[str, str]
    at: float
    method: str = "GET"


@dataclass
class Site:
    """Pages by path; what is not there is a 404, and so is robots.txt unless it is put there."""

    port: int = 0
    pages: dict[str, Answering] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def address(self, path: str, host: str = "site.test") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """Paths that were fetched, robots.txt left out."""
        return [one.path for one in self.asked if one.path != "/robots.txt" and one.method == "GET"]

    def heads(self) -> list[str]:
        """Paths that were asked about by HEAD."""
        return [one.path for one in self.asked if one.method == "HEAD"]

    def put(self, path: str, body: bytes | str = PDF, status: int = 200, **headers: str) -> None:
        self.pages[path] = answer(body, status, **headers)

    def links(self, *paths: str, at: str = "/", more: str = "") -> None:
        """An index page with links to ``paths``."""
        anchors = "".join(f'<a href="{path}">{path}</a>' for path in paths)
        self.put(at, f"<html><body>{anchors}{more}</body></html>", content_type="text/html; charset=utf-8")

    def in_turn(self, path: str, *answers: Answering) -> None:
        """A page that answers differently each time; the last answer stays."""
        left = list(answers)

        def next_one(handler: BaseHTTPRequestHandler) -> None:
            (left.pop(0) if len(left) > 1 else left[0])(handler)

        self.pages[path] = next_one


def answer(body: bytes | str = PDF, status: int = 200, **headers: str) -> Answering:
    """A whole and honest answer; header names have underscores for dashes."""
    data = body.encode() if isinstance(body, str) else body

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"content_length": str(len(data)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(data)

    return send


def redirect(target: str, status: int = 302) -> Answering:
    return answer(b"", status, location=target)


def raw(*pieces: bytes, pause: float = 0.0, hold: float = 0.0) -> Answering:
    """Bytes as they are, with pauses between them, the connection held open at the end."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        for piece in pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(pause)
        time.sleep(hold)

    return send


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Answering:
    """A head, and then a piece for ever."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        end = time.monotonic() + HANGS
        handler.wfile.write(head)
        while time.monotonic() < end:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(pause)

    return send


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """A site on a free port of loopback, until the block ends."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append(Asked(self.path, headers, time.monotonic(), self.command))
            with suppress(OSError):
                site.pages.get(self.path, answer(b"nothing here", 404))(self)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            return None

    with listening(Handler, tls) as site.port:
        yield site


@contextmanager
def listening(handler: Callable[..., BaseHTTPRequestHandler], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """The free port of loopback at which ``handler`` answers until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def free_port() -> int:
    """A port of loopback that nobody listened on a moment ago."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
