"""A text file's bytes as characters: one encoding for the file, decided by evidence.

In order: a byte order mark; zero bytes on one side of every pair (UTF-16); UTF-8, also where a few bytes are not; else
the one-byte encoding in which the file has Swedish words.  A byte that is wrong stays a single wrong byte: it becomes a
lone surrogate (as ``surrogateescape`` has it), which ``repair.lost_letters`` may read.
"""

from __future__ import annotations

import codecs
import re

from kompass_extract.blocks.plain_text.letter_codes import transfer_decoded, with_letters
from kompass_extract.errors import UnreadableFileError
from kompass_extract.model.text_forms import utf16_of

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The encodings of Windows, of the old Macintosh and of DOS; where they are equally likely, the first.
_ONE_BYTE = ("cp1252", "mac_roman", "cp850")
# More control characters than this share of the first 64 KiB, and the file is no text.
MAX_CONTROL_SHARE = 0.01
_SAMPLE = 65_536
# So many wrong bytes, each a Swedish letter in Windows-1252, are lines of another file and no damage.
MIN_FOREIGN_LETTERS = 3
# What Windows-1252 has for the letters of Swedish and of names in it.
_LETTERS = frozenset("åäöÅÄÖéÉüÜèàáæøÆØ")
_LETTER_IN_WORD = re.compile("[A-Za-z][åäöé]|[åäöÅÄÖ][A-Za-z]")
_SIGN_IN_WORD = re.compile("[a-zåäö][^\x00-\x7fåäöéüÅÄÖÉÜèàáæø\xad’–-][a-zåäö]")
_ESCAPED = re.compile("[\udc80-\udcff]")
# Lone question marks from which on they were other signs; before a capital they were bullets.
MIN_LOST_SIGNS = 5
_LONE_MARK = re.compile(r"(?<!\S)\?(?=\s)")
_LISTED_MARK = re.compile(r"(?<!\S)\?(?=[ \t]+[A-ZÅÄÖ0-9])|(?m:^)\?(?=[ \t])")
_INNER_MARK = re.compile(r"(?<!\S)\?(?=\s)|(?<=\d)\?(?=\d)|(?<=\w)\?(?=[ \t]+[A-ZÅÄÖ])")  # the last may be a bullet
_DASH_MARK = re.compile(r"(?<=\w )\?(?= [a-zåäö])")
_OPENING_MARK = re.compile(r"(?<!\S)\?(?=\w)")
_BEYOND_ASCII = re.compile("[\x80-\U0010ffff]")


def decode(data: bytes, name: str = "text") -> str:
    """The characters of a file; a byte that fits its encoding nowhere is a lone surrogate.

    A question mark that stands for a character which an earlier encoding lacked is U+FFFD, or a bullet where it begins
    texts.  UnreadableFileError for binary data.
    """
    return _with_lost_signs(with_letters(_decode(transfer_decoded(data), name)))


def _decode(data: bytes, name: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding)
    wide = utf16_of(data[:_SAMPLE])
    if wide is not None:
        return _marked(data, wide)
    if _is_binary(data[:_SAMPLE]):
        raise UnreadableFileError(f"{name}: binary data, not text; give a PDF, an image, or a text file")
    text = data.decode("utf-8", "surrogateescape")
    wrong = len(_ESCAPED.findall(text))
    if wrong == 0:
        return text
    right = len(_BEYOND_ASCII.findall(text)) - wrong
    return _with_foreign_letters(text) if right >= wrong else _one_byte(data)


def _with_lost_signs(text: str) -> str:
    """The text, where many question marks stand alone, with these as the signs that they replaced.

    A program that wrote bullets, dashes and quotes into an encoding without them left question marks.
    """
    text = _DASH_MARK.sub("\ufffd", text)
    if len(_LONE_MARK.findall(text)) < MIN_LOST_SIGNS:
        return text
    return _OPENING_MARK.sub("\ufffd", _INNER_MARK.sub("\ufffd", _LISTED_MARK.sub("•", text)))


def _marked(data: bytes, encoding: str) -> str:
    return data.decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")


def _is_binary(sample: bytes) -> bool:
    if b"\x00" in sample:
        return True
    # 1E and 1F are hyphens that word processors leave in plain text.
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x0b\x1e\x1f" for byte in sample)
    return control > MAX_CONTROL_SHARE * len(sample)


def _with_foreign_letters(text: str) -> str:
    """The text with its wrong bytes as Windows-1252 where that makes each of them a letter: two files were joined."""
    letters = {sign: bytes((ord(sign) - 0xDC00,)).decode("cp1252", "replace") for sign in set(_ESCAPED.findall(text))}
    if len(_ESCAPED.findall(text)) < MIN_FOREIGN_LETTERS or not set(letters.values()) <= _LETTERS:
        return text
    return text.translate({ord(sign): letter for sign, letter in letters.items()})


def _one_byte(data: bytes) -> str:
    """The file in the one-byte encoding that makes its words Swedish."""
    texts = [data.decode(encoding, "replace") for encoding in _ONE_BYTE]
    return max(texts, key=_swedish)  # the first of equals


def _swedish(text: str) -> int:
    return len(_LETTER_IN_WORD.findall(text)) - len(_SIGN_IN_WORD.findall(text)) - text.count("\ufffd")
