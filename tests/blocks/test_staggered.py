"""Columns whose lines stand between each other's."""

from __future__ import annotations

from kompass_extract.blocks.layout import lay_out
from kompass_extract.blocks.regions import find_zones
from kompass_extract.blocks.staggered import staggered_white
from tests.support.strips import EM, PITCH, items, lines, page, strip

LEFT = ["Kommunen har en vision", "som är väl känd", "i hela staden", "och som följs upp", "varje år"]
RIGHT = ["Utveckla uppföljningen", "av målen så att", "alla nämnder ser", "sina egna resultat", "och tar ansvar"]


def test_columns_whose_lines_stand_between_each_others_are_two() -> None:
    offset = PITCH / 2
    strips = [*lines(70, 200, LEFT), *lines(300, 200 + offset, RIGHT)]
    (zone,) = find_zones(strips, (), EM)
    assert [[s.line.text for s in zone.in_column(index)] for index in range(2)] == [LEFT, RIGHT]
    texts = [block.text for block in lay_out([page(strips)])[0].blocks]
    assert not any("vision Utveckla" in text for text in texts)


def test_lines_of_one_column_have_no_white_between_columns() -> None:
    listed = items(70, 200, [["En punkt i listan", "som går över två rader"], ["En annan punkt"]] * 3)
    scattered = [strip(70, 400, "Rubriker"), strip(300, 406, "66"), strip(70, 420, "Styrning och mål")]
    assert list(staggered_white([*listed, *scattered], EM)) == []
