"""From strips to blocks: columns, grids, paragraphs, lists, page breaks and furniture, on pages built by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompass_extract.blocks.furniture import sort_strips
from kompass_extract.blocks.grid import split_rows
from kompass_extract.blocks.layout import lay_out
from kompass_extract.blocks.regions import find_zones, is_grid, may_be_number_cell
from kompass_extract.model.document import Block, Form, Page
from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Rule
from kompass_extract.words.page_reader import ReadStrip, failed_page
from tests.support.strips import EM, PITCH, items, lines, page, rule, strip

STRENGTHS = [
    ["Kommunen har en vision som är", "beslutad av fullmäktige."],
    ["Det finns ett system för dialog", "med invånarna i alla delar", "av kommunen."],
    ["Webbplatsen är tillgänglig."],
]
IMPROVEMENTS = [
    ["Målen kan göras tydligare och", "lättare att mäta."],
    ["Resultat kan jämföras mer."],
    ["Uppföljningen av privata", "utförare kan utvecklas."],
]


def joined(texts: Sequence[Sequence[str]]) -> list[str]:
    """Items as running text."""
    return [" ".join(text) for text in texts]


def table(top: float = 200.0, *, shift: float = 0.0, headed: bool = True) -> list[ReadStrip]:
    """Strengths beside improvement areas; ``shift`` lowers the right column's baselines."""
    heads = [strip(70, top - 25, "Styrkor", stroke=0.22), strip(310, top - 25, "Förbättringsmöjligheter", stroke=0.22)]
    return [*(heads if headed else []), *items(82, top, STRENGTHS), *items(322, top + shift, IMPROVEMENTS)]


def blocks_of(strips: Sequence[ReadStrip], rules: Sequence[Rule] = ()) -> list[Block]:
    """The blocks of one page."""
    (made,) = lay_out([page(strips, rules=rules)])
    return list(made.blocks)


def texts(blocks: Sequence[Block], form: Form | None = None, column: int | None = None) -> list[str]:
    return [
        block.text
        for block in blocks
        if (form is None or block.form is form)
        and (column is None or (block.column is not None and block.column.index == column))
    ]


FRAME = [rule(60, 180, 540, 180), rule(60, 340, 540, 340), rule(300, 160, 300, 340)]


@pytest.mark.parametrize("rules", [[], FRAME], ids=["unruled", "ruled"])
@pytest.mark.parametrize("shift", [0.0, 3.0, 6.0], ids=["level", "staggered", "half a line off"])
def test_a_table_of_two_columns_is_read_column_by_column(shift: float, rules: list[Rule]) -> None:
    blocks = blocks_of(table(shift=shift), rules)
    assert texts(blocks, Form.ITEM, 0) == joined(STRENGTHS)
    assert texts(blocks, Form.ITEM, 1) == joined(IMPROVEMENTS)
    found = [block for block in blocks if block.form is Form.ITEM]
    assert {block.header for block in found[:3]} == {"Styrkor"}
    assert {block.header for block in found[3:]} == {"Förbättringsmöjligheter"}
    assert all(block.bulleted and block.column is not None and block.column.count == 2 for block in found)


def test_a_heading_after_a_table_is_not_of_it() -> None:
    below = [
        strip(70, 370, "Område 2 Tillgänglighet och brukarorientering", size=10.0, stroke=0.22),
        *lines(70, 395, ["Kommunen arbetar sedan länge med tillgänglighet för alla som bor", "och verkar i kommunen."]),
    ]
    blocks = blocks_of([*table(), *below])
    assert texts(blocks, Form.ITEM, 1) == joined(IMPROVEMENTS)
    heading, text = blocks[-2:]
    assert heading.text == "Område 2 Tillgänglighet och brukarorientering"
    assert heading.column is None
    assert heading.size == pytest.approx(10.0, abs=0.1)
    assert heading.weight > 1.2
    assert text.text.endswith("och verkar i kommunen.")
    assert (heading.header, text.header) == ("", "")


