"""The server under the pages, and what it does with those who connect and say nothing."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from pathlib import Path
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from kompass_extract.errors import UsageError
from kompass_extract.review.service.guesses import load_words
from kompass_extract.web.web_settings import WebSettings

HEAD_S = 15.0  # seconds in which a request's head must be whole
KEEP_ALIVE_S = 15
LARGEST_HEAD_BYTES = 32 * 1024
LAST_S = 10  # seconds in which open requests end when the server does


class PatientProtocol(H11Protocol):
    """HTTP/1.1 in which a request's head that does not come to its end closes the connection."""

    head_seconds = HEAD_S
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Stop waiting where a head is whole, go on where one has only begun."""
        super().data_received(data)
        begun = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        if not begun:
            self._stop()
        elif self._late is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._late = self.loop.call_later(self.head_seconds, self.transport.close)

    def _stop(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def server(
    app: ASGIApp, settings: WebSettings, certificate: Path | None = None, key: Path | None = None, **more: Any
) -> uvicorn.Server:
    """The server that serves ``app``; ``more`` are settings of uvicorn's."""
    given: dict[str, Any] = {
        "host": settings.address,
        "port": settings.port,
        "http": PatientProtocol,
        "ws": "none",
        "limit_concurrency": settings.most_connections,
        "timeout_keep_alive": KEEP_ALIVE_S,
        "timeout_graceful_shutdown": LAST_S,
        "h11_max_incomplete_event_size": LARGEST_HEAD_BYTES,
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "ssl_certfile": certificate,
        "ssl_keyfile": key,
    }
    return uvicorn.Server(uvicorn.Config(app, **{**given, **more}))


def serve(app: ASGIApp, settings: WebSettings, certificate: Path | None = None, key: Path | None = None) -> None:
    """Serve ``app`` until Ctrl+C; UsageError where another program has the port."""
    _check_port(settings)
    threading.Thread(target=load_words, daemon=True).start()  # so that the first text does not wait for them
    with contextlib.suppress(KeyboardInterrupt):
        server(app, settings, certificate, key).run()


def _check_port(settings: WebSettings) -> None:
    family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.address, settings.port))
        except OSError as error:
            where = f"{settings.address}, port {settings.port}"
            raise UsageError(
                f"The pages cannot be served at {where} ({error.strerror or error}). "
                "Choose another --port or --address."
            ) from error
