"""Strengths or improvements: a list's title, its items' words, its marks and its place, weighed together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kompass_extract.labels.which_list import ASKED, decide_lists
from kompass_extract.model.document import BlockKind, Column, Form, LabelledBlock
from kompass_extract.taxonomy import load_taxonomy
from tests.support.builders import Writer

TAXONOMY = load_taxonomy()
S, IMPROVEMENT = BlockKind.STRENGTH, BlockKind.IMPROVEMENT
STRONG, WEAK = 0.4, -0.5  # what the words of a strength and of an improvement say
TEXT = "Kommunen arbetar med uppföljning av mål och resultat i hela organisationen"


def report(areas: Sequence[Sequence[tuple[str, BlockKind, float]]]) -> tuple[list[LabelledBlock], list[float]]:
    """Per area its lists as title ("" for none), label and what their words say; four items each."""
    writer, leanings = Writer(), []
    for number, lists in enumerate(areas, start=1):
        for title, kind, leaning in lists:
            if title:
                writer.text(BlockKind.HEADING, title, number)
                leanings.append(0.0)
            for _ in range(4):
                writer.text(kind, TEXT, number, Form.ITEM)
                leanings.append(leaning)
    return writer.made, leanings


USUAL = [("Styrkor", S, STRONG), ("Förbättringsområden", IMPROVEMENT, WEAK)]


def decided(*areas: Sequence[tuple[str, BlockKind, float]]) -> list[LabelledBlock]:
    blocks, leanings = report(areas)
    return [one for one in decide_lists(blocks, leanings, TAXONOMY) if one.kind in (S, IMPROVEMENT)]


def test_lists_that_agree_stay_and_nobody_is_asked() -> None:
    found = decided(USUAL, USUAL)
    assert [one.kind for one in found] == [*[S] * 4, *[IMPROVEMENT] * 4] * 2
    assert not any(one.doubts for one in found)


def test_items_under_a_title_take_its_label() -> None:
    found = decided(USUAL, USUAL, [("Styrkor", IMPROVEMENT, STRONG), ("Förbättringsområden", IMPROVEMENT, WEAK)])
    assert [one.kind for one in found[-8:-4]] == [S] * 4


def test_an_exchanged_list_is_asked_about() -> None:
    exchanged = [("Förbättringsområden", IMPROVEMENT, STRONG), ("Styrkor", S, WEAK)]
    found = decided(USUAL, USUAL, USUAL, exchanged)
    assert all(ASKED in one.doubts for one in found[-8:])
    assert not any(one.doubts for one in found[:-8])


def test_a_list_without_a_title_whose_words_are_of_the_other_is_asked_about() -> None:
    found = decided(USUAL, USUAL, [("", IMPROVEMENT, STRONG)])
    assert all(ASKED in one.doubts for one in found[-4:])


GOOD, LESS = "Det här är kommunen bra på", "Det här kan kommunen utveckla"


def test_titles_in_the_reports_own_words_are_told_by_all_that_stands_under_them() -> None:
    mistaken = [(GOOD, IMPROVEMENT, STRONG), (LESS, IMPROVEMENT, WEAK)]
    found = decided(mistaken, mistaken, mistaken)
    assert [one.kind for one in found] == [*[S] * 4, *[IMPROVEMENT] * 4] * 3
    assert not any(ASKED in one.doubts for one in found)


def test_own_titles_that_do_not_tell_are_asked_about() -> None:
    unclear = [("Utvärderarnas bild", IMPROVEMENT, 0.1), ("Vidare arbete", IMPROVEMENT, 0.1)]
    found = decided(unclear, unclear, unclear)
    assert all(ASKED in one.doubts for one in found)


def test_an_own_title_that_was_taken_for_an_item_heads_its_list() -> None:
    areas = []
    for _ in range(3):
        areas.append([("Kommunens styrkor", S, STRONG), ("", S, WEAK)])
    blocks, leanings = report(areas)
    writer = Writer()
    made: list[LabelledBlock] = []
    found: list[float] = []
    for place, (one, leaning) in enumerate(zip(blocks, leanings, strict=True)):
        if place % 9 == 5:  # before the second list
            writer.text(S, "Att arbeta vidare med", one.area, Form.PARAGRAPH)
            found.append(0.0)
        writer.text(one.kind, one.block.text, one.area, one.block.form)
        found.append(leaning)
        made = writer.made
    decided_ = decide_lists(made, found, TAXONOMY)
    kinds = [one.kind for one in decided_ if one.area == 2]
    assert kinds == [BlockKind.HEADING, *[S] * 4, BlockKind.HEADING, *[IMPROVEMENT] * 4]


def test_a_list_that_runs_on_in_the_next_column_keeps_its_title_where_the_other_comes_later() -> None:
    writer, leanings = Writer(), []
    for place, (title, kind) in enumerate((("Styrkor", S), ("Förbättringsområden", IMPROVEMENT))):
        region = f"p1z{place}"
        writer.text(BlockKind.HEADING, title, 1, column=Column(region, 0, 2))
        for column in (0, 1):
            for _ in range(3):
                labelled = kind if column == 0 else IMPROVEMENT
                writer.text(labelled, TEXT, 1, Form.ITEM, column=Column(region, column, 2))
    leanings = [0.1] * len(writer.made)
    found = decide_lists(writer.made, leanings, TAXONOMY)
    assert [one.kind for one in found] == [
        BlockKind.HEADING, *[S] * 6, BlockKind.HEADING, *[IMPROVEMENT] * 6,
    ]  # fmt: skip


def test_texts_between_the_titles_of_the_two_lists_are_items() -> None:
    writer = Writer()
    writer.text(BlockKind.NARRATIVE, TEXT, 1)
    writer.text(BlockKind.HEADING, "Styrkor", 1)
    for _ in range(2):
        writer.text(BlockKind.NARRATIVE, TEXT, 1)
    writer.text(BlockKind.HEADING, "Förbättringsområden", 1)
    writer.text(IMPROVEMENT, TEXT, 1, Form.ITEM)
    writer.text(BlockKind.HEADING, "Sammanfattning", 1)
    writer.text(BlockKind.NARRATIVE, TEXT, 1)
    found = decide_lists(writer.made, [0.1] * len(writer.made), TAXONOMY)
    kinds = [one.kind for one in found if one.kind is not BlockKind.HEADING]
    assert kinds == [BlockKind.NARRATIVE, S, S, IMPROVEMENT, BlockKind.NARRATIVE]
    assert all(ASKED in one.doubts for one in found[2:4])


def test_a_heading_that_is_all_that_stands_under_a_title_is_its_item() -> None:
    writer = Writer(class_confidence=0.6)
    for number, below in ((1, "Område 2 Styrning"), (2, "Sammanfattning")):
        writer.text(BlockKind.HEADING, "Förbättringsområden", number)
        writer.text(BlockKind.HEADING, "Arbete kring bevarande av mångfald", number)
        writer.text(BlockKind.HEADING, below, 2 if number == 1 else number)
    found = decide_lists(writer.made, [0.0] * 6, TAXONOMY)
    assert [one.kind is IMPROVEMENT for one in found] == [False, True, False, False, False, False]
    assert ASKED in found[1].doubts


def test_a_sentence_that_introduces_marked_items_is_no_item() -> None:
    writer = Writer()
    for number in (1, 2):
        writer.text(BlockKind.HEADING, "Styrkor", number)
        writer.text(S, "Följande styrkor har noterats.", number)
        for _ in range(3):
            writer.text(S, TEXT, number, Form.ITEM)
    marked = [
        replace(one, block=replace(one.block, bulleted=True, box=one.block.box.grown(-16.0)))
        if one.block.form is Form.ITEM
        else one
        for one in writer.made
    ]
    found = decide_lists(marked, [0.0 if one.kind is BlockKind.HEADING else STRONG for one in marked], TAXONOMY)
    kinds = [one.kind for one in found if one.block.text.startswith("Följande")]
    assert kinds == [BlockKind.NARRATIVE, BlockKind.NARRATIVE]
    assert sum(one.kind is S for one in found) == 6


def test_a_heading_in_letters_of_texts_between_two_titles_is_an_item_to_ask_about() -> None:
    writer = Writer()
    writer.text(BlockKind.HEADING, "Styrkor", 1)
    writer.text(S, TEXT, 1, Form.ITEM)
    writer.text(BlockKind.HEADING, "Arbetet med social hållbarhet", 1)
    writer.text(BlockKind.NARRATIVE, TEXT, 1)
    writer.text(BlockKind.HEADING, "Förbättringsområden", 1)
    writer.text(IMPROVEMENT, TEXT, 1, Form.ITEM)
    size, weight = writer.made[1].block.size, writer.made[1].block.weight
    plain = [replace(one, block=replace(one.block, size=size, weight=weight)) for one in writer.made]
    found = decide_lists(plain, [0.0] * len(plain), TAXONOMY)
    assert [one.kind for one in found[1:4]] == [S, S, S]
    assert ASKED in found[2].doubts
    bold = [replace(plain[2], block=replace(plain[2].block, weight=1.5 * max(1.0, weight)))]
    kept = decide_lists([*plain[:2], *bold, *plain[3:]], [0.0] * len(plain), TAXONOMY)
    assert kept[2].kind is BlockKind.HEADING
