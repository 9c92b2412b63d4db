"""What a site's robots.txt asks of us, read by Protego (RFC 9309: our own group, else that for all; the longest rule).

A file that names thousands of crawlers with thousands of rules for each would fill the memory before it is asked about
anything: of other crawlers' groups nothing is kept, and of ours no more rules than a site can mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from protego import Protego

LIMIT = 512_000  # bytes that are read; RFC 9309 asks for at least 500 KiB
MOST_RULES = 2_000  # of our group; robots.txt files of large sites have some hundreds
MOST_SITEMAPS = 20
LONGEST_RULE = 2_000  # characters, as the longest address that is asked
_RULES = frozenset({"allow", "disallow", "crawl-delay"})


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for us; ``delay`` is the Crawl-delay in seconds, None where none is asked.

    ``sitemaps`` are the addresses that the file names, as they stand there.
    """

    rules: Protego | None = None
    product: str = ""
    delay: float | None = None
    sitemaps: tuple[str, ...] = ()

    def allows(self, address: str) -> bool:
        """Whether ``address`` may be asked; without a rule that fits it may, and of equal rules Allow wins."""
        return self.rules is None or bool(self.rules.can_fetch(address, self.product))


ALLOW_ALL = Robots()


def parse(text: str, product: str) -> Robots:
    """The rules of ``text`` for the crawler that calls itself ``product``; lines that say nothing are passed over."""
    lines = list(_lines(text[:LIMIT]))
    named = any(key == "user-agent" and _agent(value) == product.lower() for key, value in lines)
    rules = list(_rules_for(product.lower() if named else "*", lines))
    sitemaps = tuple(dict.fromkeys(value for key, value in lines if key == "sitemap" and value))[:MOST_SITEMAPS]
    if not rules:
        return Robots(sitemaps=sitemaps)
    delays = [delay for key, value in rules if key == "crawl-delay" and (delay := _seconds(value)) is not None]
    group = "\n".join(f"{key}: {value}" for key, value in rules if key != "crawl-delay")
    return Robots(Protego.parse(f"User-agent: *\n{group}\n"), product, max(delays, default=None), sitemaps)


def _rules_for(wanted: str, lines: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The rules of every group that names the crawler ``wanted``, in their order."""
    named, in_rules, count = False, False, 0
    for key, value in lines:
        if key == "user-agent":
            named = (named and not in_rules) or _agent(value) == wanted
            in_rules = False
        elif key in _RULES:
            in_rules = True
            if named and value and count < MOST_RULES and len(value) <= LONGEST_RULE:
                count += 1
                yield key, value


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.removeprefix("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def _agent(value: str) -> str:
    return value.partition("/")[0].strip().lower()


def _seconds(value: str) -> float | None:
    try:
        delay = float(value)
    except ValueError:
        return None
    return delay if 0 <= delay < float("inf") else None
