"""What the review desk cannot do, each with what to do instead."""

from __future__ import annotations

from kompass_extract.errors import UsageError


class UnknownReportError(UsageError):
    """The archive holds no report of that id."""


class UnknownItemError(UsageError):
    """The report has no such field, item or decision; it may have been joined, moved away or removed."""


class RefusedError(UsageError):
    """The decision cannot be applied: a letter where a number belongs, a split without two parts."""


class UnfinishedError(UsageError):
    """The report cannot be signed: something in its queue is still open."""