QUESTIONS = [
    ("1.1", ["Finns det en vision?"], ("8", "10", "80 %")),
    ("1.2", ["Finns det en modell för att", "följa upp målen och redovisa", "dem för alla?"], ("12", "20", "60 %")),
    ("1.3", ["Hur redovisas resultaten?"], ("5", "5", "100 %")),
]


def grid(where: int, ruled: bool = False) -> tuple[list[ReadStrip], list[Rule]]:
    """A score table whose numbers stand at the first (0), middle (1) or last (2) line of the wrapped question."""
    made, rules, baseline = [], [], 200.0
    for number, question, points in QUESTIONS:
        level = baseline + PITCH * min(where, len(question) - 1)
        made.append(strip(70, level, number))
        made.extend(lines(105, baseline, question))
        made.extend(strip(x, level, text) for x, text in zip((360, 420, 480), points, strict=True))
        baseline += PITCH * len(question) + 7
        rules.append(rule(65, baseline - 13.2, 520, baseline - 13.2))
    return made, rules if ruled else []


@pytest.mark.parametrize("ruled", [False, True], ids=["unruled", "ruled"])
@pytest.mark.parametrize("where", [0, 1, 2], ids=["first", "middle", "last"])
def test_score_rows_keep_their_wrapped_questions(where: int, ruled: bool) -> None:
    strips, rules = grid(where, ruled)
    rows = [block for block in blocks_of(strips, rules) if block.form is Form.ROW]
    assert [[cell.text for cell in row.cells] for row in rows] == [
        [number, " ".join(question), *points] for number, question, points in QUESTIONS
    ]
    assert [cell.column for cell in rows[0].cells] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("where", [0, 1, 2])
def test_every_strip_of_a_grid_is_in_exactly_one_row(where: int) -> None:
    strips, rules = grid(where)
    (zone,) = find_zones(strips, rules, EM)
    assert is_grid(zone)
    counts = Counter(id(member) for row in split_rows(zone, rules, EM) for member in row.strips)
    assert sorted(counts) == sorted(map(id, zone.strips))
    assert set(counts.values()) == {1}


def test_a_table_of_text_is_no_grid() -> None:
    assert not any(is_grid(zone) for zone in find_zones(table(), [], EM))


@pytest.mark.parametrize(
    ("text", "numeric"),
    [("87%", True), ("87 %", True), ("12,5", True), ("45N", True), ("Poäng", False), ("", False), ("1.2 Finns", False)],
)
def test_what_looks_like_a_number(text: str, numeric: bool) -> None:
    assert may_be_number_cell(text) is numeric


WORDS = st.sampled_from(["Ord", "ett par ord", "87 %", "3.2"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([70, 190, 310, 430]), st.integers(4, 50), WORDS),
        min_size=1, max_size=40, unique_by=lambda t: (t[0], t[1]),
    ),
    st.booleans(),
)  # fmt: skip
def test_every_word_of_a_page_is_in_exactly_one_block(places: list[tuple[int, int, str]], bullet: bool) -> None:
    strips = [strip(x, 15.0 * row, text, bullet=bullet and row % 3 == 0) for x, row, text in places]
    zones = find_zones(strips, [], EM)
    inside = Counter(word.box for zone in zones for member in zone.strips for word in member.line.words)
    assert inside == Counter(word.box for one in strips for word in one.line.words)
    blocks = blocks_of(strips)
    placed = Counter(word.box for block in blocks for line in block.lines for word in line.words)
    assert placed == inside
    assert len({block.id for block in blocks}) == len(blocks)


