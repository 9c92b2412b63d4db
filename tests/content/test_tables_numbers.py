"""Number cells as readers deliver them, and what they can mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompass_extract.content.numbers import (
    CandidateOrigin,
    NumberKind,
    holds_number,
    interpret,
    looks_numeric,
    neighbours,
    read_number,
    read_words,
    strict,
)
from kompass_extract.model.document import Word
from kompass_extract.model.geometry import Box

POINTS, PERCENT = NumberKind.POINTS, NumberKind.PERCENT


@pytest.mark.parametrize(
    ("text", "value"),
    [("70 %", 70), ("70%", 70), ("100 %", 100), ("0 %", 0), ("7090", None), ("101 %", None), ("70", None), ("", None)],
)
def test_strict_percent(text: str, value: int | None) -> None:
    assert strict(text, PERCENT) == value


@pytest.mark.parametrize(("text", "value"), [("13", 13), ("|13", 13), ("13.", 13), ("l3", None), ("07", None)])
def test_strict_points(text: str, value: int | None) -> None:
    assert strict(text, POINTS) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("45N", 45), ("7090", 70), ("10096", 100), ("459", 45), ("4Z", 42), ("87o/o", 87), ("45 00", 45), ("5 90", 5)],
)
def test_misread_percent_sign_leaves_the_number_as_best(text: str, value: int) -> None:
    reading = read_number(text, PERCENT, 0.9)
    assert reading.best == value
    assert not reading.certain
    assert reading.printed is None


@pytest.mark.parametrize(("text", "value"), [("S1%", 51), ("l5 %", 15), ("6O %", 60)])
def test_letters_for_digits_are_candidates_with_their_reason(text: str, value: int) -> None:
    best = read_number(text, PERCENT, 0.9).candidates[0]
    assert (best.value, best.origin) == (value, CandidateOrigin.LETTERS)
    assert best.weight < 0.95


def test_nothing_numeric_gives_no_candidate() -> None:
    for text in ("?", "—", "", "mål"):
        assert read_number(text, POINTS, 0.9).candidates == ()


def test_question_mark_stands_for_any_digit() -> None:
    assert {one.value for one in interpret("5?", POINTS)} == set(range(50, 60))


def test_typical_confusions_are_neighbours() -> None:
    assert 17 in neighbours(11, POINTS)
    assert 18 in neighbours(13, POINTS)
    assert 16 in neighbours(15, POINTS)
    assert 15 in neighbours(5, POINTS), "a first digit can be lost"


def word(text: str, confidence: float, *alternatives: str, raw: str | None = None) -> Word:
    return Word(text, Box(0, 0, 10, 10), confidence, alternatives, raw)


def test_two_readers_that_agree_are_certain_and_one_is_not() -> None:
    assert read_words([word("13", 0.9, "13")], POINTS).certain
    assert read_words([word("70%", 0.9, "70")], PERCENT).certain
    assert not read_words([word("13", 0.9)], POINTS).certain
    assert not read_words([word("13", 0.9, "18")], POINTS).certain


def test_second_reading_is_a_candidate_and_raw_is_the_first_readers() -> None:
    reading = read_words([word("70 %", 0.8, "7090", raw="7090")], PERCENT)
    assert reading.raw == "7090"
    assert reading.best == 70
    differing = read_words([word("13", 0.6, "18")], POINTS)
    weights = {one.value: one.weight for one in differing.candidates}
    assert weights[18] > weights[15] > 0


@pytest.mark.parametrize(
    ("text", "value"), [("79924", 79), ("53946", 53), ("51246", 51), ("51 246", 51), ("100924", 100), ("0 246", 0)]
)
def test_a_percent_sign_after_a_space_leaves_up_to_three_digits(text: str, value: int) -> None:
    assert looks_numeric(text)
    assert read_number(text, PERCENT, 0.7).best == value


def test_digits_that_may_be_two_percentages_offer_both() -> None:
    assert {5, 59} <= {candidate.value for candidate in read_number("5924", PERCENT, 0.7).candidates[:2]}


def test_a_word_that_another_reader_knows_as_a_percentage_holds_a_number() -> None:
    assert holds_number(word("B2YoYo9", 0.6, "82 %"))
    assert not holds_number(word("Finns", 0.6, "Finna"))


def test_numeric_words_are_told_from_words() -> None:
    assert all(looks_numeric(text) for text in ("13", "70 %", "45N", "S1%", "?", "7090"))
    assert not any(looks_numeric(text) for text in ("Finns", "mål?", "och", "i", "SKL", "demokrati13och"))


@given(
    st.text(max_size=8), st.sampled_from(list(NumberKind)), st.floats(0, 1), st.lists(st.text(max_size=5), max_size=2)
)
def test_candidates_are_in_range_and_weights_sum_to_one(
    text: str, kind: NumberKind, confidence: float, others: list[str]
) -> None:
    reading = read_number(text, kind, confidence, others)
    assert reading.raw == text
    assert all(0 <= candidate.value <= 100 for candidate in reading.candidates)
    assert len({candidate.value for candidate in reading.candidates}) == len(reading.candidates)
    if reading.candidates:
        assert sum(candidate.weight for candidate in reading.candidates) == pytest.approx(1.0)


@given(st.integers(0, 100), st.sampled_from(list(NumberKind)))
def test_a_well_formed_number_is_its_own_best_reading(value: int, kind: NumberKind) -> None:
    text = f"{value} %" if kind is PERCENT else str(value)
    assert read_number(text, kind, 0.9).best == value
