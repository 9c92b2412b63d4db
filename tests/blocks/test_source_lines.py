"""A text's lines: blank lines that a program wrote behind each, and reports pasted twice."""

from __future__ import annotations

from kompass_extract.blocks.plain_text.source_lines import source_lines

TEXT = [
    line
    for area in range(1, 9)
    for line in (
        f"Område {area}",
        "",
        "Styrkor",
        *(f"- Kommunen har mål {area}.{item} och följer upp dem" for item in "12345"),
    )
]


def shown(lines: list[str]) -> list[tuple[str, int]]:
    return [(line.text, line.blanks) for line in source_lines(lines)]


def test_a_blank_line_behind_every_line_is_none() -> None:
    assert shown([spaced for line in TEXT for spaced in (line, "")]) == shown(TEXT)


def test_a_text_that_is_pasted_twice_is_there_once() -> None:
    assert shown([*TEXT, "", "", *TEXT, "Sist"]) == [*shown(TEXT), ("Sist", 0)]


def test_a_few_lines_that_come_again_stay() -> None:
    assert len(shown([*TEXT, *TEXT[:8]])) == len(shown(TEXT)) + 7
