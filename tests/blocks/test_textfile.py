"""Text as OCR tools deliver it: both dialects against the gold reports, and each of their habits by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.blocks.plain_text import parse_text, read_text_report
from kompass_extract.blocks.plain_text.encoding import decode
from kompass_extract.errors import NoPagesError, UnreadableFileError
from kompass_extract.model.document import Block, Document, Form, PageKind
from kompass_extract.taxonomy import HeaderRole, load_taxonomy

GOLD = Path(__file__).parents[2] / "gold"
TAXONOMY = load_taxonomy()


def parse(text: str) -> tuple[Block, ...]:
    return parse_text(text.split("\n"), file_name="t.txt").blocks


def items(blocks: Sequence[Block], role: HeaderRole) -> list[str]:
    """The list items under headers of a role, with the rests of cut ones joined to them."""
    found: list[str] = []
    for block in blocks:
        if block.form is Form.ITEM and TAXONOMY.header_role(block.header) is role:
            if block.continues and found:
                found[-1] = join_lines([found[-1], block.text])
            else:
                found.append(block.text)
    return found


def by_area(document: Document) -> dict[int, list[Block]]:
    areas: dict[int, list[Block]] = {}
    current: list[Block] = []
    for block in document.blocks:
        heading = TAXONOMY.area_heading(block.text) if block.form is Form.PARAGRAPH else None
        if heading is not None and heading.page is None:
            current = areas.setdefault(heading.number, [])
        current.append(block)
    return areas


@pytest.mark.parametrize(
    ("text", "labels", "likeness"),
    [
        ("hoganas-2018.ocr.txt", "hoganas-2018.json", 98),
        ("sala-2023.ocr.txt", "sala-2023.json", 98),
        ("amal-2019-areas-1-4.restored.txt", "amal-2019-areas-1-4.json", 98),
        ("amal-2019-areas-1-4.ocr.txt", "amal-2019-areas-1-4.json", 85),
    ],
)
def test_gold_items_and_cells(text: str, labels: str, likeness: int) -> None:
    gold = json.loads((GOLD / labels).read_text(encoding="utf-8"))
    document = read_text_report(GOLD / "text" / text)
    areas = by_area(document)
    rows = {cells[0]: cells for block in document.blocks if (cells := {c.column: c.text for c in block.cells}).get(0)}
    for area in gold["areas"]:
        for role, key in ((HeaderRole.STRENGTHS, "strengths"), (HeaderRole.IMPROVEMENTS, "improvements")):
            found = items(areas[area["number"]], role)
            assert len(found) == len(area[key])
            assert all(fuzz.ratio(a, b) >= likeness for a, b in zip(found, area[key], strict=True))
        for row in area["score_table"]["rows"]:
            cells = rows[row["number"]]
            assert cells[2] == str(row["achieved"])
            assert cells[3] == str(row["max"])
            assert cells.get(4, "").rstrip(" %") == ("" if row["percent"] is None else str(row["percent"]))


def test_a_cell_list_with_and_without_bullets() -> None:
    blocks = parse(
        "Styrkor\tFörbättringsmöjligheter\n<ul> • En styrka • En till </ul>\t<ul><li>Att förbättra</li></ul>"
    )
    assert items(blocks, HeaderRole.STRENGTHS) == ["En styrka", "En till"]
    assert items(blocks, HeaderRole.IMPROVEMENTS) == ["Att förbättra"]
    assert [block.column.index for block in blocks if block.column] == [0, 1, 0, 0, 1]
    glued = parse("Styrkor\tFörbättringsmöjligheter\n<ul>Bra dialog mellan olika enheterAnvändning av resultat i\t")
    assert items(glued, HeaderRole.STRENGTHS) == ["Bra dialog mellan olika enheter", "Användning av resultat i"]


def test_a_table_that_goes_on_keeps_its_headers_and_joins_cut_items() -> None:
    blocks = parse(
        "Styrkor\tFörbättringsmöjligheter\n<ul>• En styrka i verksamhets-\t<ul>• Något helt\n\n"
        "<p>nivå och mer</p> <ul>• En ny\t<p>annat</p>\n---\t--\n\nAllmänt\n\nText."
    )
    assert items(blocks, HeaderRole.STRENGTHS) == ["En styrka i verksamhetsnivå och mer", "En ny"]
    assert items(blocks, HeaderRole.IMPROVEMENTS) == ["Något helt annat"]
    assert blocks[-1].header == ""


@pytest.mark.parametrize("bullet", ["•", "=", "»", "*", "e", "®", "-", "▪"])
def test_lists_under_headers_with_any_bullet(bullet: str) -> None:
    blocks = parse(
        f"STYRKOR\n\n{bullet} En första\nsak\n\n{bullet}  En andra\n\nFORBATTRINGSOMRADEN\n{bullet} En tredje"
    )
    assert items(blocks, HeaderRole.STRENGTHS) == ["En första sak", "En andra"]
    assert items(blocks, HeaderRole.IMPROVEMENTS) == ["En tredje"]
    assert all(block.bulleted for block in blocks if block.form is Form.ITEM)


def test_items_that_lost_their_bullets() -> None:
    blocks = parse("STYRKOR\n\nEn första sak som\nfortsätter här.\n\nEn andra sak\n\nFÖRBÄTTRINGSOMRÅDEN\n\nEn tredje")
    assert items(blocks, HeaderRole.STRENGTHS) == ["En första sak som fortsätter här.", "En andra sak"]
    assert not any(block.bulleted for block in blocks)


def test_the_areas_score_beside_its_rubrics() -> None:
    blocks = parse("Rubriker Poang\n\ne System for styrning\n¢ Politiska mal 6 0\ne Samspel\n\nAllmant\n\nText.")
    assert items(blocks, HeaderRole.RUBRICS) == ["System for styrning", "Politiska mal", "Samspel"]
    scores = [block for block in blocks if block.header == "Poang"]
    assert [block.text for block in scores] == ["60"]
    assert scores[0].column is not None
    assert scores[0].column.index == 1


def test_score_rows_in_plain_lines() -> None:
    blocks = parse(
        "3. |Politisk styrning och kontroll Uppnitt (Max  |Procent\n"
        "3.2 | Styrs kommunen av tydliga politiska mal? 8 25 30 %\n"
        "3.3 | Rapporterar forvaltningen till den politiska nivan och\n"
        "har politikerna mojlighet att utdva tillsyn Gver 12 25 48 %\nforvaltningen?\n"
        "4.1 | Finns strategi for ledarskap, .\nansvar och delegation? 5 15 30%\n60 100 60 %"
    )
    cells = [[cell.text for cell in block.cells] for block in blocks]
    assert all(block.form is Form.ROW for block in blocks)
    assert cells[0] == ["3.", "Politisk styrning och kontroll", "Uppnitt", "Max", "Procent"]
    assert cells[1][0] == "3.2"
    assert cells[1][2:] == ["8", "25", "30 %"]
    assert cells[2][1].endswith("utdva tillsyn Gver forvaltningen?")
    assert cells[3][2:] == ["5", "15", "30%"]
    assert cells[4] == ["60", "100", "60 %"]
    assert [cell.column for cell in blocks[4].cells] == [2, 3, 4]


def test_an_overview_of_several_years_is_a_grid() -> None:
    blocks = parse("\tSala 2023\tSala 2019\n1 Samhällsutveckling\t66\t51\n2. Arbetsliv\t60\t40\nTotalt\t126\t91")
    assert [block.form for block in blocks] == [Form.ROW] * 4
    assert [(cell.column, cell.text) for cell in blocks[0].cells] == [(1, "Sala 2023"), (2, "Sala 2019")]


def test_a_contents_list_is_text() -> None:
    blocks = parse("Område 1\tOffentlighet och demokrati\t8\nOmråde 2\tTillgänglighet och brukarorientering\t10")
    assert [block.form for block in blocks] == [Form.PARAGRAPH] * 2
    assert blocks[0].text == "Område 1 Offentlighet och demokrati 8"


def test_pages_furniture_and_sentences_over_page_breaks() -> None:
    header = "Sveriges Kommuner och Regioner 2023-10-16"
    words = ("ett", "två", "tre", "fyra")
    text = "\n\f".join(
        f"{header}\n\nslutet på {word} meningar.\n\nEn {word} gånger ny mening som går vidare till\n\n{page} (4)"
        for page, word in enumerate(words, 1)
    )
    document = parse_text(text.split("\n"), file_name="t.txt")
    assert len(document.pages) == 4
    assert all(page.kind is PageKind.TEXT for page in document.pages)
    kinds = [block.form for block in document.pages[1].blocks]
    assert kinds == [Form.FURNITURE, Form.PARAGRAPH, Form.PARAGRAPH, Form.FURNITURE]
    assert document.pages[1].blocks[1].continues


def test_a_blank_line_within_a_sentence_does_not_cut_it() -> None:
    long = "Kommunkompassen utvärderar inte verksamhetens resultat utan hur kommunen"
    blocks = parse(f"{long}\n\nleder organisationen utifrån ett helhetsperspektiv.\n\nEn ny mening.")
    assert [block.text for block in blocks] == [
        f"{long} leder organisationen utifrån ett helhetsperspektiv.",
        "En ny mening.",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes("Område 1 Offentlighet och demokrati\r\n\r\nTextens å, ä och ö.".encode(encoding))
    document = read_text_report(path)
    assert [block.text for block in document.blocks] == ["Område 1 Offentlighet och demokrati", "Textens å, ä och ö."]
    assert len(document.source.sha256) == 64


def test_bad_files(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError):
        read_text_report(tmp_path / "missing.txt")
    empty = tmp_path / "empty.txt"
    empty.write_text(" \n\n", encoding="utf-8")
    with pytest.raises(NoPagesError):
        read_text_report(empty)
    binary = tmp_path / "binary.txt"
    binary.write_bytes(b"%PDF\x00\x01\x02" * 20)
    with pytest.raises(UnreadableFileError):
        read_text_report(binary)


def test_repair_is_applied_to_the_lines(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("Omrade 1 Offentlighet", encoding="utf-8")
    document = read_text_report(path, repair=lambda lines: ([line.replace("Omrade", "Område") for line in lines], {}))
    assert document.blocks[0].text == "Område 1 Offentlighet"


LINES = st.lists(
    st.sampled_from(
        [
            "", "\f", "STYRKOR", "Styrkor\tFörbättringsområden", "• En sak som", "fortsätter här.", "Rubriker Poäng",
            "12", "1.1 | Fråga nummer ett? 7 15 45 %", "<ul>• a b • c d\t<p>e f</p>", "Område 2 Samhällsutveckling",
            "\tx\t3\t4",
            "1.\tEffektivitet\tUppnått\tMax", "En vanlig mening.", " \t ", "| a | b |",
        ]
    ),
    min_size=1,
    max_size=25,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_every_word_lands_in_one_block_within_its_page(lines: list[str]) -> None:
    if not any(line.strip() for line in lines):
        with pytest.raises(NoPagesError):
            parse_text(lines, file_name="t.txt")
        return
    document = parse_text(lines, file_name="t.txt")
    ids = [block.id for block in document.blocks]
    assert len(ids) == len(set(ids))
    words = "".join(block.text.replace(" ", "") for block in document.blocks)
    for token in ("Effektivitet", "mening.", "Samhällsutveckling", "nummer"):
        assert words.count(token) == sum(line.count(token) for line in lines)
    for page in document.pages:
        for block in page.blocks:
            assert 0 <= block.box.x0 < block.box.x1 <= page.width
            assert 0 <= block.box.y0 < block.box.y1 <= page.height
    assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
    assert all(a.number < b.number for a, b in pairwise(document.pages))


def test_question_marks_for_lost_signs_are_bullets_or_asked_about() -> None:
    lost = "\n".join(["Styrkor", *(f"? Kommunen har en plan nummer {n} för ?vision?." for n in range(6))])
    found = decode(lost.encode())
    assert found.count("•") == 6
    assert found.count("\ufffd") == 6  # the opening quotes
    asked = "Finns det en plan? Ja.\nSker uppföljning? Nej."
    assert decode(asked.encode()) == asked
    assert "\ufffd" in decode(b"Etik ? motverkan av korruption")
