"""A text whose letters are gone is asked about as a whole; one with its letters is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from kompass_extract import Extractor
from kompass_extract.model.pointers import fields
from kompass_extract.report.confidence.file_letters import LETTERS_MISSING

TEXT = (Path(__file__).parents[2] / "gold" / "text" / "hoganas-2018.ocr.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("letters", "asked"), [("", False), ("åäöÅÄÖ", True)])
def test_texts_of_a_file_without_its_letters_are_all_asked_about(tmp_path: Path, letters: str, asked: bool) -> None:
    path = tmp_path / "report.txt"
    path.write_text("".join(sign for sign in TEXT if sign not in letters), encoding="utf-8")
    report = Extractor().extract(path)
    texts = [field for _, field in fields(report) if isinstance(field.value, str)]
    assert len(texts) > 100
    flagged = [LETTERS_MISSING in field.reasons for field in texts]
    assert all(flagged) if asked else not any(flagged)
