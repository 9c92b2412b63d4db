"""What a fetched file is called: by RFC 6266, read by pyrfc6266, else as browsers read what servers send instead."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_NAME_LENGTH = 150  # characters; file systems allow 255 bytes
_HEADER_LENGTH = 2_000  # characters of a Content-Disposition header that are read
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_LOOSE_NAME = re.compile(r"""\bfilename\s?=\s?"?([^";]+)"?""", re.IGNORECASE)


def told_name(disposition: str) -> str:
    """The name in a Content-Disposition header, ``filename*`` first; empty where it tells none."""
    from pyparsing import ParseBaseException
    from pyrfc6266 import parse_filename

    # Servers send UTF-8 where the header should be ASCII.
    header = disposition[:_HEADER_LENGTH].encode("latin-1", "replace").decode("utf-8", "replace")
    if not header:
        return ""
    try:
        return parse_filename(header) or ""
    except (ParseBaseException, ValueError, LookupError, RecursionError):
        loose = _LOOSE_NAME.search(header)
        return unquote(loose[1]).strip() if loose else ""


def file_name(address: str, disposition: str) -> str:
    """A name for a file from ``address``: what the server calls it, else the end of its address; ending in .pdf."""
    name = told_name(disposition) or unquote(urlsplit(address).path.rpartition("/")[2])
    stem = _UNFIT.sub("_", name).strip(" ._").removesuffix(".pdf").removesuffix(".PDF")
    return f"{stem[:_NAME_LENGTH] or 'publication'}.pdf"
