"""The tokens and sentences of a text are those of spaCy, whose rules they follow."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompass_extract.labels.spacy_tokens import is_number, is_punctuation, is_stop_word, sentence_starts, tokenize

pytest.importorskip("spacy")
GOLD_TEXTS = sorted((Path(__file__).parents[2] / "gold" / "text").glob("*.txt"))
SIGNS = "abcdefghijklmnopqrstuvwxyzåäöÅÄÖABC0123456789 \n\t.,:;!?-–—()[]/\"'”’…%§+=<>*@•°\xa0"
PIECES = st.sampled_from(
    ["t.ex.", "bl.a.", "m.m.", "i.", "°C.", ":-)", "(:", "12,5", "1/2", "40%", "5km", "www.sala.se", "http://a.se/b?c=1",
     "e-post", "och/eller", "A4", "”", "…", " ", "  ", "\n", "Kommunen", "tre", "utan", "a@b.se", "''", "s", ")", "."]
)  # fmt: skip


@cache
def swedish():
    from kompass_extract.training.fit_labels.token_rules import swedish

    return swedish()


def ours(text: str) -> list[tuple[str, bool, bool, bool, bool]]:
    tokens = tokenize(text)
    starts = set(sentence_starts(tokens))
    return [
        (token, place in starts, is_punctuation(token), is_stop_word(token), is_number(token))
        for place, token in enumerate(tokens)
    ]


def theirs(text: str) -> list[tuple[str, bool, bool, bool, bool]]:
    return [
        (token.text, bool(token.is_sent_start), token.is_punct, token.is_stop, token.like_num)
        for token in swedish()(text)
    ]


def test_rules_are_those_of_the_installed_spacy() -> None:
    from kompass_extract.training.fit_labels.token_rules import spacy_rules

    kept = json.loads(files("kompass_extract.labels").joinpath("tokens.json").read_text("utf-8"))
    assert kept == json.loads(json.dumps(spacy_rules()))


@pytest.mark.parametrize("path", GOLD_TEXTS, ids=lambda path: path.stem)
def test_tokens_of_whole_reports_are_those_of_spacy(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    for start in range(0, len(text), 280):
        piece = text[start : start + 280]
        assert ours(piece) == theirs(piece)


@settings(max_examples=400, deadline=None)
@given(st.text(SIGNS, max_size=40))
def test_tokens_of_any_signs_are_those_of_spacy(text: str) -> None:
    assert ours(text) == theirs(text)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_tokens_of_hard_pieces_are_those_of_spacy(text: str) -> None:
    assert ours(text) == theirs(text)
