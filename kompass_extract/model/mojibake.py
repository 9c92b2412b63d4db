"""UTF-8 that was read in another encoding and written anew (`fÃ¶r`), once or several times, read back.

Only files that show it are touched: those in which two signs stand for å, ä or ö, which no language writes.  Each such
pair is read back for itself, so that a file that was encoded twice only in parts comes out whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from kompass_extract.model.text_forms import normal_text

# What UTF-8 is read as: Windows-1252 (with Latin-1's control characters), the old Macintosh's, DOS's.
_READ_AS = ("cp1252", "mac_roman", "cp850", "cp437")
# Reading back may have to be done as often as the text was encoded; nobody has seen more.
MOST_ROUNDS = 4
_TELLING = frozenset("åäöÅÄÖé")
_FIRST_BYTE = 0xC3  # of å, ä and ö in UTF-8
# Bytes that Windows-1252 does not have come out as U+FFFD; of the signs that begin as quotes do, this one is printed.
_LOST_QUOTE, _QUOTE = "\ufffd", "”"


def undone(text: str) -> str:
    """The text with double encodings read back; the same text where it shows none."""
    for _ in range(MOST_ROUNDS):
        if text.isascii():
            break
        counts = {encoding: _telling(text, encoding) for encoding in _READ_AS}
        likeliest = max(_READ_AS, key=lambda encoding: counts[encoding])
        if counts[likeliest] == 0:
            break
        text = _read_all_back(text, likeliest)
    return text


def _telling(text: str, encoding: str) -> int:
    """How often signs stand for a Swedish letter, or for the first of the two signs that one has become.

    Only UTF-8 that was read in ``encoding`` has them.
    """
    telling = _TELLING | {bytes((_FIRST_BYTE,)).decode(encoding)}
    return sum(_read_back(found[0], encoding) in telling for found in _pattern(encoding).finditer(text))


def _read_all_back(text: str, encoding: str) -> str:
    return _pattern(encoding).sub(lambda found: _read_back(found[0], encoding), text)


def _read_back(signs: str, encoding: str) -> str:
    """What the signs were; the signs themselves where they are no UTF-8 or nothing that a report prints."""
    to_byte = _bytes_of(encoding)
    if signs.endswith(_LOST_QUOTE):
        quoted = len(signs) == 3 and [to_byte[sign] for sign in signs[:2]] == [0xE2, 0x80]
        return _QUOTE if quoted else _LOST_QUOTE
    try:
        found = bytes(to_byte[sign] for sign in signs).decode("utf-8")
    except (UnicodeDecodeError, KeyError):
        return signs
    return found if found in _repertoire() else signs


@cache
def _bytes_of(encoding: str) -> Mapping[str, int]:
    """The byte that each sign beyond ASCII was read from."""
    found = {bytes((byte,)).decode(encoding, "ignore"): byte for byte in range(0x80, 0x100)}
    found.pop("", None)
    if encoding == "cp1252":
        found |= {chr(byte): byte for byte in range(0x80, 0xA0)}
    return found


@cache
def _repertoire() -> frozenset[str]:
    """Signs that a double encoding can have been made from, at any of its rounds."""
    signs = {sign for encoding in _READ_AS for sign in _bytes_of(encoding)}
    return frozenset(signs | set("\ufeff\ufffd\u00ad\u2011\u200b\ufb01\ufb02"))


@cache
def _pattern(encoding: str) -> re.Pattern[str]:
    """A UTF-8 sequence of two or three bytes, as ``encoding`` shows it; its last sign may be lost."""
    last = f"[{_signs(encoding, 0x80, 0xC0)}{_LOST_QUOTE}]"
    inner = f"[{_signs(encoding, 0x80, 0xC0)}]"
    return re.compile(f"[{_signs(encoding, 0xC2, 0xE0)}]{last}|[{_signs(encoding, 0xE0, 0xF0)}]{inner}{last}")


def _signs(encoding: str, first: int, end: int) -> str:
    return "".join(re.escape(sign) for sign, byte in _bytes_of(encoding).items() if first <= byte < end)


def same_text(raw: str, text: str) -> bool:
    """Whether ``raw`` is another way to write ``text``: only its characters' forms differ, or it was encoded twice."""
    if normal_text(raw) == text:
        return True
    return any(normal_text(back) == text for encoding in _READ_AS for back in _rounds(raw, encoding))


def _rounds(raw: str, encoding: str) -> Iterator[str]:
    for _ in range(MOST_ROUNDS):
        before, raw = raw, _read_all_back(raw, encoding)
        if raw == before:
            return
        yield raw
