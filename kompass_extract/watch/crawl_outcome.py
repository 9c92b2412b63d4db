"""What can become of a page or a link of a look."""

from __future__ import annotations

from enum import StrEnum


class CrawlOutcome(StrEnum):
    """What became of a page or a link."""

    READ = "read"
    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"
    UNCHANGED = "unchanged"
    NOT_DUE = "not due"
    LEFT = "left"
    PASSED = "passed over"
    REFUSED = "refused"
    FAILED = "failed"
