"""The tables of the store.

The store's own tables begin with ``store_``, so that the data under plain names (``tidy_schema``) stand apart from
them.  Times are UTC in ISO 8601; heartbeats are seconds since 1970 by the store's clock.  ``migrations/`` makes the
same tables step by step, and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import BigInteger, Boolean, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

OWN = "store_"


def _plain_name(_: object, table: Table) -> str:
    """The name of a table as its indexes and constraints have it: that from before the tables had a prefix."""
    return table.name.removeprefix(OWN)


NAMES: dict[str, str | Callable[[object, Table], str]] = {
    "plain_name": _plain_name,
    "ix": "ix_%(plain_name)s_%(column_0_N_name)s",
    "uq": "uq_%(plain_name)s_%(column_0_N_name)s",
    "fk": "fk_%(plain_name)s_%(column_0_N_name)s",
    "pk": "pk_%(plain_name)s",
}
SHA256 = String(64)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class DocumentRow(Base):
    """An input by its content; ``file_name`` is the name it first came under, ``stored`` its copy below the folder."""

    __tablename__ = "store_documents"
    sha256: Mapped[str] = mapped_column(SHA256, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    file_name: Mapped[str] = mapped_column(Text)
    stored: Mapped[str] = mapped_column(Text)
    first_seen: Mapped[str] = mapped_column(String(32))


class FileRow(Base):
    """A place where a document was seen, and what tells cheaply that it has not changed since."""

    __tablename__ = "store_files"
    path: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("store_documents.sha256"), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    inode: Mapped[str] = mapped_column(String(32))  # text: file systems use all 64 bits, integers here have a sign
    seen_at: Mapped[str] = mapped_column(String(32))


class VersionRow(Base):
    """What lay under a web address at a time; another content under the same address is another row.

    ``page`` is the index page that links to it by the text ``title``, ``final_address`` where redirects led.
    """

    __tablename__ = "store_versions"
    __table_args__ = (Index("ix_versions_address_fetched_at", "address", "fetched_at"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(ForeignKey("store_documents.sha256"), index=True)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    page: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    final_address: Mapped[str | None] = mapped_column(Text)
    fetched_at: Mapped[str] = mapped_column(String(32))
    checked_at: Mapped[str] = mapped_column(String(32))


class RunRow(Base):
    """One run of a flow; ``status`` is running, done, failed or dead (ended without saying so)."""

    __tablename__ = "store_runs"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), index=True)
    host: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str | None] = mapped_column(SHA256)
    started: Mapped[str] = mapped_column(String(32))
    ended: Mapped[str | None] = mapped_column(String(32))
    heartbeat: Mapped[float] = mapped_column(Float)
    done: Mapped[int] = mapped_column(Integer, default=0)
    skipped: Mapped[int] = mapped_column(Integer, default=0)
    failed: Mapped[int] = mapped_column(Integer, default=0)
    to_review: Mapped[int] = mapped_column(Integer, default=0)
    summary: Mapped[str | None] = mapped_column(Text)  # JSON


class ClaimRow(Base):
    """A document that somebody works on; the key makes sure that it is only one.

    ``owner`` names the process, ``token`` this very claim: who lost it to another cannot record a result.
    """

    __tablename__ = "store_claims"
    sha256: Mapped[str] = mapped_column(ForeignKey("store_documents.sha256"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(SHA256, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("store_runs.id"), index=True)
    owner: Mapped[str] = mapped_column(Text)
    token: Mapped[str] = mapped_column(String(32))
    claimed_at: Mapped[str] = mapped_column(String(32))
    heartbeat: Mapped[float] = mapped_column(Float)


class ReportIdRow(Base):
    """Which document has which report id; taken before the file is written, kept over later runs."""

    __tablename__ = "store_report_ids"
    report_id: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("store_documents.sha256"), index=True)


class ReportRow(Base):
    """A report as its newest run read it.

    ``status``, ``open`` and ``total`` are those of the report JSON's ``review``; ``path`` lies below the folder.
    """

    __tablename__ = "store_reports"
    __table_args__ = (Index("ix_reports_status_report_id", "status", "report_id"),)
    report_id: Mapped[str] = mapped_column(ForeignKey("store_report_ids.report_id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("store_documents.sha256"), unique=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("store_runs.id"), index=True)
    municipality: Mapped[str | None] = mapped_column(Text, index=True)
    municipality_code: Mapped[str | None] = mapped_column(String(10))
    year: Mapped[int | None] = mapped_column(Integer, index=True)
    edition: Mapped[str | None] = mapped_column(String(20), index=True)
    total_score: Mapped[int | None] = mapped_column(Integer)
    pages: Mapped[int] = mapped_column(Integer)
    failed_pages: Mapped[int] = mapped_column(Integer)
    failed_checks: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(20))
    open: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(Integer)
    path: Mapped[str] = mapped_column(Text)
    json_sha256: Mapped[str] = mapped_column(SHA256)
    version: Mapped[str] = mapped_column(String(40))
    fingerprint: Mapped[str] = mapped_column(SHA256)
    created: Mapped[str] = mapped_column(String(32))


class FieldRow(Base):
    """A field of a report.

    ``open`` is set while a person is to look at it.  The queue's order is ``rank`` (0 stands in a failed check,
    1 a score, 2 anything else), then ``confidence``, least first.  ``reasons`` and ``evidence`` are JSON arrays
    as in the report; ``position`` counts from 0 in the order of the file.
    """

    __tablename__ = "store_fields"
    __table_args__ = (
        Index(
            "ix_fields_queue", "rank", "confidence", "report_id", "position",
            sqlite_where=text("open"), postgresql_where=text("open"),
        ),
        Index(
            "ix_fields_open_report", "report_id", "rank", "confidence", "position",
            sqlite_where=text("open"), postgresql_where=text("open"),
        ),
        Index(
            "ix_fields_open_kind", "kind", "area", "rank", "confidence",
            sqlite_where=text("open"), postgresql_where=text("open"),
        ),
    )  # fmt: skip
    report_id: Mapped[str] = mapped_column(ForeignKey("store_reports.report_id", ondelete="CASCADE"), primary_key=True)
    pointer: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    area: Mapped[int | None] = mapped_column(Integer)
    page: Mapped[int | None] = mapped_column(Integer)
    value: Mapped[str | None] = mapped_column(Text)
    raw: Mapped[str | None] = mapped_column(Text)
    confidence: Mapped[float] = mapped_column(Float)
    needs_review: Mapped[bool] = mapped_column(Boolean)
    open: Mapped[bool] = mapped_column(Boolean)
    rank: Mapped[int] = mapped_column(Integer)
    reasons: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)


class FailureRow(Base):
    """Why a document gave no report; ``lasting`` when reading the same bytes again would end the same way."""

    __tablename__ = "store_failures"
    sha256: Mapped[str] = mapped_column(ForeignKey("store_documents.sha256"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(SHA256, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("store_runs.id"), index=True)
    error: Mapped[str] = mapped_column(String(60))
    exit_code: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    lasting: Mapped[bool] = mapped_column(Boolean)
    attempts: Mapped[int] = mapped_column(Integer)
    created: Mapped[str] = mapped_column(String(32))


class EvaluationRow(Base):
    """A report that is a further reading of an evaluation: ``evaluation`` is the id of the report that stands for it.

    A report that has no row stands for its evaluation itself.
    """

    __tablename__ = "store_evaluations"
    report_id: Mapped[str] = mapped_column(ForeignKey("store_reports.report_id", ondelete="CASCADE"), primary_key=True)
    evaluation: Mapped[str] = mapped_column(Text)


class WatchedLinkRow(Base):
    """A link that led to no PDF when its server was asked; ``kind`` is that of ``answer_kind``."""

    __tablename__ = "store_watched_links"
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    said: Mapped[str] = mapped_column(Text)
    checked_at: Mapped[str] = mapped_column(String(32))


class WatchedPageRow(Base):
    """An index page of the settings: ``failures`` looks in a row that could not read it, ``files`` that it had.

    ``alarm`` says what is wrong since ``alarm_since``; it is empty where nothing is.
    """

    __tablename__ = "store_watched_pages"
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    files: Mapped[int] = mapped_column(Integer)
    failures: Mapped[int] = mapped_column(Integer)
    read_at: Mapped[str | None] = mapped_column(String(32))
    alarm: Mapped[str] = mapped_column(Text)
    alarm_since: Mapped[str | None] = mapped_column(String(32))


class NoticeRow(Base):
    """Something that operators are to hear of, once; ``sent`` is empty until every channel took it.

    ``key`` names the event, so that it is told once however often it is seen.  ``taken_by`` are the channels that took
    it, ``attempted`` is when sending was tried last, ``error`` why it is not sent yet.
    """

    __tablename__ = "store_notices"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    topic: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    created: Mapped[str] = mapped_column(String(32))
    sent: Mapped[str | None] = mapped_column(String(32))
    attempted: Mapped[str | None] = mapped_column(String(32))
    taken_by: Mapped[str] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)
