"""What a site's robots.txt asks of us (RFC 9309): our own group, else that for all; the longest rule decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

LIMIT = 512_000  # bytes that are read; RFC 9309 asks for at least 500 KiB
_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*([^#]*)")
_MOST_RULES = 10_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One Allow or Disallow line."""

    allow: bool
    path: str

    def fits(self, path: str) -> bool:
        """Whether the rule speaks of ``path``: ``*`` stands for anything, ``$`` for the end."""
        ends = self.path.endswith("$")
        first, *others = (_plain(piece) for piece in self.path.removesuffix("$" if ends else "").split("*"))
        if not path.startswith(first):
            return False
        place = len(first)
        for count, piece in enumerate(others, start=1):
            if ends and count == len(others):
                return len(path) - len(piece) >= place and path.endswith(piece)
            place = path.find(piece, place)
            if place < 0:
                return False
            place += len(piece)
        return not ends or place == len(path)


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for us; ``delay`` is the Crawl-delay in seconds, None where none is asked."""

    rules: tuple[Rule, ...] = ()
    delay: float | None = None

    def allows(self, address: str) -> bool:
        """Whether ``address`` may be asked; without a rule that fits it may, and of equal rules Allow wins."""
        parts = urlsplit(address)
        path = _plain(parts.path or "/") + (f"?{_plain(parts.query)}" if parts.query else "")
        fitting = [rule for rule in self.rules if rule.fits(path)]
        return max(fitting, key=lambda rule: (len(rule.path), rule.allow)).allow if fitting else True


ALLOW_ALL = Robots()


def parse(text: str, product: str) -> Robots:
    """The rules of ``text`` for the crawler that calls itself ``product``; lines that say nothing are passed over."""
    groups: dict[str, list[tuple[str, str]]] = {}
    agents: list[str] = []
    in_rules = False
    for key, value in _lines(text):
        if key == "user-agent":
            agent = value.partition("/")[0].strip().lower()
            agents = [agent] if in_rules else [*agents, agent]
            in_rules = False
            groups.setdefault(agent, [])
        elif key in {"allow", "disallow", "crawl-delay"}:
            in_rules = True
            for agent in agents:
                groups[agent].append((key, value))
    return _robots(groups.get(product.lower(), groups.get("*", [])))


def _lines(text: str) -> list[tuple[str, str]]:
    found = (_LINE.match(line) for line in text.removeprefix("\ufeff").splitlines())
    return [(match[1].lower(), match[2].strip()) for match in found if match]


def _robots(lines: list[tuple[str, str]]) -> Robots:
    rules = tuple(Rule(key == "allow", value) for key, value in lines if key != "crawl-delay" and value)
    delays = [_seconds(value) for key, value in lines if key == "crawl-delay"]
    return Robots(rules[:_MOST_RULES], max((delay for delay in delays if delay is not None), default=None))


def _seconds(value: str) -> float | None:
    try:
        delay = float(value)
    except ValueError:
        return None
    return delay if 0 <= delay < float("inf") else None


def _plain(path: str) -> str:
    """A path with the same characters escaped, whichever way it was written."""
    return quote(unquote(path, errors="surrogateescape"), safe="/:@!$&'()*+,;=~?%", errors="surrogateescape")
