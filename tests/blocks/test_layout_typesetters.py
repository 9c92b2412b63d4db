"""Reports of other typesetters: coloured heads, lists that wrap below their mark, rules between items, small PDFs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from kompass_extract.blocks.furniture import sort_strips
from kompass_extract.blocks.layout import lay_out
from kompass_extract.model.document import Block, Form, Line
from kompass_extract.model.geometry import Box, union
from kompass_extract.pages.components import Rule
from kompass_extract.pages.source import open_pdf
from kompass_extract.pages.text_layer import read_layer
from kompass_extract.words.page_reader import ReadStrip
from tests.support.strips import EM, HEIGHT, PITCH, items, lines, page, rule, strip

PROSE = "En rad med text som står för sig själv och går över hela sidans bredd som brödtext gör."


def blocks_of(strips: Sequence[ReadStrip], rules: Sequence[Rule] = ()) -> list[Block]:
    (made,) = lay_out([page(strips, rules=rules)])
    return list(made.blocks)


def words_of(tmp_path: Path, content: str) -> list[str]:
    """The layer's words of a page of ten-point Helvetica with that content stream."""
    stream = content.encode("cp1252")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, part) for number, part in enumerate(parts, 1))
    path = tmp_path / "page.pdf"
    path.write_bytes(b"%PDF-1.4\n" + body + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF\n")
    with open_pdf(path) as document:
        return [word.text for word in read_layer(document, 1)]


def test_a_hyphen_that_ends_a_line_stays_though_pdfium_joins_the_word(tmp_path: Path) -> None:
    words = words_of(tmp_path, "BT /F 10 Tf 14 TL 70 700 Td (Alla i organisation-) Tj T* (en vet detta) Tj ET")
    assert words == ["Alla", "i", "organisation-", "en", "vet", "detta"]


def test_letter_spaced_words_are_whole(tmp_path: Path) -> None:
    words = words_of(tmp_path, "BT /F 10 Tf 6 Tc 70 700 Td (ALLMÄNT) Tj 60 0 Td (  ) Tj ET")
    assert words == ["ALLMÄNT"]
    assert words_of(tmp_path, "BT /F 10 Tf 70 700 Td (på en ö i å vi) Tj ET") == ["på", "en", "ö", "i", "å", "vi"]


def test_a_dash_in_a_heading_is_as_large_as_the_heading(tmp_path: Path) -> None:
    words = words_of(tmp_path, "BT /F 20 Tf 70 700 Td (Arbetsgivare - politik) Tj ET")
    assert words == ["Arbetsgivare", "-", "politik"]
    with open_pdf(tmp_path / "page.pdf") as document:
        sizes = [word.size for word in read_layer(document, 1)]
    assert max(sizes) < 1.1 * min(sizes)


def test_text_below_a_coloured_head_is_no_chart_and_neither_are_the_heads_words() -> None:
    prose = lines(70, 100, [PROSE])
    head = [strip(75, 212, "Styrkor"), strip(300, 212, "Förbättringsmöjligheter")]
    rows = [strip(75, 233, "Tydlig vision"), strip(300, 233, "Fler dialoger")]
    for words in (head, []):
        (parts,) = sort_strips([page([*prose, *words, *rows], graphics=[Box(66, 200, 520, 218)])])
        assert parts.figure == (), "a band as wide as the text, read or not, heads a table"
    bar = [strip(75, 215, "57"), strip(75, 236, "Område 1")]
    (parts,) = sort_strips([page([*prose, *bar], graphics=[Box(66, 200, 120, 225)])])
    assert len(parts.figure) == 2, "a number alone in a bar is a chart's"


def test_a_large_number_at_the_foot_is_a_score_and_a_small_one_the_pages() -> None:
    body = lines(70, 100, [PROSE])
    (parts,) = sort_strips([page([*body, strip(480, HEIGHT - 40, "71", size=3 * EM)])])
    assert parts.furniture == ()
    (parts,) = sort_strips([page([*body, strip(480, HEIGHT - 40, "71")])])
    assert [one.line.text for one in parts.furniture] == ["71"]


def test_footnotes_are_no_text_and_small_rows_of_a_table_are() -> None:
    body = lines(70, 100, [PROSE] * 6)
    line = rule(70, 700, 180, 700)
    for text, notes in (("1Uppgiften bygger på intervjuer.", 1), ("1.1 Strategi för styrning och mål", 0)):
        (parts,) = sort_strips([page([*body, strip(70, 715, text, size=0.8 * EM)], rules=[line])])
        assert len(parts.furniture) == notes


def test_items_whose_lines_begin_below_their_mark_are_whole() -> None:
    wide = "Förtydliga strategin för hela kommunens ledarskap och"
    made: list[ReadStrip] = []
    for number, rest in enumerate(("arbetssätt i alla verksamheter.", "Sedan omprövning av planer.")):
        top = 100 + 40 * number
        first = items(81, top, [[wide]])
        made += [*first, strip(70, top + PITCH, rest)]
    made += items(81, 190, [[f"{wide} mer"]])
    assert [block.text.split()[-1] for block in blocks_of(made)] == ["verksamheter.", "planer.", "mer"]


def test_rules_part_items_without_marks_and_lines_below_words_do_not() -> None:
    texts = ["Kommunen har vänortssamarbete med", "Ledande tjänstemän har ansvar"]
    strips = lines(70, 100, texts)
    assert len(blocks_of(strips)) == 1
    assert len(blocks_of(strips, [rule(64, 103, 300, 103)])) == 2
    assert len(blocks_of(strips, [rule(70, 102, strips[0].line.box.x1, 102)])) == 1


@pytest.mark.parametrize("heading", ["Område 7 Ständiga förbättringar", "Allmänt"])
def test_side_by_side_lists_end_at_the_next_heading(heading: str) -> None:
    made = [strip(70, 100, "Styrkor"), strip(310, 100, "Förbättringsmöjligheter")]
    for number in range(3):
        made += items(82, 115 + PITCH * number, [[f"Styrka nummer {number}"]])
        made += items(322, 115 + PITCH * number, [[f"Möjlighet nummer {number}"]])
    made += [strip(70, 165, heading), strip(70, 165 + PITCH, "Rubriker"), strip(430, 165 + PITCH, "Poäng")]
    texts = [block.text for block in blocks_of(made)]
    assert texts.index(heading) > texts.index("Möjlighet nummer 2")


def test_lists_begin_below_heads_set_well_apart() -> None:
    made = [strip(70, 100, "Styrkor"), strip(310, 100, "Förbättringsmöjligheter")]
    made += [*items(82, 100 + 3.6 * EM, [["En styrka"]]), *items(322, 100 + 3.6 * EM, [["En möjlighet"]])]
    assert {block.text: block.header for block in blocks_of(made) if block.bulleted} == {
        "En styrka": "Styrkor",
        "En möjlighet": "Förbättringsmöjligheter",
    }


def test_words_that_may_head_columns_make_no_table_of_two_lists() -> None:
    made = [strip(70, 100, "Styrkor"), strip(310, 100, "Förbättringsområden")]
    for number in range(2):
        made += items(82, 120 + 3 * PITCH * number, [["Satsning på utbildning inför valet", "och demokrati"]])
        made += items(322, 120 + 3 * PITCH * number, [["Tydliggör skillnaden och öka fokus på", "resultat"]])
    assert all(block.form is not Form.ROW for block in blocks_of(made))


def test_a_score_in_large_letters_beside_a_text_is_not_of_its_line() -> None:
    text = strip(70, 100, "Bygg vidare på den goda berättelsen om kommunen")
    words = (*text.line.words, *strip(480, 104, "76", size=2 * EM).line.words)
    joined = ReadStrip(Line(union(word.box for word in words), words, None), 1.2 * EM, 0.15, 100)
    texts = [block.text for block in blocks_of([joined, strip(70, 100 + PITCH, "som attraktiv arbetsgivare.")])]
    assert sorted(texts) == ["76", "Bygg vidare på den goda berättelsen om kommunen som attraktiv arbetsgivare."]


def test_a_total_that_a_page_break_left_over_is_a_row() -> None:
    (block,) = blocks_of([strip(459, 100, "64"), strip(517, 100, "100")])
    assert block.form is Form.ROW
    assert [cell.text for cell in block.cells] == ["64", "100"]
