"""How an index page is from look to look, and when that is an alarm.

One failed look is no alarm: servers have bad days.  A page that was never read, one that our own rules refuse, one that
failed several looks in a row, and one whose files are gone is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kompass_extract.watch.crawl_outcome import CrawlOutcome

_FEW = 6  # files; of fewer than these, half may go without a word
_SHARE = 0.5  # of the files that a page had, below which so many are missed that it is an alarm


@dataclass(frozen=True, slots=True)
class PageState:
    """An index page after its last look; times are UTC, in ISO 8601.

    ``files`` is how many it led to when nothing was wrong, ``failures`` how many looks in a row could not read it.
    """

    address: str
    files: int = 0
    failures: int = 0
    read_at: str | None = None
    alarm: str = ""
    alarm_since: str | None = None


@dataclass(frozen=True, slots=True)
class PageLook:
    """What one look saw of an index page: its outcome, why, and to how many files it led."""

    outcome: CrawlOutcome
    reason: str
    files: int


def after_look(state: PageState, look: PageLook, *, alarm_after: int, now: str) -> PageState:
    """Return the page's state after a look at the time ``now``; ``files`` stay as they were while there is an alarm."""
    if look.outcome is CrawlOutcome.READ:
        alarm = _lost(state.files, look.files)
        files = state.files if alarm else look.files
        seen = replace(state, files=files, failures=0, read_at=now, alarm=alarm)
    else:
        failures = state.failures + 1
        is_alarm = look.outcome is CrawlOutcome.REFUSED or state.read_at is None or failures >= alarm_after
        looks = f"{failures} looks in a row" if failures > 1 else "this look"
        seen = replace(state, failures=failures, alarm=f"not read in {looks}: {look.reason}" if is_alarm else "")
    return replace(seen, alarm_since=(state.alarm_since or now) if seen.alarm else None)


def _lost(had: int, has: int) -> str:
    if had and not has:
        return f"led to {had} {'file' if had == 1 else 'files'} and leads to none now"
    if had >= _FEW and has < had * _SHARE:
        return f"led to {had} files and leads to {has} now"
    return ""
