"""Columns of text below headings, scores beside headings, labels of rows, and titles that hang over page breaks."""

from __future__ import annotations

from dataclasses import replace

from kompass_extract.blocks.furniture import sort_strips
from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.blocks.layout import lay_out
from kompass_extract.blocks.parts import without_title
from kompass_extract.model.document import Block, Line
from kompass_extract.model.geometry import Box, union
from kompass_extract.words.page_reader import ReadStrip
from tests.support.strips import EM, PITCH, items, lines, page, strip

PROSE = [
    "kommunen följer upp sina",
    "mål varje år, och nämnder",
    "får svar inom tre dagar av",
    "dem som också har egna mål",
]


def blocks(*pages: list[ReadStrip]) -> list[Block]:
    made = lay_out([page(strips, number) for number, strips in enumerate(pages, start=1)])
    return [block for one in made for block in one.blocks]


def joined(left: ReadStrip, right: ReadStrip) -> ReadStrip:
    """Two strips that were read as one line."""
    box = union([left.line.box, right.line.box])
    return replace(left, line=Line(box, (*left.line.words, *right.line.words)))


def test_a_heading_over_columns_is_parted_from_them_by_its_score() -> None:
    heading = lines(60, 100, ["Område 5 Resultat och effektivitet i kommunen"], size=EM * 1.6)
    score = strip(480, 100, "80", size=EM * 2.5)
    columns = [line for x in (60, 230, 400) for line in lines(x, 200, PROSE * 4)]
    found = blocks([*heading, score, *columns])
    texts = [block for block in found if block.text.startswith("kommunen följer")]
    assert sorted({round(block.box.x0) for block in texts}) == [60, 230, 400]
    assert all(block.box.width < 170 for block in texts)


def test_titles_amid_two_columns_do_not_cut_a_third() -> None:
    left = lines(60, 200, PROSE * 5)
    middle = [*lines(230, 200, PROSE * 2), strip(230, 200 + 8 * PITCH, "Styrkor"), *lines(230, 200 + 9 * PITCH, PROSE)]
    right = [*lines(400, 200, PROSE * 2), strip(400, 200 + 8 * PITCH, "Förbättringsområden")]
    right += lines(400, 200 + 9 * PITCH, PROSE)
    order = [block.box.x0 for block in blocks([*left, *middle, *right])]
    assert order == sorted(order)


def test_a_title_close_to_its_list_is_cut_where_lines_begin() -> None:
    title, item = strip(70, 100, "Styrkor"), strip(108, 100, "Kommunen har en vision")
    others = lines(108, 100 + PITCH, PROSE)
    whole = joined(title, item)
    assert [part.line.text for part in without_title(whole, others, EM)] == ["Styrkor", "Kommunen har en vision"]
    assert without_title(whole, [], EM) == [whole]


def test_the_rest_of_a_list_on_the_next_page_keeps_the_title_to_its_left() -> None:
    first = [*lines(70, 500, PROSE * 3), strip(70, 700, "Styrkor")]
    first += [strip(180, 700, "Kommunen har en vision."), strip(180, 700 + 1.4 * PITCH, "Ledningen är samlad.")]
    second = [strip(180, 100, "Ekonomin är stabil."), strip(180, 100 + 1.4 * PITCH, "Chefer har tydliga uppdrag.")]
    second += lines(70, 100 + 6 * PITCH, PROSE)
    found = {block.text: block.header for block in blocks(first, second)}
    assert found["Ekonomin är stabil."] == found["Chefer har tydliga uppdrag."] == "Styrkor"
    assert not any(header for text, header in found.items() if text.startswith("kommunen"))


def test_labels_of_rows_begin_their_items() -> None:
    labels = [strip(70, 140 + 3 * PITCH * row, text) for row, text in enumerate(("Ledarskap:", "Dialog:", "Miljö:"))]
    texts = [line for row in range(3) for line in lines(200, 140 + 3 * PITCH * row, PROSE[:2])]
    found = [block for block in blocks([strip(70, 110, "Styrkor"), *labels, *texts]) if block.bulleted]
    assert [block.text.split()[0] for block in found] == ["Ledarskap:", "Dialog:", "Miljö:"]
    assert all(block.text.endswith("nämnder") for block in found)


def test_numbers_of_footnotes_at_one_height_are_no_running_header() -> None:
    pages = []
    for number in range(1, 6):
        note = [strip(70, 770, str(number), size=EM * 0.6), strip(84, 770, f"Uppgift av år {number}", size=EM * 0.7)]
        pages.append(page([*lines(70, 100, PROSE * 3), *note, strip(480, 800, f"Sida {number}")], number))
    notes = [[one.line.text for one in found.furniture] for found in sort_strips(pages)]
    assert all(any(text.startswith("Uppgift") for text in texts) for texts in notes)


def test_captions_that_count_their_figure_are_no_text() -> None:
    made = sort_strips(
        [
            page(
                [
                    *lines(70, 100, PROSE),
                    strip(70, 300, "Figur 2: Utveckling över tid"),
                    *items(82, 400, [["Figur 2 visar mer"]]),
                ],
                1,
            )
        ]
    )
    assert [one.line.text for one in made[0].figure] == ["Figur 2: Utveckling över tid"]


def test_a_coloured_box_around_the_score_is_no_chart() -> None:
    score, box = [strip(420, 200, "Poäng"), strip(420, 225, "41", size=EM * 2)], Box(415, 180, 530, 290)
    made = sort_strips([page([*lines(70, 100, PROSE), *score], graphics=(box,))])[0]
    assert [one.line.text for one in made.text[-2:]] == ["Poäng", "41"]
    assert not made.figure


def test_a_hyphen_that_hangs_over_the_edge_is_the_typesetters() -> None:
    knows = {"skillnader", "mål"}.__contains__
    assert join_lines(["Stora skillna -", "der gäller"], knows, hyphenated=True) == "Stora skillnader gäller"
    assert join_lines(["Tydliga mål -", "det gäller"], knows, hyphenated=True) == "Tydliga mål - det gäller"
