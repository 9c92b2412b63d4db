"""Habits of other runs of the two dialects: HTML tables, cut tables, pages without form feeds, misread marks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kompass_extract.blocks.plain_text import parse_text, read_lines
from kompass_extract.blocks.plain_text.bullet_marks import letters_as_marks, without_bullet
from kompass_extract.blocks.plain_text.markup import MarkupFragment, by_lines
from kompass_extract.blocks.plain_text.score_lines import numbers_at_end
from kompass_extract.blocks.plain_text.source_lines import SourceLine, source_lines
from kompass_extract.blocks.plain_text.text_furniture import split_furniture
from kompass_extract.model.document import Block, Form
from kompass_extract.pages.source import SourceKind, open_source
from kompass_extract.taxonomy import HeaderRole, load_taxonomy
from tests.blocks.test_textfile import items

TAXONOMY = load_taxonomy()
STRENGTHS, IMPROVEMENTS, RUBRICS = HeaderRole.STRENGTHS, HeaderRole.IMPROVEMENTS, HeaderRole.RUBRICS


def parse(text: str, knows: Callable[[str], bool] | None = None) -> tuple[Block, ...]:
    return parse_text(text.split("\n"), file_name="t.txt", knows=knows).blocks


def rows(blocks: tuple[Block, ...]) -> list[dict[int, str]]:
    return [{cell.column: cell.text for cell in block.cells} for block in blocks if block.form is Form.ROW]


def lines(*texts: str) -> list[SourceLine]:
    return source_lines(texts)


def test_html_tables_over_lines_and_on_one_line() -> None:
    blocks = parse(
        "Text.\n\n<table>\n<tr><td>Styrkor</td><td>Förbättringsområden</td></tr>\n<tr>\n<td><ul><li>En styrka</li>\n"
        "<li>En till</li></ul></td>\n<td>- Att förbättra\n- Mer</td></tr>\n</table>\nAllmänt\n\nMer text."
    )
    assert items(blocks, STRENGTHS) == ["En styrka", "En till"]
    assert items(blocks, IMPROVEMENTS) == ["Att förbättra", "Mer"]
    assert [block.text for block in blocks][-2:] == ["Allmänt", "Mer text."]
    table = parse(
        "<table><tr><th>1.</th><th>Effektivitet</th><th>Uppnått</th><th>Max</th></tr><tr><td>1.1</td><td>Strategi</td>"
        '<td>7</td><td>15</td></tr><tr><td colspan="2"></td><td>7</td><td>15</td></tr></table>'
    )
    assert rows(table)[1:] == [{0: "1.1", 1: "Strategi", 2: "7", 3: "15"}, {2: "7", 3: "15"}]


def test_breaks_alone_part_the_items_of_a_cell() -> None:
    blocks = parse(
        "Styrkor\tFörbättringsområden\nEn styrka<br>En annan styrka som verkligen<br>går vidare<br>En tredje\tMer"
    )
    assert items(blocks, STRENGTHS) == ["En styrka", "En annan styrka som verkligen går vidare", "En tredje"]
    wrapped = by_lines(
        MarkupFragment(("Samverkan sker genom avtal", "Region Skåne deltar i det", "gemensamma arbetet"), False)
    )
    assert [part.text for part in wrapped] == [
        "Samverkan sker genom avtal Region Skåne deltar i det gemensamma arbetet"
    ]


@pytest.mark.parametrize("edge", ["", "12", "12 (41)", "---", "12\n\f", "\f"])
@pytest.mark.parametrize("header", ["", "Styrkor\tFörbättringsområden\n"])
def test_a_cut_table_goes_on_behind_any_page_edge(edge: str, header: str) -> None:
    blocks = parse(
        "Styrkor\tFörbättringsområden\n<ul><li>En styrka</li><li>En till som</li></ul>\t<ul><li>Något</li></ul>\n"
        f"{edge}\n{header}<p>går vidare</p><ul><li>En tredje</li></ul>\t<ul><li>Mer</li></ul>\n"
    )
    assert items(blocks, STRENGTHS) == ["En styrka", "En till som går vidare", "En tredje"]
    assert items(blocks, IMPROVEMENTS) == ["Något", "Mer"]


@pytest.mark.parametrize("edge", ["6", "Sida 6", "----", "6 (30)"])
def test_an_item_goes_on_behind_a_page_number(edge: str) -> None:
    blocks = parse(f"Styrkor\n\n- En styrka. Koppling\n\n{edge}\n\ntill lönekriterier?\n- En till")
    assert items(blocks, STRENGTHS) == ["En styrka. Koppling till lönekriterier?", "En till"]


def test_rows_without_bullets_hold_an_item_each_and_a_small_letter_goes_on() -> None:
    blocks = parse("Styrkor\tFörbättringsområden\nEn styrka\tAtt göra\nEn annan\tmer av det\n\nTredje\t")
    assert items(blocks, STRENGTHS) == ["En styrka", "En annan", "Tredje"]
    assert items(blocks, IMPROVEMENTS) == ["Att göra mer av det"]


def test_a_rubric_once_more_heads_the_text_about_it() -> None:
    blocks = parse(
        "Utvärderade delområden\n\n- Politisk styrning\n- Strategi för styrning\n\nPolitisk styrning\n\nText."
    )
    assert items(blocks, RUBRICS) == ["Politisk styrning", "Strategi för styrning"]
    assert [block.form for block in blocks][-2:] == [Form.PARAGRAPH, Form.PARAGRAPH]


def test_a_paragraph_per_line_without_blank_lines() -> None:
    long = "Kommunen arbetar med detta sedan flera år och har nu kommit så långt att det märks i vardagen. " * 2
    blocks = parse("\n".join(["Allmänt", *[f"{long}{n}." for n in range(6)], "Styrkor", "- En", "- Två"]))
    assert len([block for block in blocks if block.form is Form.PARAGRAPH]) == 8
    assert items(blocks, STRENGTHS) == ["En", "Två"]


def test_running_headers_are_told_by_numbers_that_rise() -> None:
    text = [
        line for n in range(1, 9) for line in (f"{n} (24) Sveriges Kommuner", "", f"Text {'abcdefgh'[n - 1]} här", "")
    ]
    kept, furniture = split_furniture(source_lines(text), lambda _: False)
    assert [line.text for line in furniture] == [f"{n} (24) Sveriges Kommuner" for n in range(1, 9)]
    assert [line.page_start for line in kept] == [False] + [True] * 7
    flat = [line for _ in range(9) for line in ("Poäng för året 42", "", "Text", "")]
    assert not split_furniture(source_lines(flat), lambda _: False)[1]


@pytest.mark.parametrize("number", ["1.2", "1.2.", "1,2", "12", "1l2"[:1] + ".2 |", "| 1.2 |"])
def test_score_rows_by_the_number_that_is_due(number: str) -> None:
    blocks = parse(
        f"1. Offentlighet och demokrati\n\nUppnådd Maxpoäng Procent\n\npoäng\n1.1 Finns en plan för detta 7 15 A7T%\n\n"
        f"arbete?\n{number} Informeras invånarna? 13 20 65%\nTotal 20 35 57%\n29 (30)"
    )
    assert rows(blocks)[2:] == [
        {0: "1.1", 1: "Finns en plan för detta arbete?", 2: "7", 3: "15", 4: "A7T%"},
        {0: "1.2", 1: "Informeras invånarna?", 2: "13", 3: "20", 4: "65%"},
        {2: "20", 3: "35", 4: "57%"},
    ]


def test_a_number_beside_the_second_line_and_a_table_of_one_number() -> None:
    two = parse(
        "3. Styrning och kontroll Uppnått Max\nSamspel mellan rollerna som\n3.4 | respektive tjänsteperson 11 20"
    )
    assert rows(two)[1] == {0: "3.4", 1: "Samspel mellan rollerna som respektive tjänsteperson", 2: "11", 3: "20"}
    one = parse(
        "4. Ledarskap, ansvar och delegation Poäng\n4.2 Vilket ansvar? 7\nBeskrivs inriktning för\n4.3 samarbete? 16"
    )
    assert rows(one)[1:] == [
        {0: "4.2", 1: "Vilket ansvar?", 2: "7"},
        {0: "4.3", 1: "Beskrivs inriktning för samarbete?", 2: "16"},
    ]


def test_columns_away_from_their_rows_belong_to_none() -> None:
    blocks = parse(
        "8. Kommunen som samhällsbyggare\n\n8.1\n8.2\n\nFinns planer?\n\nSamverkar kommunen?\n\nUppnått\n14\n\n10\n\n24"
    )
    assert not rows(blocks)
    assert {block.text for block in blocks if block.form is Form.FURNITURE} == {
        "8.1",
        "8.2",
        "Uppnått",
        "14",
        "10",
        "24",
    }


def test_the_last_word_of_a_sentence_is_no_column_head() -> None:
    blocks = parse("Allmänt\n\nKommunen lägger sitt fokus på tjänsternas\nresultat.\n\n12\n\nText.")
    assert [block.text for block in blocks if block.form is Form.PARAGRAPH][1].endswith("tjänsternas resultat.")


def test_a_row_without_numbers_takes_none_from_a_column_or_a_total() -> None:
    blocks = parse("3. Styrning och kontroll Uppnått Max\n3.1 Strategi 7 10\n3.2 Politisk styrning\n51 100\n")
    assert rows(blocks)[1:] == [
        {0: "3.1", 1: "Strategi", 2: "7", 3: "10"},
        {0: "3.2", 1: "Politisk styrning"},
        {2: "51", 3: "100"},
    ]


def test_numbers_at_the_end_with_misread_percentages() -> None:
    assert numbers_at_end("Finns en strategi? 7 15 A7T%") == ("Finns en strategi?", ("7", "15", "A7T%"))
    assert numbers_at_end("Finns en strategi? 8 15 5340") == ("Finns en strategi?", ("8", "15", "5340"))
    assert numbers_at_end("Arbete med Agenda 2030?") == ("Arbete med Agenda 2030?", ())


def test_the_overview_in_plain_lines() -> None:
    blocks = parse(
        "Sala 2023 Sala 2019 Medel 2020-\n\n1 Samspel mellan förtroendevalda och medborgare 66 51 64\n"
        "8 Chefs- och ledarskap samt 58 63 65\nmedarbetarskap\n2 Samhällsutveckling 60 40 65\n\nTotalt 482 363 515"
    )
    found = rows(blocks)
    assert found[0] == {1: "Sala 2023", 2: "Sala 2019", 3: "Medel 2020-"}
    assert found[2] == {0: "8 Chefs- och ledarskap samt medarbetarskap", 1: "58", 2: "63", 3: "65"}
    assert found[-1] == {0: "Totalt", 1: "482", 2: "363", 3: "515"}


def test_letters_that_stand_for_bullets_are_learned() -> None:
    text = (
        "STYRKOR\n\na En styrka\n\na Två\n\na\n\nTre\n\n2 Fyra\n\na Fem\n\n2 Sex\n\n2 Sju\n\n2 Åtta\n\nI Sala finns nio"
    )
    assert items(parse(text), STRENGTHS) == [
        "En styrka",
        "Två",
        "Tre",
        "Fyra",
        "Fem",
        "Sex",
        "Sju",
        "Åtta",
        "I Sala finns nio",
    ]
    assert letters_as_marks(lines("a En", "a Två", "I Sala")) == frozenset()
    assert without_bullet(lines("«= En sak")[0])[0].text == "En sak"
    assert without_bullet(lines("” Utveckla")[0])[1]
    assert not without_bullet(lines("”Politik” på webben")[0])[1]


def test_a_stranded_preposition_ends_an_item_before_a_common_word() -> None:
    common = {"samverkan", "chefshandboken"}.__contains__
    text = "STYRKOR\n\nHandlingar att ta del av\nSamverkan med näringslivet\n\nDialog med\nRegion Skåne\nChefshandboken"
    assert items(parse(text, common), STRENGTHS) == [
        "Handlingar att ta del av", "Samverkan med näringslivet", "Dialog med Region Skåne", "Chefshandboken"
    ]  # fmt: skip


def test_what_a_reader_made_of_the_score_is_no_rubric() -> None:
    blocks = parse("Rubriker Poäng\n\n• Stöd till näringslivet o4\n• Kultur\n\n1e)\n\noO O00\n\nAllmänt")
    assert items(blocks, RUBRICS) == ["Stöd till näringslivet", "Kultur"]


def test_the_score_on_the_line_below_the_rubrics_table() -> None:
    blocks = parse("Rubriker\tPoäng\n<ul><li>En rubrik</li></ul>\t\n80\n\nAllmänt\n\nText.")
    assert [block.text for block in blocks if block.header == "Poäng"] == ["80"]


@pytest.mark.parametrize("score", ["Poäng 58", "Poäng: 58", "Områdespoäng 58"])
def test_the_score_with_its_word_behind_the_lists_is_no_item(score: str) -> None:
    blocks = parse(f"STYRKOR\n\n- En\n\nFÖRBÄTTRINGSOMRÅDEN\n\n- Två\n\n- Tre\n{score}\n\nSAMMANFATTNING")
    assert items(blocks, IMPROVEMENTS) == ["Två", "Tre"]


def test_columns_written_into_one_another_are_unsure() -> None:
    blocks = parse(
        "Styrkor Förbättringsmöjligheter\n\nEn styrka som Något att\ngår vidare göra bättre\n\nAllmänt\n\nText."
    )
    sure = {block.text: block.confidence for block in blocks}
    assert sure["En styrka som Något att går vidare göra bättre"] < 0.5
    assert sure["Text."] > 0.9


def test_areas_headed_behind_a_section_number() -> None:
    blocks = parse("Rubriker\n\nEn rubrik\n\n3.2 Område 2 Tillgänglighet och brukarorientering\n\nAllmänt")
    assert items(blocks, RUBRICS) == ["En rubrik"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_a_text_file_of_any_encoding_is_taken(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "x.ocr.txt"
    path.write_bytes("Område 1\r\nFörbättringar".encode(encoding))
    assert open_source(path).kind is SourceKind.TEXT
    assert read_lines(path) == ["Område 1", "Förbättringar"]
