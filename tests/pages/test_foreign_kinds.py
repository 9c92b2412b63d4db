"""What is no PDF is named in words that an operator can read."""

from __future__ import annotations

import pytest

from kompass_extract.pages.foreign_kinds import seen_kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"PK\x03\x04\x14\x00", "a Word document or another ZIP archive"),
        (b"\xef\xbb\xbf\n <!DOCTYPE HTML><title>Logga in", "a web page, perhaps one that asks to log in"),
        (b"<?xml version='1.0'?>", "an XML file"),
        ("Kära läsare".encode(), 'text ("Kära läsare")'),
        (b"Dear\r\n reader of this", 'text ("Dear reader of")'),
        (b"\x00" * 40, "nothing but empty bytes"),
        (b"\x01\x02\xff", "of an unknown kind (first bytes 01 02 ff)"),
        (b"abcdefghijklmno" + "å".encode(), 'text ("abcdefghijklmno\ufffd")'),
    ],
)
def test_the_first_bytes_say_what_it_is(head: bytes, kind: str) -> None:
    assert seen_kind(head) == kind
