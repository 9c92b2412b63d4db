"""Columns close to each other: lines read over the gutter, lists right below, tables beside each other."""

from __future__ import annotations

from dataclasses import replace

from kompass_extract.blocks.furniture import sort_strips
from kompass_extract.blocks.gutters import cut_at_gutters
from kompass_extract.blocks.layout import lay_out
from kompass_extract.model.document import Block, Form, Line
from kompass_extract.model.geometry import Box
from kompass_extract.words.page_reader import ReadStrip
from tests.support.strips import EM, PITCH, items, lines, page, rule, strip

LEFT = [
    "kommunen följer upp målen varje år",
    "medborgarna får svar inom tre dagar",
    "nämnderna har egna mål i planen nu",
]
RIGHT = [
    "cheferna möts ofta och regelbundet",
    "ansvaret är tydligt i hela kommunen",
    "resultaten sprids till alla nämnder",
]


def set_to(given: ReadStrip, x0: float, x1: float) -> ReadStrip:
    """A line whose words stand from ``x0`` to ``x1``, as in a justified column."""
    words = given.line.words
    space = (x1 - x0 - sum(word.box.width for word in words)) / (len(words) - 1)
    made, reach = [], x0
    for word in words:
        made.append(replace(word, box=replace(word.box, x0=reach, x1=reach + word.box.width)))
        reach += word.box.width + space
    return replace(given, line=Line(replace(given.line.box, x0=x0, x1=x1), tuple(made)))


def joined(a: ReadStrip, b: ReadStrip) -> ReadStrip:
    box = Box(a.line.box.x0, a.line.box.y0, b.line.box.x1, b.line.box.y1)
    return replace(a, line=Line(box, (*a.line.words, *b.line.words)))


def columns() -> tuple[list[ReadStrip], list[ReadStrip]]:
    """Two justified columns of six lines, 12 points apart."""
    left = [set_to(one, 70, 290) for one in lines(70, 150, LEFT * 2)]
    return left, [set_to(one, 302, 522) for one in lines(302, 150, RIGHT * 2)]


def test_a_line_over_a_gutter_is_cut_there() -> None:
    left, right = columns()
    strips = [joined(left[2], right[2]), *left[:2], *left[3:], *right[:2], *right[3:]]
    cut = cut_at_gutters(strips, EM)
    assert [one.line.text for one in cut[:2]] == [LEFT[2], RIGHT[2]]
    assert len(cut) == len(strips) + 1


def test_wide_word_spaces_of_prose_are_no_gutter() -> None:
    prose = [set_to(one, 70, 522) for one in lines(70, 150, [f"{a} {b}" for a, b in zip(LEFT, RIGHT, strict=True)])]
    assert cut_at_gutters(prose * 2, EM) == prose * 2


def blocks(strips: list[ReadStrip]) -> list[Block]:
    (made,) = lay_out([page(strips)])
    return list(made.blocks)


def test_a_list_right_below_columns_with_its_title_beside_it_is_no_part_of_them() -> None:
    left, right = columns()
    below = 150 + 6 * PITCH
    texts = ["Kommunen har en vision som är känd av alla", "Dialog"]
    list_ = [strip(70, below, "Styrkor"), *items(190, below, [[text] for text in texts])]
    found = blocks([*left, *right, *list_])
    assert [block.text for block in found if block.header == "Styrkor"] == texts
    prose = " ".join(block.text for block in found if block.header != "Styrkor")
    assert prose.startswith(" ".join(LEFT))
    assert " ".join(RIGHT) in prose


def test_titles_stay_with_their_columns_though_a_rule_begins_below_them() -> None:
    strips = [
        strip(75, 200, "Styrkor"), strip(310, 200, "Förbättringsområden"),
        *items(90, 225, [["Kommunen har en vision"], ["Dialog med invånarna"]]),
        *items(325, 225, [["Resultat kan jämföras mer"], ["Följ upp"]]),
    ]  # fmt: skip
    (made,) = lay_out([page(strips, rules=[rule(298, 208, 298, 270)])])
    assert {block.text: block.header for block in made.blocks if block.header} == {
        "Kommunen har en vision": "Styrkor", "Dialog med invånarna": "Styrkor",
        "Resultat kan jämföras mer": "Förbättringsområden", "Följ upp": "Förbättringsområden",
    }  # fmt: skip


def score_table(x: float, area: int) -> list[ReadStrip]:
    rows = []
    for number in range(1, 5):
        y = 200 + 2.4 * PITCH * number + (0.5 * PITCH if area == 2 and number > 2 else 0)
        rows += [*lines(x, y - PITCH, [f"{area}.{number} Finns en plan", "för detta?"])]
        rows += [strip(x + 130, y, f"1{number}"), strip(x + 170, y, f"2{number}")]
    return rows


def test_score_tables_beside_each_other_are_read_one_by_one() -> None:
    rows = [b.text for b in blocks([*score_table(70, 1), *score_table(310, 2)]) if b.form is Form.ROW]
    assert rows == [f"{area}.{n} Finns en plan för detta? 1{n} 2{n}" for area in (1, 2) for n in range(1, 5)]


def test_a_square_mark_as_high_as_capitals_is_no_drawing() -> None:
    text = lines(90, 200, ["Dialog med invånarna", "i alla frågor"])
    square = Box(76, 192, 76 + 1.1 * EM, 192 + 1.1 * EM)
    marked = replace(text[0], line=replace(text[0].line, bullet=square))
    (parts,) = sort_strips([page([marked, text[1]], graphics=[square])])
    assert (len(parts.text), parts.figure) == (2, ())


def test_the_number_of_a_landscape_page_is_furniture() -> None:
    low = replace(page([strip(70, 200, "En rad text på sidan."), strip(51, 540, "27 (30)")]), width=842.0, height=595.0)
    (parts,) = sort_strips([low])
    assert [one.line.text for one in parts.furniture] == ["27 (30)"]
