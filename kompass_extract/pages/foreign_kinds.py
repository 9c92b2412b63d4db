"""Name the kind of a file that is no PDF, for the person who has to fetch it again."""

from __future__ import annotations

_SHOWN_BYTES = 16
_KINDS = (
    (b"PK\x03\x04", "a Word document or another ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "a document of an old Office program"),
    (b"{\\rtf", "a rich text document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a file packed with gzip"),
    (b"%!PS", "a PostScript file"),
)
_WEB = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")
_MARKUP = b"<?xml"


def seen_kind(head: bytes) -> str:
    """Name the kind of file that begins with these bytes, to complete a sentence that begins with ``It is``."""
    for magic, kind in _KINDS:
        if head.startswith(magic):
            return kind
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:_SHOWN_BYTES].lower().startswith(_WEB):
        return "a web page, perhaps one that asks to log in"
    if text.startswith(_MARKUP):
        return "an XML file"
    if not any(head):
        return "nothing but empty bytes"
    first = head[:_SHOWN_BYTES]
    if all(byte >= 0x20 or byte in b"\t\r\n" for byte in first):
        return f'text ("{" ".join(first.decode("utf-8", "replace").split())}")'
    return f"of an unknown kind (first bytes {first[:8].hex(' ')})"
