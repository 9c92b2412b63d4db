"""A look's summary for people: as Markdown, and as lines on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kompass_extract.archive.run_summary import MOST_ROWS, plain
from kompass_extract.watch.crawl_results import CrawlLook, CrawlOutcome, PageSight, Sight

_MARKS = re.compile(r"[^\w\s.,:;/%=?-]")
_ORDER = (
    CrawlOutcome.FAILED,
    CrawlOutcome.REFUSED,
    CrawlOutcome.NEW,
    CrawlOutcome.CHANGED,
    CrawlOutcome.KNOWN,
    CrawlOutcome.LEFT,
)
"""What is listed, the troubles first; unchanged files are counted."""


def headline(look: CrawlLook) -> str:
    """One sentence with all the counts."""
    unread = sum(page.outcome is not CrawlOutcome.READ for page in look.pages)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in look.counts().items()) or "none"
    pages = f"{len(look.pages)} index page{'s' if len(look.pages) != 1 else ''}"
    return f"{pages}{f' ({unread} not read)' if unread else ''}, {len(look.sights)} linked files: {counts}."


def markdown(look: CrawlLook) -> str:
    """The summary as Markdown; what servers and pages wrote is plain text in it."""
    lines = ["# Look for new publications", "", headline(look), "", "| Index page | Outcome | Links |", "|---|---|---|"]
    for page in look.pages:
        lines.append(f"| {_escaped(page.address)} | {_said(page)} | {len(page.links)} |")
    for outcome in _ORDER:
        sights = [sight for sight in look.sights if sight.outcome is outcome]
        if not sights:
            continue
        lines += ["", f"## {outcome.capitalize()}: {len(sights)}", "", "| File | Link | Why |", "|---|---|---|"]
        for sight in sights[:MOST_ROWS]:
            lines.append(f"| {_escaped(sight.address)} | {_escaped(sight.text)} | {_escaped(sight.reason)} |")
        if len(sights) > MOST_ROWS:
            lines += ["", f"and {len(sights) - MOST_ROWS} more"]
    return "\n".join(lines) + "\n"


def lines_of(look: CrawlLook) -> Iterator[str]:
    """The summary as lines of plain text: pages, every file that is not as it was, and the counts."""
    for page in look.pages:
        yield line_of(page)
    for outcome in reversed(_ORDER):
        for sight in look.sights:
            if sight.outcome is outcome:
                yield line_of(sight)
    yield headline(look)


def line_of(one: PageSight | Sight) -> str:
    """One page or file on a line."""
    reason = f": {plain(one.reason)}" if one.reason else ""
    links = f", {len(one.links)} links" if isinstance(one, PageSight) and one.links else ""
    return f"{one.outcome:10} {plain(one.address)}{links}{reason}"


def _said(page: PageSight) -> str:
    return f"{page.outcome}: {_escaped(page.reason)}" if page.reason else str(page.outcome)


def _escaped(text: str) -> str:
    """Text whose marks mean nothing in Markdown."""
    return _MARKS.sub(lambda match: f"&#{ord(match[0])};", plain(text))
