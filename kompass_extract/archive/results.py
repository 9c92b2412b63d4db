"""What became of each input of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from kompass_extract.errors import KompassError


class Status(StrEnum):
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One input: its report, or why there is none.

    ``open`` of ``total`` fields wait for a reviewer.  ``error`` is the class of the failure, ``exit_code`` its code
    (0 where nothing failed).
    """

    path: str
    status: Status
    reason: str = ""
    report_id: str | None = None
    sha256: str | None = None
    open: int = 0
    total: int = 0
    error: str | None = None
    exit_code: int = 0
    seconds: float = 0.0

    @classmethod
    def failed(cls, path: str, error: KompassError) -> Outcome:
        return cls(path, Status.FAILED, str(error), error=type(error).__name__, exit_code=error.exit_code)

    @classmethod
    def skipped(cls, path: str, reason: str, report_id: str | None = None, sha256: str | None = None) -> Outcome:
        return cls(path, Status.SKIPPED, reason, report_id=report_id, sha256=sha256)


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole run."""

    run_id: int
    outcomes: tuple[Outcome, ...]
    seconds: float

    def of(self, status: Status) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.status is status)

    @property
    def to_review(self) -> int:
        """Fields that wait for a reviewer in the reports of this run."""
        return sum(outcome.open for outcome in self.of(Status.DONE))

    def skipped_by_reason(self) -> dict[str, int]:
        """How many inputs were skipped for each reason; what varies in a reason is left out."""
        counts: dict[str, int] = {}
        for outcome in self.of(Status.SKIPPED):
            kind = outcome.reason.partition(":")[0]
            counts[kind] = counts.get(kind, 0) + 1
        return counts

    def record(self) -> dict[str, object]:
        """As ``--json`` prints it and the store keeps it; unchanged inputs are counted, not listed."""
        return {
            "run": self.run_id,
            "seconds": round(self.seconds, 2),
            "done": [asdict(one) for one in self.of(Status.DONE)],
            "failed": [asdict(one) for one in self.of(Status.FAILED)],
            "skipped": [asdict(one) for one in self.of(Status.SKIPPED) if not one.reason.startswith(UNCHANGED)],
            "unchanged": self.skipped_by_reason().get(UNCHANGED, 0),
            "to_review": self.to_review,
        }


UNCHANGED = "unchanged"


def summed(run_id: int, seconds: float, parts: Iterable[Sequence[Outcome]]) -> Summary:
    """The summary of outcomes that came about in several places, in the order of their paths."""
    return Summary(run_id, tuple(sorted((one for part in parts for one in part), key=lambda one: one.path)), seconds)
