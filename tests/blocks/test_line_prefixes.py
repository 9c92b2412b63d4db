"""Quote marks and line numbers before all lines of a text go; the text's own numbers and signs stay."""

from __future__ import annotations

import pytest

from kompass_extract.blocks.plain_text.line_prefixes import without_prefixes

TEXT = [
    *["Område 1 Offentlighet och demokrati", "", "Styrkor", "- Mål och planer", "3.1 Finns en plan? 13 15 87%"] * 6,
    "2018 beslutade kommunen om > 90 procent",
]


@pytest.mark.parametrize("mark", ["> ", ">> ", "> > ", "| "])
def test_an_e_mail_s_quote_marks_go_with_the_letter_around(mark: str) -> None:
    mail = ["Från: registrator", "", *((mark + line).rstrip() for line in TEXT), "", "Med vänlig hälsning"]
    assert without_prefixes(mail) == ["", "", *TEXT, "", ""]


@pytest.mark.parametrize("form", ["{:5d}  {}", "{}: {}", "{:3d}. {}", "{}\t{}"])
def test_line_numbers_go(form: str) -> None:
    assert without_prefixes([form.format(number, line) for number, line in enumerate(TEXT, start=1)]) == TEXT


@pytest.mark.parametrize(
    "lines",
    [
        TEXT,
        [f"| {number}.1 | Finns en plan? | 13 | 15 |" for number in range(30)],
        [f"{number}. Kommunen har mål {number}" for number in (1, 2, 3, 4, 1, 2, 3) * 5],
        ["> ett citat", *TEXT],
    ],
    ids=["plain", "table", "lists", "one quotation"],
)
def test_a_text_s_own_signs_stay(lines: list[str]) -> None:
    assert without_prefixes(lines) == lines
