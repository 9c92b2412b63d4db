"""Lists and their titles without rules: to the left, across columns, and below text in columns."""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.blocks.layout import lay_out
from kompass_extract.model.document import Block
from kompass_extract.words.page_reader import ReadStrip
from tests.support.strips import PITCH, items, lines, page, strip

STRENGTHS = [["Kommunen har en vision."], ["Det finns ett system för", "dialog."], ["Webbplatsen är bra."]]
IMPROVEMENTS = [["Målen kan göras tydligare."], ["Resultat kan jämföras mer."], ["Följ upp."]]


def laid_out(strips: Sequence[ReadStrip]) -> list[Block]:
    (made,) = lay_out([page(strips)])
    return list(made.blocks)


def headed(blocks: Sequence[Block]) -> dict[str, list[str]]:
    """The texts under each title."""
    found: dict[str, list[str]] = {}
    for block in blocks:
        if block.header:
            found.setdefault(block.header, []).append(block.text)
    return found


def test_titles_to_the_left_of_their_lists() -> None:
    strips = [
        strip(66, 200, "Styrkor", stroke=0.22), *items(220, 200, STRENGTHS),
        strip(66, 320, "Förbättringsområden", stroke=0.22), *items(220, 320, IMPROVEMENTS),
    ]  # fmt: skip
    assert headed(laid_out(strips)) == {
        "Styrkor": ["Kommunen har en vision.", "Det finns ett system för dialog.", "Webbplatsen är bra."],
        "Förbättringsområden": ["Målen kan göras tydligare.", "Resultat kan jämföras mer.", "Följ upp."],
    }


def test_lists_that_run_over_columns_below_their_titles() -> None:
    strips = [
        strip(70, 180, "Styrkor", stroke=0.22), *items(82, 200, STRENGTHS), *items(322, 200, STRENGTHS),
        strip(70, 300, "Förbättringsområden", stroke=0.22), *items(82, 320, IMPROVEMENTS),
        *items(322, 320, IMPROVEMENTS),
    ]  # fmt: skip
    found = headed(laid_out(strips))
    assert {title: len(texts) for title, texts in found.items()} == {"Styrkor": 6, "Förbättringsområden": 6}


def test_lists_below_text_in_columns_begin_anew() -> None:
    left = ["Kommunen har en tydlig styrning som", "följs upp varje år och som alla", "känner till i organisationen."]
    right = ["Styrningen har justerats under de", "senaste åren och medarbetarna är", "delaktiga i hela arbetet."]
    strips = [
        *lines(70, 150, left), *lines(322, 150, right),
        strip(70, 150 + 4 * PITCH, "Styrkor", stroke=0.22),
        strip(322, 150 + 4 * PITCH, "Förbättringsmöjligheter", stroke=0.22),
        *items(82, 150 + 5.5 * PITCH, STRENGTHS), *items(334, 150 + 5.5 * PITCH, IMPROVEMENTS),
    ]  # fmt: skip
    texts = [block.text for block in laid_out(strips)]
    assert texts.index(" ".join(right)) < texts.index("Styrkor")


def test_a_title_over_two_lines_to_the_left_is_one() -> None:
    strips = [
        strip(66, 200, "STYRKOR", stroke=0.22), *items(220, 200, STRENGTHS),
        strip(66, 320, "FÖRBÄTTRINGS-", stroke=0.22), strip(66, 333, "OMRÅDEN", stroke=0.22),
        *items(220, 320, IMPROVEMENTS),
    ]  # fmt: skip
    found = headed(laid_out(strips))
    assert list(found) == ["STYRKOR", "FÖRBÄTTRINGSOMRÅDEN"]
    assert found["FÖRBÄTTRINGSOMRÅDEN"] == ["Målen kan göras tydligare.", "Resultat kan jämföras mer.", "Följ upp."]


def test_text_above_titles_to_the_left_is_no_title() -> None:
    strips = [
        *lines(66, 184, ["och de fem stenarna."]),
        strip(66, 204, "Styrkor", stroke=0.22), *items(220, 202, STRENGTHS),
        strip(66, 320, "Förbättringsområden", stroke=0.22), *items(220, 320, IMPROVEMENTS),
    ]  # fmt: skip
    found = headed(laid_out(strips))
    assert {title: len(texts) for title, texts in found.items()} == {"Styrkor": 3, "Förbättringsområden": 3}
