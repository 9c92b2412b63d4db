"""What a letter's height and a dash's length tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompass_extract.model.document import Word
from kompass_extract.model.geometry import Box
from kompass_extract.pages.text_layer import X_HEIGHT
from kompass_extract.words.glyph_shapes import capital_height, measured_dash, with_measured_initial, with_measured_stops

EM = 8.0


def line(text: str) -> tuple[Word, ...]:
    return tuple(
        Word(word, Box(20.0 * place, 0, 20.0 * place + 15, EM), 0.9) for place, word in enumerate(text.split())
    )


@pytest.mark.parametrize(
    ("text", "measured", "height"),
    [
        ("Det finns en strategi", EM, EM),
        ("dimensionerna men även i samlad form", EM, EM),
        ("utmaningarna", EM, EM),
        ("av en man som ser", X_HEIGHT * EM, EM),
        ("resurser i samma rum", X_HEIGHT * EM, EM),
        ("2023", EM, EM),
    ],
)
def test_a_lines_capitals_are_as_high_whichever_letters_it_has(text: str, measured: float, height: float) -> None:
    assert capital_height(measured, line(text), EM) == pytest.approx(height, rel=0.01)


@given(st.text("acdimnorsåt ", min_size=1, max_size=30), st.floats(3, 30), st.floats(3, 30))
def test_a_capital_is_never_lower_than_what_was_measured(text: str, measured: float, em: float) -> None:
    assert measured <= capital_height(measured, line(text), em) <= measured / X_HEIGHT + 1e-9


def initial(text: str, height: float, width: float = 5.0) -> str:
    words = with_measured_initial(line(text), EM, lambda word: Box(0, 0, width, height))
    return " ".join(word.text for word in words)


def test_the_first_letter_is_a_capital_when_it_is_as_high_as_one() -> None:
    assert initial("styrkor", EM) == "Styrkor"
    assert initial("styrkor", X_HEIGHT * EM) == "styrkor"
    assert initial("utmaningarna till alla", EM, width=9.0) == "utmaningarna till alla", "u and t touch"
    assert initial("vilket ansvar till", EM, width=0.95 * EM) == "Vilket ansvar till", "a V is wider than others"
    assert initial("webben till alla", EM, width=1.2 * EM) == "Webben till alla"
    assert initial("vilket ansvar till", EM, width=1.2 * EM) == "vilket ansvar till", "v and i touch"
    assert initial("ett stort blad", EM) == "ett stort blad", "no capital looks like e"
    assert initial("som en", EM) == "som en", "nothing shows how high a capital is"


def test_a_letter_no_higher_than_its_neighbours_is_no_capital_where_the_line_is_cut() -> None:
    letters = line("syfte att kontinuerligt")
    whole, cut = X_HEIGHT * EM, 0.95 * EM
    assert with_measured_initial(letters, EM, lambda word: Box(0, 0, 5, EM), lambda: whole)[0].text == "Syfte"
    assert with_measured_initial(letters, EM, lambda word: Box(0, 0, 5, EM), lambda: cut)[0].text == "syfte"


def test_a_number_before_the_first_word_is_passed_over() -> None:
    assert initial("4.2 vilket ansvar har", EM) == "4.2 Vilket ansvar har"
    assert initial("4.2 vilket ansvar har", X_HEIGHT * EM) == "4.2 vilket ansvar har"
    assert initial("2 %", EM) == "2 %"


def test_what_was_read_is_kept_beside_the_capital() -> None:
    words = with_measured_initial(line("stöd till handeln"), EM, lambda word: Box(0, 0, 5, EM))
    assert (words[0].text, words[0].raw) == ("Stöd", "stöd")
    assert words[1:] == line("stöd till handeln")[1:]


def test_a_letter_that_is_not_found_changes_nothing() -> None:
    assert with_measured_initial(line("stöd till"), EM, lambda word: None) == line("stöd till")


@pytest.mark.parametrize(("width", "dash"), [(3.0, "-"), (6.5, "–"), (11.0, "—")])
def test_dashes_are_told_by_their_length(width: float, dash: str) -> None:
    assert measured_dash(Word("-", Box(0, 0, width, 1), 0.9), EM).text == dash


@pytest.mark.parametrize(("sign", "read"), [((1.6, 0.0), "kommunen."), ((4.0, 2.0), "kommunen,"), (None, "kommunen,")])
def test_a_comma_that_stands_on_the_baseline_is_a_stop(sign: tuple[float, float] | None, read: str) -> None:
    box = None if sign is None else Box(50, 100 + sign[1] - sign[0], 52, 100 + sign[1])
    (word,) = with_measured_stops(line("kommunen,"), EM, 100.0, lambda word: box)
    assert (word.text, word.raw) == (read, None if read.endswith(",") else "kommunen,")
