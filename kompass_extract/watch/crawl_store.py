"""Publications kept in the archive: the file under its hash, its address and date as a version beside older ones."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import DocumentRow, VersionRow, WatchedLinkRow, WatchedPageRow
from kompass_extract.archive.store import Store, now
from kompass_extract.errors import OutputError
from kompass_extract.watch.answer_kind import AnswerKind
from kompass_extract.watch.crawl_results import LinkState, Publication, Version
from kompass_extract.watch.page_state import PageState

_PDF = "application/pdf"
_SAID = 200  # characters of what a server said
_LEFT_OVER = timedelta(days=1)  # a part this old is of a look that was killed


@dataclass(frozen=True, slots=True)
class Publications:
    """The memory of a look, over an archive and its open store."""

    archive: Archive
    store: Store

    @property
    def incoming(self) -> Path:
        """Beside the kept files, so that keeping one is a rename."""
        return self.archive.folder / "incoming"

    def latest(self, address: str) -> Version | None:
        """As ``sights.Memory``: a file that is gone from the disk counts as never seen, so that it is fetched again."""
        with self.store.read() as session:
            found = session.execute(
                select(VersionRow, DocumentRow.stored)
                .join(DocumentRow, DocumentRow.sha256 == VersionRow.sha256)
                .where(VersionRow.address == address)
                .order_by(VersionRow.id.desc())
                .limit(1)
            ).one_or_none()
        if found is None or not (self.archive.folder / found[1]).is_file():
            return None
        row: VersionRow = found[0]
        return Version(row.sha256, row.etag, row.last_modified, datetime.fromisoformat(row.checked_at))

    def keep(self, publication: Publication) -> bool:
        """Move a fetched file under its hash, then record it and its version in one transaction; OutputError."""
        stored = self._stored(publication.sha256)
        if not (self.archive.folder / stored).is_file():
            _move(publication.path, self.archive.folder / stored)
        upsert = sqlite.insert if self.store.is_sqlite else postgresql.insert
        time = now()
        document = {
            "sha256": publication.sha256, "size": publication.size, "media_type": _PDF,
            "file_name": publication.name, "stored": stored, "first_seen": time,
        }  # fmt: skip
        version = {
            "address": publication.address, "sha256": publication.sha256, "etag": publication.etag,
            "last_modified": publication.last_modified, "page": publication.page,
            "title": publication.title.replace("\0", ""),  # which PostgreSQL does not take
            "final_address": publication.final_address, "fetched_at": time, "checked_at": time,
        }  # fmt: skip
        with self.store.write() as session:
            made = session.execute(
                upsert(DocumentRow).values(**document).on_conflict_do_nothing().returning(DocumentRow.sha256)
            ).scalar()
            session.execute(insert(VersionRow).values(**version))
        return made is not None

    def _stored(self, sha256: str) -> str:
        """Where a content lies below the archive's folder, or is to lie."""
        with self.store.read() as session:
            known = session.scalar(select(DocumentRow.stored).filter_by(sha256=sha256))
        return known or self.archive.stored_name(sha256, ".pdf")

    def confirm(self, address: str, etag: str | None, last_modified: str | None) -> None:
        """As ``sights.Memory``; a validator that was not given again stays."""
        newest = select(VersionRow.id).filter_by(address=address).order_by(VersionRow.id.desc()).limit(1)
        given = {"etag": etag, "last_modified": last_modified}
        values = {"checked_at": now(), **{name: value for name, value in given.items() if value}}
        with self.store.write() as session:
            newest_id = session.scalar(newest)
            session.execute(update(VersionRow).where(VersionRow.id == newest_id).values(**values))

    def link_state(self, address: str) -> LinkState | None:
        """As ``Memory``."""
        with self.store.read() as session:
            row = session.get(WatchedLinkRow, address)
        if row is None or row.kind not in set(AnswerKind):
            return None
        return LinkState(AnswerKind(row.kind), row.said, datetime.fromisoformat(row.checked_at))

    def remember(self, address: str, kind: AnswerKind, said: str) -> None:
        """As ``Memory``."""
        with self.store.write() as session:
            session.merge(
                WatchedLinkRow(address=address, kind=kind, said=said.replace("\0", "")[:_SAID], checked_at=now())
            )

    def page_state(self, address: str) -> PageState:
        """As ``Memory``."""
        with self.store.read() as session:
            row = session.get(WatchedPageRow, address)
        if row is None:
            return PageState(address)
        return PageState(address, row.files, row.failures, row.read_at, row.alarm, row.alarm_since)

    def keep_page(self, state: PageState) -> None:
        """As ``Memory``."""
        with self.store.write() as session:
            session.merge(WatchedPageRow(**asdict(state)))

    def tidy(self) -> None:
        """Remove what killed looks left behind."""
        limit = (datetime.now(UTC) - _LEFT_OVER).timestamp()
        for part in self.incoming.glob("fetch-*.part"):
            if part.stat().st_mtime < limit:
                part.unlink(missing_ok=True)


def _move(part: Path, target: Path) -> None:
    """A part that was forced to the disk becomes the kept file, whole; what lies there already is the same."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.chmod(0o644)
        part.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise OutputError(f"{target} could not be written: {error.strerror}. Make room there.") from error
