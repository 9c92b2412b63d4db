"""One text, one report: whatever its encoding, line ends and characters' forms are; and what stood there is kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompass_extract.blocks.plain_text import read_lines
from kompass_extract.blocks.plain_text.encoding import decode
from kompass_extract.blocks.plain_text.origins import raw_marks
from kompass_extract.errors import UnreadableFileError
from kompass_extract.model.mojibake import same_text, undone
from kompass_extract.model.pointers import fields
from kompass_extract.model.report import Report
from kompass_extract.model.text_forms import MOST_MARKS, composed, normal_text, unescaped
from kompass_extract.pipeline import Tools, extract

TEXTS = Path(__file__).parents[2] / "gold" / "text"
HOGANAS = (TEXTS / "hoganas-2018.ocr.txt").read_text("utf-8")
SWEDISH = st.text(alphabet="abcdefgåäöÅÄÖé 12.,-–”•\n", min_size=1, max_size=200)


def encoded_again(text: str, encoding: str, times: int) -> str:
    for _ in range(times):
        text = text.encode("utf-8").decode(encoding, "replace")
    return text


def with_soft_hyphens(text: str) -> str:
    """A soft hyphen within each word of six letters and more."""
    return " ".join(
        word[:3] + "\u00ad" + word[3:] if len(word) > 5 and word.isalpha() else word for word in text.split(" ")
    )


FORMS: dict[str, Callable[[str], bytes]] = {
    "utf-8 with mark": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 without mark": lambda text: text.encode("utf-16-be"),
    "decomposed": lambda text: unicodedata.normalize("NFD", text).encode(),
    "windows line ends": lambda text: text.replace("\n", "\r\n").encode(),
    "twice windows line ends": lambda text: text.replace("\n", "\r\r\n").encode(),
    "old line ends": lambda text: text.replace("\n", "\r").encode(),
    "soft hyphens": lambda text: with_soft_hyphens(text).encode(),
    "zero width": lambda text: text.replace("a", "a\u200b").replace("k", "\u2060k").encode(),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0").encode(),
    "full-width digits": lambda text: text.translate({48 + n: 0xFF10 + n for n in range(10)}).encode(),
    "ligatures": lambda text: text.replace("ffi", "\ufb03").replace("fi", "\ufb01").replace("fl", "\ufb02").encode(),
    "as windows-1252": lambda text: encoded_again(text, "cp1252", 1).encode(),
    "twice as windows-1252": lambda text: encoded_again(text, "cp1252", 2).encode(),
    "as latin-1": lambda text: encoded_again(text, "latin-1", 1).encode(),
    "as mac roman": lambda text: encoded_again(text, "mac_roman", 1).encode(),
    "twice as mac roman": lambda text: encoded_again(text, "mac_roman", 2).encode(),
    "windows-1252": lambda text: text.encode("cp1252"),
    "mac roman": lambda text: text.encode("mac_roman"),
    "dos": lambda text: text.encode("cp850", "replace"),
}


@pytest.mark.parametrize("form", [name for name in FORMS if name != "dos"])
@pytest.mark.parametrize("name", ["hoganas-2018.ocr.txt", "sala-2023.ocr.txt", "amal-2019-areas-1-4.restored.txt"])
def test_every_form_of_a_text_has_the_same_lines(name: str, form: str, tmp_path: Path) -> None:
    text = (TEXTS / name).read_text("utf-8")
    plain, other = tmp_path / "plain.txt", tmp_path / "other.txt"
    plain.write_bytes(text.encode())
    other.write_bytes(FORMS[form](text))
    assert read_lines(other) == read_lines(plain)


def test_dos_text_keeps_its_letters() -> None:
    assert decode(FORMS["dos"]("Område 1: Höganäs är på väg")) == "Område 1: Höganäs är på väg"


@given(SWEDISH, st.sampled_from(["cp1252", "latin-1", "mac_roman", "cp437"]), st.integers(1, 3))
def test_double_encodings_are_read_back(text: str, encoding: str, times: int) -> None:
    spoken = f"för {text}"
    assert normal_text(undone(encoded_again(spoken, encoding, times))) == normal_text(spoken)


@given(st.text(alphabet=st.characters(codec="cp1252", exclude_characters="ÃÂ"), max_size=200))
def test_what_was_encoded_once_stays(text: str) -> None:
    assert undone(text) == text or not set(text).isdisjoint("âÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáãäåæçèéêëìíîï├√")


@given(st.text(max_size=300))
def test_the_normal_form_is_its_own(text: str) -> None:
    once = normal_text(text)
    assert normal_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_long_runs_of_marks_and_references_take_no_time() -> None:
    assert len(composed("a" + "\u0301\u0327" * 400_000)) <= MOST_MARKS + 1
    assert unescaped("&#" + "9" * 5_000 + ";&aring;") == "\ufffdå"


def test_hyphens_of_a_layer() -> None:
    assert normal_text("med\u00adborgare") == "medborgare"
    assert normal_text("med\u00ad") == "med\u00ad"


def test_what_stood_there_is_told() -> None:
    marks = raw_marks(["fÃ¶r med\u00adborgare nu"], ["för medborgare nu"])
    assert {place: mark.raw for place, mark in marks[0].items()} == {0: "fÃ¶r", 1: "med\u00adborgare"}
    assert same_text("fÃ¶r med\u00adborgare", "för medborgare")
    assert not same_text("for", "för")


def test_binary_data_is_refused() -> None:
    with pytest.raises(UnreadableFileError):
        decode(b"\x00\x01\x02\xff" * 100)


@pytest.fixture(scope="module")
def tools() -> Tools:
    return Tools.default(jobs=1)


def read(data: bytes, folder: Path, tools: Tools) -> Report:
    path = folder / "report.txt"
    path.write_bytes(data)
    return extract(path, tools=tools)


def values(report: Report) -> dict[str, tuple[object, bool]]:
    return {pointer: (field.value, field.needs_review) for pointer, field in fields(report)}


@pytest.mark.parametrize("form", ["soft hyphens", "twice as windows-1252"])
def test_every_form_of_a_text_gives_the_same_report(form: str, tmp_path: Path, tools: Tools) -> None:
    plain, other = (read(data, tmp_path, tools) for data in (HOGANAS.encode(), FORMS[form](HOGANAS)))
    assert values(other) == values(plain)
    raws = [field.raw for _, field in fields(other) if field.raw is not None]
    assert any(("\u00ad" if form == "soft hyphens" else "Ã") in raw for raw in raws)


@pytest.mark.slow
@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(0, len(HOGANAS) - 1), st.sampled_from([0xFF, 0xE5, 0xA4, 0xC3]), st.booleans())
def test_a_wrong_byte_is_asked_about_and_harms_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, tools: Tools, place: int, byte: int, inserted: bool
) -> None:
    folder = tmp_path_factory.mktemp("byte")
    plain = values(read(HOGANAS.encode(), folder, tools))
    after = HOGANAS[place + (0 if inserted else 1) :]
    report = read(HOGANAS[:place].encode() + bytes((byte,)) + after.encode(), folder, tools)
    expected = {value for value, _ in plain.values()}
    silent = [value for value, asked in values(report).values() if not asked and value not in expected]
    assert silent == []
