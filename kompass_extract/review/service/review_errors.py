"""What the review desk cannot do, each with what to do instead."""

from __future__ import annotations

from kompass_extract.errors import UsageError
from kompass_extract.model.reasons import Reason


class UnknownReportError(UsageError):
    """The archive holds no report of that id."""


class UnknownItemError(UsageError):
    """The report has no such field, item or decision; it may have been joined, moved away or removed."""


class ToldError(UsageError):
    """An error that says what is wrong as a reason, so that it can be said in each language."""

    def __init__(self, about: Reason) -> None:
        super().__init__(about.text)
        self.about = about


def problem_of(error: Exception) -> str | Reason:
    """Return what an error says: its reason where it has one, else its message."""
    return error.about if isinstance(error, ToldError) else str(error)


class RefusedError(ToldError):
    """The decision cannot be applied: a letter where a number belongs, a split without two parts."""


class ImpossibleError(RefusedError):
    """The value cannot be; it is saved where the reviewer confirms that the report prints it so."""


class UnfinishedError(ToldError):
    """The report cannot be signed: something in its queue is still open."""
