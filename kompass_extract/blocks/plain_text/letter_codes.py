"""Texts whose å, ä and ö went through a code of seven bits: as references, in transfer codes, as other signs, as "?".

A file is touched only where it shows its code many times and has hardly a Swedish letter of its own.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Callable

from kompass_extract.model.text_forms import unescaped

LEAST_CODES = 5  # of one kind that show that a file is written in it
MOST_LETTERS = 0.1  # of å, ä and ö to codes, 0..1, in a file that is written in codes
LOST = "\ufffd"
_SWEDISH = re.compile("[åäöÅÄÖ]")
_QUOTED = re.compile(rb"=(?:C3=(?:A5|A4|B6|85|84|96)|[EFCD][546])")  # Swedish letters in UTF-8 and Windows-1252
_SEVEN_BIT = re.compile(rb"\+A(?:OU|OQ|PY|MU|MQ|NY)[A-Za-z0-9+/]{0,60}-")  # the same in UTF-7
_REFERENCE = re.compile(r"&(?:[aA]ring|[aAoO]uml|#(?:22[89]|246|19[67]|214));")
_ANY_REFERENCE = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,5});")
_KEPT = frozenset({"&lt;", "&gt;", "&amp;"})  # markup that a text may speak of; it is read later
_NATIONAL = re.compile(r"(?<=[a-z])[{|}](?=[a-z{|}])|(?<![\w|])[{}](?=[a-z])|(?<=[A-Z])[\[\]\\](?=[A-Z\[\]\\])")
_NATIONAL_ANY = re.compile(
    r"(?<=[A-Za-z{|}])[{|}]|[{|}](?=[a-z{|}])|(?<=[A-Z\[\]\\])[\[\]\\](?=[A-Z\[\]\\\W])|[\[\]\\](?=[A-Za-z{|}])"
)
_NATIONAL_LETTERS = str.maketrans("}{|][\\", "åäöÅÄÖ")  # ISO 646-SE, of old mainframes and terminals
_QUESTIONED = re.compile(r"(?<=[a-zA-Z?])\?(?=[a-zA-Z])")
_QUESTIONED_ANY = re.compile(r"(?<=[a-zA-Z?])\?(?=[a-zA-Z?]|[ ,][a-z?])|(?<![\w?])\?(?=[a-z])")


def transfer_decoded(data: bytes) -> bytes:
    """The bytes of a file before it was written in quoted-printable or UTF-7; any other file's as they are."""
    if len(_QUOTED.findall(data)) >= LEAST_CODES and data.isascii():
        return quopri.decodestring(data)
    if len(_SEVEN_BIT.findall(data)) >= LEAST_CODES and data.isascii():
        return data.decode("utf-7", "replace").encode()
    return data


def with_letters(text: str) -> str:
    """The text with references and national signs as letters, and "?" for a letter as U+FFFD."""
    text = _where_shown(text, _REFERENCE, lambda whole: _ANY_REFERENCE.sub(_resolved, whole))
    text = _where_shown(
        text, _NATIONAL, lambda whole: _NATIONAL_ANY.sub(lambda one: one[0].translate(_NATIONAL_LETTERS), whole)
    )
    return _where_shown(text, _QUESTIONED, lambda whole: _QUESTIONED_ANY.sub(LOST, whole))


def _where_shown(text: str, code: re.Pattern[str], read: Callable[[str], str]) -> str:
    """What ``read`` makes of the text, where it has so many of a code that letters were written in it."""
    shown = len(code.findall(text))
    if shown < LEAST_CODES or len(_SWEDISH.findall(text)) > MOST_LETTERS * shown:
        return text
    return read(text)


def _resolved(reference: re.Match[str]) -> str:
    return reference[0] if reference[0] in _KEPT else unescaped(reference[0])
