"""Where typography says little, other evidence decides: words of headers, place, room on a line, other lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from kompass_extract.blocks.layout import lay_out
from kompass_extract.content.joining import DOUBTED
from kompass_extract.model.document import Block, Form, Page
from kompass_extract.words.page_reader import ReadStrip
from kompass_extract.words.segments import find_strips
from tests.support.strips import EM, PITCH, items, lines, mark, page, rule, runs, strip

FULL = "Kommunen har en vision som är väl känd i hela organisationen och den"
TOPS = [
    "", "Invånarna nås på många sätt.", "Chefer utbildas varje höst.", "", "Budgeten följs upp.", "Så sprids exempel.",
    "", "Webben är bra.", "Dialoger hålls om planer.",
]  # fmt: skip
LAST = "följs upp varje år av alla nämnder och bolag samt redovisas öppet nu."


def blocks_of(strips: Sequence[ReadStrip]) -> list[Block]:
    """The blocks of one page."""
    (made,) = lay_out([page(strips)])
    return list(made.blocks)


def pair(first: Sequence[ReadStrip], second: Sequence[ReadStrip]) -> tuple[Page, Page]:
    """Two pages as laid out."""
    one, two = lay_out([page(first), page(second, 2)])
    return one, two


@pytest.mark.parametrize(
    "head", ["STYRKOR", "Utvecklingsområden", "Sammanfattande analys av område 6 – Personalpolitik"]
)
def test_a_header_is_a_block_of_its_own_without_space_or_weight(head: str) -> None:
    made = blocks_of(lines(70, 100, [FULL, LAST, head, "Kommunen arbetar med en plan för alla sina verksamheter."]))
    assert [block.text for block in made][1:] == [head, "Kommunen arbetar med en plan för alla sina verksamheter."]


def test_a_line_that_begins_with_a_headers_word_is_text() -> None:
    made = blocks_of(lines(70, 100, [FULL, "Sammanfattningsvis är målen tydliga i hela kommunen och väl kända."]))
    assert len(made) == 1


def test_a_score_is_no_part_of_the_text_below() -> None:
    made = blocks_of(lines(70, 100, ["Poäng 75", "Kommunen arbetar med en plan för alla sina verksamheter."]))
    assert made[0].text == "Poäng 75"


def test_a_list_header_often_first_on_its_page_is_no_running_header() -> None:
    pages = []
    for number in range(1, 9):
        top = strip(70, 70, "FÖRBÄTTRINGSOMRÅDEN" if number % 3 == 0 else TOPS[number])
        body = lines(70, 70 + 2 * PITCH, [f"Sidans egen text nummer {number} som inte upprepas."])
        pages.append(page([strip(70, 30, "Kommunkompassen Sala 2023"), top, *body], number))
    for made in lay_out(pages):
        assert [block.form for block in made.blocks] == [Form.FURNITURE, Form.PARAGRAPH, Form.PARAGRAPH]


def test_a_misread_page_number_is_furniture_where_the_others_stand() -> None:
    pages = []
    for number in range(1, 9):
        foot = strip(500, 815, f"{number} (22)" if number != 5 else "H0Q22")
        pages.append(page([*lines(70, 100 + 30 * number, [f"Sidans egen text nummer {number}."]), foot], number))
    assert all(made.blocks[-1].form is Form.FURNITURE for made in lay_out(pages))


def test_a_speck_before_the_next_line_of_a_sentence_is_joined_or_asked_about() -> None:
    made = items(
        82, 100, [["Förtydliga strategin för ledarskap i", "uppföljningsbar plattform för alla"], ["Ny punkt."]]
    )
    specked = [made[0], replace(made[1], line=replace(made[1].line, bullet=made[0].line.bullet)), made[2]]
    more = items(82, 200, [["Kommunen har en tydlig styrmodell för", "alla nämnder och bolag"], ["Mål finns."]])
    first, second, *_ = blocks_of([*specked, *more])
    assert "uppföljningsbar" in first.text or second.rest >= DOUBTED


def test_the_rest_of_a_list_item_hangs_below_its_texts() -> None:
    filler = lines(70, 640, [FULL, LAST])
    first = [*filler, *items(82, 700, [["En punkt."], [f"{FULL[:-8]} mål i"]])]
    after = lines(70, 200, ["Efter listan kommer löpande text."])
    _, second = pair(first, [*lines(82, 70, ["KF och nämnd."]), *items(82, 70 + 2 * PITCH, [["Ny."]]), *after])
    assert second.blocks[0].rest >= DOUBTED
    assert not any(block.continues for block in second.blocks[1:])
    _, second = pair(first, [*lines(70, 70, ["KF och nämnd."]), *items(82, 70 + 2 * PITCH, [["Ny."]]), *after])
    assert not any(block.continues for block in second.blocks), "running text at the margin is no rest of an item"


def test_a_sentence_that_ended_short_is_not_continued() -> None:
    first = lines(70, 700, [FULL, FULL, "kortare rad utan punkt"])
    _, second = pair(first, lines(70, 70, ["Nästa stycke börjar här."]))
    assert not second.blocks[0].continues


def test_marks_close_to_a_wall_or_to_the_column_before_are_marks() -> None:
    left = "kommunen har en vision och"
    made = []
    for number in range(4):
        baseline = 100 + 2 * PITCH * number
        made += runs(70, baseline, left)
        edge = made[-1].box.x1
        made += [
            mark(edge + 7, baseline - 4.6, edge + 10, baseline - 1.6),
            *runs(edge + 18, baseline, "målen kan göras"),
        ]
    strips = find_strips(made, [rule(edge + 4, 80, edge + 4, 300)], EM)
    marked = [each for each in strips if each.bullet is not None]
    assert len(strips) == 8
    assert {round(each.box.x0) for each in marked} == {round(edge + 18)}
    assert len(marked) == 4


def test_a_justified_line_of_few_words_is_one_strip() -> None:
    made = [run for n in range(6) for run in runs(70, 100 + PITCH * n, FULL)]
    width = max(run.box.x1 for run in made) - 70
    words = ["Riktade", "till", "förtroendevalda", "för", "att"]
    space = (width - 4.8 * sum(map(len, words))) / (len(words) - 1)
    assert space > 3.2 * EM
    stretched = runs(70, 100 + PITCH * 6, " ".join(words), space=space)
    below = [run for n in range(7, 12) for run in runs(70, 100 + PITCH * n, FULL)]
    assert len(find_strips([*made, *stretched, *below], [], EM)) == 12


def test_a_narrow_gutter_shows_by_the_lines_that_begin_there() -> None:
    made = runs(70, 100, "mäter tillgänglighet och bemötande")
    edge = made[-1].box.x1 + 1.3 * EM
    made += runs(edge, 100, "tydliggör skillnaden mellan det")
    for number in range(1, 4):
        made += runs(edge, 100 + PITCH * number, "politiska styrsystemet och annat")
    assert len(find_strips(made, [], EM)) == 5
