"""Fetching one address politely: robots.txt, a pause for each host, redirects by hand, and retries that give way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import httpcore

from kompass_extract.errors import FetchError
from kompass_extract.watch.address import Gate, absolute, origin
from kompass_extract.watch.answer_kind import HEAD_BYTES, Asked
from kompass_extract.watch.chain_cookies import ChainCookies
from kompass_extract.watch.config import PRODUCT, WatchSettings
from kompass_extract.watch.download import HeadSink, PageSink, SinkMaker, take_in
from kompass_extract.watch.fetch_errors import FetchRefusedError, GoneError, UnavailableError
from kompass_extract.watch.network import Answer, request
from kompass_extract.watch.rate_limit import Clock, Pace
from kompass_extract.watch.robots import ALLOW_ALL, LIMIT, Robots, parse

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429})  # client errors that may pass; all server errors may
_SERVER_ERROR = 500
_CLOSED = frozenset({401, 403})  # to us, though RFC 9309 would let a robots.txt that answers so count as none


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave; ``status`` is 200, 206 or 304, ``address`` where the redirects ended."""

    status: int
    address: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One request for ``fetch``."""

    address: str
    sink: SinkMaker
    headers: Mapping[str, str]
    limit: int
    robots: bool
    method: str


@dataclass
class Fetcher:
    """Fetches for one look; remembers robots.txt and the last request to each host.  Not for several threads."""

    settings: WatchSettings
    gate: Gate
    clock: Clock = field(default_factory=Clock)
    network: httpcore.NetworkBackend | None = None
    _robots: dict[tuple[str, str, int], Robots | FetchError] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.limits = self.settings.limits
        self.pace = Pace(self.limits, self.clock)

    @classmethod
    def of(cls, settings: WatchSettings) -> Fetcher:
        """As the settings say, over the real network."""
        return cls(settings, Gate(settings.allowed_hosts, settings.allow_private))

    def page(self, address: str, *, robots: bool = True) -> tuple[Fetched, bytes]:
        """A page of at most ``limits.page_bytes``; FetchError says why there is none."""
        sinks: list[PageSink] = []

        def fresh() -> PageSink:
            sinks.append(PageSink())
            return sinks[-1]

        fetched = self.fetch(address, fresh, limit=self.limits.page_bytes, robots=robots)
        return fetched, sinks[-1].data if sinks else b""

    def fetch(
        self,
        address: str,
        sink: SinkMaker,
        *,
        headers: Mapping[str, str] | None = None,
        limit: int,
        robots: bool = True,
        method: str = "GET",
        attempts: int | None = None,
    ) -> Fetched:
        """Fetch ``address`` into a sink, made anew for each attempt; with 304 none is made.

        RefusedError where our rules or the site's forbid it, GoneError where there is nothing, UnavailableError after
        the last attempt.  ``limit`` is in bytes.  Cookies are kept from one redirect to the next, and no longer.
        """
        host = origin(address)[1]
        most = attempts or self.limits.attempts
        for attempt in range(1, most + 1):
            try:
                fetched = self._follow(_Wanted(address, sink, headers or {}, limit, robots, method))
            except UnavailableError as error:
                if attempt == most:
                    self.pace.answered(host, False)
                    raise UnavailableError(f"{error} (asked {attempt} times)") from error
                self._step_back(attempt)
            except GoneError as error:
                if error.status is not None:
                    self.pace.answered(host, True)
                raise
            else:
                self.pace.answered(host, True)
                return fetched
        raise AssertionError("at least one attempt is made")

    def ask(self, address: str) -> Asked:
        """What lies at ``address``, by a HEAD request; by the first bytes of a GET where the server refuses those.

        FetchError as ``fetch`` has it.
        """
        try:
            fetched = self.fetch(address, PageSink, limit=0, method="HEAD", attempts=1)
            return Asked.of(fetched)
        except GoneError as error:
            if error.status is None:
                raise
        except UnavailableError:
            pass  # some servers answer nothing, or an error, to HEAD alone
        sinks: list[HeadSink] = []

        def fresh() -> HeadSink:
            sinks.append(HeadSink())
            return sinks[-1]

        fetched = self.fetch(address, fresh, headers={"Range": f"bytes=0-{HEAD_BYTES - 1}"}, limit=HEAD_BYTES)
        return Asked.of(fetched, sinks[-1].data if sinks else b"")

    def require_allowed(self, address: str) -> None:
        """FetchError where the site's robots.txt forbids the address, asks for too long a pause or can't be read."""
        self._delay(address)

    def sitemaps(self, address: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of a site names; none where it could not be read."""
        found = self._robots.get(origin(address))
        named = found.sitemaps if isinstance(found, Robots) else ()
        return tuple(target for one in named if (target := absolute(address, one)) is not None)

    def _step_back(self, attempt: int) -> None:
        """Wait after a failed attempt: twice as long each time, and never quite as long as others do."""
        wait = self.limits.first_backoff * 2 ** (attempt - 1) * (0.5 + self.clock.chance())
        self.clock.sleep(min(wait, self.limits.longest_pause))

    def _follow(self, wanted: _Wanted) -> Fetched:
        came_from: str | None = None
        address, cookies = wanted.address, ChainCookies()
        seen = {(address, "")}
        for _ in range(self.limits.redirects + 1):
            self.gate.check(address, came_from=came_from)
            self.pace.wait(origin(address)[1], self._delay(address) if wanted.robots else None)
            sent = {"User-Agent": self.settings.user_agent, **wanted.headers, **cookies.header(address)}
            with request(
                address, sent, gate=self.gate, limits=self.limits, inner=self.network, method=wanted.method
            ) as answer:
                cookies.keep(address, answer.cookies)
                target = _target(address, answer)
                if target is None:
                    return self._taken(address, answer, wanted)
            place = (target, cookies.header(target).get("Cookie", ""))
            if place in seen:
                raise FetchRefusedError(f"redirects in a circle, by {target}")
            seen.add(place)
            came_from, address = address, target
        raise FetchRefusedError(f"redirected more than {self.limits.redirects} times")

    def _taken(self, address: str, answer: Answer, wanted: _Wanted) -> Fetched:
        status = answer.status
        if status in _PASSING or status >= _SERVER_ERROR:
            retry_after = self._asked(answer.headers.get("retry-after"))
            if retry_after is not None:
                self.pace.asked_for(origin(address)[1], retry_after)
            raise UnavailableError(f"status {status}")
        is_part = status == 206 and "Range" in wanted.headers
        if status not in {200, 304} and not is_part:
            raise GoneError(f"status {status}", status=status)
        if status != 304 and wanted.method == "GET":
            take_in(answer, wanted.sink(), wanted.limit, cut="Range" in wanted.headers)
        return Fetched(status, address, answer.headers)

    def _asked(self, retry_after: str | None) -> float | None:
        """Seconds that a Retry-After header asks for, as a number or as a date."""
        if retry_after is None:
            return None
        if retry_after.strip().isdecimal():
            return float(retry_after)
        try:
            return max(0.0, parsedate_to_datetime(retry_after).timestamp() - self.clock.wall())
        except (ValueError, TypeError, OverflowError):
            return None

    def _delay(self, address: str) -> float | None:
        """The Crawl-delay of the site; RefusedError where its robots.txt forbids the address."""
        robots = self._robots_of(address)
        if not robots.allows(address):
            raise FetchRefusedError("robots.txt forbids it")
        if robots.delay is not None and robots.delay > self.limits.longest_pause:
            raise FetchRefusedError(
                f"robots.txt asks for {robots.delay:.0f} s between requests, longer than is waited for"
            )
        return robots.delay

    def _robots_of(self, address: str) -> Robots:
        """The rules of a site, read once in a look; the error again where they could not be read."""
        site = origin(address)
        if site not in self._robots:
            try:
                self._robots[site] = self._read_robots(address)
            except FetchError as error:
                self._robots[site] = error
        found = self._robots[site]
        if isinstance(found, Robots):
            return found
        kind = FetchRefusedError if isinstance(found, FetchRefusedError) else GoneError
        raise kind(f"robots.txt could not be read, so nothing is asked: {found}")

    def _read_robots(self, address: str) -> Robots:
        try:
            _, data = self.page(absolute(address, "/robots.txt") or address, robots=False)
        except GoneError as error:
            if error.status is None or error.status in _CLOSED:
                raise
            return ALLOW_ALL
        return parse(data[:LIMIT].decode("utf-8", "replace"), PRODUCT)


def _target(address: str, answer: Answer) -> str | None:
    """Where an answer redirects to; None where it does not, RefusedError where that is no address."""
    if answer.status not in _REDIRECTS or "location" not in answer.headers:
        return None
    # Servers send UTF-8 where the header should be ASCII; what is not UTF-8 stays as it came.
    location = answer.headers["location"].encode("latin-1")
    try:
        target = absolute(address, location.decode("utf-8"))
    except UnicodeDecodeError:
        target = absolute(address, location.decode("latin-1"))
    if target is None:
        raise FetchRefusedError("redirects to something that is no web address")
    return target
