"""Ruled tables: their cells are their cells, whatever copies did to the rules."""

from __future__ import annotations

from kompass_extract.blocks.layout import lay_out
from kompass_extract.blocks.ruled_tables import find_ruled_tables
from kompass_extract.pages.components import Rule
from tests.support.strips import EM, page, rule, strip


def frame(*inner: Rule) -> list[Rule]:
    """A frame of two rows with the rules ``inner``."""
    level = [rule(60, y, 540, y) for y in (100, 130, 400)]
    return [*level, rule(60, 100, 60, 400), rule(540, 100, 540, 400), *inner]


def test_bands_and_borders() -> None:
    (table,) = find_ruled_tables(frame(rule(300, 100, 300, 400)), EM)
    assert [(round(band.y0), round(band.y1)) for band in table.bands] == [(100, 130), (130, 400)]
    assert [[round(edge) for edge in band.edges] for band in table.bands] == [[300], [300]]


def test_a_frame_without_cells_beside_each_other_is_no_table() -> None:
    assert find_ruled_tables(frame(), EM) == ()


def test_a_hairline_is_no_border() -> None:
    through = rule(350, 40, 350, 800)
    inside = rule(420, 180, 420, 350)
    (table,) = find_ruled_tables(frame(rule(300, 100, 300, 400), through, inside), EM)
    assert {round(edge) for band in table.bands for edge in band.edges} == {300}


def test_a_broken_rule_is_one() -> None:
    pieces = [rule(300, 100, 300, 210), rule(299.7, 218, 299.7, 400)]
    (table,) = find_ruled_tables(frame(*pieces), EM)
    assert [[round(edge) for edge in band.edges] for band in table.bands] == [[300], [300]]


def test_a_title_in_the_cell_to_the_left_heads_its_list() -> None:
    rules = [*(rule(60, y, 540, y) for y in (100, 200, 300)), *(rule(x, 100, x, 300) for x in (60, 160, 540))]
    strips = [
        strip(66, 115, "Styrkor", stroke=0.22),
        strip(190, 115, "Kommunen har en vision.", bullet=True),
        strip(190, 135, "Webbplatsen är tillgänglig.", bullet=True),
        strip(66, 215, "Förbättrings-", stroke=0.22),
        strip(66, 228, "områden", stroke=0.22),
        strip(190, 215, "Målen kan göras tydligare.", bullet=True),
    ]
    (made,) = lay_out([page(strips, rules=rules)])
    assert [(block.header, block.text) for block in made.blocks] == [
        ("", "Styrkor"),
        ("Styrkor", "Kommunen har en vision."),
        ("Styrkor", "Webbplatsen är tillgänglig."),
        ("", "Förbättringsområden"),
        ("Förbättringsområden", "Målen kan göras tydligare."),
    ]
