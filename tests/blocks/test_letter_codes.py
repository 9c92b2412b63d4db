"""Texts in codes of seven bits come out with their letters; what a code lost is U+FFFD; other texts stay."""

from __future__ import annotations

import quopri

import pytest

from kompass_extract.blocks.plain_text.encoding import decode

TEXT = (
    "Kommunen har en tydlig målbild för äldre.\nPå Åsö finns nämnder som följer upp.\n"
    "ÖVERSIKT AV POÄNGFÖRDELNING | Även år 2018 är målen många.\n"
)


def as_references(text: str) -> bytes:
    names = {"å": "aring", "ä": "auml", "ö": "ouml", "Å": "Aring", "Ä": "Auml", "Ö": "Ouml"}
    return "".join(f"&{names[sign]};" if sign in names else sign for sign in text).encode()


def as_national(text: str) -> bytes:
    return text.translate(str.maketrans("åäöÅÄÖ", "}{|][\\")).encode()


@pytest.mark.parametrize(
    "data",
    [
        as_references(TEXT),
        quopri.encodestring(TEXT.encode()),
        quopri.encodestring(TEXT.encode("cp1252")),
        TEXT.encode("utf-7"),
        as_national(TEXT),
    ],
    ids=["references", "quoted-printable", "quoted-printable Latin", "UTF-7", "ISO 646-SE"],
)
def test_letters_come_back_from_their_code(data: bytes) -> None:
    assert decode(data).replace("\r\n", "\n") == TEXT


def test_a_question_mark_for_a_letter_is_a_lost_sign_and_a_question_stays_one() -> None:
    text = "Hur f?ljs m?len upp? N?mnden f?r svar p? fr?gor om ?ldre och h?llbarhet."
    lost = "Hur f_ljs m_len upp? N_mnden f_r svar p_ fr_gor om _ldre och h_llbarhet."
    assert decode(text.encode()) == lost.replace("_", "\ufffd")


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "A plain text with [brackets], {braces} and | bars | in | a | table.\n" * 3,
        "Se www.kommun.se/?id=3 och x?y. Tom &amp; Jerry &lt;b&gt;.",
        "a=E4 is one code, and so is +AOU- here.",
    ],
)
def test_a_text_without_a_code_stays_as_it_is(text: str) -> None:
    assert decode(text.encode()) == text