def test_paragraphs_are_told_by_space_size_and_indent() -> None:
    full = "Kommunen har under flera år arbetat med dessa frågor på ett sätt som"
    body = [full, "har gett goda resultat i alla verksamheter."]
    strips = [
        strip(70, 100, "Sammanfattning av området", size=9.5, stroke=0.22),
        *lines(70, 122, body),
        *lines(70, 122 + 2 * PITCH + 8, body),
        *lines(82, 122 + 4 * PITCH + 24, ["En första punkt i listan."], bullet=True),
        *lines(82, 122 + 5 * PITCH + 24, ["En andra punkt som går över", "två rader."], bullet=True),
    ]
    blocks = blocks_of(strips)
    assert texts(blocks, Form.PARAGRAPH) == ["Sammanfattning av området", " ".join(body), " ".join(body)]
    assert texts(blocks, Form.ITEM) == ["En första punkt i listan.", "En andra punkt som går över två rader."]
    assert blocks[2].gap > blocks[4].gap


def two_pages(second: Sequence[ReadStrip]) -> list[Page]:
    """A table at the foot of page 1 and whatever follows on page 2."""
    filler = lines(70, 100, ["Texten före tabellen är lång och går över hela sidans bredd i rapporten."] * 6)
    return list(lay_out([page([*filler, *table(640)]), page(second, 2)]))


def test_a_header_is_carried_over_a_page_break_and_both_columns_go_on() -> None:
    rest = [
        *lines(82, 90, ["som fortsätter här."]),
        *items(82, 90 + PITCH + 5, [["Ännu en styrka i kommunen."]]),
        *lines(322, 90, ["och det gäller även här."]),
        *items(322, 90 + PITCH + 5, [["Ännu en möjlighet."]]),
        *lines(70, 180, ["Efter tabellen kommer löpande text som går över hela sidans bredd igen."]),
    ]
    _, second = two_pages(rest)
    cells = [block for block in second.blocks if block.column is not None]
    assert [(block.text, block.header, block.continues) for block in cells] == [
        ("som fortsätter här.", "Styrkor", True),
        ("Ännu en styrka i kommunen.", "Styrkor", False),
        ("och det gäller även här.", "Förbättringsmöjligheter", True),
        ("Ännu en möjlighet.", "Förbättringsmöjligheter", False),
    ]
    assert second.blocks[-1].column is None
    assert second.blocks[-1].header == ""


def test_a_repeated_header_is_no_item() -> None:
    _, second = two_pages(table(120))
    assert texts(second.blocks, Form.ITEM, 0) == joined(STRENGTHS)
    assert texts(second.blocks, Form.ITEM, 1) == joined(IMPROVEMENTS)
    assert not any(block.continues for block in second.blocks)
    assert {b.header for b in second.blocks if b.form is Form.ITEM} == {"Styrkor", "Förbättringsmöjligheter"}


def test_dirt_is_no_list_mark_before_a_heading_or_the_rest_of_a_word() -> None:
    left = [
        strip(70, 100, "Styrkor"),
        *items(83, 120, [["Kommunen har en tydlig", "vision"], ["Mål finns och följs upp"]]),
    ]
    right = [strip(316, 100, "Förbättringsmöjligheter", bullet=True)]
    right += [
        strip(320, 120, "Utveckla den kommunöver-", bullet=True),
        strip(320, 133, "gripande styrningen", bullet=True),
    ]
    right += [strip(320, 151, "Fler mål kan mätas", bullet=True)]
    (laid,) = lay_out([page([*left, *right])])
    assert texts(laid.blocks, Form.ITEM, 1) == ["Utveckla den kommunövergripande styrningen", "Fler mål kan mätas"]


def test_dirt_in_the_margin_makes_no_item_of_an_indented_paragraph() -> None:
    first = strip(82, 100, "Att fortsätta utveckla arbetet kring styrning är ett område för")
    speck = replace(first, line=replace(first.line, bullet=Box(64, 98, 66, 100)))
    rest = lines(70, 100 + PITCH, ["kommunen som har många mål och", "de följs upp varje år"])
    (laid,) = lay_out([page([speck, *rest])])
    assert [block.form for block in laid.blocks] == [Form.PARAGRAPH]


def test_an_indented_line_begins_a_paragraph_though_the_full_stop_before_it_was_read_as_a_comma() -> None:
    made = [strip(82, 100, "Kommunen arbetar med mål och följer"), *lines(70, 100 + PITCH, ["upp dem varje år,"])]
    made += [strip(82, 100 + 2 * PITCH, "Många mål följs upp av nämnderna"), strip(70, 100 + 3 * PITCH, "och av alla")]
    (laid,) = lay_out([page(made)])
    assert len(laid.blocks) == 2


