"""A look's summary for people: as Markdown, and as lines on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kompass_extract.archive.results import Outcome, Summary
from kompass_extract.archive.run_summary import MOST_ROWS, plain
from kompass_extract.archive.run_summary import headline as headline_of_reading
from kompass_extract.errors import NotAReportError
from kompass_extract.watch.crawl_outcome import CrawlOutcome
from kompass_extract.watch.crawl_results import CrawlLook, PageSight, Sight

_MOST_NAMED = 50  # links of one reason that are named; the record has more
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
    files = sum(look.counts().values())
    counts = ", ".join(f"{count} {outcome}" for outcome, count in look.counts().items()) or "none"
    pages = f"{len(look.pages)} index page{'s' if len(look.pages) != 1 else ''}"
    steps = sum(sight.outcome is CrawlOutcome.READ for sight in look.sights)
    passed = sum(len(links) for links in look.passed().values())
    more = (f", {steps} pages one step away" if steps else "") + (f", {passed} links passed over" if passed else "")
    return f"{pages}{f' ({unread} not read)' if unread else ''}, {files} linked files: {counts}{more}."


def markdown(look: CrawlLook) -> str:
    """The summary as Markdown; what servers and pages wrote is plain text in it."""
    lines = ["# Look for new publications", "", headline(look), ""]
    if look.alarms:
        lines += ["## Lost pages", "", "| Index page | What is wrong | Since |", "|---|---|---|"]
        lines += [f"| {_escaped(one.address)} | {_escaped(one.alarm)} | {one.alarm_since} |" for one in look.alarms]
        lines.append("")
    lines += ["| Index page | Outcome | Links |", "|---|---|---|"]
    steps = [sight for sight in look.sights if sight.outcome is CrawlOutcome.READ]
    read: tuple[PageSight | Sight, ...] = (*look.pages, *steps[:MOST_ROWS])
    for page in read:
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
    return "\n".join([*lines, *_passed_over(look)]) + "\n"


def _passed_over(look: CrawlLook) -> Iterator[str]:
    """What was passed over, by the reason: the counts, and the links of each."""
    passed = look.passed()
    if not passed:
        return
    yield from ("", f"## Passed over: {sum(len(links) for links in passed.values())}", "")
    yield from ("| Why | Links |", "|---|---|")
    for why, links in passed.items():
        shown = ", ".join(f"{_escaped(one.text)} ({_escaped(one.address)})" for one in links[:_MOST_NAMED])
        more = f" and {len(links) - _MOST_NAMED} more" if len(links) > _MOST_NAMED else ""
        yield f"| {_escaped(why)}: {len(links)} | {shown}{more} |"


def lines_of(look: CrawlLook) -> Iterator[str]:
    """The summary as lines of plain text: pages, every file that is not as it was, and the counts."""
    for page in look.pages:
        yield line_of(page)
    for outcome in reversed(_ORDER):
        for sight in look.sights:
            if sight.outcome is outcome:
                yield line_of(sight)
    for why, links in look.passed().items():
        yield f"{CrawlOutcome.PASSED} {len(links)}: {plain(why)}"
    for one in look.alarms:
        yield f"{'LOST':11} {plain(one.address)}: {plain(one.alarm)}"
    yield headline(look)


def read_headline(read: Summary) -> str:
    """The counts of the ingestion after a look: what turned out to be no report is no failure."""
    others = [one for one in read.outcomes if is_no_report(one)]
    rest = tuple(one for one in read.outcomes if not is_no_report(one))
    said = headline_of_reading(Summary(read.run_id, rest, read.seconds))
    return f"{said} {len(others)} of the files {'is' if len(others) == 1 else 'are'} not a report." if others else said


def is_no_report(outcome: Outcome) -> bool:
    """Whether a file was read and is something else: a brochure, another evaluation."""
    return outcome.exit_code == NotAReportError.exit_code


def line_of(one: PageSight | Sight) -> str:
    """One page or file on a line."""
    reason = f": {plain(one.reason)}" if one.reason else ""
    links = f", {len(one.links)} links" if isinstance(one, PageSight) and one.links else ""
    return f"{one.outcome:11} {plain(one.address)}{links}{reason}"


def _said(page: PageSight | Sight) -> str:
    return f"{page.outcome}: {_escaped(page.reason)}" if page.reason else str(page.outcome)


def _escaped(text: str) -> str:
    """Text whose marks mean nothing in Markdown."""
    return _MARKS.sub(lambda match: f"&#{ord(match[0])};", plain(text))
