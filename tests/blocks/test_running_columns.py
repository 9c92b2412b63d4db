"""Columns of running text against lists side by side; lists over columns; titles beside lists; notes at the foot."""

from __future__ import annotations

from dataclasses import replace

from kompass_extract.blocks.furniture import sort_strips
from kompass_extract.blocks.layout import lay_out
from kompass_extract.blocks.parts import without_title
from kompass_extract.model.document import Block, Line
from kompass_extract.model.geometry import union
from kompass_extract.words.page_reader import ReadStrip
from tests.support.strips import EM, PITCH, items, lines, page, strip

PROSE = [
    "kommunen följer upp sina mål varje",
    "år och medborgarna får svar inom",
    "tre dagar av nämnderna som också",
    "har egna mål i planen för året och",
]


def newspaper() -> list[ReadStrip]:
    """Two columns of prose; a chapter begins in the first, beside prose of the second."""
    left = [*lines(70, 100, PROSE * 2), *lines(70, 100 + 9 * PITCH, ["Område 4. Effektivitet"], size=EM * 1.4)]
    below = lines(70, 100 + 11 * PITCH, PROSE * 2)
    return [*left, *below, *lines(310, 100, PROSE * 5)[:19]]


def blocks(*pages: list[ReadStrip]) -> list[Block]:
    made = lay_out([page(strips, number) for number, strips in enumerate(pages, start=1)])
    return [block for one in made for block in one.blocks]


def test_a_chapter_that_begins_in_a_column_does_not_cut_the_column_beside_it() -> None:
    found = blocks(newspaper())
    assert all(block.column is None for block in found)
    place = next(index for index, block in enumerate(found) if block.text.startswith("Område 4"))
    assert all(block.box.x0 < 300 for block in found[: place + 1])
    assert len([block for block in found if block.box.x0 > 300]) == 1


def test_lists_side_by_side_keep_their_columns_on_the_next_page() -> None:
    heads = [strip(70, 640, "Styrkor"), strip(310, 640, "Förbättringsområden")]
    first = [*lines(70, 100, PROSE * 4), *heads, *items(82, 665, [["En vision finns"], ["Tydlig dialog"]])]
    first += items(322, 665, [["Följ upp målen"], ["Jämför resultat"]])
    second = [*items(82, 100, [["Bra webbplats"], ["God ekonomi"]]), *items(322, 100, [["Mät mer"], ["Se över mål"]])]
    found = {block.text: block for block in blocks(first, second)}
    assert [found[text].header for text in ("Bra webbplats", "Mät mer")] == ["Styrkor", "Förbättringsområden"]


def test_a_title_well_left_of_its_list_is_cut_from_it() -> None:
    title, item = strip(70, 100, "Styrkor"), strip(170, 100, "Kommunen har en vision")
    box = union([title.line.box, item.line.box])
    whole = replace(title, line=Line(box, (*title.line.words, *item.line.words)))
    assert [part.line.text for part in without_title(whole, [], EM)] == ["Styrkor", "Kommunen har en vision"]
    near = strip(70, 100, "Styrkor Kommunen har en vision")
    assert without_title(near, [], EM) == [near]


def test_small_numbered_lines_below_a_space_at_the_foot_are_notes() -> None:
    text = lines(70, 100, PROSE * 2)
    note = strip(70, 720, "3. Antalet svarande var 103.", size=EM * 0.8)
    (parts,) = sort_strips([page([*text, note])])
    assert parts.furniture == (note,)
    item = strip(70, 720, "3. Antalet svarande var 103.")
    (parts,) = sort_strips([page([*text, item])])
    assert parts.furniture == ()