def test_a_short_line_of_tall_letters_goes_on_with_its_column() -> None:
    left = [*items(83, 120, [["Kommunen har en tydlig", "vision"], ["Mål finns för att föra dialog"]])]
    left += [strip(83, 164, "med medborgarna", size=1.25 * EM), strip(83, 182, "Utvecklat samarbete", bullet=True)]
    right = items(330, 120, [["Fler mål kan mätas", "av nämnderna"], ["Arbete kring miljön"]])
    (laid,) = lay_out([page([*left, *right])])
    assert texts(laid.blocks, Form.ITEM, 0)[1:] == [
        "Mål finns för att föra dialog med medborgarna",
        "Utvecklat samarbete",
    ]


def test_one_column_alone_goes_on_in_its_place() -> None:
    _, second = two_pages(items(322, 90, [["Bara den högra kolumnen"], ["fortsätter på sidan."]]))
    assert {block.header for block in second.blocks} == {"Förbättringsmöjligheter"}
    assert {block.column.index for block in second.blocks if block.column} == {1}


def test_a_new_chapter_takes_no_header_over() -> None:
    chapter = [
        strip(70, 90, "Område 2 Tillgänglighet", size=11.0, stroke=0.22),
        *lines(70, 120, ["Kommunen har en ny webbplats som är lätt att använda för alla invånare."]),
    ]
    _, second = two_pages(chapter)
    assert {block.header for block in second.blocks} == {""}
    assert not any(block.continues for block in second.blocks)


def test_a_sentence_cut_by_a_page_break_goes_on() -> None:
    full = "Kommunen har en vision som är väl känd i hela organisationen och den"
    first = page(lines(70, 720, [full, full]))
    pages = lay_out([first, page(lines(70, 100, ["följs upp varje år av nämnderna."]), 2)])
    assert pages[1].blocks[0].continues
    pages = lay_out([first, page(lines(70, 100, ["Nästa kapitel"], size=12.0), 2)])
    assert not pages[1].blocks[0].continues


def test_running_headers_and_page_numbers_are_furniture() -> None:
    pages = []
    for number in range(1, 5):
        head = strip(70, 40, "Kommunkompassen Sala 2023" if number != 3 else "Kommunkompassen Sa1a 2023")
        body = lines(70, 100 + 30 * number, [f"Sidans egen text nummer {number} som inte upprepas."])
        pages.append(page([head, *body, strip(290, 815, str(number))], number))
    for number, made in enumerate(lay_out(pages), start=1):
        assert [block.form for block in made.blocks] == [Form.FURNITURE, Form.PARAGRAPH, Form.FURNITURE]
        assert made.blocks[-1].text == str(number)


def test_a_header_seen_once_is_text() -> None:
    (parts,) = sort_strips([page([strip(70, 40, "Kommunkompassen"), *lines(70, 100, ["En rad text på sidan."])])])
    assert parts.furniture == ()
    assert len(parts.text) == 2


def test_words_beside_a_drawing_are_figure_words_and_those_in_a_frame_are_text() -> None:
    labels = [strip(120, 420, "Område 1"), strip(160, 450, "68")]
    body = lines(70, 100, ["En rad med text som står för sig själv och inte hör till figuren alls."])
    (parts,) = sort_strips([page([*labels, *body], graphics=[Box(180, 390, 400, 520)])])
    assert [s.line.text for s in parts.figure] == ["Område 1", "68"]
    framed = lines(80, 410, ["Här står en mening i en ruta", "med flera rader löpande text", "och den är ingen figur"])
    (parts,) = sort_strips([page([*framed, *body], graphics=[Box(60, 380, 400, 480)])])
    assert parts.figure == ()


