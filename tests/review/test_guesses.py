"""What the machine offers for a value in doubt: single places of a text, the edition's wording, joined neighbours."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompass_extract.model.pointers import changed as with_fields
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.model.report import Alternative, Report
from kompass_extract.review import Action
from kompass_extract.review.service.desk_values import Conflict, Order
from kompass_extract.review.service.doubt_spots import Edit, changed, choices_of, pieces_of, spots_of
from tests.support.desk_archive import SALA, decided, desk_of, shown
from tests.support.reviewed import gold_report

QUESTION = "/areas/3/score_table/rows/1/question"
FIRST, SECOND = "/areas/6/narrative/0/paragraphs/0", "/areas/6/narrative/0/paragraphs/1"


def firsts(text: str, *told: Reason) -> list[str]:
    """The whole texts that are offered, in order."""
    return [changed(text, edits) for edits in choices_of(spots_of(text, told))]


@pytest.mark.parametrize(
    ("text", "told", "offered"),
    [
        ("ett grepp Kring området", reason("stop-may-be-lost", text="grepp Kring"), "ett grepp. Kring området"),
        ("av målen, En vision", reason("stop-may-be-lost", text="målen, En"), "av målen. En vision"),
        ("i en Kommun ska", reason("stop-may-be-lost", text="en Kommun"), "i en kommun ska"),
        ("kommunen. sin vision", reason("stop-in-sentence", text="kommunen. sin"), "kommunen sin vision"),
        ("en kanal. men inte", reason("stop-in-sentence", text="kanal. men"), "en kanal, men inte"),
        ("att utveckla,", reason("ends-mid-sentence"), "att utveckla."),
        ("”rullande 12”", reason("ends-mid-sentence"), "”rullande 12”."),
        ("flera kommuiner har", reason("word-may-be", word="kommuiner", others=["kommuner"]), "flera kommuner har"),
        ("Ext steg", reason("word-may-be", word="Ext", others=["ett"]), "Ett steg"),
    ],
)  # fmt: skip
def test_the_likeliest_reading_comes_first(text: str, told: Reason, offered: str) -> None:
    assert firsts(text, told)[0] == offered


def test_all_places_together_come_before_each_alone() -> None:
    told = [reason("stop-may-be-lost", text="ord Det"), reason("word-may-be", word="eri", others=["en"])]
    assert firsts("ett ord Det är eri kommun", *told)[:3] == [
        "ett ord. Det är en kommun", "ett ord. Det är eri kommun", "ett ord Det är en kommun",
    ]  # fmt: skip


def test_a_capital_i_read_as_l_and_a_space_before_a_stop_are_offered() -> None:
    assert firsts("att införa Al vid intervjuer”  .")[0] == "att införa AI vid intervjuer”."
    assert firsts("Al är ett träd. Bl.a. El och Ali") == []


def test_a_swedish_word_is_not_exchanged_for_one_that_is_none() -> None:
    told = reason("word-may-be", word="detta", others=["dettä"])
    assert spots_of("är detta så", [told], knows=lambda word: word == "detta") == ()
    assert len(spots_of("är detta så", [told])) == 1


def test_words_before_the_repair_can_be_cycled_to_but_are_no_choice() -> None:
    found = spots_of("ska använda det", [], "ska änvända det")
    assert [one.readings for one in found] == [("änvända",)]
    assert list(choices_of(found)) == []


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=12))
def test_places_never_overlap_and_edits_only_change_theirs(text: str, raw: str, word: str) -> None:
    told = [
        reason("word-may-be", word=word, others=["x"]), reason("stop-may-be-lost", text=word),
        reason("stop-in-sentence", text=f"{word}. a"), reason("sign-inside-word", text=word),
        reason("ends-mid-sentence"),
    ]  # fmt: skip
    found = spots_of(text, told, raw)
    assert all(one.end <= other.start for one, other in pairwise(found))
    for edits in choices_of(found):
        assert changed(text, edits) != text
        assert pieces_of(text, edits)
    assert changed(text, [Edit(one.start, one.end, text[one.start : one.end]) for one in found]) == text


def asked(report: Report, reasons: dict[str, list[Reason]], values: dict[str, str]) -> Report:
    return with_fields(
        report,
        lambda pointer, one: (
            one.model_copy(
                update={"needs_review": True, "reasons": reasons[pointer], "value": values.get(pointer, one.value)}
            )
            if pointer in reasons
            else one
        ),
    )


def test_the_wording_of_the_edition_is_offered_for_a_question(tmp_path: Path) -> None:
    report = gold_report("hoganas-2018")
    right = str(report.areas[3].score_table.rows[1].question.value)
    read = right.replace("e", "é", 2)
    one = asked(report, {QUESTION: [reason("letters-from-known")]}, {QUESTION: read})
    desk = desk_of(tmp_path, one)
    guesses = desk.item("hoganas-2018", QUESTION, reviewer="anna").guesses
    assert right in [guess.value for guess in guesses]
    assert all(guess.action is Action.CORRECT for guess in guesses)


def test_other_readings_of_a_number_are_offered_but_for_the_value_and_as_many_as_there_are_digits(
    tmp_path: Path,
) -> None:
    others = [Alternative(value=value, confidence=0.1) for value in (45, *range(50, 65))]
    one = with_fields(
        gold_report("hoganas-2018"),
        lambda pointer, field: (
            field.model_copy(update={"value": 45, "needs_review": True, "alternatives": others})
            if pointer == "/areas/0/score"
            else field
        ),
    )
    guesses = desk_of(tmp_path, one).item("hoganas-2018", "/areas/0/score", reviewer="anna").guesses
    assert [guess.value for guess in guesses] == list(range(50, 59))


def cut(report: Report) -> tuple[Report, str]:
    """The report with a paragraph cut in two, and the whole of it."""
    whole = str(report.areas[6].narrative[0].paragraphs[0].value)
    words = whole.split(" ")
    told = {FIRST: [reason("ends-mid-sentence")], SECOND: [reason("lower-case-start")]}
    texts = {FIRST: " ".join(words[:12]), SECOND: " ".join(words[12:])}
    return asked(report, told, texts), whole


def test_a_text_cut_in_two_is_joined_by_one_choice_from_either_part(tmp_path: Path) -> None:
    report, whole = cut(gold_report())
    desk = desk_of(tmp_path, report)
    for pointer in (FIRST, SECOND):
        one = next(guess for guess in shown(desk, pointer).guesses if guess.action is Action.JOIN)
        assert (one.value, one.pointer, one.other) == (whole, FIRST, SECOND)
    order = Order(
        action=Action.JOIN, pointer=one.pointer, value=one.value, other=one.other, other_seen=one.other_version
    )
    desk.decide(SALA, order, by="anna", seen=one.version)
    assert shown(desk, FIRST).value == whole
    assert shown(desk, FIRST).guesses == ()


def test_a_join_over_a_neighbour_that_changed_meanwhile_is_a_conflict(tmp_path: Path) -> None:
    report, whole = cut(gold_report())
    desk = desk_of(tmp_path, report)
    one = next(guess for guess in shown(desk, FIRST).guesses if guess.action is Action.JOIN)
    decided(desk, SECOND, Action.CORRECT, by="bo", value="något helt annat")
    order = Order(action=Action.JOIN, pointer=FIRST, value=whole, other=SECOND, other_seen=one.other_version)
    assert isinstance(desk.decide(SALA, order, by="anna", seen=one.version), Conflict)
    assert shown(desk, SECOND).value == "något helt annat"
