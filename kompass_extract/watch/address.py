"""Which addresses may be asked: the scheme, the host's name, and every network address behind the name.

A name is resolved once for a connection, all its addresses are judged, and the connection goes to one of those: a
name server that answers otherwise a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from kompass_extract.watch.fetch_errors import FetchRefusedError, UnavailableError

DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST = 2000  # characters of an address; longer ones are traps of calendars and searches
_PATH_SAFE = "/%:@!$&'()*+,;=~"
_QUERY_SAFE = _PATH_SAFE + "?"
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # RFC 4291: site-local and IPv4-compatible addresses lie elsewhere
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})  # RFC 5214: before an IPv4 address in the last 32 bits
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]


def absolute(base: str, link: str, encoding: str = "utf-8") -> str | None:
    """A link of a page at ``base`` as a whole address without fragment, in ASCII; None where it is none to be asked.

    The path is escaped as UTF-8 and the query in the page's own encoding, as browsers do.
    """
    link = "".join(character for character in link.strip() if character not in "\t\r\n")
    try:
        parts = urlsplit(urljoin(base, link))
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
            return None
        address = urlunsplit((parts.scheme, _netloc(parts), _path(parts.path), _query(parts.query, encoding), ""))
    except ValueError:
        return None
    return address if len(address) <= _LONGEST else None


def _netloc(parts: SplitResult) -> str:
    host = ascii_host(parts.hostname or "")
    port = parts.port
    user = parts.netloc.rpartition("@")[0]
    name = f"[{host}]" if ":" in host else host
    place = name if port in {None, DEFAULT_PORTS[parts.scheme]} else f"{name}:{port}"
    return f"{user}@{place}" if user else place


def _path(path: str) -> str:
    return quote(path or "/", safe=_PATH_SAFE)


def _query(query: str, encoding: str) -> str:
    return quote(query.encode(encoding, "xmlcharrefreplace"), safe=_QUERY_SAFE)


def ascii_host(host: str) -> str:
    """A host's name as name servers know it, in lower case; ValueError where it cannot be one."""
    return host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()


def origin(address: str) -> tuple[str, str, int]:
    """Scheme, host and port of a whole address."""
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port or DEFAULT_PORTS.get(parts.scheme, 0)


def resolve(host: str, port: int) -> list[str]:
    """The network addresses of a name, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether a network address, and any that is wrapped in it, belongs to the open internet."""
    try:
        found: IPAddress = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_is_global(one) for one in _wrapped(found))


def _is_global(address: IPAddress) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast


def _wrapped(address: IPAddress) -> Iterable[IPAddress]:
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    last = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if address in _NAT64:
        return [last]
    inner: list[IPAddress] = [address]
    if address.sixtofour is not None:
        inner.append(address.sixtofour)
    if address.teredo is not None:
        inner.extend(address.teredo)
    if int(address) >> 32 & 0xFFFF_FFFF in _ISATAP:
        inner.append(last)
    return inner


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets through what the configuration allows; hosts are written ``host``, ``host:port`` or ``*.domain``."""

    allowed_hosts: tuple[str, ...]
    allow_private: tuple[str, ...] = ()
    resolver: Resolver = resolve

    def check(self, address: str, *, came_from: str | None = None) -> None:
        """RefusedError where ``address`` may not be asked, also as a redirect that ``came_from`` another."""
        try:
            parts = urlsplit(address)
            scheme, host, port = origin(address)
        except ValueError as error:
            raise FetchRefusedError(f"not an address: {error}") from error
        if scheme not in DEFAULT_PORTS:
            raise FetchRefusedError(f"scheme {scheme or 'none'} is not asked, only http and https")
        if parts.username is not None:
            raise FetchRefusedError("an address with a user name is not asked")
        if came_from is not None and scheme == "http" and came_from.startswith("https:"):
            raise FetchRefusedError("redirected from https to http")
        if not _listed(host, port, self.allowed_hosts):
            raise FetchRefusedError(
                f"host {host if port in DEFAULT_PORTS.values() else f'{host}:{port}'} is not allowed"
            )

    def addresses(self, host: str, port: int) -> list[str]:
        """The network addresses to connect to; RefusedError where one of them is not public and need be."""
        try:
            found = self.resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise UnavailableError(f"host {host} has no address: {error}") from error
        if not found:
            raise UnavailableError(f"host {host} has no address")
        inside = [address for address in found if not is_public(address)]
        if inside and not _listed(host, port, self.allow_private):
            raise FetchRefusedError(f"host {host} lies in a private network ({inside[0]}): see allow_private")
        return found


def _listed(host: str, port: int, patterns: tuple[str, ...]) -> bool:
    """Whether one of the patterns names the host; without a port a pattern means the two usual ones."""
    for pattern in patterns:
        parts = urlsplit(f"//{pattern.lower()}")
        name, wanted = parts.hostname or "", parts.port
        if port != wanted if wanted is not None else port not in DEFAULT_PORTS.values():
            continue
        if name.startswith("*.") and host.endswith(name[1:]) and len(host) > len(name) - 1:
            return True
        if not name.startswith("*.") and host == ascii_host(name):
            return True
    return False
