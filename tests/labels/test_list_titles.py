"""Titles of lists in words that no vocabulary has, found by their place and by what stands under them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kompass_extract.labels.list_titles import find_own_titles
from kompass_extract.model.document import BlockKind, Column, Form
from kompass_extract.taxonomy import HeaderRole, load_taxonomy
from tests.support.builders import Writer

TAXONOMY = load_taxonomy()
GOOD, LESS = "Vad fungerar bra?", "Vad kan bli bättre?"
STRONG = "Kommunen har ett väl utvecklat arbete med uppföljning av sina mål"
WEAK = "Utveckla uppföljningen av målen i hela organisationen"
PROSE = "Kommunen har under året arbetat med sin styrning i hela organisationen. " * 6


class Words:
    """Leans as the words of the two texts do."""

    def leanings(self, texts: Sequence[str]) -> list[float]:
        return [0.4 if text == STRONG else -0.5 for text in texts]


def report(first: str, second: str, under: tuple[str, str] = (STRONG, WEAK)) -> Writer:
    writer = Writer()
    for number in range(1, 5):
        writer.text(BlockKind.HEADING, f"Område {number} {TAXONOMY.area_names(number)[0]}", number)
        writer.text(BlockKind.HEADING, "Allmänt", number)
        writer.text(BlockKind.NARRATIVE, PROSE, number)
        for title, text in zip((first, second), under, strict=True):
            writer.text(BlockKind.NARRATIVE, title, number)
            for _ in range(3):
                writer.text(BlockKind.NARRATIVE, text, number, Form.ITEM)
    return writer


def found(writer: Writer) -> dict[str, HeaderRole]:
    return find_own_titles([one.block for one in writer.made], TAXONOMY, Words)


def test_recurring_texts_over_lists_are_titles_and_words_tell_which() -> None:
    roles = {"vad fungerar bra": HeaderRole.STRENGTHS, "vad kan bli battre": HeaderRole.IMPROVEMENTS}
    assert found(report(GOOD, LESS)) == roles
    assert found(report(LESS, GOOD, (WEAK, STRONG))) == roles


@pytest.mark.parametrize("titles", [("Styrkor", "Förbättringsområden"), ("Bakgrund", "Slutsats")])
def test_known_titles_need_no_others(titles: tuple[str, str]) -> None:
    assert found(report(*titles)) == {}


def test_recurring_headings_over_running_text_are_no_titles_of_lists() -> None:
    assert found(report("Våra iakttagelser", "Bedömning", (PROSE, PROSE))) == {}


def test_words_that_do_not_tell_leave_titles_unknown() -> None:
    assert found(report(GOOD, LESS, (WEAK, WEAK))) == {}


def test_own_titles_are_headers_of_their_report_alone() -> None:
    own = TAXONOMY.with_titles({"vad fungerar bra": "strengths"})
    assert own.header_role("Vad fungerar bra?") is HeaderRole.STRENGTHS
    assert own.header_role("Vad fungerar bra hos oss i dag") is None
    assert TAXONOMY.header_role("Vad fungerar bra?") is None


def test_titles_in_cells_left_of_their_lists_are_found_row_by_row() -> None:
    writer = Writer()
    for number in range(1, 5):
        writer.text(BlockKind.HEADING, f"Område {number} {TAXONOMY.area_names(number)[0]}", number)
        region, rows = f"p{number}z1", []
        for title, text in ((GOOD, STRONG), (LESS, WEAK)):
            writer.text(BlockKind.NARRATIVE, title, number, column=Column(region, 0, 2))
            writer.text(BlockKind.NARRATIVE, text, number, Form.ITEM, column=Column(region, 1, 2))
            rows = [*writer.made[-4:]]
        writer.made[-4:] = [rows[0], rows[2], rows[1], rows[3]]
    roles = {"vad fungerar bra": HeaderRole.STRENGTHS, "vad kan bli battre": HeaderRole.IMPROVEMENTS}
    assert found(writer) == roles
