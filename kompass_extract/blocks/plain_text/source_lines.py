"""A text file's lines: its bytes decoded, its page breaks found, its blank lines counted."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kompass_extract.errors import NoPagesError, UnreadableFileError

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# More control characters than this share of the first 64 KiB, and the file is no text.
MAX_CONTROL_SHARE = 0.01
_SAMPLE = 65_536
# A form feed that was written as one space leaves single lines that begin with it.  With fewer of them, or
# many, the spaces mean something else.
MIN_PAGE_SPACES, MAX_PAGE_SPACE_SHARE = 3, 0.1


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line with text on it: its number in the file (from 1), the blank lines above, whether it begins a page."""

    number: int
    text: str
    blanks: int
    page_start: bool


def read_lines(path: Path) -> list[str]:
    """The file's lines, decoded and in NFC, without line ends; a form feed stays, as the first of its line.

    Raises UnreadableFileError for a file that is missing, unreadable or binary, NoPagesError for an empty one.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(
            f"{path}: cannot be read ({error.strerror}); check the path and its rights"
        ) from error
    text = decode(data, path.name)
    if not text.strip():
        raise NoPagesError(f"{path.name}: the file has no text; give the text of a report")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\f").split("\n")


def decode(data: bytes, name: str = "text") -> str:
    """UTF-8 with or without BOM, UTF-16 with BOM, else Windows-1252, in NFC; UnreadableFileError for binary data."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decoded(data, encoding, name)
    if _is_binary(data[:_SAMPLE]):
        raise UnreadableFileError(f"{name}: binary data, not text; give a PDF, an image, or a text file")
    try:
        return unicodedata.normalize("NFC", data.decode("utf-8"))
    except UnicodeDecodeError:
        return unicodedata.normalize("NFC", data.decode("cp1252", errors="replace"))


def source_lines(lines: Sequence[str]) -> list[SourceLine]:
    """The lines that have text, with what stood above them."""
    spaced = _page_spaces(lines)
    found: list[SourceLine] = []
    blanks, page_start = 0, False
    for number, line in enumerate(lines, 1):
        page_start = page_start or line.startswith("\f") or number in spaced
        if line.strip():
            found.append(SourceLine(number, line.strip("\f \r\n\ufeff"), blanks, page_start and bool(found)))
            blanks, page_start = 0, False
        else:
            blanks += 1
    return found


def _page_spaces(lines: Sequence[str]) -> frozenset[int]:
    """Numbers of the lines whose single leading space is what is left of a form feed."""
    starts = {n for n, line in enumerate(lines, 1) if line[:1] == " " and line[1:2].strip() and "\t" not in line}
    indented = sum(line[:2] == "  " and bool(line.strip()) for line in lines)
    filled = sum(bool(line.strip()) for line in lines)
    enough = len(starts) >= MIN_PAGE_SPACES and len(starts) <= MAX_PAGE_SPACE_SHARE * filled and indented < len(starts)
    return frozenset(starts) if enough else frozenset()


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return unicodedata.normalize("NFC", data.decode(encoding))
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{name}: says it is {encoding} and is not; save it as UTF-8") from error


def _is_binary(sample: bytes) -> bool:
    if b"\x00" in sample:
        return True
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x0b" for byte in sample)
    return control > MAX_CONTROL_SHARE * len(sample)
