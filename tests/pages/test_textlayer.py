"""A page's own text is used when it is good Swedish that agrees with the picture, and only then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kompass_extract.model.geometry import Box, union
from kompass_extract.pages.components import Run
from kompass_extract.pages.layer_verdict import judge_layer
from kompass_extract.pages.source import open_pdf
from kompass_extract.pages.text_layer import LayerWord, layer_runs, read_layer
from tests.support.strips import EM, PITCH

BORN_DIGITAL = Path(__file__).parents[2] / "gold" / "scans" / "hoganas-2018.born-digital.pdf"
SWEDISH = "kommunen har under åren arbetat systematiskt med målstyrning och följer upp sina åtaganden för invånarna"


def layer(text: str = SWEDISH, copies: int = 6) -> tuple[LayerWord, ...]:
    """Words of a layer, one sentence to a line."""
    words = []
    for line in range(copies):
        x, baseline = 70.0, 100 + PITCH * line
        for word in text.split():
            box = Box(x, baseline - EM, x + 4.8 * len(word), baseline)
            words.append(LayerWord(word, box, EM, False, baseline))
            x = box.x1 + 2.8
    return tuple(words)


def ink(words: tuple[LayerWord, ...]) -> tuple[Run, ...]:
    """The runs of ink that a picture has at the words' places."""
    return tuple(Run(w.box, tuple(range(max(3, len(w.text)))), EM, 1.0) for w in words)


def always(word: str) -> bool:
    return True


def test_good_swedish_is_used() -> None:
    verdict = judge_layer(layer(), ink=(), knows=always)
    assert verdict.use
    assert "good Swedish" in verdict.reason


def test_no_words_no_layer() -> None:
    assert judge_layer((), ink=(), knows=always).reason == "no text layer"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (SWEDISH.replace("a", "\ufffd"), "unreadable characters"),
        (SWEDISH.replace("n", "\ue012"), "unreadable characters"),
        (SWEDISH.translate(str.maketrans("åäö", "aao")), "å, ä and ö are 0.0%"),
    ],
)
def test_a_broken_layer_is_refused_with_its_reason(text: str, reason: str) -> None:
    verdict = judge_layer(layer(text), ink=(), knows=always)
    assert not verdict.use
    assert reason in verdict.reason


@pytest.mark.parametrize(("number", "used"), [("2Ol8", False), ("1l%", False), ("2018-12-14", True), ("A4", True)])
def test_numbers_with_letters_in_them_are_not_believed(number: str, used: bool) -> None:
    words = (*layer(), replace(layer()[0], text=number))
    assert judge_layer(words, ink=(), knows=always).use is used


def test_words_that_are_not_swedish_are_refused() -> None:
    verdict = judge_layer(layer(), ink=(), knows=lambda word: word == "kommunen")
    assert not verdict.use
    assert "are Swedish" in verdict.reason


def test_a_layer_that_lacks_half_of_the_page_is_refused() -> None:
    words = layer(copies=12)
    half = len(words) // 2
    verdict = judge_layer(words[:half], ink=ink(words[half:]), knows=always)
    assert not verdict.use
    assert "lacks 50% of the page's ink" in verdict.reason


def test_a_chart_s_labels_may_be_missing() -> None:
    words = layer(copies=12)
    some = len(words) * 3 // 4
    assert judge_layer(words[:some], ink=ink(words[some:]), knows=always).use


def test_drawings_below_words_are_not_missing_text() -> None:
    assert judge_layer(layer(), ink=ink(layer()), knows=always).use


def test_few_words_say_nothing_about_language() -> None:
    words = layer("Contents Page 12", copies=1)
    assert judge_layer(words, ink=(), knows=lambda word: False).use


def test_words_become_runs_with_their_marks() -> None:
    words = layer("• – text", copies=2)
    runs, marks, em = layer_runs(words)
    assert marks == (True, None, False) * 2
    assert em == EM
    assert [run.parts for run in runs] == [(index,) for index in range(6)]
    assert [run.baseline for run in runs[:3]] == [100.0] * 3
    assert layer_runs(()) == ((), (), 7.0)


def test_a_real_layer_gives_words_within_the_page_in_order() -> None:
    with open_pdf(BORN_DIGITAL) as document:
        page = document[5]
        width, height = page.get_size()
        words = read_layer(document, 6)
    text = " ".join(word.text for word in words)
    assert len(words) > 100
    assert any(sign in text for sign in "åäö")
    assert not set(text) & set("ﬁﬂ\x02\ufffe\xad")
    for word in words:
        assert 0 <= word.box.x0 < word.box.x1 <= width
        assert 0 <= word.box.y0 < word.box.y1 <= height
        assert 3 < word.size < 40
        assert not any(sign.isspace() for sign in word.text)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_that_is_shown_turned_is_read_upright(rotation: int) -> None:
    with open_pdf(BORN_DIGITAL) as document:
        plain = read_layer(document, 6)
        document[5].set_rotation(rotation)
        turned = read_layer(document, 6)
    assert [word.text for word in turned] == [word.text for word in plain]
    before, after = (union(word.box for word in words) for words in (plain, turned))
    assert after.rounded() == pytest.approx(before.rounded(), abs=1)
