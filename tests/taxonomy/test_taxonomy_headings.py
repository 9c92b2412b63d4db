"""Headings and headers are recognised when damaged, and prose is not taken for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompass_extract.taxonomy import HeaderRole, load_taxonomy

TAXONOMY = load_taxonomy()


@pytest.mark.parametrize(
    ("text", "number", "name", "page"),
    [
        ("Område 3 Politisk styrning och kontroll", 3, "Politisk styrning och kontroll", None),
        ("Omrade 3 Politisk styrning och kontroll", 3, "Politisk styrning och kontroll", None),
        ("Omréde 4 Ledarskap, ansvar och delegation", 4, "Ledarskap, ansvar och delegation", None),
        ("OMRÅDE 3: POLITISK STYRNING OCH KONTROLL", 3, "POLITISK STYRNING OCH KONTROLL", None),
        ("Område l Offentlighet och demokrati", 1, "Offentlighet och demokrati", None),
        ("Område 8 Chefs- och ledarskap samt\nmedarbetarskap", 8, "Chefs- och ledarskap samt medarbetarskap", None),
        ("Område 1 Samspel mellan förtroendevalda och medborgare.....\t7", 1, None, 7),
        ("Område 6\tKommunen som arbetsgivare personalpolitik\t18", 6, None, 18),
        ("Område 2 Brukarfokus, tillgänglighet och bemötande", 2, "Brukarfokus, tillgänglighet och bemötande", None),
        ("Område 5", 5, "", None),
        ("Område Samspel mellan förtroenaevalds och medborgare: 7", 1, None, 7),
    ],
)
def test_area_headings(text: str, number: int, name: str | None, page: int | None) -> None:
    heading = TAXONOMY.area_heading(text)
    assert heading is not None
    assert (heading.number, heading.page) == (number, page)
    assert name is None or heading.name == name
    assert 0.4 <= heading.score <= 1.0


@pytest.mark.parametrize(
    "text",
    [
        "omrade 7 dir förändringen är stor. På",
        "Område 7 där förändringen är stor",
        "Område 1 Offentlighet och demokrati Område 2 Tillgänglighet och brukarorientering",
        "Sammanfattande analys av område 3 – Styrning och kontroll",
        "Områdets 3 delar",
        "Området Samhällsutveckling präglas av samverkan",
        "Område och verksamhet",
        "Området ekologisk hållbarhet präglas av en inriktning",
        "Område 9 Något annat",
        "",
    ],
)
def test_prose_is_no_area_heading(text: str) -> None:
    assert TAXONOMY.area_heading(text) is None


def test_a_sure_name_corrects_a_misread_number() -> None:
    heading = TAXONOMY.area_heading("Område 8 Offentlighet och demokrati")
    assert heading is not None
    assert heading.number == 1


@pytest.mark.parametrize(
    ("text", "number", "heads"),
    [
        ("3. Politisk styrning och kontroll", 3, False),
        ("2.\tTillgänglighet och brukarorientering\tUppnått\tMax\tProcent", 2, True),
        (" 1. |Offentlighet och demokrati Uppnitt (Max  |Procent", 1, True),
        ("8.\tChefs- och ledar- samt medarbetarskap\tUppnått\tMax", 8, True),
    ],
)
def test_score_table_headings(text: str, number: int, heads: bool) -> None:
    heading = TAXONOMY.score_table_heading(text)
    assert heading is not None
    assert (heading.number, heading.column_heads) == (number, heads)


@pytest.mark.parametrize(
    "text", ["1 Vad är kommunkompassen?", "1 Samspel mellan förtroendevalda\t66\t51", "1.1 | Finns"]
)
def test_other_numbered_lines_head_no_score_table(text: str) -> None:
    assert TAXONOMY.score_table_heading(text) is None


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("STYRKOR", HeaderRole.STRENGTHS),
        ("• Styrkor:", HeaderRole.STRENGTHS),
        ("Styrkor (forts.)", HeaderRole.STRENGTHS),
        ("FORBATTRINGSOMRADEN", HeaderRole.IMPROVEMENTS),
        ("Förbättringsmöjhgheter", HeaderRole.IMPROVEMENTS),
        ("Utvecklingsområden", HeaderRole.IMPROVEMENTS),
        ("Utvärderade delomraden", HeaderRole.RUBRICS),
        ("Poang", HeaderRole.SCORE),
        ("Allmant", HeaderRole.GENERAL),
        ("SAMMANFATTNING AV UTVARDERINGENS INTRYCK", HeaderRole.SUMMARY),
        ("Sammanfattande analys av område 3 – Styrning och kontroll", HeaderRole.SUMMARY),
        ("Uppnitt", HeaderRole.ACHIEVED),
        ("(Max", HeaderRole.MAX),
        ("%", HeaderRole.PERCENT),
        ("Totalt", HeaderRole.TOTAL),
    ],
)
def test_header_roles(text: str, role: HeaderRole) -> None:
    assert TAXONOMY.header_role(text) is role


@pytest.mark.parametrize(
    "text",
    [
        "styrkor och svagheter",
        "Kommunens styrkor och förbättringsområden på respektive område framgår av kapitel 4.",
        "Förbättringsarbete",
        "Ständiga förbättringar",
        "Styrning",
        "Styrkort",
        "Kommunens styr- och",
        "Resultatet sammanställs i en rapport",
        "poäng",
        "",
    ],
)
def test_prose_and_rubrics_are_no_headers(text: str) -> None:
    assert TAXONOMY.header_role(text) is None


@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    heading = TAXONOMY.area_heading(text)
    assert heading is None or 1 <= heading.number <= 8
    TAXONOMY.score_table_heading(text)
    TAXONOMY.header_role(text)


def test_a_cut_title_is_no_header_and_the_last_chapter_of_early_editions_is_known() -> None:
    from kompass_extract.taxonomy.headers import header_role, heads_overview

    assert header_role("FÖRBÄTTRINGS-") is None
    assert header_role("Styrkor -") == "strengths"
    assert heads_overview("Poängsammanställning")
    assert not heads_overview("Sammanfattning")


@pytest.mark.parametrize(
    ("text", "number"),
    [("2.3 Politisk styrning och kontroll", 3), ("3.8. Kommunen som samhällsbyggare", 8),
     ("2.4 Politisk styrning och kontroll", None), ("2.3 Styrs kommunen av tydliga politiska mål?", None)],
)  # fmt: skip
def test_areas_as_sections_of_one_chapter(text: str, number: int | None) -> None:
    found = load_taxonomy().sectioned_heading(text)
    assert (found.number if found is not None else None) == number
