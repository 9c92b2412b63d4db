"""Signs that stand for letters in a file read in a wrong encoding become letters; signs of a good file stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from kompass_extract.repair import Repairer, load
from kompass_extract.repair.foreign_letters import with_own_letters

GOLD = Path(__file__).parents[2] / "gold" / "text"
TEXT = (GOLD / "hoganas-2018.ocr.txt").read_text(encoding="utf-8")
LETTERS = "åäöÅÄÖ"


@pytest.fixture(scope="module")
def repairer() -> Repairer:
    return load()


def read(repairer: Repairer, text: str) -> Sequence[str]:
    return with_own_letters(text.split("\n"), repairer.knows)


@pytest.mark.parametrize(
    ("written", "taken_for"),
    [
        ("mac_roman", "cp1252"),
        ("cp850", "cp1252"),
        ("cp1252", "mac_roman"),
        ("cp1252", "iso8859-7"),
        ("cp1252", "cp1251"),
    ],
)
def test_a_file_read_in_a_wrong_encoding_has_its_letters(repairer: Repairer, written: str, taken_for: str) -> None:
    plain = TEXT.encode(written, "ignore").decode(written)
    strange = plain.encode(written).decode(taken_for, "replace")
    no_sign_for = [after if after == "\ufffd" else before for before, after in zip(plain, strange, strict=True)]
    assert list(read(repairer, strange)) == "".join(no_sign_for).split("\n")


def test_letters_of_another_alphabet_that_look_alike_are_the_report_s_own(repairer: Repairer) -> None:
    text = re.sub("<[^<>]*>", "", TEXT)
    cyrillic = text.translate(str.maketrans("aeocpx", "аеосрх"))
    assert list(read(repairer, cyrillic)) == text.split("\n")


def test_two_letters_for_one_are_one_and_other_words_keep_theirs(repairer: Repairer) -> None:
    pairs = {"å": "aa", "ä": "ae", "ö": "oe", "Å": "Aa", "Ä": "Ae", "Ö": "Oe"}
    text = TEXT + "\nEn poet från Israel"
    written = "".join(pairs.get(sign, sign) for sign in text)
    found = read(repairer, written)
    wrong = [(a, b) for a, b in zip(found, text.split("\n"), strict=True) if a != b]
    assert len(wrong) <= 0.01 * len(found)
    assert found[-1] == "En poet från Israel"


@pytest.mark.parametrize("sign", ["□", "_", "¤"])
def test_one_sign_for_several_letters_has_lost_them(repairer: Repairer, sign: str) -> None:
    found = "\n".join(read(repairer, "".join(sign if letter in LETTERS else letter for letter in TEXT)))
    lost = "".join("\ufffd" if letter in LETTERS else letter for letter in TEXT)
    assert sum(a != b for a, b in zip(found, lost, strict=True)) <= 0.01 * sum(letter in LETTERS for letter in TEXT)


@pytest.mark.parametrize("name", ["hoganas-2018.ocr.txt", "sala-2023.ocr.txt", "amal-2019-areas-1-4.ocr.txt"])
def test_a_good_file_stays_as_it_is(repairer: Repairer, name: str) -> None:
    lines = (GOLD / name).read_text(encoding="utf-8").split("\n")
    assert with_own_letters(lines, repairer.knows) == lines


def test_tags_and_list_marks_stay(repairer: Repairer) -> None:
    line = '<ul class="förslag">□ □rende f□r n□mnden □ M□l</ul>'
    assert read(repairer, "\n".join([line, *["f□r att n□ m□len p□ □r"] * 9]))[0] == (
        '<ul class="förslag">□ \ufffdrende f\ufffdr n\ufffdmnden □ M\ufffdl</ul>'
    )
