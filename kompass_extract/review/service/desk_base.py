"""What all parts of the desk stand on: the archive, its store, journal and cases, kept in step with the runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import ReportRow
from kompass_extract.archive.store import Store
from kompass_extract.model.reasons import reason
from kompass_extract.review import Decision
from kompass_extract.review.service.desk_values import RefusedError, UnknownReportError
from kompass_extract.review.service.journal import Journal, Withdrawal
from kompass_extract.review.service.loaded_reviews import Case, Cases
from kompass_extract.review.service.open_items import Sampling
from kompass_extract.review.service.review_schema import ReviewRow
from kompass_extract.review.service.sync_items import Sync
from kompass_extract.review.service.tidy_refresh import refresh_tidy_rows

LOOK_SECONDS = 2.0
"""How often at most the desk looks for reports that a run has read since."""


def utc_now() -> datetime:
    """The time of decisions."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """How the desk works; ``hold_seconds`` is how long an untouched item stays held.

    ``sample_rate`` is the share, 0..1, of confident fields that are asked about all the same, to know the share of
    silent errors; ``sample_seed`` makes another choice of them.
    """

    hold_seconds: int = 300
    sample_rate: float = 0.0
    sample_seed: str = "1"


class Transaction:
    """One report's review while it is changed, by nobody else; a decision is in the journal before it is in the store.

    When the transaction fails the journal is told that the decision was not saved; when it ends well the case with the
    decision is kept.
    """

    def __init__(self, session: Session, review: ReviewRow, journal: Journal) -> None:
        self.session = session
        self.review = review
        self._journal = journal
        self._written: list[Decision] = []
        self.made: Case | None = None

    def journalled(self, decision: Decision) -> None:
        """Put a decision on disk."""
        self._journal.append(decision)
        self._written.append(decision)

    def withdraw(self) -> None:
        """Take back from the journal what was not saved."""
        for decision in self._written:
            self._journal.append(Withdrawal(withdrawn=decision.id))


class DeskFrame:
    """The desk of one archive, as its parts share it."""

    def __init__(
        self,
        archive: Path | Archive,
        url: str | None = None,
        *,
        settings: DeskSettings | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """``archive`` is the archive's folder, ``url`` its store's (None: ``archive.db`` in the folder)."""
        self._archive = archive if isinstance(archive, Archive) else Archive.at(archive, url)
        self._settings = settings or DeskSettings()
        self._now = now
        self._store = Store.open(self._archive)
        self._cases = Cases(self._archive)
        self._journal = Journal(self._archive.journal)
        sampling = Sampling(self._settings.sample_rate, self._settings.sample_seed)
        self._sync = Sync(self._store, self._archive, self._cases, self._journal, sampling)
        self._looked = 0.0
        self._looking = threading.Lock()
        self._sync.recover()
        self._sync.all()
        refresh_tidy_rows(self._store, self._archive.folder)

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    def _case(self, report_id: str) -> Case:
        self._look()
        with self._store.read() as session:
            return self._cases.case(session, report_id)

    @property
    def archive(self) -> Archive:
        """The archive that is reviewed."""
        return self._archive

    def _look(self) -> None:
        """Bring in what runs have read since, at most every ``LOOK_SECONDS``."""
        with self._looking:
            now = time.monotonic()
            if self._looked and now - self._looked < LOOK_SECONDS:
                return
            self._looked = now
        self._sync.all()

    @contextmanager
    def _writing(self, report_id: str) -> Iterator[Transaction]:
        """A transaction that has a report's review for itself; UnknownReportError."""
        self._look()
        transaction: Transaction | None = None
        try:
            with self._store.write() as session:
                query = (
                    select(ReviewRow)
                    .join(ReportRow, ReportRow.sha256 == ReviewRow.sha256)
                    .where(ReportRow.report_id == report_id)
                    .with_for_update(of=ReviewRow)
                )
                review = session.scalars(query).one_or_none()
                if review is None:
                    raise UnknownReportError(f"The archive holds no report {report_id}.")
                transaction = Transaction(session, review, self._journal)
                yield transaction
        except BaseException:
            if transaction is not None:
                transaction.withdraw()
            raise
        if transaction.made is not None:
            self._cases.keep(transaction.made)


def require_open(review: ReviewRow) -> None:
    """Raise RefusedError where a report is signed."""
    if review.status == "reviewed":
        raise RefusedError(reason("report-signed"))
