"""A font that says one letter for another is found out by the words of all pages, capitals too."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from kompass_extract.pages.font_letters import FileLetters
from kompass_extract.repair import load
from tests.support import trouble_files as make

REPORT = Path(__file__).parent.parent.parent / "gold" / "scans" / "hoganas-2018.born-digital.pdf"


@pytest.mark.parametrize("pair", ["", "KS", "bp"])
def test_letters_that_change_places_are_found_and_no_others(tmp_path: Path, pair: str) -> None:
    (tmp_path / "report.pdf").write_bytes(make.only(REPORT, 1, *range(6, 14), 24))
    said = {pair[0]: pair[1], pair[1]: pair[0]} if pair else {}
    document = pdfium.PdfDocument(make.with_signs_said(tmp_path / "report.pdf", said))
    letters, knows = FileLetters(), load().knows
    assert letters.of(document, pair, knows) == tuple(pair)
    assert letters.of(document, pair, lambda word: False) == tuple(pair), "asked once for a file"