def test_dirt_is_left_out() -> None:
    dirt = [strip(300, 400, "~", confidence=0.2), strip(4, 300, "l", confidence=0.3)]
    (parts,) = sort_strips([page([*lines(70, 100, ["En rad text på sidan."]), *dirt])])
    assert [s.line.text for s in parts.text] == ["En rad text på sidan."]


def test_a_failed_page_stays_in_its_place_with_its_reason() -> None:
    pages = lay_out([page(table()), failed_page(2, 595, 842, "The reader crashed on this page."), page(table(), 3)])
    assert [made.number for made in pages] == [1, 2, 3]
    assert pages[1].blocks == ()
    assert pages[1].failure == "The reader crashed on this page."
    assert pages[1].ocr_confidence == 0.0
    assert len(pages[2].blocks) == 8


def test_a_page_whose_layout_fails_keeps_its_lines_and_costs_no_other_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_on_that_page(strips: Sequence[ReadStrip], em: float) -> Sequence[ReadStrip]:
        if any("Nämnden" in strip.line.text for strip in strips):
            raise ValueError("no gutter")
        return strips

    monkeypatch.setattr("kompass_extract.blocks.layout.cut_cells", fail_on_that_page)
    pages = lay_out([page(table()), page(lines(70, 100, ["Nämnden följer upp sina mål varje år."]), 2)])
    assert [made.failure for made in pages] == [None, "layout: ValueError: no gutter"]
    assert [block.text for block in pages[1].blocks] == ["Nämnden följer upp sina mål varje år."]


def test_line_end_hyphens_are_resolved_by_what_is_a_word() -> None:
    strips = lines(70, 100, ["Kommunen arbetar med kvalitets-", "utveckling samt in- och utlån av", "böcker."])
    (made,) = lay_out([page(strips)], knows=lambda word: word.casefold() in {"kvalitetsutveckling", "kommunen"})
    assert made.blocks[0].text == "Kommunen arbetar med kvalitetsutveckling samt in- och utlån av böcker."


def test_the_rest_of_a_cell_beside_a_title_goes_on_above_the_next_chapter() -> None:
    texts_ = [["Utveckla den interna dialogen kring", "resultat och mål"], ["Det saknas en strategi som gäller för"]]
    first = [strip(72, 700, "Utvecklingsområden", stroke=0.3), *items(260, 700, texts_)]
    second = [strip(260, 90, "målen i budgeten"), strip(72, 120, "Område 5 Brukarens fokus", size=1.3 * EM, stroke=0.3)]
    rest = lay_out([page(first), page(second, 2)])[1].blocks[0]
    assert (rest.text, rest.continues) == ("målen i budgeten", True)


def test_a_title_in_the_first_column_begins_another_list_on_the_next_page() -> None:
    left = [strip(60, 480, "Styrkor", stroke=0.3), *items(72, 500, [["Kommunen har tydliga mål"]] * 14)]
    right = items(320, 480, [["Webbplatsen är tillgänglig"]] * 15)
    below = [strip(60, 90, "Förbättringsområden", stroke=0.3), *items(72, 110, [["Utveckla målen"]] * 4)]
    beside_ = items(320, 90, [["Mät effekterna av arbetet"]] * 4)
    pages = lay_out([page([*left, *right]), page([*below, *beside_], 2)])
    regions = {block.column.region for one in pages for block in one.blocks if block.column is not None}
    assert len(regions) == 2


def test_the_title_of_a_list_beside_the_line_of_another_is_its_own_block() -> None:
    left = items(72, 200, [["Kommunen visar goda resultat i fråga", "om rollfördelningen i hela staden"]] * 4)
    x = left[0].line.box.x1 + 2 * EM
    title = strip(x, 200, "Förbättringsområden")
    both = replace(left[0], line=replace(left[0].line, box=replace(left[0].line.box, x1=title.line.box.x1),
                                         words=(*left[0].line.words, *title.line.words)))  # fmt: skip
    found = blocks_of([both, *left[1:], *items(x + 16, 230, [["Utveckla målen"]] * 4)])
    assert "Förbättringsområden" in texts(found)
