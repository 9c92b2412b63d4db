"""Taking in an answer's body, bounded: what comes packed is unpacked no further than the limit."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from kompass_extract.errors import OutputError
from kompass_extract.watch.fetch_errors import FetchRefusedError, NotAPdfFoundError, PdfFoundError, UnavailableError
from kompass_extract.watch.network import Answer

_HEAD = 1024  # bytes at the start of a PDF in which %PDF- must stand (ISO 32000-1, annex H)
_TAIL = 65_536  # bytes at the end in which %%EOF must stand; scanners' programs add notes of their own after it
_STEP = 65_536  # bytes unpacked at a time
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS  # zlib finds out which of the two it is


class Sink(Protocol):
    """Takes the pieces of a body; ``complete`` is called once after the last."""

    def write(self, piece: bytes) -> None: ...
    def complete(self) -> None: ...


SinkMaker = Callable[[], Sink]


def take_in(answer: Answer, sink: Sink, limit: int, *, cut: bool = False) -> None:
    """Write an answer's body into ``sink``, with ``cut`` its first ``limit`` bytes alone.

    RefusedError when it is longer than ``limit`` bytes, as declared, sent or unpacked, or packed in a way that was
    not asked for; UnavailableError when it breaks off.
    """
    if cut:
        _take_first(answer, sink, limit)
        return
    declared = answer.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise FetchRefusedError(f"{int(declared) / 1e6:.1f} MB are declared, {limit / 1e6:.1f} MB are allowed")
    taken = 0
    for piece in _unpacked(answer):
        taken += len(piece)
        if taken > limit:
            raise FetchRefusedError(f"longer than the {limit / 1e6:.1f} MB that are allowed")
        sink.write(piece)
    sink.complete()


def _take_first(answer: Answer, sink: Sink, limit: int) -> None:
    taken = 0
    for piece in _unpacked(answer):
        sink.write(piece[: limit - taken])
        taken += len(piece)
        if taken >= limit:
            break
    sink.complete()


def _unpacked(answer: Answer) -> Iterator[bytes]:
    packing = answer.headers.get("content-encoding", "identity").strip().lower()
    if packing in {"", "identity"}:
        yield from answer.body
    elif packing in {"gzip", "x-gzip", "deflate"}:
        yield from _inflated(answer.body)
    else:
        raise FetchRefusedError(f"packed as {packing[:20]!r}, which was not asked for")


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        for piece in pieces:
            rest = piece
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, _STEP)
                rest = unpacker.unconsumed_tail
    except zlib.error as error:
        raise UnavailableError(f"packed wrongly: {error}") from error
    if not unpacker.eof:
        raise UnavailableError("the packed answer broke off")


class HeadSink:
    """Keeps what it is given in memory."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> None:
        """Take the next piece."""
        self._pieces.append(piece)

    def complete(self) -> None:
        """Nothing is left to do."""

    @property
    def data(self) -> bytes:
        """All that was taken."""
        return b"".join(self._pieces)


class PageSink(HeadSink):
    """Keeps a page in memory; PdfFoundError as soon as it is seen to be a PDF."""

    def __init__(self) -> None:
        super().__init__()
        self._looked_at = 0

    def write(self, piece: bytes) -> None:
        """Take the next piece."""
        super().write(piece)
        if self._looked_at < _HEAD:
            self._looked_at += len(piece)
            if self.data[:_HEAD].lstrip().startswith(b"%PDF-"):
                raise PdfFoundError("a PDF and not an index page")


class PdfSink:
    """Writes a PDF beside its later place, hashing it; what is no PDF is refused within the first kilobyte.

    Used as a context: whatever was not moved away by its end is removed.  OutputError when the disk is full.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix="fetch-", suffix=".part", dir=folder)
        except OSError as error:
            raise OutputError(f"{folder} cannot be written to: {error.strerror}.") from error
        self.path = Path(name)
        self._file = os.fdopen(handle, "wb")
        self.restarted()

    def restarted(self) -> Self:
        """The same sink, empty again, for another attempt."""
        self._hash = hashlib.sha256()
        self._head = b""
        self._tail = b""
        self.size = 0
        self._file.seek(0)
        self._file.truncate()
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        with suppress(OSError):  # a full disk was told already
            self._file.close()
        self.path.unlink(missing_ok=True)

    @property
    def sha256(self) -> str:
        """Of what was written, in hexadecimal."""
        return self._hash.hexdigest()

    def write(self, piece: bytes) -> None:
        """Take the next piece."""
        if len(self._head) < _HEAD:
            self._head += piece[: _HEAD - len(self._head)]
            if len(self._head) >= _HEAD:
                self._require_pdf()
        self._tail = (self._tail + piece)[-_TAIL:]
        self._hash.update(piece)
        self.size += len(piece)
        try:
            self._file.write(piece)
        except OSError as error:
            raise OutputError(f"{self._folder} cannot be written to: {error.strerror}. Make room there.") from error

    def complete(self) -> None:
        """Bring it all to the disk; UnavailableError where a PDF's end is missing."""
        self._require_pdf()
        if b"%%EOF" not in self._tail:
            raise UnavailableError("the PDF breaks off before its end")
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise OutputError(f"{self._folder} cannot be written to: {error.strerror}. Make room there.") from error

    def _require_pdf(self) -> None:
        if b"%PDF-" not in self._head:
            raise NotAPdfFoundError("not a PDF" + (", but a web page" if _is_html(self._head) else ""))


def _is_html(head: bytes) -> bool:
    start = head.lstrip().lower()
    return start.startswith((b"<!doctype", b"<html", b"<?xml"))
