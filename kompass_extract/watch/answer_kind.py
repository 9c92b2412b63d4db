"""What an answer is, by its headers and its first bytes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kompass_extract.watch.file_names import told_name

if TYPE_CHECKING:
    from kompass_extract.watch.fetch import Fetched

HEAD_BYTES = 1024  # at the start of a PDF in which %PDF- must stand (ISO 32000-1, annex H)
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_OTHERS = (
    "image/", "video/", "audio/", "font/", "text/css", "text/javascript", "text/calendar", "text/csv",
    "application/json", "application/javascript", "application/zip", "application/msword", "application/vnd.",
    "application/xml", "text/xml", "application/rss+xml", "application/atom+xml",
)  # fmt: skip
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")


class AnswerKind(StrEnum):
    """What lies at an address."""

    PDF = "a PDF"
    PAGE = "a web page"
    OTHER = "another kind of file"
    UNKNOWN = "unknown until it is fetched"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a server says of an address; ``said`` is the content type, or the name that it gives the file."""

    kind: AnswerKind
    said: str
    address: str

    @classmethod
    def of(cls, fetched: Fetched, head: bytes = b"") -> Asked:
        """What an answer says; its first bytes count before its headers, a file's name before its type."""
        content_type = fetched.headers.get("content-type", "").partition(";")[0].strip().lower()
        name = told_name(fetched.headers.get("content-disposition", ""))
        return cls(_kind(content_type, name.lower(), head), name or content_type or "no content type", fetched.address)


def _kind(content_type: str, name: str, head: bytes) -> AnswerKind:
    if b"%PDF-" in head or name.endswith(".pdf") or content_type in {"application/pdf", "application/x-pdf"}:
        return AnswerKind.PDF
    if head.lstrip().lower().startswith(_HTML_STARTS) or content_type in _PAGES:
        return AnswerKind.PAGE
    if head or content_type.startswith(_OTHERS):
        return AnswerKind.OTHER
    return AnswerKind.UNKNOWN
