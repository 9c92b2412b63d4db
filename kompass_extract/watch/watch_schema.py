"""The tables of the watch: what was found behind links, and how the index pages are."""

from __future__ import annotations

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kompass_extract.archive.schema import Base


class WatchedLinkRow(Base):
    """A link that led to no PDF when its server was asked; ``kind`` is that of ``answer_kind``."""

    __tablename__ = "watched_links"
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    said: Mapped[str] = mapped_column(Text)
    checked_at: Mapped[str] = mapped_column(String(32))


class WatchedPageRow(Base):
    """An index page of the settings: ``failures`` looks in a row that could not read it, ``files`` that it had.

    ``alarm`` says what is wrong since ``alarm_since``; it is empty where nothing is.
    """

    __tablename__ = "watched_pages"
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    files: Mapped[int] = mapped_column(Integer)
    failures: Mapped[int] = mapped_column(Integer)
    read_at: Mapped[str | None] = mapped_column(String(32))
    alarm: Mapped[str] = mapped_column(Text)
    alarm_since: Mapped[str | None] = mapped_column(String(32))
