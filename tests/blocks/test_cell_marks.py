"""The marks of lists in table cells are told by where they stand."""

from __future__ import annotations

import pytest

from kompass_extract.blocks.plain_text.cell_marks import with_bullets_in_cells
from kompass_extract.blocks.plain_text.source_lines import source_lines


def bullets(mark: str, *, joined: str = " ") -> str:
    cell = f"<ul>{mark} Mål och planer{joined}{mark} Etik – tillit och för- och nackdelar{joined}{mark} Dialog</ul>"
    return with_bullets_in_cells(source_lines([f"{cell}\t72"] * 3))[0].text


@pytest.mark.parametrize("mark", ["*", "·", "-", "–", "o", "\uf0a7"])
def test_a_sign_that_opens_a_file_s_lists_is_its_mark(mark: str) -> None:
    assert bullets(mark) == "<ul>• Mål och planer • Etik – tillit och för- och nackdelar • Dialog</ul>\t72"


def test_a_mark_is_seen_where_no_space_is_before_it() -> None:
    assert bullets("*", joined="") == "<ul>• Mål och planer• Etik – tillit och för- och nackdelar• Dialog</ul>\t72"


def test_a_sign_that_opens_one_list_alone_is_none() -> None:
    lines = source_lines(["<ul>* Mål * Planer</ul>\t72", "<ul>Mål</ul>\t7"])
    assert with_bullets_in_cells(lines) == lines
