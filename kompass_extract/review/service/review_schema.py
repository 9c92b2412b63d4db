"""The review's tables beside the store's own: decisions, what is open, who holds what, which reports are signed.

All belong to documents, not to readings: a newer run replaces a report's rows and leaves these.  ``review_items`` is
made from the report and its decisions, and can be made again at any time; ``decisions`` is what people decided, and
also stands in the archive's journal.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kompass_extract.archive.schema import SHA256, Base


class ReviewRow(Base):
    """The review of one document.

    ``json_sha256`` is the reading that its items were made from, None for none yet; ``sampling`` which confident fields
    are among them.
    ``status`` is pending, in_review or reviewed; ``changes`` counts the decisions, so that processes know what they
    have in memory is old.
    """

    __tablename__ = "store_reviews"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("store_documents.sha256"), unique=True)
    json_sha256: Mapped[str | None] = mapped_column(SHA256)
    sampling: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(20))
    open: Mapped[int] = mapped_column(Integer)
    decided: Mapped[int] = mapped_column(Integer)
    changes: Mapped[int] = mapped_column(Integer)
    double_reading: Mapped[bool] = mapped_column(Boolean)
    signed_by: Mapped[str | None] = mapped_column(Text)
    signed_at: Mapped[str | None] = mapped_column(String(32))


class DecisionRow(Base):
    """A decision; ``body`` is the whole of it as JSON, ``number`` the order in which they were saved."""

    __tablename__ = "store_decisions"
    __table_args__ = (
        Index("ix_decisions_sha256_number", "sha256", "number"),
        Index("ix_decisions_reviewer_number", "reviewer", "number"),
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[str] = mapped_column(String(40), unique=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("store_documents.sha256"))
    pointer: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(String(20))
    reviewer: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[str] = mapped_column(String(32))
    voids: Mapped[str | None] = mapped_column(String(40))
    sampled: Mapped[bool] = mapped_column(Boolean)
    body: Mapped[str] = mapped_column(Text)


class ItemRow(Base):
    """An open question to a person.

    The queue's order is ``priority`` (0 failed checks and contradictions, 1 scores, 2 the rest), then ``doubt`` (the
    confidence, 0..1, least first), then the report and the place in it.  ``first_reader`` has read it and must not
    read it again where two people read blindly.
    """

    __tablename__ = "store_review_items"
    __table_args__ = (
        Index("ix_review_items_queue", "priority", "doubt", "report_id", "position"),
        Index("ix_review_items_kind", "kind", "priority", "doubt", "report_id", "position"),
        Index("ix_review_items_area", "area", "priority", "doubt", "report_id", "position"),
        Index("ix_review_items_reason", "reason", "priority", "doubt", "report_id", "position"),
        Index("ix_review_items_municipality", "municipality", "priority", "doubt", "report_id", "position"),
        Index("ix_review_items_report", "report_id", "priority", "doubt", "position"),
        Index("ix_review_items_facets", "area", "kind", "reason", "edition", "municipality"),
        Index("ix_review_items_first_reader", "first_reader"),
    )
    review_id: Mapped[int] = mapped_column(ForeignKey("store_reviews.id"), primary_key=True)
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    report_id: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(24))
    area: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(16))
    value: Mapped[str | None] = mapped_column(Text)
    confidence: Mapped[float] = mapped_column(Float)
    page: Mapped[int | None] = mapped_column(Integer)
    priority: Mapped[int] = mapped_column(Integer)
    doubt: Mapped[float] = mapped_column(Float)
    sampled: Mapped[bool] = mapped_column(Boolean)
    first_reader: Mapped[str | None] = mapped_column(Text)
    edition: Mapped[str | None] = mapped_column(String(20))
    municipality: Mapped[str | None] = mapped_column(Text)


class HoldRow(Base):
    """Who works on an item until when, in seconds since 1970 by the store's clock."""

    __tablename__ = "store_holds"
    review_id: Mapped[int] = mapped_column(ForeignKey("store_reviews.id"), primary_key=True)
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    reviewer: Mapped[str] = mapped_column(Text)
    until: Mapped[float] = mapped_column(Float)


class EventRow(Base):
    """What happened to a whole report: signed, opened again, given to somebody; ``about`` names whom."""

    __tablename__ = "store_review_events"
    __table_args__ = (Index("ix_review_events_sha256", "sha256"),)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    sha256: Mapped[str] = mapped_column(SHA256)
    event: Mapped[str] = mapped_column(String(20))
    reviewer: Mapped[str] = mapped_column(Text)
    at: Mapped[str] = mapped_column(String(32))
    about: Mapped[str | None] = mapped_column(Text)


class CommentRow(Base):
    """What somebody said about a value, for others; it changes nothing."""

    __tablename__ = "store_comments"
    __table_args__ = (Index("ix_comments_sha256_address", "sha256", "address"),)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[str] = mapped_column(String(40), unique=True)
    sha256: Mapped[str] = mapped_column(SHA256)
    address: Mapped[str] = mapped_column(Text)
    reviewer: Mapped[str] = mapped_column(Text)
    at: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)


class AssignmentRow(Base):
    """Who is to review a document; nobody has none."""

    __tablename__ = "store_assignments"
    __table_args__ = (Index("ix_assignments_reviewer", "reviewer"),)
    sha256: Mapped[str] = mapped_column(SHA256, primary_key=True)
    reviewer: Mapped[str] = mapped_column(Text)
