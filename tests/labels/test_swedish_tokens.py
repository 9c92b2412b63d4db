"""Swedish tokens: what the rules give, and that spaCy gives the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kompass_extract.labels.swedish_tokens import token_rules

TEXTS = sorted((Path(__file__).parents[2] / "gold" / "text").glob("*.txt"))
SIGNS = "aåÄöB z 1 2 .,:;!?()[]\"'’”“-–—…/=<>§%€°²@_#*&+~\n\t\u00a0  ☺©"
MADE = 500


def words(text: str) -> list[str]:
    return [token.text for token in token_rules().tokens(text)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("Kommunen har mål.", ["Kommunen", "har", "mål", "."]),
        ("(t.ex. budget, m.m.)", ["(", "t.ex.", "budget", ",", "m.m.", ")"]),
        ("Än 2000 m. Peka i.", ["Än", "2000", "m", ".", "Peka", "i", "."]),
        ("75% av 3,5 km/h", ["75", "%", "av", "3,5", "km", "/", "h"]),
        ("se www.sala.se/mål.", ["se", "www.sala.se/mål", "."]),
        ("a  b\n", ["a", " ", "b", "\n"]),
        ("för- och nackdelar", ["för-", "och", "nackdelar"]),
        ("bra :) ja", ["bra", ":)", "ja"]),
    ],
)
def test_a_text_is_cut_at_its_signs(text: str, tokens: list[str]) -> None:
    assert words(text) == tokens


def test_sentences_begin_after_their_ends_and_the_signs_behind_them() -> None:
    tokens = token_rules().tokens('Mål finns." De är få! (Tre.) Ja')
    assert [tokens[start].text for start in token_rules().sentence_starts(tokens)] == ["Mål", "De", "Tre", "Ja"]


@pytest.mark.parametrize("text", ["12", "+3,5", "1/2", "sju", "Hundra", "1.000"])
def test_numbers_are_digits_fractions_and_numerals(text: str) -> None:
    assert token_rules().is_number(text)


@pytest.mark.parametrize("text", ["", "mål", "1/2/3", "3a", "+"])
def test_other_words_are_no_numbers(text: str) -> None:
    assert not token_rules().is_number(text)


def test_the_rules_are_those_of_the_installed_spacy() -> None:
    pytest.importorskip("spacy")
    from kompass_extract.training.fit_labels.token_rules import rules_of_spacy

    assert rules_of_spacy().record() == token_rules().record()


def test_spacy_makes_the_same_tokens_and_sentences() -> None:
    spacy = pytest.importorskip("spacy")
    rules = token_rules()
    nlp = spacy.blank("sv")
    nlp.add_pipe("sentencizer")
    for text in _texts(list(rules.cases)):
        own, other = rules.tokens(text), nlp(text)
        assert [token.text for token in own] == [token.text for token in other]
        assert rules.sentence_starts(own) == [sentence.start for sentence in other.sents]
        kinds = [
            (one.is_punct, one.is_space, rules.is_number(one.text), one.text.lower() in rules.stop_words) for one in own
        ]
        assert kinds == [(one.is_punct, one.is_space, one.like_num, one.is_stop) for one in other]


def _texts(cases: list[str]) -> list[str]:
    """Lines of reports, signs at random, and cases of their own among them."""
    dice = random.Random(11)
    lines = [line for path in TEXTS for line in path.read_text("utf-8").splitlines() if line]
    signs = ["".join(dice.choices(SIGNS, k=dice.randint(1, 30))) for _ in range(MADE)]
    mixed = ["".join(dice.choices([*dice.choices(cases, k=4), *SIGNS], k=dice.randint(1, 8))) for _ in range(MADE)]
    return [*dice.sample(lines, MADE), *signs, *mixed]
