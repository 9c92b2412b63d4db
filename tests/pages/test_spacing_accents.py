"""Accents that are signs of their own over a letter, as TeX's old fonts have them, make one letter with it."""

from __future__ import annotations

import numpy as np

from kompass_extract.pages.seen_text import Characters
from kompass_extract.pages.spacing_accents import accents_over_letters, with_accent

LETTER, ABOVE, BESIDE = (100.0, 50.0, 106.0, 55.0), (101.0, 47.0, 105.0, 48.5), (108.0, 47.0, 112.0, 48.5)


def characters(*placed: tuple[str, tuple[float, float, float, float]]) -> Characters:
    codes = np.array([ord(sign) for sign, _ in placed])
    return Characters(codes, np.array([box for _, box in placed]), np.zeros(len(placed)))


def owners(found: Characters) -> dict[int, int]:
    return accents_over_letters(found, np.ones(len(found), np.bool_))


def test_an_accent_over_a_letter_is_its_own_before_or_after_it() -> None:
    before = characters(("¨", ABOVE), ("a", LETTER))
    after = characters(("O", LETTER), ("x", (200.0, 50.0, 206.0, 55.0)), ("¨", ABOVE))
    assert owners(before) == {0: 1}
    assert with_accent(before, 1, 0) == "ä"
    assert owners(after) == {2: 0}
    assert with_accent(after, 0, 2) == "Ö"
    assert with_accent(characters(("˚", ABOVE), ("a", LETTER)), 1, 0) == "å"


def test_an_accent_beside_a_letter_or_over_one_that_takes_none_stays() -> None:
    assert owners(characters(("´", BESIDE), ("a", LETTER))) == {}
    assert owners(characters(("˚", ABOVE), ("k", LETTER))) == {}
