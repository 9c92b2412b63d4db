"""Line ends: which hyphens go, which stay, and that nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompass_extract.blocks.hyphenation import hyphenates, join_lines

LEXICON = frozenset({"verksamhetsnivå", "verksamhet", "kommunen", "gemensamt", "trainee", "utbildningar", "arbete"})


def knows(word: str) -> bool:
    return word in LEXICON


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["verksamhets-", "nivå vad gäller"], "verksamhetsnivå vad gäller"),
        (["för- och", "nackdelar"], "för- och nackdelar"),
        (["för-", "och nackdelar"], "för- och nackdelar"),
        (["under-", "eller överskott"], "under- eller överskott"),
        (["ekonomi-,", "personal-", "och utvecklingssystem"], "ekonomi-, personal- och utvecklingssystem"),
        (["ur ett helhets-/", "strategiskt perspektiv"], "ur ett helhets-/ strategiskt perspektiv"),
        (["med ett 40-", "tal personer"], "med ett 40-tal personer"),
        (["Budget 2025-", "27"], "Budget 2025-27"),
        (["synpunkts-", "/klagomålshantering"], "synpunkts-/klagomålshantering"),
        (["brukar-", "/ medborgare"], "brukar-/ medborgare"),
        (["en e-", "tjänst"], "en e-tjänst"),
        (["nytt HR-", "system"], "nytt HR-system"),
        (["FÖRBÄTTRINGS-", "OMRÅDEN"], "FÖRBÄTTRINGSOMRÅDEN"),
        (["i Syd-", "Sverige"], "i Syd-Sverige"),
        (["kol till diamant -", "så beskriver"], "kol till diamant - så beskriver"),
        (["kol till diamant –", "så beskriver"], "kol till diamant – så beskriver"),
        (["med\u00ad", "borgare"], "medborgare"),
        (["arbetar gemen-", "samt med"], "arbetar gemensamt med"),
        (["mål-", "samt resultatstyrning"], "mål- samt resultatstyrning"),
        (["medborgar-/brukar-", "perspektiv"], "medborgar-/brukarperspektiv"),
        (["  två   ord ", "", " till"], "två ord till"),
        ([], ""),
    ],
)
def test_line_ends(lines: list[str], expected: str) -> None:
    assert join_lines(lines) == expected


def test_a_document_that_does_not_hyphenate_keeps_the_authors_hyphens() -> None:
    assert join_lines(["andra trainee-", "utbildningar"], knows, hyphenated=False) == "andra trainee-utbildningar"
    assert join_lines(["för kommu-", "nen"], knows, hyphenated=False) == "för kommunen"
    assert join_lines(["andra trainee-", "utbildningar"], knows, hyphenated=True) == "andra traineeutbildningar"


def test_a_lexicon_may_hold_hyphenated_words() -> None:
    assert join_lines(["i fack-", "grupper"], lambda word: word == "fack-grupper") == "i fack-grupper"


def test_hyphenation_is_told_by_its_share_of_line_ends() -> None:
    plain = ["en rad utan något särskilt i slutet"] * 400 + ["med ett 40-", "tal personer"]
    broken = ["en rad som bryts i verksam-", "heten och går vidare"] * 20 + plain
    assert hyphenates(plain) is False
    assert hyphenates(broken) is True
    assert hyphenates(["för kommu-", "nen ett arbe-", "te"], knows) is True
    assert hyphenates(["kort text", "två rader"]) is None


@given(st.lists(st.text(alphabet="abcdåäöABÅ19-–/.,() \t", max_size=20), max_size=8))
def test_nothing_but_breaks_and_line_end_hyphens_is_lost(lines: list[str]) -> None:
    def letters(text: str) -> str:
        return "".join(char for char in text if not char.isspace() and char != "-")

    joined = join_lines(lines)
    assert letters(joined) == letters("".join(lines))
    assert joined == join_lines([joined])
    assert joined.count("-") <= "".join(lines).count("-")
