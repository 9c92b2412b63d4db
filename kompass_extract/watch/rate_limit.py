"""Leaving hosts in peace: pauses between requests, the time a server asked for, giving up on one that is down."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from kompass_extract.watch.config import CrawlLimits
from kompass_extract.watch.fetch_errors import GoneError


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, patience and chance, so that tests need neither wait nor guess."""

    now: Callable[[], float] = time.monotonic  # seconds
    wall: Callable[[], float] = time.time  # seconds since 1970
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random  # 0..1


@dataclass
class Pace:
    """What one look knows of its hosts."""

    limits: CrawlLimits
    clock: Clock
    _last: dict[str, float] = field(default_factory=dict)
    _closed: dict[str, float] = field(default_factory=dict)
    _failures: Counter[str] = field(default_factory=Counter)

    def wait(self, host: str, delay: float | None) -> None:
        """Wait for the host's turn; ``delay`` is its Crawl-delay in seconds.

        GoneError where it asked for more time than is waited for, or did not answer several addresses in a row.
        """
        if self._failures[host] >= self.limits.failures:
            raise GoneError(f"{host} failed {self._failures[host]} times in a row: left for the next look")
        now = self.clock.now()
        closed = self._closed.get(host, now) - now
        if closed > self.limits.longest_pause:
            raise GoneError(f"{host} asks to be left alone for {closed:.0f} s more")
        turn = self._last[host] + max(self.limits.pause, delay or 0.0) - now if host in self._last else 0.0
        if max(closed, turn) > 0:
            self.clock.sleep(max(closed, turn))
        self._last[host] = self.clock.now()

    def asked_for(self, host: str, seconds: float) -> None:
        """The host asked to be left alone for some seconds."""
        self._closed[host] = max(self._closed.get(host, 0.0), self.clock.now() + seconds)

    def answered(self, host: str, answered: bool) -> None:
        """Whether the host's last address could be fetched, or was answered at least."""
        self._failures[host] = 0 if answered else self._failures[host] + 1
