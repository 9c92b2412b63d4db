"""One request over a connection that goes only where it may, within a time that is bounded as a whole.

httpcore is used without httpx around it: its network backend is the place where a name becomes a connection, and there
the addresses are judged and one of those judged is taken, while the Host header and the TLS certificate keep the name.
No redirect is followed here, no cookie sent, no proxy of the environment asked, and nothing is unpacked.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore

from kompass_extract.watch.address import Gate
from kompass_extract.watch.config import CrawlLimits
from kompass_extract.watch.fetch_errors import GoneError, UnavailableError

_SAID = 200  # characters of a message that may quote the server
_OUT_OF_TIME = "took longer than the total timeout"


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer; ``headers`` has lower-case names and the last value, ``body`` can be read once.

    ``cookies`` are the values of its Set-Cookie headers.
    """

    status: int
    headers: Mapping[str, str]
    body: Iterator[bytes]
    cookies: tuple[str, ...] = ()


class _Deadline:
    """The moment at which everything about one request must have ended."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def within(self, timeout: float | None) -> float:
        """Seconds that the next step may take; UnavailableError where none are left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise UnavailableError(_OUT_OF_TIME)
        return left if timeout is None else min(timeout, left)


class _BoundedStream(httpcore.NetworkStream):
    """A connection every step of which ends by the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._deadline.within(timeout))
        return _BoundedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _GuardedBackend(httpcore.NetworkBackend):
    """Connects to an address that the gate has judged, and to no other."""

    def __init__(self, gate: Gate, deadline: _Deadline, inner: httpcore.NetworkBackend) -> None:
        self._gate = gate
        self._deadline = deadline
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception | None = None
        for address in self._gate.addresses(host, port):
            try:
                stream = self._inner.connect_tcp(
                    address, port, self._deadline.within(timeout), local_address, socket_options
                )
                return _BoundedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"no address of {host}")


@contextmanager
def request(
    address: str,
    headers: Mapping[str, str],
    *,
    gate: Gate,
    limits: CrawlLimits,
    inner: httpcore.NetworkBackend | None = None,
    trust: ssl.SSLContext | None = None,
    method: str = "GET",
) -> Iterator[Answer]:
    """Ask for ``address``; the connection is closed at the end, whether or not the body was read.

    RefusedError where the gate does not let the connection through, GoneError for a certificate that is not the
    host's, UnavailableError for whatever else goes wrong on the way.
    """
    deadline = _Deadline(limits.total_timeout)
    backend = _GuardedBackend(gate, deadline, inner or httpcore.SyncBackend())
    timeouts = {"connect": limits.connect_timeout, "read": limits.read_timeout, "write": limits.read_timeout}
    with (
        _telling(deadline),
        httpcore.ConnectionPool(ssl_context=trust, network_backend=backend, keepalive_expiry=0) as pool,
        pool.stream(
            method, address, headers=list(_sent(address, headers)), extensions={"timeout": timeouts}
        ) as response,
    ):
        headers_read = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers]
        yield Answer(
            status=response.status,
            headers=dict(headers_read),
            body=iter(response.iter_stream()),
            cookies=tuple(value for name, value in headers_read if name == "set-cookie"),
        )


def _sent(address: str, headers: Mapping[str, str]) -> Iterator[tuple[bytes, bytes]]:
    yield b"Host", urlsplit(address).netloc.encode("ascii")
    for name, value in {"Accept-Encoding": "identity", "Connection": "close", **headers}.items():
        yield name.encode("ascii"), value.encode("latin-1", "replace")


@contextmanager
def _telling(deadline: _Deadline) -> Iterator[None]:
    """Gives the library's exceptions our names."""
    try:
        yield
    except httpcore.TimeoutException as error:
        deadline.within(None)
        raise UnavailableError(f"no answer in time ({_name(error)})") from error
    except httpcore.ConnectError as error:
        original = error.args[0] if error.args else None  # the pool cuts the chain of causes
        if isinstance(original, ssl.SSLCertVerificationError):
            raise GoneError(f"certificate not accepted: {original.verify_message}") from error
        raise UnavailableError(f"no connection: {error}") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        said = str(error)[:_SAID]
        raise UnavailableError(f"the answer broke off or is none ({_name(error)}: {said})") from error


def _name(error: Exception) -> str:
    return type(error).__name__
