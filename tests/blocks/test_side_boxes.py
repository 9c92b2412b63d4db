"""A box beside running text comes after the paragraph, which stays whole; lists side by side stay what they are."""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.blocks.side_boxes import Over, after_their_text
from kompass_extract.model.document import Block, Column, Form
from kompass_extract.model.geometry import Box


def block(text: str, column: int | None = None, *, header: str = "", form: Form = Form.PARAGRAPH) -> Block:
    place = None if column is None else Column("p1z1", column, 2)
    return Block(text, 1, Box(0, 0, 10, 10), form, (), text, column=place, header=header)


def below(text: str) -> Block:
    return block(text)


def going_on(*pairs: tuple[str, str]) -> Over:
    """Says that a text goes on for the pairs given alone."""

    def over(before: Sequence[Block], after: Sequence[Block]) -> float:
        return 0.97 if (before[-1].text, after[0].text) in pairs else 0.02

    return over


def test_the_text_beside_a_box_goes_on_below_it() -> None:
    page = [block("above"), block("short lines", 0), block("box", 1), below("full lines"), block("next")]
    made = after_their_text(page, going_on(("above", "short lines"), ("short lines", "full lines")))
    assert [one.text for one in made] == ["above", "short lines", "full lines", "box", "next"]
    assert [one.continues for one in made] == [False, True, True, False, False]
    assert all(one.column is None for one in made)


def test_a_box_at_the_left_is_one_too() -> None:
    page = [block("box", 0), block("short lines", 1), below("full lines")]
    made = after_their_text(page, going_on(("short lines", "full lines")))
    assert [one.text for one in made] == ["short lines", "full lines", "box"]


def test_columns_below_which_nothing_goes_on_stay_columns() -> None:
    page = [block("one", 0), block("other", 1), below("a heading")]
    assert after_their_text(page, going_on()) == page


def test_lists_with_headers_are_no_boxes() -> None:
    page = [block("one", 0, header="Styrkor"), block("other", 1, header="Förbättringsområden"), below("text")]
    assert after_their_text(page, going_on(("one", "text"))) == page
